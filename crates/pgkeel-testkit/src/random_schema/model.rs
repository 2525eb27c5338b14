//! The parts of a random schema. `number` identifies a part of any kind and never changes.

use super::types::Type;

/// Everything in the database.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) next: usize,
    pub(super) namespaces: Vec<String>,
    pub(super) enums: Vec<Enum>,
    pub(super) domains: Vec<Domain>,
    pub(super) composites: Vec<Composite>,
    pub(super) sequences: Vec<Sequence>,
    pub(super) routines: Vec<Routine>,
    pub(super) tables: Vec<Table>,
    pub(super) views: Vec<View>,
}

/// A name in a namespace, and what is said about it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) number: usize,
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) comment: Option<String>,
    /// A privilege that everybody gets, if it has privileges.
    pub(super) granted: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Enum {
    pub(super) named: Named,
    pub(super) labels: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Domain {
    pub(super) named: Named,
    pub(super) base: Type,
    pub(super) default: Option<usize>,
    pub(super) not_null: bool,
    pub(super) check: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Composite {
    pub(super) named: Named,
    pub(super) fields: Vec<(String, Type)>,
}

#[derive(Debug, Clone)]
pub(super) struct Sequence {
    pub(super) named: Named,
    pub(super) increment: i32,
    pub(super) cache: u32,
    pub(super) cycle: bool,
}

/// A function or procedure of one of a few shapes.
#[derive(Debug, Clone)]
pub(super) struct Routine {
    pub(super) named: Named,
    pub(super) shape: RoutineShape,
    /// A constant in its body: changing it changes the body only.
    pub(super) constant: u32,
    pub(super) attributes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RoutineShape {
    Sql,
    Plpgsql,
    /// A body in SQL's own syntax, whose dependencies PostgreSQL knows.
    Atomic,
    Procedure,
    Trigger,
    /// Returns rows of the table with this number.
    RowsOf(usize),
    /// An aggregate over the `Sql` function with this number.
    Aggregate(usize),
}

#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) named: Named,
    pub(super) columns: Vec<Column>,
    /// Names of columns.
    pub(super) primary_key: Vec<String>,
    pub(super) partitioning: Option<Partitioning>,
    pub(super) constraints: Vec<(String, Constraint)>,
    pub(super) indexes: Vec<Index>,
    pub(super) triggers: Vec<Trigger>,
    pub(super) policies: Vec<Policy>,
    /// Its statistics object's name and columns.
    pub(super) statistics: Option<(String, String, String)>,
    pub(super) row_security: bool,
    pub(super) unlogged: bool,
    pub(super) fillfactor: Option<u32>,
    pub(super) replica_identity_full: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) of: Type,
    pub(super) not_null: bool,
    pub(super) filled: Filled,
    pub(super) comment: Option<String>,
    /// Something else relies on its type.
    pub(super) fixed: bool,
}

/// Where a column's value comes from when none is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Filled {
    Nothing,
    /// One of the defaults of its type.
    Default(usize),
    /// The sequence with this number.
    Sequence(usize),
    IdentityAlways,
    IdentityByDefault,
    /// Computed from an integer column.
    Generated(String),
}

#[derive(Debug, Clone)]
pub(super) struct Partitioning {
    pub(super) column: String,
    pub(super) by: PartitionBy,
    /// Names of partitions by their place among the bounds.
    pub(super) partitions: Vec<(usize, String)>,
    pub(super) default: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartitionBy {
    Range,
    List,
    Hash,
}

#[derive(Debug, Clone)]
pub(super) enum Constraint {
    Check {
        column: String,
        not_valid: bool,
    },
    Unique {
        columns: Vec<String>,
        deferrable: bool,
    },
    /// To the primary key of the table with this number, from columns of this table.
    Foreign {
        columns: Vec<String>,
        table: usize,
        action: usize,
        deferrable: bool,
    },
}

#[derive(Debug, Clone)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) column: String,
    /// Which of the ways to index that type.
    pub(super) way: usize,
    /// The condition that this column is not null.
    pub(super) only_where: Option<String>,
    pub(super) include: Option<String>,
    pub(super) unique: bool,
    pub(super) comment: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Trigger {
    pub(super) name: String,
    /// The number of a routine of shape `Trigger`.
    pub(super) routine: usize,
    pub(super) shape: usize,
    pub(super) column: String,
    pub(super) enabled: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) name: String,
    pub(super) column: String,
    pub(super) command: usize,
    pub(super) restrictive: bool,
}

/// A view of some columns of a table, or of another view.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) named: Named,
    /// The number of a table or an earlier view.
    pub(super) source: usize,
    pub(super) columns: Vec<String>,
    pub(super) materialized: bool,
    pub(super) counted: bool,
    pub(super) filtered: bool,
    pub(super) barrier: bool,
}

impl Model {
    /// A number that nothing has yet.
    pub(super) fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    pub(super) fn table(&self, number: usize) -> Option<&Table> {
        self.tables.iter().find(|table| table.named.number == number)
    }
}

impl Table {
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}
