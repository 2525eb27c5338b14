//! Tells others when the state changes: signed webhooks, tried again when they fail, and a program of the user's.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, Mac};
use pgkeel_core::config::Webhook;
use pgkeel_core::health::Status;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::AsyncWriteExt;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinSet;

use crate::state::News;
use crate::{Shared, Snapshot};

/// Times that a webhook is tried.
const TRIES: u32 = 5;

/// Events that wait for one receiver at most.
const BACKLOG: usize = 256;

/// The first pause between two tries; it doubles.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest that one try, or the user's program, may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who is told.
#[derive(Debug, Clone, Default)]
pub struct Watcher {
    webhooks: Arc<[Webhook]>,
    program: Arc<[String]>,
}

/// What is compared between two looks.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    status: Status,
    reasons: Vec<&'static str>,
    version: Option<String>,
    drift: Vec<String>,
    failing: Vec<String>,
}

impl Watcher {
    /// These webhooks, and this program with its arguments.
    pub fn new(webhooks: &[Webhook], program: &[String]) -> Self {
        Self { webhooks: webhooks.into(), program: program.into() }
    }

    /// Runs until `stop` says so.
    pub async fn run(self, shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
        if self.webhooks.is_empty() && self.program.is_empty() {
            return;
        }
        let mut news = shared.news.subscribe();
        let mut before: Option<Seen> = None;
        let receivers = Receivers::new(&self);
        loop {
            let arrived = tokio::select! {
                arrived = news.recv() => arrived,
                _ = stop.changed() => break,
            };
            match arrived {
                Ok(News::Looked) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Ok(_) => continue,
                Err(broadcast::error::RecvError::Closed) => break,
            }
            let snapshot = shared.snapshot();
            let seen = seen(&snapshot);
            if let Some(before) = &before {
                for event in events(before, &seen) {
                    receivers.tell(event, &seen, &snapshot, &shared.config.environment);
                }
            }
            before = Some(seen);
        }
        let snapshot = shared.snapshot();
        receivers.tell("stopping", &seen(&snapshot), &snapshot, &shared.config.environment);
        // The process ends when this returns; what cannot be delivered by then is given up.
        receivers.end().await;
    }
}

/// Each receiver has a task of its own, so that a slow one holds up nobody, and gets what happened in its order.
struct Receivers {
    webhooks: Vec<(Webhook, mpsc::Sender<Value>)>,
    program: Option<mpsc::Sender<Value>>,
    tasks: JoinSet<()>,
}

impl Receivers {
    fn new(watcher: &Watcher) -> Self {
        let mut tasks = JoinSet::new();
        let webhook = |webhook: &Webhook| {
            let (sender, mut bodies) = mpsc::channel(BACKLOG);
            let own = webhook.clone();
            tasks.spawn(async move {
                while let Some(body) = bodies.recv().await {
                    deliver(&own, &body).await;
                }
            });
            (webhook.clone(), sender)
        };
        let webhooks = watcher.webhooks.iter().map(webhook).collect();
        let program = (!watcher.program.is_empty()).then(|| {
            let (sender, mut bodies) = mpsc::channel(BACKLOG);
            let program = Arc::clone(&watcher.program);
            tasks.spawn(async move {
                while let Some(body) = bodies.recv().await {
                    run(&program, &body).await;
                }
            });
            sender
        });
        Self { webhooks, program, tasks }
    }

    /// Delivers everything that is queued.
    async fn end(self) {
        let Self { webhooks, program, mut tasks } = self;
        drop((webhooks, program));
        while tasks.join_next().await.is_some() {}
    }

    fn tell(&self, event: &'static str, seen: &Seen, snapshot: &Snapshot, environment: &str) {
        let body = json!({
            "format": "pgkeel/event/1", "event": event, "environment": environment, "time": snapshot.seen.rfc3339(),
            "status": seen.status, "reasons": seen.reasons, "schema_version": seen.version, "drift": seen.drift,
            "failing_checks": seen.failing,
        });
        let wanted = |webhook: &Webhook| {
            webhook.events.is_empty() || webhook.events.iter().any(|wanted| wanted == event)
        };
        let webhooks = self.webhooks.iter().filter(|(webhook, _)| wanted(webhook)).map(|(_, sender)| sender);
        for sender in webhooks.chain(&self.program) {
            if sender.try_send(body.clone()).is_err() {
                tracing::warn!(event, "a receiver of events is too far behind; this one is not told");
            }
        }
    }
}

