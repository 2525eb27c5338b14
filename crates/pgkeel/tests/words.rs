//! Databases of other majors than the scratch server's are compared by what they mean, not by how each writes it.

use std::path::PathBuf;

use pgkeel::database::Target;
use pgkeel::diff::diff;
use pgkeel::scratch::Choice;
use pgkeel::source::{Source, Workshop};
use pgkeel_core::plan::Options;
use pgkeel_testkit::{Server, TestDatabase, per_major};

const SCHEMA: &str = "
    CREATE TABLE sales (id int NOT NULL, at date NOT NULL, amount numeric CHECK (amount > 0), kind text DEFAULT 'a'::text);
    CREATE VIEW monthly AS SELECT date_trunc('month', s.at) AS month, sum(s.amount) AS sum FROM sales s GROUP BY 1;
    CREATE VIEW big AS SELECT m.month FROM monthly m WHERE m.sum > 10 AND m.month = ANY (ARRAY[now(), current_date]);
    CREATE MATERIALIZED VIEW kept AS SELECT id, row_number() OVER (ORDER BY sales.at) FROM sales;
    CREATE INDEX early ON sales ((at + 1)) WHERE kind <> 'b';
    GRANT ALL ON sales TO PUBLIC;
    CREATE TABLE renamed (id int NOT NULL);
    ALTER TABLE renamed RENAME id TO number;
    CREATE PUBLICATION changes FOR TABLE sales;
    GRANT CREATE ON SCHEMA public TO pg_monitor;";

/// The statements that make `live` what the files say, with a scratch server of PostgreSQL 15.
async fn plan(live: &TestDatabase<'_>, files: &str) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("schema.sql"), files).expect("a file");
    let scratch = Server::get(15).database();
    let workshop = Workshop::new(Choice { url: Some(scratch.url()), ..Choice::default() }, vec![]);
    let (from, to) = (
        Source::Database(Box::new(Target::parse(&live.url()).expect("an address"))),
        Source::Files(PathBuf::from(folder.path())),
    );
    let difference = diff(&from, &to, &workshop, &Options::default()).await.expect("a plan");
    (difference.plan.steps.into_iter().map(|step| step.sql).collect(), difference.to.notes)
}

per_major! {
    async fn what_is_only_said_differently_is_no_difference(server) {
        let live = server.database_with(SCHEMA);
        let (steps, notes) = plan(&live, SCHEMA).await;
        assert_eq!(steps, Vec::<String>::new());
        assert!(notes.iter().all(|note| !note.contains("differently")), "{notes:?}");
        // What is different stays so, and nothing else is touched.
        let (steps, _) = plan(&live, &SCHEMA.replace("> 10", "> 11")).await;
        assert_eq!(steps.len(), 1, "{steps:?}");
        assert!(steps[0].contains("11") && steps[0].contains("big"), "{steps:?}");
    }
}
