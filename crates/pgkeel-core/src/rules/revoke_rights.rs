//! Rule `revoke-rights`: rights are revoked.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "revoke-rights",
    default: off,
    severity: Info,
    topic: Clients,
    title: "Rights are revoked",
    why: "Clients that use them fail at once.",
    instead: "Make sure that nobody uses them any more.",
    aliases: ["squawk:ban-revoke"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if effect.what == What::Revoke {
        out.at(effect.range, "clients that use these rights fail from now on");
    }
}
