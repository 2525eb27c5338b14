//! The checks before a run are those of every command that changes a database.
#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::process::Output;

use pgkeel_testkit::binary::{self, project, words};
use pgkeel_testkit::{Server, Standby, TestDatabase};

const MIGRATION: &str =
    "CREATE TABLE a (x int PRIMARY KEY, y int);\nCREATE TABLE b (z int);\n-- pgkeel:down\nDROP TABLE a;\n";

struct Site<'s> {
    database: TestDatabase<'s>,
    folder: tempfile::TempDir,
    role: String,
}

impl<'s> Site<'s> {
    /// A migrated database of which a column is gone, and a role that may not mend it.
    fn new(server: &'s Server) -> Self {
        let database = server.database();
        let folder = project(&[
            ("0001_a.sql", MIGRATION),
            ("seeds/a.csv", "x\n1\n"),
            ("seeds/b.sql", "INSERT INTO b VALUES (1);"),
            // Not among the migrations.
            ("./wanted.sql", "CREATE TABLE a (x int PRIMARY KEY, y int, more int); CREATE TABLE b (z int);"),
        ]);
        let role = format!("{}_poor", database.name());
        let site = Self { database, folder, role };
        let migrated = site.run(&site.database.url(), &["migrate"]);
        assert_eq!(migrated.status.code(), Some(0), "{}", words(&migrated));
        let role = &site.role;
        site.database.execute(&format!(
            "ALTER TABLE a DROP COLUMN y; CREATE ROLE {role} LOGIN; GRANT ALL ON DATABASE {} TO {role}; GRANT ALL ON SCHEMA \
             pgkeel, public TO {role}; GRANT ALL ON ALL TABLES IN SCHEMA pgkeel TO {role}; GRANT ALL ON ALL SEQUENCES IN \
             SCHEMA pgkeel TO {role}; GRANT SELECT ON a, b TO {role}",
            site.database.name()
        ));
        site
    }

    fn run(&self, url: &str, arguments: &[&str]) -> Output {
        binary::command(env!("CARGO_BIN_EXE_pgkeel"), self.folder.path(), arguments)
            .args(["--database", url])
            .env("PGKEEL_SCRATCH_URL", self.database.url())
            .output()
            .unwrap()
    }

    /// Every command that changes a database, but migrate.
    fn commands(&self, url: &str) -> [Vec<String>; 4] {
        let wanted = self.folder.path().join("wanted.sql").display().to_string();
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        [
            owned(&["sync", url, &wanted, "--apply", "--allow-loss", "all"]),
            owned(&["auto-fix", "--apply"]),
            owned(&["rollback", "--allow-loss", "all", "--no-proof"]),
            owned(&["seed"]),
        ]
    }

    fn untouched(&self) -> String {
        self.database.value(
            "SELECT (SELECT count(*) FROM a) || ' ' || (SELECT count(*) FROM b) || ' ' || (SELECT count(*) FROM pg_attribute \
             WHERE attrelid = 'a'::regclass AND attnum > 0 AND NOT attisdropped) || ' ' || (SELECT count(*) FROM \
             pgkeel.migrations)",
        )
    }
}

impl Drop for Site<'_> {
    fn drop(&mut self) {
        self.database.execute(&format!("DROP OWNED BY {0}; DROP ROLE {0}", self.role));
    }
}

fn strs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[test]
fn rights_are_looked_at_before_every_run() {
    let server = Server::get(16);
    let site = Site::new(server);
    let before = site.untouched();
    let url = site.database.url_as(&site.role);
    for arguments in site.commands(&url) {
        let output = site.run(&url, &strs(&arguments));
        let said = words(&output);
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {said}");
        assert!(
            said.contains("missing-privilege") && said.contains("nothing was changed"),
            "{arguments:?}: {said}"
        );
        assert_eq!(site.untouched(), before, "{arguments:?}");
    }
    // Passed over, the server itself refuses; and the audit knows who passed over it, and why.
    for arguments in site.commands(&url) {
        let mut arguments = strs(&arguments);
        arguments.extend(["--skip-preflight", "missing-privilege", "--reason", "rights come by a trigger"]);
        let output = site.run(&url, &arguments);
        let said = words(&output);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {said}");
        assert!(said.contains("42501"), "{arguments:?}: {said}");
        assert_eq!(site.untouched(), before, "{arguments:?}");
    }
    let audit = "SELECT count(*) FROM pgkeel.audit WHERE action = 'skip-preflight' AND target = 'missing-privilege' AND \
                 detail->>'reason' = 'rights come by a trigger'";
    assert_eq!(site.database.value(audit), "4");
}

