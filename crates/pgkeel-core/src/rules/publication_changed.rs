//! Rule `publication-changed`: a publication sends less than before.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, ObjectKind, What};

rule! {
    id: "publication-changed",
    severity: Warning,
    topic: Clients,
    title: "A publication sends less than before",
    why: "Subscribers get nothing more of the tables and operations that a publication no longer has, and nobody tells them.",
    instead: "Stop the subscriptions first, or add to the publication; suppress this when no subscriber is left.",
    aliases: ["squawk:ban-replica-identity"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let changed = match &effect.what {
        What::Drop { kind: ObjectKind::Publication, .. } => true,
        What::AlterOther { kind: ObjectKind::Publication, .. } => {
            let words = context.text().to_lowercase();
            let words: Vec<&str> = words.split_whitespace().collect();
            words.get(3).is_some_and(|word| ["drop", "set"].contains(word))
        }
        _ => return,
    };
    if changed {
        out.at(effect.range, "subscribers get no more of what the publication leaves out");
    }
}
