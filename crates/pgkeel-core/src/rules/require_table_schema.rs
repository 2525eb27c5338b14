//! Rule `require-table-schema`: a table without its schema.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, Name, ObjectKind, Persistence, What};

rule! {
    id: "require-table-schema",
    default: off,
    severity: Info,
    topic: Design,
    title: "A table without its schema",
    why: "Which schema it lands in depends on the search_path of the session.",
    instead: "schema.table.",
    aliases: ["squawk:require-table-schema", "pgsafe:require-schema-qualified", "bytebase:216"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let names: Vec<&Name> = match &effect.what {
        What::CreateTable(table) if table.persistence != Persistence::Temporary => vec![&table.name],
        What::CreateTableAs { name, persistence, .. } if *persistence != Persistence::Temporary => vec![name],
        What::Drop { kind: ObjectKind::Table, names, .. } => names.iter().collect(),
        What::AddColumn { table, .. } | What::DropColumn { table, .. } => vec![table],
        _ => return,
    };
    for name in names.into_iter().filter(|name| name.namespace().is_none()) {
        out.at(name.range, format!("{name} has no schema")).on(format!("table {name}"));
    }
}
