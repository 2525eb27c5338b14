//! `health-check` as a container's entrypoint and in scripts: exit codes, streams, waiting, becoming the application.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use pgkeel_testkit::{Server, per_major};
use serde_json::Value;

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("pgkeel.toml", "[expect.tables.users]\nrequired = true\n[expect.tables.audit]\nrequired = false\n");
    std::fs::create_dir(folder.path().join("migrations")).unwrap();
    write("migrations/0001_users.sql", "CREATE TABLE users (id int PRIMARY KEY);");
    folder
}

fn pgkeel(project: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgkeel"));
    command.args(arguments).current_dir(project).env_remove("PGKEEL_ENV").env("DATABASE_URL", url);
    command
}

fn ends(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

per_major! {
    async fn production_stops_and_says_why_and_development_migrates_and_becomes_the_application(server) {
        let database = server.database();
        let (folder, url) = (project(), database.url());
        let start = ["health-check", "--startup", "--env", "production", "--", "sh", "-c", "echo started $$; exit 7"];
        let (code, stdout, stderr) = ends(&mut pgkeel(folder.path(), &url, &start));
        assert_eq!((code, stdout.as_str()), (1, ""), "{stderr}");
        assert!(stderr.contains("table public.users is missing") && stderr.contains("ledger_missing"), "{stderr}");

        let start = ["health-check", "--startup", "--", "sh", "-c", "echo started $$; exit 7"];
        let child = pgkeel(folder.path(), &url, &start).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let pid = child.id();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(7), "the exit code is the application's: {said}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("started {pid}\n"), "it has pgkeel's process id");
        assert!(said.contains("1 applied, 1 by this instance"), "{said}");

        let (code, stdout, _) = ends(&mut pgkeel(folder.path(), &url, &["health-check", "--env", "production", "--format", "json"]));
        let document: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!((code, &document["format"]), (0, &Value::from("pgkeel/health/1")), "an optional table is a warning: {stdout}");
        assert_eq!(document["status"], "warn");

        database.execute("DROP TABLE users");
        let (code, stdout, _) = ends(&mut pgkeel(folder.path(), &url, &["health-check", "--env", "production"]));
        assert_eq!(code, 1);
        assert!(stdout.contains("users does not exist"), "{stdout}");
        let (code, ..) = ends(&mut pgkeel(folder.path(), &url, &["health-check"]));
        assert_eq!(code, 0, "development warns");
    }
}

#[test]
fn a_command_that_does_not_exist_and_a_database_that_never_answers_have_their_codes() {
    let database = Server::get(17).database();
    let folder = project();
    let (code, _, stderr) = ends(&mut pgkeel(
        folder.path(),
        &database.url(),
        &["health-check", "--startup", "--", "no-such-program"],
    ));
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("no-such-program"), "{stderr}");
    let nowhere = "postgres://nobody:secret@127.0.0.1:1/none";
    let (code, stdout, stderr) = ends(&mut pgkeel(
        folder.path(),
        nowhere,
        &["health-check", "--startup", "--wait", "1", "--", "echo", "x"],
    ));
    assert_eq!((code, stdout.as_str()), (3, ""), "{stderr}");
    assert!(!stderr.contains("secret"), "{stderr}");
    let (code, ..) = ends(&mut pgkeel(folder.path(), nowhere, &["health-check"]));
    assert_eq!(code, 3);
}

#[test]
fn performance_of_an_unknown_version_is_a_mistake_and_the_kept_ones_are_named() {
    let database = Server::get(17).database();
    let folder = project();
    let (code, stdout, stderr) = ends(&mut pgkeel(folder.path(), &database.url(), &["performance", "7777"]));
    assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
    assert!(stderr.contains("there is no migration 7777"), "{stderr}");
    let (code, stdout, _) = ends(&mut pgkeel(folder.path(), &database.url(), &["performance", "0001"]));
    assert_eq!(code, 0, "nothing was kept of a migration that exists: {stdout}");
}

#[test]
fn development_says_that_it_goes_on_although_the_schema_is_not_ready() {
    let database = Server::get(17).database();
    let folder = project();
    std::fs::write(folder.path().join("pgkeel.toml"), "[health.startup]\nmode = \"verify\"\n").unwrap();
    let start = ["health-check", "--startup", "--", "echo", "application"];
    let (code, stdout, stderr) = ends(&mut pgkeel(folder.path(), &database.url(), &start));
    assert_eq!((code, stdout.as_str()), (0, "application\n"), "{stderr}");
    assert!(
        stderr.contains("started although the schema is not ready") && stderr.contains("pgkeel migrate"),
        "{stderr}"
    );
}

#[test]
fn a_private_server_that_starts_late_is_waited_for() {
    let server = Server::start_private(16, &[]);
    let (folder, url) = (project(), server.url("postgres"));
    server.stop();
    let start = ["health-check", "--startup", "--wait", "60", "--", "echo", "started"];
    let child =
        pgkeel(folder.path(), &url, &start).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    server.start();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.stdout, b"started\n");
}

#[test]
fn a_role_that_may_not_read_the_history_is_told_what_to_grant_and_everything_else_is_judged() {
    let database = Server::get(16).database();
    let folder = project();
    let (code, ..) = ends(&mut pgkeel(folder.path(), &database.url(), &["migrate"]));
    assert_eq!(code, 0);
    let role = format!("{}_app", database.name());
    database.execute(&format!("CREATE ROLE {role} LOGIN"));
    let url = database.url_as(&role);
    let (code, stdout, _) = ends(&mut pgkeel(folder.path(), &url, &["health-check", "--format", "json"]));
    let document: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &document["reasons"][0]), (1, &Value::from("not_evaluated")), "{stdout}");
    let help = document["schema"][0]["help"].as_str().unwrap();
    assert!(help.contains(&format!("GRANT USAGE ON SCHEMA pgkeel TO {role}")), "{help}");
    assert!(document["checks"].as_array().unwrap().len() > 20, "{stdout}");
    for grant in help.split("owner: ").nth(1).unwrap().split(';').filter(|sql| !sql.trim().is_empty()) {
        database.execute(grant);
    }
    let (code, stdout, _) = ends(&mut pgkeel(folder.path(), &url, &["health-check", "--env", "production"]));
    assert_eq!(code, 0, "{stdout}");
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn a_database_that_does_not_answer_is_a_document_too() {
    let folder = project();
    let nowhere = "postgres://nobody:secret@127.0.0.1:1/none";
    for arguments in [
        &["health-check", "--format", "json"][..],
        &["health-check", "--startup", "--wait", "1", "--format", "json"],
    ] {
        let (code, stdout, _) = ends(&mut pgkeel(folder.path(), nowhere, arguments));
        let document: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(code, 3, "{stdout}");
        assert_eq!(document["status"], "fail");
        assert_eq!(document["connection"]["status"], "fail");
        assert_eq!(document["reasons"], serde_json::json!(["db_unreachable"]));
        assert!(!stdout.contains("secret"), "{stdout}");
    }
}
