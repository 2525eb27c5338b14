//! Keeps a PostgreSQL database true to its migrations: the library that applications start through.

mod answer;
pub mod apply;
pub mod database;
pub mod diff;
pub mod discover;
pub mod dump;
pub mod error;
pub mod introspect;
pub mod load;
pub mod lock;
pub mod migrate;
mod pieces;
pub mod preflight;
pub mod source;
pub mod statement_error;
pub mod status;
pub mod store;

pub use error::Error;
pub mod seed;
