//! Rule `merge-alter-table`: several ALTER TABLE of one table in a row.

use crate::review::context::{Context, Out};
use crate::review::source::Statement;
use crate::sql::effect::{Name, TextRange, What};

rule! {
    id: "merge-alter-table",
    severity: Info,
    topic: Locking,
    title: "Several ALTER TABLE of one table in a row",
    why: "Each takes the lock anew and may read or rewrite the table once more; one statement with several actions does it once.",
    instead: "Write the actions into one ALTER TABLE, separated by commas.",
    aliases: ["eugene:W12", "pgls:multipleAlterTable"],
    check: Statement(check),
}

fn check(context: &Context<'_>, out: &mut Out<'_>) {
    let Some(before) = context.at.checked_sub(1).and_then(|at| context.file.statements.get(at)) else { return };
    let (Some(previous), Some(table)) = (altered(before), altered(context.statement)) else { return };
    if context.model.key(previous) == context.model.key(table) && context.is_shared(table) {
        let range = TextRange::new(0, context.text().len());
        out.at(range, format!("{table} is altered again right after the statement before")).on(format!("table {table}"));
    }
}

/// The one table whose columns and constraints a statement alters.
fn altered(statement: &Statement) -> Option<&Name> {
    let mut tables = statement.reading.effects.iter().map(|effect| match &effect.what {
        What::AddColumn { table, .. }
        | What::DropColumn { table, .. }
        | What::SetNotNull { table, .. }
        | What::SetDefault { table, .. }
        | What::AlterColumnType { table, .. }
        | What::DropConstraint { table, .. } => Some(table),
        What::AddConstraint { table, constraint } if !constraint.not_valid => Some(table),
        _ => None,
    });
    let first = tables.next()??;
    tables.all(|table| table.is_some()).then_some(first)
}
