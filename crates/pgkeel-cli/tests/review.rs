//! `pgkeel review` as a user runs it: the incidents of the seeds at their lines, every format, fixes, suppressions, exit codes.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn pgkeel(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pgkeel"))
        .current_dir(folder)
        .env_remove("DATABASE_URL")
        .env_remove("PGKEEL_ENV")
        .args(arguments)
        .output()
        .expect("pgkeel runs")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn findings(folder: &Path, arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["review", "--offline", "--format", "json"];
    all.extend(arguments);
    let output = pgkeel(folder, &all);
    let document: Value = serde_json::from_str(&text(&output)).expect("JSON");
    assert_eq!(document["format"], "pgkeel/findings/1");
    document["findings"].as_array().expect("findings").clone()
}

fn at(found: &[Value], rule: &str, file: &str, line: u64) -> bool {
    let here = |f: &&Value| f["file"].as_str().is_some_and(|path| path.ends_with(file)) && f["line"] == line;
    found.iter().filter(|f| f["rule"] == rule).any(|f| here(&f))
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

#[test]
fn the_semantic_insights_incident() {
    let project = examples().join("semantic-insights");
    let file = "incident/018_add_customer_to_saved_insights.sql";
    let found = findings(&project, &["--project", ".", file]);
    assert!(at(&found, "version-duplicate", file, 1), "{found:?}");
    assert!(at(&found, "fk-breaks-precedent", file, 7), "{found:?}");
    let file = "incident/019_create_conversation_tables.sql";
    let found = findings(&project, &["--project", ".", file]);
    assert!(at(&found, "version-duplicate", file, 1), "{found:?}");
    assert!(found.iter().any(|f| f["rule"] == "fk-breaks-precedent"), "{found:?}");
}

#[test]
fn the_chat_backend_incident_and_its_repair() {
    let project = examples().join("chat-backend");
    let found = findings(&project, &["--project", ".", "incident/20251013080000_narrow_user_id.sql"]);
    let blocked = found.iter().find(|f| f["rule"] == "column-has-dependents").expect("the blocked column");
    let message = blocked["message"].as_str().unwrap_or_default();
    assert!(message.contains("v_"), "names the views: {message}");
    let found =
        findings(&project, &["--project", ".", "incident/repaired/20251013080000_narrow_user_id.sql"]);
    assert!(found.iter().all(|f| f["rule"] != "column-has-dependents"), "{found:?}");
}

#[test]
fn an_operator_class_without_its_extension() {
    let project = examples().join("salon-booking");
    let file =
        std::fs::read_to_string(project.join("incident/0001_create_services.sql")).expect("the incident");
    let line = file
        .lines()
        .position(|line| line.contains("gin_trgm_ops") && !line.trim_start().starts_with("--"))
        .expect("the operator class")
        + 1;
    let folder = folder(&[("migrations/0001_create_services.sql", &file)]);
    let found = findings(folder.path(), &["migrations"]);
    assert!(at(&found, "missing-extension", "0001_create_services.sql", line as u64), "{found:?}");
}

#[test]
fn the_examples_have_no_error_of_their_own() {
    for project in ["semantic-insights", "chat-backend", "salon-booking", "conversations"] {
        let found = findings(&examples().join(project), &["migrations"]);
        let wrong: Vec<&Value> = found
            .iter()
            .filter(|f| {
                [
                    "missing-extension",
                    "unknown-object",
                    "already-exists",
                    "version-duplicate",
                    "syntax-error",
                    "unreadable-script",
                ]
                .iter()
                .any(|rule| f["rule"] == *rule)
            })
            .collect();
        assert!(wrong.is_empty(), "{project}: {wrong:?}");
    }
}

#[test]
fn exit_codes_follow_severity() {
    let folder = folder(&[
        ("m/1_a.sql", "DROP TABLE orders;"),
        ("ok/1_a.sql", "CREATE TABLE a (id bigint PRIMARY KEY);"),
    ]);
    assert_eq!(pgkeel(folder.path(), &["review", "m"]).status.code(), Some(1));
    assert_eq!(pgkeel(folder.path(), &["review", "m", "--fail-on", "critical"]).status.code(), Some(0));
    assert_eq!(pgkeel(folder.path(), &["review", "m", "--rule", "drop-table=info"]).status.code(), Some(0));
    assert_eq!(pgkeel(folder.path(), &["review", "ok"]).status.code(), Some(0));
    assert_eq!(pgkeel(folder.path(), &["review", "m", "--rule", "no-such-rule=info"]).status.code(), Some(2));
    assert_eq!(pgkeel(folder.path(), &["explain", "squawk:ban-drop-table"]).status.code(), Some(0));
    assert_eq!(pgkeel(folder.path(), &["explain", "nothing"]).status.code(), Some(2));
}

#[test]
fn fixes_renumber_and_mend_references() {
    let folder = folder(&[
        ("m/017_a.sql", "CREATE TABLE a (id bigint PRIMARY KEY);\n"),
        ("m/018_b.sql", "CREATE TABLE b (id bigint PRIMARY KEY);\n"),
        ("m/018_c.sql", "CREATE TABLE c (id bigint PRIMARY KEY);\n"),
        ("m/020_d.sql", "-- Dependencies: 018_c.sql\nCREATE TABLE d (id serial PRIMARY KEY);\n"),
    ]);
    pgkeel(folder.path(), &["review", "m", "--fix"]);
    let moved = std::fs::read_to_string(folder.path().join("m/021_c.sql")).expect("the renamed file");
    assert_eq!(moved, "CREATE TABLE c (id bigint PRIMARY KEY);\n");
    assert!(!folder.path().join("m/018_c.sql").exists());
    let mended = std::fs::read_to_string(folder.path().join("m/020_d.sql")).expect("the dependent file");
    assert!(mended.contains("021_c.sql") && mended.contains("bigserial"), "{mended}");
}

#[test]
fn standard_input_is_a_file() {
    let folder = folder(&[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_pgkeel"))
        .current_dir(folder.path())
        .env_remove("DATABASE_URL")
        .args(["review", "-", "--offline", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pgkeel runs");
    let mut input = child.stdin.take().expect("an input");
    input.write_all(b"SELECT 1;\nDROP TABLE orders;\n").expect("pgkeel reads");
    drop(input);
    let output = child.wait_with_output().expect("pgkeel ends");
    assert_eq!(output.status.code(), Some(1));
    let document: Value = serde_json::from_str(&text(&output)).expect("JSON");
    let found = document["findings"].as_array().expect("findings");
    assert!(at(found, "drop-table", "standard input", 2), "{found:?}");
    let mended = pgkeel(folder.path(), &["review", "-", "--fix"]);
    assert_eq!(mended.status.code(), Some(2));
}

#[test]
fn names_that_no_linter_knows_silence_nothing() {
    let comments = "-- squawk-ignore ban-drop-tabel\nDROP TABLE a;\n-- squawk-ignore ban-drop-table -- moved\nDROP TABLE b;\n";
    let folder = folder(&[("m/1_a.sql", comments)]);
    let found = findings(folder.path(), &["m"]);
    assert!(
        at(&found, "unused-suppression", "1_a.sql", 1) && at(&found, "drop-table", "1_a.sql", 2),
        "{found:?}"
    );
    assert!(!at(&found, "drop-table", "1_a.sql", 4), "{found:?}");
    let sarif = text(&pgkeel(folder.path(), &["review", "m", "--offline", "--format", "sarif"]));
    let sarif: Value = serde_json::from_str(&sarif).expect("JSON");
    let run = &sarif["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let results = run["results"].as_array().expect("results");
    let silenced: Vec<&Value> = results.iter().filter(|result| !result["suppressions"].is_null()).collect();
    let [silenced] = silenced.as_slice() else { panic!("{silenced:?}") };
    assert_eq!(silenced["suppressions"][0]["justification"], "moved");
    assert_eq!(silenced["locations"][0]["physicalLocation"]["region"]["startLine"], 4);
}

#[test]
fn a_baseline_silences_what_was_there() {
    let folder = folder(&[("m/1_a.sql", "DROP TABLE orders;\n")]);
    let write = pgkeel(folder.path(), &["review", "m", "--baseline", "known", "--write-baseline"]);
    assert_eq!(write.status.code(), Some(0));
    std::fs::write(
        folder.path().join("m/1_a.sql"),
        "-- moved down\n\nDROP TABLE orders;\nDROP TABLE items;\n",
    )
    .expect("a file");
    let found = findings(folder.path(), &["m", "--baseline", "known"]);
    let dropped: Vec<&Value> = found.iter().filter(|f| f["rule"] == "drop-table").collect();
    assert_eq!(dropped.len(), 1, "{found:?}");
    assert_eq!(dropped.first().map(|f| &f["line"]), Some(&Value::from(4)));
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut all = vec!["-c", "user.name=t", "-c", "user.email=t@example.com"];
    all.extend(arguments);
    let done = Command::new("git").current_dir(folder).args(&all).output().expect("git runs");
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn a_file_that_was_there_first_keeps_its_number() {
    let old = "CREATE TABLE b (id bigint PRIMARY KEY);\n";
    let folder =
        folder(&[("m/018_old.sql", old), ("m/019_next.sql", "-- Dependencies: 018_old.sql\nSELECT 1;\n")]);
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "old"]);
    std::fs::write(folder.path().join("m/018_new.sql"), "CREATE TABLE c (id bigint PRIMARY KEY);\n")
        .expect("a file");
    pgkeel(folder.path(), &["review", "m", "--offline", "--fix"]);
    let kept = std::fs::read_to_string(folder.path().join("m/018_old.sql")).expect("the older file");
    assert_eq!(kept, old);
    assert!(folder.path().join("m/020_new.sql").exists());
}

#[test]
fn a_branch_is_reviewed_against_its_base() {
    let folder = folder(&[("m/1_a.sql", "DROP TABLE orders;\n")]);
    let git = |arguments: &[&str]| git(folder.path(), arguments);
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "base"]);
    std::fs::write(folder.path().join("m/2_b.sql"), "DROP TABLE items;\n").expect("a file");
    let unknown = pgkeel(folder.path(), &["review", "m", "--offline", "--base", "nowhere"]);
    assert_eq!(unknown.status.code(), Some(2), "{unknown:?}");
    let found = findings(folder.path(), &["m", "--base", "HEAD"]);
    assert!(
        found.iter().all(|f| f["file"].as_str().is_some_and(|file| file.ends_with("2_b.sql"))),
        "{found:?}"
    );
    assert!(found.iter().any(|f| f["rule"] == "drop-table"));

    // Two branches take one number: the base has merged the other one meanwhile, and changed a file of its own.
    git(&["checkout", "-qb", "topic"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "topic"]);
    git(&["checkout", "-q", "-"]);
    std::fs::write(folder.path().join("m/1_a.sql"), "DROP TABLE orders; -- agreed\n").expect("a file");
    std::fs::write(folder.path().join("m/2_c.sql"), "CREATE TABLE c (id bigint PRIMARY KEY);\n")
        .expect("a file");
    git(&["add", "."]);
    git(&["commit", "-qm", "other"]);
    git(&["branch", "-f", "base"]);
    git(&["checkout", "-q", "topic"]);
    let found = findings(folder.path(), &["m", "--base", "base"]);
    let taken = found.iter().find(|f| f["rule"] == "version-duplicate").expect("the number is taken");
    assert!(taken["message"].as_str().is_some_and(|message| message.contains("2_c.sql")), "{taken:?}");
    assert!(
        found.iter().all(|f| f["file"].as_str().is_some_and(|file| file.ends_with("2_b.sql"))),
        "{found:?}"
    );
}

#[test]
fn every_format_is_what_its_reader_expects() {
    let folder = folder(&[("m/1_a.sql", "-- é\nDROP TABLE \"b&<d\";\nALTER TABLE t ADD COLUMN j json;\n")]);
    let run = |format: &str| text(&pgkeel(folder.path(), &["review", "m", "--format", format]));
    let sarif: Value = serde_json::from_str(&run("sarif")).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "drop-table");
    let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small index");
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][index]["id"], "drop-table");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
    assert!(
        sarif["runs"][0]["results"].as_array().is_some_and(|all| all.iter().any(|r| !r["fixes"].is_null()))
    );
    let gitlab: Value = serde_json::from_str(&run("gitlab")).expect("JSON");
    assert_eq!(gitlab[0]["location"]["lines"]["begin"], 2);
    assert_ne!(gitlab[0]["fingerprint"], gitlab[1]["fingerprint"]);
    let github = run("github");
    assert!(
        github.contains("::error title=pgkeel drop-table,file=m/1_a.sql,line=2,endLine=2,col=1,"),
        "{github}"
    );
    let junit = run("junit");
    assert!(junit.contains("b&amp;&lt;d") && junit.contains("<failure type=\"error\""), "{junit}");
    let human = run("human");
    assert!(human.contains("--> m/1_a.sql:2:1") && human.contains("^^^^"), "{human}");
    assert!(!human.contains('\u{1b}'), "no colours in a pipe");
}

