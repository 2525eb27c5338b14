//! Rule `function-body-unknown-table`: the body of a function uses a table that no migration makes.

use std::collections::BTreeSet;

use crate::extension;
use crate::review::completeness::makes;
use crate::review::context::{Out, ProjectContext};
use crate::review::history_model::{CATALOG, key_in, short};
use crate::sql::effect::{Effect, Name, Origin, What};

rule! {
    id: "function-body-unknown-table",
    severity: Warning,
    topic: Correctness,
    title: "The body of a function uses a table that no migration makes",
    why: "PostgreSQL does not look into a PL/pgSQL body when it makes the function: it fails when it first runs (42P01), perhaps in a trigger on somebody's insert.",
    instead: "Make the table in a migration, or mend its name; when it comes from elsewhere, suppress this with the reason.",
    aliases: [],
    check: Project(check),
}

fn check(context: &ProjectContext<'_>, out: &mut Out<'_>) {
    let model = context.model;
    // Whatever text does not show may have made the table; so may an extension of which nobody knows what it brings.
    let strange = |name: &String| !extension::brings_known_relations(name);
    if !context.settings.complete || model.blind_spots > 0 || model.extensions.keys().any(strange) {
        return;
    }
    let mut known: BTreeSet<&str> =
        model.tables.keys().chain(model.views.keys()).filter_map(|key| key.rsplit('.').next()).collect();
    // A table of the session may be made by one function and used by another.
    let statements = context.files.iter().flat_map(|file| &file.statements);
    let effects: Vec<&Effect> = statements.flat_map(|statement| &statement.reading.effects).collect();
    known.extend(effects.iter().copied().filter_map(made_in_body));
    let given: BTreeSet<&str> = effects.iter().copied().flat_map(transitions).collect();
    for routine in model.functions.values().flatten().filter(|routine| routine.origin.file != CATALOG) {
        let Some(file) = context.files.get(routine.origin.file) else { continue };
        let Some(statement) = file.statements.get(routine.origin.statement) else { continue };
        let trigger = routine.returns.as_deref().is_some_and(|returns| returns.ends_with("trigger"));
        for name in routine.uses.relations.iter().filter(|name| !known.contains(name.last())) {
            let key = key_in(name, None);
            // Of a table that went, the rule for what breaks bodies speaks.
            let was = model.exists(&key) || model.ever.contains_key(&key) || model.dropped.contains_key(&key);
            if was || !is_own(context, name) || trigger && given.contains(name.last()) {
                continue;
            }
            let message = format!("{} uses {name}, which no migration makes", short(&routine.name));
            let range = name.range.shifted(statement.range.start);
            out.in_file(routine.origin.file, range, message).on(format!("function {}", short(&routine.name)));
        }
    }
}

fn made_in_body(effect: &Effect) -> Option<&str> {
    makes(&effect.what).filter(|_| effect.origin != Origin::Statement).map(Name::last)
}

/// The names under which a trigger gives rows to its function: `REFERENCING NEW TABLE AS name`.
fn transitions(effect: &Effect) -> impl Iterator<Item = &str> {
    let trigger = if let What::CreateTrigger(trigger) = &effect.what { Some(trigger) } else { None };
    trigger.into_iter().flat_map(|trigger| &trigger.transitions).map(String::as_str)
}

/// Whether the migrations would have made it: not a catalog, nor what an extension or a service brings.
fn is_own(context: &ProjectContext<'_>, name: &Name) -> bool {
    let namespace =
        name.namespace().is_none_or(|namespace| namespace == "public" || context.model.namespaces.contains(namespace));
    let foreign = extension::providing(extension::Symbol::View, name.last()).is_some();
    namespace && !foreign && !name.last().starts_with("pg_") && !name.last().ends_with("_seq")
}
