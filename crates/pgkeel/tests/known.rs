//! Fingerprints are equal for equal schemas on every major, whoever looks; and a database is told which known version it
//! equals, or between which two it is.

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use pgkeel::apply::RunOptions;
use pgkeel::database::{ConnectOptions, Target};
use pgkeel::known::{Job, Known, Place, live_schema};
use pgkeel::record::fingerprints;
use pgkeel::scratch::Choice;
use pgkeel::source::Workshop;
use pgkeel::store::Store;
use pgkeel::{discover, migrate};
use pgkeel_core::config::Fingerprints;
use pgkeel_core::event::Event;
use pgkeel_core::migration::Version;
use pgkeel_testkit::{Server, TestDatabase};

async fn up(database: &TestDatabase<'_>, folder: &Path, to: Option<&str>) {
    recording(database, folder, to, Fingerprints::Run).await;
}

async fn recording(
    database: &TestDatabase<'_>,
    folder: &Path,
    to: Option<&str>,
    fingerprints: Fingerprints,
) -> Vec<String> {
    let told = Mutex::new(Vec::new());
    let migrations = discover::migrations(folder, Path::new("migrations")).unwrap();
    let job = migrate::Job {
        target: &Target::parse(&database.url()).unwrap(),
        connect: ConnectOptions::default(),
        folder,
        migrations: &migrations,
        embedded: false,
        store: &Store::new("pgkeel"),
        wish: pgkeel_core::pending::Wish { to: to.and_then(Version::parse), ..Default::default() },
        lock_wait: Duration::from_secs(30),
        run: RunOptions { looks_for_drift: true, fingerprints, ..RunOptions::default() },
        observe: &|event| {
            if let Event::Preflight { message, .. } = event {
                told.lock().unwrap().push(message);
            }
        },
    };
    job.migrate().await.unwrap();
    told.into_inner().unwrap()
}

async fn known(database: &TestDatabase<'_>, folder: &Path, replay: bool) -> Known {
    let store = Store::new("pgkeel");
    let migrations = discover::migrations(folder, Path::new("migrations")).unwrap();
    let entries = store.read(&database.client().await).await.unwrap().entries;
    let choice = Choice { url: Some(database.url()), ..Choice::default() };
    let workshop = Workshop::new(choice, vec!["pgkeel".to_owned()]);
    let job = Job {
        target: &Target::parse(&database.url()).unwrap(),
        connect: ConnectOptions::default(),
        store: &store,
        entries: &entries,
        migrations: &migrations,
        folder,
        workshop: replay.then_some(&workshop),
    };
    job.tell().await.unwrap()
}

/// What the majors write differently, and much of what they write alike.
const RICH: &str = "
    CREATE EXTENSION pg_trgm;
    CREATE TYPE state AS ENUM ('new', 'done');
    CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
    CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mail email, state state
        DEFAULT 'new', upper_name text GENERATED ALWAYS AS (upper(name)) STORED, CHECK (length(name) > 0));
    CREATE TABLE orders (id serial PRIMARY KEY, person bigint NOT NULL REFERENCES people ON DELETE CASCADE, at timestamptz
        DEFAULT now(), parts jsonb DEFAULT '{}') ;
    CREATE INDEX ON people USING gin (name gin_trgm_ops);
    CREATE UNIQUE INDEX ON people (lower(mail)) WHERE state = 'new';
    CREATE TABLE events (at date NOT NULL, what text) PARTITION BY RANGE (at);
    CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE VIEW done AS SELECT p.id, p.name, count(*) FILTER (WHERE p.state = 'done') AS n FROM people p WHERE p.name <> ''
        GROUP BY p.id, p.name ORDER BY p.name;
    CREATE VIEW both_of_them AS SELECT people.name, orders.at FROM people JOIN orders ON orders.person = people.id;
    CREATE VIEW nested AS SELECT name FROM people WHERE EXISTS (SELECT FROM orders o WHERE o.person = people.id);
    CREATE VIEW recent AS WITH last AS (SELECT at FROM orders ORDER BY at DESC LIMIT 1) SELECT last.at FROM last;
    CREATE MATERIALIZED VIEW totals AS SELECT person, count(*) AS n FROM orders GROUP BY person;
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := NEW.name; RETURN NEW; END $$;
    CREATE TRIGGER touch BEFORE UPDATE ON people FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION touch();
    ALTER TABLE people ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON people USING (name = current_user);
    GRANT SELECT ON people TO PUBLIC;
    COMMENT ON TABLE people IS 'who';
    CREATE TABLE renamed (id int NOT NULL, other int CONSTRAINT named NOT NULL);
    ALTER TABLE renamed RENAME id TO number;
    CREATE PUBLICATION changes FOR TABLE people;
    GRANT ALL ON people TO pg_monitor;
    GRANT CREATE ON SCHEMA public TO pg_monitor;
