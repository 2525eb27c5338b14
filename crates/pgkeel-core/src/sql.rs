//! SQL text: identifiers, scripts and their statements, and what a statement does.

pub mod effect;
pub mod ident;
mod keywords;
pub mod parse;
