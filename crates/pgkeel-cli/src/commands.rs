//! One file per command.

pub mod completions;
pub mod diff;
pub mod dump;
pub mod explain;
pub mod health_check;
pub mod history;
pub mod init;
pub mod log;
pub mod man;
pub mod migrate;
pub mod new;
pub mod performance;
pub mod rehearse;
pub mod report;
pub mod review;
pub mod rollback;
pub mod schema_source;
pub mod seed;
pub mod serve;
pub mod status;
pub mod sync;
pub mod up;
pub mod validate;
