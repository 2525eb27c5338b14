//! What a run of migrations survives: each scenario of docs/failures.md, produced on a real server.

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

mod accounted;
mod ahead;
mod concurrency;
mod connection;
mod content;
mod harness;
mod history;
mod hooks;
mod kill;
mod outcome;
mod own_history;
mod plan;
mod preflight;
mod process;
mod resources;
mod rights;
mod seeds;
mod steps;
