//! What is expected of the schema after a run: what the run made of it, and not what others did beside it.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use pgkeel_testkit::binary::{self, project, words};
use pgkeel_testkit::{Server, TestDatabase};

const FILES: [(&str, &str); 3] = [
    (
        "0001_a.sql",
        "CREATE TABLE a (id int PRIMARY KEY, n text);\nCREATE INDEX a_n ON a (n);\n-- pgkeel:down\nDROP TABLE a;\n",
    ),
    ("0002_b.sql", "CREATE TABLE b (id int PRIMARY KEY);\n-- pgkeel:down\nDROP TABLE b;\n"),
    ("0003_c.sql", "ALTER TABLE a ADD c int;\n-- pgkeel:down\nALTER TABLE a DROP COLUMN c;\n"),
];
const DRIFT: &str = "is not as the last run left it";
const FINGERPRINTS: &str =
    "SELECT string_agg(coalesce(fingerprint, 'none'), ' ' ORDER BY version) FROM pgkeel.migrations";

struct Site<'s> {
    folder: tempfile::TempDir,
    database: &'s TestDatabase<'s>,
}

impl<'s> Site<'s> {
    fn new(database: &'s TestDatabase<'s>, files: &[(&str, &str)]) -> Self {
        Self { folder: project(files), database }
    }

