//! Rule `fk-no-on-delete`: a foreign key does not say what a delete does.

use crate::review::context::{Context, Out};
use crate::review::history_model::TableConstraint;
use crate::sql::effect::{Action, Constraint, ConstraintKind, Effect, TextRange, What};

rule! {
    id: "fk-no-on-delete",
    severity: Info,
    topic: Design,
    title: "A foreign key does not say what a delete does",
    why: "Without ON DELETE a delete of the referenced row fails (NO ACTION); whether that was meant, nobody can tell.",
    instead: "Write ON DELETE CASCADE for parts of a whole, SET NULL for optional references, RESTRICT where a delete must fail.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let constraints: Vec<&Constraint> = match &effect.what {
        What::CreateTable(table) => table.columns.iter().flat_map(|c| &c.constraints).chain(&table.constraints).collect(),
        What::AddColumn { column, .. } => column.constraints.iter().collect(),
        What::AddConstraint { constraint, .. } => vec![constraint],
        _ => return,
    };
    for constraint in constraints {
        let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
        if key.on_delete.is_some() {
            continue;
        }
        // What the other references to the same table do.
        let mut actions = context.model.tables.values().flat_map(|table| &table.constraints).filter_map(TableConstraint::foreign_key);
        let precedent = actions.find(|other| other.table.last() == key.table.last() && other.on_delete.is_some());
        let word = match precedent.and_then(|other| other.on_delete) {
            Some(Action::Cascade) => "CASCADE",
            Some(Action::SetNull) => "SET NULL",
            _ => "RESTRICT",
        };
        let place = TextRange::new(key.reference.end, key.reference.end);
        out.at(key.reference, format!("the reference to {} does not say what happens when its row is deleted", key.table))
            .on(format!("table {}", key.table))
            .fix("say ON DELETE", vec![(place, format!(" ON DELETE {word}"))]);
    }
}
