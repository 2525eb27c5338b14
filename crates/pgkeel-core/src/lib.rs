//! The values pgkeel works with, and the passes between them: `Schema -> Change -> Plan -> Event`, and beside
//! them `Finding`. Nothing here does IO, knows a clock, the environment or randomness.

pub mod diff;
pub mod finding;
pub mod object;
pub mod plan;
pub mod schema;
pub mod sql;
