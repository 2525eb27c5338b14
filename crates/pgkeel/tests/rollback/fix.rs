//! `rollback --fix ID`: a repair is undone by what the audit keeps of it, once, and never with data unasked.

use std::time::Duration;

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel::apply::plan::Error as PlanError;
use pgkeel::database::{ConnectOptions, Target};
use pgkeel::rollback::fix::FixJob;
use pgkeel::store::Store;
use pgkeel_testkit::{Server, TestDatabase};

use super::harness::{dump, folder, recorded, up};

async fn undo(database: &TestDatabase<'_>, id: i64, allowed: &[String]) -> Result<(), PlanError> {
    let job = FixJob {
        target: &Target::parse(&database.url()).unwrap(),
        connect: ConnectOptions::default(),
        embedded: false,
        store: &Store::new("pgkeel"),
        id,
        allowed,
        lock_wait: Duration::from_secs(10),
        run: RunOptions::default(),
        observe: &|_| {},
    };
    job.undo(&job.plan().await?).await
}

fn refusal(error: &PlanError) -> String {
    let PlanError::Run(error) = error else { panic!("{error:?}") };
    assert!(matches!(**error, Error::Refused { .. }), "{error:?}");
    error.to_string()
}

#[tokio::test]
async fn a_repair_is_undone_once() {
    let database = Server::get(16).database();
    let files = folder(&[("1_a.sql", "CREATE TABLE a (x int);")]);
    up(&database, files.path(), None).await.unwrap();
    let before = dump(&database);
    // As auto-fix leaves it: what it made, the row that it stamped, and its line in the audit.
    database.execute(
        "CREATE TABLE b (y int); CREATE INDEX b_y ON b (y); INSERT INTO b VALUES (1); \
         INSERT INTO pgkeel.migrations (version, name, checksum_algorithm, checksum, outcome, statements, tool_version) \
         VALUES ('2', 'b', '', '', 'stamped', 1, ''); \
         INSERT INTO pgkeel.audit (action, target, detail, tool_version) VALUES ('auto-fix', NULL, \
         '{\"undo\": [\"DROP INDEX public.b_y\", \"DROP TABLE public.b\"], \"stamped\": [\"2\"]}', '')",
    );
    let id: i64 = database.value("SELECT max(id) FROM pgkeel.audit").parse().unwrap();
    assert!(refusal(&undo(&database, 1, &[]).await.unwrap_err()).contains("is no repair, but migrate"));
    assert!(refusal(&undo(&database, 99, &[]).await.unwrap_err()).contains("there is no #99"));
    assert!(
        refusal(&undo(&database, id, &[]).await.unwrap_err()).contains("every row of table public.b (1)")
    );
    assert_eq!(recorded(&database), "1 applied,2 stamped");
    undo(&database, id, &["table public.b".to_owned()]).await.unwrap();
    assert_eq!((dump(&database), recorded(&database)), (before, "1 applied".to_owned()));
    assert_eq!(
        database.value(
            "SELECT target || ' ' || (detail->'lost'->>0) FROM pgkeel.audit WHERE action = 'undo-fix'"
        ),
        format!("{id} every row of table public.b")
    );
    assert!(refusal(&undo(&database, id, &[]).await.unwrap_err()).contains("was undone on"));
}
