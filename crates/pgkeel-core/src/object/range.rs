//! Range types (`pg_range`), each with the multirange type that comes with it.

use serde::{Deserialize, Serialize};

use super::aside::{Aside, aside_name, rename};
use super::base_type::drop_type;
use super::{Alteration, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::qualified;

/// A range type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Its multirange type.
    pub multirange: Name,
    /// What CREATE TYPE says besides, as `SUBTYPE = date`.
    pub options: Vec<String>,
}

impl Range {
    fn sql_name(&self) -> String {
        qualified(&self.namespace, &self.name)
    }
}

impl Define for Range {
    fn id(&self) -> Id {
        Id::new(Kind::Range, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("TYPE", self.sql_name()).owned().granted_as("TYPE")
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut list = self.options.clone();
        list.push(format!("MULTIRANGE_TYPE_NAME = {}", self.multirange));
        vec![Step::new(format!("CREATE TYPE {} AS RANGE {}", self.sql_name(), options::definition(&list)))]
    }

    fn remove(&self, site: &Site) -> Vec<Step> {
        vec![drop_type(&self.id(), &self.sql_name(), site)]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn stub(&self, site: &Site) -> Option<(Step, Vec<Step>)> {
        Some((Step::new(format!("CREATE TYPE {}", self.sql_name())), self.create(site)))
    }

    /// Its constructors keep their names, which those of the new type take.
    fn set_aside(&self, _site: &Site) -> Option<Aside> {
        let subtype = options::value(&self.options, "SUBTYPE").unwrap_or_default();
        let Name(namespace, multirange) = &self.multirange;
        let mut before = vec![];
        for arguments in [format!("{subtype}, {subtype}"), format!("{subtype}, {subtype}, text")] {
            before.push(rename("FUNCTION", &format!("{}({arguments})", self.sql_name()), &self.name));
        }
        before.push(rename("FUNCTION", &format!("{}()", self.multirange), multirange));
        before.push(rename("TYPE", &qualified(namespace, multirange), multirange));
        before.push(rename("TYPE", &self.sql_name(), &self.name));
        let makers = if options::value(&self.options, "CANONICAL").is_some() { " CASCADE" } else { "" };
        let after = vec![Step::new(format!("DROP TYPE {}{makers}", aside_name(&self.namespace, &self.name)))];
        Some(Aside { before, after })
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }

    fn occupies(&self) -> Vec<String> {
        vec![format!("type {}", self.sql_name()), format!("type {}", self.multirange)]
    }
}
