//! Rule `constraint-unnamed`: a constraint without a name.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, What};

rule! {
    id: "constraint-unnamed",
    default: off,
    severity: Info,
    topic: Design,
    title: "A constraint without a name",
    why: "PostgreSQL chooses one, which may differ between environments; a later DROP CONSTRAINT then fails in some of them.",
    instead: "CONSTRAINT name ...",
    aliases: ["squawk:prefer-robust-stmts"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if let What::AddConstraint { table, constraint } = &effect.what
        && constraint.name.is_none()
        && !matches!(constraint.kind, ConstraintKind::PrimaryKey { .. } | ConstraintKind::NotNull { .. })
    {
        out.at(constraint.range, format!("the constraint on {table} has no name")).on(format!("table {table}"));
    }
}
