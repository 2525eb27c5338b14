//! Every folder of `tests/diff/`: the plan from `old.sql` to `new.sql`, and back, works in one transaction, leads to
//! the same pg_dump, and leaves nothing to do; and the dump of the result recreates it, and is then the same text.

use std::path::Path;

use pgkeel::dump::creation;
use pgkeel::source::{Source, Workshop};
use pgkeel_core::plan::Options;
use pgkeel_testkit::{Server, TestDatabase, dump, per_major};

async fn plan(from: &TestDatabase<'_>, to: &TestDatabase<'_>) -> String {
    let parse = |database: &TestDatabase<'_>| Source::parse(&database.url()).expect("an address");
    let options = Options::default();
    let difference = pgkeel::diff::diff(&parse(from), &parse(to), &Workshop::default(), &options).await;
    difference.expect("both can be read").plan.to_sql()
}

async fn dumped(database: &TestDatabase<'_>) -> String {
    let source = Source::parse(&database.url()).expect("an address");
    creation(&source.load(&Workshop::default()).await.expect("it can be read")).to_sql()
}

async fn leads_to(server: &Server, case: &str, from: &str, to: &str) {
    let (changing, wanted) = (server.database_with(from), server.database_with(to));
    let sql = plan(&changing, &wanted).await;
    changing
        .psql(&format!("BEGIN;\n{sql}\nCOMMIT;\n"))
        .unwrap_or_else(|error| panic!("{case}: {error}\n{sql}"));
    let objects = dump::objects_in_any_column_order;
    assert_eq!(objects(&changing.pg_dump()), objects(&wanted.pg_dump()), "{case}, after:\n{sql}");
    assert_eq!(plan(&changing, &wanted).await, "", "{case}: a second plan is empty");
    let text = dumped(&wanted).await;
    let copy = server.database_with("");
    copy.psql(&text).unwrap_or_else(|error| panic!("{case}: {error}\n{text}"));
    assert_eq!(dumped(&copy).await, text, "{case}: the dump of a dump");
}

per_major! {
    async fn every_case_leads_there_and_back(server) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/diff");
        let mut cases: Vec<_> = std::fs::read_dir(folder).expect("tests/diff").flatten().map(|entry| entry.path()).collect();
        cases.sort();
        assert!(!cases.is_empty());
        for case in cases {
            let read = |name: &str| std::fs::read_to_string(case.join(name)).expect("a case has old.sql and new.sql");
            let (name, old, new) = (case.display().to_string(), read("old.sql"), read("new.sql"));
            leads_to(server, &name, &old, &new).await;
            leads_to(server, &name, &new, &old).await;
        }
    }
}
