//! Rule `prefer-bigint-key`: a primary key that runs out.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, Effect, Name, What};

rule! {
    id: "prefer-bigint-key",
    severity: Info,
    topic: Design,
    title: "A primary key that runs out",
    why: "An integer key ends at 2 147 483 647; the change to bigint rewrites the table and every table that refers to it.",
    instead: "bigint, or uuid.",
    aliases: ["pgsafe:prefer-bigint-primary-key", "online_migrations:short_primary_key_type"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateTable(table) = &effect.what else { return };
    let listed = table.constraints.iter().find_map(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } => Some(columns.iter().map(Name::last).collect::<Vec<_>>()),
        _ => None,
    });
    for column in &table.columns {
        let inline = column.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::PrimaryKey { .. }));
        let alone = listed.as_ref().is_some_and(|columns| columns.as_slice() == [column.name.last()]);
        let Some(type_name) = column.type_name.as_ref().filter(|_| inline || alone) else { continue };
        // A key that nothing produces is a code list, which stays short.
        let produced = type_name.is_serial() || column.generated.is_some() || column.default.as_ref().is_some_and(|d| !d.constant);
        let referring = column.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)));
        if produced && !referring && matches!(type_name.stored(), "integer" | "smallint") {
            let wide = if type_name.is_serial() { "bigserial" } else { "bigint" };
            out.at(type_name.range, format!("the key {}.{} is {type_name}", table.name, column.name))
                .on(format!("column {}.{}", table.name, column.name))
                .fix("use bigint", vec![(type_name.range, wide.to_owned())]);
        }
    }
}
