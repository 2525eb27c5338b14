//! Databases that are not there yet.

use super::target;
use pgkeel::database::{ConnectOptions, connect};
use pgkeel_testkit::Server;
use std::path::Path;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn private_server_is_waited_for_until_it_has_started() {
    let server = Server::start_private(15, &[]);
    let target = target(&server.url("postgres"), Path::new("/nonexistent"));
    server.stop();
    let impatient = connect(&target, &ConnectOptions::default()).await.expect_err("nothing listens");
    assert!(!impatient.to_string().contains("waited"), "{impatient}");
    let patient = ConnectOptions::default().waiting(Duration::from_mins(1));
    let (session, ()) = tokio::join!(connect(&target, &patient), async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        tokio::task::block_in_place(|| server.start());
    });
    session.expect("it was waited for");
}

#[tokio::test]
async fn waiting_ends_at_its_deadline_and_not_before_a_final_answer() {
    let free =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    let absent = target(&format!("postgres://u@127.0.0.1:{free}/d"), Path::new("/nonexistent"));
    let started = Instant::now();
    let error = connect(&absent, &ConnectOptions::default().waiting(Duration::from_secs(1)))
        .await
        .expect_err("absent");
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert!(error.to_string().contains("waited 1 s"), "{error}");
    let wrong = target(&Server::get(15).url("absent"), Path::new("/nonexistent"));
    let started = Instant::now();
    let patient = ConnectOptions::default().waiting(Duration::from_mins(1));
    assert_eq!(connect(&wrong, &patient).await.expect_err("absent").sqlstate(), Some("3D000"));
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn a_silent_host_does_not_hold_up_the_next() {
    // The kernel accepts, nobody answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("bound").port();
    let server = Server::get(15);
    let text = format!(
        "postgres://postgres@127.0.0.1:{port},127.0.0.1:{}/postgres?connect_timeout=1",
        server.port()
    );
    let session = connect(&target(&text, Path::new("/nonexistent")), &ConnectOptions::default()).await;
    assert!(session.expect("the second host answers").place().ends_with(&server.port().to_string()));
}
