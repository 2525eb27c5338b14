//! The values pgkeel works with, and the passes between them: `Schema -> Change -> Plan -> Event`, and beside
//! them `Finding`. Nothing here does IO, knows a clock, the environment or randomness.

pub mod config;
pub mod event;
pub mod expected_objects;
pub mod finding;
pub mod history;
pub mod migration;
pub mod nearest;
pub mod pending;
pub mod sql;
pub mod url;
