//! A session on a database: where it is, how it is reached, what it can do, and what it said.

mod capabilities;
mod connect;
mod environment;
mod error;
mod options;
mod provider;
mod read_only;
mod session;
mod socket;
mod tap;
mod target;
mod tls;

pub use capabilities::{Capabilities, Extension, Service};
pub use connect::connect;
pub use environment::Environment;
pub use error::{Cause, Error, Failure, ServerError};
pub use options::ConnectOptions;
pub use provider::{Provider, Running};
pub use read_only::{Query, ReadOnly};
pub use session::{Canceller, Session};
pub use tap::{Notice, Tap, TransactionStatus, Written};
pub use target::{Origin, Target, readable};