fn seen(snapshot: &Snapshot) -> Seen {
    let report = &snapshot.report;
    let drift = report.schema.iter().flatten().filter_map(|finding| finding.object.clone()).collect();
    let failing = report.checks.iter().filter(|outcome| outcome.status == Status::Fail);
    let steps = report.migrations.iter().flat_map(|standing| &standing.timeline);
    let version = steps.rev().find(|step| step.at.is_some()).map(|step| step.label.clone());
    Seen {
        status: snapshot.verdict.status,
        reasons: snapshot.verdict.reasons.iter().map(|reason| reason.as_str()).collect(),
        version,
        drift,
        failing: failing.map(|outcome| outcome.check.clone()).collect(),
    }
}

fn events(before: &Seen, now: &Seen) -> Vec<&'static str> {
    let mut events = Vec::new();
    if before.status != now.status {
        events.push("status-changed");
    }
    if now.version.is_some() && before.version.is_some() && before.version != now.version {
        events.push("schema-version-changed");
    }
    if before.drift != now.drift && !now.drift.is_empty() {
        events.push("drift");
    }
    if now.failing.iter().any(|check| !before.failing.contains(check)) {
        events.push("check-failed");
    }
    events
}

/// Posts the event, signed with the receiver's secret: `X-Pgkeel-Signature: sha256=<hex of HMAC-SHA-256 of the body>`.
async fn deliver(webhook: &Webhook, body: &Value) {
    let text = body.to_string();
    let signature = webhook.secret.as_deref().map(|secret| sign(secret, &text));
    let mut pause = PAUSE;
    for attempt in 1..=TRIES {
        let (url, text, signature) = (webhook.url.clone(), text.clone(), signature.clone());
        let sent = tokio::task::spawn_blocking(move || post(&url, &text, signature.as_deref())).await;
        match sent {
            Ok(Ok(())) | Err(_) => return,
            // The address may hold a secret, so it is not written to the log.
            Ok(Err(status)) => tracing::warn!(attempt, %status, "a webhook was not delivered"),
        }
        if attempt < TRIES {
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }
}

fn sign(secret: &str, text: &str) -> String {
    use std::fmt::Write;
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(text.as_bytes());
    let mut out = String::from("sha256=");
    for byte in mac.finalize().into_bytes() {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn post(url: &str, text: &str, signature: Option<&str>) -> Result<(), String> {
    let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0).build();
    let mut request =
        ureq::Agent::new_with_config(config).post(url).header("content-type", "application/json");
    if let Some(signature) = signature {
        request = request.header("x-pgkeel-signature", signature);
    }
    match request.send(text) {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(answer.status().to_string()),
        Err(ureq::Error::StatusCode(code)) => Err(code.to_string()),
        Err(ureq::Error::Timeout(_)) => Err("timeout".to_owned()),
        Err(_) => Err("no connection".to_owned()),
    }
}

/// The event on the program's standard input; whatever it does, it is given up after a while.
async fn run(program: &[String], body: &Value) {
    let Some((name, arguments)) = program.split_first() else { return };
    let mut command = tokio::process::Command::new(name);
    command.args(arguments).stdin(std::process::Stdio::piped()).kill_on_drop(true);
    let work = async {
        let mut child = command.spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // A program that does not read its input is free to.
            let _ = input.write_all(body.to_string().as_bytes()).await;
        }
        child.wait().await
    };
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(status)) if status.success() => {}
        Ok(Ok(status)) => tracing::warn!(%status, "the program for events failed"),
        Ok(Err(error)) => tracing::warn!(%error, "the program for events could not be run"),
        Err(_) => tracing::warn!("the program for events took too long"),
    }
}
