//! Foreign data wrappers (`pg_foreign_data_wrapper`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::Id;
use crate::sql::ident::Ident;

/// A foreign data wrapper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForeignDataWrapper {
    /// Name.
    pub name: String,
    /// Its handler function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Its validator function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validator: Option<String>,
    /// Options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

impl Define for ForeignDataWrapper {
    fn id(&self) -> Id {
        Id::new(Kind::ForeignDataWrapper, [&self.name])
    }

    fn target(&self) -> Target {
        Target::new("FOREIGN DATA WRAPPER", Ident(&self.name).to_string()).owned().granted_as("FOREIGN DATA WRAPPER")
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut sql = format!("CREATE FOREIGN DATA WRAPPER {}", Ident(&self.name));
        if let Some(handler) = &self.handler {
            sql.push_str(&format!(" HANDLER {handler}"));
        }
        if let Some(validator) = &self.validator {
            sql.push_str(&format!(" VALIDATOR {validator}"));
        }
        if !self.options.is_empty() {
            sql.push_str(&format!(" OPTIONS ({})", options::foreign_list(&self.options)));
        }
        vec![Step::new(sql).hiding(options::secrets(&self.options))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        let mut clauses = vec![];
        let word = |word: &str, function: &Option<String>| match function {
            Some(function) => format!("{word} {function}"),
            None => format!("NO {word}"),
        };
        if old.handler != self.handler {
            clauses.push(word("HANDLER", &self.handler));
        }
        if old.validator != self.validator {
            clauses.push(word("VALIDATOR", &self.validator));
        }
        clauses.extend(options::foreign_changes(&old.options, &self.options).map(|changes| format!("OPTIONS ({changes})")));
        if clauses.is_empty() {
            return Alteration::Same;
        }
        let sql = format!("ALTER FOREIGN DATA WRAPPER {} {}", Ident(&self.name), clauses.join(" "));
        Alteration::Steps(vec![Step::new(sql).hiding(options::secrets(&self.options))])
    }

    fn without_secrets(&self) -> Option<Self> {
        Some(Self { options: options::without_secrets(&self.options), ..self.clone() })
    }
}
