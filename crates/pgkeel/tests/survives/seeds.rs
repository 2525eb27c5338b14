//! Seeds are taken up again after a lost connection: each file is loaded once, and counted once.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel::database::{ConnectOptions, Target};
use pgkeel::seed::{SeedJob, Seeded};
use pgkeel::store::Store;
use pgkeel_core::event::Event;
use pgkeel_testkit::{Cut, Proxy, Server};

use super::harness::Project;

async fn seed(project: &Project, url: &str) -> Result<Vec<Seeded>, Error> {
    seed_with(project, url, RunOptions::default(), &|_| {}).await
}

async fn seed_with(
    project: &Project,
    url: &str,
    run: RunOptions,
    observe: &(dyn Fn(Event) + Send + Sync),
) -> Result<Vec<Seeded>, Error> {
    let job = SeedJob {
        target: &Target::parse(url).unwrap(),
        connect: ConnectOptions::default(),
        embedded: false,
        folder: project.path(),
        display: Path::new("seeds"),
        names: &[],
        store: &Store::new("pgkeel"),
        lock_wait: Duration::from_secs(10),
        run,
        observe,
    };
    job.seed().await
}

#[tokio::test]
async fn seeds_survive_a_cut_before_and_after_every_message() {
    let server = Server::get(15);
    let project = Project::new(&[
        (
            "1_sql.sql",
            "INSERT INTO t VALUES (1, 'a'), (2, 'b') ON CONFLICT (id) DO UPDATE SET v = excluded.v;",
        ),
        ("2_t.csv", "id,v\n2,c\n3,d\n"),
    ]);
    std::fs::rename(project.path().join("2_t.csv"), project.path().join("t.csv")).unwrap();
    let total = {
        let database = server.database();
        database.execute("CREATE TABLE t (id int PRIMARY KEY, v text)");
        let proxy = Proxy::start(&database);
        seed(&project, &proxy.url(database.name())).await.unwrap();
        proxy.traffic().requests.len()
    };
    let commits = (0..3).map(|passing| Cut::after_commit().after_passing(passing));
    for cut in (1..total).map(Cut::before_message).chain(commits) {
        let database = server.database();
        database.execute("CREATE TABLE t (id int PRIMARY KEY, v text)");
        let proxy = Proxy::start(&database);
        proxy.arm(cut.clone());
        let seeded = seed(&project, &proxy.url(database.name())).await;
        let seeded = seeded.unwrap_or_else(|error| panic!("{cut:?}: {error}"));
        let counts: Vec<_> = seeded.iter().map(|seed| (seed.created, seed.updated)).collect();
        assert_eq!(counts, [(2, 0), (1, 1)], "{cut:?}");
        assert_eq!(database.value("SELECT string_agg(v, '' ORDER BY id) FROM t"), "acd", "{cut:?}");
        assert_eq!(database.value("SELECT count(*) FROM pgkeel.audit WHERE action = 'seed'"), "2", "{cut:?}");
    }
}

#[tokio::test]
async fn a_refused_row_is_named_with_its_constraint_and_leaves_nothing() {
    for (name, text, place, constraint) in [
        ("t.csv", "id,v\n1,a\n2,bad\n", "t.csv:3", "t_v_check"),
        ("t.csv", "id,v,u\n1,a,1\n2,b,9\n", "t.csv:3", "t_u_fkey"),
        (
            "t.json",
            "{\"table\": \"t\", \"rows\": [{\"id\": 1, \"v\": \"a\"},\n {\"id\": 2, \"v\": \"bad\"}]}",
            "t.json:2",
            "t_v_check",
        ),
        ("1_t.sql", "INSERT INTO t VALUES (1, 'a');\nINSERT INTO t VALUES (1, 'b');", "1_t.sql:2", "t_pkey"),
    ] {
        let database = Server::get(16).database();
        database.execute(
            "CREATE TABLE u (id int PRIMARY KEY); INSERT INTO u VALUES (1); CREATE TABLE t (id int PRIMARY KEY, v text CHECK (v <> 'bad'), u int REFERENCES u)",
        );
        let project = Project::new(&[(name, text)]);
        let error = seed(&project, &database.url()).await.unwrap_err().to_string();
        assert!(error.contains(place) && error.contains(constraint), "{name}: {error}");
        assert_eq!(database.value("SELECT count(*) FROM t"), "0", "{name}");
        // The session is as it was: the next file of the same run would be loaded.
        std::fs::remove_file(project.path().join(name)).unwrap();
        project.write("t.csv", "id,v\n7,x\n");
        seed(&project, &database.url()).await.unwrap();
    }
}

