//! Rule `fk-without-index`: a foreign key without an index.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::review::context::{Hit, Out, ProjectContext};
use crate::review::history_model::{Model, Table};
use crate::review::layout::OUTSIDE_TRANSACTION;
use crate::review::source::File;
use crate::sql::effect::{Effect, Name, TextRange, What};
use crate::sql::given_name::{free, of_keys};
use crate::sql::ident::{Ident, qualified};

rule! {
    id: "fk-without-index",
    severity: Warning,
    topic: Design,
    title: "A foreign key without an index",
    why: "Every delete of a referenced row, and every update of its key, reads the whole referencing table; so do joins from the other side.",
    instead: "CREATE INDEX on the referencing columns (CONCURRENTLY on an existing table).",
    aliases: ["eugene:E15", "pgsafe:fk-without-covering-index", "pgfence:fk-missing-index", "splinter:0001", "pglinter:B003", "pg-index-health:foreign_keys_without_index"],
    check: Project(check),
}

fn check(context: &ProjectContext<'_>, out: &mut Out<'_>) {
    let mut renamed = None;
    let names = Names::of(context.model);
    for (key, table) in &context.model.tables {
        for constraint in &table.constraints {
            let Some(foreign) = constraint.foreign_key() else { continue };
            let columns: Vec<&str> = foreign.columns.iter().map(Name::last).collect();
            if table.temporary || context.model.covered(key, &columns) {
                continue;
            }
            let message = format!("{}({}) refers to {} and has no index", table.name, columns.join(", "), foreign.table);
            let Some(file) = context.files.get(constraint.origin.file) else { continue };
            let statement = file.statements.get(constraint.origin.statement);
            // The reference itself, within the statement that wrote it.
            let start = statement.map_or(constraint.origin.range.start, |statement| statement.range.start);
            let hit = out.in_file(constraint.origin.file, foreign.reference.shifted(start), message).on(format!("table {}", table.name));
            let index = Wanted::of(context, &names, key, table, &columns);
            // There it goes by the names it has in that file.
            let renamed = renamed.get_or_insert_with(|| renamed_to(context));
            let same_names = !columns.iter().any(|column| renamed.contains(column)) && !renamed.contains(table.name.as_str());
            match statement.filter(|_| table.origin.file == constraint.origin.file && same_names) {
                Some(statement) => {
                    hit.fix_file("add the index", vec![behind(file, statement.range.end, &index.sql(""))]);
                }
                None => index.later(hit),
            }
        }
    }
}

/// The edit that puts a statement behind the one that ends there, and its semicolon when there is one.
fn behind(file: &File, end: usize, sql: &str) -> (TextRange, String) {
    let rest = file.text.get(end..).unwrap_or_default();
    let semicolon = rest.trim_start().starts_with(';');
    let place = if semicolon { end + rest.find(';').unwrap_or(0) + 1 } else { end };
    let before = if semicolon { "" } else { ";" };
    (TextRange::new(place, place), format!("{before}\n{sql};"))
}

/// The names that some statement gives to what had another.
fn renamed_to<'a>(context: &ProjectContext<'a>) -> BTreeSet<&'a str> {
    let statements = context.files.iter().flat_map(File::up).flat_map(|(_, statement)| &statement.reading.effects);
    let name = |effect: &'a Effect| match &effect.what {
        What::Rename { to, .. } => Some(to.last()),
        What::SetNamespace { name, .. } => Some(name.last()),
        _ => None,
    };
    statements.filter_map(name).collect()
}

/// The index that is missing.
#[derive(Clone)]
struct Wanted<'a> {
    context: &'a ProjectContext<'a>,
    names: &'a Names<'a>,
    /// The table's key.
    key: &'a str,
    table: &'a Table,
    name: String,
    columns: String,
    /// What the columns add to its name.
    addition: String,
}

