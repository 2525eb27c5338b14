//! The definitions that effects carry: columns, constraints, tables, indexes, views, functions, triggers, policies.

use super::{Expression, Name, TextRange, TypeName, Uses};

/// How long a table's rows live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// An ordinary table.
    Permanent,
    /// Dropped at the end of the session.
    Temporary,
    /// Not in the write-ahead log: emptied by a crash.
    Unlogged,
}

/// `CREATE TABLE` and `CREATE FOREIGN TABLE`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    /// The table.
    pub name: Name,
    /// `TEMP`, `UNLOGGED` or neither.
    pub persistence: Persistence,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// In the order written.
    pub columns: Vec<Column>,
    /// Table constraints (column constraints are with their column).
    pub constraints: Vec<Constraint>,
    /// `PARTITION OF parent`.
    pub partition_of: Option<Name>,
    /// `PARTITION BY`.
    pub partitioned: bool,
    /// `LIKE` sources.
    pub like: Vec<Name>,
    /// `INHERITS (...)`.
    pub inherits: Vec<Name>,
    /// `CREATE FOREIGN TABLE`.
    pub foreign: bool,
}

/// A column's definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The column.
    pub name: Name,
    /// Its type; `None` where the syntax allows none.
    pub type_name: Option<TypeName>,
    /// `NOT NULL` or `PRIMARY KEY` is written.
    pub not_null: bool,
    /// `DEFAULT`.
    pub default: Option<Expression>,
    /// `GENERATED`.
    pub generated: Option<Generated>,
    /// What a generated column is computed from.
    pub computed: Option<Expression>,
    /// The other constraints written with the column.
    pub constraints: Vec<Constraint>,
    /// The whole definition.
    pub range: TextRange,
}

/// How a column's value is produced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generated {
    /// `GENERATED ... AS IDENTITY`.
    Identity,
    /// `GENERATED ALWAYS AS (...) STORED`.
    Stored,
    /// `GENERATED ALWAYS AS (...) VIRTUAL` (PostgreSQL 18).
    Virtual,
}

/// A constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// `CONSTRAINT name`.
    pub name: Option<Name>,
    /// What it demands.
    pub kind: ConstraintKind,
    /// `NOT VALID`.
    pub not_valid: bool,
    /// `NOT ENFORCED` (PostgreSQL 18).
    pub not_enforced: bool,
    /// The whole constraint.
    pub range: TextRange,
}

/// What a constraint demands.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the words of the constraint's own syntax")]
pub enum ConstraintKind {
    PrimaryKey { columns: Vec<Name>, using_index: Option<Name> },
    Unique { columns: Vec<Name>, using_index: Option<Name>, nulls_not_distinct: bool },
    Check(Expression),
    ForeignKey(ForeignKey),
    Exclude { method: String, elements: Vec<IndexElement> },
    NotNull { column: Option<Name> },
}

/// `FOREIGN KEY ... REFERENCES ...`.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignKey {
    /// The referencing columns.
    pub columns: Vec<Name>,
    /// The referenced table.
    pub table: Name,
    /// The referenced columns; empty means the primary key.
    pub referred: Vec<Name>,
    /// `ON DELETE`, when it is written.
    pub on_delete: Option<Action>,
    /// `ON UPDATE`, when it is written.
    pub on_update: Option<Action>,
    /// From `REFERENCES` to the end of the referenced columns: where `ON DELETE` would be added.
    pub reference: TextRange,
}

/// What a foreign key does when the referenced row goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is PostgreSQL's own word")]
pub enum Action {
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

/// `CREATE INDEX`.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one word of the statement")]
pub struct CreateIndex {
    /// The index; `None` when PostgreSQL chooses the name.
    pub name: Option<Name>,
    /// The indexed table.
    pub table: Name,
    /// `UNIQUE`.
    pub unique: bool,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `ON ONLY`.
    pub only: bool,
    /// The access method, `btree` unless written.
    pub method: String,
    /// Key columns and expressions.
    pub elements: Vec<IndexElement>,
    /// `INCLUDE`.
    pub include: Vec<Name>,
    /// `WHERE`.
    pub predicate: Option<Expression>,
    /// `NULLS NOT DISTINCT` (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// The word `INDEX`, after which `CONCURRENTLY` goes.
    pub index_word: TextRange,
}

impl CreateIndex {
    /// Whether it stands on a column of its table.
    pub fn uses_column(&self, column: &str) -> bool {
        let keys =
            self.elements.iter().flat_map(|element| element.column.iter().chain(&element.expression.columns));
        let filter = self.predicate.iter().flat_map(|predicate| &predicate.columns);
        keys.chain(&self.include).chain(filter).any(|name| name.last() == column)
    }

