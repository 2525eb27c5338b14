//! Materialized views (`pg_class` with relkind `m`).

use serde::{Deserialize, Serialize};

use super::view::ViewColumn;
use super::{Alteration, Body, Define, Kind, Site, Target, options, values};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{Ident, qualified};

/// A materialized view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MaterializedView {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// As `pg_get_viewdef` writes it, without the semicolon.
    pub definition: String,
    /// Columns in order.
    pub columns: Vec<ViewColumn>,
    /// Storage options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Settings of columns, as clauses of ALTER COLUMN: `x SET STATISTICS 100`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub column_settings: Vec<String>,
    /// Whether it holds rows.
    pub populated: bool,
    /// Access method other than `heap`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_method: Option<String>,
    /// Tablespace other than the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
}

impl MaterializedView {
    /// What is lost when it is emptied: until it is refreshed, whoever reads it gets an error.
    fn rows(&self) -> String {
        format!("every row of materialized view {}", qualified(&self.namespace, &self.name))
    }

    fn set_columns(&self, old: &[String]) -> Vec<Step> {
        let name = qualified(&self.namespace, &self.name);
        let new = self.column_settings.iter().filter(|setting| !old.contains(setting));
        new.map(|setting| Step::new(format!("ALTER MATERIALIZED VIEW {name} ALTER COLUMN {setting}"))).collect()
    }
}

impl Define for MaterializedView {
    fn id(&self) -> Id {
        Id::new(Kind::MaterializedView, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("MATERIALIZED VIEW", qualified(&self.namespace, &self.name)).owned().granted_as("TABLE")
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        let name = qualified(&self.namespace, &self.name);
        let (columns, query) = values::under_names(&self.definition, &self.columns)
            .unwrap_or_else(|| (String::new(), self.definition.clone()));
        let mut sql = format!("CREATE MATERIALIZED VIEW {name}{columns}");
        if let Some(method) = &self.access_method {
            sql.push_str(&format!(" USING {}", Ident(method)));
        }
        if !self.options.is_empty() {
            sql.push_str(&format!(" WITH ({})", options::storage_list(&self.options)));
        }
        if let Some(tablespace) = &self.tablespace {
            sql.push_str(&format!(" TABLESPACE {}", Ident(tablespace)));
        }
        let data = if self.populated { "WITH DATA" } else { "WITH NO DATA" };
        let step = Step::new(format!("{sql} AS\n{query}\n{data}"));
        let was_full = matches!(site.old.body(&self.id()), Some(Body::MaterializedView(old)) if old.populated);
        let mut steps = vec![if was_full && !self.populated { step.loses(self.rows()) } else { step }];
        steps.extend(self.set_columns(&[]));
        steps
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        let unset = old.column_settings.iter().any(|setting| !self.column_settings.contains(setting));
        if (&old.columns, &old.definition) != (&self.columns, &self.definition) || unset {
            return Alteration::Replace;
        }
        let name = qualified(&self.namespace, &self.name);
        let mut steps: Vec<Step> = options::storage_changes(&old.options, &self.options)
            .into_iter()
            .map(|clause| Step::new(format!("ALTER MATERIALIZED VIEW {name} {clause}")))
            .collect();
        steps.extend(self.set_columns(&old.column_settings));
        if old.access_method != self.access_method {
            let method = Ident(self.access_method.as_deref().unwrap_or("heap")).to_string();
            steps.push(Step::new(format!("ALTER MATERIALIZED VIEW {name} SET ACCESS METHOD {method}")));
        }
        if old.tablespace != self.tablespace {
            let tablespace = Ident(self.tablespace.as_deref().unwrap_or("pg_default")).to_string();
            steps.push(Step::new(format!("ALTER MATERIALIZED VIEW {name} SET TABLESPACE {tablespace}")));
        }
        if old.populated != self.populated {
            steps.push(match self.populated {
                true => Step::new(format!("REFRESH MATERIALIZED VIEW {name}")),
                false => Step::new(format!("REFRESH MATERIALIZED VIEW {name} WITH NO DATA")).loses(self.rows()),
            });
        }
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }

    fn occupies(&self) -> Vec<String> {
        let name = qualified(&self.namespace, &self.name);
        vec![format!("relation {name}"), format!("type {name}")]
    }
}
