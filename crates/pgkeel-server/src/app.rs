//! The routes, and what every answer carries.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::routes::{self, Action};
use crate::{Sampler, Shared, guard};

/// Bytes of a request's body that are read at most.
const BODY: usize = 16 * 1024;

/// What pages may load: only what this server sends. Nothing inline, nothing from elsewhere, nobody frames it.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// All routes over this state. Also for embedding: nest it under a path of an application's own router.
pub fn router(shared: Arc<Shared>, sampler: &Sampler) -> Router {
    let action = Action::of(sampler);
    let probes = Router::new()
        .route("/health", get(routes::health::live))
        .route("/livez", get(routes::health::live))
        .route("/readyz", get(routes::health::ready))
        .route("/startupz", get(routes::health::started))
        .route("/api/health", get(routes::health::ready))
        .route("/health/health", get(routes::health::ready));
    let pages = Router::new()
        .route("/api/health/detailed", get(routes::detailed::detailed))
        .route("/api/health/refresh", post(routes::action::refresh))
        .route("/openapi.json", get(routes::openapi::document))
        .route("/metrics", get(routes::metrics::metrics))
        .route("/", get(routes::pages::overview))
        .route("/migrations", get(routes::pages::migrations))
        .route("/migrations/run", post(routes::action::migrate).with_state(action))
        .route("/drift", get(routes::pages::drift))
        .route("/performance", get(routes::pages::performance))
        .route("/activity", get(routes::pages::activity))
        .route("/environments", get(routes::pages::environments))
        .route("/checks", get(routes::pages::checks))
        .route("/schema", get(routes::pages::schema))
        .route("/schema/map", get(routes::pages::map))
        .route("/schema/table", get(routes::pages::table))
        .route("/favicon.ico", get(routes::pages::icon))
        .route("/assets/style.css", get(routes::pages::style))
        .route("/assets/page.js", get(routes::pages::script))
        .layer(RequestBodyLimitLayer::new(BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(10)));
    Router::new()
        .merge(probes)
        .merge(pages)
        .route("/live", get(routes::live::live))
        .fallback(|| async { routes::problem(StatusCode::NOT_FOUND, "no such page") })
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), around))
        .layer(CatchPanicLayer::custom(|_| {
            routes::problem(StatusCode::INTERNAL_SERVER_ERROR, "internal error")
        }))
        .with_state(shared)
}

/// Checks the host, counts the answer, and gives it its security headers.
async fn around(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let path = request.uri().path();
    let route = routes::known(path);
    let probe = routes::is_probe(path);
    let response = if probe || guard::host_is_ours(&shared.config, request.headers()) {
        next.run(request).await
    } else {
        routes::problem(StatusCode::MISDIRECTED_REQUEST, "this server is not called by that name")
    };
    shared.counters.answered(route, response.status().as_u16(), begun.elapsed());
    let mut response = in_our_words(response);
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !probe {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        // Not `no-referrer`: browsers then call the origin of our own forms `null`.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    }
    response
}

/// An error that the framework answers with in plain text is a problem like every other.
fn in_our_words(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !(status.is_client_error() || status.is_server_error())
        || kind.is_some_and(|kind| !kind.starts_with(b"text/plain"))
    {
        return response;
    }
    let mut told = routes::problem(status, &status.canonical_reason().unwrap_or("refused").to_lowercase());
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        told.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    told
}
