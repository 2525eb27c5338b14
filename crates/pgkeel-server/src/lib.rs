//! pgkeel over HTTP: health endpoints, metrics and a dashboard. One task looks at the database; everybody else is
//! answered from what it saw last, within milliseconds, also while the database hangs, restarts or is locked.

mod app;
mod config;
mod guard;
mod metrics;
pub mod page;
mod routes;
mod sampler;
mod serve;
mod snapshot;
mod state;
mod token;
mod watch;

pub use app::router;
pub use config::{Config, Intervals};
pub use sampler::{Environment, Other, Sampler};
pub use serve::{ServeError, serve};
pub use snapshot::Snapshot;
pub use snapshot::{Looks, Moment};
pub use state::Shared;
pub use token::Token;
pub use watch::Watcher;
