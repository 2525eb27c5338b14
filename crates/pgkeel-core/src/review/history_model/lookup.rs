//! Questions about the model.

use std::collections::{BTreeMap, BTreeSet};

use super::{Index, Model, Routine, Table, TableColumn, View, key_in};
use crate::sql::effect::{ConstraintKind, CreateIndex, Name, TypeName, Uses};
use crate::sql::given_name::{free, of_keys};

impl Model {
    /// The key of a name as a statement at this point would resolve it.
    pub fn key(&self, name: &Name) -> String {
        key_in(name, self.search_path.as_deref())
    }

    /// A table by the name a statement uses.
    pub fn table(&self, name: &Name) -> Option<&Table> {
        self.tables.get(&self.key(name))
    }

    /// The tables that a file made, by name.
    pub fn tables_of(&self, file: usize) -> Vec<&Table> {
        self.tables.values().filter(|table| table.origin.file == file).collect()
    }

    /// How many characters a type holds, also when it is a domain over such a type.
    pub fn length(&self, of: &TypeName) -> Option<i64> {
        if let Some(length) = of.length() {
            return Some(length);
        }
        self.domain(of)?.1.length()
    }

    /// Whether a type is a domain: whether that has a constraint, and its base type.
    pub fn domain(&self, of: &TypeName) -> Option<&(bool, TypeName)> {
        let namespace = of.namespace.as_deref().or(self.search_path.as_deref()).unwrap_or("public");
        self.domains.get(&format!("{namespace}.{}", of.name)).filter(|_| !of.array)
    }

    /// A column by table and name.
    pub fn column(&self, table: &Name, column: &str) -> Option<&TableColumn> {
        self.table(table)?.column(column)
    }

    /// The indexes of a table.
    pub fn indexes_of<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a Index> {
        let keys = self.indexed.get(table).into_iter().flatten();
        keys.filter_map(|key| self.indexes.get(key)).filter(move |index| index.table == table)
    }

    /// Whether something of that name exists: a relation, type, function.
    pub fn exists(&self, key: &str) -> bool {
        self.tables.contains_key(key)
            || self.views.contains_key(key)
            || self.functions.contains_key(key)
            || self.enums.contains_key(key)
            || self.domains.contains_key(key)
            || self.others.contains(key)
            || self.indexes.contains_key(key)
    }

    /// The tables that hold the rows of a partitioned one, at any depth; none when no migration makes a partition.
    pub fn leaves(&self, table: &str) -> Vec<&Table> {
        self.beneath(table).into_values().filter(|part| !part.partitioned).collect()
    }

