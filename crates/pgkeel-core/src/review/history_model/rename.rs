//! Objects under new names, and what speaks of them.

use std::collections::BTreeMap;

use super::{Model, key_in};
use crate::sql::effect::{ConstraintKind, Name, ObjectKind, TextRange, Uses};

impl Model {
    pub(super) fn rename(&mut self, kind: ObjectKind, on: Option<&Name>, name: &Name, to: &Name) {
        let key = on.map_or_else(|| self.key(name), |on| self.key(on));
        let new = to.last().to_owned();
        match kind {
            ObjectKind::Column => {
                let old = name.last();
                if let Some(table) = self.tables.get_mut(&key) {
                    table.columns.iter_mut().filter(|c| c.name == old).for_each(|c| c.name.clone_from(&new));
                    for constraint in &mut table.constraints {
                        rename_in(&mut constraint.kind, old, &new);
                    }
                }
                // Indexes and views follow a renamed column.
                for index in self.indexes.values_mut().filter(|index| index.table == key) {
                    let definition = &mut index.definition;
                    for element in &mut definition.elements {
                        let named = element.column.iter_mut().chain(&mut element.expression.columns);
                        rename_each(named, old, &new);
                    }
                    let filter = definition.predicate.iter_mut().flat_map(|filter| &mut filter.columns);
                    rename_each(filter.chain(&mut definition.include), old, &new);
                }
                for view in self.views.values_mut() {
                    if view.uses.relations.iter().any(|relation| key_in(relation, None) == key) {
                        let named = view.uses.columns.iter_mut().filter(|column| column.last() == old);
                        named.for_each(|column| {
                            column.parts.pop();
                            column.parts.push(new.clone());
                        });
                    }
                }
            }
            ObjectKind::Constraint => {
                self.constraint_tables.entry(new.clone()).or_default().insert(key.clone());
                let known = self.tables.get_mut(&key).into_iter().flat_map(|table| &mut table.constraints);
                known.filter(|c| c.name == name.last()).for_each(|c| c.name.clone_from(&new));
            }
            ObjectKind::Policy => {
                if let Some((mut policy, origin)) =
                    self.policies.remove(&(key.clone(), name.last().to_owned()))
                {
                    policy.name = to.clone();
                    self.policies.insert((key, new), (policy, origin));
                }
            }
            _ => {
                let moved =
                    format!("{}.{new}", key.split_once('.').map_or("public", |(namespace, _)| namespace));
                self.rekey(&key, &moved);
            }
        }
    }

    pub(super) fn move_to(&mut self, _kind: ObjectKind, name: &Name, to: &Name) {
        let key = self.key(name);
        let moved = format!("{}.{}", to.last(), name.last());
        self.rekey(&key, &moved);
    }

