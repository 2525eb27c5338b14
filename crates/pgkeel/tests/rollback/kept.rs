//! `--preserve-data`: what would be lost is set aside, comes back with the migration, and is purged only by command.

use std::time::Duration;

use pgkeel::database::{ConnectOptions, Target};
use pgkeel::rollback::keep::{KeepJob, list};
use pgkeel::store::Store;
use pgkeel_testkit::Server;

use super::harness::{Back, dump, folder, recorded, up};

const FILES: &[(&str, &str)] = &[
    (
        "1_a.sql",
        "CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL);\n-- pgkeel:down\nDROP TABLE people;",
    ),
    (
        "2_b.sql",
        "CREATE TYPE mood AS ENUM ('good', 'bad');\n\
         ALTER TABLE people ADD COLUMN mood mood NOT NULL DEFAULT 'good', ADD COLUMN email text UNIQUE;\n\
         CREATE INDEX people_mood ON people (mood);\n\
         CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := NEW.name || '!'; RETURN NEW; END $$;\n\
         CREATE TABLE pets (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner int NOT NULL REFERENCES people ON DELETE \
         CASCADE, mood mood);\n\
         CREATE TRIGGER stamp BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION stamp();\n\
         -- pgkeel:down\nDROP TRIGGER stamp ON people;\nDROP TABLE pets;\nDROP FUNCTION stamp();\n\
         ALTER TABLE people DROP COLUMN email, DROP COLUMN mood;\nDROP TYPE mood;",
    ),
];

const ROWS: &str = "SELECT (SELECT json_agg(p ORDER BY id) FROM people p)::text || (SELECT json_agg(p ORDER BY id) FROM pets p)::text";

#[tokio::test]
async fn tables_and_columns_come_back_when_the_migrations_are_applied_again() {
    for major in [14, 18] {
        let database = Server::get(major).database();
        let files = folder(FILES);
        up(&database, files.path(), Some("1")).await.unwrap();
        let one = dump(&database);
        up(&database, files.path(), None).await.unwrap();
        let two = dump(&database);
        database.execute(
            "INSERT INTO people (name, mood, email) VALUES ('Ada', 'bad', 'a@x'), ('Bo', 'good', NULL); \
             INSERT INTO pets (owner, mood) SELECT id, mood FROM people",
        );
        let rows = database.value(ROWS);
        let keep = Back { preserve: Some(30), ..Back::one() };
        keep.run(&database, files.path()).await.unwrap();
        let columns = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'people'::regclass AND attname LIKE 'pgkeel\\_kept\\_%'";
        assert_eq!((database.value(columns), recorded(&database)), ("2".to_owned(), "1 applied".to_owned()));
        // A row that is written meanwhile.
        database.execute("INSERT INTO people (name) VALUES ('Cy')");
        up(&database, files.path(), None).await.unwrap();
        assert_eq!(database.value("DELETE FROM people WHERE name = 'Cy' RETURNING mood"), "good");
        assert_eq!(database.value(ROWS), rows, "PostgreSQL {major}");
        assert_eq!(dump(&database), two);
        assert_eq!(database.value("SELECT count(*) FROM pgkeel.kept"), "0");
        assert_eq!(database.value("INSERT INTO pets (owner) VALUES (1) RETURNING id"), "3");
        // All the way back, and forward again.
        database.execute("DELETE FROM pets WHERE id = 3");
        let all = Back { preserve: Some(30), ..Back::to("0") };
        all.run(&database, files.path()).await.unwrap();
        assert_eq!(
            database.value("SELECT to_regclass('people') IS NULL AND to_regclass('pets') IS NULL"),
            "t"
        );
        up(&database, files.path(), None).await.unwrap();
        assert_eq!(database.value(ROWS), rows);
        assert_eq!(dump(&database), two);
        let nothing_kept = Back { allowed: &["all"], ..Back::one() };
        nothing_kept.run(&database, files.path()).await.unwrap();
        assert_eq!(dump(&database), one);
    }
}

#[tokio::test]
async fn rows_that_the_migration_writes_again_do_not_come_back_twice() {
    let database = Server::get(17).database();
    let text = "CREATE TABLE t (x int, j json);\nINSERT INTO t (x) VALUES (1), (1), (3);\n-- pgkeel:down\nDROP TABLE t;";
    let files = folder(&[("1_a.sql", text)]);
    up(&database, files.path(), None).await.unwrap();
    database.execute("INSERT INTO t VALUES (1, NULL), (2, '{}'); DELETE FROM t WHERE x = 3");
    Back { preserve: Some(1), ..Back::one() }.run(&database, files.path()).await.unwrap();
    up(&database, files.path(), None).await.unwrap();
    // The row that somebody deleted is the migration's again.
    assert_eq!(database.value("SELECT string_agg(x::text, ' ' ORDER BY x) FROM t"), "1 1 1 2 3");
}

#[tokio::test]
async fn what_is_kept_is_listed_and_purged_only_when_it_has_expired() {
    let database = Server::get(16).database();
    let files = folder(FILES);
    up(&database, files.path(), Some("1")).await.unwrap();
    database.execute("INSERT INTO people (name) VALUES ('Ada')");
    Back { preserve: Some(7), ..Back::one() }.run(&database, files.path()).await.unwrap();
    let target = Target::parse(&database.url()).unwrap();
    let store = Store::new("pgkeel");
    let job = || KeepJob {
        target: &target,
        connect: ConnectOptions::default(),
        store: &store,
        lock_wait: Duration::from_secs(10),
        run: pgkeel::apply::RunOptions::default(),
        observe: &|_| {},
    };
    let client = database.client().await;
    let all = list(&client, &store).await.unwrap();
    assert_eq!((all.len(), all[0].object.as_str(), all[0].expired), (1, "public.people", false));
    assert!(job().purge().await.unwrap().is_empty());
    assert!(job().restore(&[]).await.unwrap().is_empty(), "there is no place for it");
    database.execute("CREATE TABLE people (id bigint, name varchar(10), more int DEFAULT 7)");
    assert_eq!(job().restore(&[]).await.unwrap().len(), 1);
    assert_eq!(database.value("SELECT id || name || more FROM people"), "1Ada7");
    up(&database, folder(&[FILES[0]]).path(), None).await.unwrap_err();
    database.execute("DROP TABLE people");
    up(&database, files.path(), Some("1")).await.unwrap();
    database.execute("INSERT INTO people (name) VALUES ('Ada')");
    Back { preserve: Some(0), ..Back::one() }.run(&database, files.path()).await.unwrap();
    assert_eq!(job().purge().await.unwrap().len(), 1);
    assert_eq!(database.value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'pgkeel\\_kept%'"), "0");
    assert_eq!(
        database.value("SELECT string_agg(action, ',' ORDER BY id) FROM pgkeel.audit WHERE action IN ('restore', 'purge')"),
        "restore,purge"
    );
}
