//! What the tests stand on: real servers of every major, pg_dump as the oracle, a counting proxy.
//!
//! Nothing here mocks PostgreSQL. [`Server::get`] hands out one private cluster per major, shared by all test
//! processes of one run (see [`run`]), and panics with the command to run when that major is not installed: a
//! test without its server fails, it is never skipped.

pub mod account;
pub mod binary;
pub mod blocking;
pub mod bouncer;
pub mod cluster;
pub mod database;
pub mod dump;
pub mod install;
mod per_major;
pub mod proxy;
mod random_schema;
pub mod run;
pub mod server;
mod small_disk;
pub mod standby;

pub use bouncer::{PgBouncer, PoolMode};
pub use database::TestDatabase;
pub use proxy::{Cut, Proxy};
pub use random_schema::RandomSchema;
pub use server::{PrivateServer, Server};
pub use small_disk::SmallDisk;
pub use standby::Standby;

/// Every PostgreSQL major that pgkeel supports and each test that names majors runs on.
pub const MAJORS: [u32; 5] = [14, 15, 16, 17, 18];
