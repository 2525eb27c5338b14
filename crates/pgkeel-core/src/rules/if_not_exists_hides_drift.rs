//! Rule `if-not-exists-hides-drift`: IF NOT EXISTS for something that is there in another shape.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "if-not-exists-hides-drift",
    severity: Warning,
    topic: Correctness,
    title: "IF NOT EXISTS for something that is there in another shape",
    why: "The statement succeeds and changes nothing: the columns it names are not made, and later statements that need them fail.",
    instead: "Write the difference as ALTER TABLE ... ADD COLUMN IF NOT EXISTS.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateTable(table) = &effect.what else { return };
    let Some(known) = context.model.table(&table.name).filter(|known| table.if_not_exists && known.complete) else { return };
    let missing: Vec<&str> =
        table.columns.iter().map(|column| column.name.last()).filter(|name| known.column(name).is_none()).collect();
    if !missing.is_empty() {
        let message = format!("{} is already made at {} without {}: this changes nothing", table.name, context.made_at(known), missing.join(", "));
        out.at(table.name.range, message).on(format!("table {}", table.name));
    }
}
