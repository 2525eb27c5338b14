//! Drift, by the binary as a user calls it: who did it, adopting it, undoing it.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;
use std::process::{Command, Output};

use pgkeel_testkit::{Server, TestDatabase};
use serde_json::Value;

struct Project<'a> {
    folder: tempfile::TempDir,
    database: &'a TestDatabase<'a>,
}

impl<'a> Project<'a> {
    fn new(database: &'a TestDatabase<'a>, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("migrations")).unwrap();
        std::fs::write(folder.path().join("pgkeel.toml"), "").unwrap();
        let project = Self { folder, database };
        for (name, text) in files {
            std::fs::write(project.path(name), text).unwrap();
        }
        project
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(Path::new(name))
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let url = self.database.url();
        Command::new(env!("CARGO_BIN_EXE_pgkeel"))
            .args(arguments)
            .arg("--project")
            .arg(self.folder.path())
            .args(["--database", &url])
            .env("PGKEEL_SCRATCH_URL", &url)
            .env_remove("DATABASE_URL")
            .env_remove("PGKEEL_ENV")
            .output()
            .unwrap()
    }

    fn expect(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (text, error) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{text}\n{error}");
        format!("{text}{error}")
    }

    fn json(&self, code: i32, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--format", "json"]].concat());
        let (text, error) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{text}\n{error}");
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
    }
}

const USERS: (&str, &str) = (
    "migrations/0001_users.sql",
    "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, mail text);\nCREATE INDEX users_mail ON users (mail);\n",
);

const HOTFIX: &str = "SET application_name = 'night shift'; ALTER TABLE users ADD phone text, ALTER name DROP NOT NULL; \
                      DROP INDEX users_mail; CREATE VIEW v AS SELECT id FROM users;";

