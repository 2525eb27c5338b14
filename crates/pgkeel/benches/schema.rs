//! How long it takes to read a schema and to compare it: against pg_dump, on the same server, in the same run.
//!
//! `PGKEEL_BENCH_URL=postgres://... cargo bench -p pgkeel --bench schema` makes databases of 1,000, 5,000 and 10,000 tables beside
//! the one named (or of the sizes in `PGKEEL_BENCH_TABLES`), and drops them. `PG_DUMP` names the pg_dump to run. Figures: docs/schema.md.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pgkeel::database::{ConnectOptions, ReadOnly, Target, connect};
use pgkeel::introspect;
use pgkeel_core::plan::{Options, between};
use pgkeel_core::schema::Schema;

/// Tables as applications have them: twelve columns, a key, three indexes, a CHECK, a foreign key, a comment.
const TABLES: &str = "DO $$ BEGIN FOR i IN first..last LOOP EXECUTE format('CREATE TABLE t%1$s (id bigint GENERATED ALWAYS AS \
    IDENTITY PRIMARY KEY, parent_id bigint REFERENCES t%2$s, name varchar(100) NOT NULL, email text, state text NOT NULL DEFAULT \
    ''new'' CHECK (state IN (''new'', ''old'')), amount numeric(12,2), tags text[], data jsonb DEFAULT ''{}'', active boolean \
    DEFAULT true, note text, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz)', i, greatest(i - 1, 1)); \
    EXECUTE format('CREATE INDEX ON t%1$s (parent_id)', i); EXECUTE format('CREATE INDEX ON t%1$s (lower(email))', i); \
    EXECUTE format('CREATE UNIQUE INDEX ON t%1$s (name) WHERE active', i); EXECUTE format('COMMENT ON TABLE t%1$s IS ''table %1$s''', i); \
    END LOOP; END $$";

/// The best of some tries: what else runs on the machine only makes it longer.
const TRIES: usize = 12;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn say(line: &str) {
    // A closed output has nobody to be told.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The most memory that this process has had, in kB.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}

fn dump(url: &str) -> Result<Duration, Failure> {
    let program = std::env::var("PG_DUMP").unwrap_or_else(|_| "pg_dump".to_owned());
    let begun = Instant::now();
    let status =
        Command::new(program).args(["--schema-only", "--dbname", url]).stdout(Stdio::null()).status()?;
    if status.success() { Ok(begun.elapsed()) } else { Err("pg_dump failed".into()) }
}

async fn measure(server: &Target, tables: u32) -> Result<(), Failure> {
    let name = format!("pgkeel_bench_{tables}");
    let keeper = connect(server, &ConnectOptions::default()).await?;
    keeper.client().batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await?;
    keeper.client().batch_execute(&format!("CREATE DATABASE {name}")).await?;
    let target = server.with_database(&name)?;
    let maker = connect(&target, &ConnectOptions::default()).await?;
    for first in (1..=tables).step_by(100) {
        let last = (first + 99).min(tables);
        let text = TABLES.replace("first..last", &format!("{first}..{last}"));
        maker.client().batch_execute(&text).await?;
    }
    maker.client().batch_execute("VACUUM ANALYZE").await?;
    maker.close().await;
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    let mut schema = None;
    for _ in 0..TRIES {
        let begun = Instant::now();
        let session = ReadOnly::open(&target, &ConnectOptions::default()).await?;
        let before = session.tap().round_trips();
        let (read, _) = introspect::of(&session).await?;
        let trips = session.tap().round_trips() - before;
        session.close().await;
        ours = ours.min(begun.elapsed());
        theirs = theirs.min(dump(&target.masked())?);
        schema = Some((read, trips));
    }
    let Some((schema, trips)) = schema else { return Ok(()) };
    let begun = Instant::now();
    let snapshot = schema.to_json();
    let written = begun.elapsed();
    let begun = Instant::now();
    let other = Schema::from_json(&snapshot)?;
    let read_back = begun.elapsed();
    let begun = Instant::now();
    let plan = between(&schema, &other, &Options::default());
    let compared = begun.elapsed();
    say(&format!(
        "{tables} tables, {} objects: read in {ours:.2?} with {trips} round trips (pg_dump {theirs:.2?}, {:.2} of it); \
         written as JSON in {written:.2?} and read back in {read_back:.2?}; compared with its equal in {compared:.2?}, {} steps; \
         peak memory {}",
        schema.objects.len(),
        ours.as_secs_f64() / theirs.as_secs_f64(),
        plan.steps.len(),
        peak_memory(),
    ));
    keeper.client().batch_execute(&format!("DROP DATABASE {name}")).await?;
    keeper.close().await;
    Ok(())
}

fn main() -> Result<(), Failure> {
    let Ok(url) = std::env::var("PGKEEL_BENCH_URL") else {
        say("PGKEEL_BENCH_URL names no server: nothing is measured");
        return Ok(());
    };
    let server = Target::parse(&url)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let sizes = std::env::var("PGKEEL_BENCH_TABLES").unwrap_or_else(|_| "1000 5000 10000".to_owned());
    for tables in sizes.split_whitespace() {
        let tables = tables.parse()?;
        runtime.block_on(measure(&server, tables))?;
    }
    Ok(())
}
