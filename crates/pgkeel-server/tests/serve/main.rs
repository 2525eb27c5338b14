//! The server over real databases.

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

mod browser;
mod chromium;
mod drift;
mod endpoints;
mod heal;
mod hostile;
mod locked;
mod metrics;
mod openapi;
mod performance;
mod running;
mod watch;
