//! The schema as far as the text of earlier statements tells it: what reviews know without any database.
//!
//! It follows names and shapes, not semantics. What was made in a way that text does not show (`CREATE TABLE AS`, `LIKE`,
//! dynamic SQL) is known to exist and no more; rules must treat "not known" as "could be anything".

mod apply;
mod calling;
mod casing;
mod catalog;
mod drop;
mod lookup;
mod parts;
mod rename;

pub use calling::{singular, squeezed};
pub use casing::{Casing, Styles};
pub use catalog::CATALOG;
pub use parts::{columns_of, default_constraint_name};

use std::collections::{BTreeMap, BTreeSet};

use crate::sql::effect::{
    ConstraintKind, CreateIndex, Expression, ForeignKey, Name, Policy, TextRange, TypeName, Uses,
};

/// Where something was made: the file's index among the reviewed ones, and the bytes there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Index of the file.
    pub file: usize,
    /// Index of the statement in the file.
    pub statement: usize,
    /// In bytes of the file.
    pub range: TextRange,
    /// How many statements the model had seen: later origins have higher numbers. Set by [`Model::apply`].
    pub order: usize,
}

/// What the statements so far have made. Keys are `namespace.name`.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Tables.
    pub tables: BTreeMap<String, Table>,
    /// Indexes.
    pub indexes: BTreeMap<String, Index>,
    /// By table, the keys of its indexes, and of some that it has no longer: what [`Model::indexes_of`] looks up.
    indexed: BTreeMap<String, BTreeSet<String>>,
    /// By what they are or were called in the names of columns, the keys of tables.
    called: BTreeMap<String, BTreeSet<String>>,
    /// By the names that constraints with an index have or had, the keys of their tables.
    constraint_tables: BTreeMap<String, BTreeSet<String>>,
    /// Views and materialized views.
    pub views: BTreeMap<String, View>,
    /// Functions and procedures, all overloads.
    pub functions: BTreeMap<String, Vec<Routine>>,
    /// Triggers by table and name.
    pub triggers: BTreeMap<(String, String), Trigger>,
    /// Rules by table and name: what they refer to, and where they were made.
    pub rules: BTreeMap<(String, String), (Uses, Origin)>,
    /// Policies by table and name.
    pub policies: BTreeMap<(String, String), (Policy, Origin)>,
    /// Enum types and their values.
    pub enums: BTreeMap<String, Enum>,
    /// Domains: whether they have a constraint, and their base type.
    pub domains: BTreeMap<String, (bool, TypeName)>,
    /// Other types, sequences, collations: whatever has a name that a later statement may use.
    pub others: BTreeSet<String>,
    /// Extensions.
    pub extensions: BTreeMap<String, Origin>,
    /// Namespaces made.
    pub namespaces: BTreeSet<String>,
    /// Every name that ever was made, and where: for telling "never made" from "made elsewhere".
    pub ever: BTreeMap<String, Origin>,
    /// What was dropped, and where.
    pub dropped: BTreeMap<String, Origin>,
    /// The namespace of unqualified names, as the last `SET search_path` of the file left it.
    pub search_path: Option<String>,
    /// How the names of tables have been written.
    pub table_styles: Styles,
    /// How the names of columns have been written.
    pub column_styles: Styles,
    /// Whether this file made a table that ends with the session.
    pub temporary: bool,
    /// How many statements were applied.
    pub applied: usize,
    /// Statements that could have made anything: dynamic SQL, `CREATE TABLE AS`, unread statements.
    pub blind_spots: usize,
}

/// A table.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of the table by itself")]
pub struct Table {
    /// Its name as the catalog would have it.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// In order.
    pub columns: Vec<TableColumn>,
    /// In order.
    pub constraints: Vec<TableConstraint>,
    /// Where it was made.
    pub origin: Origin,
    /// `TEMP`.
    pub temporary: bool,
    /// `PARTITION BY`.
    pub partitioned: bool,
    /// The parent of a partition.
    pub partition_of: Option<String>,
    /// Row security: enabled, forced.
    pub row_security: (bool, bool),
    /// Whether every column is known.
    pub complete: bool,
    /// Whether it has a comment.
    pub comment: bool,
}

