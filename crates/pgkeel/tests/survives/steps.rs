//! Migrations that cannot be one transaction: cut, interrupted, failed, taken up again.

use pgkeel::Error;
use pgkeel_testkit::{Cut, Proxy, Server};

use super::harness::{Project, outcomes};

#[tokio::test]
async fn s16_mixed_files_need_no_splitting_by_hand() {
    for major in [14, 15, 16, 17, 18] {
        let database = Server::get(major).database();
        database.execute("CREATE TABLE parted (x int) PARTITION BY RANGE (x); CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (9); CREATE INDEX parted_x ON parted (x)");
        let project = Project::new(&[(
            "1_a.sql",
            "CREATE TABLE a (x int);\nVACUUM a;\nREINDEX TABLE parted;\nINSERT INTO a VALUES (1);\nALTER TABLE parted DETACH PARTITION part CONCURRENTLY;\nREINDEX INDEX CONCURRENTLY parted_x;\nCREATE UNIQUE INDEX CONCURRENTLY ON a (x);\nDROP INDEX CONCURRENTLY a_x_idx;\nALTER SYSTEM SET work_mem = '5MB';\nALTER SYSTEM RESET work_mem;",
        )]);
        project.migrate(&database.url()).await;
        assert_eq!(outcomes(&database), "1 applied");
        assert_eq!(database.value("SELECT count(*) FROM a"), "1");
        assert_eq!(database.value("SELECT count(*) FROM pg_inherits"), "0");
    }
}

#[tokio::test]
async fn s16_a_failed_first_step_leaves_nothing_to_clean_up() {
    let database = Server::get(15).database();
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);\nSELECT nope;\nVACUUM a;")]);
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert!(error.outcome.contains("rolled back as a whole"), "{error}");
    assert_eq!(outcomes(&database), "");
}

/// What `status` says of the one migration that stopped.
async fn changed_step(project: &Project, database: &pgkeel_testkit::TestDatabase<'_>) -> Option<usize> {
    let migrations =
        pgkeel::discover::migrations(project.path(), std::path::Path::new("migrations")).unwrap();
    let store = pgkeel::store::Store::new("pgkeel");
    let status = pgkeel::status::Status::read(&database.client().await, &store, &migrations).await.unwrap();
    status.halted.into_values().next().and_then(|halted| halted.changed)
}

#[tokio::test]
async fn h11_a_step_that_failed_is_taken_up_where_it_stopped_also_when_the_rest_was_changed() {
    let database = Server::get(15).database();
    let project = Project::new(&[(
        "1_a.sql",
        "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1), (1);\nCREATE UNIQUE INDEX CONCURRENTLY i ON a (x);\nCREATE TABLE b (x int);",
    )]);
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!((error.sqlstate.as_deref(), error.position.line), (Some("23505"), 3));
    assert!(error.outcome.contains("Its step 1 stays applied"), "{error}");
    // The failed build left no index behind.
    assert_eq!(database.value("SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass"), "0");
    assert_eq!(outcomes(&database), "1 failed");
    project.write("1_a.sql", "CREATE TABLE changed (x int);\nVACUUM;");
    let error = project.fails(&database.url()).await;
    assert!(error.to_string().contains("reads differently"), "{error}");
    assert!(error.help().unwrap_or_default().contains("by hand"), "{error}");
    assert_eq!(changed_step(&project, &database).await, Some(1));
    project.write(
        "1_a.sql",
        "-- a remark\nCREATE TABLE a (x int);\nINSERT INTO a VALUES (1), (1);\nDELETE FROM a;\nSELECT 1;",
    );
    assert_eq!(changed_step(&project, &database).await, None);
    project.write(
        "1_a.sql",
        "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1), (1);\nDELETE FROM a;\nCREATE TABLE b (x int);",
    );
    project.migrate(&database.url()).await;
    assert_eq!(
        database.value("SELECT (SELECT count(*) FROM a) || ' ' || (to_regclass('b') IS NOT NULL)"),
        "0 true"
    );
    assert_eq!(outcomes(&database), "1 applied");
}

#[tokio::test]
async fn h11_only_the_steps_ahead_may_change() {
    let database = Server::get(16).database();
    let project = Project::new(&[(
        "1_a.sql",
        "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\nVACUUM a;\nSELECT nope;",
    )]);
    project.fails(&database.url()).await;
    assert_eq!(outcomes(&database), "1 failed");
    // Nothing of what is left needs to be alone now.
    project.write(
        "1_a.sql",
        "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\nVACUUM a;\nCREATE TABLE b (x int);",
    );
    project.migrate(&database.url()).await;
    assert_eq!(outcomes(&database), "1 applied");
    assert_eq!(database.value("SELECT to_regclass('b') IS NOT NULL"), "t");
}

