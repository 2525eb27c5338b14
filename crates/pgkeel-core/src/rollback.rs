//! The way back: which entries a rollback takes out of the history, and what its scripts lose.

pub mod generate;
pub mod half_way;
pub mod loss;
mod select;
pub mod values;

use serde::{Deserialize, Serialize};

pub use select::{Wish, select};

/// How far a migration can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The schema comes back, and no row or value depends on it.
    Reversible,
    /// The schema comes back; what was written into what goes is lost.
    ReversibleWithLoss,
    /// What the migration itself destroyed does not come back.
    Irreversible,
}

impl Class {
    /// The word that people read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reversible => "reversible",
            Self::ReversibleWithLoss => "reversible with loss",
            Self::Irreversible => "irreversible",
        }
    }
}
