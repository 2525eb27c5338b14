//! `GET /live`: server-sent events for open pages. A page that goes away is forgotten.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::broadcast::error::RecvError;

use super::problem;
use crate::state::News;
use crate::{Shared, guard};

/// Streams what happens: `looked`, `migration`, `ended`.
pub(crate) async fn live(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    if !guard::may_see_details(&shared.config, &headers, peer) {
        return problem(StatusCode::UNAUTHORIZED, "a token is needed");
    }
    let events =
        stream::unfold((shared.news.subscribe(), Arc::clone(&shared)), |(mut news, shared)| async move {
            let event = match news.recv().await {
                Ok(News::Migration(event)) => {
                    Event::default().event("migration").json_data(&event).unwrap_or_default()
                }
                Ok(News::Ended(sentence)) => Event::default().event("ended").data(one_line(&sentence)),
                // Whoever was too slow is told to look again.
                Ok(News::Looked) | Err(RecvError::Lagged(_)) => {
                    let (verdict, _) = shared.snapshot().now(&shared.config);
                    Event::default().event("looked").data(verdict.status.as_str())
                }
                Ok(News::Stopping) | Err(RecvError::Closed) => return None,
            };
            Some((Ok::<_, Infallible>(event), (news, shared)))
        });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

fn one_line(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ")
}
