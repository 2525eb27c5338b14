//! The values pgkeel works with, and the passes between them: `Schema -> Change -> Plan -> Event`, and beside
//! them `Finding`. Nothing here does IO, knows a clock, the environment or randomness.

pub mod extension;
pub mod finding;
pub mod history;
pub mod migration;
pub mod review;
pub mod rules;
pub mod sql;
