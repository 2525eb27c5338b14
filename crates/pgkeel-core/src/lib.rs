//! The values pgkeel works with, and the passes between them: `Schema -> Change -> Plan -> Event`, and beside
//! them `Finding`. Nothing here does IO, knows a clock, the environment or randomness.

pub mod config;
pub mod conversion;
pub mod count;
pub mod diff;
pub mod event;
pub mod expected_objects;
pub mod extension;
pub mod finding;
pub mod foreign_history;
pub mod guard;
pub mod health;
pub mod history;
pub mod known;
pub mod migration;
pub mod nearest;
pub mod object;
pub mod outline;
pub mod pending;
pub mod performance;
pub mod plan;
pub mod preflight;
pub mod queries;
pub mod repair;
pub mod review;
pub mod rollback;
pub mod rules;
pub mod schema;
pub mod seed;
pub mod sql;
pub mod url;
pub mod validate;