#[tokio::test]
async fn what_a_failed_migration_had_done_is_undone_where_that_is_certain() {
    let database = Server::get(17).database();
    database.execute("CREATE TABLE old (x int, y int); INSERT INTO old VALUES (1, 1), (1, 2)");
    let before = database.pg_dump_with(&["--schema-only", "--exclude-schema=pgkeel"]);
    let text = "CREATE TABLE a (x int);\nALTER TABLE old ADD COLUMN z int;\nCREATE INDEX CONCURRENTLY old_y ON old (y);\n\
                CREATE VIEW v AS SELECT x FROM old;\nCREATE UNIQUE INDEX CONCURRENTLY old_x ON old (x);";
    let project = Project::new(&[("1_a.sql", text)]);
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!(error.position.line, 5);
    assert!(error.outcome.contains("was undone, and nothing of it is left"), "{error}");
    assert_eq!(outcomes(&database), "");
    assert_eq!(database.pg_dump_with(&["--schema-only", "--exclude-schema=pgkeel"]), before);
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.journal"), "0");
    database.execute("DELETE FROM old WHERE y = 2");
    project.migrate(&database.url()).await;
    assert_eq!(outcomes(&database), "1 applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_an_invalid_index_never_counts_as_built_and_one_that_is_being_built_is_left_alone() {
    let database = Server::get(15).database();
    database.execute("CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1)");
    let failed = database.client().await.batch_execute("CREATE UNIQUE INDEX CONCURRENTLY i ON a (x)").await;
    assert!(failed.is_err());
    database.execute("DELETE FROM a");
    let project = Project::new(&[("1_a.sql", "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (x);")]);
    project.migrate(&database.url()).await;
    assert_eq!(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"), "t");

    let writer = database.client().await;
    writer.batch_execute("BEGIN; INSERT INTO a VALUES (1)").await.unwrap();
    let builder = database.client().await;
    let building =
        tokio::spawn(async move { builder.batch_execute("CREATE INDEX CONCURRENTLY j ON a (x)").await });
    super::harness::until(
        &database,
        "SELECT EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = indexrelid WHERE relname = 'j' AND NOT indisvalid)",
    );
    let project = Project::new(&[
        ("1_a.sql", "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (x);"),
        ("2_b.sql", "CREATE INDEX CONCURRENTLY IF NOT EXISTS j ON a (x);"),
    ]);
    let error = project.fails(&database.url()).await;
    assert!(error.to_string().contains("is building index"), "{error}");
    writer.batch_execute("COMMIT").await.unwrap();
    building.await.unwrap().unwrap();
    project.migrate(&database.url()).await;
    assert_eq!(outcomes(&database), "1 applied, 2 applied");
}

#[tokio::test]
async fn p6_where_nothing_tells_it_stops_and_a_person_decides() {
    use pgkeel::database::{ConnectOptions, Target};
    use pgkeel::migrate::{Job, Resolution};
    use pgkeel_core::migration::Version;
    for (how, rows) in [(Resolution::Done, "1"), (Resolution::Again, "2")] {
        let database = Server::get(15).database();
        database.execute("CREATE TABLE log (x int); CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (1); COMMIT; END $$");
        let project =
            Project::new(&[("1_a.sql", "-- pgkeel: transaction=off\nCALL p();\nCREATE TABLE b (x int);")]);
        let proxy = Proxy::start(&database);
        proxy.arm(Cut::before_reply("CALL\0"));
        let error = project.fails(&proxy.url(database.name())).await;
        assert!(error.help().unwrap_or_default().contains("history resolve 1 --done"), "{error:?}");
        let target = Target::parse(&database.url()).unwrap();
        let store = pgkeel::store::Store::new("pgkeel");
        let job = Job {
            target: &target,
            connect: ConnectOptions::default(),
            folder: project.path(),
            migrations: &[],
            embedded: false,
            store: &store,
            wish: pgkeel_core::pending::Wish::default(),
            lock_wait: std::time::Duration::from_secs(10),
            run: pgkeel::apply::RunOptions::default(),
            observe: &|_| {},
        };
        let step = job.resolve(&Version::parse("1").unwrap(), how, "looked at the log").await.unwrap();
        assert_eq!(step, 1);
        project.migrate(&database.url()).await;
        assert_eq!(database.value("SELECT count(*) FROM log"), rows);
        assert_eq!(outcomes(&database), "1 applied");
    }
}
