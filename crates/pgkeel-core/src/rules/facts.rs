//! What PostgreSQL does with types, defaults and locks: facts that several rules need.
//!
//! Measured on PostgreSQL 14 to 18, with `client_min_messages = debug1` and `pg_relation_filenode`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::review::context::Context;
use crate::review::history_model::{Model, Table, TableConstraint};
pub(super) use crate::sql::effect::Rewrite;
use crate::sql::effect::{self, ConstraintKind, Expression, Name, ObjectKind, TypeName, What};

/// What changing a column's type does, when its old type is `from`.
pub(super) fn rewrite_of(what: &What, from: Option<&TypeName>, context: &Context<'_>) -> Rewrite {
    let domain = |of: &TypeName| context.model.domains.get(&format!("public.{}", of.name)).cloned();
    effect::rewrite_of(what, from, context.progress.utc, &domain)
}

/// Whether some value of `from` does not fit into `to`.
pub(super) fn is_narrower(from: &TypeName, to: &TypeName) -> bool {
    let shrinks = |old: Option<&i64>, new: Option<&i64>| match (old, new) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => new < old,
    };
    match (from.stored(), to.stored()) {
        ("varchar" | "text" | "char", "varchar" | "char") => {
            shrinks(from.modifiers.first(), to.modifiers.first())
        }
        ("bigint", "integer" | "smallint")
        | ("integer", "smallint")
        | ("double precision", "real")
        | ("timestamptz" | "timestamp", "date" | "time")
        | ("numeric" | "double precision" | "real", "integer" | "bigint" | "smallint") => true,
        ("numeric", "numeric") => {
            let digits = |t: &TypeName| {
                t.modifiers.first().map(|precision| precision - t.modifiers.get(1).unwrap_or(&0))
            };
            shrinks(digits(from).as_ref(), digits(to).as_ref())
                || shrinks(from.modifiers.get(1).or(from.modifiers.first().map(|_| &0)), to.modifiers.get(1))
        }
        ("text" | "varchar" | "char", to) => {
            let numbers = ["integer", "bigint", "smallint", "numeric"];
            let others = ["date", "timestamp", "timestamptz", "boolean", "uuid"];
            numbers.contains(&to) || others.contains(&to)
        }
        _ => false,
    }
}

/// The function of an expression whose value differs from row to row, if there is one.
pub(super) fn is_volatile(expression: &Expression, model: &Model) -> Option<String> {
    let own = |name: &Name| {
        model.functions.get(&model.key(name)).is_some_and(|all| all.iter().any(|f| !f.not_volatile))
    };
    expression.volatile_call(&own).map(ToString::to_string)
}

/// A function of an expression about which nothing is known: it is neither PostgreSQL's own nor made by a migration nor of a
/// known extension. Functions are volatile unless they are declared otherwise.
pub(super) fn of_unknown_volatility(expression: &Expression, model: &Model) -> Option<String> {
    static STEADY: LazyLock<BTreeSet<&str>> =
        LazyLock::new(|| include_str!("steady_functions.txt").split_whitespace().collect());
    // PostgreSQL's own take no argument: with one, it is somebody else's function.
    let other = |name: &Name| {
        let called =
            expression.text.get(name.range.end.saturating_sub(expression.range.start)..).unwrap_or_default();
        let bare = ["now", "statement_timestamp", "transaction_timestamp"].contains(&name.last());
        bare && called.trim_start().strip_prefix('(').is_some_and(|rest| !rest.trim_start().starts_with(')'))
    };
    let known = |name: &Name| {
        STEADY.contains(name.last()) && !other(name)
            || name.namespace() == Some("pg_catalog")
            || model.functions.contains_key(&model.key(name))
            || crate::extension::providing(crate::extension::Symbol::Function, name.last()).is_some()
    };
    expression.calls.iter().find(|name| !known(name)).map(ToString::to_string)
}

/// Whether a later statement of the file makes the object again.
pub(super) fn recreated_later(context: &Context<'_>, kind: ObjectKind, name: &Name) -> bool {
    let later = context.file.made_behind(context.at, name.last());
    later.into_iter().filter_map(|what| remade(kind, what)).any(|made| made.last() == name.last())
}

