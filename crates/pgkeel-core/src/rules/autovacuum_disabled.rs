//! Rule `autovacuum-disabled`: autovacuum is switched off for a table.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "autovacuum-disabled",
    severity: Warning,
    topic: Locking,
    title: "Autovacuum is switched off for a table",
    why: "Dead rows pile up, statistics grow old, and an anti-wraparound vacuum comes anyway, at the worst time.",
    instead: "Tune autovacuum_vacuum_scale_factor and the cost limits of the table instead.",
    aliases: ["atlas:PG320"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::StorageParameters { name, text, .. } = &effect.what else { return };
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if ["=false", "=off", "=0)", "=0,"].iter().any(|value| text.contains(&format!("autovacuum_enabled{value}"))) {
        out.at(effect.range, format!("autovacuum no longer cleans {name}")).on(format!("table {name}"));
    }
}
