//! Ways back that cannot be one transaction: each step is noted, and an interrupted one goes on where it stopped.

use pgkeel::Error;
use pgkeel_testkit::Server;

use super::harness::{Back, dump, folder, recorded, up};

#[tokio::test]
async fn a_way_back_that_failed_in_its_steps_goes_on_where_it_stopped() {
    let database = Server::get(17).database();
    let files = folder(&[
        ("1_a.sql", "CREATE TABLE a (x int, y int);\n-- pgkeel:down\nDROP TABLE a;"),
        (
            "2_b.sql",
            "CREATE INDEX CONCURRENTLY a_x ON a (x);\nCREATE TABLE b (z int);\n-- pgkeel:down\n\
             DROP INDEX CONCURRENTLY a_x;\nDROP TABLE b;",
        ),
    ]);
    up(&database, files.path(), Some("1")).await.unwrap();
    let one = dump(&database);
    up(&database, files.path(), None).await.unwrap();
    // Somebody depends on what the second step drops.
    database.execute("CREATE VIEW v AS SELECT z FROM b");
    let unproven = Back { prove: false, ..Back::one() };
    let error = unproven.run(&database, files.path()).await.unwrap_err();
    assert!(matches!(error, Error::Statement(_)), "{error:?}");
    assert_eq!(recorded(&database), "1 applied,2 undoing");
    assert_eq!(database.value("SELECT to_regclass('a_x') IS NULL AND to_regclass('b') IS NOT NULL"), "t");
    let refused = up(&database, files.path(), None).await.unwrap_err();
    assert!(refused.to_string().contains("half rolled back"), "{refused}");
    database.execute("DROP VIEW v");
    Back::one().run(&database, files.path()).await.unwrap();
    assert_eq!((dump(&database), recorded(&database)), (one, "1 applied".to_owned()));
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.journal"), "0");
}

#[tokio::test]
async fn a_first_step_that_leaves_nothing_leaves_the_migration_applied() {
    let database = Server::get(15).database();
    let files = folder(&[(
        "1_a.sql",
        "CREATE TABLE a (x int);\n-- pgkeel:down\n-- pgkeel: transaction=off\nDROP TABLE nowhere;\nDROP TABLE a;",
    )]);
    up(&database, files.path(), None).await.unwrap();
    let unproven = Back { prove: false, ..Back::one() };
    let error = unproven.run(&database, files.path()).await.unwrap_err();
    assert!(matches!(error, Error::Statement(_)), "{error:?}");
    assert_eq!(recorded(&database), "1 applied");
}
