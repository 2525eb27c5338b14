//! Rule `require-if-exists`: a statement that fails when it is run twice.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "require-if-exists",
    default: off,
    severity: Info,
    topic: Transactions,
    title: "A statement that fails when it is run twice",
    why: "A migration that is run again by hand, or in an environment that already has the object, fails.",
    instead: "IF NOT EXISTS, IF EXISTS. Beware: IF NOT EXISTS says nothing when an object of that name has another shape.",
    aliases: ["squawk:prefer-robust-stmts", "pgsafe:require-if-exists", "pgls:preferRobustStmts"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let fails = match &effect.what {
        What::CreateTable(table) => !table.if_not_exists,
        What::CreateIndex(index) => !index.if_not_exists,
        What::AddColumn { if_not_exists, .. } => !if_not_exists,
        What::DropColumn { if_exists, .. } | What::DropConstraint { if_exists, .. } | What::Drop { if_exists, .. } => !if_exists,
        _ => false,
    };
    if fails {
        out.at(effect.range, "this fails when it is run a second time");
    }
}
