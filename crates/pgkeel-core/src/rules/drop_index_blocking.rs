//! Rule `drop-index-blocking`: an index is dropped while nobody can read the table.

use crate::review::context::{Context, Out};
use crate::review::history_model::short;
use super::own_migration::{OwnMigration, is_alone};
use crate::sql::effect::{ConstraintKind, CreateIndex, Effect, Name, ObjectKind, Origin, TextRange, What};

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
    let What::Drop { kind: ObjectKind::Index, names, concurrently: false, cascade, if_exists, index_word, .. } = &effect.what else { return };
    let dropped: Vec<Dropped<'_>> = names.iter().map(|name| Dropped::of(context, name)).collect();
    let simple = effect.origin == Origin::Statement && !cascade && dropped.iter().all(|index| !index.own && !index.partitioned);
    for index in dropped.iter().filter(|index| !index.own) {
        let name = index.name;
        let of = index.table.map_or_else(|| "its table".to_owned(), |table| short(table).to_owned());
        let hit = out.at(effect.range, format!("{of} is locked against everything while {name} is dropped")).on(format!("index {name}"));
        if index.partitioned {
            hit.help("An index of a partitioned table cannot be dropped CONCURRENTLY: do it with a short lock_timeout");
            continue;
        }
        if !simple {
            continue;
        }
        let stands_in_the_way = |effect: &Effect| dropped.iter().any(|index| index.matters_to(&effect.what));
        let blind = |effect: &Effect| matches!(effect.what, What::DynamicSql | What::Unknown);
        let mut rest = context
            .file
            .up()
            .filter(|(at, _)| *at > context.at)
            .flat_map(|(_, statement)| &statement.reading.effects);
        let may_move = !rest.any(blind) && !context.later().any(stands_in_the_way);
        let word = index_word.end;
        if names.len() == 1 {
            let edit = (TextRange::new(word, word), " CONCURRENTLY".to_owned());
            let own = OwnMigration { edit, is_way_back: &|what| index.is_made_by(what) };
            own.repair(hit, context, "drop it CONCURRENTLY", &format!("drop_{}", name.last()), may_move);
        } else if may_move || is_alone(context) {
            // PostgreSQL drops no two CONCURRENTLY.
            let whole = TextRange::new(0, context.text().len());
            hit.fix("drop them one by one", vec![(whole, one_by_one(names, *if_exists))]);
        }
    }
}

fn one_by_one(names: &[Name], if_exists: bool) -> String {
    let exists = if if_exists { " IF EXISTS" } else { "" };
    let each: Vec<String> = names.iter().map(|name| format!("DROP INDEX{exists} {name}")).collect();
    each.join(";\n")
}

/// An index that a statement drops.
struct Dropped<'a> {
    name: &'a Name,
    /// Its table, when a migration made it.
    table: Option<&'a str>,
    /// Whether the file made it, or its table.
    own: bool,
    partitioned: bool,
    /// What it is, when a migration made it.
    definition: Option<&'a CreateIndex>,
    /// Whether it may forbid rows.
    unique: bool,
}

impl<'a> Dropped<'a> {
    fn of(context: &Context<'a>, name: &'a Name) -> Self {
        let key = context.model.key(name);
        let known = context.model.indexes.get(&key);
        let table = known.and_then(|index| context.model.tables.get(&index.table));
        Self {
            name,
            table: known.map(|index| index.table.as_str()),
            own: context.model.made_in(&key, context.index) || table.is_some_and(|table| table.origin.file == context.index),
            partitioned: table.is_some_and(|table| table.partitioned),
            definition: known.map(|index| &index.definition),
            unique: known.is_none_or(|index| index.definition.unique),
        }
    }

    fn is_named(&self, name: &Name) -> bool {
        name.last() == self.name.last()
    }

    /// Whether it may be on this table.
    fn is_of(&self, table: &Name) -> bool {
        self.table.is_none_or(|own| own.rsplit('.').next() == Some(table.last()))
    }

    /// Whether it may stand on this column.
    fn is_on(&self, column: &Name) -> bool {
        self.definition.is_none_or(|index| index.uses_column(column.last()))
    }

    /// Whether an effect of the way back makes it again.
    fn is_made_by(&self, what: &What) -> Option<bool> {
        let What::CreateIndex(index) = what else { return None };
        index.name.as_ref().is_some_and(|name| self.is_named(name)).then_some(true)
    }

    /// Whether an effect needs the index to be gone, or makes dropping it after that something else.
    fn matters_to(&self, what: &What) -> bool {
        match what {
            What::CreateIndex(index) => index.name.as_ref().map_or(self.is_of(&index.table), |name| self.is_named(name)),
            What::CreateTable(table) => self.is_named(&table.name),
            What::CreateView(view) => self.is_named(&view.name),
            What::CreateTableAs { name, .. } | What::CreateSequence { name, .. } => self.is_named(name),
            What::AddConstraint { table, constraint } => {
                let builds = matches!(
                    constraint.kind,
                    ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. } | ConstraintKind::Exclude { .. }
                );
                builds && self.is_of(table)
            }
            What::Insert { table, .. } | What::Update { table, .. } | What::Merge { table } => self.unique && self.is_of(table),
            What::Copy { table, .. } => self.unique && table.as_ref().is_none_or(|table| self.is_of(table)),
            What::Call { .. } | What::Do { .. } => self.unique,
            What::Drop { kind: ObjectKind::Namespace | ObjectKind::Owned, .. } => true,
            What::Drop { kind: ObjectKind::Table | ObjectKind::ForeignTable, names, .. } => names.iter().any(|name| self.is_of(name)),
            What::Drop { names, .. } => names.iter().any(|name| self.is_named(name)),
            What::Rename { on, name, to, .. } => {
                self.is_named(name) || self.is_named(to) || self.is_of(name) || on.as_ref().is_some_and(|on| self.is_of(on))
            }
            What::SetNamespace { name, .. } => self.is_named(name) || self.is_of(name),
            What::DropColumn { table, column, .. } | What::AlterColumnType { table, column, .. } => self.is_of(table) && self.is_on(column),
            What::DropConstraint { table, .. } => self.unique && self.is_of(table),
            What::AttachPartition { parent, partition } | What::DetachPartition { parent, partition, .. } => {
                self.is_of(parent) || self.is_of(partition)
            }
            _ => false,
        }
    }
}
