//! Rule `drop-index-blocking`: an index is dropped while nobody can read the table.

use crate::review::context::{Context, Out};
use crate::review::history_model::short;
use super::own_migration::{OwnMigration, is_alone};
use crate::sql::effect::{Effect, ObjectKind, Origin, What};

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
        if names.len() > 1 || effect.origin == Origin::Do {
            continue;
        }
        let word = context.text().to_lowercase().find("index").map_or(0, |at| at + "index".len());
        let own = OwnMigration { words: " CONCURRENTLY".to_owned(), at: word, is_way_back: &|_| None };
        if is_alone(context) {
            hit.fix_file("drop it CONCURRENTLY, outside of a transaction", own.in_place(context));
        }
    }
}
