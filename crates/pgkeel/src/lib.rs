//! Keeps a PostgreSQL database true to its migrations: the library that applications start through.

pub mod diff;
pub mod dump;
pub mod introspect;
pub mod source;
