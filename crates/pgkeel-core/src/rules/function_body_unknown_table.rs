//! Rule `function-body-unknown-table`: the body of a function uses a table that no migration makes.

use std::collections::BTreeSet;

use crate::review::completeness::makes;
use crate::review::context::{Out, ProjectContext};
use crate::review::history_model::{CATALOG, Routine, key_in, short};
use crate::sql::effect::{Effect, Name};

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
    // Whatever text does not show may have made the table.
    if !context.settings.complete || model.blind_spots > 0 {
        return;
    }
    let bare: BTreeSet<&str> =
        model.tables.keys().chain(model.views.keys()).filter_map(|key| key.rsplit('.').next()).collect();
    for routine in model.functions.values().flatten().filter(|routine| routine.origin.file != CATALOG) {
        let Some(file) = context.files.get(routine.origin.file) else { continue };
        let Some(statement) = file.statements.get(routine.origin.statement) else { continue };
        let own: Vec<&str> = statement.reading.effects.iter().filter_map(made).map(Name::last).collect();
        for name in routine.uses.relations.iter().filter(|name| !own.contains(&name.last())) {
            let known = bare.contains(name.last()) || model.exists(&key_in(name, None));
            if known || !is_own(context, name) || is_transition_table(context, routine, name) {
                continue;
            }
            let message = format!("{} uses {name}, which no migration makes", short(&routine.name));
            let range = name.range.shifted(statement.range.start);
            out.in_file(routine.origin.file, range, message).on(format!("function {}", short(&routine.name)));
        }
    }
}

fn made(effect: &Effect) -> Option<&Name> {
    makes(&effect.what)
}

/// Whether the migrations would have made it: not a catalog, nor what an extension or a service brings.
fn is_own(context: &ProjectContext<'_>, name: &Name) -> bool {
    let namespace =
        name.namespace().is_none_or(|namespace| namespace == "public" || context.model.namespaces.contains(namespace));
    namespace && !name.last().starts_with("pg_") && !name.last().ends_with("_seq")
}

/// Whether a trigger gives the function rows under this name: `REFERENCING NEW TABLE AS name`.
fn is_transition_table(context: &ProjectContext<'_>, routine: &Routine, name: &Name) -> bool {
    let trigger = routine.returns.as_deref().is_some_and(|returns| returns.ends_with("trigger"));
    let names_it = |text: &str| {
        let text = text.to_lowercase();
        text.contains("referencing") && text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == name.last())
    };
    trigger && context.files.iter().any(|file| file.statements.iter().any(|s| names_it(file.text_of(s))))
}
