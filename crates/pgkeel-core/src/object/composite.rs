//! Composite types that are no table's (`pg_type` with typtype `c`, `pg_class` with relkind `c`).

use serde::{Deserialize, Serialize};

use super::aside::Aside;
use super::column::Column;
use super::{Alteration, Body, Define, Kind, Site, Target};
use crate::conversion::Conversion;
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
        if self.is_made_anew(old, site) {
            return Alteration::Replace;
        }
        let kept = |field: &Field| old.fields.iter().find(|other| other.name == field.name);
        let used = is_stored(self.id(), site.old);
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
        let step = Step::new(format!("ALTER TYPE {name}\n    {}", clauses.join(",\n    ")));
        let step = if used || tables_of(&self.id(), site.old).next().is_some() { self.told(step, old, site) } else { step };
        Alteration::Around(vec![step], |body| {
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

    /// Tables of the type belong to none meanwhile: their columns change by themselves.
    fn set_aside(&self, site: &Site) -> Option<Aside> {
        let mut aside = Aside::renaming("TYPE", &self.namespace, &self.name);
        let name = qualified(&self.namespace, &self.name);
        for table in tables_of(&self.id(), site.old) {
            if site.created.contains(table) || !tables_of(&self.id(), site.new).any(|other| other == table) {
                continue;
            }
            let Some(target) = site.new.body(table).map(Body::target) else { continue };
            let step = |clause: &str| {
                let sql = format!("ALTER TABLE {} {clause}", target.reference);
                Step { cause: table.to_string(), ..Step::new(sql) }
            };
            aside.before.insert(0, step("NOT OF"));
            aside.after.insert(0, step(&format!("OF {name}")));
        }
        Some(aside)
    }
}

impl Composite {
    /// Whether the attributes that stay keep their order, and all others come behind them.
    pub fn keeps_the_order_of(&self, old: &Self) -> bool {
        let survivors = old.fields.iter().filter(|field| self.fields.iter().any(|new| new.name == field.name));
        self.fields.iter().zip(survivors).all(|(new, old)| new.name == old.name)
    }

    /// Whether no change in place leads to it: a column of the type pins the types of its attributes (0A000), and ADD puts an
    /// attribute last.
    pub fn is_made_anew(&self, old: &Self, site: &Site) -> bool {
        let kept = |field: &Field| old.fields.iter().find(|other| other.name == field.name);
        let retyped = self.fields.iter().any(|field| kept(field).is_some_and(|old| old != field));
        !self.keeps_the_order_of(old) || (retyped && is_stored(self.id(), site.old))
    }

    /// What a change in place means for the rows of the tables that are of the type.
    fn told(&self, step: Step, old: &Self, site: &Site) -> Step {
        let (mut cut, mut refused) = (lost(old, self).into_iter().collect::<Vec<_>>(), vec![]);
        for field in &self.fields {
            let Some(before) = old.fields.iter().find(|other| other.name == field.name) else { continue };
            if before.data_type != field.data_type {
                let conversion = Conversion::between(&before.data_type, site.old, &field.data_type, site.new);
                let what = format!("attribute {} of type {}", Ident(&field.name), qualified(&self.namespace, &self.name));
                cut.extend(conversion.cuts.map(|cuts| format!("{cuts} of {what}")));
                refused.extend(conversion.refuses.map(|words| format!("a value of {what} {words}")));
            }
        }
        let said = |list: Vec<String>, word: &str| (!list.is_empty()).then(|| list.join(word));
        Step { loses: said(cut, ", and "), fails: said(refused, ", or "), ..step }
    }
}

/// The tables that are of the type.
pub fn tables_of<'a>(id: &Id, schema: &'a Schema) -> impl Iterator<Item = &'a Id> {
    let tables = schema.needs.range(Id::first(Kind::Table)..).take_while(|(user, _)| user.kind == Kind::Table);
    tables.filter(|(_, needs)| needs.contains(id)).map(|(user, _)| user)
}

