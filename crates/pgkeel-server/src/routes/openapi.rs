//! `GET /openapi.json`: the document, which a test checks against the running server.

use axum::http::StatusCode;
use axum::response::Response;

use super::answer;

/// The document.
pub(crate) const DOCUMENT: &str = include_str!("openapi.json");

/// Sends it.
pub(crate) async fn document() -> Response {
    answer(StatusCode::OK, "application/json", DOCUMENT)
}
