//! Runs by the binary as a user starts them: many at once, watched from another shell, interrupted, refused.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use pgkeel_testkit::binary::{self, project, words};
use pgkeel_testkit::{PgBouncer, PoolMode, Server, TestDatabase};
use serde_json::Value;

fn command(project: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut command = binary::command(env!("CARGO_BIN_EXE_pgkeel"), project, arguments);
    command.args(["--database", url]);
    command
}

fn pgkeel(project: &Path, url: &str, arguments: &[&str]) -> Output {
    command(project, url, arguments).output().unwrap()
}

/// The limit is for a defect only.
fn until(database: &TestDatabase<'_>, query: &str) {
    let limit = Instant::now() + Duration::from_secs(60);
    while database.value(query) != "t" {
        assert!(Instant::now() < limit, "never true: {query}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

const SLEEPS: &str = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> \
                      pg_backend_pid() AND wait_event = 'PgSleep')";

#[test]
fn c2_fifty_processes_at_once_all_exit_with_0_and_apply_everything_once() {
    let database = Server::get(15).database();
    let project = project(&[
        ("0001_a.sql", "CREATE TABLE a (x int); INSERT INTO a VALUES (1);"),
        ("0002_b.sql", "CREATE INDEX CONCURRENTLY a_x ON a (x);"),
        (
            "0003_c.sql",
            "CREATE TABLE c (x int);\nCREATE INDEX CONCURRENTLY c_x ON c (x);\nINSERT INTO c VALUES (1);",
        ),
        ("0004_d.sql", "ALTER TABLE a ADD y int;"),
    ]);
    let url = database.url();
    let runs: Vec<Child> =
        (0..50).map(|_| command(project.path(), &url, &["migrate"]).spawn().unwrap()).collect();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    }
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.audit WHERE action = 'migrate'"), "4");
    let rows = "SELECT (SELECT count(*) FROM a) || ' ' || (SELECT count(*) FROM c) || ' ' || (SELECT count(*) FROM \
                pg_index WHERE indisvalid AND indrelid IN ('a'::regclass, 'c'::regclass))";
    assert_eq!(database.value(rows), "1 1 2");
}

#[test]
fn status_says_who_holds_the_lock_and_what_it_is_doing() {
    let database = Server::get(17).database();
    let project = project(&[
        ("0001_a.sql", "CREATE TABLE a (x int);"),
        ("0002_b.sql", "-- a long one\n\nSELECT pg_sleep(600);"),
    ]);
    let url = database.url();
    let mut run = command(project.path(), &url, &["migrate"]).spawn().unwrap();
    until(&database, SLEEPS);
    // The second session of the run has said which line it is, once the statement has been running for a while.
    until(
        &database,
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '/* pgkeel 0002_b line 3%')",
    );
    let status = pgkeel(project.path(), &url, &["status", "--format", "json"]);
    let document: Value = serde_json::from_slice(&status.stdout).unwrap();
    let holder = &document["lock_holder"];
    assert_eq!(holder["process"], run.id(), "{holder}");
    assert!(holder["host"].as_str().is_some_and(|host| !host.is_empty()), "{holder}");
    assert!(holder["application"].as_str().unwrap().starts_with("pgkeel migrate"), "{holder}");
    assert!(holder["since"].as_str().unwrap().starts_with("20"), "{holder}");
    assert_eq!(holder["statement"], "0002_b line 3: SELECT pg_sleep(…)");
    let human = pgkeel(project.path(), &url, &["status"]);
    assert!(words(&human).contains("0002_b line 3: SELECT pg_sleep(…)"), "{}", words(&human));
    // Who does not want to wait is told, and refused.
    let second = pgkeel(project.path(), &url, &["migrate", "--wait", "0"]);
    assert_eq!(second.status.code(), Some(4), "{}", words(&second));
    assert!(words(&second).contains(&format!(":{}", run.id())), "{}", words(&second));
    interrupt(&run);
    run.wait().unwrap();
}

