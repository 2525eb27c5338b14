//! `GET /metrics`: the same snapshot as everywhere else, in OpenMetrics.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::{answer, problem};
use crate::{Shared, guard, metrics as render};

/// Never 503: a scrape must not vanish when things are bad.
pub(crate) async fn metrics(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    if !guard::may_see_details(&shared.config, &headers, peer) {
        return problem(StatusCode::UNAUTHORIZED, "a token is needed");
    }
    match render::render(&shared) {
        Ok(text) => {
            answer(StatusCode::OK, "application/openmetrics-text; version=1.0.0; charset=utf-8", text)
        }
        Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "the metrics could not be written"),
    }
}