#[test]
fn the_right_database_is_looked_at_before_every_run() {
    let server = Server::get(15);
    let site = Site::new(server);
    let before = site.untouched();
    std::fs::write(site.folder.path().join("pgkeel.toml"), "[database]\nname = \"shop\"\n").unwrap();
    let url = site.database.url();
    std::fs::write(site.folder.path().join("migrations/0002_b.sql"), "CREATE TABLE later (x int);").unwrap();
    let dry = ["migrate", "--dry-run"].map(str::to_owned).to_vec();
    for arguments in site.commands(&url).into_iter().chain([dry]) {
        let output = site.run(&url, &strs(&arguments));
        let said = words(&output);
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {said}");
        assert!(said.contains("\"shop\""), "{arguments:?}: {said}");
        assert_eq!(site.untouched(), before, "{arguments:?}");
    }
}

#[test]
fn a_standby_is_refused_before_every_run() {
    let pair = Standby::start(15);
    let primary = pair.primary.url("postgres");
    let folder = tempfile::tempdir().unwrap();
    let run = |url: &str, arguments: &[&str]| {
        binary::command(env!("CARGO_BIN_EXE_pgkeel"), folder.path(), arguments)
            .args(["--database", url])
            .env("PGKEEL_SCRATCH_URL", Server::get(15).database().url())
            .output()
            .unwrap()
    };
    std::fs::create_dir_all(folder.path().join("migrations")).unwrap();
    std::fs::create_dir_all(folder.path().join("seeds")).unwrap();
    std::fs::write(folder.path().join("migrations/0001_a.sql"), MIGRATION).unwrap();
    std::fs::write(folder.path().join("seeds/b.sql"), "INSERT INTO b VALUES (1);").unwrap();
    let migrated = run(&primary, &["migrate"]);
    assert_eq!(migrated.status.code(), Some(0), "{}", words(&migrated));
    let standby = pair.standby.url("postgres");
    let lagging = std::time::Instant::now();
    while run(&standby, &["status", "--check"]).status.code() != Some(0) {
        assert!(lagging.elapsed().as_secs() < 60, "the standby never replayed the migration");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    std::fs::write(folder.path().join("migrations/0002_b.sql"), "CREATE TABLE later (x int);").unwrap();
    for arguments in [
        &["seed"][..],
        &["rollback", "--allow-loss", "all", "--no-proof"],
        &["migrate"],
        &["migrate", "--dry-run"],
    ] {
        let output = run(&standby, arguments);
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {}", words(&output));
        assert!(words(&output).contains("standby"), "{arguments:?}: {}", words(&output));
    }
}

#[test]
fn a_table_that_is_held_and_a_new_word_are_told_before_every_run() {
    let server = Server::start_private(14, &[("max_prepared_transactions", "5")]);
    let site = Site::new(&server);
    let before = site.untouched();
    site.database.execute("BEGIN; LOCK TABLE a IN ACCESS SHARE MODE; PREPARE TRANSACTION 'forgotten'");
    let url = site.database.url();
    let held = site.commands(&url);
    for arguments in &held[..3] {
        let output = site.run(&url, &strs(arguments));
        let said = words(&output);
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {said}");
        assert!(said.contains("ROLLBACK PREPARED 'forgotten'"), "{arguments:?}: {said}");
        assert_eq!(site.untouched(), before, "{arguments:?}");
    }
    site.database.execute("ROLLBACK PREPARED 'forgotten'");
    let seed = "MERGE INTO b USING (SELECT 1 AS z) s ON b.z = s.z WHEN NOT MATCHED THEN INSERT VALUES (1);";
    std::fs::write(site.folder.path().join("seeds/b.sql"), seed).unwrap();
    let output = site.run(&url, &["seed"]);
    assert_eq!(output.status.code(), Some(4), "{}", words(&output));
    assert!(words(&output).contains("`MERGE INTO` takes PostgreSQL 15"), "{}", words(&output));
    assert_eq!(site.untouched(), before, "not even the seed before it was loaded");
}
