//! Ctrl-C and SIGTERM: the first one stops a run in order, the second one at once.

use pgkeel::cancel::Cancel;

/// What a shell reports of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Asks the run to stop when a signal comes. The server rolls back what a second signal cuts off.
pub async fn stop_on_signal(cancel: Cancel) {
    wait().await;
    cancel.cancel();
    wait().await;
    std::process::exit(INTERRUPTED);
}

#[cfg(unix)]
async fn wait() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return interrupted().await };
    tokio::select! {
        () = interrupted() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn wait() {
    interrupted().await;
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's own way to end the program is left in place.
        std::future::pending::<()>().await;
    }
}
