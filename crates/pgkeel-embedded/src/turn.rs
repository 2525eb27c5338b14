//! Whose turn it is: the engine serves one connection at a time.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The single place at the engine. Clones speak of the same place.
#[derive(Clone, Default)]
pub(crate) struct Place {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    holder: Mutex<Option<Holder>>,
    left: Condvar,
}

/// Who sits in the place.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    /// What the client calls itself.
    pub(crate) application: Option<String>,
    /// Since when.
    pub(crate) since: Instant,
}

/// The right to talk to the engine; ends when dropped.
pub(crate) struct Turn {
    place: Place,
}

impl Place {
    /// Waits at most `patience` for the place; otherwise says who holds it.
    pub(crate) fn take(&self, application: Option<String>, patience: Duration) -> Result<Turn, Holder> {
        let guard = self.shared.holder.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut holder, _) = self
            .shared
            .left
            .wait_timeout_while(guard, patience, |holder| holder.is_some())
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(other) = holder.clone() {
            return Err(other);
        }
        *holder = Some(Holder { application, since: Instant::now() });
        Ok(Turn { place: self.clone() })
    }

    /// Waits at most `patience` until nobody talks to the engine; says whether that came true.
    pub(crate) fn wait_until_free(&self, patience: Duration) -> bool {
        let guard = self.shared.holder.lock().unwrap_or_else(PoisonError::into_inner);
        let (holder, _) = self
            .shared
            .left
            .wait_timeout_while(guard, patience, |holder| holder.is_some())
            .unwrap_or_else(PoisonError::into_inner);
        holder.is_none()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.place.shared.holder.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.place.shared.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_the_next_learns_who() {
        let place = Place::default();
        let turn = place.take(Some("psql".to_owned()), Duration::ZERO).map_err(|_| ()).expect("free");
        let holder = place.take(None, Duration::from_millis(1)).map(|_| ()).expect_err("taken");
        assert_eq!(holder.application.as_deref(), Some("psql"));
        assert!(!place.wait_until_free(Duration::ZERO));
        drop(turn);
        assert!(place.wait_until_free(Duration::ZERO));
        assert!(place.take(None, Duration::ZERO).is_ok());
    }
}
