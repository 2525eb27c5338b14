//! Rule `policy-dropped`: a policy is dropped or changed.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "policy-dropped",
    severity: Warning,
    topic: Security,
    title: "A policy is dropped or changed",
    why: "Rows that were kept apart may be seen, or rows that were seen vanish.",
    instead: "Make the new policy before dropping the old one, in one transaction.",
    aliases: ["squawk:ban-drop-policy", "squawk:ban-alter-policy-condition", "squawk:ban-alter-policy-roles"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    match &effect.what {
        What::Drop { kind: ObjectKind::Policy, names, on: Some(table), .. } if context.is_shared(table) => {
            // Its successor may come before it, under another name.
            let file = context.file.up().flat_map(|(_, statement)| &statement.reading.effects);
            let replaced = file.into_iter().any(|other| match &other.what {
                What::CreatePolicy(policy) => policy.table.parts == table.parts,
                _ => false,
            });
            for name in names.iter().filter(|_| !replaced) {
                out.at(effect.range, format!("{name} no longer keeps rows of {table} apart")).on(format!("policy {name} on {table}"));
            }
        }
        What::AlterPolicy(policy) => {
            let message = format!("other rows of {} pass {} from now on", policy.table, policy.name);
            out.at(effect.range, message).on(format!("policy {} on {}", policy.name, policy.table));
        }
        _ => {}
    }
}
