//! Rule `needs-newer-server`: syntax that the oldest server does not know.

use crate::review::context::{Context, Out};
use crate::sql::effect::What;
use crate::sql::newer_syntax::newer_than;

rule! {
    id: "needs-newer-server",
    severity: Error,
    topic: Correctness,
    title: "Syntax that the oldest server does not know",
    why: "The project says which PostgreSQL its migrations must work on; this needs a newer one.",
    instead: "Write it in a way the oldest server understands, or raise `server` in pgkeel.toml.",
    aliases: [],
    check: Statement(check),
}

fn check(context: &Context<'_>, out: &mut Out<'_>) {
    let Some(oldest) = context.settings.server_major else { return };
    let own = |function: &str| {
        let here = context.effects().any(|effect| matches!(&effect.what, What::CreateFunction(made) if made.name.last() == function));
        here || context.model.functions.keys().any(|key| key.rsplit('.').next() == Some(function))
    };
    let functions = &context.statement.reading.uses.functions;
    for (needed, what, place) in newer_than(oldest, context.text(), functions, &own) {
        out.at(place, format!("{what} needs PostgreSQL {needed}"));
    }
}
