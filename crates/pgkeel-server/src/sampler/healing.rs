//! Heals known causes while the sampler goes on looking: one attempt at a time, and none again for a while.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pgkeel::health;
use pgkeel_core::health::healings;
use tokio::task::JoinHandle;

use super::Sampler;
use crate::Snapshot;

/// The pause before the same object is tried again.
const AGAIN: Duration = Duration::from_hours(1);

/// What has been tried, and what is being tried.
#[derive(Default)]
pub(super) struct Healing {
    tried: BTreeMap<String, Instant>,
    running: Option<JoinHandle<()>>,
}

impl Healing {
    /// Starts healing what was found, when that is allowed and nobody migrates.
    pub(super) fn consider(&mut self, sampler: &Sampler, snapshot: &Snapshot) {
        if !sampler.heal
            || snapshot.running()
            || self.running.as_ref().is_some_and(|task| !task.is_finished())
        {
            return;
        }
        let mut wanted = healings(&snapshot.report);
        wanted.retain(|one| self.tried.get(&one.object).is_none_or(|when| when.elapsed() >= AGAIN));
        if wanted.is_empty() {
            return;
        }
        for one in &wanted {
            self.tried.insert(one.object.clone(), Instant::now());
        }
        let (target, store) = (sampler.target.clone(), sampler.subject.store.clone());
        let (options, shared) = (sampler.run.clone(), Arc::clone(&sampler.shared));
        self.running = Some(tokio::spawn(async move {
            let _changing = Arc::clone(&shared.changing).lock_owned().await;
            let observe = |event| tracing::debug!(?event, "healing");
            match health::heal(&target, &store, &wanted, &options, &observe).await {
                Ok(healed) => {
                    for one in healed {
                        tracing::info!(check = one.healing.check, "{one}");
                        shared.fixed(one.to_string());
                    }
                    shared.wake.notify_one();
                }
                Err(error) => tracing::warn!(%error, "nothing was healed"),
            }
        }));
    }
}
