//! Rule `grant-to-public`: rights for everyone.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "grant-to-public",
    severity: Warning,
    topic: Security,
    title: "Rights for everyone",
    why: "PUBLIC is every role, also those made later.",
    instead: "Grant to a role that only the right clients have.",
    aliases: ["flyway:RX005", "redgate:RG07"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Grant { privileges, to, .. } = &effect.what else { return };
    let harmless = privileges.iter().all(|privilege| privilege == "usage" || privilege == "connect");
    if to.iter().any(|role| role == "public") && !harmless {
        out.at(effect.range, format!("every role gets {}", privileges.join(", ").to_uppercase()));
    }
}