/// The name of an object of this kind that an effect makes.
fn remade(kind: ObjectKind, what: &What) -> Option<&Name> {
    Some(match (kind, what) {
        (ObjectKind::Table | ObjectKind::ForeignTable, What::CreateTable(made)) => &made.name,
        (ObjectKind::View | ObjectKind::MaterializedView, What::CreateView(made)) => &made.name,
        (
            ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate,
            What::CreateFunction(made),
        ) => &made.name,
        (ObjectKind::Trigger, What::CreateTrigger(made)) => &made.name,
        (
            ObjectKind::Table,
            What::CreateTableAs { name, .. } | What::Rename { kind: ObjectKind::Table, to: name, .. },
        )
        | (ObjectKind::Rule, What::CreateRule { name, .. })
        | (ObjectKind::Aggregate, What::CreateOther { name: Some(name), .. })
        | (
            ObjectKind::Type,
            What::CreateEnum { name, .. }
            | What::CreateType { name }
            | What::Rename { kind: ObjectKind::Type, to: name, .. },
        )
        | (ObjectKind::Domain, What::CreateDomain { name, .. })
        | (ObjectKind::Sequence, What::CreateSequence { name, .. })
        | (ObjectKind::Extension, What::CreateExtension { name, .. })
        | (ObjectKind::Namespace, What::CreateNamespace { name: Some(name), .. }) => name,
        _ => return None,
    })
}

/// What takes time in proportion to rows, in words; `None` for what is done at once.
pub(super) fn scanning(what: &What, context: &Context<'_>) -> Option<&'static str> {
    match what {
        What::CreateIndex(index) if !index.concurrently && context.is_shared(&index.table) => {
            Some("an index is built")
        }
        What::Update { table, .. } if context.is_shared(table) => Some("rows are changed"),
        What::Delete { table, .. } if context.is_shared(table) => Some("rows are deleted"),
        What::ValidateConstraint { table, .. } if context.is_shared(table) => {
            Some("a constraint is validated")
        }
        What::SetNotNull { table, .. } if context.is_shared(table) => Some("a column is checked for NULL"),
        What::Refresh { .. } => Some("a materialized view is filled"),
        What::AddConstraint { table, constraint } if !constraint.not_valid && context.is_shared(table) => {
            match &constraint.kind {
                ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => Some("a constraint is checked"),
                ConstraintKind::Unique { using_index: None, .. }
                | ConstraintKind::PrimaryKey { using_index: None, .. } => Some("an index is built"),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The tables known to be emptied with these by `TRUNCATE ... CASCADE`; `None` when it is certain that there are none.
pub(super) fn emptied_along<'a>(context: &Context<'a>, tables: &[Name]) -> Option<Vec<&'a str>> {
    let model = context.model;
    let named: Vec<String> = tables.iter().map(|table| model.key(table)).collect();
    let follows = |table: &Table| {
        let mut keys = table.constraints.iter().filter_map(TableConstraint::foreign_key);
        keys.any(|key| named.contains(&model.key(&key.table)))
    };
    let others: Vec<&str> = model
        .tables
        .values()
        .filter(|table| !named.contains(&table.key()) && follows(table))
        .map(|table| table.name.as_str())
        .collect();
    let all_known = context.settings.complete && model.blind_spots == 0;
    let certain = all_known && named.iter().all(|table| model.tables.contains_key(table));
    (!others.is_empty() || !certain).then_some(others)
}

/// Whether a value can never be stored in so many characters. PostgreSQL cuts trailing blanks, nothing else.
pub(super) fn contradicts_length(value: &str, limit: i64) -> bool {
    i64::try_from(value.trim_end_matches(' ').chars().count()).is_ok_and(|length| length > limit)
}

/// Calls `each` with every column that an effect defines and its type.
pub(super) fn for_each_type(what: &What, mut each: impl FnMut(String, &TypeName)) {
    match what {
        What::CreateTable(table) => {
            for column in &table.columns {
                if let Some(type_name) = &column.type_name {
                    each(format!("{}.{}", table.name, column.name), type_name);
                }
            }
        }
        What::AddColumn { table, column, .. } => {
            if let Some(type_name) = &column.type_name {
                each(format!("{table}.{}", column.name), type_name);
            }
        }
        What::AlterColumnType { table, column, to, .. } => each(format!("{table}.{column}"), to),
        _ => {}
    }
}

/// A condition that is nothing but a list of values for this column: `col IN ('a', 'b')`.
pub(super) fn is_list(condition: &Expression, column: &Name) -> bool {
    let text = condition.text.to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '"')
        .filter(|w| !w.is_empty())
        .collect();
    condition.columns.len() == 1
        && condition.columns.iter().all(|name| name.last() == column.last())
        && condition.calls.is_empty()
        && !condition.strings.is_empty()
        && words.get(1) == Some(&"in")
        && !["not", "or", "and", "is"].iter().any(|word| words.contains(word))
}
