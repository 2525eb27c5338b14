//! One file per command.

pub mod completions;
pub mod diff;
pub mod drift;
pub mod dump;
pub mod environments;
pub mod explain;
pub mod guard;
pub mod health_check;
pub mod history;
pub mod init;
pub mod log;
pub mod man;
pub mod migrate;
pub mod new;
pub mod queries;
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
