//! Sending batches and COPY data, attended: who is waited for is told, a wish to stop reaches the server, and what the
//! server says is told under the statement that made it speak.

use std::convert::Infallible;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{SinkExt, Stream, StreamExt};
use pgkeel_core::event::Event;
use pgkeel_core::sql::batch::{self, Batch, Purpose};
use tokio_postgres::{CopyInSink, SimpleQueryMessage};

use super::failure::Refusal;
use super::{Executor, Script};

/// A wish to stop is repeated so often: a statement that began just after the first time would not hear of it.
const INSIST: Duration = Duration::from_secs(1);

impl Executor<'_> {
    /// Sends a batch and waits for its end. Rows are dropped as they come.
    pub(super) async fn send(&self, script: &Script<'_>, batch: &Batch) -> Result<(), Refusal> {
        let completed = AtomicUsize::new(0);
        let theirs = batch.segments().iter().any(|segment| matches!(segment.purpose, Purpose::User { .. }));
        let result = if theirs {
            let sent = self.send_counting(script, batch, &completed);
            self.attended_batch(script, batch, &completed, sent).await
        } else {
            // What pgkeel notes is short, and has to be noted also when it was asked to stop.
            self.send_counting(script, batch, &completed).await
        };
        self.tell_notices(script, batch, None);
        result.map_err(|error| Refusal { error, completed: completed.into_inner() })
    }

    async fn send_counting(
        &self,
        script: &Script<'_>,
        batch: &Batch,
        completed: &AtomicUsize,
    ) -> Result<(), tokio_postgres::Error> {
        let answer = pin!(self.session.client().simple_query_raw(batch.text()).await?);
        self.count(script, batch, answer, completed, None).await
    }

    /// Reads the answer to a batch, which is number `cycle` when others may follow it already.
    pub(super) async fn count(
        &self,
        script: &Script<'_>,
        batch: &Batch,
        mut answer: Pin<&mut impl Stream<Item = Result<SimpleQueryMessage, tokio_postgres::Error>>>,
        completed: &AtomicUsize,
        cycle: Option<u64>,
    ) -> Result<(), tokio_postgres::Error> {
        while let Some(message) = answer.next().await {
            match message? {
                SimpleQueryMessage::CommandComplete(_) => {
                    completed.fetch_add(1, Ordering::Relaxed);
                    self.tell_notices(script, batch, cycle);
                }
                SimpleQueryMessage::Row(row) => {
                    self.former.hear(batch, completed.load(Ordering::Relaxed), &row);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Waits for a batch of which `completed` counts the statements that are done.
    pub(super) async fn attended_batch<T>(
        &self,
        script: &Script<'_>,
        batch: &Batch,
        completed: &AtomicUsize,
        work: impl Future<Output = T>,
    ) -> T {
        let place = || Place::of(batch.running(completed.load(Ordering::Relaxed))?);
        self.attended(script, &place, work).await
    }

    /// Waits for the server, watching what it waits for, and cancelling it when the run is asked to stop.
    pub(crate) async fn attended<T>(
        &self,
        script: &Script<'_>,
        place: &(dyn Fn() -> Option<Place> + Sync),
        work: impl Future<Output = T>,
    ) -> T {
        let begun = Instant::now();
        tokio::select! {
            biased;
            done = work => done,
            never = self.follow(script, place, begun) => match never {},
            never = self.cancel_when_asked() => match never {},
        }
    }

    async fn follow(
        &self,
        script: &Script<'_>,
        place: &(dyn Fn() -> Option<Place> + Sync),
        begun: Instant,
    ) -> Infallible {
        let (Some(watch), Some(pid)) = (self.watch, self.session.tap().backend_pid()) else {
            return std::future::pending().await;
        };
        let text = |place: &Place| script.part.in_memory().nth(place.index).map(|found| found.text.as_str());
        let tell = |seen: super::watch::Seen| {
            if let Some(number) = seen.transaction {
                self.former.is_in(number);
            }
            let place = place();
            (self.observe)(Event::StillRunning {
                label: script.label.clone(),
                line: place.as_ref().map(|place| place.line),
                statement: place.as_ref().and_then(text).map(batch::beginning),
                elapsed_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
                blockers: seen.blockers,
                phase: seen.phase,
                percent: seen.percent,
            });
        };
        // What the watching session asks begins with what is going on: `status` reads it there.
        let remark = || {
            let place = place()?;
            Some(batch::remark(&script.label, place.line, text(&place).unwrap_or_default()))
        };
        let own = script.part.directives.lock_timeout_ms.map(Duration::from_millis);
        watch.follow(pid, own.unwrap_or(self.options.lock_timeout), &remark, tell).await
    }

    async fn cancel_when_asked(&self) -> Infallible {
        self.options.cancel.cancelled().await;
        (self.observe)(Event::Stopping);
        let canceller = self.session.canceller();
        loop {
            // A server that cannot be reached now is asked again; meanwhile nothing else can be done.
            let _ = canceller.cancel().await;
            tokio::time::sleep(INSIST).await;
        }
    }

    /// Tells what the server said; only in the answers up to number `cycle` when others may follow.
    pub(super) fn tell_notices(&self, script: &Script<'_>, batch: &Batch, cycle: Option<u64>) {
        let (notices, dropped) = match cycle {
            Some(cycle) => self.session.tap().take_notices_until(cycle),
            None => self.session.tap().take_notices(),
        };
        for notice in notices {
            let line = line_of(batch, notice.statement);
            // Our own statements warn of nothing that a user could act on, but for the guard.
            if line.is_none() && !notice.code.starts_with("PKL") {
                continue;
            }
            (self.observe)(Event::Notice {
                label: script.label.clone(),
                severity: notice.severity,
                message: notice.message,
                line,
            });
        }
        if dropped > 0 {
            (self.observe)(Event::Notice {
                label: script.label.clone(),
                severity: "NOTICE".to_owned(),
                message: format!("{dropped} more messages of the server are not shown"),
                line: None,
            });
        }
    }

    /// Begins a `COPY ... FROM stdin`.
    pub(super) async fn begin_copy(&self, sql: &str) -> Result<CopyInSink<Bytes>, tokio_postgres::Error> {
        self.session.client().copy_in(sql).await
    }
}

/// A statement of the script that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its index among the script's statements.
    pub(crate) index: usize,
    /// The line of the file on which it begins.
    pub(crate) line: usize,
}

impl Place {
    fn of(purpose: &Purpose) -> Option<Self> {
        match purpose {
            Purpose::User { index, position } => Some(Self { index: *index, line: position.line }),
            Purpose::Own(_) => None,
        }
    }
}

/// Line of the file on which statement `index` of a batch begins; of the last one when the batch is over.
fn line_of(batch: &Batch, index: usize) -> Option<usize> {
    Place::of(&batch.segments().get(index)?.purpose).map(|place| place.line)
}

/// Sends a portion of data.
pub(super) async fn copy_data(
    sink: &mut std::pin::Pin<Box<CopyInSink<Bytes>>>,
    data: &str,
) -> Result<(), tokio_postgres::Error> {
    sink.send(Bytes::copy_from_slice(data.as_bytes())).await
}
