//! Rule `needs-newer-server`: syntax that the oldest server does not know.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, Generated, What};

rule! {
    id: "needs-newer-server",
    severity: Error,
    topic: Correctness,
    title: "Syntax that the oldest server does not know",
    why: "The project says which PostgreSQL its migrations must work on; this needs a newer one.",
    instead: "Write it in a way the oldest server understands, or raise `server` in pgkeel.toml.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let mut report = |needed: u32, what: &str| {
        if context.before_major(needed) {
            out.at(effect.range, format!("{what} needs PostgreSQL {needed}"));
        }
    };
    match &effect.what {
        What::Merge { .. } => report(15, "MERGE"),
        What::CreateTrigger(trigger) if trigger.or_replace => report(14, "CREATE OR REPLACE TRIGGER"),
        What::DetachPartition { concurrently: true, .. } => report(14, "DETACH PARTITION CONCURRENTLY"),
        What::CreateView(view) if view.options.contains("security_invoker") => report(15, "security_invoker"),
        What::SetAccessMethod { .. } => report(15, "SET ACCESS METHOD"),
        What::CreateTable(table) => {
            let inline = table.columns.iter().flat_map(|column| &column.constraints);
            let mut all = inline.chain(&table.constraints);
            if all.clone().any(|constraint| constraint.not_enforced) {
                report(18, "NOT ENFORCED");
            }
            if all.any(|constraint| matches!(constraint.kind, ConstraintKind::Unique { nulls_not_distinct: true, .. })) {
                report(15, "NULLS NOT DISTINCT");
            }
            if table.columns.iter().any(|column| column.generated == Some(Generated::Virtual)) {
                report(18, "a virtual generated column");
            }
        }
        What::CreateIndex(index) if index.nulls_not_distinct => report(15, "NULLS NOT DISTINCT"),
        What::AddConstraint { constraint, .. } if constraint.not_enforced => report(18, "NOT ENFORCED"),
        What::AddConstraint { constraint, .. } => match &constraint.kind {
            ConstraintKind::NotNull { .. } => report(18, "ADD CONSTRAINT ... NOT NULL"),
            ConstraintKind::Unique { nulls_not_distinct: true, .. } => report(15, "NULLS NOT DISTINCT"),
            _ => {}
        },
        What::AddColumn { column, .. } if column.generated == Some(Generated::Virtual) => report(18, "a virtual generated column"),
        What::Reindex { concurrently: true, .. } => report(12, "REINDEX CONCURRENTLY"),
        _ => {}
    }
}
