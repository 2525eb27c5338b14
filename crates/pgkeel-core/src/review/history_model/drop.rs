//! What goes with a dropped object.

use super::{Model, Origin, key_in};
use crate::sql::effect::{Name, ObjectKind, TextRange};

impl Model {
    pub(super) fn drop(&mut self, kind: ObjectKind, names: &[Name], on: Option<&Name>, origin: Origin) {
        for name in names {
            let key = self.key(name);
            self.dropped.insert(key.clone(), origin);
            match kind {
                ObjectKind::Table | ObjectKind::ForeignTable => {
                    self.tables.remove(&key);
                    self.drop_indexes_of(&key);
                    self.policies.retain(|(table, _), _| *table != key);
                    self.rules.retain(|(table, _), _| *table != key);
                    self.triggers.retain(|(table, _), _| *table != key);
                }
                ObjectKind::View | ObjectKind::MaterializedView => {
                    self.views.remove(&key);
                    self.drop_indexes_of(&key);
                    self.triggers.retain(|(table, _), _| *table != key);
                }
                ObjectKind::Index => {
                    self.indexes.remove(&key);
                }
                ObjectKind::Function
                | ObjectKind::Procedure
                | ObjectKind::Routine
                | ObjectKind::Aggregate => {
                    self.functions.remove(&key);
                }
                ObjectKind::Trigger => {
                    let table = on.map(|on| self.key(on)).unwrap_or_default();
                    self.triggers.remove(&(table, name.last().to_owned()));
                }
                ObjectKind::Rule => {
                    let table = on.map(|on| self.key(on)).unwrap_or_default();
                    self.rules.remove(&(table, name.last().to_owned()));
                }
                ObjectKind::Policy => {
                    let table = on.map(|on| self.key(on)).unwrap_or_default();
                    self.policies.remove(&(table, name.last().to_owned()));
                }
                ObjectKind::Extension => {
                    self.extensions.remove(name.last());
                }
                ObjectKind::Namespace => {
                    let prefix = format!("{}.", name.last());
                    self.tables.retain(|key, _| !key.starts_with(&prefix));
                    self.views.retain(|key, _| !key.starts_with(&prefix));
                    self.functions.retain(|key, _| !key.starts_with(&prefix));
                    self.namespaces.remove(name.last());
                }
                _ => {
                    self.enums.remove(&key);
                    self.domains.remove(&key);
                    self.others.remove(&key);
                }
            }
        }
    }

    fn drop_indexes_of(&mut self, table: &str) {
        for key in self.indexed.remove(table).into_iter().flatten() {
            if self.indexes.get(&key).is_some_and(|index| index.table == table) {
                self.indexes.remove(&key);
            }
        }
    }

    /// What goes along with a dropped object.
    pub(super) fn cascade(&mut self, kind: ObjectKind, key: &str, origin: Origin) {
        match kind {
            ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::ForeignTable => {
                let views: Vec<(String, bool)> =
                    self.views_on(key).map(|view| (view.name.clone(), view.materialized)).collect();
                for (view, materialized) in views {
                    let kind = if materialized { ObjectKind::MaterializedView } else { ObjectKind::View };
                    let parts = view.split('.').map(str::to_owned).collect();
                    self.drop(kind, &[Name { parts, range: TextRange::default() }], None, origin);
                    self.cascade(kind, &view, origin);
                }
                for table in self.tables.values_mut() {
                    table.constraints.retain(|constraint| {
                        constraint.foreign_key().is_none_or(|foreign| key_in(&foreign.table, None) != key)
                    });
                }
            }
            ObjectKind::Function | ObjectKind::Routine => {
                self.triggers.retain(|_, trigger| trigger.function.as_deref() != Some(key));
            }
            _ => {}
        }
    }
}
