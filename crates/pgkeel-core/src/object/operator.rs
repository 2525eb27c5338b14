//! Operators (`pg_operator`). A commutator or negator may be named before it exists: PostgreSQL then leaves a shell
//! that the other's own creation fills, so the two need no order.

use serde::{Deserialize, Serialize};

use super::{Alteration, Body, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::Ident;

/// What ALTER OPERATOR can change to anything.
const CHANGEABLE: &[&str] = &["RESTRICT", "JOIN"];
/// What ALTER OPERATOR can add where there was none, from PostgreSQL 17 on.
const ADDABLE: &[&str] = &["COMMUTATOR", "NEGATOR", "HASHES", "MERGES"];

/// An operator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operator {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Types of its operands, `NONE` for a missing left one, comma-separated.
    pub arguments: String,
    /// What CREATE OPERATOR says, as `FUNCTION = public.same`; without a value, as `HASHES`.
    pub options: Vec<String>,
}

impl Operator {
    fn sql_name(&self) -> String {
        format!("{}.{}", Ident(&self.namespace), self.name)
    }
}

impl Define for Operator {
    fn id(&self) -> Id {
        Id::new(Kind::Operator, [&self.namespace, &self.name, &self.arguments])
    }

    fn target(&self) -> Target {
        Target::new("OPERATOR", format!("{} ({})", self.sql_name(), self.arguments)).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE OPERATOR {} {}", self.sql_name(), options::definition(&self.options)))]
    }

    fn alter(&self, old: &Self, site: &Site) -> Alteration {
        let changes = options::definition_changes(&old.options, &self.options);
        if changes.is_empty() {
            return Alteration::Same;
        }
        let is_new = |name: &str| !old.options.iter().any(|option| option == name || option.starts_with(&format!("{name} = ")));
        let possible = changes.iter().all(|(name, value)| {
            CHANGEABLE.contains(name)
                || ADDABLE.contains(name) && value.is_some() && is_new(name) && site.old.version >= 170_000
        });
        if !possible {
            return Alteration::Replace;
        }
        let list: Vec<String> = changes
            .iter()
            .map(|(name, value)| match value {
                Some("") => (*name).to_owned(),
                Some(value) => format!("{name} = {value}"),
                None => format!("{name} = NONE"),
            })
            .collect();
        let reference = self.target().reference;
        Alteration::Steps(vec![Step::new(format!("ALTER OPERATOR {reference} SET ({})", list.join(", ")))])
    }

    /// ALTER OPERATOR, unlike CREATE OPERATOR, names only what exists.
    fn needs(&self, site: &Site) -> Vec<Id> {
        let Some(Body::Operator(old)) = site.old.body(&self.id()) else { return vec![] };
        if old.options == self.options {
            return vec![];
        }
        let named: Vec<&str> =
            ["COMMUTATOR", "NEGATOR"].iter().filter_map(|name| options::value(&self.options, name)).collect();
        let start = Id::first(Kind::Operator);
        let created = site.created.range(start..).take_while(|id| id.kind == Kind::Operator);
        let is_named = |id: &&Id| {
            matches!(site.new.body(id), Some(Body::Operator(other))
                if **id != self.id() && named.contains(&format!("OPERATOR({})", other.sql_name()).as_str()))
        };
        created.filter(is_named).cloned().collect()
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
