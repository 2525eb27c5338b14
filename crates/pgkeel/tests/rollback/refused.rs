//! What stops a rollback, and that nothing has happened then.

use pgkeel::Error;
use pgkeel_testkit::Server;

use super::harness::{Back, dump, folder, recorded, up};

#[tokio::test]
async fn a_script_that_fails_on_scratch_is_not_run_and_one_that_fails_here_leaves_nothing() {
    let database = Server::get(15).database();
    let files = folder(&[
        ("1_a.sql", "CREATE TABLE a (x int);\n-- pgkeel:down\nDROP TABLE a;"),
        ("2_b.sql", "CREATE TABLE b (x int);\n-- pgkeel:down\nDROP TABLE b;\nDROP TABLE nowhere;"),
    ]);
    up(&database, files.path(), None).await.unwrap();
    let before = dump(&database);
    let error = Back::to("0").run(&database, files.path()).await.unwrap_err();
    let Error::Refused { message, help } = &error else { panic!("{error:?}") };
    assert!(message.contains("down script of 2_b:2") && message.contains("nowhere"), "{message}");
    assert!(help.contains("--no-proof"), "{help}");
    let unproven = Back { prove: false, ..Back::to("0") };
    let error = unproven.run(&database, files.path()).await.unwrap_err();
    let Error::Statement(statement) = &error else { panic!("{error:?}") };
    assert_eq!((statement.position.line, statement.sqlstate.as_deref()), (2, Some("42P01")));
    let shown = error.to_string();
    assert!(shown.contains("2 | DROP TABLE nowhere"), "{shown}");
    assert!(
        shown.contains("Nothing was rolled back by this run. The migration stays applied as a whole."),
        "{shown}"
    );
    assert_eq!((dump(&database), recorded(&database)), (before, "1 applied,2 applied".to_owned()));
}

#[tokio::test]
async fn what_changed_since_the_plan_stops_it() {
    let database = Server::get(14).database();
    let files = folder(&[
        ("1_a.sql", "CREATE TABLE a (x int);\n-- pgkeel:down\nDROP TABLE a;"),
        ("2_b.sql", "CREATE TABLE b (x int);\n-- pgkeel:down\nDROP TABLE b;"),
    ]);
    up(&database, files.path(), None).await.unwrap();
    let back = Back::one();
    let rows_came = back.with(&database, files.path(), async |job, plan| {
        database.execute("INSERT INTO b VALUES (1)");
        job.roll_back(&plan).await
    });
    let error = rows_came.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("every row of table b (1)"), "{error}");
    database.execute("TRUNCATE b");
    let somebody_was_faster = back.with(&database, files.path(), async |job, plan| {
        Back::one().run(&database, files.path()).await.unwrap();
        job.roll_back(&plan).await
    });
    let error = somebody_was_faster.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("has changed since"), "{error}");
    assert_eq!(recorded(&database), "1 applied");
    let unknown = Back::to("7").plan(&database, files.path()).await.unwrap_err();
    assert!(unknown.to_string().contains("version 7 is not in the history"), "{unknown}");
}

#[tokio::test]
async fn without_script_and_file_there_is_no_way_back() {
    let database = Server::get(15).database();
    let files = folder(&[("1_a.sql", "CREATE TABLE a (x int);")]);
    up(&database, files.path(), None).await.unwrap();
    database.execute("DELETE FROM pgkeel.snapshots");
    let gone = folder(&[]);
    let error = Back::one().run(&database, gone.path()).await.unwrap_err();
    assert!(error.to_string().contains("1_a has no down script"), "{error}");
    assert!(error.help().unwrap_or_default().contains("history forget 1"), "{error:?}");
    assert_eq!(recorded(&database), "1 applied");
}
