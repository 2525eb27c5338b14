//! Metrics, computed from the snapshot at each scrape, so that they and the JSON cannot disagree and old label sets
//! vanish. Labels are bounded: checks, states, our own routes; objects only while they fail, and capped by the checks.
//!
//! There is no counter, only histograms, whose `_count` says the same: the text of a histogram is the same in
//! OpenMetrics and in Prometheus' older format, so `promtool check metrics` reads the very answer that Prometheus does.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use pgkeel_core::finding::Severity;
use pgkeel_core::health::{Outcome, Report, Status};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::{Shared, Snapshot};

type Labels = Vec<(String, String)>;
type Gauges = Family<Labels, Gauge<f64, std::sync::atomic::AtomicU64>>;

/// What is counted as it happens.
#[derive(Debug)]
pub(crate) struct Counters {
    requests: Timed<Request>,
    looks: Timed<Result>,
    migrations: Timed<Result>,
    hot: Mutex<BTreeMap<(&'static str, u16), Histogram>>,
}

/// Histograms with one set of labels each.
type Timed<L> = Family<L, Histogram, fn() -> Histogram>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: &'static str,
    code: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Result {
    result: &'static str,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            requests: Family::new_with_constructor(|| Histogram::new([0.001, 0.005, 0.025, 0.1, 1.0])),
            looks: Family::new_with_constructor(|| {
                Histogram::new([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0])
            }),
            migrations: Family::new_with_constructor(|| {
                Histogram::new([0.1, 1.0, 10.0, 60.0, 600.0, 3600.0])
            }),
            hot: Mutex::default(),
        }
    }
}

impl Counters {
    /// An answer of one of our routes.
    pub(crate) fn answered(&self, route: &'static str, code: u16, took: Duration) {
        // A poisoned lock means that counting panicked: then nothing is counted, and everything is still answered.
        let Ok(mut hot) = self.hot.lock() else { return };
        let histogram = || self.requests.get_or_create(&Request { route, code: u32::from(code) }).clone();
        hot.entry((route, code)).or_insert_with(histogram).observe(took.as_secs_f64());
    }

    /// A look at the database: `ok`, `error` or `timeout`.
    pub(crate) fn looked(&self, result: &'static str, took: Duration) {
        self.looks.get_or_create(&Result { result }).observe(took.as_secs_f64());
    }

    /// A migration that was started from the dashboard: `ok` or `failed`.
    pub(crate) fn migrated(&self, result: &'static str, took: Duration) {
        self.migrations.get_or_create(&Result { result }).observe(took.as_secs_f64());
    }
}

