//! Base types (`pg_type` with typtype `b`), types that functions in C read and write, and shells, which are names only.
//!
//! The functions take the type and the type takes the functions: a shell type stands in for it until they exist, and
//! all go together (documentation of CREATE TYPE, "Base Types").

use serde::{Deserialize, Serialize};

use super::aside::{Aside, aside_name, rename};
use super::column::Column;
use super::{Alteration, Body, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::qualified;

/// What ALTER TYPE ... SET can change; STORAGE as well, but not back to `plain`.
const CHANGEABLE: &[&str] =
    &["RECEIVE", "SEND", "TYPMOD_IN", "TYPMOD_OUT", "ANALYZE", "SUBSCRIPT", "STORAGE"];

/// A base type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaseType {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// What CREATE TYPE says, as `INPUT = public.complex_in`; nothing for a shell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

impl BaseType {
    fn sql_name(&self) -> String {
        qualified(&self.namespace, &self.name)
    }

    /// Columns of the type that have its storage, before and after: they keep the storage they were made with.
    fn columns<'a>(&self, site: &'a Site) -> impl Iterator<Item = &'a Column> {
        let id = self.id();
        site.old.needs.iter().filter(move |(_, needs)| needs.contains(&id)).filter_map(|(user, _)| {
            match (site.old.body(user), site.new.body(user)) {
                (Some(Body::Column(old)), Some(Body::Column(new))) if old.storage.is_none() && new.storage.is_none() => {
                    Some(&**new)
                }
                _ => None,
            }
        })
    }

    fn shell(&self) -> Step {
        Step::new(format!("CREATE TYPE {}", self.sql_name()))
    }
}

impl Define for BaseType {
    fn id(&self) -> Id {
        Id::new(Kind::BaseType, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("TYPE", self.sql_name()).owned().granted_as("TYPE")
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        if self.options.is_empty() {
            return vec![self.shell()];
        }
        vec![Step::new(format!("CREATE TYPE {} {}", self.sql_name(), options::definition(&self.options)))]
    }

    fn remove(&self, site: &Site) -> Vec<Step> {
        vec![drop_type(&self.id(), &self.sql_name(), site)]
    }

    fn alter(&self, old: &Self, site: &Site) -> Alteration {
        if old.options.is_empty() != self.options.is_empty() {
            return Alteration::Replace;
        }
        let changes = options::definition_changes(&old.options, &self.options);
        if changes.is_empty() {
            return Alteration::Same;
        }
        let possible = changes.iter().all(|(name, value)| {
            CHANGEABLE.contains(name) && (*name != "STORAGE" || value.is_some_and(|value| value != "plain"))
        });
        if !possible {
            return Alteration::Replace;
        }
        let list: Vec<String> =
            changes.iter().map(|(name, value)| format!("{name} = {}", value.unwrap_or("NONE"))).collect();
        let mut steps = vec![Step::new(format!("ALTER TYPE {} SET ({})", self.sql_name(), list.join(", ")))];
        if let Some(storage) = changes.iter().find(|(name, _)| *name == "STORAGE").and_then(|(_, value)| *value) {
            steps.extend(self.columns(site).map(|column| column.set_storage(storage)));
        }
        Alteration::Steps(steps)
    }

    fn stub(&self, site: &Site) -> Option<(Step, Vec<Step>)> {
        if self.options.is_empty() { None } else { Some((self.shell(), self.create(site))) }
    }

    /// The functions that make it cannot be dropped before it, and the new type's have their names.
    fn set_aside(&self, site: &Site) -> Option<Aside> {
        let id = self.id();
        let mut before = vec![];
        let mut cascade = "";
        for maker in site.old.needs_of(&id) {
            if let Some(Body::Function(function)) = site.old.body(maker)
                && site.old.needs_of(maker).any(|needed| *needed == id)
            {
                before.push(rename("FUNCTION", &function.target().reference, &function.name));
                cascade = " CASCADE";
            }
        }
        before.push(rename("TYPE", &self.sql_name(), &self.name));
        let after = vec![Step::new(format!("DROP TYPE {}{cascade}", aside_name(&self.namespace, &self.name)))];
        Some(Aside { before, after })
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }

    fn occupies(&self) -> Vec<String> {
        vec![format!("type {}", self.sql_name())]
    }
}

/// DROP TYPE, with the functions that make the type: they cannot go before it nor after it. But not when a column of
/// the type lives on: CASCADE would take its values.
pub fn drop_type(id: &Id, name: &str, site: &Site) -> Step {
    let makes = |function: &Id| site.old.needs_of(function).any(|needed| needed == id);
    let is_kept = site.old.needs.iter().any(|(user, needs)| {
        needs.contains(id) && site.new.has(user) && site.old.body(user).is_some_and(Body::holds_data)
    });
    let cascade = if !is_kept && site.old.needs_of(id).any(makes) { " CASCADE" } else { "" };
    Step::new(format!("DROP TYPE {name}{cascade}"))
}
