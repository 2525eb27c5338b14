//! Publications (`pg_publication`). The tables and namespaces in them are objects of their own.

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::Id;
use crate::sql::ident::Ident;

/// A publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Publication {
    /// Name.
    pub name: String,
    /// FOR ALL TABLES.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_tables: bool,
    /// `publish=insert, update`, `publish_via_partition_root=true` and what else is not the default.
    pub options: Vec<String>,
}

/// The option that PostgreSQL 18 brought; its default is `none`.
const GENERATED: &str = "publish_generated_columns=";

impl Define for Publication {
    fn id(&self) -> Id {
        Id::new(Kind::Publication, [&self.name])
    }

    fn target(&self) -> Target {
        Target::new("PUBLICATION", Ident(&self.name).to_string()).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let all = if self.all_tables { " FOR ALL TABLES" } else { "" };
        let (name, options) = (Ident(&self.name), options::storage_list(&self.options));
        vec![Step::new(format!("CREATE PUBLICATION {name}{all} WITH ({options})"))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old.all_tables != self.all_tables {
            return Alteration::Replace;
        }
        if old.options == self.options {
            return Alteration::Same;
        }
        // What is left out here stays as it is.
        let back = old.options.iter().any(|option| option.starts_with(GENERATED))
            && !self.options.iter().any(|option| option.starts_with(GENERATED));
        let options = self.options.iter().cloned().chain(back.then(|| format!("{GENERATED}none")));
        let (name, options) = (Ident(&self.name), options::storage_list(&options.collect::<Vec<_>>()));
        Alteration::Steps(vec![Step::new(format!("ALTER PUBLICATION {name} SET ({options})"))])
    }
}