/// The text of a scrape.
pub(crate) fn render(shared: &Shared) -> std::result::Result<String, fmt::Error> {
    let snapshot = shared.snapshot();
    let mut registry = Registry::with_prefix("pgkeel");
    own(&mut registry, shared, &snapshot);
    let report = &snapshot.report;
    migrations(&mut registry, report);
    checks(&mut registry, report);
    measures(&mut registry, report);
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

fn set(gauges: &Gauges, labels: &[(&str, &str)], value: f64) {
    let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    gauges.get_or_create(&labels).set(value);
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: f64) {
    let gauge = Gauge::<f64, std::sync::atomic::AtomicU64>::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

fn family(registry: &mut Registry, name: &str, help: &str) -> Gauges {
    let gauges = Gauges::default();
    registry.register(name, help, gauges.clone());
    gauges
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}

fn own(registry: &mut Registry, shared: &Shared, snapshot: &Snapshot) {
    let build = family(registry, "build_info", "The pgkeel that answers");
    set(&build, &[("version", pgkeel::store::TOOL_VERSION)], 1.0);
    let up = snapshot.looked && snapshot.failures == 0;
    gauge(registry, "up", "1 when the last look reached the database", f64::from(u8::from(up)));
    let (verdict, _) = snapshot.now(&shared.config);
    let ready = f64::from(u8::from(verdict.status != Status::Fail));
    gauge(registry, "ready", "1 when this instance may serve with this schema", ready);
    let reasons = family(registry, "not_ready_reason", "1 for each reason why the verdict is not pass");
    for reason in &verdict.reasons {
        set(&reasons, &[("reason", reason.as_str())], 1.0);
    }
    gauge(
        registry,
        "last_sample_timestamp_seconds",
        "When the database was last looked at",
        snapshot.seen.unix(),
    );
    let counters = &shared.counters;
    let seconds = Unit::Seconds;
    let looks = counters.looks.clone();
    registry.register_with_unit("look_duration", "How long a look at the database took", seconds, looks);
    let requests = counters.requests.clone();
    registry.register_with_unit("http_request_duration", "How long an answer took", Unit::Seconds, requests);
    let runs = counters.migrations.clone();
    let help = "How long a run started from the dashboard took";
    registry.register_with_unit("migration_run_duration", help, Unit::Seconds, runs);
}

fn migrations(registry: &mut Registry, report: &Report) {
    let Some(standing) = &report.migrations else { return };
    let states = family(registry, "migrations", "Migrations by state");
    set(&states, &[("state", "applied")], count(standing.applied));
    set(&states, &[("state", "pending")], count(standing.pending.len()));
    set(&states, &[("state", "unknown")], count(standing.unknown.len()));
    set(&states, &[("state", "modified")], count(standing.modified.len()));
    set(&states, &[("state", "failed")], count(standing.dirty.len()));
    let held = f64::from(u8::from(standing.running));
    gauge(registry, "migration_lock_held", "1 while somebody migrates", held);
    // What was not judged is no zero.
    if let Some(findings) = &report.schema {
        let meaning = "Objects that are not as the migrations make them";
        gauge(registry, "schema_drift_objects", meaning, count(findings.len()));
    }
}

fn checks(registry: &mut Registry, report: &Report) {
    let status = family(registry, "check_status", "0 pass, 1 warn, 2 fail, -1 skipped");
    let findings = family(registry, "findings", "Findings by check and level");
    for outcome in &report.checks {
        let value = match outcome.status {
            Status::Pass => 0.0,
            Status::Warn => 1.0,
            Status::Fail => 2.0,
            Status::Skipped => -1.0,
        };
        set(&status, &[("check", &outcome.check)], value);
        for (level, number) in levels(outcome) {
            set(&findings, &[("check", &outcome.check), ("level", level)], count(number));
        }
    }
}

fn levels(outcome: &Outcome) -> [(&'static str, usize); 4] {
    let of = |wanted: &[Severity]| outcome.findings.iter().filter(|f| wanted.contains(&f.severity)).count();
    [
        ("info", of(&[Severity::Info])),
        ("warning", of(&[Severity::Warning])),
        ("critical", of(&[Severity::Error, Severity::Critical])),
        ("truncated", outcome.truncated),
    ]
}

/// Numbers that the checks read. Objects become labels only for what is near its end or kept too long.
fn measures(registry: &mut Registry, report: &Report) {
    let find = |check: &str| report.checks.iter().find(|outcome| outcome.check == check);
    let single = |check: &str, name: &str| {
        find(check)?.measures.iter().find(|measure| measure.name == name).map(|measure| measure.value)
    };
    let plain = [
        ("connections", "used", "connections_used", "Connections in use"),
        ("connections", "usable", "connections_usable", "Connections that may be used"),
        ("wraparound", "xid_age", "xid_age_transactions", "Age of the oldest transaction id"),
        ("wraparound", "mxid_age", "mxid_age_transactions", "Age of the oldest multixact id"),
    ];
    for (check, name, metric, help) in plain {
        if let Some(value) = single(check, name) {
            gauge(registry, metric, help, value);
        }
    }
    let worst = |check: &str, name: &str| {
        let values = find(check)?.measures.iter().filter(|measure| measure.name == name).map(|m| m.value);
        Some(values.fold(0.0, f64::max))
    };
    let oldest = [
        ("blocking-locks", "waiting_seconds", "longest_lock_wait_seconds", "Longest wait for a lock"),
        (
            "long-transaction",
            "open_seconds",
            "oldest_transaction_age_seconds",
            "Age of the oldest open transaction",
        ),
        (
            "standby-lag",
            "lag_seconds",
            "replication_lag_seconds",
            "Lag of the standby that is furthest behind",
        ),
    ];
    for (check, name, metric, help) in oldest {
        if let Some(value) = worst(check, name) {
            gauge(registry, metric, help, value);
        }
    }
    let total = |check: &str| {
        find(check).map(|o| {
            o.measures.iter().filter(|m| m.name == "bytes").map(|m| m.value).fold(0.0, |sum, one| sum + one)
        })
    };
    for (check, metric, help) in [
        ("unused-index", "unused_index_bytes", "Size of the indexes that nothing reads"),
        ("duplicate-index", "duplicate_index_bytes", "Size of the indexes that another makes superfluous"),
    ] {
        if let Some(value) = total(check) {
            gauge(registry, metric, help, value);
        }
    }
    let labelled = [
        (
            "sequence-headroom",
            "used_ratio",
            "sequence_used_ratio",
            "Used share of keys that are near their end",
        ),
        ("replication-slot", "retained_bytes", "slot_retained_bytes", "Log kept by replication slots"),
    ];
    for (check, name, metric, help) in labelled {
        let gauges = family(registry, metric, help);
        let measures = find(check).into_iter().flat_map(|outcome| &outcome.measures);
        let kept = measures.filter(|measure| measure.name == name).take(pgkeel_core::health::FINDINGS_KEPT);
        for measure in kept {
            set(&gauges, &[("object", measure.object.as_deref().unwrap_or_default())], measure.value);
        }
    }
}
