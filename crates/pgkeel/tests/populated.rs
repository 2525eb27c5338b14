//! Files say nothing of which materialized views hold rows: `pg_dump` writes all of them empty.

use std::path::PathBuf;

use pgkeel::database::Target;
use pgkeel::diff::diff;
use pgkeel::scratch::Choice;
use pgkeel::source::{Source, Workshop};
use pgkeel_core::plan::Options;
use pgkeel_testkit::{Server, TestDatabase, per_major};

const LIVE: &str = "CREATE TABLE t (a int);
    CREATE MATERIALIZED VIEW full_one AS SELECT a FROM t;
    CREATE MATERIALIZED VIEW empty_one AS SELECT a FROM t WITH NO DATA;";

fn database(database: &TestDatabase<'_>) -> Source {
    Source::Database(Box::new(Target::parse(&database.url()).expect("an address")))
}

async fn plan(server: &Server, from: &Source, to: &Source) -> Vec<String> {
    let scratch = server.database();
    let workshop = Workshop::new(Choice { url: Some(scratch.url()), ..Choice::default() }, vec![]);
    let difference = diff(from, to, &workshop, &Options::default()).await.expect("a plan");
    difference.plan.steps.into_iter().map(|step| step.sql).collect()
}

per_major! {
    async fn a_dump_fills_and_empties_no_materialized_view(server) {
        let live = server.database_with(LIVE);
        let folder = tempfile::tempdir().expect("a folder");
        let files = Source::Files(PathBuf::from(folder.path()));
        let write = |text: &str| std::fs::write(folder.path().join("schema.sql"), text).expect("a file");
        write(&LIVE.replace("AS SELECT a FROM t;", "AS SELECT a FROM t WITH NO DATA;"));
        let live_source = database(&live);
        assert_eq!(plan(server, &live_source, &files).await, Vec::<String>::new());
        assert_eq!(plan(server, &files, &live_source).await, Vec::<String>::new());
        // What is made anew is filled as it was.
        write(&LIVE.replace("SELECT a FROM t;", "SELECT a + 1 AS a FROM t WITH NO DATA;"));
        let steps = plan(server, &live_source, &files).await;
        assert!(steps.iter().any(|step| step.contains("full_one") && step.ends_with("WITH DATA")), "{steps:?}");
        // Databases do say.
        let other = server.database_with(&LIVE.replace("WITH NO DATA", ""));
        let steps = plan(server, &live_source, &database(&other)).await;
        assert_eq!(steps, ["REFRESH MATERIALIZED VIEW public.empty_one"]);
    }
}
