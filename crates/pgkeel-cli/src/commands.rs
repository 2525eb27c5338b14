//! One file per command.

pub mod diff;
pub mod dump;
pub mod schema_source;
pub mod sync;
