//! Namespaces in publications (`pg_publication_namespace`, PostgreSQL 15).

use serde::{Deserialize, Serialize};

use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::Ident;

/// A namespace in a publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublicationNamespace {
    /// The publication.
    pub publication: String,
    /// The namespace.
    pub namespace: String,
}

impl PublicationNamespace {
    fn step(&self, verb: &str) -> Vec<Step> {
        let (publication, namespace) = (Ident(&self.publication), Ident(&self.namespace));
        vec![Step::new(format!("ALTER PUBLICATION {publication} {verb} TABLES IN SCHEMA {namespace}"))]
    }
}

impl Define for PublicationNamespace {
    fn id(&self) -> Id {
        Id::new(Kind::PublicationNamespace, [&self.namespace, &self.publication])
    }

    fn target(&self) -> Target {
        Target::new("PUBLICATION", Ident(&self.publication).to_string())
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        self.step("ADD")
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        self.step("DROP")
    }

    fn alter(&self, _old: &Self, _site: &Site) -> Alteration {
        Alteration::Same
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Publication, [&self.publication])]
    }
}
