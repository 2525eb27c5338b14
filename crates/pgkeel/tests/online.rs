//! Every folder of tests/online on every major: the plan of `--online` from old.sql to new.sql, applied statement by
//! statement, gives what pg_dump says of new.sql, and no step reads or writes a whole table while it keeps out its
//! writers. Comment lines `-- plan has: TEXT` (or `TEXT or TEXT`) in new.sql say what has to be in the plan.

use std::fmt::Write as _;
use std::path::Path;

use pgkeel::introspect::introspect;
use pgkeel_core::plan::{Options, between, statements};
use pgkeel_core::schema::Schema;
use pgkeel_testkit::dump::objects;
use pgkeel_testkit::{Server, TestDatabase, per_major};

async fn schema(database: &TestDatabase<'_>) -> Result<Schema, String> {
    introspect(&database.client().await).await.map_err(|error| error.to_string())
}

async fn run(server: &'static Server, folder: &Path) -> Result<(), String> {
    let read =
        |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"));
    let (old, new) = (read("old.sql")?, read("new.sql")?);
    let (from, to) = (server.database(), server.database());
    from.psql(&old)?;
    to.psql(&new)?;
    let options = Options { role: Some("postgres".to_owned()), online: true, ..Options::default() };
    let wanted = schema(&to).await?;
    let plan = between(&schema(&from).await?, &wanted, &options);
    let sql = plan.to_sql();
    let mut wrong = String::new();
    for text in new.lines().filter_map(|line| line.strip_prefix("-- plan has: ")) {
        // What a version does in another way is said behind `or`.
        if !text.split(" or ").any(|text| sql.contains(text.trim())) {
            let _ = writeln!(wrong, "the plan lacks \"{text}\"");
        }
    }
    for step in &plan.steps {
        for table in step.scans.iter().chain(&step.rewrites) {
            if step.locks.iter().any(|lock| lock.relation == *table && lock.mode.blocks_writes()) {
                let _ = writeln!(
                    wrong,
                    "keeps out the writers of {table} while it reads all of it: {}",
                    step.sql
                );
            }
        }
    }
    from.psql(&sql).map_err(|error| format!("{wrong}refused: {error}\n{sql}"))?;
    let (is, should) = (objects(&from.pg_dump()), objects(&to.pg_dump()));
    for name in should.keys().chain(is.keys().filter(|name| !should.contains_key(*name))) {
        if is.get(name) != should.get(name) {
            let _ = writeln!(wrong, "{name}\nis {:?}\nshould be {:?}", is.get(name), should.get(name));
        }
    }
    let rest = statements(&schema(&from).await?, &wanted, &options);
    if !rest.is_empty() {
        let _ = writeln!(wrong, "still to be done:\n{}", rest.to_sql());
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{wrong}plan:\n{sql}")) }
}

per_major! {
    async fn online_plans_lead_where_pg_dump_says(server) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/online");
        let mut failures = String::new();
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let case = entry.expect("readable folder").path();
            if let Err(error) = run(server, &case).await {
                let _ = writeln!(failures, "== {}: {error}", case.display());
            }
        }
        assert!(failures.is_empty(), "PostgreSQL {}:\n{failures}", server.major());
    }
}
