//! Objects under new names, and what speaks of them.

use super::{Model, key_in};
use crate::sql::effect::{ConstraintKind, Name, ObjectKind, TextRange};

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
                    for element in &mut index.definition.elements {
                        let named = element.column.iter_mut().chain(&mut element.expression.columns);
                        rename_each(named, old, &new);
                    }
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
        }
        if let Some(mut view) = self.views.remove(old) {
            new.clone_into(&mut view.name);
            self.views.insert(new.to_owned(), view);
        }
        if let Some(index) = self.indexes.remove(old) {
            self.indexed.entry(index.table.clone()).or_default().insert(new.to_owned());
            self.indexes.insert(new.to_owned(), index);
        }
        if let Some(routines) = self.functions.remove(old) {
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
