//! What each path answers.

pub(crate) mod action;
pub(crate) mod detailed;
pub(crate) mod health;
pub(crate) mod live;
pub(crate) mod metrics;
pub(crate) mod openapi;
pub(crate) mod pages;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub(crate) use action::Action;

/// Every path, so that metrics have a bounded number of labels and the OpenAPI document can be checked.
pub(crate) const PATHS: [&str; 25] = [
    "/",
    "/activity",
    "/api/health",
    "/api/health/detailed",
    "/api/health/refresh",
    "/assets/page.js",
    "/assets/style.css",
    "/checks",
    "/drift",
    "/environments",
    "/favicon.ico",
    "/health",
    "/health/health",
    "/live",
    "/livez",
    "/metrics",
    "/migrations",
    "/migrations/run",
    "/openapi.json",
    "/performance",
    "/readyz",
    "/schema",
    "/schema/map",
    "/schema/table",
    "/startupz",
];

/// The path as a label.
pub(crate) fn known(path: &str) -> &'static str {
    PATHS.iter().copied().find(|known| *known == path).unwrap_or("other")
}

/// Paths that load balancers ask, by whatever name; they tell nothing that a name could protect.
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, "/health" | "/livez" | "/readyz" | "/startupz" | "/api/health" | "/health/health")
}

/// A JSON answer that nobody may keep.
pub(crate) fn answer(status: StatusCode, kind: &'static str, body: impl Into<axum::body::Body>) -> Response {
    let mut response = (status, body.into()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An error, in words that give nothing away.
pub(crate) fn problem(status: StatusCode, title: &str) -> Response {
    let body: Value = json!({"status": status.as_u16(), "title": title});
    answer(status, "application/problem+json", body.to_string())
}