#[test]
fn the_document_has_every_section() {
    let project = examples().join("semantic-insights");
    let file = "incident/018_add_customer_to_saved_insights.sql";
    let document =
        text(&pgkeel(&project, &["review", "--offline", "--project", ".", file, "--report", "md"]));
    for section in [
        "## Summary",
        "## Critical",
        "## Correct",
        "## Precedent",
        "## Impact on running clients",
        "## Impact on the application's code",
        "## Locks and rewrites",
        "## Required actions",
        "## Corrected migration",
        "## Rollback script",
    ] {
        assert!(document.contains(section), "{section} is missing:\n{document}");
    }
    let page = text(&pgkeel(&project, &["review", "--offline", "--project", ".", file, "--report", "html"]));
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<h2>Summary</h2>"));
}

#[test]
fn repairs_add_the_migrations_that_have_to_follow() {
    let folder = folder(&[
        ("m/001_a.sql", "CREATE TABLE a (id bigint PRIMARY KEY, n int NOT NULL);\n"),
        (
            "m/002_b.sql",
            "ALTER TABLE a ADD CONSTRAINT positive CHECK (n > 0);\nCREATE INDEX a_n ON a (n);\nALTER TABLE a ADD COLUMN c int;\n",
        ),
    ]);
    pgkeel(folder.path(), &["review", "--offline", "m", "--fix"]);
    let read = |name: &str| std::fs::read_to_string(folder.path().join("m").join(name)).unwrap_or_default();
    let mended = read("002_b.sql");
    assert!(mended.contains("CHECK (n > 0) NOT VALID;") && !mended.contains("CREATE INDEX"), "{mended}");
    assert_eq!(read("003_validate_positive.sql"), "ALTER TABLE a VALIDATE CONSTRAINT positive;\n");
    assert_eq!(read("004_a_n.sql"), "-- pgkeel: transaction=off\nCREATE INDEX CONCURRENTLY a_n ON a (n);\n");
    let found = findings(folder.path(), &["m"]);
    let left: Vec<&Value> = found.iter().filter(|f| f["severity"] == "error").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_named_file_is_known_by_its_new_number() {
    let folder = folder(&[
        ("pgkeel.toml", ""),
        ("migrations/001_a.sql", "CREATE TABLE a (id bigint PRIMARY KEY, n int NOT NULL);\n"),
        ("migrations/002_b.sql", "CREATE TABLE b (id bigint PRIMARY KEY);\n"),
        ("migrations/002_c.sql", "ALTER TABLE a ADD CONSTRAINT positive CHECK (n > 0);\n"),
    ]);
    let fix = ["review", "--offline", "--fix", "--format", "json", "./migrations/002_c.sql"];
    let output = pgkeel(folder.path(), &fix);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let read =
        |name: &str| std::fs::read_to_string(folder.path().join("migrations").join(name)).unwrap_or_default();
    assert!(read("002_b.sql").contains("CREATE TABLE b"));
    assert!(read("003_c.sql").contains("CHECK (n > 0) NOT VALID;"), "{}", read("003_c.sql"));
    assert!(read("004_validate_positive.sql").contains("VALIDATE CONSTRAINT positive"));
}

#[test]
fn the_configuration_of_another_linter_is_translated() {
    let folder = folder(&[(".squawk.toml", "pg_version = \"15\"\nexcluded_rules = [\"ban-drop-table\"]\n")]);
    assert_eq!(pgkeel(folder.path(), &["init"]).status.code(), Some(0));
    std::fs::write(folder.path().join("migrations/1_a.sql"), "DROP TABLE orders;\n").expect("a file");
    let found = findings(folder.path(), &[]);
    assert!(found.iter().all(|f| f["rule"] != "drop-table"), "{found:?}");
}

#[test]
fn documents_are_as_their_schemas_say() {
    let folder = folder(&[("m/1_a.sql", "ALTER TABLE t ADD COLUMN j json;\nCREATE INDEX i ON t (j);\n")]);
    let found = findings(folder.path(), &["m"]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/findings.schema.json");
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("the schema")).expect("JSON");
    let known = schema["properties"]["findings"]["items"]["properties"].as_object().expect("properties");
    let required = schema["properties"]["findings"]["items"]["required"].as_array().expect("a list");
    for finding in &found {
        let finding = finding.as_object().expect("an object");
        assert!(finding.keys().all(|key| known.contains_key(key)), "{finding:?}");
        assert!(
            required.iter().all(|key| finding.contains_key(key.as_str().unwrap_or_default())),
            "{finding:?}"
        );
    }
}

#[test]
fn two_repairs_at_one_place_make_a_statement_that_postgresql_takes() {
    let before = "CREATE TABLE customer (id bigint PRIMARY KEY, ref bigint);\n";
    let reference = "ALTER TABLE customer ADD CONSTRAINT fk FOREIGN KEY (ref) REFERENCES customer (id);\n";
    let files =
        [("pgkeel.toml", ""), ("migrations/0001_a.sql", before), ("migrations/0002_b.sql", reference)];
    let folder = folder(&files);
    pgkeel(folder.path(), &["review", "--fix", "--offline"]);
    let mended = std::fs::read_to_string(folder.path().join("migrations/0002_b.sql")).expect("a file");
    assert!(mended.contains("ON DELETE") && mended.contains("NOT VALID"), "{mended}");
    let database = pgkeel_testkit::Server::get(15).database();
    database.execute(&format!("{before}{mended}"));
    let open = "SELECT count(*) FROM pg_constraint WHERE conname = 'fk' AND NOT convalidated";
    assert_eq!(database.value(open), "1");
}
