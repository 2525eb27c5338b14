//! Random schemas and random changes to them: the plan between two databases, applied to the first, gives the second.
//!
//! `pg_dump` is the judge. A failing seed is repeated with `PGKEEL_SEED=<seed>`; `PGKEEL_SEEDS=1000` tries so many.

use pgkeel::diff::diff;
use pgkeel::source::{Source, Workshop};
use pgkeel_core::plan::Options;
use pgkeel_testkit::{RandomSchema, Server, dump, per_major};

/// Seeds that each run tries on each major.
const SEEDS: u64 = 6;

fn seeds() -> std::ops::Range<u64> {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    match (number("PGKEEL_SEED"), number("PGKEEL_SEEDS")) {
        (Some(seed), _) => seed..seed + 1,
        (None, count) => 0..count.unwrap_or(SEEDS),
    }
}

/// Turns a database of `from` into one of `to` and asks pg_dump whether it is one.
async fn becomes(server: &Server, from: &RandomSchema, to: &RandomSchema) -> Result<(), String> {
    let (changing, wanted) = (server.database_with(&from.sql()), server.database_with(&to.sql()));
    let plan = || async {
        let source = |url: String| Source::parse(&url).expect("a URL");
        let difference =
            diff(&source(changing.url()), &source(wanted.url()), &Workshop::default(), &Options::default())
                .await;
        difference.map(|difference| difference.plan.to_sql()).map_err(|error| error.to_string())
    };
    let sql = plan().await?;
    changing.psql(&format!("BEGIN;\n{sql}\nCOMMIT;\n")).map_err(|error| format!("{error}\n{sql}"))?;
    let objects = dump::objects_in_any_column_order;
    let (got, want) = (objects(&changing.pg_dump()), objects(&wanted.pg_dump()));
    for name in got.keys().chain(want.keys()) {
        let (got, want) = (got.get(name), want.get(name));
        if got != want {
            return Err(format!("{name}\ngot: {got:#?}\nwant: {want:#?}\nafter:\n{sql}"));
        }
    }
    let again = plan().await?;
    let statements =
        again.lines().any(|line| !line.is_empty() && !line.starts_with("--") && !line.starts_with("SET "));
    if statements { Err(format!("a second plan is not empty:\n{again}")) } else { Ok(()) }
}

per_major! {
    async fn a_plan_leads_from_one_to_the_other(server) {
        for seed in seeds() {
            let old = RandomSchema::new(seed, 6);
            let new = old.changed(seed, 8);
            for (from, to, way) in [(&old, &new, "forward"), (&new, &old, "back")] {
                becomes(server, from, to).await.unwrap_or_else(|error| panic!("PGKEEL_SEED={seed} {way}: {error}"));
            }
        }
    }
}