/// Each of these waits for the lock at another statement of the executor's: its first look at the table, the file's own
/// statement, the merge of its rows.
const SEEDS: [(&str, &str, usize); 3] = [
    ("1_a.sql", "SELECT 1;\nINSERT INTO t VALUES (1, 'a') ON CONFLICT DO NOTHING;", 2),
    ("1_a.sql", "SELECT 1;\n\nSELECT count(*) FROM t;", 3),
    ("t.csv", "id,v\n1,a\n", 1),
];

#[tokio::test]
async fn l_a_seed_behind_a_lock_is_tried_again_and_names_who_holds_it() {
    let server = Server::get(15);
    for (name, text, line) in SEEDS {
        let database = server.database();
        database.execute("CREATE TABLE t (id int PRIMARY KEY, v text)");
        let project = Project::new(&[(name, text)]);
        let mut holder = database.client().await;
        let held = holder.transaction().await.unwrap();
        held.batch_execute("-- it\nLOCK TABLE t; SELECT $$ALTER ROLE x PASSWORD 'topsecret'$$")
            .await
            .unwrap();
        let run = RunOptions {
            // Half of it is left for opening the session that asks who holds the lock, also on a busy machine.
            lock_timeout: Duration::from_millis(1500),
            retries: 1,
            first_pause: Duration::from_millis(1),
            ..RunOptions::default()
        };
        let events = Mutex::new(Vec::new());
        let observe = |event: Event| events.lock().unwrap().push(event);
        let refused = seed_with(&project, &database.url(), run, &observe).await;
        let Err(Error::Statement(error)) = refused else { panic!("{text}: {refused:?}") };
        assert_eq!(error.sqlstate.as_deref(), Some("55P03"), "{text}: {error}");
        assert_eq!(
            (error.file.as_str(), error.position.line),
            (format!("seeds/{name}").as_str(), line),
            "{error}"
        );
        let detail = error.detail.as_deref().unwrap_or_default();
        assert!(detail.contains("tried 2 times") && detail.contains("LOCK TABLE"), "{text}: {error}");
        assert!(
            !format!("{error:?} {:?}", events.lock().unwrap()).contains("topsecret"),
            "{text}: {error:?}"
        );
        assert!(error.hint.as_deref().unwrap_or_default().contains("lock-timeout"), "{text}: {error}");
        let retried =
            |event: &Event| matches!(event, Event::Retrying { blockers, .. } if !blockers.is_empty());
        assert!(events.lock().unwrap().iter().any(retried), "{text}: {events:?}");
        // Who lets go in time is waited for.
        let patient = RunOptions { lock_timeout: Duration::from_millis(200), ..RunOptions::default() };
        let observe = |event: Event| {
            if matches!(event, Event::Retrying { .. }) {
                database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%LOCK TABLE t%' AND pid <> pg_backend_pid() AND datname = current_database()");
            }
        };
        let loaded = seed_with(&project, &database.url(), patient, &observe).await;
        loaded.unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[tokio::test]
async fn a_script_counts_rows_and_not_what_triggers_do_to_them() {
    let database = Server::get(15).database();
    database.execute(
        "CREATE TABLE p (id int PRIMARY KEY, n int DEFAULT 0); CREATE TABLE t (id int PRIMARY KEY, p int); CREATE FUNCTION f() \
         RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE p SET n = n + 1 WHERE id = new.p; RETURN new; END'; CREATE TRIGGER \
         g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
    );
    let project = Project::new(&[(
        "1_a.sql",
        "INSERT INTO p VALUES (1), (2) ON CONFLICT DO NOTHING;\nINSERT INTO t SELECT i, 1 FROM generate_series(1, 2) i ON \
         CONFLICT DO NOTHING;\nINSERT INTO t VALUES (3, 2), (4, 2) ON CONFLICT (id) DO NOTHING;",
    )]);
    let counts = |seeded: Vec<Seeded>| {
        let one = seeded.first().cloned().unwrap_or_default();
        [one.created, one.updated, one.unchanged, one.skipped, one.deleted]
    };
    let url = database.url();
    assert_eq!(counts(seed(&project, &url).await.unwrap()), [6, 0, 0, 0, 0]);
    assert_eq!(counts(seed(&project, &url).await.unwrap()), [0, 0, 0, 4, 0]);
    project.write("1_a.sql", "DELETE FROM t WHERE id > 2; UPDATE p SET n = 9 WHERE id = 2;");
    assert_eq!(counts(seed(&project, &url).await.unwrap()), [0, 1, 0, 0, 2]);
}

#[tokio::test]
async fn a_key_that_comes_twice_or_is_none_is_named() {
    let database = Server::get(15).database();
    database.execute("CREATE TABLE t (id int PRIMARY KEY, v text)");
    for (name, text, wanted) in [
        (
            "t.csv",
            "id,v\n1,a\n2,\"b\nb\"\n1,c\n",
            "t.csv:5:1: row 3 (line 5) has the same key as row 1 (line 2): (id) = (1)",
        ),
        (
            "t.json",
            "{\"table\": \"t\", \"rows\": [{\"id\": 1, \"v\": \"a\"},\n {\"id\": 1, \"v\": \"b\"}]}",
            "row 2 (line 2) has the same key as row 1 (line 1): (id) = (1)",
        ),
        ("t.csv", "# pgkeel: table=t key=v\nid,v\n1,a\n", "the key (v) is not one of table t"),
        ("t.json", "[{\"id\": 1}]", "a list at the top does not say whose rows these are"),
    ] {
        let project = Project::new(&[(name, text)]);
        let error = seed(&project, &database.url()).await.unwrap_err().to_string();
        assert!(error.contains(wanted), "{name}: {error}");
        assert_eq!(database.value("SELECT count(*) FROM t"), "0", "{name}");
    }
}

#[tokio::test]
async fn a_partitioned_table_takes_rows_of_a_file_and_counts_them() {
    for major in [14, 18] {
        let database = Server::get(major).database();
        database.execute(
            "CREATE TABLE pt (id int PRIMARY KEY, v int) PARTITION BY RANGE (id); CREATE TABLE pt1 PARTITION OF pt FOR VALUES \
             FROM (0) TO (100)",
        );
        let project = Project::new(&[("pt.csv", "id,v\n1,1\n2,2\n")]);
        let counts = |seeded: Vec<Seeded>| {
            let one = seeded.first().cloned().unwrap_or_default();
            [one.created, one.updated, one.unchanged]
        };
        assert_eq!(counts(seed(&project, &database.url()).await.unwrap()), [2, 0, 0], "{major}");
        project.write("pt.csv", "id,v\n1,1\n2,3\n3,3\n");
        assert_eq!(counts(seed(&project, &database.url()).await.unwrap()), [1, 1, 1], "{major}");
        assert_eq!(
            database.value("SELECT string_agg(id || '=' || v, ' ' ORDER BY id) FROM pt"),
            "1=1 2=3 3=3"
        );
    }
}

#[tokio::test]
async fn a_refused_row_is_named_by_its_place_in_the_file() {
    let database = Server::get(15).database();
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, j jsonb, p int REFERENCES t DEFERRABLE INITIALLY DEFERRED)",
    );
    for (name, text, wanted) in [
        // Rows that name other columns are merged by themselves.
        (
            "t.json",
            "{\"table\": \"t\", \"key\": [\"id\"], \"rows\": [{\"id\": 1},\n {\"id\": 2, \"n\": null}]}",
            "t.json:2:1: row 2: null value",
        ),
        // What is looked at behind the last row.
        (
            "t.csv",
            "id,p\n1,2\n2,1\n3,9\n",
            "t.csv:4:1: row 3: insert or update on table \"t\" violates foreign key",
        ),
        // The value's own context has a line, too.
        ("t.csv", "id,j\n1,1\n2,2\n3,{bad\n", "t.csv:4:1: invalid input syntax for type json"),
    ] {
        let project = Project::new(&[(name, text)]);
        let error = seed(&project, &database.url()).await.unwrap_err().to_string();
        assert!(error.contains(wanted), "{name}: {error}");
    }
}

