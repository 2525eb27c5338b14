//! One file per command.

pub mod diff;
pub mod dump;
