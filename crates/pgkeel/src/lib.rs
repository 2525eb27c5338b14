//! Keeps a PostgreSQL database true to its migrations: the library that applications start through.

pub mod database;