#[test]
fn validate_and_drift_name_who_changed_what() {
    let database = Server::get(16).database();
    let project = Project::new(&database, &[USERS]);
    project.expect(0, &["migrate"]);
    project.expect(0, &["drift"]);
    project.expect(0, &["guard", "on"]);
    database.execute(HOTFIX);
    let drift = project.json(1, &["drift"]);
    assert_eq!(drift["format"], "pgkeel/drift/1");
    let findings = drift["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 4, "{drift:#}");
    for finding in findings {
        assert_eq!(finding["changed_by"]["application"], "night shift", "{finding:#}");
    }
    let of = |object: &str| {
        findings.iter().find(|f| f["object"] == object).unwrap()["changed_by"]["command"].clone()
    };
    assert_eq!(of("column public.users.phone"), "ALTER TABLE");
    assert_eq!(of("column public.users.name"), "ALTER TABLE");
    assert_eq!(of("index public.users_mail"), "DROP INDEX");
    assert_eq!(of("view public.v"), "CREATE VIEW");
    let told = project.expect(1, &["validate", "--strict"]);
    assert!(told.contains("DROP INDEX by postgres with \"night shift\" locally at "), "{told}");
}

pgkeel_testkit::per_major! {
    fn an_accepted_drift_is_a_migration_that_makes_it_elsewhere(server) {
        let database = server.database();
        let project = Project::new(&database, &[USERS]);
        project.expect(0, &["migrate"]);
        project.expect(0, &["guard", "on"]);
        database.execute(HOTFIX);
        let accepted = project.json(0, &["drift", "accept", "keep", "the", "hotfix"]);
        assert_eq!(accepted["version"], "0002");
        let text = std::fs::read_to_string(project.path("migrations/0002_keep_the_hotfix.sql")).unwrap();
        assert!(text.contains("night shift") && text.contains("-- pgkeel:down"), "{text}");
        project.expect(0, &["drift"]);
        project.expect(0, &["status", "--check"]);
        project.expect(0, &["drift", "accept", "nothing more"]);
        // Elsewhere it does what was done here, and back.
        let other = server.database();
        let elsewhere = Project { folder: project.folder, database: &other };
        elsewhere.expect(0, &["migrate"]);
        elsewhere.expect(0, &["drift"]);
        assert_eq!(
            other.value("SELECT string_agg(attname || attnotnull, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0"),
            "idtrue namefalse mailfalse phonefalse"
        );
        let down = text.split("-- pgkeel:down").nth(1).unwrap();
        other.psql(down).unwrap();
        let again = server.database();
        let first = Project::new(&again, &[USERS]);
        first.expect(0, &["migrate"]);
        let schema = |database: &TestDatabase<'_>| database.pg_dump_with(&["--schema-only", "-N", "pgkeel"]);
        assert_eq!(schema(&other), schema(&again));
    }
}

#[test]
fn a_drift_is_undone_by_a_plan_that_loses_nothing_unasked() {
    let database = Server::get(18).database();
    let project = Project::new(&database, &[USERS]);
    project.expect(0, &["migrate"]);
    let before = database.pg_dump_with(&["--schema-only", "-N", "pgkeel"]);
    database.execute("INSERT INTO users VALUES (1, 'a')");
    database.execute(HOTFIX);
    let plan = project.expect(1, &["drift", "revert"]);
    assert!(plan.contains("DROP COLUMN phone") && plan.contains("CREATE INDEX users_mail"), "{plan}");
    let refused = project.expect(4, &["drift", "revert", "--apply"]);
    assert!(refused.contains("--allow-loss \"column public.users.phone\""), "{refused}");
    assert_eq!(database.value("SELECT count(*) FROM pg_views WHERE viewname = 'v'"), "1");
    project.expect(0, &["drift", "revert", "--apply", "--allow-loss", "column public.users.phone"]);
    assert_eq!(database.pg_dump_with(&["--schema-only", "-N", "pgkeel"]), before);
    project.expect(0, &["drift"]);
    assert_eq!(database.value("SELECT count(*) FROM users"), "1");
}

#[test]
fn what_others_own_and_a_guard_are_no_drift() {
    let database = Server::get(17).database();
    let project = Project::new(&database, &[USERS]);
    std::fs::write(
        project.path("pgkeel.toml"),
        "[[expect.ignore]]\nobject = \"* monitoring*\"\nreason = \"the watchers'\"\n",
    )
    .unwrap();
    project.expect(2, &["drift", "accept"]);
    project.expect(4, &["drift"]);
    project.expect(0, &["migrate"]);
    database.execute("CREATE SCHEMA monitoring; CREATE TABLE monitoring.t (id int PRIMARY KEY)");
    project.expect(0, &["guard", "on", "--mode", "refuse"]);
    project.expect(0, &["drift"]);
    project.expect(0, &["validate", "--strict"]);
}

const NAMED: (&str, &str) = (
    "migrations/0001_named.sql",
    "CREATE SCHEMA elsewhere;
     CREATE TYPE mood AS ENUM ('sad', 'ok');
     CREATE DOMAIN code AS text;
     CREATE TABLE users (id int PRIMARY KEY, mail text NOT NULL, mood mood DEFAULT 'sad', code code);
     CREATE INDEX users_mail ON users (mail);
     CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, author int REFERENCES users, text text CHECK (text <> ''));
     CREATE TABLE moving (id serial PRIMARY KEY, x int);
     CREATE VIEW v AS SELECT id, mail FROM users;
     CREATE TABLE parts (k int, old text) PARTITION BY LIST (k);
     CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);",
);

const RENAMED: &str = "ALTER TABLE users RENAME COLUMN mail TO email; ALTER TABLE notes RENAME TO remarks;
     ALTER TABLE remarks RENAME COLUMN text TO body; ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
     ALTER TYPE mood RENAME TO feeling; ALTER DOMAIN code RENAME TO cipher; ALTER INDEX users_mail RENAME TO users_email;
     ALTER TABLE parts RENAME COLUMN old TO new; ALTER TABLE remarks RENAME CONSTRAINT notes_author_fkey TO remarks_author;
     ALTER TABLE moving SET SCHEMA elsewhere;";

const ROWS: &str =
    "INSERT INTO users VALUES (1, 'a@b', 'sad', 'c'); INSERT INTO notes (author, text) VALUES (1, 'n');
     INSERT INTO parts VALUES (1, 'o'); INSERT INTO moving (x) VALUES (7);";

