//! S: a script that would change the history is refused before it runs, or rolled back as a whole; no row is ever lost.

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel_testkit::Server;

use super::harness::Project;

/// What is told before anything runs: the script, and the line.
const SEEN: &[(&str, usize)] = &[
    ("CREATE TABLE z (x int);\nTRUNCATE pgkeel.migrations;", 2),
    ("CREATE TABLE z (x int);\nDELETE FROM pgkeel.migrations WHERE version = '0001';", 2),
    ("UPDATE pgkeel.migrations SET checksum = 'x';", 1),
    ("INSERT INTO pgkeel.journal VALUES ('x');", 1),
    ("-- away with it\nDROP TABLE pgkeel.journal;", 2),
    ("CREATE TABLE z (x int);\n\nDROP SCHEMA IF EXISTS pgkeel CASCADE;", 3),
    ("ALTER SCHEMA pgkeel RENAME TO old;", 1),
    ("ALTER TABLE pgkeel.migrations DISABLE TRIGGER ALL;", 1),
    ("ALTER TABLE pgkeel.migrations DROP COLUMN name;", 1),
    ("DROP TRIGGER written_by_pgkeel ON pgkeel.migrations;", 1),
    ("SET search_path = pgkeel, public;\nTRUNCATE migrations;", 2),
    ("SET LOCAL search_path TO 'pgkeel';\nDROP TABLE snapshots;", 2),
    ("DO $$\nBEGIN\n  DELETE FROM pgkeel.migrations;\nEND $$;", 3),
    ("-- pgkeel: transaction=off\nCREATE TABLE z (x int);\nTRUNCATE pgkeel.migrations;", 3),
];

/// What only the server sees: the script, the line, and a word of the error.
const REFUSED: &[(&str, usize, &str)] = &[
    (
        "CREATE TABLE z (x int);\nDO $$ BEGIN EXECUTE 'TRUNCATE pgkeel.' || 'migrations'; END $$;",
        2,
        "TRUNCATE on pgkeel.migrations",
    ),
    (
        "CREATE TABLE z (x int);\nSELECT set_config('search' || '_path', 'pgkeel', true);\nDELETE FROM migrations;",
        3,
        "DELETE on pgkeel.migrations",
    ),
    (
        "SET session_replication_role = replica;\nDO $$ BEGIN EXECUTE 'DELETE FROM pgkeel.' || 'migrations'; END $$;",
        2,
        "DELETE on pgkeel.migrations",
    ),
    ("CREATE TABLE z (x int);\nDO $$ BEGIN EXECUTE 'DROP TABLE pgkeel.' || 'journal'; END $$;", 2, "journal"),
    ("CREATE TABLE z (x int);\nDO $$ BEGIN EXECUTE 'DROP SCHEMA ' || 'pgkeel CASCADE'; END $$;", 2, "pgkeel"),
    ("CREATE TABLE z (x int);\nSELECT wipe();", 2, "UPDATE on pgkeel.migrations"),
    (
        "-- pgkeel: transaction=off\nCREATE TABLE z (x int);\nDO $$ BEGIN EXECUTE 'TRUNCATE pgkeel.' || 'migrations'; END $$;",
        3,
        "TRUNCATE on pgkeel.migrations",
    ),
    (
        "CREATE TABLE z (x int);\nCREATE INDEX CONCURRENTLY z_x ON z (x);\nSELECT wipe();",
        3,
        "UPDATE on pgkeel.migrations",
    ),
];

const FIRST: &str = "CREATE FUNCTION wipe() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'UPDATE pgkeel.' || \
                     'migrations SET checksum = 1'; END $$;";

const ROWS: &str = "SELECT count(*) || ' ' || min(checksum) FROM pgkeel.migrations WHERE outcome = 'applied'";

#[tokio::test]
async fn s_a_script_that_changes_the_history_is_refused_before_it_runs() {
    let database = Server::get(16).database();
    let project = Project::new(&[("0001_a.sql", FIRST)]);
    project.migrate(&database.url()).await;
    let before = database.value(ROWS);
    for (text, line) in SEEN {
        project.write("0002_b.sql", text);
        let Error::Findings { findings, .. } = project.fails(&database.url()).await else {
            panic!("{text}: not told before")
        };
        assert_eq!(findings.len(), 1, "{text}: {findings:?}");
        assert_eq!(
            (findings[0].rule.as_str(), findings[0].span.as_ref().unwrap().line),
            ("own-history", *line),
            "{text}"
        );
        assert_eq!(database.value(ROWS), before, "{text}");
        assert_eq!(database.value("SELECT to_regclass('z') IS NULL"), "t", "{text}");
    }
}

#[tokio::test]
async fn s_what_only_the_server_sees_of_it_is_rolled_back() {
    for major in [14, 18] {
        let database = Server::get(major).database();
        let project = Project::new(&[("0001_a.sql", FIRST)]);
        project.migrate(&database.url()).await;
        let before = database.value(ROWS);
        for (text, line, word) in REFUSED {
            project.write("0002_b.sql", text);
            let Error::Statement(error) = project.fails(&database.url()).await else { panic!("{text}") };
            assert!(error.message.contains(word), "{text}: {error}");
            assert_eq!(error.position.line, *line, "{text}: {error}");
            assert_eq!(database.value(ROWS), before, "{text}");
            database.execute("DROP TABLE IF EXISTS z; DELETE FROM pgkeel.journal; DELETE FROM pgkeel.migrations WHERE outcome <> 'applied'");
        }
        // Its own tables of those names are the project's business, and so is reading the history.
        project.write(
            "0002_b.sql",
            "CREATE TABLE journal (x int);\nINSERT INTO journal VALUES (1);\nTRUNCATE journal;\nDROP TABLE journal;\nCREATE VIEW seen AS SELECT version FROM pgkeel.migrations;\nGRANT SELECT ON pgkeel.migrations TO PUBLIC;",
        );
        project.run(&database.url(), RunOptions::default()).await.result.unwrap();
        assert_eq!(database.value("SELECT count(*) FROM seen"), "2");
    }
}