impl<'a> Wanted<'a> {
    fn of(context: &'a ProjectContext<'a>, names: &'a Names<'a>, key: &'a str, table: &'a Table, columns: &[&str]) -> Self {
        let list = columns.iter().map(|column| Ident(column).to_string()).collect::<Vec<_>>().join(", ");
        let addition = of_keys(columns.iter().copied().map(Some));
        let name = names.give(table, &list, &addition);
        Self { context, names, key, table, name, columns: list, addition }
    }

    fn sql(&self, word: &str) -> String {
        format!("CREATE INDEX{word} {} ON {} ({})", Ident(&self.name), reached(self.table), self.columns)
    }

    /// Others use the table: the index is built without a lock, in a migration behind all others.
    fn later(self, hit: Hit<'_>) {
        if !self.table.partitioned {
            hit.fix_file("add the index in a migration of its own", Vec::new()).then(
                &self.name,
                self.migration(),
                Some(self.way_back("")),
            );
            return;
        }
        // PostgreSQL builds none CONCURRENTLY on a partitioned table; one that all partitions have is only attached.
        let leaves = self.context.model.leaves(self.key);
        if leaves.is_empty() || leaves.len() > MANY {
            hit.sql("add the index, after one like it CONCURRENTLY on each partition", format!("{};", self.sql("")));
            return;
        }
        let mut hit = hit.fix_file("add the index in migrations of its own", Vec::new());
        for leaf in leaves {
            let leaf = Self { name: self.names.give(leaf, &self.columns, &self.addition), table: leaf, ..self.clone() };
            hit = hit.then(&leaf.name, leaf.migration(), Some(leaf.way_back(" IF EXISTS")));
        }
        // What the partitions have goes with it, so theirs find nothing.
        let back = format!("DROP INDEX {};\n", reached_as(self.table, &self.name));
        hit.then(&self.name, format!("{};\n", self.sql("")), Some(back));
    }

    fn migration(&self) -> String {
        format!("{OUTSIDE_TRANSACTION}{};\n", self.sql(" CONCURRENTLY"))
    }

    fn way_back(&self, exists: &str) -> String {
        let index = reached_as(self.table, &self.name);
        format!("{OUTSIDE_TRANSACTION}DROP INDEX CONCURRENTLY{exists} {index};\n")
    }
}

/// From this many partitions on nobody wants a file for each.
const MANY: usize = 12;

/// The names that are free for an index: what one repair gets, the next one does not.
struct Names<'a> {
    model: &'a Model,
    /// Namespace and name of what constraints and earlier repairs have; `None` until somebody asks.
    taken: RefCell<Option<BTreeSet<(String, String)>>>,
    /// By table and columns, the names that were given: two keys of the same columns want one index.
    given: RefCell<BTreeMap<(String, String), String>>,
}

impl<'a> Names<'a> {
    fn of(model: &'a Model) -> Self {
        Self { model, taken: RefCell::default(), given: RefCell::default() }
    }

    fn give(&self, table: &Table, columns: &str, addition: &str) -> String {
        let wanted = (table.key(), columns.to_owned());
        if let Some(name) = self.given.borrow().get(&wanted) {
            return name.clone();
        }
        let mut taken = self.taken.borrow_mut();
        let owned = |(namespace, name): (&str, &str)| (namespace.to_owned(), name.to_owned());
        let taken = taken.get_or_insert_with(|| self.model.constraint_indexes().map(owned).collect());
        let namespace = table.namespace.as_str();
        let name = free(&table.name, Some(addition), "idx", &|name| {
            taken.contains(&owned((namespace, name))) || self.model.exists(&format!("{namespace}.{name}"))
        });
        taken.insert(owned((namespace, &name)));
        self.given.borrow_mut().insert(wanted, name.clone());
        name
    }
}

/// A table's name without any `search_path`.
fn reached(table: &Table) -> String {
    reached_as(table, &table.name)
}

fn reached_as(table: &Table, name: &str) -> String {
    if table.namespace == "public" { Ident(name).to_string() } else { qualified(&table.namespace, name) }
}