/// How a column's values get into a type whose attributes are not those of the old one, in order: text does not say
/// which value is whose.
pub enum Carried {
    /// Attribute by attribute.
    ByAttribute {
        /// The expression for the new value.
        values: String,
        /// What has no attribute any more, or is cut.
        lost: Option<String>,
        /// The values that have none in the new type.
        fails: Option<String>,
    },
    /// Not at all: the type is inside an array, a domain or another type.
    Not,
}

impl Carried {
    /// `None` when the attributes of all types that the column's values are made of have the same names in the same order.
    pub fn of(column: &Column, site: &Site) -> Option<Self> {
        let mut changed = parts(column.id(), site.old).into_iter().filter(|id| {
            let names = |schema: &Schema| fields(id, schema).map(|fields| fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>());
            matches!((names(site.old), names(site.new)), (Some(before), Some(after)) if before != after)
        });
        let first = changed.next()?;
        let (Some(Body::Composite(before)), Some(Body::Composite(after))) = (site.old.body(&first), site.new.body(&first)) else {
            return None;
        };
        let data_type = qualified(&after.namespace, &after.name);
        if changed.next().is_some() || column.data_type != data_type {
            return Some(Self::Not);
        }
        let name = Ident(&column.name);
        let (mut values, mut lost, mut refused) = (vec![], lost(before, after).into_iter().collect::<Vec<_>>(), vec![]);
        let mut through = "";
        for field in &after.fields {
            let Some(old) = before.fields.iter().find(|other| other.name == field.name) else {
                values.push(format!("NULL::{}", field.data_type));
                continue;
            };
            let (value, what) = (format!("({name}).{}", Ident(&field.name)), format!("attribute {} of {data_type}", Ident(&field.name)));
            let conversion = Conversion::between(&old.data_type, site.old, &field.data_type, site.new);
            lost.extend(conversion.cuts.as_ref().map(|cuts| format!("{cuts} of {what}")));
            refused.extend(conversion.refuses.as_ref().map(|words| format!("a value of {what} {words}")));
            if conversion.is_cut_by_a_cast {
                // Read from its text, each attribute is held to its length.
                through = "::text";
                values.push(value);
            } else {
                values.push(conversion.expression(&value, &field.data_type).unwrap_or_else(|| format!("{value}::{}", field.data_type)));
            }
        }
        let values = format!("CASE WHEN {name} IS DISTINCT FROM NULL THEN ROW({}){through}::{data_type} END", values.join(", "));
        let said = |list: Vec<String>, word: &str| (!list.is_empty()).then(|| list.join(word));
        Some(Self::ByAttribute { values, lost: said(lost, ", and "), fails: said(refused, ", or ") })
    }
}

/// What is lost of stored values between two forms of a type.
fn lost(before: &Composite, after: &Composite) -> Option<String> {
    let gone = before.fields.iter().filter(|field| !after.fields.iter().any(|other| other.name == field.name));
    let names: Vec<String> = gone.map(|field| Ident(&field.name).to_string()).collect();
    let what = if names.len() == 1 { "attribute" } else { "attributes" };
    (!names.is_empty()).then(|| {
        format!("the values of {what} {} of type {}", names.join(", "), qualified(&before.namespace, &before.name))
    })
}

fn fields<'a>(id: &Id, schema: &'a Schema) -> Option<&'a [Field]> {
    match schema.body(id) {
        Some(Body::Composite(composite)) => Some(&composite.fields),
        _ => None,
    }
}

/// The types that an object's values are made of, whatever is inside what.
fn parts(id: Id, schema: &Schema) -> Vec<Id> {
    let mut found = vec![id];
    let mut next = 0;
    while let Some(current) = found.get(next).cloned() {
        next += 1;
        for needed in schema.needs_of(&current) {
            if matches!(needed.kind, Kind::Composite | Kind::Domain | Kind::Range) && !found.contains(needed) {
                found.push(needed.clone());
            }
        }
    }
    found.remove(0);
    found
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
