//! Asking a run to stop: Ctrl-C, SIGTERM, or an application that shuts down.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// A handle that a run looks at. Every clone is the same handle.
#[derive(Debug, Clone)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Default for Cancel {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Cancel {
    /// Asks the run to stop: it cancels its statement on the server, rolls back, gives the lock back, and returns
    /// [`crate::Error::Interrupted`] with what is applied.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when somebody asks.
    pub async fn cancelled(&self) {
        let mut asked = self.0.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = asked.wait_for(|asked| *asked).await;
    }

    /// Sleeps, but not longer than until somebody asks.
    pub(crate) async fn sleep(&self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = self.cancelled() => {}
        }
    }
}