    /// Everything that it says.
    fn run(&self, code: i32, arguments: &[&str]) -> String {
        let url = self.database.url();
        let mut command = binary::command(env!("CARGO_BIN_EXE_pgkeel"), self.folder.path(), arguments);
        let output = command.args(["--database", &url]).env("PGKEEL_SCRATCH_URL", &url).output().unwrap();
        let said = words(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        said
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }
}

/// The fingerprints of a database that nobody but pgkeel ever touched.
fn clean(server: &Server) -> String {
    let database = server.database();
    let site = Site::new(&database, &FILES);
    site.run(0, &["migrate"]);
    database.value(FINGERPRINTS)
}

#[test]
fn a_rollback_is_no_drift() {
    let server = Server::get(15);
    let database = server.database();
    let site = Site::new(&database, &FILES);
    site.run(0, &["migrate"]);
    site.run(0, &["rollback", "--steps", "2", "--allow-loss", "all"]);
    site.run(0, &["validate", "--against", "snapshot", "--strict"]);
    let said = site.run(0, &["migrate"]);
    assert!(!said.contains(DRIFT), "{said}");
    assert_eq!(database.value(FINGERPRINTS), clean(server));
}

#[test]
fn what_others_did_stays_a_difference_after_a_run_until_it_is_undone() {
    let server = Server::get(16);
    let database = server.database();
    let site = Site::new(&database, &FILES[..2]);
    site.run(0, &["migrate"]);
    database.execute("DROP INDEX a_n; ALTER TABLE b ADD evil text");
    site.write("migrations/0003_c.sql", FILES[2].1);
    let said = site.run(0, &["migrate"]);
    assert!(said.contains(DRIFT) && said.contains("index public.a_n"), "{said}");
    let said = site.run(1, &["validate", "--against", "snapshot", "--strict"]);
    assert!(said.contains("a_n") && said.contains("evil") && !said.contains("public.a.c"), "{said}");
    let said = site.run(0, &["migrate"]);
    assert!(said.contains(DRIFT), "{said}");
    database.execute("CREATE INDEX a_n ON a (n); ALTER TABLE b DROP COLUMN evil");
    let said = site.run(0, &["migrate"]) + &site.run(0, &["validate", "--against", "snapshot", "--strict"]);
    assert!(!said.contains(DRIFT), "{said}");
    assert_eq!(database.value(FINGERPRINTS), clean(server));
}

#[test]
fn what_others_own_is_in_nobodys_way() {
    let server = Server::get(17);
    let database = server.database();
    let site = Site::new(&database, &FILES[..2]);
    site.write(
        "pgkeel.toml",
        "[[expect.ignore]]\nobject = \"namespace jobs\"\nreason = \"the queue's own\"\n",
    );
    site.run(0, &["migrate"]);
    database.execute("CREATE SCHEMA jobs; CREATE TABLE jobs.one (id int PRIMARY KEY)");
    site.write("migrations/0003_c.sql", FILES[2].1);
    let said = site.run(0, &["migrate"]);
    assert!(!said.contains(DRIFT), "{said}");
    assert_eq!(database.value(FINGERPRINTS), clean(server));
    let said = site.run(0, &["status"]);
    assert!(said.contains("equals 0003"), "{said}");
}

#[test]
fn a_role_of_the_settings_makes_objects_and_writes_no_history() {
    let server = Server::get(15);
    let database = server.database();
    let role = format!("{}_owner", database.name());
    database.execute(&format!("CREATE ROLE {role}; GRANT CREATE, USAGE ON SCHEMA public TO {role}"));
    let site = Site::new(&database, &FILES);
    site.write("pgkeel.toml", &format!("[migrations.settings]\nrole = \"{role}\"\n"));
    site.run(0, &["migrate"]);
    let owners = "SELECT string_agg(DISTINCT tableowner, ' ') FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(database.value(owners), role);
    assert_eq!(
        database.value("SELECT string_agg(DISTINCT applied_by, ' ') FROM pgkeel.migrations"),
        "postgres"
    );
    site.run(0, &["rollback", "--steps", "1", "--allow-loss", "all"]);
    site.write("wanted.sql", "CREATE TABLE a (id int PRIMARY KEY, n text); CREATE INDEX a_n ON a (n);");
    let wanted = site.folder.path().join("wanted.sql").display().to_string();
    let url = database.url();
    let mut sync = binary::command(
        env!("CARGO_BIN_EXE_pgkeel"),
        site.folder.path(),
        &["sync", &url, &wanted, "--apply", "--allow-loss", "all"],
    );
    let output = sync.env("PGKEEL_SCRATCH_URL", &url).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    database.execute(&format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}"));
}

/// Since when something is missing is told by a second replay, on a server that has the roles of the first.
#[test]
fn migrations_that_make_what_belongs_to_the_server_are_replayed_any_number_of_times() {
    let server = Server::get(16);
    let database = server.database();
    let role = server.unique_name("replayed");
    let text = format!(
        "CREATE ROLE {role};\nCREATE TABLE a (x int);\nCREATE TABLE b (x int);\nGRANT SELECT ON a TO {role};\n\
         CREATE FOREIGN DATA WRAPPER w;\nALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;\nSELECT lo_create(4242);\n\
         DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO {role}', current_database()); END $$;\n"
    );
    let files = [("0001_a.sql", text.as_str())];
    let site = Site::new(&database, &files);
    site.run(0, &["migrate"]);
    database.execute("DROP TABLE b");
    // The server itself has the role; a private one, and the embedded engine, have it from the first replay.
    for scratch in [&["--scratch-url", &database.url()], ["--scratch-url", "embedded:"].as_slice(), &[]] {
        let said = site.run(1, &[&["validate", "--strict"], scratch].concat());
        assert!(
            said.contains("table public.b is missing") && said.contains("since migration 0001_a"),
            "{said}"
        );
    }
    assert_eq!(database.value(&format!("SELECT count(*) FROM pg_roles WHERE rolname = '{role}'")), "1");
    database.execute(&format!(
        "ALTER DATABASE {} OWNER TO postgres; DROP OWNED BY {role}; DROP ROLE {role}",
        database.name()
    ));
}

#[test]
fn columns_of_views_are_part_of_the_contract() {
    let database = Server::get(17).database();
    let site = Site::new(
        &database,
        &[(
            "0001_a.sql",
            "CREATE TABLE a (x int NOT NULL);\nCREATE VIEW v AS SELECT x, x::text AS t FROM a;",
        )],
    );
    site.run(0, &["migrate"]);
    site.write("pgkeel.toml", "[expect.tables.v.columns]\nx = \"integer\"\nt = \"text\"\n");
    site.run(0, &["validate", "--strict"]);
    site.write(
        "pgkeel.toml",
        "[expect.tables.v.columns]\nx = \"text\"\nno = \"int\"\nt = { type = \"text\", nullable = false, has_default = true }\n",
    );
    let said = site.run(1, &["validate", "--strict"]);
    for wanted in [
        "column public.v.x: type: expected text, found integer",
        "required column public.v.no is missing",
        "column public.v.t: nullability: expected not null",
        "column public.v.t: default: expected a default, found no default",
    ] {
        assert!(said.contains(wanted), "{said}");
    }
}