#[tokio::test]
async fn a_refusal_names_the_row_and_a_key_comes_once() {
    let database = Server::get(16).database();
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, n text NOT NULL, k int UNIQUE); CREATE TABLE keys (id int PRIMARY KEY)",
    );
    let url = database.url();
    let refused = async |name: &str, text: &str| {
        let project = Project::new(&[(name, text)]);
        match seed(&project, &url).await {
            Err(Error::Statement(error)) => (error.position.line, error.position.column, error.to_string()),
            other => panic!("{text}: {other:?}"),
        }
    };
    for (text, line, column, words) in [
        ("INSERT INTO t (id, n) VALUES (1, 'a'),\n (2, NULL);", 2, 2, "row 2 of VALUES"),
        ("INSERT INTO t VALUES\n(1, 'a', 5),\n  (2, 'b', 6), (3, 'c', 5);", 2, 1, "duplicate key"),
        (
            "INSERT INTO t (id, n, k) VALUES\n(1, 'a', 5),\n  (2, 'b', 6), (3, 'c', 5);",
            3,
            16,
            "row 3 of VALUES",
        ),
        (
            "INSERT INTO t (id, n) VALUES\n(1, 'a'),\n(1, 'b') ON CONFLICT (id) DO UPDATE SET n = excluded.n;",
            3,
            1,
            "row 2 of VALUES has the key of row 1",
        ),
    ] {
        let (at, from, said) = refused("1_t.sql", text).await;
        assert!(said.contains(words), "{said}");
        // Without the columns' names nothing tells which of the values the key is.
        if words != "duplicate key" {
            assert_eq!((at, from), (line, column), "{said}");
        }
    }
    for (name, text, line) in [
        ("1_keys.csv", "id\n7\n8\n7\n", 4),
        (
            "1_t.json",
            "{\"table\": \"t\", \"key\": \"id\", \"rows\": [{\"id\": 5, \"n\": \"a\"},\n{\"id\": 5, \"n\": \"b\", \"k\": 1}]}",
            2,
        ),
        ("1_keys.toml", "table = \"keys\"\n[[rows]]\nid = 1\n[[rows]]\nid = 1\n", 4),
    ] {
        let (at, _, said) = refused(name, text).await;
        assert!(at == line && said.contains("has the same key as row 1"), "{said}");
    }
    let (_, _, said) = refused("1_t.sql", "CREATE INDEX CONCURRENTLY i ON t (n);").await;
    assert!(said.contains("put the statement into a migration"), "{said}");
    assert_eq!(database.value("SELECT (SELECT count(*) FROM t) + (SELECT count(*) FROM keys)"), "0");
}

#[tokio::test]
async fn what_a_query_passes_over_is_said_to_be_uncounted() {
    let database = Server::get(14).database();
    database.execute("CREATE TABLE t (id int PRIMARY KEY)");
    let project = Project::new(&[
        ("1_a.sql", "INSERT INTO t SELECT generate_series(1, 3) ON CONFLICT DO NOTHING;"),
        ("2_b.sql", "INSERT INTO t VALUES (4), (5) ON CONFLICT DO NOTHING;"),
    ]);
    seed(&project, &database.url()).await.unwrap();
    let again = seed(&project, &database.url()).await.unwrap();
    let told: Vec<_> = again.iter().map(|seeded| (seeded.skipped, seeded.uncounted)).collect();
    assert_eq!(told, [(0, true), (2, false)]);
}
