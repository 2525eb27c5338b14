//! Hooks before and after a run and each migration, and what the project sets for all migrations.

use std::collections::BTreeMap;

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel_core::config::{Failed, Hook, Hooks};
use pgkeel_core::event::Event;
use pgkeel_testkit::{Cut, Proxy, Server};

use super::harness::{Project, outcomes};

fn two() -> Project {
    Project::new(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", "CREATE TABLE b (x int);\nCREATE INDEX CONCURRENTLY b_x ON b (x);"),
    ])
}

fn sql(project: &Project, name: &str) -> Vec<Hook> {
    project.write(&format!("{name}.hook"), format!("INSERT INTO hooked VALUES ('{name}');"));
    vec![Hook { sql: Some(format!("{name}.hook")), ..Hook::default() }]
}

fn command(project: &Project, script: &str) -> Hook {
    let log = project.path().join("log");
    let script = format!("echo \"$PGKEEL_HOOK $PGKEEL_MIGRATION\" >> '{}'; {script}", log.display());
    Hook { command: ["sh", "-c", &script].map(str::to_owned).to_vec(), ..Hook::default() }
}

/// Hooks of all four moments, each of them statements and a command.
fn all(project: &Project) -> RunOptions {
    let both = |name: &str| {
        let mut hooks = sql(project, name);
        hooks.push(command(project, "true"));
        hooks
    };
    let hooks = Hooks {
        before: both("before"),
        after: both("after"),
        before_each: both("before_each"),
        after_each: both("after_each"),
    };
    RunOptions { hooks, hook_folder: project.path().to_owned(), ..RunOptions::default() }
}

const ORDER: &str = "before,before_each,after_each,before_each,after_each,after";
const LOG: &str = "before \nbefore_each 1_a\nafter_each 1_a\nbefore_each 2_b\nafter_each 2_b\nafter \n";

#[tokio::test]
async fn each_hook_runs_once_whenever_the_connection_is_lost() {
    let server = Server::get(17);
    let rows = "SELECT string_agg(what, ',' ORDER BY n) FROM hooked";
    let total = {
        let database = server.database();
        database.execute("CREATE TABLE hooked (what text, n serial)");
        let project = two();
        let proxy = Proxy::start(&database);
        project.run(&proxy.url(database.name()), all(&project)).await.result.unwrap();
        assert_eq!(database.value(rows), ORDER);
        assert_eq!(std::fs::read_to_string(project.path().join("log")).unwrap(), LOG);
        // With nothing to apply no hook runs.
        project.run(&proxy.url(database.name()), all(&project)).await.result.unwrap();
        assert_eq!(database.value(rows), ORDER);
        proxy.traffic().requests.len()
    };
    let commits = (0..10).map(|passing| Cut::after_commit().after_passing(passing));
    for cut in (6..total).step_by(2).map(Cut::before_message).chain(commits) {
        let database = server.database();
        database.execute("CREATE TABLE hooked (what text, n serial)");
        let project = two();
        let proxy = Proxy::start(&database);
        proxy.arm(cut.clone());
        project.run(&proxy.url(database.name()), all(&project)).await.result.unwrap();
        assert_eq!(outcomes(&database), "1 applied, 2 applied", "{cut:?}");
        let order = "SELECT string_agg(what, ',' ORDER BY n) FROM hooked";
        assert_eq!(database.value(order), ORDER, "{cut:?}");
        assert_eq!(std::fs::read_to_string(project.path().join("log")).unwrap(), LOG, "{cut:?}");
    }
}

#[tokio::test]
async fn a_failed_hook_stops_the_run_and_says_what_is_applied_unless_it_may_fail() {
    let database = Server::get(15).database();
    let project = two();
    let mut options = all(&project);
    let hook = command(&project, "test \"$PGKEEL_MIGRATION\" = 1_a");
    options.hooks = Hooks { after_each: vec![hook.clone()], ..Hooks::default() };
    let error = project.run(&database.url(), options.clone()).await.result.unwrap_err();
    assert!(matches!(error, Error::Hook { .. }), "{error:?}");
    assert!(error.to_string().contains("2_b is applied and stays so"), "{error}");
    assert_eq!(outcomes(&database), "1 applied, 2 applied");
    project.write("3_c.sql", "CREATE TABLE c (x int);");
    options.hooks = Hooks { before_each: vec![hook.clone()], ..Hooks::default() };
    let error = project.run(&database.url(), options.clone()).await.result.unwrap_err();
    assert!(error.to_string().contains("3_c was not begun"), "{error}");
    assert_eq!(outcomes(&database), "1 applied, 2 applied");
    options.hooks.before_each[0].on_failure = Failed::Continue;
    project.run(&database.url(), options).await.result.unwrap();
    assert_eq!(outcomes(&database), "1 applied, 2 applied, 3 applied");
}

