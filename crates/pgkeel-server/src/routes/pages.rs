//! The dashboard's routes: who may see them, and which page it is.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::Markup;
use serde::Deserialize;

use super::answer;
use crate::page::{self, View};
use crate::{Shared, guard};

const HTML: &str = "text/html; charset=utf-8";

/// What a page may be asked for; what is longer than a name is cut off by the limits on request heads.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    q: String,
    page: String,
    part: Option<String>,
    namespace: String,
    name: String,
}

type From = (State<Arc<Shared>>, ConnectInfo<SocketAddr>, HeaderMap);

async fn send(from: From, draw: impl FnOnce(&View<'_>) -> Option<Markup> + Send + 'static) -> Response {
    let (State(shared), ConnectInfo(peer), headers) = from;
    if !guard::may_see_details(&shared.config, &headers, peer) {
        return answer(StatusCode::UNAUTHORIZED, HTML, page::locked().into_string());
    }
    // Drawing a map takes milliseconds, and must not hold up the probes.
    let drawn = tokio::task::spawn_blocking(move || {
        let snapshot = shared.snapshot();
        let (verdict, stale) = snapshot.now(&shared.config);
        let view = View {
            snapshot: &snapshot,
            verdict: &verdict,
            stale,
            environment: &shared.config.environment,
            can_migrate: shared.config.token.is_some(),
            alone: false,
        };
        draw(&view).map(Markup::into_string)
    });
    match drawn.await {
        Ok(Some(text)) => answer(StatusCode::OK, HTML, text),
        Ok(None) => answer(
            StatusCode::NOT_FOUND,
            HTML,
            page::notice("Not found", "There is no such table.").into_string(),
        ),
        Err(_) => super::problem(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be drawn"),
    }
}

pub(crate) async fn overview(
    state: State<Arc<Shared>>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    send((state, peer, headers), |view| Some(page::overview(view))).await
}

pub(crate) async fn migrations(
    state: State<Arc<Shared>>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    send((state, peer, headers), |view| Some(page::migrations(view))).await
}

pub(crate) async fn checks(
    state: State<Arc<Shared>>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    send((state, peer, headers), |view| Some(page::checks(view))).await
}

pub(crate) async fn drift(
    state: State<Arc<Shared>>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    send((state, peer, headers), |view| Some(page::drift(view))).await
}

pub(crate) async fn performance(
    state: State<Arc<Shared>>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    send((state, peer, headers), |view| Some(page::performance(view))).await
}

pub(crate) async fn activity(
    state: State<Arc<Shared>>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    send((state, peer, headers), |view| Some(page::activity(view))).await
}

pub(crate) async fn environments(
    state: State<Arc<Shared>>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    send((state, peer, headers), |view| Some(page::environments(view))).await
}

pub(crate) async fn schema(
    state: State<Arc<Shared>>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Response {
    let number = wish.page.parse().unwrap_or(1);
    send((state, peer, headers), move |view| Some(page::schema(view, &wish.q, number))).await
}

pub(crate) async fn map(
    state: State<Arc<Shared>>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Response {
    let part = wish.part.and_then(|part| part.parse().ok());
    send((state, peer, headers), move |view| Some(page::map(view, part))).await
}

pub(crate) async fn table(
    state: State<Arc<Shared>>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Response {
    send((state, peer, headers), move |view| page::table(view, &wish.namespace, &wish.name)).await
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let mut response = answer(StatusCode::OK, kind, text);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

pub(crate) async fn style() -> Response {
    asset("text/css; charset=utf-8", page::STYLE)
}

/// What browsers ask for by themselves, also beside answers that are no pages.
pub(crate) async fn icon() -> Response {
    asset("image/svg+xml", page::ICON)
}

pub(crate) async fn script() -> Response {
    asset("text/javascript; charset=utf-8", page::SCRIPT)
}
