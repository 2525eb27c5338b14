//! Progress: a bar with what is running on a terminal, a line per migration in a pipe, JSON lines for programs.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use pgkeel_core::event::{Blocker, Event};

use crate::screen::{DIM, GOOD, Screen, WARN, count};

/// Shows the events of a run.
pub struct Progress<'a> {
    screen: &'a Screen,
    bar: Mutex<Option<ProgressBar>>,
    /// Whom the last statement that took long waited for.
    waited_for: Mutex<String>,
}

/// A statement that takes long.
struct Still<'a> {
    place: String,
    seconds: u64,
    statement: &'a str,
    blockers: &'a [Blocker],
    phase: Option<&'a str>,
    percent: Option<u8>,
}

impl<'a> Progress<'a> {
    /// Nothing to show yet.
    pub fn new(screen: &'a Screen) -> Self {
        Self { screen, bar: Mutex::new(None), waited_for: Mutex::default() }
    }

    /// Shows one event: to programs as it is, to people in words.
    pub fn show(&self, event: &Event) {
        if self.screen.machine {
            return self.screen.event(event);
        }
        match event {
            Event::RunStarted { migrations } => self.begin(*migrations),
            Event::MigrationStarted { label, .. } => self.with_bar(|bar| bar.set_message(label.clone())),
            Event::MigrationApplied { label, elapsed_ms, .. } => {
                self.line(&format!("  {GOOD}✓{GOOD:#} {label} {DIM}{elapsed_ms} ms{DIM:#}"));
                self.with_bar(|bar| bar.inc(1));
            }
            Event::RolledBack { label, elapsed_ms, .. } => {
                self.line(&format!("  {GOOD}↩{GOOD:#} {label} {DIM}{elapsed_ms} ms{DIM:#}"));
                self.with_bar(|bar| bar.inc(1));
            }
            Event::StepStarted { step, steps, sql, .. } => {
                let text = format!("step {step}/{steps}: {sql}");
                self.with_bar(|bar| bar.set_message(text.clone()));
                if self.screen.verbose > 0 {
                    self.line(&format!("    {DIM}{text}{DIM:#}"));
                }
            }
            Event::WaitingForLock { holder, waited_ms } => {
                let text = format!("waiting for another run: {holder} ({} s)", waited_ms / 1000);
                if self.screen.live {
                    self.spin(&text);
                } else if *waited_ms == 0 {
                    self.line(&text);
                }
            }
            Event::Retrying { label, attempt, reason, pause_ms, .. } => self.line(&format!(
                "  {WARN}↻{WARN:#} {label}: try {attempt} failed ({reason}); again in {pause_ms} ms"
            )),
            Event::Notice { label, severity, message, line } => {
                let place = line.map(|line| format!(" line {line}")).unwrap_or_default();
                self.line(&format!("    {DIM}{severity}: {message} ({label}{place}){DIM:#}"));
            }
            Event::StillRunning { label, line, statement, elapsed_ms, blockers, phase, percent } => {
                let still = Still {
                    place: line.map_or_else(|| label.clone(), |line| format!("{label} line {line}")),
                    seconds: elapsed_ms / 1000,
                    statement: statement.as_deref().unwrap_or_default(),
                    blockers,
                    phase: phase.as_deref(),
                    percent: *percent,
                };
                self.still(&still, *elapsed_ms < 2000);
            }
            Event::Reconnecting { attempt, reason } => self.line(&format!(
                "  {WARN}↻{WARN:#} the connection was lost ({reason}); connecting again, try {attempt}"
            )),
            Event::Stopping => self
                .line(&format!("  {WARN}■{WARN:#} stopping: the statement is being cancelled on the server")),
            Event::Preflight { message, help } => {
                self.line(&format!("  {WARN}!{WARN:#} {message}"));
                if let Some(help) = help {
                    self.line(&format!("    {DIM}{help}{DIM:#}"));
                }
            }
            Event::HookStarted { when, what } => {
                let text = format!("hook {when}: {what}");
                self.with_bar(|bar| bar.set_message(text.clone()));
            }
            Event::HookOutput { line, .. } => self.line(&format!("    {DIM}{line}{DIM:#}")),
            Event::HookEnded { what, elapsed_ms, .. } => {
                if self.screen.verbose > 0 {
                    self.line(&format!("    {DIM}hook {what}: {elapsed_ms} ms{DIM:#}"));
                }
            }
            Event::HookFailed { what, reason } => {
                self.line(&format!("  {WARN}!{WARN:#} hook `{what}` {reason}; going on"));
            }
            Event::PlanStarted { action, steps } => {
                self.begin(*steps);
                self.with_bar(|bar| bar.set_message(action.clone()));
            }
            Event::PlanApplied { action, steps, elapsed_ms } => {
                self.line(&format!(
                    "  {GOOD}✓{GOOD:#} {action}: {} {DIM}{elapsed_ms} ms{DIM:#}",
                    count(*steps, "step")
                ));
            }
            // What failed is told by whoever ran it.
            Event::Seeded { .. } | Event::Error { .. } => {}
        }
    }

    /// A statement takes long. On a terminal its line changes, what matters most first, because the end may be cut off; who is
    /// waited for stays to be read. Elsewhere the first time is told, and every time that it waits for somebody.
    fn still(&self, still: &Still<'_>, first: bool) {
        let Still { place, seconds, statement, blockers, phase, percent } = still;
        let percent = percent.map(|percent| format!("{percent}% ")).unwrap_or_default();
        let phase = phase.map(|phase| format!(", {phase}")).unwrap_or_default();
        let names: Vec<String> = blockers.iter().map(Blocker::to_string).collect();
        let waiting =
            |names: &str| if names.is_empty() { String::new() } else { format!(", waiting for {names}") };
        if self.screen.live {
            let pids: Vec<String> = blockers.iter().map(|blocker| blocker.pid.to_string()).collect();
            let names = names.join("; ");
            let new = *self.waited_for() != names;
            if new && !names.is_empty() {
                self.line(&format!("    {DIM}{place} waits for {names}{DIM:#}"));
            }
            *self.waited_for() = names;
            let statement = if statement.is_empty() { String::new() } else { format!(": {statement}") };
            self.spin(&format!(
                "{percent}{seconds} s {place}{}{phase}{statement}",
                waiting(&pids.join(", "))
            ));
        } else if first || !blockers.is_empty() {
            let waiting = waiting(&names.join("; "));
            self.line(&format!("    {DIM}{place}: {percent}{seconds} s{phase}{waiting}{DIM:#}"));
        }
    }

    fn waited_for(&self) -> std::sync::MutexGuard<'_, String> {
        self.waited_for.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Some(bar) = self.lock().take() {
            bar.finish_and_clear();
        }
    }

    fn begin(&self, migrations: usize) {
        self.end();
        if !self.screen.live {
            return;
        }
        let bar = ProgressBar::new(migrations as u64);
        let style =
            ProgressStyle::with_template("  {bar:12.green/dim} {pos}/{len} {wide_msg} {elapsed:.dim}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(100));
        *self.lock() = Some(bar);
    }

    fn spin(&self, text: &str) {
        let mut bar = self.lock();
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        bar.set_message(text.to_owned());
    }

    fn line(&self, text: &str) {
        match self.lock().as_ref() {
            Some(bar) => bar.suspend(|| self.screen.say(text)),
            None => self.screen.say(text),
        }
    }

    fn with_bar(&self, change: impl FnOnce(&ProgressBar)) {
        if let Some(bar) = self.lock().as_ref() {
            change(bar);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<ProgressBar>> {
        // A panic while drawing leaves a bar that can still be drawn.
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
