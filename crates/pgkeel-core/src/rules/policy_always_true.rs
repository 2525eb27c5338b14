//! Rule `policy-always-true`: a policy that lets everything through.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "policy-always-true",
    severity: Warning,
    topic: Security,
    title: "A policy that lets everything through",
    why: "USING (true) or WITH CHECK (true) keeps nothing apart.",
    instead: "Name the condition; for a role that may do everything, BYPASSRLS or a policy TO that role.",
    aliases: ["splinter:0024"],
    check: Effect(check),
}

fn check(_context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let (What::CreatePolicy(policy) | What::AlterPolicy(policy)) = &effect.what else { return };
    let open = policy.using.iter().chain(&policy.check).find(|condition| condition.always_true);
    if let Some(condition) = open.filter(|_| !policy.restrictive && policy.command != "select") {
        out.at(condition.range, format!("{} lets every row of {} through", policy.name, policy.table)).on(format!("policy {} on {}", policy.name, policy.table));
    }
}
