//! Text search dictionaries (`pg_ts_dict`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::qualified;

/// A text search dictionary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextSearchDictionary {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Its template.
    pub template: Name,
    /// Options of the template, as `stopwords = 'english'`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

impl Define for TextSearchDictionary {
    fn id(&self) -> Id {
        Id::new(Kind::TextSearchDictionary, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("TEXT SEARCH DICTIONARY", qualified(&self.namespace, &self.name)).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut list = vec![format!("TEMPLATE = {}", self.template)];
        list.extend(self.options.iter().cloned());
        let (name, options) = (qualified(&self.namespace, &self.name), options::definition(&list));
        vec![Step::new(format!("CREATE TEXT SEARCH DICTIONARY {name} {options}"))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old.template != self.template {
            return Alteration::Replace;
        }
        let changes = options::definition_changes(&old.options, &self.options);
        if changes.is_empty() {
            return Alteration::Same;
        }
        let list: Vec<String> = changes
            .iter()
            .map(|(name, value)| value.map_or_else(|| (*name).to_owned(), |value| format!("{name} = {value}")))
            .collect();
        let name = qualified(&self.namespace, &self.name);
        Alteration::Steps(vec![Step::new(format!("ALTER TEXT SEARCH DICTIONARY {name} ({})", list.join(", ")))])
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