#[tokio::test]
async fn what_the_project_sets_holds_in_every_migration_and_gives_way_to_what_a_migration_sets() {
    let server = Server::get(16);
    let database = server.database();
    let owner = format!("{}_owner", database.name());
    database.execute(&format!("CREATE ROLE {owner}; CREATE SCHEMA app AUTHORIZATION {owner}"));
    let settings = [("role", owner.as_str()), ("search_path", "app"), ("timezone", "Asia/Tokyo")];
    let settings: BTreeMap<_, _> =
        settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let seen = "SELECT current_user::text || ' ' || current_setting('timezone')";
    let project = Project::new(&[
        ("1_a.sql", &format!("CREATE TABLE a AS {seen} AS x;")),
        ("2_b.sql", &format!("CREATE TABLE b AS {seen} AS x;\nCREATE INDEX CONCURRENTLY b_x ON b (x);")),
        ("3_c.sql", &format!("SET timezone = 'UTC';\nCREATE TABLE c AS {seen} AS x;")),
        (
            "4_d.sql",
            &format!(
                "-- pgkeel: lock-timeout 7s\n-- pgkeel: statement-timeout 9s\nCREATE TABLE d AS {seen} || ' ' || current_setting('lock_timeout') || ' ' || current_setting('statement_timeout') AS x;"
            ),
        ),
    ]);
    let run = RunOptions { settings, ..RunOptions::default() };
    project.run(&database.url(), run).await.result.unwrap();
    let value = |table: &str| database.value(&format!("SELECT x FROM app.{table}"));
    assert_eq!(value("a"), format!("{owner} Asia/Tokyo"));
    assert_eq!(value("b"), format!("{owner} Asia/Tokyo"));
    assert_eq!(value("c"), format!("{owner} UTC"));
    assert_eq!(value("d"), format!("{owner} Asia/Tokyo 7s 9s"));
    let owners = "SELECT bool_and(tableowner = current_database() || '_owner') FROM pg_tables WHERE schemaname = 'app'";
    assert_eq!(database.value(owners), "t");
    assert_eq!(database.value("SELECT bool_and(applied_by = 'postgres') FROM pgkeel.migrations"), "t");
    database.execute(&format!("DROP OWNED BY {owner}; DROP ROLE {owner}"));
}

#[tokio::test]
async fn hooks_are_read_before_the_run() {
    let database = Server::get(15).database();
    let project = two();
    project.write("commits.hook", "SELECT 1;\nCOMMIT;");
    project.write("wipes.hook", "SELECT 1;\nTRUNCATE pgkeel.audit;");
    let hook = |sql: Option<&str>, command: &[&str]| Hook {
        sql: sql.map(str::to_owned),
        command: command.iter().map(|&word| word.to_owned()).collect(),
        place: Some("pgkeel.toml:7:1".to_owned()),
        ..Hook::default()
    };
    let cases = [
        (hook(Some("missing.hook"), &[]), "pgkeel.toml:7:1"),
        (hook(Some("commits.hook"), &[]), "commits.hook:2:1"),
        (hook(Some("wipes.hook"), &[]), "wipes.hook:2"),
        (hook(None, &[]), "pgkeel.toml:7:1"),
        (hook(None, &["./missing"]), "pgkeel.toml:7:1"),
    ];
    for (hook, word) in cases {
        let hooks = Hooks { after_each: vec![hook], ..Hooks::default() };
        let run = RunOptions { hooks, hook_folder: project.path().to_owned(), ..RunOptions::default() };
        let error = project.run(&database.url(), run).await.result.unwrap_err();
        assert!(error.to_string().contains(word), "{word}: {error}");
        assert_eq!(database.value("SELECT to_regnamespace('pgkeel') IS NULL"), "t", "{word}");
    }
}

#[tokio::test]
async fn a_program_gets_the_address_and_what_it_says_is_told() {
    let database = Server::get(15).database();
    let project = two();
    let script = "echo \"$PGDATABASE $DATABASE_URL\"; echo oops >&2; printf unfinished";
    let hook = Hook { command: ["sh", "-c", script].map(str::to_owned).to_vec(), ..Hook::default() };
    let hooks = Hooks { before: vec![hook], ..Hooks::default() };
    let run = RunOptions { hooks, hook_folder: project.path().to_owned(), ..RunOptions::default() };
    let ran = project.run(&database.url(), run).await;
    ran.result.unwrap();
    let said: Vec<&str> = ran
        .events
        .iter()
        .filter_map(|event| match event {
            Event::HookOutput { line, .. } => Some(line.as_str()),
            _ => None,
        })
        .collect();
    let address = said.iter().find(|line| line.starts_with(database.name())).unwrap();
    assert!(address.contains("postgres") && address.contains(&format!("/{}", database.name())), "{address}");
    assert!(said.contains(&"oops") && said.contains(&"unfinished"), "{said:?}");
    assert!(
        ran.events.iter().any(|event| matches!(event, Event::HookEnded { when, .. } if when == "before"))
    );
}
