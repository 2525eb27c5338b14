//! Proof: a plan that does not lead where it should becomes a bug report, not a proven plan; roles that a schema speaks
//! of are made for it and go with it.

use pgkeel::introspect::introspect;
use pgkeel::prove::prove;
use pgkeel::scratch::Choice;
use pgkeel::source::Workshop;
use pgkeel_core::plan::{Options, Step, between};
use pgkeel_testkit::{Server, TestDatabase};

async fn made(server: &'static Server, sql: &str) -> (TestDatabase<'static>, pgkeel_core::schema::Schema) {
    let database = server.database();
    database.execute(sql);
    let schema = introspect(&database.client().await).await.unwrap_or_else(|error| panic!("{error}"));
    (database, schema)
}

#[tokio::test]
async fn a_wrong_plan_is_reported_with_its_smallest_statement() {
    let server = Server::get(17);
    let (database, from) = made(server, "CREATE TABLE t (a int, note text)").await;
    let (_other, to) = made(server, "CREATE TABLE t (a bigint, note text)").await;
    let workshop = Workshop::new(Choice { url: Some(database.url()), ..Choice::default() }, vec![]);
    let right = between(&from, &to, &Options::default());

    let mut refused = right.clone();
    refused.steps = vec![Step {
        cause: "column public.t.a".to_owned(),
        ..Step::new("ALTER TABLE public.t ALTER a TYPE nonsense")
    }];
    let report = prove(refused, &from, &to, &workshop).await.map(|_| ()).map_err(|error| error.to_string());
    let report = report.expect_err("the plan is refused");
    for part in [
        "Please report",
        "column public.t.a",
        "TYPE nonsense",
        "(42704)",
        "ADD COLUMN a integer",
        "ADD COLUMN a bigint",
    ] {
        assert!(report.contains(part), "{part} is not in: {report}");
    }

    let mut idle = right.clone();
    idle.steps = vec![Step::new("SELECT 1")];
    let report = prove(idle, &from, &to, &workshop).await.map(|_| ()).map_err(|error| error.to_string());
    let report = report.expect_err("the plan leads elsewhere");
    assert!(report.contains("still to be done") && report.contains("TYPE bigint"), "{report}");

    let proven = prove(right, &from, &to, &workshop).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(proven.plan().steps.len(), 1);
}

#[tokio::test]
async fn roles_that_a_schema_speaks_of_go_with_the_scratch_database() {
    let (with, without) = (Server::get(16), Server::get(17));
    let role = format!("pgkeel_owner_{}", std::process::id());
    let text = format!(
        "CREATE ROLE {role}; CREATE TABLE t (a int); ALTER TABLE t OWNER TO {role}; GRANT SELECT ON t TO {role}"
    );
    let (owned, to) = made(with, &text).await;
    let (unowned, from) = made(without, "CREATE TABLE t (a int)").await;
    let workshop = Workshop::new(Choice { url: Some(unowned.url()), ..Choice::default() }, vec![]);
    let plan = between(&from, &to, &Options::default());
    prove(plan, &from, &to, &workshop).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(unowned.value(&format!("SELECT count(*) FROM pg_roles WHERE rolname = '{role}'")), "0");
    owned.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}
