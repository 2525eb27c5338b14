//! Rule `require-if-exists`: a statement that fails when it is run twice.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, TextRange, What};

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
    const NEW: &str = "IF NOT EXISTS ";
    const OLD: &str = "IF EXISTS ";
    // Where the words go: right before the name.
    let (name, words) = match &effect.what {
        What::CreateTable(table) if !table.if_not_exists => (Some(&table.name), NEW),
        What::CreateIndex(index) if !index.if_not_exists => (index.name.as_ref(), NEW),
        What::AddColumn { if_not_exists: false, column, .. } => (Some(&column.name), NEW),
        What::DropColumn { if_exists: false, column, .. } => (Some(column), OLD),
        What::DropConstraint { if_exists: false, constraint, .. } => (Some(constraint), OLD),
        What::Drop { kind, if_exists: false, names, .. } if *kind != ObjectKind::Owned => (names.first(), OLD),
        _ => return,
    };
    let hit = out.at(effect.range, "this fails when it is run a second time");
    if let Some(name) = name.filter(|name| name.range != TextRange::default()) {
        let place = TextRange::new(name.range.start, name.range.start);
        hit.fix(&format!("write {}", words.trim_end()), vec![(place, words.to_owned())]);
    }
}
