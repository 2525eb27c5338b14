//! `tests/newer_syntax.sql`, from which the rule `needs-newer-server` is proved: PostgreSQL accepts each statement from exactly
//! the version on that stands above it.

use pgkeel::database::{ConnectOptions, Target, connect};
use pgkeel_testkit::Server;

#[tokio::test]
async fn every_server_accepts_what_it_is_said_to_know() {
    let text = include_str!("../../../tests/newer_syntax.sql");
    let mut blocks = text.split("\n-- ").map(|block| block.split_once('\n').expect("a block"));
    let (_, base) = blocks.next().expect("what the others stand on");
    let blocks: Vec<(u32, &str)> =
        blocks.map(|(version, sql)| (version.trim().parse().expect("a version"), sql)).collect();
    let mut wrong = Vec::new();
    for major in [14, 15, 16, 17, 18] {
        let database = Server::get(major).database();
        let target = Target::parse(&database.url()).expect("an address");
        let session = connect(&target, &ConnectOptions::default()).await.expect("a session");
        let client = session.client();
        // A database cannot be made in a transaction, and roles made in one are gone with it.
        for (version, sql) in blocks.iter().filter(|(_, sql)| !sql.contains("CREATE DATABASE")) {
            client.batch_execute(&format!("BEGIN; {base}")).await.expect("what the others stand on");
            let accepted = client.batch_execute(sql).await.is_ok();
            if accepted != (major >= *version) {
                wrong.push(format!("{major}: {sql}"));
            }
            client.batch_execute("ROLLBACK").await.expect("a rollback");
        }
        session.close().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
