//! Rule `cannot-run-in-transaction`: a statement that PostgreSQL refuses in a transaction.

use crate::finding::Severity;
use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, What};

rule! {
    id: "cannot-run-in-transaction",
    severity: Error,
    topic: Transactions,
    title: "A statement that PostgreSQL refuses in a transaction",
    why: "CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE, ALTER SYSTEM and their like fail with 25001 inside BEGIN, inside the transaction a runner wraps around the file, and inside a text of several statements sent at once.",
    instead: "Put it alone into a migration that says `-- pgkeel: transaction=off`, without BEGIN.",
    aliases: ["squawk:ban-concurrent-index-creation-in-transaction", "atlas:PG103", "atlas:TX101", "pgsafe:concurrently-in-transaction", "pgls:banConcurrentIndexCreationInTransaction", "pgfence:concurrent-in-transaction", "strong_migrations:add_index_in_transaction"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    if !crate::sql::effect::refuses_transaction(&effect.what) {
        return;
    }
    let inside = effect.origin == crate::sql::effect::Origin::Do;
    let others = || context.file.up().filter(|(_, statement)| statement.reading.effects.iter().any(matters)).count() > 1;
    let wrapped = context.settings.assume_transaction && !context.file.no_transaction && others();
    if inside {
        out.at(effect.range, "this cannot run inside a DO block: PostgreSQL refuses it there (25001)");
    } else if context.progress.begun {
        out.at(effect.range, "this cannot run inside BEGIN ... COMMIT: PostgreSQL refuses it there (25001)");
    } else if wrapped {
        let message = "with this in it, the file runs statement by statement and can stop half-way; runners that wrap it \
                       in one transaction fail (25001)";
        out.at(effect.range, message).severity(Severity::Warning);
    }
}

fn matters(effect: &Effect) -> bool {
    !matches!(effect.what, What::Set { .. } | What::Reset { .. } | What::Transaction(_))
}