fn interrupt(run: &Child) {
    let done = Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    assert!(done.success());
}

#[test]
fn p9_ctrl_c_cancels_on_the_server_rolls_back_and_says_what_is_applied() {
    let database = Server::get(16).database();
    let project = project(&[
        ("0001_a.sql", "CREATE TABLE a (x int);"),
        ("0002_b.sql", "CREATE TABLE b (x int);\nSELECT pg_sleep(600);"),
    ]);
    let run = command(project.path(), &database.url(), &["migrate"]).spawn().unwrap();
    until(&database, SLEEPS);
    interrupt(&run);
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", words(&output));
    let told = words(&output);
    assert!(told.contains("interrupted. Applied before it: 0001_a"), "{told}");
    assert!(told.contains("rolled back"), "{told}");
    until(&database, &format!("SELECT NOT ({SLEEPS})"));
    assert_eq!(database.value("SELECT to_regclass('b') IS NULL AND to_regclass('a') IS NOT NULL"), "t");
}

#[test]
fn events_are_json_lines_on_standard_error() {
    let database = Server::get(18).database();
    // Four rows in a block, and 20 ms for each row.
    let slow = "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN $1; END $$;
        CREATE TABLE a (x int, filler text STORAGE PLAIN);
        INSERT INTO a SELECT n, repeat('x', 1900) FROM generate_series(1, 200) n;";
    let project = project(&[
        ("0001_a.sql", slow),
        ("0002_b.sql", "CREATE TABLE b (x int);\nCREATE INDEX CONCURRENTLY a_x ON a (slow(x));"),
    ]);
    let output = pgkeel(project.path(), &database.url(), &["migrate", "--format", "json"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let events: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert!(events.iter().all(|event| event["format"] == "pgkeel/event/1"), "{told}");
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    for name in ["run_started", "migration_started", "migration_applied", "step_started"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    let percent =
        |event: &&Value| event["phase"].as_str().is_some_and(|phase| phase.contains("building index"));
    let percents: Vec<u64> =
        events.iter().filter(percent).filter_map(|event| event["percent"].as_u64()).collect();
    assert!(percents.iter().any(|percent| (1..100).contains(percent)), "{told}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["applied"].as_array().unwrap().len(), 2);
}

#[test]
fn an_error_that_the_embedded_engine_cannot_catch_points_to_its_line_at_the_first_try() {
    let block = "DO $$ BEGIN\n  CREATE TYPE m AS ENUM ('a');\n  CREATE TYPE m AS ENUM ('a');\n\
                 EXCEPTION WHEN duplicate_object THEN NULL; END $$;";
    let project = project(&[("0001_a.sql", "CREATE TABLE a (x int);"), ("0002_b.sql", block)]);
    let database = format!("embedded:{}", project.path().join("database").display());
    let refused = pgkeel(project.path(), &database, &["migrate"]);
    assert_eq!(refused.status.code(), Some(3), "{}", words(&refused));
    let told = words(&refused);
    assert!(
        told.contains("0002_b.sql:3:3: ") && told.contains("type \"m\" already exists [42710]"),
        "{told}"
    );
    assert!(told.contains("cannot catch errors") && told.contains("use a PostgreSQL server"), "{told}");
    assert!(told.contains("Applied before it: 0001_a") && !told.contains("connecting again"), "{told}");
}

#[test]
fn a_migration_that_was_rolled_back_as_a_whole_is_failed_until_its_file_is_mended() {
    let database = Server::get(16).database();
    let project = project(&[
        ("0001_a.sql", "CREATE TABLE a (x int);"),
        ("0002_b.sql", "CREATE TABLE b (x int);\nCREATE TABLE a (x int);"),
        ("0003_c.sql", "CREATE TABLE c (x int);"),
    ]);
    let url = database.url();
    assert_eq!(pgkeel(project.path(), &url, &["migrate"]).status.code(), Some(3));
    let look = || {
        let told = pgkeel(project.path(), &url, &["status", "--quick", "--format", "json"]);
        let document: Value = serde_json::from_slice(&told.stdout).unwrap();
        let rows = document["migrations"].as_array().unwrap().clone();
        let states: Vec<String> = rows.iter().map(|row| row["state"].as_str().unwrap().to_owned()).collect();
        (states, rows[1]["failure"].clone())
    };
    let (failed, failure) = look();
    assert_eq!(failed, ["applied", "failed", "pending"]);
    assert_eq!(
        (failure["line"].as_u64(), failure["message"].as_str()),
        (Some(2), Some("relation \"a\" already exists"))
    );
    let told = words(&pgkeel(project.path(), &url, &["status", "--quick"]));
    assert!(told.contains("rolled back as a whole; line 2: relation \"a\" already exists"), "{told}");
    assert!(told.contains("mend the file"), "{told}");
    std::fs::write(project.path().join("migrations/0002_b.sql"), "CREATE TABLE b (x int);").unwrap();
    assert_eq!(look(), (["applied", "pending", "pending"].map(str::to_owned).to_vec(), Value::Null));
    assert_eq!(pgkeel(project.path(), &url, &["migrate"]).status.code(), Some(0));
    assert_eq!(look().0, ["applied", "applied", "applied"]);
}

#[test]
fn what_failed_and_left_nothing_is_pending_for_everybody_else() {
    let database = Server::get(15).database();
    let project = project(&[
        ("0001_a.sql", "CREATE TABLE a (x int);"),
        ("0002_b.sql", "CREATE TABLE b (x int);\nCREATE UNIQUE INDEX ON a (x);"),
    ]);
    let url = database.url();
    assert_eq!(pgkeel(project.path(), &url, &["migrate", "--to", "1"]).status.code(), Some(0));
    database.execute("INSERT INTO a VALUES (1), (1)");
    assert_eq!(pgkeel(project.path(), &url, &["migrate"]).status.code(), Some(3));
    let validated = words(&pgkeel(project.path(), &url, &["validate"]));
    assert!(validated.contains("0002_b makes it so, and is pending"), "{validated}");
    let health = pgkeel(project.path(), &url, &["health-check", "--format", "json"]);
    let document: Value = serde_json::from_slice(&health.stdout).unwrap();
    assert_eq!(document["migrations"]["pending"], serde_json::json!(["0002_b"]), "{document}");
    assert_eq!(document["migrations"]["dirty"], serde_json::json!([]), "{document}");
}

#[test]
fn p6_a_person_resolves_what_nothing_tells() {
    let server = Server::get(15);
    for (how, rows) in [("--done", "0"), ("--again", "1")] {
        let database = server.database();
        database.execute(
            "CREATE TABLE done (x int); CREATE PROCEDURE work() LANGUAGE plpgsql AS $$ BEGIN COMMIT; PERFORM pg_sleep(600); END $$",
        );
        let text =
            "-- pgkeel: transaction=off\nCREATE TABLE a (x int);\nCALL work();\nCREATE TABLE b (x int);";
        let project = project(&[("0001_a.sql", text)]);
        let url = database.url();
        let mut run = command(project.path(), &url, &["migrate"]).spawn().unwrap();
        until(&database, SLEEPS);
        run.kill().unwrap();
        run.wait().unwrap();
        until(&database, &format!("SELECT NOT ({SLEEPS})"));
        database.execute("CREATE OR REPLACE PROCEDURE work() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO done VALUES (1); END $$");
        let stopped = pgkeel(project.path(), &url, &["migrate"]);
        assert_eq!(stopped.status.code(), Some(4), "{}", words(&stopped));
        let told = words(&stopped);
        assert!(told.contains("history resolve 0001 --done") && told.contains("--again"), "{told}");
        let status = words(&pgkeel(project.path(), &url, &["status"]));
        assert!(status.contains("interrupted") && status.contains("step 2: CALL work()"), "{status}");
        assert!(status.contains("history resolve 0001 --done") && status.contains("--again"), "{status}");
        let resolved = pgkeel(
            project.path(),
            &url,
            &["history", "resolve", "1", how, "--reason", "looked at the table"],
        );
        assert_eq!(resolved.status.code(), Some(0), "{}", words(&resolved));
        let done = pgkeel(project.path(), &url, &["migrate"]);
        assert_eq!(done.status.code(), Some(0), "{}", words(&done));
        assert_eq!(database.value("SELECT count(*) FROM done"), rows, "{how}");
        assert_eq!(database.value("SELECT to_regclass('b') IS NOT NULL"), "t");
        let audit = "SELECT detail->>'reason' FROM pgkeel.audit WHERE action = 'resolve'";
        assert_eq!(database.value(audit), "looked at the table");
    }
}

#[test]
fn n8_a_transaction_pooler_is_refused_with_the_address_to_use() {
    let server = Server::get(16);
    let database = server.database();
    let bouncer = PgBouncer::start(server, PoolMode::Transaction);
    let project = project(&[("0001_a.sql", "CREATE TABLE a (x int);")]);
    let url = bouncer.url(database.name());
    let refused = pgkeel(project.path(), &url, &["migrate"]);
    assert_eq!(refused.status.code(), Some(4), "{}", words(&refused));
    assert!(words(&refused).contains("use the address of the server itself"), "{}", words(&refused));
    assert_eq!(database.value("SELECT to_regnamespace('pgkeel') IS NULL"), "t");
    let dry = pgkeel(project.path(), &url, &["migrate", "--dry-run"]);
    assert_eq!(dry.status.code(), Some(4), "what the run refuses, its rehearsal refuses: {}", words(&dry));
    let stamp = pgkeel(project.path(), &url, &["history", "stamp", "--all", "--force"]);
    assert_eq!(stamp.status.code(), Some(4), "its lock would belong to everybody, too: {}", words(&stamp));
    let address = format!("Unix socket of its own machine, port {}", server.port());
    assert!(words(&refused).contains(&address), "{}", words(&refused));
    let passed = ["migrate", "--skip-preflight", "pooler", "--reason", "I know better"];
    let told = pgkeel(project.path(), &url, &passed);
    assert_eq!(told.status.code(), Some(4), "the pool changes connections: {}", words(&told));
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database \
                 WHERE datname = current_database())";
    assert_eq!(database.value(locks), "0", "no lock is left with the pool");
    let unexplained = pgkeel(project.path(), &url, &["migrate", "--skip-preflight", "pooler"]);
    assert_eq!(unexplained.status.code(), Some(2), "a reason is required: {}", words(&unexplained));
}

#[test]
fn n8_a_pool_that_keeps_the_connection_may_be_passed_over_and_leaves_no_lock() {
    let server = Server::get(16);
    let database = server.database();
    let bouncer = PgBouncer::start(server, PoolMode::Session);
    let project = project(&[("0001_a.sql", "CREATE TABLE a (x int);")]);
    let url = bouncer.url(database.name());
    let passed = ["migrate", "--skip-preflight", "pooler", "--reason", "it is a session pool"];
    let done = pgkeel(project.path(), &url, &passed);
    assert_eq!(done.status.code(), Some(0), "{}", words(&done));
    let direct = pgkeel(project.path(), &database.url(), &["migrate", "--wait", "0"]);
    assert_eq!(direct.status.code(), Some(0), "{}", words(&direct));
}

#[test]
fn n8_a_statement_pool_is_refused_in_words_by_whatever_reads() {
    let server = Server::get(16);
    let database = server.database();
    let bouncer = PgBouncer::start(server, PoolMode::Statement);
    let project = project(&[("0001_a.sql", "CREATE TABLE a (x int);")]);
    for command in ["auto-fix", "status", "validate"] {
        let refused = pgkeel(project.path(), &bouncer.url(database.name()), &[command]);
        assert_eq!(refused.status.code(), Some(4), "{command}: {}", words(&refused));
        assert!(words(&refused).contains("statement mode"), "{command}: {}", words(&refused));
        assert!(words(&refused).contains("use the address of the server itself"), "{}", words(&refused));
    }
}

/// What a migration sees of a setting.
fn seen(database: &TestDatabase<'_>, name: &str) -> String {
    database.value(&format!("SELECT value FROM seen WHERE name = '{name}'"))
}

#[test]
fn timeouts_are_set_for_a_project_an_environment_and_a_migration() {
    let server = Server::get(17);
    let look = "INSERT INTO seen SELECT name, setting FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout', \
                'client_connection_check_interval');";
    let directives = "-- pgkeel: lock-timeout 7s\n-- pgkeel: statement-timeout 8min\n-- pgkeel: client-connection-check-interval 9s\n";
    for (environment, own, wanted) in [
        ("development", "", ["3000", "60000", "4000"]),
        ("staging", "", ["5000", "120000", "0"]),
        ("staging", directives, ["7000", "480000", "9000"]),
    ] {
        // In a transaction, and alone.
        for alone in ["", "-- pgkeel: transaction=off\n"] {
            let database = server.database();
            database.execute("CREATE TABLE seen (name text, value text)");
            let project = project(&[("0001_a.sql", &format!("{own}{alone}{look}"))]);
            let configuration = "[migrations]\nlock_timeout = \"3s\"\nstatement_timeout = \"1min\"\n\
                                 client_connection_check_interval = \"4s\"\n\n[environments.staging.migrations]\n\
                                 lock_timeout = \"5s\"\nstatement_timeout = \"2min\"\nclient_connection_check_interval = \"0\"\n";
            std::fs::write(project.path().join("pgkeel.toml"), configuration).unwrap();
            let output = pgkeel(project.path(), &database.url(), &["migrate", "--env", environment]);
            assert_eq!(output.status.code(), Some(0), "{}", words(&output));
            let names = ["lock_timeout", "statement_timeout", "client_connection_check_interval"];
            assert_eq!(names.map(|name| seen(&database, name)), wanted, "{environment} {own} {alone}");
        }
    }
}

#[tokio::test]
async fn tries_and_pauses_are_set_for_a_project_an_environment_and_a_migration() {
    let server = Server::get(16);
    for (environment, own, tries, longest_ms) in [
        ("development", "", 2, 40),
        ("staging", "", 3, 30),
        (
            "staging",
            "-- pgkeel: retries 4\n-- pgkeel: retry-pause 1ms\n-- pgkeel: longest-retry-pause 2ms\n",
            4,
            2,
        ),
    ] {
        let database = server.database();
        database.execute("CREATE TABLE held (x int)");
        let holder = database.client().await;
        holder.batch_execute("BEGIN; LOCK TABLE held").await.unwrap();
        let project = project(&[("0001_a.sql", &format!("{own}ALTER TABLE held ADD y int;"))]);
        let configuration = "[migrations]\nlock_timeout = \"20ms\"\nretries = 2\nretry_pause = \"20ms\"\n\
                             longest_retry_pause = \"40ms\"\n\n[environments.staging.migrations]\nretries = 3\n\
                             retry_pause = \"10ms\"\nlongest_retry_pause = \"30ms\"\n";
        std::fs::write(project.path().join("pgkeel.toml"), configuration).unwrap();
        let output =
            pgkeel(project.path(), &database.url(), &["migrate", "--env", environment, "--format", "json"]);
        assert_eq!(output.status.code(), Some(3), "{}", words(&output));
        let events = String::from_utf8_lossy(&output.stderr).into_owned();
        let events = events.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let pauses: Vec<u64> = events.filter_map(|event| event["pause_ms"].as_u64()).collect();
        assert_eq!(pauses.len(), tries, "{environment}: {}", words(&output));
        assert!(pauses.iter().all(|pause| *pause <= longest_ms), "{environment}: {pauses:?}");
    }
}
