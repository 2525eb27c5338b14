//! What a table is called in the names of columns that refer to it: `customer`, of `Customers`, `customer` and `CUSTOMER`.

use super::{Model, Table};

/// Lower case without underscores.
pub fn squeezed(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// The singular of an English plural, as far as table names go.
pub fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for suffix in ["sses", "shes", "ches", "xes"] {
        if name.ends_with(suffix) {
            return name.strip_suffix("es").unwrap_or(name).to_owned();
        }
    }
    if name.ends_with("ss") {
        return name.to_owned();
    }
    name.strip_suffix('s').unwrap_or(name).to_owned()
}

impl Model {
    /// Remembers what a table is called.
    pub(super) fn calls(&mut self, table: &str, key: &str) {
        let name = squeezed(table);
        for called in [singular(&name), name] {
            self.called.entry(called).or_default().insert(key.to_owned());
        }
    }

    /// The tables whose name, or its singular, is this one, squeezed.
    pub fn tables_called<'a, 's>(&'a self, stem: &'s str) -> impl Iterator<Item = &'a Table> + use<'a, 's> {
        let known = self.called.get(stem).into_iter().flatten().filter_map(|key| self.tables.get(key));
        known.filter(move |table| {
            let name = squeezed(&table.name);
            name == stem || singular(&name) == stem
        })
    }
}
