//! One provider of an embedded PostgreSQL: throw-away or kept in a folder.
//!
//! The engine is PostgreSQL 17 compiled to WebAssembly (crate `pglite-oxide`), inside this process. What it can and
//! cannot do, measured, is in `docs/embedded.md`. Two things are ours: the [`EmbeddedServer`], which makes the engine
//! behave like a server that says clearly what is wrong, and the stand-ins for extensions that the engine lacks.

mod engine;
mod error;
mod extension;
mod folder;
mod front;
mod greeting;
mod provider;
mod relay;
mod run;
mod server;
mod socket;
mod space;
mod stand_in;
mod stop_words;
mod turn;

pub use error::EmbeddedError;
pub use extension::{AvailableExtension, INSTALLED_STAND_INS};
pub use provider::Embedded;
pub use server::EmbeddedServer;
pub use stand_in::stand_in_note;
