//! `rollback` on real servers: what comes back, what is refused, what is left when it fails. pg_dump is the judge.

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

mod fix;
mod harness;
mod inverse;
mod kept;
mod loss;
mod refused;
mod steps;
mod way_back;
