//! Keys of GIN and GiST indexes that are columns of ordinary types: PostgreSQL has no operator classes for those, the
//! extensions `btree_gin` and `btree_gist` have.

use crate::sql::effect::{Constraint, ConstraintKind, IndexElement, Name, TextRange, TypeName, What};

/// The types whose classes are these extensions' (pg_opclass of `btree_gin` and `btree_gist` in PostgreSQL 15 and 18), and
/// those that are stored as one of them.
const PLAIN: &[&str] = &[
    "bigint",
    "bit",
    "boolean",
    "bytea",
    "char",
    "cidr",
    "date",
    "double precision",
    "inet",
    "integer",
    "interval",
    "macaddr",
    "macaddr8",
    "money",
    "numeric",
    "oid",
    "real",
    "smallint",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "uuid",
    "varbit",
    "varchar",
];

/// What only `btree_gin` has.
const ONLY_GIN: &[&str] = &["name"];

/// A key that takes an operator class of `btree_gin` or `btree_gist`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainKey {
    /// The extension.
    pub extension: &'static str,
    /// `gin` or `gist`.
    pub method: &'static str,
    /// The column's type, as written.
    pub type_name: String,
    /// The column's name.
    pub range: TextRange,
}

impl PlainKey {
    /// What the extension provides, in words.
    pub fn words(&self) -> String {
        format!("operator class of {} for {}", self.method, self.type_name)
    }
}

/// The keys of an effect that take such a class. `of` tells the type of a table's column, when it is known.
pub fn plain_keys(what: &What, of: &dyn Fn(&Name, &Name) -> Option<TypeName>) -> Vec<PlainKey> {
    let (table, own, keys): (_, Vec<(&Name, &TypeName)>, Vec<_>) = match what {
        What::CreateTable(made) => {
            let columns =
                made.columns.iter().filter_map(|column| Some((&column.name, column.type_name.as_ref()?)));
            (&made.name, columns.collect(), excluded(&made.constraints))
        }
        What::AddConstraint { table, constraint } => {
            (table, Vec::new(), excluded(std::slice::from_ref(&**constraint)))
        }
        What::CreateIndex(index) => {
            let keys = index.elements.iter().map(|element| (index.method.as_str(), element));
            (&index.table, Vec::new(), keys.collect())
        }
        _ => return Vec::new(),
    };
    let key = |(method, element): (&str, &IndexElement)| {
        let (extension, method) = match method {
            "gin" => ("btree_gin", "gin"),
            "gist" => ("btree_gist", "gist"),
            _ => return None,
        };
        let (Some(column), None) = (&element.column, &element.operator_class) else { return None };
        let written =
            own.iter().find(|(name, _)| name.last() == column.last()).map(|(_, known)| (*known).clone());
        let known = written.or_else(|| of(table, column))?;
        let stored = known.stored();
        let has_class = PLAIN.contains(&stored) || method == "gin" && ONLY_GIN.contains(&stored);
        let plain = !known.array && has_class;
        plain.then(|| PlainKey { extension, method, type_name: known.to_string(), range: column.range })
    };
    keys.into_iter().filter_map(key).collect()
}

/// The parts of exclusion constraints, with their access method.
fn excluded(constraints: &[Constraint]) -> Vec<(&str, &IndexElement)> {
    let mut parts = Vec::new();
    for constraint in constraints {
        if let ConstraintKind::Exclude { method, elements } = &constraint.kind {
            parts.extend(elements.iter().map(|element| (method.as_str(), element)));
        }
    }
    parts
}
