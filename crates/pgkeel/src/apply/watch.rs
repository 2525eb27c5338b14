//! The second connection: whom a statement waits for and how far it is, asked only when it takes long.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pgkeel_core::event::Blocker;
use pgkeel_core::sql::secrets::masked;

use crate::answer::{Row, ask, text};
use crate::database::{ConnectOptions, Session, Target, connect};

/// How long a statement runs before anything is asked about it.
const AFTER: Duration = Duration::from_secs(1);

/// The pause between two questions.
const EVERY: Duration = Duration::from_secs(1);

/// The pause after the second connection could not be opened.
const LATER: Duration = Duration::from_secs(10);

/// What the server says about a statement on its way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Who holds what it waits for.
    pub(crate) blockers: Vec<Blocker>,
    /// What it is doing.
    pub(crate) phase: Option<String>,
    /// How far that is.
    pub(crate) percent: Option<u8>,
    /// The number of its transaction.
    pub(crate) transaction: Option<u64>,
}

/// Watches the session that works, through a connection of its own that is opened when it is first needed.
pub(crate) struct Watch<'a> {
    target: &'a Target,
    options: ConnectOptions,
    control: tokio::sync::Mutex<Option<Session>>,
    blockers: Mutex<Vec<Blocker>>,
}

impl<'a> Watch<'a> {
    /// Nothing is opened yet.
    pub(crate) fn new(target: &'a Target, options: &ConnectOptions) -> Self {
        let mut options = options.clone();
        options.settings.clear();
        options.wait = None;
        options.application_name += " watch";
        let options = options.setting("statement_timeout", "5000").setting("lock_timeout", "1000");
        Self { target, options, control: tokio::sync::Mutex::default(), blockers: Mutex::default() }
    }

    /// The blockers seen since the last call: who they were can no longer be asked once a wait has ended.
    pub(crate) fn take_blockers(&self) -> Vec<Blocker> {
        std::mem::take(&mut *self.blockers.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells what process `pid` is doing, every second, for ever. `patience` is its lock timeout, of which the half is
    /// the longest wait before the first question; `remark` is a comment that says what it is doing.
    pub(crate) async fn follow(
        &self,
        pid: i32,
        patience: Duration,
        remark: &(dyn Fn() -> Option<String> + Sync),
        tell: impl Fn(Seen),
    ) -> Infallible {
        let first = if patience.is_zero() { AFTER } else { AFTER.min(patience / 2) };
        tokio::time::sleep(first).await;
        loop {
            let pause = match self.look(pid, remark()).await {
                Some(seen) => {
                    if !seen.blockers.is_empty() {
                        let mut blockers = self.blockers.lock().unwrap_or_else(PoisonError::into_inner);
                        blockers.clone_from(&seen.blockers);
                    }
                    tell(seen);
                    EVERY
                }
                None => LATER,
            };
            tokio::time::sleep(pause).await;
        }
    }

    async fn look(&self, pid: i32, remark: Option<String>) -> Option<Seen> {
        let mut control = self.control.lock().await;
        if control.as_ref().is_none_or(Session::is_closed) {
            *control = connect(self.target, &self.options).await.ok();
        }
        let session = control.as_ref()?;
        let sql = include_str!("watch.sql").replace("{pid}", &pid.to_string());
        let sql = remark.unwrap_or_default() + &sql;
        // Not to see what the statement does is no reason to stop it.
        let rows = ask(session.client(), "watching", &sql).await.ok()?;
        Some(seen(&rows))
    }
}

/// So much of another session's statement is shown, in characters.
const SHOWN: usize = 120;

/// Another session's statement as one line, cut short, without its secrets. They are covered first: a comment would hide
/// what follows it once its line has no end.
pub(crate) fn statement_line(statement: &str) -> String {
    let covered = masked(statement);
    covered.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN).collect()
}

fn seen(rows: &[Row]) -> Seen {
    let mut seen = Seen::default();
    for row in rows {
        if text(row, 0) == "transaction" {
            seen.transaction = text(row, 1).parse().ok();
        } else if text(row, 0) == "blocker" {
            seen.blockers.push(Blocker {
                pid: text(row, 1).parse().unwrap_or_default(),
                application: text(row, 2),
                role: text(row, 3),
                state: text(row, 4),
                since: text(row, 5),
                statement: statement_line(&text(row, 6)),
            });
        } else {
            seen.phase = Some(text(row, 1));
            seen.percent = text(row, 2).parse().ok();
        }
    }
    seen
}
