//! What is found on the real target before the first statement, and how it is passed over.

use std::collections::BTreeMap;

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel_core::event::Event;
use pgkeel_core::finding::Finding;
use pgkeel_testkit::{Server, SmallDisk, Standby};

use super::harness::{Project, outcomes, until};

fn findings(error: &Error) -> &[Finding] {
    let Error::Findings { findings, .. } = error else { panic!("{error:?}") };
    findings
}

/// The line that a finding is about; 0 for none.
fn line(finding: &Finding) -> usize {
    finding.span.as_ref().map_or(0, |span| span.line)
}

#[tokio::test]
async fn n7_another_database_than_the_project_names_is_refused() {
    let database = Server::get(15).database();
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);")]);
    let run = RunOptions { database_name: Some("shop".to_owned()), ..RunOptions::default() };
    let error = project.run(&database.url(), run.clone()).await.result.unwrap_err();
    assert_eq!(findings(&error)[0].rule, "database-name");
    assert!(findings(&error)[0].message.contains("\"shop\""), "{error}");
    assert_eq!(database.value("SELECT to_regnamespace('pgkeel') IS NULL"), "t");
    // Passed over with a reason, which the audit keeps.
    let skipped = BTreeMap::from([("database-name".to_owned(), "a copy for tests".to_owned())]);
    let run = RunOptions { skipped_checks: skipped, ..run };
    project.run(&database.url(), run).await.result.unwrap();
    assert_eq!(outcomes(&database), "1 applied");
    let audit =
        "SELECT target || ': ' || (detail->>'reason') FROM pgkeel.audit WHERE action = 'skip-preflight'";
    assert_eq!(database.value(audit), "database-name: a copy for tests");
}

#[tokio::test]
async fn s20_rights_are_looked_at_statement_by_statement() {
    let server = Server::get(16);
    let database = server.database();
    let role = format!("{}_poor", database.name());
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; GRANT ALL ON SCHEMA public TO {role}; GRANT CREATE ON DATABASE {} TO {role};
         CREATE TABLE theirs (id int PRIMARY KEY, x int); CREATE TYPE mood AS ENUM ('so'); CREATE SCHEMA old;
         CREATE TABLE open (x int); GRANT INSERT ON open TO {role}; CREATE VIEW seen AS SELECT 1",
        database.name()
    ));
    let project = Project::new(&[
        ("1_a.sql", "CREATE TABLE a (x int);\nINSERT INTO open VALUES (1);\nINSERT INTO theirs VALUES (1);"),
        ("2_b.sql", "CREATE TABLE b (id int REFERENCES theirs);\nALTER TYPE mood ADD VALUE 'well';"),
        (
            "3_c.sql",
            "DROP SCHEMA old;\nCREATE ROLE another;\nDROP VIEW seen;\nALTER SYSTEM SET work_mem = '5MB';",
        ),
        ("4_d.sql", "CREATE DATABASE another;"),
    ]);
    let error = project.fails(&database.url_as(&role)).await;
    let told: Vec<_> =
        findings(&error).iter().map(|finding| (line(finding), finding.message.as_str())).collect();
    let wanted = [
        (3, "no INSERT on table theirs"),
        (1, "no REFERENCES on table theirs"),
        (2, "type mood belongs to postgres"),
        (1, "namespace old belongs to postgres"),
        (2, "may not create roles"),
        (3, "table seen belongs to postgres"),
        (4, "ALTER SYSTEM takes a superuser"),
        (1, "may not create databases"),
    ];
    assert_eq!(told.len(), wanted.len(), "{told:#?}");
    for ((line, message), (wanted_line, words)) in told.iter().zip(wanted) {
        assert!(message.contains(words) && *line == wanted_line, "{wanted_line} {words}: {told:#?}");
    }
    assert_eq!(database.value("SELECT to_regclass('a') IS NULL"), "t", "nothing was changed");
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[tokio::test]
async fn syntax_of_a_later_version_is_found_before_the_first_statement() {
    let database = Server::get(14).database();
    let text = "CREATE TABLE a (x int);\nCREATE UNIQUE INDEX i ON a (x) NULLS NOT DISTINCT;";
    let project = Project::new(&[("1_a.sql", "CREATE TABLE z (x int);"), ("2_a.sql", text)]);
    let error = project.fails(&database.url()).await;
    assert_eq!((findings(&error)[0].rule.as_str(), line(&findings(&error)[0])), ("server-version", 2));
    assert_eq!(database.value("SELECT to_regclass('z') IS NULL"), "t");
}

#[tokio::test]
async fn names_that_look_like_syntax_of_a_later_version_stand_in_nobodys_way() {
    let database = Server::get(14).database();
    let project = Project::new(&[("1_a.sql", include_str!("../../../../tests/features/names.sql"))]);
    project.migrate(&database.url()).await;
    assert_eq!(outcomes(&database), "1 applied");
}

#[tokio::test]
async fn a_language_that_no_migration_brings_is_missed_before_the_first_statement() {
    let database = Server::get(15).database();
    let text = "CREATE TABLE a (x int);\nCREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'return 1';";
    let project = Project::new(&[("1_a.sql", text)]);
    let error = project.fails(&database.url()).await;
    let finding = &findings(&error)[0];
    assert_eq!((finding.rule.as_str(), line(finding)), ("missing-extension", 2), "{error}");
    assert!(finding.message.starts_with("language plpython3u comes from extension plpython3u"), "{error}");
    assert_eq!(database.value("SELECT to_regclass('a') IS NULL"), "t");
}

