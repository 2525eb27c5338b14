//! Rule `alter-column-type-rewrite`: a change of type rewrites the table.

use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};
use super::facts::{Rewrite, rewrite_of};

rule! {
    id: "alter-column-type-rewrite",
    severity: Error,
    topic: Locking,
    title: "A change of type rewrites the table",
    why: "A type that is stored differently makes PostgreSQL rewrite the table and every index on it under ACCESS EXCLUSIVE; CHECK constraints and foreign keys of the column are verified again. No rewrite is needed for a longer varchar, varchar to text, a larger numeric precision with the same scale, a larger timestamp precision, cidr to inet.",
    instead: "Add a column of the new type, write both, fill old rows in batches, switch reads, drop the old column.",
    aliases: ["squawk:changing-column-type", "eugene:E5", "strong_migrations:change_column", "atlas:PG301", "pgsafe:alter-column-type", "pgls:changingColumnType", "pgfence:alter-column-type"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AlterColumnType { table, column, to, .. } = &effect.what else { return };
    if !context.is_shared(table) {
        return;
    }
    let from = context.model.column(table, column.last()).and_then(|known| known.type_name.as_ref());
    let object = format!("column {table}.{column}");
    match rewrite_of(&effect.what, from, context) {
        Rewrite::Yes => {
            let message = match from {
                // A type that was renamed, and another one that was made under its name.
                Some(from) if from.to_string() == to.to_string() => {
                    format!("changing {table}.{column} to the {to} that was made since rewrites the table")
                }
                Some(from) => format!("changing {table}.{column} from {from} to {to} rewrites the table"),
                None => format!("changing {table}.{column} to {to} rewrites the table"),
            };
            out.at(effect.range, message).on(object);
        }
        Rewrite::Unknown => {
            let message = format!("changing {table}.{column} to {to} rewrites the table unless the old type is stored the same way");
            out.at(effect.range, message).on(object).severity(Severity::Warning);
        }
        Rewrite::No | Rewrite::Indexes | Rewrite::UnlessUtc => {}
    }
}
