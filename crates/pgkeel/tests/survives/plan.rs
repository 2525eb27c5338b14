//! A plan is run by the same executor as a migration: refused when it is stale, whole or in steps, taken up again.

use std::sync::Mutex;
use std::time::Duration;

use pgkeel::apply::RunOptions;
use pgkeel::apply::plan::{Allowed, Error, PlanJob};
use pgkeel::database::{ConnectOptions, Target};
use pgkeel::introspect::introspect;
use pgkeel::store::Store;
use pgkeel_core::event::Event;
use pgkeel_core::plan::{Options, Plan, between};
use pgkeel_core::schema::Schema;
use pgkeel_testkit::{Cut, Proxy, Server, TestDatabase};

use super::harness::until;

const BEFORE: &str = "CREATE TABLE t (id int PRIMARY KEY, a int, b int); INSERT INTO t VALUES (1, 1, 1)";
const AFTER: &str = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int, c text);
    CREATE INDEX t_a ON t (a); ALTER TABLE t ADD CONSTRAINT positive CHECK (b > 0); CREATE TABLE u (x int)";

async fn schema(database: &TestDatabase<'_>) -> Schema {
    introspect(&database.client().await).await.unwrap().without_namespace("pgkeel")
}

/// The plan from [`BEFORE`] to [`AFTER`], and the schema that it leads to.
async fn plan(server: &Server, online: bool) -> (Plan, Schema) {
    let (before, after) = (server.database(), server.database());
    before.execute(BEFORE);
    after.execute(AFTER);
    let options = Options { online, ..Options::default() };
    let wanted = schema(&after).await;
    (between(&schema(&before).await, &wanted, &options), wanted)
}

async fn run(plan: &Plan, url: &str, allowed: &[&str]) -> (Result<(), Error>, Vec<Event>) {
    let events = Mutex::new(Vec::new());
    let run = RunOptions { lock_timeout: Duration::from_millis(300), ..RunOptions::default() };
    let job = PlanJob {
        target: &Target::parse(url).unwrap(),
        connect: ConnectOptions { application_name: "pgkeel child".to_owned(), ..ConnectOptions::default() },
        embedded: false,
        store: &Store::new("pgkeel"),
        plan,
        allowed: &Allowed { objects: allowed.iter().map(|&object| object.to_owned()).collect() },
        action: "sync",
        lock_wait: Duration::from_secs(20),
        run,
        observe: &|event| events.lock().unwrap().push(event),
    };
    let result = job.run().await;
    (result, events.into_inner().unwrap())
}

async fn is_as_planned(database: &TestDatabase<'_>, wanted: &Schema) {
    let rest = between(&schema(database).await, wanted, &Options::default());
    assert!(rest.is_empty(), "{}", rest.to_sql());
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.audit WHERE action = 'sync'"), "1");
    assert_eq!(database.value("SELECT count(*) FROM pgkeel.journal"), "0", "nothing is left to take up");
    assert_eq!(database.value("SELECT count(*) FROM t"), "1");
}

#[tokio::test]
async fn a_plan_is_whole_or_not_at_all_and_refused_when_the_database_has_changed() {
    let server = Server::get(17);
    let (plan, wanted) = plan(server, false).await;
    let database = server.database();
    database.execute(BEFORE);
    database.execute("INSERT INTO t VALUES (2, 2, -1)");
    let (result, _) = run(&plan, &database.url(), &[]).await;
    let error = result.unwrap_err();
    assert!(matches!(&error, Error::Refused { done: 0, .. }), "{error:?}");
    assert!(error.to_string().contains("positive") && error.to_string().contains("23514"), "{error}");
    assert_eq!(database.value("SELECT to_regclass('u') IS NULL AND to_regclass('t_a') IS NULL"), "t");
    database.execute("DELETE FROM t WHERE id = 2");
    run(&plan, &database.url(), &[]).await.0.unwrap();
    is_as_planned(&database, &wanted).await;
    let (result, _) = run(&plan, &database.url(), &[]).await;
    assert!(matches!(result, Err(Error::Stale)), "{result:?}");
}

#[tokio::test]
async fn a_plan_in_steps_goes_on_where_it_was_and_gives_way_to_a_newer_one() {
    let server = Server::get(15);
    let (first, wanted) = plan(server, true).await;
    assert!(first.steps.iter().any(|step| !step.transactional), "{}", first.to_sql());
    let database = server.database();
    database.execute(BEFORE);
    database.execute("INSERT INTO t VALUES (2, 2, -1)");
    let (result, _) = run(&first, &database.url(), &[]).await;
    let error = result.unwrap_err();
    let Error::Refused { done, total, .. } = &error else { panic!("{error:?}") };
    assert!(*done > 0 && done < total, "{error}");
    // The same plan goes on at the step that failed; one that was made since closes it.
    database.execute("DELETE FROM t WHERE id = 2");
    let newer = between(&schema(&database).await, &wanted, &Options::default());
    let copy = server.database();
    copy.execute(BEFORE);
    run(&first, &copy.url(), &[]).await.0.unwrap();
    is_as_planned(&copy, &wanted).await;
    run(&newer, &database.url(), &[]).await.0.unwrap();
    is_as_planned(&database, &wanted).await;
    let closed = "SELECT count(*) FROM pgkeel.audit WHERE action = 'superseded'";
    assert_eq!(database.value(closed), "1");
}

#[tokio::test]
async fn a_plan_survives_a_cut_before_and_after_every_message() {
    let server = Server::get(16);
    for online in [false, true] {
        let (plan, wanted) = plan(server, online).await;
        let total = {
            let database = server.database();
            database.execute(BEFORE);
            let proxy = Proxy::start(&database);
            run(&plan, &proxy.url(database.name()), &[]).await.0.unwrap();
            is_as_planned(&database, &wanted).await;
            proxy.traffic().requests.len()
        };
        // Most of the messages read the schema; that it is read again needs no proof at each of them.
        let before = (0..total).filter(|number| number % 50 == 1 || number + 14 > total);
        let after = (0..3).map(|passing| Cut::after_commit().after_passing(passing));
        for (number, cut) in before.map(Cut::before_message).chain(after).enumerate() {
            let database = server.database();
            database.execute(BEFORE);
            let proxy = Proxy::start(&database);
            proxy.arm(cut);
            if run(&plan, &proxy.url(database.name()), &[]).await.0.is_err() {
                // The first questions of a run are not asked twice: nothing has begun then.
                assert!(number < 1, "cut {number} of {total}");
                run(&plan, &database.url(), &[]).await.0.unwrap();
            }
            is_as_planned(&database, &wanted).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_meets_a_lock_tries_again_and_names_who_holds_it() {
    let server = Server::get(18);
    let (plan, wanted) = plan(server, false).await;
    let database = server.database();
    database.execute(BEFORE);
    let holder = database.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE t").await.unwrap();
    let url = database.url();
    let running = tokio::spawn(async move { run(&plan, &url, &[]).await });
    let waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 't'::regclass)";
    tokio::task::block_in_place(|| until(&database, waits));
    tokio::time::sleep(Duration::from_secs(1)).await;
    holder.batch_execute("ROLLBACK").await.unwrap();
    let (result, events) = running.await.unwrap();
    result.unwrap();
    let retried = events.iter().find_map(|event| match event {
        Event::Retrying { blockers, .. } => blockers.first(),
        _ => None,
    });
    assert!(retried.is_some_and(|blocker| blocker.contains("LOCK TABLE t")), "{events:#?}");
    is_as_planned(&database, &wanted).await;
}