    /// Whether PostgreSQL takes it for the partition's part of `parent` instead of building one (`CompareIndexInfo` in
    /// `src/backend/catalog/index.c`: the order of the keys does not matter to it).
    pub fn serves_as(&self, parent: &Self) -> bool {
        let filter = |index: &Self| index.predicate.as_ref().map(|predicate| predicate.text.clone());
        self.method == parent.method
            && (self.unique, self.nulls_not_distinct) == (parent.unique, parent.nulls_not_distinct)
            && self.elements.iter().map(IndexElement::key).eq(parent.elements.iter().map(IndexElement::key))
            && self.include.iter().map(Name::last).eq(parent.include.iter().map(Name::last))
            && filter(self) == filter(parent)
    }
}

/// A key of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexElement {
    /// The column, unless it is an expression.
    pub column: Option<Name>,
    /// What is indexed.
    pub expression: Expression,
    /// What it adds to a name that PostgreSQL chooses: the column, the function; `None` for `expr`.
    pub label: Option<String>,
    /// The operator class, when written.
    pub operator_class: Option<Name>,
    /// The collation, when written.
    pub collation: Option<Name>,
    /// `DESC`.
    pub descending: bool,
}

impl IndexElement {
    /// What is indexed and how it is compared: column or expression, operator class, collation.
    fn key(&self) -> [Option<&str>; 3] {
        let what = self.column.as_ref().map_or(self.expression.text.as_str(), Name::last);
        [Some(what), self.operator_class.as_ref().map(Name::last), self.collation.as_ref().map(Name::last)]
    }
}

/// `CREATE VIEW` and `CREATE MATERIALIZED VIEW`.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one word of the statement")]
pub struct CreateView {
    /// The view.
    pub name: Name,
    /// `MATERIALIZED`.
    pub materialized: bool,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS` (materialized views).
    pub if_not_exists: bool,
    /// `WITH (...)`, as written; empty without.
    pub options: String,
    /// What the query refers to.
    pub uses: Uses,
    /// Whether the query's own list has a `*`.
    pub star: bool,
    /// The query's text.
    pub query: String,
    /// The names of its columns, when the text tells them.
    pub columns: Option<Vec<String>>,
}

/// `CREATE FUNCTION` and `CREATE PROCEDURE`.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one word of the statement")]
pub struct Function {
    /// The function.
    pub name: Name,
    /// `PROCEDURE`.
    pub procedure: bool,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// The names of its IN parameters, where they have one.
    pub parameter_names: Vec<Option<String>>,
    /// The types of its IN parameters, as written.
    pub parameters: Vec<String>,
    /// What follows `RETURNS`, as written.
    pub returns: Option<String>,
    /// The language; `sql` for a body without one.
    pub language: String,
    /// `SECURITY DEFINER`.
    pub security_definer: bool,
    /// `IMMUTABLE` or `STABLE` is written.
    pub not_volatile: bool,
    /// `SET search_path` is among its options.
    pub sets_search_path: bool,
    /// Its body is SQL and no text (`BEGIN ATOMIC`, `RETURN`): PostgreSQL knows what it uses.
    pub parsed_body: bool,
    /// The whole list of options: where one is added.
    pub options: TextRange,
}

/// `CREATE TRIGGER`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTrigger {
    /// The trigger.
    pub name: Name,
    /// Its table or view.
    pub table: Name,
    /// The function that it runs.
    pub function: Option<Name>,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `UPDATE OF` columns and columns in `WHEN`.
    pub columns: Vec<Name>,
    /// `BEFORE`, and `INSERT` is among its events.
    pub before_insert: bool,
    /// The names behind `REFERENCING`.
    pub transitions: Vec<String>,
}

/// `CREATE POLICY` and `ALTER POLICY`.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The policy.
    pub name: Name,
    /// Its table.
    pub table: Name,
    /// `USING`.
    pub using: Option<Expression>,
    /// `WITH CHECK`.
    pub check: Option<Expression>,
    /// `FOR`, lower case; `all` unless written.
    pub command: String,
    /// `AS RESTRICTIVE`.
    pub restrictive: bool,
}
