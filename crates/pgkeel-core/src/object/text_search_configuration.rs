//! Text search configurations (`pg_ts_config`) with their mappings.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{Ident, qualified};

/// A text search configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextSearchConfiguration {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Its parser.
    pub parser: String,
    /// For each kind of token, the dictionaries as SQL text, in order.
    #[serde(default)]
    pub mappings: Vec<(String, String)>,
}

impl TextSearchConfiguration {
    fn add(&self, mappings: &[&(String, String)]) -> Vec<Step> {
        let name = qualified(&self.namespace, &self.name);
        let add = |(token, dictionaries): &&(String, String)| {
            let token = Ident(token);
            Step::new(format!("ALTER TEXT SEARCH CONFIGURATION {name} ADD MAPPING FOR {token} WITH {dictionaries}"))
        };
        mappings.iter().map(add).collect()
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
        let name = qualified(&self.namespace, &self.name);
        let parser = &self.parser;
        let mut steps = vec![Step::new(format!("CREATE TEXT SEARCH CONFIGURATION {name} (PARSER = {parser})"))];
        steps.extend(self.add(&self.mappings.iter().collect::<Vec<_>>()));
        steps
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old.parser != self.parser {
            return Alteration::Replace;
        }
        if old.mappings == self.mappings {
            return Alteration::Same;
        }
        let name = qualified(&self.namespace, &self.name);
        let mut steps = vec![];
        for (token, _) in old.mappings.iter().filter(|mapping| !self.mappings.contains(mapping)) {
            let token = Ident(token);
            steps.push(Step::new(format!("ALTER TEXT SEARCH CONFIGURATION {name} DROP MAPPING FOR {token}")));
        }
        steps.extend(self.add(&self.mappings.iter().filter(|mapping| !old.mappings.contains(mapping)).collect::<Vec<_>>()));
        Alteration::Steps(steps)
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }
}
