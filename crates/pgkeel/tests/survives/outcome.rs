//! N1 to N3: a COMMIT whose answer is lost, decided by the history and by the server's own word for the transaction.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel_core::event::Event;
use pgkeel_testkit::{Cut, Proxy, Server, TestDatabase};

use super::harness::{Project, outcomes};

const WAIT: Duration = Duration::from_secs(60);

/// A session that holds table `held`, until [`release`].
async fn holder(database: &TestDatabase<'_>) -> tokio_postgres::Client {
    database.execute("CREATE TABLE held (x int)");
    let client = database.client().await;
    client.batch_execute("SET application_name = 'holder'; BEGIN; LOCK TABLE held").await.unwrap();
    client
}

fn release(database: &TestDatabase<'_>) {
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder' AND datname = \
         current_database()",
    );
}

fn two() -> Project {
    Project::new(&[
        ("1_a.sql", "CREATE TABLE a (x int);"),
        ("2_b.sql", "-- pgkeel: lock-timeout 1h\nCREATE TABLE b (x int);\nALTER TABLE held ADD y int;"),
    ])
}

fn in_progress(event: &Event) -> bool {
    matches!(event, Event::WaitingForLock { holder, .. } if holder.contains("is still in progress"))
}

#[tokio::test]
async fn n3_a_transaction_that_is_still_in_progress_is_waited_for_and_counts_when_it_commits() {
    let database = Server::get(16).database();
    let holder = holder(&database).await;
    let proxy = Proxy::start(&database);
    let ran = two()
        .observed(&proxy.url(database.name()), RunOptions::default(), WAIT, |event| match event {
            Event::StillRunning { .. } => proxy.lose_clients(),
            event if in_progress(event) => release(&database),
            _ => {}
        })
        .await;
    drop(holder);
    let report = ran.result.unwrap_or_else(|error| panic!("{error}\n{:#?}", ran.events));
    let labels: Vec<_> = report.applied.iter().map(|applied| applied.label.as_str()).collect();
    assert_eq!(labels, ["1_a", "2_b"], "the lost transaction is the one that counts");
    let begun = |event: &&Event| matches!(event, Event::MigrationStarted { label, .. } if label == "2_b");
    assert_eq!(ran.events.iter().filter(begun).count(), 1, "it is not begun a second time");
    assert_eq!(outcomes(&database), "1 applied, 2 applied");
}

#[tokio::test]
async fn n3_a_lost_session_that_does_not_end_is_ended_and_its_work_is_done_again() {
    let database = Server::get(17).database();
    let holder = holder(&database).await;
    let proxy = Proxy::start(&database);
    let begun = AtomicUsize::new(0);
    let ran = two()
        .observed(&proxy.url(database.name()), RunOptions::default(), WAIT, |event| match event {
            Event::StillRunning { .. } if begun.load(Ordering::SeqCst) == 1 => proxy.lose_clients(),
            Event::StillRunning { .. } => release(&database),
            Event::MigrationStarted { label, .. } if label == "2_b" => {
                begun.fetch_add(1, Ordering::SeqCst);
            }
            _ => {}
        })
        .await;
    drop(holder);
    ran.result.unwrap_or_else(|error| panic!("{error}\n{:#?}", ran.events));
    assert!(ran.events.iter().any(in_progress), "{:#?}", ran.events);
    assert_eq!(begun.load(Ordering::SeqCst), 2);
    assert_eq!(outcomes(&database), "1 applied, 2 applied");
}

#[tokio::test]
async fn n2_what_the_server_calls_committed_must_be_there() {
    let database = Server::get(15).database();
    let proxy = Proxy::start(&database);
    // The first COMMIT is that of the history's tables.
    proxy.arm(Cut::after_commit().after_passing(1));
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);")]);
    let ran = project
        .observed(&proxy.url(database.name()), RunOptions::default(), WAIT, |event| {
            if matches!(event, Event::Reconnecting { .. }) {
                database.execute("DELETE FROM pgkeel.migrations");
            }
        })
        .await;
    let error = ran.result.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    assert!(error.to_string().contains("was committed, but its row in the history is not there"), "{error}");
}
