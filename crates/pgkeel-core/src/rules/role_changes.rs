//! Rule `role-changes`: roles are made or changed.

use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "role-changes",
    severity: Info,
    topic: Security,
    title: "Roles are made or changed",
    why: "Roles belong to the whole server, not to this database: the migration fails where the role exists, and reaches into other databases.",
    instead: "Keep roles in the provisioning of the server.",
    aliases: ["squawk:ban-alter-role-options", "redgate:RG08"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let powers = ["superuser", "bypassrls", "createrole", "replication"];
    match &effect.what {
        What::CreateRole { options, .. } | What::AlterRole { options, .. } => {
            let strong: Vec<&str> = options.iter().map(String::as_str).filter(|option| powers.contains(option)).collect();
            if strong.is_empty() {
                out.at(effect.range, "a role belongs to the whole server, not to this database");
            } else {
                let message = format!("the role gets {} on the whole server", strong.join(", ").to_uppercase());
                out.at(effect.range, message).severity(Severity::Error);
            }
        }
        What::Drop { kind: ObjectKind::Role, names, .. } => {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            out.at(effect.range, format!("the role {} is dropped for the whole server", names.join(", ")));
        }
        _ => {}
    }
}
