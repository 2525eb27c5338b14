//! Rule `identifier-too-long`: a name longer than 63 bytes.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, Name, What};

rule! {
    id: "identifier-too-long",
    severity: Warning,
    topic: Design,
    title: "A name longer than 63 bytes",
    why: "PostgreSQL cuts it silently: two long names may become one, and clients that use the long one find it only because they are cut too.",
    instead: "A shorter name.",
    aliases: ["squawk:identifier-too-long", "pgsafe:identifier-too-long"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let mut report = |name: &Name| {
        if name.last().len() > 63 {
            out.at(name.range, format!("{} has {} bytes; PostgreSQL keeps 63", name.last(), name.last().len()));
        }
    };
    match &effect.what {
        What::CreateTable(table) => {
            report(&table.name);
            table.columns.iter().for_each(|column| report(&column.name));
            let inline = table.columns.iter().flat_map(|column| &column.constraints);
            inline.chain(&table.constraints).filter_map(|constraint| constraint.name.as_ref()).for_each(report);
        }
        What::CreateIndex(index) => index.name.iter().for_each(report),
        What::CreateView(view) => report(&view.name),
        What::CreateFunction(function) => report(&function.name),
        What::CreateTrigger(trigger) => report(&trigger.name),
        What::CreatePolicy(policy) => report(&policy.name),
        What::AddColumn { column, .. } => report(&column.name),
        What::AddConstraint { constraint, .. } => constraint.name.iter().for_each(report),
        What::Rename { to, .. } => report(to),
        What::Drop { names, .. } => names.iter().for_each(report),
        _ => {}
    }
}
