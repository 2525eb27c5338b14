//! Ctrl-C and SIGTERM: the first one stops a run in order, the second one at once.

use pgkeel::cancel::Cancel;
use tokio::task::JoinHandle;

/// What a shell reports of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Signals that reach a run, for as long as this lives.
pub struct StopOnSignal(JoinHandle<()>);

/// Asks the run to stop when a signal comes. The server rolls back what a second signal cuts off.
pub fn stop_on_signal(cancel: &Cancel) -> StopOnSignal {
    let cancel = cancel.clone();
    StopOnSignal(tokio::spawn(async move {
        wait().await;
        cancel.cancel();
        end_on_signal().await;
    }))
}

impl Drop for StopOnSignal {
    fn drop(&mut self) {
        self.0.abort();
        // The system's own way to end the program does not come back once somebody listened.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(end_on_signal());
        }
    }
}

async fn end_on_signal() {
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
