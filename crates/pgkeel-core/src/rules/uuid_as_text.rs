//! Rule `uuid-as-text`: a UUID kept as text.

use crate::review::context::{Context, Out};
use super::facts::for_each_type;
use crate::review::history_model::TableColumn;
use crate::sql::effect::Effect;

rule! {
    id: "uuid-as-text",
    severity: Warning,
    topic: Design,
    title: "A UUID kept as text",
    why: "It takes 37 bytes instead of 16 and compares by collation; it accepts what is no UUID, and two spellings of one are two values.",
    instead: "uuid.",
    aliases: [],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let is_uuid = |column: &TableColumn| column.type_name.as_ref().is_some_and(|known| known.stored() == "uuid");
    let uuids = || context.model.tables.values().flat_map(|table| &table.columns).any(is_uuid);
    for_each_type(&effect.what, |column, type_name| {
        let name = column.rsplit('.').next().unwrap_or_default().trim_matches('"').to_lowercase();
        let text = matches!(type_name.stored(), "text" | "varchar" | "char");
        let says_so = name.contains("uuid") || name.contains("guid");
        let sized = type_name.length() == Some(36) && (name == "id" || name.ends_with("id")) && uuids();
        if text && !type_name.array && (says_so || sized) {
            out.at(type_name.range, format!("{column} is {type_name}")).on(format!("column {column}"));
        }
    });
}
