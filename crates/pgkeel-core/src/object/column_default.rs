//! Defaults of columns (`pg_attrdef`). Objects of their own: a default may call a function that needs the table.

use serde::{Deserialize, Serialize};

use super::{Alteration, Body, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::Ident;

/// The default of a column of a table or view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Default {
    /// The table or view.
    pub table: Name,
    /// The column.
    pub column: String,
    /// The expression.
    pub expression: String,
    /// Whether it is a view's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_view: bool,
}

impl Default {
    fn step(&self, clause: &str) -> Step {
        let what = if self.of_view { "VIEW" } else { "TABLE ONLY" };
        Step::new(format!("ALTER {what} {} ALTER COLUMN {} {clause}", self.table, Ident(&self.column)))
    }
}

impl Define for Default {
    fn id(&self) -> Id {
        Id::new(Kind::Default, [&self.table.0, &self.table.1, &self.column])
    }

    fn target(&self) -> Target {
        Target::new("DEFAULT", format!("{}.{}", self.table, Ident(&self.column)))
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        if site.inline.contains(&self.id()) {
            return vec![];
        }
        vec![self.step(&format!("SET DEFAULT {}", self.expression))]
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        vec![self.step("DROP DEFAULT")]
    }

    fn alter(&self, old: &Self, site: &Site) -> Alteration {
        if old == self {
            return Alteration::Same;
        }
        Alteration::Steps(self.create(site))
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        if self.of_view {
            return vec![Id::new(Kind::View, [&self.table.0, &self.table.1])];
        }
        vec![Id::new(Kind::Column, [&self.table.0, &self.table.1, &self.column])]
    }

    fn folds_into(&self, site: &Site) -> Option<Id> {
        let column = Id::new(Kind::Column, [&self.table.0, &self.table.1, &self.column]);
        let Some(Body::Column(body)) = site.new.body(&column) else { return None };
        // A column that comes with its parent's has the parent's default at first.
        let comes_with_another = body.default_of_leader(site).is_some_and(|default| default != self.expression);
        (body.is_written(site.new) && !comes_with_another).then_some(column)
    }
}