#[tokio::test]
async fn r1_private_server_whose_disk_has_no_room_for_a_rewrite() {
    let disk = SmallDisk::mount(32);
    let server = Server::start_private(17, &[]);
    disk.tablespace(&server, "small");
    let database = server.database();
    database.execute(
        "CREATE TABLE t (id int, note text) TABLESPACE small;
         INSERT INTO t SELECT n, md5(n::text) FROM generate_series(1, 300000) n",
    );
    // A change of type that writes nothing is not held up, whatever the size.
    let project = Project::new(&[("1_a.sql", "ALTER TABLE t ALTER note TYPE varchar;")]);
    project.migrate(&database.url()).await;
    project.write("2_b.sql", "ALTER TABLE t ALTER id TYPE bigint;");
    let error = project.fails(&database.url()).await;
    let finding = &findings(&error)[0];
    assert_eq!(
        (finding.rule.as_str(), finding.object.as_deref()),
        ("disk-space", Some("table t")),
        "{error}"
    );
    assert_eq!(outcomes(&database), "1 applied");
}

#[tokio::test]
async fn c11_a_standby_that_is_far_behind_is_told() {
    let pair = Standby::start(16);
    let database = pair.primary.database();
    database.execute("CREATE TABLE t (x int)");
    pair.standby.execute("SELECT pg_wal_replay_pause()");
    // More than 128 MB of log that nobody replays.
    database.execute(
        "CREATE TABLE much AS SELECT repeat(md5(n::text), 30) AS x FROM generate_series(1, 150000) n",
    );
    until(
        &database,
        "SELECT coalesce(bool_or(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > 134217728), false) FROM pg_stat_replication",
    );
    let project = Project::new(&[("1_a.sql", "ALTER TABLE t ADD y int;")]);
    let ran = project.run(&database.url(), RunOptions::default()).await;
    ran.result.unwrap();
    let told =
        |event: &Event| matches!(event, Event::Preflight { message, .. } if message.contains("behind"));
    assert!(ran.events.iter().any(told), "{:#?}", ran.events);
}

#[tokio::test]
async fn c10_a_session_that_holds_a_table_for_long_is_told_before_the_run() {
    let database = Server::get(18).database();
    database.execute("CREATE TABLE held (a int)");
    let holder = database.client().await;
    holder.batch_execute("SET application_name = 'report'; BEGIN; SELECT FROM held").await.unwrap();
    until(
        &database,
        "SELECT bool_or(clock_timestamp() - xact_start > interval '11 s') FROM pg_stat_activity WHERE application_name = 'report'",
    );
    let project = Project::new(&[("1_a.sql", "ALTER TABLE held ADD y int;")]);
    let release = super::harness::once(move || drop(holder));
    let ran = project
        .observed(&database.url(), RunOptions::default(), std::time::Duration::ZERO, |event| {
            if matches!(event, Event::Preflight { message, .. } if message.contains("(report)")) {
                release();
            }
        })
        .await;
    ran.result.unwrap();
    assert_eq!(outcomes(&database), "1 applied", "{:#?}", ran.events);
    let told =
        |event: &Event| matches!(event, Event::Preflight { message, .. } if message.contains("(report)"));
    assert!(ran.events.iter().any(told), "{:#?}", ran.events);
}

#[tokio::test]
async fn c10_private_server_that_vacuums_against_wraparound() {
    let server = Server::start_private(
        17,
        &[
            ("autovacuum_freeze_max_age", "100000"),
            ("autovacuum_naptime", "1"),
            ("autovacuum_max_workers", "10"),
        ],
    );
    let database = server.database();
    database.execute(
        "CREATE TABLE held (a text) WITH (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
         INSERT INTO held SELECT repeat(md5(n::text), 100) FROM generate_series(1, 20000) n;
         CREATE TABLE burned (a int)",
    );
    // A subtransaction that writes takes a transaction id.
    database.execute(
        "DO $$ BEGIN FOR n IN 1..100100 LOOP BEGIN INSERT INTO burned VALUES (n); EXCEPTION WHEN others THEN END; END LOOP; END $$",
    );
    until(
        &database,
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'autovacuum: VACUUM%public.held (to prevent wraparound)')",
    );
    let project = Project::new(&[(
        "1_a.sql",
        "-- pgkeel: retries 0\n-- pgkeel: lock-timeout 1s\nALTER TABLE held ADD y int;",
    )]);
    let ran = project.run(&database.url(), RunOptions::default()).await;
    let told =
        |event: &Event| matches!(event, Event::Preflight { message, .. } if message.contains("wraparound"));
    assert!(ran.events.iter().any(told), "{:#?}", ran.events);
    assert!(matches!(ran.result, Err(Error::Statement(_))), "PostgreSQL does not end it for anyone");
    assert_eq!(outcomes(&database), "");
}

#[tokio::test]
async fn c4_another_tool_that_is_migrating_is_told() {
    let database = Server::get(16).database();
    let prisma = database.client().await;
    prisma.batch_execute("SELECT pg_advisory_lock(72707369)").await.unwrap();
    let rails = database.client().await;
    // Rails: 2053462845 times a CRC-32 of the database's name.
    rails.batch_execute("SELECT pg_advisory_lock(2053462845::bigint * 3203631856)").await.unwrap();
    let ours = database.client().await;
    ours.batch_execute("SELECT pg_advisory_lock(7)").await.unwrap();
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);")]);
    let ran = project.run(&database.url(), RunOptions::default()).await;
    ran.result.unwrap();
    let told = |event: &Event| match event {
        Event::Preflight { message, .. } => message.split(' ').next().map(str::to_owned),
        _ => None,
    };
    let tools: Vec<String> = ran.events.iter().filter_map(told).collect();
    assert_eq!(tools, ["Prisma", "Rails"]);
}
