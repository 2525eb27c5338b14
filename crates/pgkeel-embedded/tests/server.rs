//! The embedded server as a client sees it.

use std::path::Path;

use pgkeel_embedded::{EmbeddedError, EmbeddedServer};
use tokio_postgres::{Client, NoTls};

async fn connect(server: &EmbeddedServer) -> Client {
    let (client, connection) = tokio_postgres::connect(server.url(), NoTls).await.expect("connects");
    tokio::spawn(connection);
    client
}

async fn number(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.expect("query").get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_database_survives_a_restart() {
    let dir = tempfile::tempdir().expect("folder");
    let server = EmbeddedServer::start(Some(dir.path())).expect("starts");
    let client = connect(&server).await;
    client.batch_execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n").await.expect("creates");
    client.batch_execute("BEGIN; DELETE FROM kept").await.expect("deletes");
    // The connection is open, its transaction too.
    server.stop().expect("stops");
    let server = EmbeddedServer::start(Some(dir.path())).expect("starts again");
    let client = connect(&server).await;
    assert_eq!(number(&client, "SELECT count(*) FROM kept").await, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_throw_away_databases_live_side_by_side() {
    let (one, two) = (EmbeddedServer::start(None).expect("one"), EmbeddedServer::start(None).expect("two"));
    let (first, second) = (connect(&one).await, connect(&two).await);
    first.batch_execute("CREATE TABLE here ()").await.expect("creates");
    assert_eq!(number(&first, "SELECT count(*) FROM pg_class WHERE relname = 'here'").await, 1);
    assert_eq!(number(&second, "SELECT count(*) FROM pg_class WHERE relname = 'here'").await, 0);
}

#[test]
fn a_second_start_on_the_same_folder_is_refused() {
    let dir = tempfile::tempdir().expect("folder");
    let _server = EmbeddedServer::start(Some(dir.path())).expect("starts");
    let error = EmbeddedServer::start(Some(dir.path())).expect_err("in use");
    assert!(
        matches!(error, EmbeddedError::InUse { process: Some(id), .. } if id == std::process::id()),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bundled_extensions_are_available_and_work() {
    let server = EmbeddedServer::start(None).expect("starts");
    let client = connect(&server).await;
    let names: Vec<String> = server.available_extensions().into_iter().map(|found| found.name).collect();
    for name in ["pg_trgm", "vector", "citext", "hstore", "btree_gin"] {
        assert!(names.iter().any(|found| found == name), "{name} is missing among {names:?}");
        client.batch_execute(&format!("CREATE EXTENSION {name}")).await.expect(name);
    }
    client
        .batch_execute("SELECT similarity('a', 'b'), '[1,2]'::vector <-> '[2,1]', 'A'::citext = 'a'")
        .await
        .expect("their functions run");
}

fn folder_with(name: &str, text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("folder");
    std::fs::write(dir.path().join(name), text).expect("writes");
    dir
}

fn refusal(dir: &Path) -> String {
    EmbeddedServer::start(Some(dir)).expect_err("refused").to_string()
}

#[test]
fn a_folder_that_is_not_ours_is_left_alone() {
    let dir = folder_with("letter.txt", "dear");
    assert!(refusal(dir.path()).contains("it holds \"letter.txt\""), "{}", refusal(dir.path()));
    assert_eq!(std::fs::read_dir(dir.path()).expect("lists").count(), 1);
    let dir = folder_with("PG_VERSION", "16\n");
    assert!(refusal(dir.path()).contains("the data of a PostgreSQL 16 server"), "{}", refusal(dir.path()));
    let file = dir.path().join("PG_VERSION");
    assert!(refusal(&file).contains("a file, not a folder"), "{}", refusal(&file));
}

#[test]
fn a_folder_of_another_engine_is_refused() {
    let dir = folder_with(
        "pgkeel-embedded.json",
        r#"{"format":"pgkeel/embedded/1","engine":"PostgreSQL 18 (build 0123456789ab)"}"#,
    );
    let error = EmbeddedServer::start(Some(dir.path())).expect_err("refused");
    assert!(matches!(error, EmbeddedError::OtherVersion { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("made by PostgreSQL 18 (build 0123456789ab), this pgkeel has PostgreSQL 17")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_connection_waits_its_turn_and_then_learns_who_has_it() {
    let server = EmbeddedServer::start(None).expect("starts");
    let url = format!("{}&application_name=first", server.url());
    let (first, connection) = tokio_postgres::connect(&url, NoTls).await.expect("connects");
    tokio::spawn(connection);
    let error = tokio_postgres::connect(server.url(), NoTls).await.err().expect("refused");
    let error = error.as_db_error().expect("from the server");
    assert_eq!(error.code(), &tokio_postgres::error::SqlState::TOO_MANY_CONNECTIONS);
    assert!(error.detail().unwrap_or_default().contains("\"first\""), "{error:?}");
    // One that comes while the first leaves gets its turn.
    drop(first);
    let client = connect(&server).await;
    assert_eq!(
        number(&client, "SELECT count(*) FROM pg_database WHERE datname = current_database()").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_a_block_was_to_catch_is_explained() {
    let server = EmbeddedServer::start(None).expect("starts");
    let client = connect(&server).await;
    let block = "DO $$ BEGIN PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN NULL; END $$";
    let error = client.batch_execute(block).await.expect_err("the engine cannot catch it");
    let error = error.as_db_error().expect("from the server");
    assert_eq!(error.message(), "division by zero");
    assert!(error.hint().unwrap_or_default().contains("cannot catch errors"), "{error:?}");
    let error = client.batch_execute("ROLLBACK").await.expect_err("the session is over");
    let error = error.as_db_error().expect("from the server");
    assert!(error.message().contains("cannot catch errors"), "{error:?}");
    assert_eq!(
        number(&connect(&server).await, "SELECT count(*) FROM pg_class WHERE relname = 'pg_class'").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_in_the_middle_leaves_nothing_behind() {
    let server = EmbeddedServer::start(None).expect("starts");
    let client = connect(&server).await;
    client.batch_execute("CREATE TABLE rows (n int)").await.expect("creates");
    drop(client);
    // Not tokio-postgres, which says goodbye: a transaction left open by a stream that just ends.
    {
        let (config, runtime) = (
            server.url().parse::<tokio_postgres::Config>().expect("a URL"),
            tokio::runtime::Handle::current(),
        );
        let (client, connection) = config.connect(NoTls).await.expect("connects");
        let driver = runtime.spawn(connection);
        client.batch_execute("BEGIN; INSERT INTO rows VALUES (1)").await.expect("inserts");
        driver.abort();
        assert!(driver.await.is_err_and(|error| error.is_cancelled()));
        drop(client);
    }
    assert_eq!(number(&connect(&server).await, "SELECT count(*) FROM rows").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn text_search_knows_its_stop_words() {
    let server = EmbeddedServer::start(None).expect("starts");
    let query = "SELECT length(to_tsvector('english', 'the cats and the dogs'))::bigint";
    assert_eq!(number(&connect(&server).await, query).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_library_starts_it_as_a_provider() {
    use pgkeel::database::Provider;
    let running = pgkeel_embedded::Embedded.start(None).await.expect("starts");
    assert!(
        running.notes().iter().any(|note| note.contains("stand-ins written in SQL")),
        "{:?}",
        running.notes()
    );
    let (client, connection) = tokio_postgres::connect(running.url(), NoTls).await.expect("connects");
    tokio::spawn(connection);
    assert_eq!(number(&client, "SELECT 1::bigint").await, 1);
    let dir = folder_with("letter.txt", "dear");
    let error = pgkeel_embedded::Embedded.start(Some(dir.path())).await.err().expect("refused");
    assert!(error.to_string().contains("letter.txt"), "{error}");
}

/// Stopping must not need the runtime whose only thread it blocks.
#[tokio::test]
async fn it_stops_under_an_open_connection_in_a_runtime_of_one_thread() {
    let server = EmbeddedServer::start(None).expect("starts");
    let _client = connect(&server).await;
    server.stop().expect("stops");
}
