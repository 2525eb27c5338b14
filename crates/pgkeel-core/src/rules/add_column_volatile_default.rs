//! Rule `add-column-volatile-default`: a column is added with a default that is computed per row.

use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};
use super::facts::{is_volatile, of_unknown_volatility};

rule! {
    id: "add-column-volatile-default",
    severity: Error,
    topic: Locking,
    title: "A column is added with a default that is computed per row",
    why: "ADD COLUMN with a volatile DEFAULT (gen_random_uuid(), clock_timestamp(), a function that is not declared IMMUTABLE or STABLE) rewrites the whole table and all its indexes under ACCESS EXCLUSIVE: no reads, no writes, for as long as that takes. now() is not volatile and needs no rewrite.",
    instead: "Add the column without a default, set the default with ALTER COLUMN ... SET DEFAULT, fill old rows in batches, then set NOT NULL.",
    aliases: ["squawk:adding-field-with-default", "pgsafe:add-column-volatile-default", "atlas:PG302", "strong_migrations:add_column_default", "pgls:addingFieldWithDefault", "pgfence:add-column-non-constant-default", "strong_migrations:add_column_default_null"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddColumn { table, column, .. } = &effect.what else { return };
    let Some(default) = &column.default else { return };
    if !context.is_shared(table) {
        return;
    }
    let old_server = context.before_major(11) && !default.is_null();
    if let Some(call) = is_volatile(default, context.model) {
        let message = format!("the default of {}.{} calls {call}() for every row: the whole table is rewritten", table, column.name);
        out.at(default.range, message).on(format!("table {table}"));
    } else if let Some(call) = of_unknown_volatility(default, context.model) {
        let message = format!(
            "nothing says that {call}() is STABLE or IMMUTABLE; if it is not, the default of {}.{} rewrites the whole table",
            table, column.name
        );
        out.at(default.range, message).on(format!("table {table}")).severity(Severity::Warning);
    } else if old_server {
        let message = format!("before PostgreSQL 11, a default for the new column {}.{} rewrites the table", table, column.name);
        out.at(default.range, message).on(format!("table {table}"));
    }
}
