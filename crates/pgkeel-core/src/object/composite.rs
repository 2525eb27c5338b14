//! Composite types that are no table's (`pg_type` with typtype `c`, `pg_class` with relkind `c`).

use serde::{Deserialize, Serialize};

use super::aside::Aside;
use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::{Ident, qualified};

/// One attribute of a composite type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Name.
    pub name: String,
    /// Type, as `format_type` writes it.
    #[serde(rename = "type")]
    pub data_type: String,
    /// A collation other than the type's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Name>,
}

impl Field {
    fn sql(&self) -> String {
        let collation = self.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        format!("{} {}{collation}", Ident(&self.name), self.data_type)
    }
}

/// A composite type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Composite {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Attributes in order.
    pub fields: Vec<Field>,
}

impl Define for Composite {
    fn id(&self) -> Id {
        Id::new(Kind::Composite, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("TYPE", qualified(&self.namespace, &self.name)).owned().granted_as("TYPE")
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let fields: Vec<String> = self.fields.iter().map(|field| format!("    {}", field.sql())).collect();
        let name = qualified(&self.namespace, &self.name);
        if fields.is_empty() {
            return vec![Step::new(format!("CREATE TYPE {name} AS ()"))];
        }
        vec![Step::new(format!("CREATE TYPE {name} AS (\n{}\n)", fields.join(",\n")))]
    }

    fn alter(&self, old: &Self, site: &Site) -> Alteration {
        if old.fields == self.fields {
            return Alteration::Same;
        }
        let kept = |field: &Field| old.fields.iter().find(|other| other.name == field.name);
        let survivors: Vec<&Field> =
            old.fields.iter().filter(|field| self.fields.iter().any(|new| new.name == field.name)).collect();
        let same_order = self.fields.iter().zip(&survivors).all(|(new, old)| new.name == old.name);
        let retyped = self.fields.iter().any(|field| kept(field).is_some_and(|old| old != field));
        // A column of the type pins the types of its attributes (0A000), and ADD puts an attribute last.
        let used = is_stored(self.id(), site.old);
        if !same_order || (retyped && used) {
            return Alteration::Replace;
        }
        let mut clauses = vec![];
        for field in old.fields.iter().filter(|field| !self.fields.iter().any(|new| new.name == field.name)) {
            clauses.push(format!("DROP ATTRIBUTE {} CASCADE", Ident(&field.name)));
        }
        for field in &self.fields {
            match kept(field) {
                Some(old) if old == field => {}
                Some(_) => {
                    let collation = field.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
                    let (name, data_type) = (Ident(&field.name), &field.data_type);
                    clauses.push(format!("ALTER ATTRIBUTE {name} TYPE {data_type}{collation} CASCADE"));
                }
                None => clauses.push(format!("ADD ATTRIBUTE {} CASCADE", field.sql())),
            }
        }
        let name = qualified(&self.namespace, &self.name);
        Alteration::Around(vec![Step::new(format!("ALTER TYPE {name}\n    {}", clauses.join(",\n    ")))], |body| {
            matches!(body.id().kind, Kind::View | Kind::MaterializedView | Kind::Function)
        })
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }

    fn occupies(&self) -> Vec<String> {
        let name = qualified(&self.namespace, &self.name);
        vec![format!("type {name}"), format!("relation {name}")]
    }

    fn set_aside(&self, _site: &Site) -> Option<Aside> {
        Some(Aside::renaming("TYPE", &self.namespace, &self.name))
    }
}

/// Whether a column holds values of the type, by itself or inside another type.
fn is_stored(id: Id, schema: &Schema) -> bool {
    let mut seen = vec![id];
    let mut next = 0;
    while let Some(current) = seen.get(next).cloned() {
        next += 1;
        for user in schema.needs.iter().filter(|(_, needs)| needs.contains(&current)).map(|(user, _)| user) {
            match user.kind {
                Kind::Column => return true,
                Kind::Composite | Kind::Domain | Kind::Range if !seen.contains(user) => seen.push(user.clone()),
                _ => {}
            }
        }
    }
    false
}
