//! `rollback`, `log` and `status` by the binary: exit codes, and the documents that scripts rely on.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;
use std::process::{Command, Output};

use pgkeel_testkit::{Server, TestDatabase};
use serde_json::Value;

fn pgkeel(project: &Path, database: &TestDatabase<'_>, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgkeel"));
    command.args(arguments).arg("--project").arg(project).args(["--database", &database.url()]);
    command.env_remove("DATABASE_URL").env_remove("PGKEEL_ENV").env("PGKEEL_SCRATCH_URL", database.url());
    command.output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn json(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text)
        .unwrap_or_else(|e| panic!("{e}: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn a_rollback_by_the_binary() {
    let database = Server::get(17).database();
    let project = tempfile::tempdir().unwrap();
    let migrations = project.path().join("migrations");
    std::fs::create_dir(&migrations).unwrap();
    std::fs::write(project.path().join("pgkeel.toml"), "").unwrap();
    std::fs::write(migrations.join("0001_a.sql"), "CREATE TABLE a (x int);\n-- pgkeel:down\nDROP TABLE a;\n")
        .unwrap();
    std::fs::write(migrations.join("0002_b.up.sql"), "CREATE TABLE b (x int);\nCREATE INDEX b_x ON b (x);\n")
        .unwrap();
    let run = |arguments: &[&str]| pgkeel(project.path(), &database, arguments);
    assert_eq!(code(&run(&["rollback"])), 0, "there is nothing to roll back");
    assert_eq!(code(&run(&["migrate"])), 0);
    database.execute("INSERT INTO b VALUES (1)");

    let outlook = run(&["rollback", "--to", "0", "--dry-run", "--format", "json"]);
    assert_eq!(code(&outlook), 0);
    let outlook = json(&outlook);
    assert_eq!((&outlook["format"], &outlook["dry_run"]), (&"pgkeel/rollback/1".into(), &true.into()));
    assert_eq!(outlook["plan"][0]["source"], "generated");
    assert_eq!(outlook["plan"][0]["proof"]["verdict"], "proven");
    assert_eq!(outlook["plan"][0]["losses"][0]["rows"], 1);
    assert_eq!(outlook["plan"][1]["source"], "recorded");

    let refused = run(&["rollback", "--steps", "1"]);
    assert_eq!((code(&refused), refused.stdout.len()), (4, 0));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("every row of table public.b (1)"));
    assert_eq!(code(&run(&["rollback", "--to", "7"])), 2);
    assert_eq!(code(&run(&["rollback", "--to", "1", "--steps", "1"])), 2);

    let generated = json(&run(&["rollback", "--generate", "--format", "json"]));
    assert_eq!(
        (&generated["format"], &generated["generated"][0]["outcome"]["outcome"]),
        (&"pgkeel/generated-downs/1".into(), &"written".into())
    );
    let down = std::fs::read_to_string(migrations.join("0002_b.down.sql")).unwrap();
    assert!(down.contains("DROP TABLE IF EXISTS public.b;"), "{down}");

    let done = run(&["rollback", "--allow-loss", "table public.b", "--format", "json"]);
    assert_eq!(code(&done), 0);
    let done = json(&done);
    assert_eq!(
        (&done["plan"][0]["source"], &done["rolled_back"][0]["version"]),
        (&"file".into(), &"0002".into())
    );
    let status = json(&run(&["status", "--format", "json"]));
    assert_eq!(status["schema"]["place"], serde_json::json!({ "is": "version", "version": "0001" }));
    database.execute("CREATE TABLE b (x int)");
    let status = json(&run(&["status", "--format", "json"]));
    assert_eq!(
        (&status["schema"]["place"]["is"], &status["schema"]["place"]["before"]),
        (&"between".into(), &"0002".into())
    );
    let log = json(&run(&["log", "--format", "json"]));
    assert_eq!(log["format"], "pgkeel/log/1");
    let actions: Vec<&str> =
        log["log"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["rollback", "migrate", "migrate"]);
    let only = json(&run(&["log", "--action", "rollback", "--format", "json"]));
    assert_eq!(only["log"][0]["detail"]["lost"][0], "every row of table public.b");
}

#[test]
fn what_a_migration_renamed_gets_its_name_back() {
    let database = Server::get(18).database();
    let project = tempfile::tempdir().unwrap();
    let migrations = project.path().join("migrations");
    std::fs::create_dir(&migrations).unwrap();
    std::fs::write(project.path().join("pgkeel.toml"), "").unwrap();
    let write = |name: &str, text: &str| std::fs::write(migrations.join(name), text).unwrap();
    write(
        "0001_a.sql",
        "CREATE TYPE colour AS ENUM ('r', 'g'); CREATE SCHEMA s; CREATE TABLE o (id int, c colour);
         CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, phone text);",
    );
    write(
        "0002_b.sql",
        "ALTER TABLE users RENAME COLUMN name TO full_name; ALTER TABLE o RENAME TO orders; ALTER TABLE orders ADD x int;
         ALTER TYPE colour RENAME VALUE 'r' TO 'red'; ALTER TABLE users SET SCHEMA s;",
    );
    let run = |arguments: &[&str]| pgkeel(project.path(), &database, arguments);
    assert_eq!(code(&run(&["migrate"])), 0);
    database.execute("INSERT INTO s.users VALUES (1, 'a', 'b'); INSERT INTO orders VALUES (1, 'red')");
    let outlook = json(&run(&["rollback", "--dry-run", "--format", "json"]));
    assert_eq!(outlook["plan"][0]["class"], "reversible-with-loss", "{outlook:#}");
    assert_eq!(outlook["plan"][0]["losses"].as_array().unwrap().len(), 1, "{outlook:#}");
    assert!(outlook["plan"][0]["losses"][0]["object"].as_str().unwrap().contains("orders.x"), "{outlook:#}");
    let output = run(&["rollback"]);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        database.value("SELECT concat_ws(' ', name, phone, (SELECT c FROM o)) FROM public.users"),
        "a b r"
    );

    // A column that comes back stands behind the others: said, where the rest is as it was.
    write("0002_b.sql", "ALTER TABLE users DROP COLUMN name;");
    database.execute("DELETE FROM users");
    assert_eq!(code(&run(&["migrate"])), 0);
    let outlook = json(&run(&["rollback", "--dry-run", "--format", "json"]));
    let proof = &outlook["plan"][0]["proof"];
    assert_eq!(proof["verdict"], "proven", "{outlook:#}");
    assert!(proof["except"][0].as_str().unwrap().contains("column order of public.users"), "{outlook:#}");

    // What it destroyed was recorded, and the file is not needed to know it.
    std::fs::remove_file(migrations.join("0002_b.sql")).unwrap();
    let outlook = json(&run(&["rollback", "--dry-run", "--format", "json"]));
    assert_eq!(outlook["plan"][0]["class"], "irreversible", "{outlook:#}");
}
