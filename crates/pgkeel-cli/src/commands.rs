//! One file per command.

pub mod diff;
pub mod dump;
pub mod explain;
pub mod review;
