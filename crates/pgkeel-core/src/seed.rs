//! Reference data in files: which table, which key, which rows. SQL seeds are scripts; these are the others.

use serde::Deserializer;
use serde::de::{SeqAccess, Visitor};

use crate::sql::position::Position;

mod csv_file;
mod json_file;
mod toml_file;

/// Rows for one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// The file, as messages name it.
    pub file: String,
    /// `name` or `namespace.name`, as SQL would fold it.
    pub table: Vec<String>,
    /// The columns by which a row is known; `None` lets the table's own keys decide.
    pub key: Option<Vec<String>>,
    /// Every column that some row names.
    pub columns: Vec<String>,
    /// The rows themselves.
    pub data: Data,
}

/// Rows, as the server takes them.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// For `COPY ... WITH (FORMAT csv)`, without its header line: PostgreSQL's own rules tell an empty value from null.
    Csv {
        /// The text.
        text: String,
        /// Line of the file on which the text begins, from 1.
        first_line: usize,
    },
    /// JSON objects.
    Objects(Vec<Object>),
}

/// One row as a JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Line of the file on which it begins, from 1.
    pub line: usize,
    /// Its values by column.
    pub values: serde_json::Map<String, serde_json::Value>,
}

/// Why a file is no seed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{}:{}: {message}", .position.line, .position.column)]
pub struct SeedError {
    /// The file.
    pub file: String,
    /// Where in it.
    pub position: Position,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// What a seed file is, by its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.sql`
    Sql,
    /// `.csv`
    Csv,
    /// `.json`
    Json,
    /// `.toml`
    Toml,
}

impl Format {
    /// The format of a file name; `None` for a file that is no seed.
    pub fn of(file_name: &str) -> Option<Self> {
        match file_name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "sql" => Some(Self::Sql),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "toml" => Some(Self::Toml),
            _ => None,
        }
    }
}

/// Whether a file of the folder is passed over in silence: words about the seeds, and what editors leave behind.
pub fn is_beside(file_name: &str) -> bool {
    let ending = file_name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    file_name.ends_with('~') || ["md", "txt", "adoc", "rst", "bak", "orig", "swp"].contains(&ending.as_str())
}

/// Reads the text of a file that is not SQL.
///
/// # Errors
/// The file does not follow its format, or does not say what is needed.
pub fn read(format: Format, file: &str, text: &str) -> Result<Rows, SeedError> {
    match format {
        Format::Json => json_file::read(file, text),
        Format::Toml => toml_file::read(file, text),
        Format::Csv | Format::Sql => csv_file::read(file, text),
    }
}

/// The name of a seed as `pgkeel seed NAME` takes it: the file name without number and ending.
pub fn name(file_name: &str) -> &str {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let rest = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.trim_start_matches(['_', '-']);
    if rest.is_empty() { stem } else { rest }
}

/// Whether a seed is the one that is asked for: by its file's name, with or without number and ending.
pub fn is_named(file_name: &str, wish: &str) -> bool {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let bare = name(file_name);
    let with_ending = file_name.strip_prefix(stem).unwrap_or_default();
    wish == file_name || wish == stem || wish == bare || wish.strip_prefix(bare) == Some(with_ending)
}

/// `public.users` or `"Users"` into its parts, folded as SQL folds them.
fn table(text: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let (part, after) = if let Some(quoted) = rest.strip_prefix('"') {
            let (part, after) = quoted.split_once('"')?;
            (part.to_owned(), after)
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            let (part, after) = rest.split_at_checked(end)?;
            (part.to_lowercase(), after)
        };
        if part.is_empty() {
            return None;
        }
        parts.push(part);
        match after.strip_prefix('.') {
            Some(more) => rest = more,
            None => return (after.is_empty() && parts.len() <= 2).then_some(parts),
        }
    }
}

/// A key's columns: one name, or a list of them.
fn key<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<String>>, D::Error> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = Vec<String>;

        fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            to.write_str("the key's columns, like \"id\" or [\"country\", \"code\"]")
        }

        fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Self::Value, E> {
            Ok(vec![name.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Self::Value, A::Error> {
            let mut key = Vec::new();
            while let Some(name) = names.next_element()? {
                key.push(name);
            }
            Ok(key)
        }
    }
    from.deserialize_any(Names).map(Some)
}

fn error(file: &str, position: Position, message: impl Into<String>) -> SeedError {
    SeedError { file: file.to_owned(), position, message: message.into() }
}

/// What the JSON and TOML files share: all columns, in the order in which rows first name them.
fn columns(objects: &[Object]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for name in objects.iter().flat_map(|object| object.values.keys()) {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    columns
}

#[cfg(test)]
mod tests;
