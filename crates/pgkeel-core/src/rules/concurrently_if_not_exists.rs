//! Rule `concurrently-if-not-exists`: CREATE INDEX CONCURRENTLY IF NOT EXISTS.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "concurrently-if-not-exists",
    severity: Info,
    topic: Transactions,
    title: "CREATE INDEX CONCURRENTLY IF NOT EXISTS",
    why: "A build that fails leaves an INVALID index behind; on the next run IF NOT EXISTS finds it and skips the build, and the invalid index stays, slowing writes and helping nobody. pgkeel looks for invalid indexes itself when it resumes.",
    instead: "DROP INDEX CONCURRENTLY IF EXISTS before it.",
    aliases: ["strong_migrations:remove_invalid_indexes"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateIndex(index) = &effect.what else { return };
    let Some(name) = index.name.as_ref().filter(|_| index.concurrently && index.if_not_exists) else { return };
    let dropped = context.file.statements.iter().take(context.at).flat_map(|s| &s.reading.effects).any(|before| match &before.what {
        What::Drop { kind: ObjectKind::Index, names, .. } => names.iter().any(|dropped| dropped.last() == name.last()),
        _ => false,
    });
    if !dropped {
        out.at(effect.range, format!("if a build of {name} fails once, this never builds it again")).on(format!("index {name}"));
    }
}
