//! Rule `enum-value-used-in-same-transaction`: a new enum value is used in the transaction that adds it.

use crate::review::context::{Context, Out};
use crate::review::history_model::short;
use crate::sql::effect::{Effect, TextRange, What};

rule! {
    id: "enum-value-used-in-same-transaction",
    severity: Error,
    topic: Correctness,
    title: "A new enum value is used in the transaction that adds it",
    why: "PostgreSQL refuses it (55P04: unsafe use of new value), on 16 and older even when the type itself is new.",
    instead: "Add the value in a migration of its own, before the one that uses it.",
    aliases: ["pgsafe:enum-value-used-in-transaction"],
    check: Statement(check),
}

fn check(context: &Context<'_>, out: &mut Out<'_>) {
    let modern = context.settings.server_major.is_some_and(|major| major >= 17);
    // PostgreSQL reads the body when the function is made only if it is SQL; the others are texts until they run.
    let texts = |effect: &Effect| match &effect.what {
        What::CreateFunction(function) if function.language != "sql" => Some(function.options),
        _ => None,
    };
    let bodies: Vec<TextRange> = context.effects().filter_map(texts).collect();
    for (key, value, new_type) in &context.progress.enum_values {
        if !context.progress.in_transaction || modern && *new_type {
            continue;
        }
        let adds = context.effects().any(|effect| matches!(effect.what, What::AddEnumValue { .. } | What::Comment { .. }));
        let mut texts = context.statement.reading.uses.strings.iter();
        let text = texts.find(|(used, range)| used == value && bodies.iter().all(|body| range.start < body.start));
        if let Some((_, range)) = text.filter(|_| !adds) {
            out.at(*range, format!("'{value}' was added to {} in this transaction and cannot be used in it yet", short(key)));
        }
    }
}
