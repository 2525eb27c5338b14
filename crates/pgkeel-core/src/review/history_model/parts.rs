//! Columns and constraints of a table, and the names that PostgreSQL gives them.

use super::{Origin, Table, TableColumn, TableConstraint};
use crate::sql::effect::{Column, Constraint, ConstraintKind, Generated, Name, TextRange, What};
use crate::sql::given_name::free;

pub(super) fn blank(key: &str, origin: Origin, temporary: bool) -> Table {
    let (namespace, name) = key.split_once('.').unwrap_or(("public", key));
    Table {
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        columns: Vec::new(),
        constraints: Vec::new(),
        origin,
        temporary,
        partitioned: false,
        partition_of: None,
        row_security: (false, false),
        complete: false,
        comment: false,
    }
}

impl Table {
    /// A table of which nothing is known but its key.
    pub fn unknown(key: &str) -> Self {
        let nowhere = Origin { file: super::CATALOG, statement: 0, range: TextRange::default(), order: 0 };
        blank(key, nowhere, false)
    }
}

pub(super) fn add_column(table: &mut Table, column: &Column, origin: Origin) {
    let serial = column.type_name.as_ref().is_some_and(crate::sql::effect::TypeName::is_serial);
    table.columns.push(TableColumn {
        name: column.name.last().to_owned(),
        type_name: column.type_name.clone(),
        not_null: column.not_null || serial,
        default: column.default.clone(),
        generated: serial
            || matches!(column.generated, Some(Generated::Identity | Generated::Stored | Generated::Virtual)),
        computed_from: column
            .computed
            .iter()
            .flat_map(|e| &e.columns)
            .map(|name| name.last().to_owned())
            .collect(),
        origin,
        comment: false,
    });
    for constraint in &column.constraints {
        add_constraint(table, constraint, origin);
    }
}

pub(super) fn add_constraint(table: &mut Table, constraint: &Constraint, origin: Origin) {
    if let ConstraintKind::PrimaryKey { columns, .. } = &constraint.kind {
        let keys: Vec<&str> = columns.iter().map(Name::last).collect();
        table.columns.iter_mut().filter(|c| keys.contains(&c.name.as_str())).for_each(|c| c.not_null = true);
    }
    let name = constraint.name.as_ref().map(|name| name.last().to_owned());
    let named = name.is_some();
    let name = name.unwrap_or_else(|| default_constraint_name(table, &constraint.kind));
    table.constraints.push(TableConstraint {
        name,
        named,
        kind: constraint.kind.clone(),
        valid: !constraint.not_valid && !constraint.not_enforced,
        origin,
    });
}

/// The name PostgreSQL chooses: `table_column_suffix` (documentation of `CREATE TABLE`; `ChooseConstraintName`).
pub fn default_constraint_name(table: &Table, kind: &ConstraintKind) -> String {
    let columns = columns_of(kind);
    let (middle, suffix) = match kind {
        ConstraintKind::PrimaryKey { .. } => (Vec::new(), "pkey"),
        ConstraintKind::Unique { .. } => (columns, "key"),
        ConstraintKind::Check(_) => {
            let mut distinct = columns;
            distinct.sort_unstable();
            distinct.dedup();
            (if distinct.len() == 1 { distinct } else { Vec::new() }, "check")
        }
        ConstraintKind::ForeignKey(_) => (columns, "fkey"),
        ConstraintKind::Exclude { .. } => (columns, "excl"),
        ConstraintKind::NotNull { .. } => (columns, "not_null"),
    };
    let taken = |name: &str| table.constraints.iter().any(|constraint| constraint.name == name);
    let middle = (!middle.is_empty()).then(|| middle.join("_"));
    free(&table.name, middle.as_deref(), suffix, &taken)
}

/// The columns that a constraint names.
pub fn columns_of(kind: &ConstraintKind) -> Vec<&str> {
    match kind {
        ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
            columns.iter().map(Name::last).collect()
        }
        ConstraintKind::Check(expression) => expression.columns.iter().map(Name::last).collect(),
        ConstraintKind::ForeignKey(key) => key.columns.iter().map(Name::last).collect(),
        ConstraintKind::Exclude { .. } => Vec::new(),
        ConstraintKind::NotNull { column } => column.iter().map(Name::last).collect(),
    }
}

pub(super) fn alter_column(table: &mut Table, what: &What) {
    let column = match what {
        What::AlterColumnType { column, .. }
        | What::SetDefault { column, .. }
        | What::DropDefault { column, .. }
        | What::SetNotNull { column, .. }
        | What::DropNotNull { column, .. } => column.last(),
        _ => return,
    };
    let Some(column) = table.columns.iter_mut().find(|known| known.name == column) else { return };
    match what {
        What::AlterColumnType { to, .. } => column.type_name = Some(to.clone()),
        What::SetDefault { default, .. } => column.default = Some(default.clone()),
        What::DropDefault { .. } => column.default = None,
        What::SetNotNull { .. } => column.not_null = true,
        What::DropNotNull { .. } => column.not_null = false,
        _ => {}
    }
}
