//! Rule `drop-constraint`: a constraint is dropped.

use crate::review::context::{Context, Out};
use crate::review::history_model::columns_of;
use crate::sql::effect::{Constraint, ConstraintKind, Effect, Name, What};

rule! {
    id: "drop-constraint",
    severity: Warning,
    topic: DataLoss,
    title: "A constraint is dropped",
    why: "What it guaranteed no longer holds. Dropping a foreign key takes ACCESS EXCLUSIVE on both tables; dropping a primary key or unique constraint breaks ON CONFLICT on its columns and the replica identity.",
    instead: "Make sure that nothing relies on it; drop it in a migration of its own.",
    aliases: ["squawk:ban-drop-constraint", "atlas:CD101", "pgsafe:drop-constraint", "pgfence:drop-constraint", "atlas:CD102", "atlas:CD103"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::DropConstraint { table, constraint, .. } = &effect.what else { return };
    if !context.is_shared(table) {
        return;
    }
    let later = context.file.statements.iter().skip(context.at);
    let replaced = later.flat_map(|statement| &statement.reading.effects).any(|effect| match &effect.what {
        What::AddConstraint { table: other, constraint: new } => {
            context.model.key(other) == context.model.key(table)
                && (new.name.as_ref().is_none_or(|name| name.last() == constraint.last())
                    || similar(context, table, constraint, new))
        }
        _ => false,
    });
    if replaced {
        return;
    }
    let known = context.model.table(table).and_then(|known| known.constraints.iter().find(|c| c.name == constraint.last()));
    let message = match known.map(|known| &known.kind) {
        Some(ConstraintKind::ForeignKey(key)) => {
            format!("{table} and {} are both locked against everything, and {table} may point to nothing from now on", key.table)
        }
        Some(ConstraintKind::PrimaryKey { .. }) => format!("{table} is left without its primary key"),
        _ => format!("{table} no longer keeps to {constraint}"),
    };
    out.at(effect.range, message).on(format!("constraint {constraint} on {table}"));
}

/// Whether the new constraint is of the same kind over the same columns as the dropped one.
fn similar(context: &Context<'_>, table: &Name, dropped: &Name, new: &Constraint) -> bool {
    let known = context.model.table(table).and_then(|known| known.constraints.iter().find(|c| c.name == dropped.last()));
    known.is_some_and(|known| {
        std::mem::discriminant(&known.kind) == std::mem::discriminant(&new.kind)
            && columns_of(&known.kind).first() == columns_of(&new.kind).first()
    })
}
