//! SQL text: identifiers, scripts and their statements, and what a statement does.

pub mod batch;
pub mod effect;
pub mod given_name;
pub mod ident;
pub(crate) mod keywords;
pub mod lexer;
pub mod newer_syntax;
pub mod parse;
pub mod position;
pub mod quick;
pub mod script;
pub mod secrets;
pub mod shared;
pub mod text;
pub mod value_rows;
pub mod words;