/// A column.
#[derive(Debug, Clone)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// Its type, when known.
    pub type_name: Option<TypeName>,
    /// Declared `NOT NULL`.
    pub not_null: bool,
    /// Its default.
    pub default: Option<Expression>,
    /// Identity, generated.
    pub generated: bool,
    /// The columns from which it is computed.
    pub computed_from: Vec<String>,
    /// Where it was made.
    pub origin: Origin,
    /// Whether it has a comment.
    pub comment: bool,
}

/// A constraint.
#[derive(Debug, Clone)]
pub struct TableConstraint {
    /// Written, or as PostgreSQL would choose it.
    pub name: String,
    /// Whether the name was written.
    pub named: bool,
    /// What it demands.
    pub kind: ConstraintKind,
    /// Validated.
    pub valid: bool,
    /// Where it was made.
    pub origin: Origin,
}

impl TableConstraint {
    /// Whether an index of the same name keeps it.
    pub fn has_index(&self) -> bool {
        matches!(
            self.kind,
            ConstraintKind::PrimaryKey { .. }
                | ConstraintKind::Unique { .. }
                | ConstraintKind::Exclude { .. }
        )
    }

    /// The foreign key, if it is one.
    pub fn foreign_key(&self) -> Option<&ForeignKey> {
        match &self.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            _ => None,
        }
    }
}

/// An index.
#[derive(Debug, Clone)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// The table's key.
    pub table: String,
    /// As written.
    pub definition: CreateIndex,
    /// Where it was made.
    pub origin: Origin,
}

/// A view.
#[derive(Debug, Clone)]
pub struct View {
    /// The view's key.
    pub name: String,
    /// Materialized.
    pub materialized: bool,
    /// What its query refers to.
    pub uses: Uses,
    /// Whether its list has a `*`.
    pub star: bool,
    /// Its options, as written.
    pub options: String,
    /// The query.
    pub query: String,
    /// The names of its columns, when its text tells them.
    pub columns: Option<Vec<String>>,
    /// Its comments and grants, as statements: what a view made again has to get back.
    pub after: Vec<String>,
    /// Where it was made.
    pub origin: Origin,
}

/// A function or procedure.
#[derive(Debug, Clone)]
pub struct Routine {
    /// Its key.
    pub name: String,
    /// Parameter types, as written.
    pub parameters: Vec<String>,
    /// Their names, where they have one.
    pub parameter_names: Vec<Option<String>>,
    /// `RETURNS`, as written.
    pub returns: Option<String>,
    /// `IMMUTABLE` or `STABLE`.
    pub not_volatile: bool,
    /// `SET search_path` is among its options.
    pub sets_search_path: bool,
    /// What its body refers to.
    pub uses: Uses,
    /// PostgreSQL knows what its body uses: `BEGIN ATOMIC`, `RETURN`.
    pub parsed_body: bool,
    /// Where it was made.
    pub origin: Origin,
}

/// A trigger.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// The function's key.
    pub function: Option<String>,
    /// Columns named in `UPDATE OF` and `WHEN`.
    pub columns: Vec<String>,
    /// Whether rows pass through it before they are there.
    pub before_insert: bool,
    /// Where it was made.
    pub origin: Origin,
}

/// An enum type.
#[derive(Debug, Clone)]
pub struct Enum {
    /// Its values with the place where each was added.
    pub values: Vec<(String, Origin)>,
    /// Where the type was made.
    pub origin: Origin,
}

/// The key of a name: its namespace, or where unqualified names go.
pub fn key_in(name: &Name, search_path: Option<&str>) -> String {
    let namespace = name.namespace().or(search_path).unwrap_or("public");
    let mut key = String::with_capacity(namespace.len() + 1 + name.last().len());
    key.push_str(namespace);
    key.push('.');
    key.push_str(name.last());
    key
}

/// A key as people write it: without the namespace when it is `public`.
pub fn short(key: &str) -> &str {
    key.strip_prefix("public.").unwrap_or(key)
}
