//! What probes and load balancers ask: answered from memory, in words that give nothing away.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use pgkeel_core::health::{Reason, Status};

use super::answer;
use crate::Shared;

const KIND: &str = "application/health+json";

/// Whether the process is alive; the database is not its affair.
pub(crate) async fn live(State(shared): State<Arc<Shared>>) -> Response {
    if shared.alive() {
        answer(StatusCode::OK, KIND, r#"{"status":"pass"}"#)
    } else {
        answer(StatusCode::SERVICE_UNAVAILABLE, KIND, r#"{"status":"fail"}"#)
    }
}

/// Whether the first look is finished.
pub(crate) async fn started(State(shared): State<Arc<Shared>>) -> Response {
    if shared.snapshot().looked {
        answer(StatusCode::OK, KIND, r#"{"status":"pass"}"#)
    } else {
        answer(StatusCode::SERVICE_UNAVAILABLE, KIND, r#"{"status":"fail","reasons":["starting"]}"#)
    }
}

/// Whether this instance may serve with this schema.
pub(crate) async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    let snapshot = shared.snapshot();
    let interval = shared.config.intervals.fast;
    let (verdict, stale) = snapshot.now(&shared.config);
    let mut body = String::with_capacity(256);
    // Every word comes from a closed vocabulary, so nothing needs escaping.
    let _ = write!(body, r#"{{"status":"{}""#, verdict.status.as_str());
    if !verdict.reasons.is_empty() {
        let words: Vec<_> = verdict.reasons.iter().map(|reason| format!("\"{}\"", reason.as_str())).collect();
        let hint = verdict.reasons.first().map_or("", |reason: &Reason| reason.hint());
        let _ = write!(body, r#","reasons":[{}],"hint":"{hint}""#, words.join(","));
    }
    let age = snapshot.seen.age().as_secs();
    let _ = write!(body, r#","time":"{}","age_s":{age},"stale":{stale}}}"#, snapshot.seen.rfc3339());
    let failed = verdict.status == Status::Fail;
    let code = if failed { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let mut response = answer(code, KIND, body);
    if failed && let Ok(after) = HeaderValue::from_str(&interval.as_secs().max(1).to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, after);
    }
    response
}
