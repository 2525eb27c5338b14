//! A web service that starts through pgkeel: the port answers at once, the application serves when the database is what
//! this build needs.
//!
//! ```sh
//! DATABASE_URL=postgres://... cargo run -p pgkeel --example web_service
//! curl http://127.0.0.1:3000/livez    # 200 as long as the process lives
//! curl http://127.0.0.1:3000/readyz   # 503 until the database is ready
//! ```
//! `PGKEEL_ENV=production` verifies and stops on what is critical; otherwise pending migrations are applied.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use pgkeel::startup::{Environment, Startup};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("DATABASE_URL").map_err(|_| "set DATABASE_URL to the database's address")?;
    let production = std::env::var("PGKEEL_ENV").is_ok_and(|name| name == "production");
    let environment = if production { Environment::Production } else { Environment::Development };

    // The port is open before the database is asked: a probe must not kill a process that is still migrating.
    let address = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let ready = Arc::new(AtomicBool::new(false));
    let app =
        Router::new().route("/", get(|| async { "hello" })).route("/livez", get(|| async { "alive" })).route(
            "/readyz",
            get({
                let ready = Arc::clone(&ready);
                move || async move {
                    if ready.load(Ordering::Relaxed) {
                        StatusCode::OK
                    } else {
                        StatusCode::SERVICE_UNAVAILABLE
                    }
                }
            }),
        );
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });

    let started = Startup::new(&url, environment)?
        .migrations(&pgkeel::migrations!("$CARGO_MANIFEST_DIR/tests/migrations"))?
        .run()
        .await
        .map_err(|why| why.to_string())?;
    tracing::info!("{started}");
    ready.store(true, Ordering::Relaxed);
    Ok(serving.await??)
}
