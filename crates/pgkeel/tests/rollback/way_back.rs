//! Down scripts that are recorded, in the file, or generated lead back to the schema before.

use pgkeel::rollback::{Proof, Source};
use pgkeel_testkit::Server;

use super::harness::{Back, dump, folder, recorded, up};

const FILES: &[(&str, &str)] = &[
    (
        "0001_users.sql",
        "CREATE TABLE users (id int PRIMARY KEY, email text);\n-- pgkeel:down\nDROP TABLE users;\n",
    ),
    (
        "0002_index.sql",
        "CREATE INDEX CONCURRENTLY users_email ON users (email);\n-- pgkeel:down\nDROP INDEX CONCURRENTLY users_email;\n",
    ),
    (
        "0003_more.sql",
        "CREATE TYPE mood AS ENUM ('good', 'bad');\nALTER TABLE users ADD COLUMN mood mood DEFAULT 'good';\n\
         CREATE VIEW happy AS SELECT id FROM users WHERE mood = 'good';\n\
         CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1';\nCOMMENT ON TABLE users IS 'people';\n",
    ),
];

pgkeel_testkit::per_major! {
    async fn each_step_back_leads_to_the_schema_before(server) {
        let database = server.database();
        let files = folder(FILES);
        let mut dumps = vec![dump(&database)];
        for to in ["1", "2", "3"] {
            up(&database, files.path(), Some(to)).await.unwrap();
            dumps.push(dump(&database));
        }
        let plan = Back::steps(3).plan(&database, files.path()).await.unwrap();
        let sources: Vec<Source> = plan.migrations.iter().map(|planned| planned.source).collect();
        assert_eq!(sources, [Source::Generated, Source::Recorded, Source::Recorded]);
        for planned in &plan.migrations {
            assert!(matches!(planned.proof, Proof::Proven { .. }), "{}: {:?}", planned.label, planned.proof);
        }
        for expected in dumps.iter().rev().skip(1) {
            let done = Back::one().run(&database, files.path()).await.unwrap();
            assert_eq!(done.len(), 1);
            assert_eq!(dump(&database), *expected, "{done:?}");
        }
        assert_eq!(database.value("SELECT count(*) FROM pgkeel.migrations"), "0");
        assert_eq!(
            database.value("SELECT string_agg(action || ' ' || target, ',' ORDER BY id) FROM pgkeel.audit"),
            "migrate 0001,migrate 0002,migrate 0003,rollback 0003,rollback 0002,rollback 0001"
        );
        assert!(Back::one().run(&database, files.path()).await.unwrap().is_empty());
        up(&database, files.path(), None).await.unwrap();
        assert_eq!(dump(&database), dumps[3]);
        Back::to("0").run(&database, files.path()).await.unwrap();
        assert_eq!(dump(&database), dumps[0]);
        assert_eq!(database.value("SELECT count(*) FROM pgkeel.journal"), "0");
    }
}

#[tokio::test]
async fn the_recorded_script_runs_when_the_file_is_gone_or_says_something_else() {
    let database = Server::get(16).database();
    let files = folder(FILES);
    let empty = dump(&database);
    up(&database, files.path(), Some("2")).await.unwrap();
    let gone = folder(&[]);
    let plan = Back::steps(2).plan(&database, gone.path()).await.unwrap();
    assert!(plan.migrations.iter().all(|planned| matches!(planned.proof, Proof::Runs { .. })), "{plan:?}");
    let changed = folder(&[
        FILES[0],
        (
            "0002_index.sql",
            "CREATE INDEX CONCURRENTLY users_email ON users (email);\n-- pgkeel:down\nSELECT 1;\n",
        ),
    ]);
    let plan = Back::one().plan(&database, changed.path()).await.unwrap();
    assert_eq!(plan.migrations[0].statements, ["DROP INDEX CONCURRENTLY users_email"]);
    assert!(plan.migrations[0].notes[0].contains("--from-file"), "{plan:?}");
    let from_file = Back { from_file: true, ..Back::one() };
    let plan = from_file.plan(&database, changed.path()).await.unwrap();
    assert!(
        matches!(&plan.migrations[0].proof, Proof::Different { rest, .. } if rest.len() == 1),
        "{plan:?}"
    );
    Back::to("0").run(&database, gone.path()).await.unwrap();
    assert_eq!(dump(&database), empty);
}

#[tokio::test]
async fn a_late_arrival_goes_before_what_was_applied_earlier() {
    let database = Server::get(15).database();
    let early = folder(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("3_c.sql", "CREATE TABLE c (x int);\n-- pgkeel:down\nDROP TABLE c;"),
    ]);
    up(&database, early.path(), None).await.unwrap();
    database.execute("INSERT INTO pgkeel.migrations (version, name, checksum_algorithm, checksum, outcome, statements, tool_version, down_script) VALUES ('2', 'b', '', '', 'applied', 1, '', 'DROP TABLE b'); CREATE TABLE b (x int)");
    let done = Back::to("1").run(&database, early.path()).await.unwrap();
    let versions: Vec<&str> = done.iter().map(|done| done.version.as_str()).collect();
    assert_eq!(versions, ["2", "3"]);
    assert_eq!(recorded(&database), "1 applied");
}

#[tokio::test]
async fn recorded_schemas_stand_in_for_file_and_script() {
    let database = Server::get(17).database();
    let files = folder(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", "ALTER TABLE a ADD y text; CREATE VIEW v AS SELECT y FROM a;"),
    ]);
    let store = pgkeel::store::Store::new("pgkeel");
    let mut dumps = Vec::new();
    for to in ["1", "2"] {
        up(&database, files.path(), Some(to)).await.unwrap();
        dumps.push(dump(&database));
        let schema = pgkeel::known::live_schema(&database.client().await, &store).await.unwrap();
        database.execute(&format!(
            "INSERT INTO pgkeel.snapshots (fingerprint, version, schema) VALUES ('{0}', '{to}', $snapshot${1}$snapshot$) ON \
             CONFLICT (fingerprint) DO UPDATE SET version = excluded.version, schema = excluded.schema",
            schema.fingerprint(),
            schema.to_json()
        ));
    }
    let done = Back::one().run(&database, folder(&[]).path()).await.unwrap();
    assert_eq!(done[0].label, "2_b");
    assert_eq!(dump(&database), dumps[0]);
    Back::one().run(&database, folder(&[]).path()).await.unwrap();
    assert_eq!(database.value("SELECT to_regclass('a') IS NULL"), "t");
}
