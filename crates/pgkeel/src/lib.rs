//! Keeps a PostgreSQL database true to its migrations: the library that applications start through.

mod answer;
pub mod apply;
pub mod database;
pub mod discover;
pub mod error;
pub mod health;
pub mod lock;
pub mod migrate;
mod pieces;
pub mod preflight;
pub mod statement_error;
pub mod startup;
pub mod status;
pub mod store;

pub use error::Error;
pub mod diff;
pub mod dump;
pub mod introspect;
pub mod source;

/// What [`migrations!`] expands to.
#[doc(hidden)]
pub use include_dir;
