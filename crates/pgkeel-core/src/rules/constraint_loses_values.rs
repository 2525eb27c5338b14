//! Rule `constraint-loses-values`: a replaced CHECK no longer allows values that were allowed.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, Name, What};

rule! {
    id: "constraint-loses-values",
    severity: Error,
    topic: Clients,
    title: "A replaced CHECK no longer allows values that were allowed",
    why: "Rows with the values that went fail the new CHECK when it is validated, and clients that still write them fail at once.",
    instead: "Keep the old values in the list until no row and no client has them.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddConstraint { table, constraint } = &effect.what else { return };
    let ConstraintKind::Check(condition) = &constraint.kind else { return };
    let key = context.model.key(table);
    let column = condition.columns.first().map(Name::last);
    // The statement itself may drop the old one, so look at what was known before it too.
    let known = context.model.tables.get(&key).into_iter().flat_map(|table| &table.constraints);
    let dropped_here: Vec<&str> = context
        .effects()
        .filter_map(|effect| match &effect.what {
            What::DropConstraint { constraint, .. } => Some(constraint.last()),
            _ => None,
        })
        .collect();
    let here = known.filter(|known| dropped_here.contains(&known.name.as_str()));
    let before = context.progress.dropped.iter().filter(|(table, _)| *table == key).map(|(_, constraint)| constraint);
    for old in before.chain(here) {
        let ConstraintKind::Check(previous) = &old.kind else { continue };
        if previous.columns.first().map(Name::last) != column || condition.strings.is_empty() {
            continue;
        }
        let kept: Vec<&str> = condition.strings.iter().map(|(value, _)| value.as_str()).collect();
        let lost: Vec<String> = previous
            .strings
            .iter()
            .filter(|(value, _)| !kept.contains(&value.as_str()))
            .map(|(value, _)| format!("'{value}'"))
            .collect();
        if !lost.is_empty() {
            let message = format!("{} allowed {} (at {}), which the new CHECK does not", old.name, lost.join(", "), context.place(old.origin));
            out.at(condition.range, message).on(format!("table {table}"));
        }
    }
}
