//! Environments beside one another, by the binary as a user calls it.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::process::{Command, Output};

use pgkeel_testkit::Server;
use serde_json::Value;

fn run(folder: &std::path::Path, scratch: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pgkeel"))
        .args(arguments)
        .arg("--project")
        .arg(folder)
        .env("PGKEEL_SCRATCH_URL", scratch)
        // Somebody else's: it must not make all environments one.
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/elsewhere")
        .env("STAGING_PASSWORD", "geheim")
        .env_remove("PGKEEL_ENV")
        .output()
        .unwrap()
}

#[test]
fn environments_are_shown_compared_and_brought_level() {
    let (old, new) = (Server::get(15), Server::get(17));
    let (production, staging) = (old.database(), new.database());
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::create_dir(root.join("migrations")).unwrap();
    std::fs::write(
        root.join("migrations/0001_users.sql"),
        "CREATE TABLE users (id int PRIMARY KEY); CREATE VIEW v AS SELECT u.id FROM users u;",
    )
    .unwrap();
    let with_password = staging.url().replace("postgres@", "postgres:${STAGING_PASSWORD}@");
    let config = format!(
        "[environments.production.database]\nurl = \"{}\"\n[environments.staging.database]\nurl = \"{with_password}\"\n",
        production.url(),
    );
    std::fs::write(root.join("pgkeel.toml"), &config).unwrap();
    let scratch = staging.url();
    let text = |output: &Output| {
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    };
    let expect = |code: i32, arguments: &[&str]| {
        let output = run(root, &scratch, arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output));
        assert!(!text(&output).contains("geheim"), "{}", text(&output));
        output
    };
    for url in [production.url(), staging.url()] {
        expect(0, &["migrate", "--database", &url]);
    }
    std::fs::write(root.join("migrations/0002_phone.sql"), "ALTER TABLE users ADD phone text;").unwrap();
    expect(0, &["migrate", "--database", &staging.url()]);
    production.execute("CREATE TABLE hotfix (a int)");

    let json = |output: &Output| -> Value { serde_json::from_slice(&output.stdout).unwrap() };
    let document = json(&expect(0, &["environments", "--format", "json"]));
    assert_eq!(document["format"], "pgkeel/environments/1");
    let rows = document["environments"].as_array().unwrap();
    let [first, second] = rows.as_slice() else { panic!("{document:#}") };
    assert_eq!(
        (&first["name"], &first["version"], &first["pending"]),
        (&"production".into(), &"0001".into(), &serde_json::json!(["0002"]))
    );
    assert_eq!(first["drift"][0]["object"], "table public.hotfix");
    assert_eq!(
        (&second["version"], &second["at_head"], &second["drift"]),
        (&"0002".into(), &true.into(), &serde_json::json!([]))
    );
    assert_ne!(first["fingerprint"], second["fingerprint"]);
    assert!(second["database"].as_str().unwrap().contains("***"));
    expect(1, &["environments", "--check"]);
    expect(0, &["environments", "--no-drift"]);

    let sql = expect(1, &["diff", "--env", "production", "--env", "staging", "--exit-code"]);
    assert!(
        text(&sql).contains("ADD COLUMN phone text") && text(&sql).contains("DROP TABLE public.hotfix"),
        "{}",
        text(&sql)
    );
    expect(4, &["sync", "--env", "production", "--env", "staging", "--apply"]);
    expect(
        0,
        &[
            "sync",
            "--env",
            "production",
            "--env",
            "staging",
            "--apply",
            "--allow-loss",
            "table public.hotfix",
        ],
    );
    expect(0, &["diff", "--env", "production", "--env", "staging", "--exit-code"]);
    let document = json(&expect(0, &["environments", "--format", "json"]));
    assert_eq!(document["environments"][0]["same_schema_as"][0], "staging");

    // One that cannot be reached is shown, and the others all the same.
    let more = format!(
        "{config}[environments.broken.database]\nurl = \"postgres://u:geheim@127.0.0.1:1/x\"\n[environments.unset.database]\nurl = \"${{NOT_SET}}\"\n"
    );
    std::fs::write(root.join("pgkeel.toml"), more).unwrap();
    let document = json(&expect(3, &["environments", "--format", "json"]));
    let reachable: Vec<bool> = document["environments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["reachable"].as_bool().unwrap())
        .collect();
    assert_eq!(reachable, [false, true, true, false]);
    expect(2, &["diff", "--env", "production"]);
    expect(2, &["diff", "--env", "production", "--env", "stagin"]);
    expect(2, &["status", "--env", "production", "--env", "staging"]);
}
