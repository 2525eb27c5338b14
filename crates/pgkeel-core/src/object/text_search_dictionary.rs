//! Text search dictionaries (`pg_ts_dict`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{qualified};

/// A text search dictionary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextSearchDictionary {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Its template.
    pub template: String,
    /// Its options, as the catalog writes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<String>,
}

impl Define for TextSearchDictionary {
    fn id(&self) -> Id {
        Id::new(Kind::TextSearchDictionary, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("TEXT SEARCH DICTIONARY", qualified(&self.namespace, &self.name)).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("CREATE TEXT SEARCH DICTIONARY {} (TEMPLATE = {}{})", qualified(&self.namespace, &self.name), self.template, self.options.as_ref().map(|options| format!(", {options}")).unwrap_or_default()))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
