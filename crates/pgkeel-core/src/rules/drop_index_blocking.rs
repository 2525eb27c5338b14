//! Rule `drop-index-blocking`: an index is dropped while nobody can read the table.

use crate::review::context::{Context, Out};
use crate::review::history_model::short;
use crate::sql::effect::{Effect, ObjectKind, TextRange, What};

rule! {
    id: "drop-index-blocking",
    severity: Warning,
    topic: Locking,
    title: "An index is dropped while nobody can read the table",
    why: "DROP INDEX takes ACCESS EXCLUSIVE on the table: it waits for every query and every query waits for it.",
    instead: "DROP INDEX CONCURRENTLY, in a migration of its own with `-- pgkeel: transaction=off`.",
    aliases: ["squawk:require-concurrent-index-deletion", "strong_migrations:remove_index", "atlas:PG102", "pgsafe:drop-index-non-concurrent", "pgls:requireConcurrentIndexDeletion", "pgfence:drop-index-not-concurrent", "squawk:ban-drop-index"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::Drop { kind: ObjectKind::Index, names, concurrently: false, .. } = &effect.what else { return };
    for name in names {
        let key = context.model.key(name);
        let known = context.model.indexes.get(&key);
        let table = known.and_then(|index| context.model.tables.get(&index.table));
        let own = context.model.made_in(&key, context.index) || table.is_some_and(|table| table.origin.file == context.index);
        if own {
            continue;
        }
        let of = known.map_or_else(|| "its table".to_owned(), |index| short(&index.table).to_owned());
        let hit = out.at(effect.range, format!("{of} is locked against everything while {name} is dropped")).on(format!("index {name}"));
        if !context.progress.begun && context.file.up().count() == 1 && names.len() == 1 {
            let word = context.text().to_lowercase().find("index").map_or(0, |at| at + "index".len());
            let mut edits = vec![(TextRange::new(word, word), " CONCURRENTLY".to_owned())];
            if !context.file.no_transaction {
                edits.push((TextRange::new(0, 0), "-- pgkeel: transaction=off\n".to_owned()));
            }
            hit.fix("drop it CONCURRENTLY, outside of a transaction", edits);
        }
    }
}
