//! R: disks, memory, timeouts and sizes.

use std::fmt::Write as _;
use std::time::Duration;

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel_testkit::{Server, SmallDisk};

use super::harness::{Project, outcomes};

#[tokio::test]
async fn r1_r2_private_server_whose_disk_is_full() {
    let disk = SmallDisk::mount(4);
    let server = Server::start_private(15, &[]);
    disk.tablespace(&server, "small");
    let database = server.database();
    let project = Project::new(&[
        (
            "1_a.sql",
            "CREATE TABLE a (x text);\nINSERT INTO a SELECT md5(n::text) FROM generate_series(1, 150000) n;",
        ),
        (
            "2_b.sql",
            "CREATE TABLE b TABLESPACE small AS SELECT repeat('x', 1000) FROM generate_series(1, 10000);",
        ),
    ]);
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!(error.sqlstate.as_deref(), Some("53100"));
    assert!(error.hint.is_some());
    assert_eq!(outcomes(&database), "1 applied");
    assert_eq!(database.value("SELECT to_regclass('b') IS NULL"), "t");
    project.write("2_b.sql", "CREATE INDEX CONCURRENTLY i ON a (x) TABLESPACE small;");
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!(error.sqlstate.as_deref(), Some("53100"));
    assert_eq!(database.value("SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass"), "0");
    project.write("2_b.sql", "CREATE INDEX CONCURRENTLY i ON a (x);");
    project.migrate(&database.url()).await;
    assert_eq!(outcomes(&database), "1 applied, 2 applied");
}

#[tokio::test]
async fn r4_timeouts_of_roles_and_databases_do_not_reach_migrations() {
    for major in [14, 17] {
        let database = Server::get(major).database();
        let name = database.name();
        for setting in [
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "idle_session_timeout",
        ] {
            database.execute(&format!("ALTER DATABASE {name} SET {setting} = '300ms'"));
        }
        if major >= 17 {
            database.execute(&format!("ALTER DATABASE {name} SET transaction_timeout = '300ms'"));
        }
        let project = Project::new(&[
            ("1_a.sql", "SELECT pg_sleep(0.5);"),
            ("2_b.sql", "CREATE TABLE b (x int);\nVACUUM b;\nSELECT pg_sleep(0.5);"),
        ]);
        project.migrate(&database.url()).await;
        assert_eq!(outcomes(&database), "1 applied, 2 applied");
    }
}

#[tokio::test]
async fn r4_a_timeout_of_ours_stops_and_is_not_tried_again() {
    let database = Server::get(15).database();
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);\nSELECT pg_sleep(600);")]);
    let run = RunOptions { statement_timeout: Duration::from_millis(50), ..RunOptions::default() };
    let Error::Statement(error) = project.run(&database.url(), run).await.result.unwrap_err() else {
        panic!()
    };
    assert_eq!((error.sqlstate.as_deref(), error.position.line), (Some("57014"), 2));
    assert_eq!(outcomes(&database), "");
}

#[tokio::test]
async fn r5_private_server_that_runs_out_of_locks() {
    let server = Server::start_private(15, &[("max_locks_per_transaction", "10"), ("max_connections", "10")]);
    let database = server.database();
    let mut text = String::new();
    for n in 0..6000 {
        writeln!(text, "CREATE TABLE t{n} (x int PRIMARY KEY);").unwrap();
    }
    let project = Project::new(&[("1_a.sql", text.as_str())]);
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!(error.sqlstate.as_deref(), Some("53200"));
    assert!(error.hint.as_deref().unwrap().contains("max_locks_per_transaction"), "{error}");
    assert_eq!(outcomes(&database), "");
}

#[tokio::test]
async fn r8_a_statement_of_fifty_megabytes() {
    let database = Server::get(15).database();
    let project = Project::new(&[(
        "1_a.sql",
        &format!("CREATE TABLE a AS SELECT length('{}') AS n;", "x".repeat(50_000_000)),
    )]);
    project.migrate(&database.url()).await;
    assert_eq!(database.value("SELECT n FROM a"), "50000000");
}

#[tokio::test]
async fn r9_a_limit_of_temporary_files_is_shown_at_its_statement() {
    let database = Server::get(16).database();
    database.execute("CREATE TABLE big AS SELECT md5(n::text) AS x FROM generate_series(1, 100000) n");
    database.execute(&format!("ALTER DATABASE {} SET temp_file_limit = '1MB'", database.name()));
    let project = Project::new(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        (
            "2_b.sql",
            "CREATE TABLE b (x text);\nSET LOCAL work_mem = '64kB';\nINSERT INTO b SELECT md5(n::text) FROM generate_series(1, \
             200000) n ORDER BY 1;",
        ),
    ]);
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!((error.sqlstate.as_deref(), error.position.line), (Some("53400"), 3));
    assert!(error.message.contains("temp_file_limit"), "{}", error.message);
    assert_eq!(outcomes(&database), "1 applied");
    assert_eq!(database.value("SELECT to_regclass('b') IS NULL"), "t", "nothing of it is left");
    // In steps: the index that could not be built is not left either.
    project.write(
        "2_b.sql",
        "SET maintenance_work_mem = '1MB';\nSET max_parallel_maintenance_workers = 0;\nCREATE INDEX CONCURRENTLY big_x ON big (x);",
    );
    let Error::Statement(error) = project.fails(&database.url()).await else { panic!() };
    assert_eq!((error.sqlstate.as_deref(), error.position.line), (Some("53400"), 3));
    assert_eq!(database.value("SELECT to_regclass('big_x') IS NULL"), "t");
    database.execute(&format!("ALTER DATABASE {} RESET temp_file_limit", database.name()));
    project.migrate(&database.url()).await;
    assert_eq!(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_x'::regclass"), "t");
}
