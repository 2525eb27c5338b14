//! Tables in publications (`pg_publication_rel`).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::Ident;

/// A table in a publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublicationTable {
    /// The publication.
    pub publication: String,
    /// The table.
    pub table: Name,
    /// Only these columns (PostgreSQL 15).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Only rows for which this holds (PostgreSQL 15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

impl Define for PublicationTable {
    fn id(&self) -> Id {
        Id::new(Kind::PublicationTable, [&self.table.0, &self.table.1, &self.publication])
    }

    fn target(&self) -> Target {
        Target::new("PUBLICATION", Ident(&self.publication).to_string())
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut sql = format!("ALTER PUBLICATION {} ADD TABLE ONLY {}", Ident(&self.publication), self.table);
        if !self.columns.is_empty() {
            let columns: Vec<String> = self.columns.iter().map(|column| Ident(column).to_string()).collect();
            sql.push_str(&format!(" ({})", columns.join(", ")));
        }
        if let Some(filter) = &self.filter {
            sql.push_str(&format!(" WHERE ({filter})"));
        }
        vec![Step::new(sql)]
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        let (publication, table) = (Ident(&self.publication), &self.table);
        vec![Step::new(format!("ALTER PUBLICATION {publication} DROP TABLE ONLY {table}"))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Publication, [&self.publication]), Id::new(Kind::Table, [&self.table.0, &self.table.1])]
    }
}
