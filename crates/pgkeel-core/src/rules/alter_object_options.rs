//! Rule `alter-object-options`: options of a function, view or database change.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "alter-object-options",
    default: off,
    severity: Info,
    topic: Clients,
    title: "Options of a function, view or database change",
    why: "Volatility, security, cost or settings change under running clients.",
    instead: "Replace the object in the migration that makes it, so that its definition stays in one place.",
    aliases: ["squawk:ban-alter-function-options", "squawk:ban-alter-view-options", "squawk:ban-alter-database-options"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (kind, name) = match &effect.what {
        What::AlterOther { kind: kind @ (ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Database), name } => {
            (kind, name.clone())
        }
        What::AlterRoutine { kind, name, .. } => (kind, Some(name.clone())),
        What::StorageParameters { kind: kind @ ObjectKind::View, name, .. } => (kind, Some(name.clone())),
        _ => return,
    };
    let name = name.map(|name| name.to_string()).unwrap_or_default();
    out.at(effect.range, format!("the {} {name} behaves differently from now on", kind.word())).on(format!("{} {name}", kind.word()));
}
