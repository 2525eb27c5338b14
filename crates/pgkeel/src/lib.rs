//! Keeps a PostgreSQL database true to its migrations: the library that applications start through.

mod access;
mod answer;
pub mod apply;
pub mod auto_fix;
pub mod baseline;
pub mod cancel;
pub mod database;
pub mod diff;
pub mod discover;
pub mod drift;
pub mod dump;
pub mod environments;
pub mod error;
pub mod guard;
pub mod health;
pub mod introspect;
pub mod known;
pub mod load;
pub mod lock;
pub mod log;
pub mod migrate;
pub mod new;
pub mod performance;
mod pieces;
pub mod preflight;
pub mod prove;
pub mod queries;
pub mod record;
pub mod rehearse;
pub mod replay;
pub mod review;
pub mod rollback;
pub mod scratch;
pub mod seed;
pub mod snapshot;
pub mod source;
pub mod startup;
pub mod statement_error;
pub mod status;
pub mod store;
pub mod sync;
pub mod validate;
pub mod words;

pub use error::Error;

/// What [`migrations!`] expands to.
#[doc(hidden)]
pub use include_dir;
