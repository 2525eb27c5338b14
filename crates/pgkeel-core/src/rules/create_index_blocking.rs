//! Rule `create-index-blocking`: an index is built while nobody can write.

use crate::review::context::{Context, Out};
use super::own_migration::OwnMigration;
use crate::sql::effect::{ConstraintKind, CreateIndex, Effect, Name, ObjectKind, Origin, TextRange, What};
use crate::sql::ident::Ident;

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
    // ON ONLY a partitioned table builds nothing; of another table it says nothing.
    let empty = index.only && (partitioned || known.is_none());
    let only_attaches = partitioned && context.model.is_built_on_partitions(index);
    if index.concurrently || empty || own_view || only_attaches || !context.is_shared(table) {
        return;
    }
    let hit = out.at(effect.range, format!("writes to {table} wait until the index is built")).on(format!("table {table}"));
    if partitioned {
        hit.help("CREATE INDEX CONCURRENTLY on each partition first: then CREATE INDEX on the parent only attaches them");
        return;
    }
    // Within a block it stands in the block's transaction, and nobody knows under which condition.
    if effect.origin == Origin::Do {
        return;
    }
    let chosen = context.model.chosen_name(index);
    let name = index.name.as_ref().map_or(chosen.as_str(), Name::last);
    // A second try of a build that failed must not make a second index. A name that may be taken is left to PostgreSQL.
    let sure = index.name.is_none() && known.is_some_and(|known| known.complete);
    let words = if sure { format!(" CONCURRENTLY {}", Ident(name)) } else { " CONCURRENTLY".to_owned() };
    let place = TextRange::new(index.index_word.end, index.index_word.end);
    let own = OwnMigration { edit: (place, words), is_way_back: &|what| drops(what, name) };
    own.repair(hit, context, "build it CONCURRENTLY", name, !needed_later(context, index, name));
}

/// Whether an effect drops the index, and whether it drops nothing else.
fn drops(what: &What, index: &str) -> Option<bool> {
    let What::Drop { kind: ObjectKind::Index, names, .. } = what else { return None };
    names.iter().any(|name| name.last() == index).then_some(names.len() == 1)
}

/// Whether a later statement stands on the index (a constraint that takes it, an upsert that relies on it), or takes away what
/// it stands on.
fn needed_later(context: &Context<'_>, index: &CreateIndex, name: &str) -> bool {
    let of_table = |table: &Name| table.last() == index.table.last();
    let needs = |effect: &Effect| match &effect.what {
        What::AddConstraint { constraint, .. } => match &constraint.kind {
            ConstraintKind::Unique { using_index, .. } | ConstraintKind::PrimaryKey { using_index, .. } => {
                using_index.as_ref().is_some_and(|used| used.last() == name)
            }
            ConstraintKind::ForeignKey(key) => index.unique && of_table(&key.table),
            _ => false,
        },
        What::Insert { table, conflict, .. } => index.unique && *conflict && of_table(table),
        What::Drop { kind: ObjectKind::Namespace | ObjectKind::Owned, .. } => true,
        What::Drop { names, .. } => names.iter().any(|dropped| dropped.last() == name || of_table(dropped)),
        What::Rename { on, name: renamed, .. } => renamed.last() == name || of_table(renamed) || on.as_ref().is_some_and(of_table),
        What::SetNamespace { name: moved, .. } => of_table(moved),
        What::DropColumn { table, column, .. } | What::AlterColumnType { table, column, .. } => {
            of_table(table) && index.uses_column(column.last())
        }
        _ => false,
    };
    let blind = |effect: &Effect| matches!(effect.what, What::DynamicSql | What::Unknown);
    let mut rest = context.file.up().filter(|(at, _)| *at > context.at).flat_map(|(_, statement)| &statement.reading.effects);
    rest.any(blind) || context.later().any(needs)
}
