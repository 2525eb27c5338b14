//! Rule `create-index-blocking`: an index is built while nobody can write.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, CreateIndex, Effect, Name, TextRange, What};

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
    if index.concurrently || empty || own_view || !context.is_shared(table) {
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
    } else if let Some(name) = index.name.as_ref().filter(|_| !needed_later(context, index)) {
        let at = TextRange::new(index.index_word.end, index.index_word.end);
        let text = context.text();
        let (before, after) = (TextRange::new(0, at.start).of(text), TextRange::new(at.end, text.len()).of(text));
        hit.fix("build it CONCURRENTLY in a migration of its own", vec![(context.whole(), String::new())])
            .then(name.last(), format!("-- pgkeel: transaction=off\n{before} CONCURRENTLY{after};\n"));
    }
}

/// Whether a later statement of the file stands on the index: a constraint that takes it, an upsert that relies on it.
fn needed_later(context: &Context<'_>, index: &CreateIndex) -> bool {
    let later = context.file.up().filter(|(at, _)| *at > context.at);
    let name = index.name.as_ref().map(Name::last).unwrap_or_default();
    let mut effects = later.flat_map(|(_, statement)| &statement.reading.effects);
    effects.any(|effect| match &effect.what {
        What::AddConstraint { constraint, .. } => match &constraint.kind {
            ConstraintKind::Unique { using_index, .. } | ConstraintKind::PrimaryKey { using_index, .. } => using_index.is_some(),
            ConstraintKind::ForeignKey(key) => index.unique && key.table.last() == index.table.last(),
            _ => false,
        },
        What::Insert { table, conflict, .. } => index.unique && *conflict && table.last() == index.table.last(),
        What::Drop { names, .. } => names.iter().any(|dropped| dropped.last() == name),
        What::Rename { name: renamed, .. } => renamed.last() == name || renamed.last() == index.table.last(),
        What::DropColumn { table, .. } | What::AlterColumnType { table, .. } => table.last() == index.table.last(),
        What::DynamicSql | What::Unknown => true,
        _ => false,
    })
}
