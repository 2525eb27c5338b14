//! Accepts connections within limits, and ends without cutting anybody off.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use crate::state::News;
use crate::token::{SHORT, Token};
use crate::{Sampler, Shared, Watcher, router};

/// Why the server could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// As given.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Reachable from elsewhere, and nobody would be kept from the details.
    #[error("{0} is reachable from other machines: set a token first (PGKEEL_TOKEN)")]
    NeedsToken(SocketAddr),
}

impl ServeError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NeedsToken(_) => {
                "PGKEEL_TOKEN=\"$(openssl rand -hex 32)\", or listen on 127.0.0.1, where only this machine can ask"
            }
            Self::Listen { source, .. } => match source.kind() {
                ErrorKind::AddrInUse => {
                    "another process listens there, perhaps another `pgkeel serve`: end it, or choose another --listen"
                }
                ErrorKind::PermissionDenied => {
                    "this user may not listen on that port (below 1024 it takes a privilege): choose another --listen"
                }
                ErrorKind::AddrNotAvailable => {
                    "this machine does not have that address: --listen 0.0.0.0:PORT takes all it has"
                }
                _ => "choose another --listen",
            },
        }
    }
}

/// Serves until `stop` says so. `bound` is told the address, for port 0.
///
/// # Errors
/// The address cannot be listened on, or is public and there is no token.
pub async fn serve(
    address: SocketAddr,
    sampler: Sampler,
    watcher: Watcher,
    stop: watch::Receiver<bool>,
    bound: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let shared = Arc::clone(&sampler.shared);
    if !address.ip().is_loopback() && shared.config.token.is_none() {
        return Err(ServeError::NeedsToken(address));
    }
    if !address.ip().is_loopback() && shared.config.token.as_ref().is_some_and(Token::is_short) {
        tracing::warn!(
            %address,
            "the token can be guessed, and other machines can try: give it {SHORT} characters or more, for example those of \
             `openssl rand -hex 32`"
        );
    }
    let listen = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    bound(listener.local_addr().map_err(listen)?);
    let app = router(Arc::clone(&shared), &sampler);
    // Before the first look, so that no change is missed.
    let watching = tokio::spawn(watcher.run(Arc::clone(&shared), stop.clone()));
    let cancel = sampler.run.cancel.clone();
    let sampling = tokio::spawn(sampler.run(stop.clone()));
    let beating = tokio::spawn(beat(Arc::clone(&shared)));
    let open = accept(listener, app, &shared, stop).await;
    // Open pages let go; a change that this process makes may end by itself, and is then rolled back in order.
    let _ = shared.news.send(News::Stopping);
    let changes = async {
        if tokio::time::timeout(shared.config.grace, shared.changing.lock()).await.is_err() {
            cancel.cancel();
            let _ = tokio::time::timeout(shared.config.grace, shared.changing.lock()).await;
        }
    };
    let _ = tokio::join!(tokio::time::timeout(shared.config.grace, open.shutdown()), changes);
    beating.abort();
    // It has been told to stop too, and closes its session.
    let _ = tokio::time::timeout(shared.config.grace, sampling).await;
    let _ = tokio::time::timeout(shared.config.grace, watching).await;
    Ok(())
}

async fn beat(shared: Arc<Shared>) {
    loop {
        shared.beat();
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Accepts until `stop` says so; gives the connections that are open then.
async fn accept(
    listener: TcpListener,
    app: Router,
    shared: &Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) -> GracefulShutdown {
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(shared.config.head_timeout)
        .max_headers(64)
        .max_buf_size(32 * 1024)
        .keep_alive(true);
    let room = Arc::new(Semaphore::new(shared.config.connections));
    let open = GracefulShutdown::new();
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file descriptors, most likely: let some connections end first.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let connection = http.serve_connection(TokioIo::new(prepared(stream)), service(app.clone(), peer));
        let connection = open.watch(connection);
        tokio::spawn(async move {
            // A client that goes away or speaks no HTTP is its own affair.
            let _ = connection.await;
            drop(place);
        });
    }
    open
}

fn prepared(stream: TcpStream) -> TcpStream {
    // Small answers must not wait for more; a socket that refuses is only slower.
    let _ = stream.set_nodelay(true);
    stream
}

fn service(
    app: Router,
    peer: SocketAddr,
) -> impl hyper::service::Service<
    hyper::Request<hyper::body::Incoming>,
    Response = axum::response::Response,
    Error = std::convert::Infallible,
    Future: Send,
> + Clone {
    hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let app = app.clone();
        async move { tower::ServiceExt::oneshot(app, request.map(axum::body::Body::new)).await }
    })
}
