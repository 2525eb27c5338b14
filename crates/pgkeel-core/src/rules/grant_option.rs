//! Rule `grant-option`: rights that can be passed on.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "grant-option",
    severity: Info,
    topic: Security,
    title: "Rights that can be passed on",
    why: "WITH GRANT OPTION lets the role give the right to anyone; revoking it needs CASCADE.",
    instead: "Grant without it.",
    aliases: [],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if let What::Grant { to, with_option: true, .. } = &effect.what {
        out.at(effect.range, format!("{} may pass these rights on", to.join(", ")));
    }
}
