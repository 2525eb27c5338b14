//! What a step says of itself against what PostgreSQL does: every step of the plans of tests/facts runs in a transaction
//! of its own, and its locks, its scans and its rewrites are read from `pg_locks`, `pg_stat_xact_all_tables` and
//! `pg_relation_filenode` before it commits. Then the plan's way back leads back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pgkeel::introspect::introspect;
use pgkeel_core::plan::{Options, Step, between, statements};
use pgkeel_testkit::per_major;
use tokio_postgres::Client;

/// Relations that exist before the plan.
const RELATIONS: &str = "SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind::text, \
    pg_catalog.pg_relation_filenode(c.oid) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S')";
/// Locks of this session that other DDL at least would wait for.
const LOCKS: &str = "SELECT relation, mode FROM pg_catalog.pg_locks \
    WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND granted \
    AND mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')";
/// Counted since the session told the server last, so what matters is the difference.
const SCANS: &str = "SELECT relid, seq_scan FROM pg_catalog.pg_stat_xact_all_tables WHERE seq_scan > 0";

#[derive(Clone)]
struct Relation {
    name: String,
    kind: String,
    file: Option<u32>,
}

async fn scans(client: &Client) -> Result<BTreeMap<u32, i64>, tokio_postgres::Error> {
    Ok(client.query(SCANS, &[]).await?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

async fn relations(client: &Client) -> BTreeMap<u32, Relation> {
    let rows = client.query(RELATIONS, &[]).await.expect("the catalog is readable");
    rows.iter()
        .map(|row| (row.get(0), Relation { name: row.get(1), kind: row.get(2), file: row.get(3) }))
        .collect()
}

fn strength(mode: &str) -> usize {
    const MODES: [&str; 5] = [
        "ShareUpdateExclusiveLock",
        "ShareLock",
        "ShareRowExclusiveLock",
        "ExclusiveLock",
        "AccessExclusiveLock",
    ];
    MODES.iter().position(|known| *known == mode).map_or(0, |place| place + 1)
}

/// Runs one step; what it says of itself and what was seen, both as lines.
async fn observe(
    client: &Client,
    step: &Step,
    present: &BTreeMap<u32, Relation>,
) -> Result<(BTreeSet<String>, BTreeSet<String>), String> {
    let failed = |error: tokio_postgres::Error| format!("{}: {error:?}", step.sql);
    client.batch_execute("BEGIN").await.map_err(failed)?;
    let scanned_before = scans(client).await.map_err(failed)?;
    client.batch_execute(&step.sql).await.map_err(failed)?;
    let mut strongest: BTreeMap<u32, usize> = BTreeMap::new();
    for row in client.query(LOCKS, &[]).await.map_err(failed)? {
        let mode: String = row.get(1);
        let held = strongest.entry(row.get(0)).or_default();
        *held = (*held).max(strength(&mode));
    }
    let scanned = scans(client).await.map_err(failed)?;
    let after = relations(client).await;
    client.batch_execute("COMMIT").await.map_err(failed)?;
    let mut seen = BTreeSet::new();
    for (oid, relation) in present {
        if let Some(held) = strongest.get(oid) {
            seen.insert(format!("lock {} {held}", relation.name));
        }
        let has_rows = ["r", "m"].contains(&relation.kind.as_str());
        let rewritten = has_rows && after.get(oid).is_some_and(|now| now.file != relation.file);
        if rewritten {
            seen.insert(format!("rewrite {}", relation.name));
        } else if has_rows && strongest.contains_key(oid) && scanned.get(oid) > scanned_before.get(oid) {
            seen.insert(format!("scan {}", relation.name));
        }
    }
    let mut said = BTreeSet::new();
    for lock in &step.locks {
        let capital = |word: &str| {
            let (first, rest) = word.split_at_checked(1).unwrap_or_default();
            first.to_owned() + &rest.to_lowercase()
        };
        let mode: String = lock.mode.words().split(' ').map(capital).collect();
        let held = strength(&format!("{mode}Lock"));
        if held > 0 {
            said.insert(format!("lock {} {held}", lock.relation));
        }
    }
    said.extend(step.rewrites.iter().map(|name| format!("rewrite {name}")));
    said.extend(step.scans.iter().map(|name| format!("scan {name}")));
    Ok((said, seen))
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/facts");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("readable folder").path())
        .collect();
    folders.sort();
    folders
}

per_major! {
    async fn steps_do_what_they_say(server) {
        let mut failures = String::new();
        for folder in cases() {
            let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
            let (from, to) = (server.database(), server.database());
            from.execute(&read("old.sql"));
            to.execute(&read("new.sql"));
            let client = from.client().await;
            let options = Options { role: Some("postgres".to_owned()), ..Options::default() };
            let old = introspect(&client).await.expect("readable");
            let new = introspect(&to.client().await).await.expect("readable");
            let mut plan = between(&old, &new, &options);
            client.batch_execute("SET check_function_bodies = off; SET timezone = 'Europe/Berlin'").await.expect("settable");
            // What the plan makes is nobody else's yet.
            let mut present = relations(&client).await;
            for step in &plan.steps {
                match observe(&client, step, &present).await {
                    Ok((said, seen)) if said == seen => {}
                    Ok((said, seen)) => {
                        let _ = writeln!(failures, "{}\n    says {said:?}\n    does {seen:?}", step.sql);
                    }
                    Err(error) => panic!("{}: {error}", folder.display()),
                }
                let now = relations(&client).await;
                present.retain(|oid, _| now.contains_key(oid));
                for (oid, relation) in &mut present {
                    if let Some(now) = now.get(oid) {
                        *relation = now.clone();
                    }
                }
            }
            plan.steps = std::mem::take(&mut plan.undo);
            from.psql(&format!("BEGIN;\n{}COMMIT;\n", plan.to_sql())).unwrap_or_else(|error| panic!("the way back: {error}"));
            let back = introspect(&client).await.expect("readable");
            let rest = statements(&back, &old, &options);
            if !rest.is_empty() {
                let _ = writeln!(failures, "after the way back remains:\n{}", rest.to_sql());
            }
        }
        assert!(failures.is_empty(), "PostgreSQL {}:\n{failures}", server.major());
    }
}

per_major! {
    async fn steps_say_which_rows_they_refuse(server) {
        let domains = "CREATE DOMAIN required AS int NOT NULL; CREATE DOMAIN counted AS int DEFAULT 5 NOT NULL; \
             CREATE DOMAIN over AS required;";
        let (from, to) = (server.database(), server.database());
        from.execute(&format!(
            "{domains} CREATE TABLE t (id int); INSERT INTO t VALUES (1); CREATE TABLE u (a int, b int NOT NULL); INSERT INTO u VALUES (NULL, 1); \
             CREATE TABLE parts (id int) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF parts DEFAULT; INSERT INTO parts VALUES (1)"
        ));
        to.execute(&format!(
            "{domains} CREATE TABLE t (id int, free int, needed int NOT NULL, given int NOT NULL DEFAULT 1, \
             numbered bigint GENERATED ALWAYS AS IDENTITY, computed int GENERATED ALWAYS AS (id + 1) STORED NOT NULL, of_required required, \
             of_counted counted, of_over over, of_over_given over DEFAULT 3); \
             CREATE TABLE u (a int NOT NULL, b int NOT NULL); \
             CREATE TABLE parts (id int, needed int NOT NULL) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF parts DEFAULT"
        ));
        let client = from.client().await;
        let options = Options { role: Some("postgres".to_owned()), ..Options::default() };
        let (old, new) = (introspect(&client).await.expect("readable"), introspect(&to.client().await).await.expect("readable"));
        let plan = between(&old, &new, &options);
        let mut refused = vec![];
        for step in &plan.steps {
            client.batch_execute("BEGIN").await.expect("begun");
            let outcome = client.batch_execute(&step.sql).await;
            client.batch_execute(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }).await.expect("ended");
            assert_eq!(outcome.is_err(), step.fails.is_some(), "PostgreSQL {}: {} {outcome:?}", server.major(), step.sql);
            refused.extend(step.fails.as_ref().map(|_| step.cause.as_str()));
        }
        let expected = ["parts.needed", "t.needed", "t.of_over", "t.of_required", "u.a"];
        refused.sort_unstable();
        assert_eq!(refused, expected.map(|name| format!("column public.{name}")), "PostgreSQL {}", server.major());
    }
}