";

#[tokio::test]
async fn a_fingerprint_is_the_same_on_every_major() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("1_rich.sql"), RICH).unwrap();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut folders = vec![folder.path().to_owned()];
    folders.extend(["chat-backend", "semantic-insights"].map(|name| examples.join(name).join("migrations")));
    for folder in folders {
        let mut first: Option<(u32, String, String)> = None;
        for major in [14, 15, 16, 17, 18] {
            let database = Server::get(major).database();
            up(&database, &folder, None).await;
            let schema = live_schema(&database.client().await, &Store::new("pgkeel")).await.unwrap();
            let (fingerprint, text) = (schema.fingerprint(), schema.to_json());
            match &first {
                None => first = Some((major, fingerprint, text)),
                Some((other, expected, there)) => {
                    let differs =
                        there.lines().zip(text.lines()).find(|(a, b)| a != b && !a.contains("_version\":"));
                    assert_eq!(
                        *expected,
                        fingerprint,
                        "{}: {other} and {major}: {differs:?}",
                        folder.display()
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_fingerprint_does_not_depend_on_who_looks() {
    let server = Server::get(16);
    let database = server.database();
    let role = server.unique_name("looks");
    database.execute(&format!("CREATE ROLE {role} SUPERUSER LOGIN; CREATE TABLE a (x int)"));
    Store::new("pgkeel").create(&database.client().await).await.unwrap();
    let mut prints = Vec::new();
    for url in [database.url(), database.url_as(&role)] {
        let session = pgkeel::database::connect(&Target::parse(&url).unwrap(), &ConnectOptions::default())
            .await
            .unwrap();
        prints.push(live_schema(session.client(), &Store::new("pgkeel")).await.unwrap().fingerprint());
    }
    database.execute(&format!("DROP ROLE {role}"));
    assert_eq!(prints[0], prints[1]);
}

#[tokio::test]
async fn the_place_of_a_database_is_told() {
    let database = Server::get(15).database();
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", "CREATE TABLE b (x int); CREATE INDEX b_x ON b (x); COMMENT ON TABLE a IS 'x';"),
        ("3_rows.sql", "INSERT INTO a VALUES (1);"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let at = async || known(&database, folder.path(), true).await.place.unwrap();
    let version = |text| Version::parse(text);
    Store::new("pgkeel").create(&database.client().await).await.unwrap();
    assert_eq!(at().await, Place::Version { version: None });
    up(&database, folder.path(), Some("1")).await;
    assert_eq!(at().await, Place::Version { version: version("1") });
    database.execute("CREATE TABLE b (x int)");
    let between = Place::Between { after: version("1"), before: version("2").unwrap(), done: 2, of: 4 };
    assert_eq!(at().await, between);
    database.execute("DROP TABLE b");
    up(&database, folder.path(), Some("2")).await;
    assert_eq!(at().await, Place::Version { version: version("2") });
    up(&database, folder.path(), None).await;
    assert_eq!(at().await, Place::Version { version: version("3") });
    database.execute("ALTER TABLE a ADD y int");
    assert_eq!(at().await, Place::Nowhere { nearest: version("2"), differences: 1 });
    let print = known(&database, folder.path(), false).await.fingerprint;
    database.execute(&format!("UPDATE pgkeel.migrations SET fingerprint = '{print}' WHERE version = '2'"));
    let told = known(&database, folder.path(), true).await;
    assert_eq!((told.place, told.on), (Some(Place::Version { version: version("2") }), None));
}

/// The versions whose fingerprint is recorded.
fn with_fingerprint(database: &TestDatabase<'_>) -> String {
    database.value("SELECT string_agg(version, ',' ORDER BY version) FROM pgkeel.migrations WHERE fingerprint IS NOT NULL")
}

#[tokio::test]
async fn every_state_has_its_fingerprint_after_a_run_of_a_few_or_from_a_replay() {
    let folder = tempfile::tempdir().unwrap();
    for n in 1..=6 {
        std::fs::write(
            folder.path().join(format!("{n}_t.sql")),
            format!("CREATE TABLE t{n} (id serial PRIMARY KEY);"),
        )
        .unwrap();
    }
    let (few, many) = (Server::get(14).database(), Server::get(14).database());
    recording(&few, folder.path(), Some("3"), Fingerprints::Auto).await;
    assert_eq!(with_fingerprint(&few), "1,2,3");
    recording(&few, folder.path(), None, Fingerprints::Each).await;
    assert_eq!(with_fingerprint(&few), "1,2,3,4,5,6");
    recording(&many, folder.path(), None, Fingerprints::Auto).await;
    assert_eq!(with_fingerprint(&many), "6", "a run of many is read once");

    let store = Store::new("pgkeel");
    let migrations = discover::migrations(folder.path(), Path::new("migrations")).unwrap();
    let scratch = Server::get(15).database();
    let choice = Choice { url: Some(scratch.url()), ..Choice::default() };
    let record = async || {
        let job = fingerprints::Job {
            target: &Target::parse(&many.url()).unwrap(),
            connect: ConnectOptions::default(),
            store: &store,
            migrations: &migrations,
            folder: folder.path(),
            workshop: &Workshop::new(choice.clone(), vec!["pgkeel".to_owned()]),
            lock_wait: Duration::from_secs(30),
            run: pgkeel::apply::RunOptions::default(),
            observe: &|_| {},
        };
        job.record().await.unwrap()
    };
    let recorded = record().await;
    assert_eq!((recorded.recorded.len(), recorded.other.len(), &recorded.stopped), (5, 0, &None));
    let all = "SELECT string_agg(version || fingerprint, ',' ORDER BY version) FROM pgkeel.migrations";
    assert_eq!(few.value(all), many.value(all), "a replay finds what the runs found, also on another major");
    assert_eq!(record().await, fingerprints::Recorded::default());
    // Without files and without a scratch database the place is known now.
    many.execute("DROP TABLE t5, t6");
    let told = known(&many, tempfile::tempdir().unwrap().path(), false).await;
    assert_eq!(told.place, Some(Place::Version { version: Version::parse("4") }));
}

#[tokio::test]
async fn a_run_over_a_changed_schema_says_so_and_does_not_make_it_a_known_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("1_a.sql"), "CREATE TABLE a (x int, y int);\nCREATE TABLE b (x int);").unwrap();
    std::fs::write(path.join("2_c.sql"), "CREATE TABLE c (x int);").unwrap();
    let database = Server::get(16).database();
    for fingerprints in [Fingerprints::Run, Fingerprints::Auto] {
        database.execute("DROP SCHEMA IF EXISTS pgkeel CASCADE; DROP TABLE IF EXISTS a, b, c");
        assert!(recording(&database, path, Some("1"), fingerprints).await.is_empty());
        database.execute("ALTER TABLE a DROP COLUMN y; ALTER TABLE a ADD sneaky int");
        let told = recording(&database, path, None, fingerprints).await;
        assert!(
            told[0].contains("column public.a.y") && told[0].contains("column public.a.sneaky"),
            "{told:?}"
        );
        let here = known(&database, path, false).await;
        assert_eq!(here.place, None, "no recorded version");
        let here = known(&database, path, true).await;
        assert!(here.place.is_some() && !matches!(here.place, Some(Place::Version { .. })), "{here:?}");
        // Also when there is nothing to do any more, and until it is level again.
        database.execute("DROP TABLE b");
        let told = recording(&database, path, None, fingerprints).await;
        assert!(told[0].contains("table public.b"), "{told:?}");
        database.execute("CREATE TABLE b (x int)");
        let told = recording(&database, path, None, fingerprints).await;
        assert!(!told[0].contains("table public.b") && told[0].contains("column public.a.y"), "{told:?}");
        database.execute("ALTER TABLE a ADD y int; ALTER TABLE a DROP COLUMN sneaky");
        assert!(recording(&database, path, None, fingerprints).await.is_empty());
    }
}