    pub(super) fn rekey(&mut self, old: &str, new: &str) {
        let (namespace, name) = new.split_once('.').unwrap_or(("public", new));
        if let Some(origin) = self.ever.get(old).copied() {
            self.ever.entry(new.to_owned()).or_insert(origin);
        }
        if self.tables.contains_key(old) || self.views.contains_key(old) {
            self.refer(old, new);
        }
        if let Some(mut table) = self.tables.remove(old) {
            name.clone_into(&mut table.name);
            namespace.clone_into(&mut table.namespace);
            self.calls(name, new);
            for constraint in table.constraints.iter().filter(|constraint| constraint.has_index()) {
                self.constraint_tables.entry(constraint.name.clone()).or_default().insert(new.to_owned());
            }
            self.tables.insert(new.to_owned(), table);
            let keys = self.indexed.remove(old).unwrap_or_default();
            for key in &keys {
                if let Some(index) = self.indexes.get_mut(key).filter(|index| index.table == old) {
                    new.clone_into(&mut index.table);
                }
            }
            self.indexed.entry(new.to_owned()).or_default().extend(keys);
            let parts = self.tables.values_mut().filter_map(|part| part.partition_of.as_mut());
            parts.filter(|parent| *parent == old).for_each(|parent| new.clone_into(parent));
            move_to_table(&mut self.triggers, old, new);
            move_to_table(&mut self.policies, old, new);
            move_to_table(&mut self.rules, old, new);
        }
        if let Some(mut view) = self.views.remove(old) {
            new.clone_into(&mut view.name);
            self.views.insert(new.to_owned(), view);
        }
        if let Some(index) = self.indexes.remove(old) {
            self.indexed.entry(index.table.clone()).or_default().insert(new.to_owned());
            self.indexes.insert(new.to_owned(), index);
        }
        if let Some(mut routines) = self.functions.remove(old) {
            for routine in &mut routines {
                new.clone_into(&mut routine.name);
            }
            let called = self.triggers.values_mut().filter_map(|trigger| trigger.function.as_mut());
            called.filter(|function| *function == old).for_each(|function| new.clone_into(function));
            self.functions.insert(new.to_owned(), routines);
        }
        if let Some(known) = self.enums.remove(old) {
            self.enums.insert(new.to_owned(), known);
        }
        if self.others.remove(old) {
            self.others.insert(new.to_owned());
        }
    }
}

impl Model {
    /// What PostgreSQL has read knows a relation by its identity, and follows it to its new name.
    fn refer(&mut self, old: &str, new: &str) {
        let (namespace, last) = new.split_once('.').unwrap_or(("public", new));
        let parts = if namespace == "public" { vec![last] } else { vec![namespace, last] };
        let parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
        self.views.values_mut().for_each(|view| follow(&mut view.uses, old, &parts));
        self.rules.values_mut().for_each(|(uses, _)| follow(uses, old, &parts));
        let parsed = self.functions.values_mut().flatten().filter(|routine| routine.parsed_body);
        parsed.for_each(|routine| follow(&mut routine.uses, old, &parts));
        for constraint in self.tables.values_mut().flat_map(|table| &mut table.constraints) {
            if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
                && key_in(&key.table, None) == old
            {
                key.table.parts.clone_from(&parts);
            }
        }
    }
}

fn follow(uses: &mut Uses, old: &str, parts: &[String]) {
    let is_old = |name: &Name| key_in(name, None) == old;
    let Some(name) = uses.relations.iter().find(|name| is_old(name)).cloned() else { return };
    let aliases = uses.aliases.iter_mut().map(|(_, relation)| relation);
    for relation in uses.relations.iter_mut().chain(aliases).filter(|name| is_old(name)) {
        relation.parts = parts.to_vec();
    }
    // The text still says `old.column`.
    uses.aliases.push((name.last().to_owned(), Name { parts: parts.to_vec(), range: name.range }));
}

/// What is known by table and name stands on the table also under its new name.
fn move_to_table<T>(known: &mut BTreeMap<(String, String), T>, old: &str, new: &str) {
    let keys: Vec<(String, String)> = known.keys().filter(|(on, _)| on == old).cloned().collect();
    for key in keys {
        if let Some(moved) = known.remove(&key) {
            known.insert((new.to_owned(), key.1), moved);
        }
    }
}

pub(super) fn rename_in(kind: &mut ConstraintKind, old: &str, new: &str) {
    let names: Vec<&mut Name> = match kind {
        ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
            columns.iter_mut().collect()
        }
        ConstraintKind::Check(expression) => expression.columns.iter_mut().collect(),
        ConstraintKind::ForeignKey(key) => key.columns.iter_mut().collect(),
        ConstraintKind::Exclude { .. } | ConstraintKind::NotNull { .. } => Vec::new(),
    };
    rename_each(names, old, new);
}

fn rename_each<'a>(names: impl IntoIterator<Item = &'a mut Name>, old: &str, new: &str) {
    for name in names.into_iter().filter(|name| name.last() == old) {
        *name = Name::plain(new, TextRange::default());
    }
}