    /// A table, the one that it is a partition of, and so on.
    pub(super) fn above<'a>(&'a self, table: &'a str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut next = Some(table);
        while let Some(key) = next.filter(|key| found.insert(*key)) {
            next = self.tables.get(key).and_then(|table| table.partition_of.as_deref());
        }
        found
    }

    /// The partitions of a table, their partitions and so on, by key. Files can say anything, so circles are thought of.
    fn beneath(&self, table: &str) -> BTreeMap<String, &Table> {
        let mut parents: BTreeMap<&str, Vec<(&String, &Table)>> = BTreeMap::new();
        for (key, part) in &self.tables {
            if let Some(parent) = &part.partition_of {
                parents.entry(parent).or_default().push((key, part));
            }
        }
        let mut found: BTreeMap<String, &Table> = BTreeMap::new();
        let mut next = vec![table];
        while let Some(parent) = next.pop() {
            for (key, part) in parents.get(parent).into_iter().flatten() {
                if found.insert((*key).clone(), part).is_none() {
                    next.push(key);
                }
            }
        }
        found
    }

    /// Whether every partition has the index already, so that the parent's only takes them.
    pub fn is_built_on_partitions(&self, index: &CreateIndex) -> bool {
        let leaves = self.leaves(&self.key(&index.table));
        let has = |leaf: &&Table| self.indexes_of(&leaf.key()).any(|own| own.definition.serves_as(index));
        !leaves.is_empty() && leaves.iter().all(has)
    }

    /// The name that PostgreSQL gives to an index without one.
    pub fn chosen_name(&self, index: &CreateIndex) -> String {
        let table = self.key(&index.table);
        let namespace = table.split_once('.').map_or("public", |(namespace, _)| namespace);
        let keys = index.elements.iter().map(|element| element.label.as_deref());
        let addition = of_keys(keys.chain(index.include.iter().map(|column| Some(column.last()))));
        free(index.table.last(), Some(&addition), "idx", &|name| self.is_relation(namespace, name))
    }

    /// Whether a relation has this name, as far as the migrations tell: indexes of constraints count.
    pub fn is_relation(&self, namespace: &str, name: &str) -> bool {
        let tables = self.constraint_tables.get(name).into_iter().flatten();
        let of_constraint = tables.filter_map(|key| self.tables.get(key)).any(|table| {
            let mut indexed = table.constraints.iter().filter(|constraint| constraint.has_index());
            table.namespace == namespace && indexed.any(|constraint| constraint.name == name)
        });
        of_constraint || self.exists(&format!("{namespace}.{name}"))
    }

    /// The indexes that stand behind constraints: namespace and name.
    pub fn constraint_indexes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tables.values().flat_map(move |table| {
            let indexes = table.constraints.iter().filter(|constraint| constraint.has_index());
            indexes.map(|constraint| (table.namespace.as_str(), constraint.name.as_str()))
        })
    }

    /// Whether something of that name exists and was made by this file.
    pub fn made_in(&self, key: &str, file: usize) -> bool {
        self.exists(key) && self.ever.get(key).is_some_and(|origin| origin.file == file)
    }

    /// The views whose query reads a table (or view), by its key.
    pub fn views_on<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a View> {
        self.views.values().filter(move |view| {
            view.name != key && view.uses.relations.iter().any(|name| key_in(name, None) == key)
        })
    }

    /// The views that use a column of a table, and the views on those, nearest first.
    ///
    /// A column without its table is counted only when no other relation of the view can have it; a `*` stands for the
    /// columns that were there when the view was made.
    pub fn views_using<'a>(&'a self, table: &'a str, column: &str) -> Vec<&'a View> {
        let mut found: Vec<&View> =
            self.views_on(table).filter(|view| self.uses_column(view, table, column)).collect();
        let mut at = 0;
        while let Some(view) = found.get(at) {
            let above: Vec<&View> = self
                .views_on(&view.name)
                .filter(|upper| found.iter().all(|v| v.name != upper.name))
                .collect();
            found.extend(above);
            at += 1;
        }
        found
    }

    fn uses_column(&self, view: &View, table: &str, column: &str) -> bool {
        let names = names_of(&view.uses, table);
        let by_name = self.names_column(&view.uses, table, column, &|qualifier| names.contains(&qualifier));
        let known = self.tables.get(table).and_then(|table| table.column(column));
        let in_star = known.is_none_or(|column| column.origin.order < view.origin.order);
        let alone = view.uses.relations.iter().all(|name| key_in(name, None) == table);
        let starred = view.uses.stars.iter().any(|star| match star {
            Some(qualifier) => names.contains(&qualifier.as_str()),
            None => alone,
        });
        by_name || starred && in_star
    }

    /// Whether the body of a function names a column of a table. `NEW` and `OLD` are rows of the tables on which it is a
    /// trigger; a qualifier that is nobody's alias is taken for the table's. A bare column is one of the relations of its own
    /// statement.
    pub fn body_uses_column(&self, routine: &Routine, table: &str, column: &str) -> bool {
        let uses = &routine.uses;
        let reads = |uses: &Uses| uses.relations.iter().any(|name| key_in(name, None) == table);
        let is_trigger_of = || {
            let mut triggers = self.triggers.iter();
            triggers.any(|((on, _), trigger)| on == table && trigger.function.as_ref() == Some(&routine.name))
        };
        let named_by = |row: &dyn Fn(&str) -> bool| {
            let mut named = uses.columns.iter().filter(|name| name.last() == column);
            named.any(|name| name.namespace().is_some_and(row))
        };
        if named_by(&|qualifier| matches!(qualifier, "new" | "old") && is_trigger_of()) {
            return true;
        }
        if !reads(uses) {
            return false;
        }
        let names = names_of(uses, table);
        let is_other = |qualifier: &str| {
            uses.aliases.iter().any(|(alias, _)| alias == qualifier)
                || uses.relations.iter().any(|name| name.last() == qualifier)
        };
        let is_row = |qualifier: &str| {
            !matches!(qualifier, "new" | "old") && (names.contains(&qualifier) || !is_other(qualifier))
        };
        let parts = if uses.parts.is_empty() { std::slice::from_ref(uses) } else { uses.parts.as_slice() };
        named_by(&is_row)
            || parts.iter().any(|part| reads(part) && self.names_column(part, table, column, &|_| false))
    }

    /// Whether a rule on the relation `on` uses a column: `NEW` and `OLD` are its rows, and its actions read other tables.
    pub fn rule_uses_column(&self, on: &str, uses: &Uses, table: &str, column: &str) -> bool {
        let is_row = |qualifier: &str| matches!(qualifier, "new" | "old");
        let mut same = uses.columns.iter().filter(|name| name.last() == column);
        let of_row = same.any(|name| name.namespace().is_some_and(is_row));
        let names = names_of(uses, table);
        let is_table = |qualifier: &str| !is_row(qualifier) && names.contains(&qualifier);
        let reads = || uses.relations.iter().any(|name| key_in(name, None) == table);
        on == table && of_row || reads() && self.names_column(uses, table, column, &is_table)
    }

    /// Whether a column of this name is named, and is the table's: its qualifier says so, or no other relation there has one.
    fn names_column(&self, uses: &Uses, table: &str, column: &str, is_table: &dyn Fn(&str) -> bool) -> bool {
        let others = uses.relations.iter().map(|name| key_in(name, None)).filter(|key| key != table);
        let elsewhere =
            |key: String| self.tables.get(&key).is_none_or(|other| other.column(column).is_some());
        let alone = !others.into_iter().any(elsewhere);
        let mut named = uses.columns.iter().filter(|name| name.last() == column);
        named.any(|name| name.namespace().map_or(alone, is_table))
    }

    /// Whether a set of columns is covered by an index, a primary key or a unique constraint: its first columns, in any
    /// order, are these, and it has no predicate.
    pub fn covered(&self, table: &str, columns: &[&str]) -> bool {
        let leads = |key: &[&str]| {
            key.len() >= columns.len()
                && columns.iter().all(|column| key.iter().take(columns.len()).any(|k| k == column))
        };
        let by_index = self.indexes_of(table).any(|index| {
            let keys: Vec<&str> = index
                .definition
                .elements
                .iter()
                .map_while(|element| element.column.as_ref())
                .map(Name::last)
                .collect();
            // What is looked up is never NULL, so an index of all that is not NULL serves.
            let complete = index.definition.predicate.as_ref().is_none_or(|predicate| {
                let words: Vec<String> = predicate.text.split_whitespace().map(str::to_lowercase).collect();
                let [_, is, not, null] = words.as_slice() else { return false };
                (is, not, null) == (&"is".to_owned(), &"not".to_owned(), &"null".to_owned())
                    && predicate.columns.iter().all(|column| columns.contains(&column.last()))
            });
            // Only these methods find one row by equality.
            let finds = ["btree", "hash"].contains(&index.definition.method.as_str());
            finds && complete && leads(&keys)
        });
        let constraints = self.tables.get(table).into_iter().flat_map(|table| &table.constraints);
        by_index
            || constraints.into_iter().any(|constraint| match &constraint.kind {
                ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                    leads(&columns.iter().map(Name::last).collect::<Vec<_>>())
                }
                _ => false,
            })
    }
}

/// The names that a table goes by: its aliases, and its own.
fn names_of<'a>(uses: &'a Uses, table: &'a str) -> Vec<&'a str> {
    let aliases = uses.aliases.iter().filter(|(_, relation)| key_in(relation, None) == table);
    let own = table.rsplit('.').next().unwrap_or(table);
    aliases.map(|(alias, _)| alias.as_str()).chain([own]).collect()
}

impl Table {
    /// `namespace.name`.
    pub fn key(&self) -> String {
        format!("{}.{}", self.namespace, self.name)
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns of the primary key; empty without one.
    pub fn primary_key(&self) -> Vec<&str> {
        let keys = self.constraints.iter().find_map(|constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } => Some(columns),
            _ => None,
        });
        keys.into_iter().flatten().map(Name::last).collect()
    }
}
