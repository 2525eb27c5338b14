//! Text search configurations with their mappings (`pg_ts_config`, `pg_ts_config_map`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::{Ident, qualified};

/// A text search configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextSearchConfiguration {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Its parser.
    pub parser: Name,
    /// For each type of token, the dictionaries that are asked, in order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mappings: BTreeMap<String, Vec<Name>>,
}

impl TextSearchConfiguration {
    fn mapping(&self, verb: &str, token: &str, dictionaries: &[Name]) -> Step {
        let list: Vec<String> = dictionaries.iter().map(Name::to_string).collect();
        let with = if list.is_empty() { String::new() } else { format!(" WITH {}", list.join(", ")) };
        let name = qualified(&self.namespace, &self.name);
        Step::new(format!("ALTER TEXT SEARCH CONFIGURATION {name} {verb} MAPPING FOR {}{with}", Ident(token)))
    }
}

impl Define for TextSearchConfiguration {
    fn id(&self) -> Id {
        Id::new(Kind::TextSearchConfiguration, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("TEXT SEARCH CONFIGURATION", qualified(&self.namespace, &self.name)).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let (name, parser) = (qualified(&self.namespace, &self.name), &self.parser);
        let create = format!("CREATE TEXT SEARCH CONFIGURATION {name} (\n    PARSER = {parser}\n)");
        let mappings = self.mappings.iter().map(|(token, list)| self.mapping("ADD", token, list));
        std::iter::once(Step::new(create)).chain(mappings).collect()
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old.parser != self.parser {
            return Alteration::Replace;
        }
        let mut steps = vec![];
        for token in old.mappings.keys().filter(|token| !self.mappings.contains_key(*token)) {
            steps.push(self.mapping("DROP", token, &[]));
        }
        for (token, list) in &self.mappings {
            match old.mappings.get(token) {
                Some(same) if same == list => {}
                Some(_) => steps.push(self.mapping("ALTER", token, list)),
                None => steps.push(self.mapping("ADD", token, list)),
            }
        }
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
