//! Rule `add-column-constrained-domain`: a column is added whose domain has a constraint.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "add-column-constrained-domain",
    severity: Error,
    topic: Locking,
    title: "A column is added whose domain has a constraint",
    why: "A column of a domain with CHECK or NOT NULL is checked for every existing row, and PostgreSQL does it by rewriting the table under ACCESS EXCLUSIVE, even when the column has no default.",
    instead: "Add the column with the base type, add the condition as a CHECK constraint NOT VALID, and validate it in another migration.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::AddColumn { table, column, .. } = &effect.what else { return };
    let Some(type_name) = &column.type_name else { return };
    let key = format!("{}.{}", type_name.namespace.as_deref().unwrap_or("public"), type_name.name);
    let constrained = context.model.domains.get(&key).is_some_and(|(constrained, _)| *constrained);
    if constrained && context.is_shared(table) {
        let message = format!("the domain {} has a constraint: adding {}.{} rewrites the table", type_name.name, table, column.name);
        out.at(type_name.range, message).on(format!("table {table}"));
    }
}