fn what_the_guard_saw_renamed_is_renamed_elsewhere(major: u32) {
    let server = Server::get(major);
    let (database, other) = (server.database(), server.database());
    let project = Project::new(&database, &[NAMED]);
    project.expect(0, &["migrate"]);
    project.expect(0, &["guard", "on"]);
    database.execute(RENAMED);
    let accepted = project.json(0, &["drift", "accept", "names"]);
    assert_eq!(accepted["loses"], serde_json::json!([]));
    project.expect(0, &["drift"]);
    project.expect(0, &["guard", "off"]);
    let text = std::fs::read_to_string(project.path("migrations/0002_names.sql")).unwrap();
    assert!(!text.contains("DROP") && !text.contains("CREATE"), "{text}");
    let file = project.path("migrations/0002_names.sql");
    let elsewhere = Project { folder: project.folder, database: &other };
    std::fs::remove_file(&file).unwrap();
    elsewhere.expect(0, &["migrate"]);
    let before = other.pg_dump_with(&["--schema-only", "-N", "pgkeel"]);
    other.execute(ROWS);
    std::fs::write(&file, &text).unwrap();
    elsewhere.expect(0, &["migrate"]);
    let kept = "SELECT concat_ws(' ', (SELECT email FROM users), (SELECT mood FROM users), (SELECT body FROM remarks), \
                (SELECT new FROM parts), (SELECT x FROM elsewhere.moving))";
    assert_eq!(other.value(kept), "a@b blue n o 7");
    let schema = |database: &TestDatabase<'_>| database.pg_dump_with(&["--schema-only", "-N", "pgkeel"]);
    assert_eq!(schema(&other), schema(&database));
    elsewhere.expect(0, &["rollback", "--steps", "1"]);
    assert_eq!(schema(&other), before);
    assert_eq!(other.value("SELECT mail || mood FROM users"), "a@bsad");
}

#[test]
fn what_the_guard_saw_renamed_is_renamed_elsewhere_14() {
    what_the_guard_saw_renamed_is_renamed_elsewhere(14);
}

#[test]
fn what_the_guard_saw_renamed_is_renamed_elsewhere_18() {
    what_the_guard_saw_renamed_is_renamed_elsewhere(18);
}

#[test]
fn what_may_have_been_renamed_is_not_dropped_elsewhere_unasked() {
    let database = Server::get(17).database();
    let project = Project::new(&database, &[USERS]);
    project.expect(0, &["migrate"]);
    // The number of a column tells without a guard; nothing tells it of a table.
    database.execute("ALTER TABLE users RENAME mail TO email");
    project.expect(0, &["drift", "accept", "a column"]);
    let text = std::fs::read_to_string(project.path("migrations/0002_a_column.sql")).unwrap();
    assert!(text.contains("ALTER TABLE public.users RENAME COLUMN mail TO email;"), "{text}");
    database.execute("ALTER TABLE users RENAME TO people");
    let refused = project.expect(4, &["drift", "accept", "a table"]);
    assert!(refused.contains("--rename 'table public.users=people'"), "{refused}");
    assert!(!project.path("migrations/0003_a_table.sql").exists());
    project.expect(2, &["drift", "accept", "a table", "--rename", "public.nothing=people"]);
    project.expect(0, &["drift", "accept", "a table", "--rename", "public.users=people"]);
    let text = std::fs::read_to_string(project.path("migrations/0003_a_table.sql")).unwrap();
    assert!(text.contains("ALTER TABLE public.users RENAME TO people;"), "{text}");
    // What the guard saw being dropped is no rename, and its loss is said in the file and on the terminal.
    project.expect(0, &["guard", "on"]);
    database.execute("ALTER TABLE people DROP email; ALTER TABLE people ADD post text");
    let accepted = project.expect(0, &["drift", "accept", "a loss"]);
    assert!(accepted.contains("it loses the values of column public.people.email"), "{accepted}");
    let text = std::fs::read_to_string(project.path("migrations/0004_a_loss.sql")).unwrap();
    assert!(text.contains("DATA IS LOST wherever this runs"), "{text}");
}
