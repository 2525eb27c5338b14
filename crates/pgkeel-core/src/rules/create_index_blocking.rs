//! Rule `create-index-blocking`: an index is built while nobody can write.

use crate::review::context::{Context, Out};
use crate::sql::effect::{Effect, TextRange, What};

rule! {
    id: "create-index-blocking",
    severity: Error,
    topic: Locking,
    title: "An index is built while nobody can write",
    why: "CREATE INDEX takes SHARE: every insert, update and delete of the table waits until the index is built.",
    instead: "CREATE INDEX CONCURRENTLY, in a migration of its own with `-- pgkeel: transaction=off`.",
    aliases: ["squawk:require-concurrent-index-creation", "eugene:E6", "strong_migrations:add_index", "atlas:PG101", "pgsafe:add-index-non-concurrent", "pgls:requireConcurrentIndexCreation", "pgfence:create-index-not-concurrent", "strong_migrations:add_reference"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateIndex(index) = &effect.what else { return };
    let table = &index.table;
    let known = context.model.table(table);
    let partitioned = known.is_some_and(|table| table.partitioned);
    let view = context.model.views.get(&context.model.key(table));
    let own_view = view.is_some_and(|view| view.origin.file == context.index);
    if index.concurrently || index.only || own_view || !context.is_shared(table) {
        return;
    }
    let hit = out.at(effect.range, format!("writes to {table} wait until the index is built")).on(format!("table {table}"));
    if partitioned {
        hit.help("CREATE INDEX ON ONLY the parent, CREATE INDEX CONCURRENTLY on each partition, then ALTER INDEX ... ATTACH PARTITION");
    } else if !context.progress.begun && context.file.up().count() == 1 {
        let mut edits = vec![(TextRange::new(index.index_word.end, index.index_word.end), " CONCURRENTLY".to_owned())];
        if !context.file.no_transaction {
            edits.push((TextRange::new(0, 0), "-- pgkeel: transaction=off\n".to_owned()));
        }
        hit.fix("build it CONCURRENTLY, outside of a transaction", edits);
    }
}
