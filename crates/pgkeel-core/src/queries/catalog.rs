//! What a query could have meant: the relations, columns and functions that there are.

/// A table, view or other thing with columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The columns in their order.
    pub columns: Vec<String>,
}

/// The names in a database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// Tables, views, materialized views, foreign tables.
    pub relations: Vec<Relation>,
    /// Functions with their argument types: `public.touch(uuid)`.
    pub functions: Vec<String>,
}

impl Catalog {
    /// The relations of that name.
    pub(super) fn named<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Relation> {
        self.relations.iter().filter(move |relation| relation.name == name)
    }
}
