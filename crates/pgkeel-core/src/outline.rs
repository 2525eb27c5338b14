//! A schema's outline for people to look at: tables, their columns, and how foreign keys join them. Unlike
//! [`crate::schema`] it can be read while a migration holds locks, and it is not meant to be compared.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Tables and views in order of namespace and name, and the foreign keys between them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    /// Tables, views and what else has columns; partitions are counted with their parent.
    pub tables: Vec<Table>,
    /// Foreign keys whose two ends are among the tables.
    pub keys: Vec<Key>,
}

/// A table, view or the like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// `table`, `partitioned table`, `view`, `materialized view`, `foreign table`.
    pub kind: String,
    /// Estimated rows; negative when never counted.
    pub rows: f64,
    /// Estimated size of the heap in bytes.
    pub bytes: f64,
    /// Partitions below it.
    pub partitions: u64,
    /// Comment.
    pub comment: Option<String>,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// Indexes in order of name.
    pub indexes: Vec<Index>,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Type as `format_type` writes it.
    #[serde(rename = "type")]
    pub kind: String,
    /// NOT NULL.
    pub not_null: bool,
    /// Part of the primary key.
    pub primary: bool,
    /// Comment.
    pub comment: Option<String>,
}

/// An index.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// Name.
    pub name: String,
    /// Access method.
    pub method: String,
    /// Columns; null for an expression.
    pub columns: Vec<Option<String>>,
    /// UNIQUE.
    pub unique: bool,
    /// Valid, ready and live.
    pub valid: bool,
    /// Has a WHERE clause.
    pub partial: bool,
}

/// A foreign key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// Name.
    pub name: String,
    /// Namespace and name of the table that references.
    pub from: (String, String),
    /// Namespace and name of the table that is referenced.
    pub to: (String, String),
    /// Columns that reference.
    pub columns: Vec<String>,
    /// Columns that are referenced.
    pub parent_columns: Vec<String>,
    /// Validated.
    pub valid: bool,
}

impl Outline {
    /// The table of that name.
    pub fn table(&self, namespace: &str, name: &str) -> Option<&Table> {
        let place =
            self.tables.binary_search_by(|t| (t.namespace.as_str(), t.name.as_str()).cmp(&(namespace, name)));
        place.ok().and_then(|place| self.tables.get(place))
    }

    /// Puts the tables in the order that [`Outline::table`] needs, and drops keys that lead outside.
    #[must_use]
    pub fn ordered(mut self) -> Self {
        self.tables.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        let known: BTreeSet<(&str, &str)> =
            self.tables.iter().map(|t| (t.namespace.as_str(), t.name.as_str())).collect();
        let inside = |end: &(String, String)| known.contains(&(end.0.as_str(), end.1.as_str()));
        let keep: Vec<bool> = self.keys.iter().map(|key| inside(&key.from) && inside(&key.to)).collect();
        let mut keep = keep.into_iter();
        self.keys.retain(|_| keep.next().unwrap_or_default());
        self
    }
}
