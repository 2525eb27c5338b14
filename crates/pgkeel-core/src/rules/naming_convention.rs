//! Rule `naming-convention`: a name that the project does not allow.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, Name, ObjectKind, What};

rule! {
    id: "naming-convention",
    severity: Warning,
    topic: Design,
    title: "A name that the project does not allow",
    why: "Names that follow one convention can be guessed; [review.naming] in pgkeel.toml says which.",
    instead: "A name that matches the pattern of its kind.",
    aliases: ["pgsafe:naming-convention", "atlas:NM101", "atlas:NM102", "atlas:NM103", "atlas:NM104", "atlas:NM105", "atlas:NM106", "redgate:RG21", "schemalint:name-casing"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let patterns = &context.settings.naming;
    if patterns.is_empty() {
        return;
    }
    let mut report = |kind: &str, name: &Name| {
        let Some(pattern) = patterns.get(kind) else { return };
        if !pattern.is_match(name.last()) {
            let shown = pattern.as_str().trim_start_matches("^(?:").trim_end_matches(")$");
            out.at(name.range, format!("the {kind} {name} does not match {shown}")).on(format!("{kind} {name}"));
        }
    };
    match &effect.what {
        What::CreateTable(table) => {
            report("table", &table.name);
            table.columns.iter().for_each(|column| report("column", &column.name));
            let inline = table.columns.iter().flat_map(|column| &column.constraints).chain(&table.constraints);
            inline.filter_map(|constraint| constraint.name.as_ref()).for_each(|name| report("constraint", name));
        }
        What::AddColumn { column, .. } => report("column", &column.name),
        What::AddConstraint { constraint, .. } => constraint.name.iter().for_each(|name| report("constraint", name)),
        What::CreateIndex(index) => index.name.iter().for_each(|name| report("index", name)),
        What::CreateView(view) => report("view", &view.name),
        What::CreateFunction(function) => report("function", &function.name),
        What::CreateTrigger(trigger) => report("trigger", &trigger.name),
        What::CreateSequence { name, .. } => report("sequence", name),
        What::CreateNamespace { name: Some(name), .. } => report("schema", name),
        What::Rename { kind: ObjectKind::Table, to, .. } => report("table", to),
        What::Rename { kind: ObjectKind::Column, to, .. } => report("column", to),
        _ => {}
    }
}
