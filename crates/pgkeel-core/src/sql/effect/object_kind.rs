//! The kinds of objects, as statements name them.

/// A kind of object, as `DROP`, `COMMENT ON`, `ALTER ... RENAME` and others name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each name is PostgreSQL's own word")]
pub enum ObjectKind {
    Table,
    View,
    MaterializedView,
    ForeignTable,
    Index,
    Sequence,
    Column,
    Constraint,
    Trigger,
    Policy,
    Rule,
    Function,
    Procedure,
    Routine,
    Aggregate,
    Type,
    Domain,
    Namespace,
    Extension,
    Database,
    Role,
    Tablespace,
    Collation,
    Statistics,
    Publication,
    Subscription,
    EventTrigger,
    Owned,
    Other,
}

impl ObjectKind {
    /// PostgreSQL's word for it, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::ForeignTable => "foreign table",
            Self::Index => "index",
            Self::Sequence => "sequence",
            Self::Column => "column",
            Self::Constraint => "constraint",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::Rule => "rule",
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Routine => "routine",
            Self::Aggregate => "aggregate",
            Self::Type => "type",
            Self::Domain => "domain",
            Self::Namespace => "schema",
            Self::Extension => "extension",
            Self::Database => "database",
            Self::Role => "role",
            Self::Tablespace => "tablespace",
            Self::Collation => "collation",
            Self::Statistics => "statistics",
            Self::Publication => "publication",
            Self::Subscription => "subscription",
            Self::EventTrigger => "event trigger",
            Self::Owned => "owned objects",
            Self::Other => "object",
        }
    }
}
