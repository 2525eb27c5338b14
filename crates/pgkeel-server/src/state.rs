//! What the sampler writes and every request reads.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use pgkeel_core::event::Event;
use tokio::sync::{Notify, broadcast};

use crate::metrics::Counters;
use crate::{Config, Snapshot};

/// Repairs that are remembered.
const FIXES: usize = 50;

/// Shared by the sampler and the requests.
#[derive(Debug)]
pub struct Shared {
    snapshot: ArcSwap<Snapshot>,
    pub(crate) config: Config,
    pub(crate) counters: Counters,
    pub(crate) wake: Notify,
    pub(crate) news: broadcast::Sender<News>,
    /// Held while this process changes the database: one change at a time, and none is cut off at the end.
    pub(crate) changing: Arc<tokio::sync::Mutex<()>>,
    fixes: Mutex<Vec<String>>,
    started: Instant,
    beat: std::sync::atomic::AtomicU64,
}

/// What live pages are told.
#[derive(Debug, Clone)]
pub enum News {
    /// There is a new snapshot.
    Looked,
    /// A migration that this server runs goes on.
    Migration(Event),
    /// It ended, with a sentence.
    Ended(String),
    /// The server ends: whoever listens lets go.
    Stopping,
}

impl Shared {
    /// Before the first look.
    pub fn new(config: Config) -> Arc<Self> {
        Arc::new(Self {
            snapshot: ArcSwap::from_pointee(Snapshot::starting()),
            config,
            counters: Counters::default(),
            wake: Notify::new(),
            news: broadcast::channel(64).0,
            changing: Arc::default(),
            fixes: Mutex::default(),
            started: Instant::now(),
            beat: std::sync::atomic::AtomicU64::new(0),
        })
    }

    /// What was seen last.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// What this server has repaired by itself, the newest last.
    pub(crate) fn fixes(&self) -> Vec<String> {
        // A poisoned lock means that noting down panicked: then there is nothing more to tell.
        self.fixes.lock().map(|fixes| fixes.clone()).unwrap_or_default()
    }

    /// Notes a repair down; only the last ones are kept, all of them are in the audit.
    pub(crate) fn fixed(&self, what: String) {
        if let Ok(mut fixes) = self.fixes.lock() {
            fixes.push(what);
            let surplus = fixes.len().saturating_sub(FIXES);
            fixes.drain(..surplus);
        }
    }

    /// Replaces what was seen last, and tells live pages.
    pub fn publish(&self, snapshot: Snapshot) {
        self.snapshot.store(Arc::new(snapshot));
        // Nobody listening is fine.
        let _ = self.news.send(News::Looked);
    }

    /// Notes that the runtime is alive.
    pub(crate) fn beat(&self) {
        self.beat.store(self.started.elapsed().as_secs(), std::sync::atomic::Ordering::Relaxed);
    }

    /// Whether timers have run lately: the process is alive, whatever the database does.
    pub(crate) fn alive(&self) -> bool {
        let last = Duration::from_secs(self.beat.load(std::sync::atomic::Ordering::Relaxed));
        self.started.elapsed().saturating_sub(last) < Duration::from_secs(10)
    }
}
