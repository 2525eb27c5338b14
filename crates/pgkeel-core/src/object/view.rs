//! Views (`pg_class` with relkind `v`). Replaced in place where PostgreSQL allows it.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target, options, values};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{Ident, qualified};

/// A view's or materialized view's column: name, type and collation.
pub type ViewColumn = (String, String, String);

/// A view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// As `pg_get_viewdef` writes it, without the semicolon.
    pub definition: String,
    /// Columns in order: these decide whether it can be replaced in place.
    pub columns: Vec<ViewColumn>,
    /// `security_barrier`, `security_invoker`, `check_option`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

impl View {
    fn sql(&self, verb: &str) -> Step {
        let name = qualified(&self.namespace, &self.name);
        let with = if self.options.is_empty() {
            String::new()
        } else {
            format!(" WITH ({})", options::storage_list(&self.options))
        };
        // A view of no columns cannot name them.
        let (columns, query) = values::under_names(&self.definition, &self.columns)
            .unwrap_or_else(|| (String::new(), self.definition.clone()));
        Step::new(format!("{verb} VIEW {name}{columns}{with} AS\n{query}"))
    }
}

impl Define for View {
    fn id(&self) -> Id {
        Id::new(Kind::View, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("VIEW", qualified(&self.namespace, &self.name)).owned().granted_as("TABLE")
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        vec![self.sql("CREATE")]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old.columns != self.columns || old.definition != self.definition {
            if self.columns.get(..old.columns.len()) != Some(old.columns.as_slice()) {
                return Alteration::Replace;
            }
            return Alteration::Steps(vec![self.sql("CREATE OR REPLACE")]);
        }
        let name = qualified(&self.namespace, &self.name);
        let steps: Vec<Step> = options::storage_changes(&old.options, &self.options)
            .into_iter()
            .map(|clause| Step::new(format!("ALTER VIEW {name} {clause}")))
            .collect();
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    /// A view of the same columns that needs nothing but their types.
    fn stub(&self, _site: &Site) -> Option<(Step, Vec<Step>)> {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|(name, data_type, collation)| {
                let collate = if collation.is_empty() { String::new() } else { format!(" COLLATE {collation}") };
                format!("    NULL::{data_type}{collate} AS {}", Ident(name))
            })
            .collect();
        let name = qualified(&self.namespace, &self.name);
        let stub = Step::new(format!("CREATE VIEW {name} AS\nSELECT\n{}", columns.join(",\n")));
        Some((stub, vec![self.sql("CREATE OR REPLACE")]))
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }

    fn occupies(&self) -> Vec<String> {
        let name = qualified(&self.namespace, &self.name);
        vec![format!("relation {name}"), format!("type {name}")]
    }
}
