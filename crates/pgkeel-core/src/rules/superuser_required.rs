//! Rule `superuser-required`: a statement that only a superuser may run.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "superuser-required",
    severity: Warning,
    topic: Security,
    title: "A statement that only a superuser may run",
    why: "Managed servers have no superuser: COPY ... PROGRAM, ALTER SYSTEM, event triggers (before PostgreSQL 16 on many), LANGUAGE C.",
    instead: "Do it when the server is set up, not in a migration.",
    aliases: ["squawk:ban-alter-system-options"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let what = match &effect.what {
        What::AlterSystem => "ALTER SYSTEM",
        What::Copy { program: true, .. } => "COPY ... PROGRAM",
        What::CreateOther { kind: ObjectKind::EventTrigger, .. } => "CREATE EVENT TRIGGER",
        What::CreateOther { kind: ObjectKind::Tablespace, .. } => "CREATE TABLESPACE",
        What::CreateFunction(function) if function.language == "c" => "LANGUAGE c",
        _ => return,
    };
    out.at(effect.range, format!("{what} needs a superuser"));
}
