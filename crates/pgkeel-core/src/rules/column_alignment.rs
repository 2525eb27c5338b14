//! Rule `column-alignment`: columns in an order that wastes space.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, TypeName, What};

rule! {
    id: "column-alignment",
    default: off,
    severity: Info,
    topic: Design,
    title: "Columns in an order that wastes space",
    why: "PostgreSQL aligns values: a bigint after a boolean leaves seven bytes unused in every row.",
    instead: "Wide fixed-length columns first (8 bytes, then 4, 2, 1), those of variable length last.",
    aliases: ["atlas:PG110"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateTable(table) = &effect.what else { return };
    let widths: Option<Vec<usize>> = table.columns.iter().map(|column| column.type_name.as_ref().and_then(width)).collect();
    // Behind a value of variable length nothing can be said.
    let Some(widths) = widths else { return };
    let size = |widths: &[usize]| widths.iter().fold(0, |at: usize, width| at.next_multiple_of(*width) + width);
    let mut best = widths.clone();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let wasted = size(&widths).next_multiple_of(8) - size(&best).next_multiple_of(8);
    if wasted > 0 {
        out.at(table.name.range, format!("each row of {} is {wasted} bytes longer than with the widest columns first", table.name))
            .on(format!("table {}", table.name));
    }
}

/// Bytes of a type of fixed length, which are its alignment too.
fn width(type_name: &TypeName) -> Option<usize> {
    match type_name.stored() {
        _ if type_name.array => None,
        "bigint" | "double precision" | "timestamp" | "timestamptz" | "time" | "money" => Some(8),
        "integer" | "real" | "date" | "oid" => Some(4),
        "smallint" => Some(2),
        "boolean" => Some(1),
        _ => None,
    }
}
