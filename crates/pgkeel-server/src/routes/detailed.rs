//! Everything, for those who may see it: draft-inadarei-api-health-check-06 with keys of our own.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use pgkeel_core::finding::Severity;
use pgkeel_core::health::{Outcome, Report, Status, Tier};
use serde_json::{Map, Value, json};

use super::{answer, problem};
use crate::{Shared, Snapshot, guard};

/// `GET /api/health/detailed`.
pub(crate) async fn detailed(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    if !guard::may_see_details(&shared.config, &headers, peer) {
        let mut response = problem(StatusCode::UNAUTHORIZED, "a token is needed");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return response;
    }
    let snapshot = shared.snapshot();
    let body = document(&shared, &snapshot);
    let failed = body.get("status").and_then(Value::as_str) == Some("fail");
    let code = if failed { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    answer(code, "application/health+json", body.to_string())
}

/// The document.
pub(crate) fn document(shared: &Shared, snapshot: &Snapshot) -> Value {
    let (verdict, stale) = snapshot.now(&shared.config);
    let report = &snapshot.report;
    let count = |status| report.checks.iter().filter(|outcome| outcome.status == status).count();
    json!({
        "format": "pgkeel/health-details/1",
        "status": verdict.status,
        "reasons": verdict.reasons,
        "version": "1",
        "releaseId": pgkeel::store::TOOL_VERSION,
        "description": "health of a database and its schema",
        "environment": shared.config.environment,
        "time": snapshot.seen.rfc3339(),
        "age_s": snapshot.seen.age().as_secs(),
        "stale": stale,
        "connection": {
            "status": if report.unreachable.is_none() && snapshot.looked { "pass" } else { "fail" },
            "failures": snapshot.failures,
            "look_ms": u64::try_from(snapshot.took.as_millis()).unwrap_or(u64::MAX),
        },
        "server": report.server,
        "migrations": report.migrations,
        "schema": report.schema,
        "compared": snapshot.looks.compared.map(|compared| {
            json!({"time": compared.rfc3339(), "age_s": compared.age().as_secs()})
        }),
        "fixes": report.fixes,
        "summary": {
            "pass": count(Status::Pass),
            "warn": count(Status::Warn),
            "fail": count(Status::Fail),
            "skipped": count(Status::Skipped),
        },
        "notes": notes(report),
        "checks": checks(snapshot),
        "links": {"about": "/openapi.json", "dashboard": "/"},
    })
}

fn notes(report: &Report) -> Vec<String> {
    let skipped = |outcome: &Outcome| {
        let reasons = outcome.skipped.iter().map(|reason| format!("{}: {reason}", outcome.check));
        reasons.collect::<Vec<_>>()
    };
    report.checks.iter().flat_map(skipped).collect()
}

fn checks(snapshot: &Snapshot) -> Value {
    let time = snapshot.seen.rfc3339();
    let mut checks = Map::new();
    let looked_ms = u64::try_from(snapshot.took.as_millis()).unwrap_or(u64::MAX);
    checks.insert(
        "postgresql:responseTime".to_owned(),
        json!([{"componentType": "datastore", "observedValue": looked_ms, "observedUnit": "ms", "time": time,
                "status": if snapshot.failures == 0 { "pass" } else { "fail" }}]),
    );
    for outcome in &snapshot.report.checks {
        let tier = pgkeel_core::health::check(&outcome.check).map_or(Tier::Fast, |check| check.tier);
        let time = snapshot.asked(tier).rfc3339();
        let mut entries: Vec<Value> = outcome
            .findings
            .iter()
            .map(|finding| {
                json!({
                    "componentId": finding.object, "status": word(finding.severity), "output": finding.message,
                    "help": finding.help, "fix": finding.fix.as_ref().and_then(|fix| fix.sql.as_ref()), "time": time,
                })
            })
            .collect();
        if entries.is_empty() && outcome.status == Status::Pass {
            entries.push(json!({"status": "pass", "time": time}));
        }
        for reason in &outcome.skipped {
            entries.push(json!({"status": "pass", "skipped": true, "reason": reason, "time": time}));
        }
        if outcome.truncated > 0 {
            entries.push(json!({"status": "pass", "truncated": outcome.truncated, "time": time}));
        }
        checks.insert(format!("schema:{}", outcome.check), Value::Array(entries));
    }
    Value::Object(checks)
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "pass",
        Severity::Warning => "warn",
        Severity::Error | Severity::Critical => "fail",
    }
}
