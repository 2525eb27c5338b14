//! kill -9 at random points of a run of 300 migrations: never half of one, never a lost row, and whatever is left is
//! finished by the next run without help.
//!
//! `PGKEEL_KILLS` sets how many times (60 unless said; 1000 before a release), `PGKEEL_SEED` which points.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use pgkeel_testkit::{Server, TestDatabase};

use super::harness::{Project, until_gone};

/// Migrations of a run. Every tenth cannot be one transaction.
const MIGRATIONS: usize = 300;

fn project() -> Project {
    let project = Project::new(&[]);
    for n in 1..=MIGRATIONS {
        let mut text = format!(
            "CREATE TABLE t{n} (id int PRIMARY KEY, a int);\nINSERT INTO t{n} VALUES (1, 1), (2, 2);\nCOMMENT ON TABLE t{n} IS 'one';\n"
        );
        if n % 10 == 0 {
            writeln!(text, "CREATE INDEX CONCURRENTLY t{n}_a ON t{n} (a);\nINSERT INTO t{n} VALUES (3, 3);")
                .unwrap();
        } else {
            writeln!(text, "CREATE INDEX t{n}_a ON t{n} (a);\nINSERT INTO t{n} VALUES (3, 3);").unwrap();
        }
        project.write(&format!("{n:04}_t.sql"), text);
    }
    project
}

/// Migrations in the history as applied, after looking that each has all it makes and that the others have nothing.
fn whole(database: &TestDatabase<'_>) -> usize {
    if database.value("SELECT to_regclass('pgkeel.migrations') IS NULL") == "t" {
        assert_eq!(database.value("SELECT count(*) FROM pg_class WHERE relname ~ '^t[0-9]'"), "0");
        return 0;
    }
    let half = "SELECT string_agg(version || ' ' || outcome, ', ') FROM pgkeel.migrations m WHERE outcome = 'applied' AND NOT
        coalesce((SELECT i.indisvalid AND obj_description(c.oid) = 'one' AND c.reltuples IS NOT NULL FROM pg_class c
            JOIN pg_index i ON i.indrelid = c.oid AND NOT i.indisprimary WHERE c.relname = 't' || version::int), false)";
    assert_eq!(database.value(half), "", "applied, and not all of it is there");
    let lost = "SELECT string_agg(relname, ', ') FROM pg_class c WHERE relkind = 'r' AND relname ~ '^t[0-9]+$' AND NOT EXISTS
        (SELECT FROM pgkeel.migrations m WHERE 't' || m.version::int = relname)";
    assert_eq!(database.value(lost), "", "there, and not in the history");
    let begun = "SELECT count(*) FROM pgkeel.migrations WHERE outcome <> 'applied'";
    assert!(database.value(begun).parse::<usize>().unwrap() <= 1);
    database.value("SELECT count(*) FROM pgkeel.migrations WHERE outcome = 'applied'").parse().unwrap()
}

#[test]
fn p7_p8_killed_at_random_points() {
    let kills: usize = std::env::var("PGKEEL_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let seed: u64 = std::env::var("PGKEEL_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(7);
    let mut random = fastrand::Rng::with_seed(seed);
    let project = project();
    let server = Server::get(15);
    let (mut killed, mut runs, mut finished_first) = (0, 0, 0);
    while killed < kills {
        let database = server.database();
        runs += 1;
        loop {
            let mut child = project.spawn(&database.url());
            let wait = Duration::from_micros(random.u64(1_000..400_000));
            let begun = Instant::now();
            let ended = loop {
                if let Some(ended) = child.ended() {
                    break Some(ended);
                }
                if begun.elapsed() >= wait {
                    break None;
                }
                std::thread::sleep(Duration::from_micros(200));
            };
            if let Some(well) = ended {
                assert!(well, "a run after a kill must succeed by itself");
                finished_first += 1;
                break;
            }
            child.kill();
            killed += 1;
            until_gone(&database);
            whole(&database);
            if killed % 25 == 0 || killed >= kills {
                // Let one run to its end.
                assert!(project.spawn(&database.url()).wait(), "the run after a kill must succeed by itself");
                break;
            }
        }
        assert_eq!(whole(&database), MIGRATIONS);
        let rows: Vec<String> = (1..=MIGRATIONS).map(|n| format!("(SELECT count(*) FROM t{n})")).collect();
        assert_eq!(database.value(&format!("SELECT {}", rows.join(" + "))), (MIGRATIONS * 3).to_string());
        assert_eq!(
            database.value("SELECT count(*) FROM pgkeel.audit WHERE action = 'migrate'"),
            MIGRATIONS.to_string()
        );
        assert_eq!(database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
    }
    let summary =
        format!("{killed} kills over {runs} databases; {finished_first} runs were faster than their kill\n");
    std::io::Write::write_all(&mut std::io::stderr(), summary.as_bytes()).unwrap();
}
