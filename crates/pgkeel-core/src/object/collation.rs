//! Collations (`pg_collation`). PostgreSQL changes nothing about one but its name; columns are carried over to its
//! new form.

use serde::{Deserialize, Serialize};

use super::aside::Aside;
use super::{Alteration, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Schema};
use crate::sql::ident::{Literal, qualified};

/// A collation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Collation {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// `libc`, `icu` or `builtin` (PostgreSQL 17).
    pub provider: String,
    /// Whether strings are equal only when their bytes are.
    pub deterministic: bool,
    /// Locale of providers that have one for everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// LC_COLLATE, of libc.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lc_collate: Option<String>,
    /// LC_CTYPE, of libc.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lc_ctype: Option<String>,
    /// Tailoring rules of ICU (PostgreSQL 16).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
}

impl Define for Collation {
    fn id(&self) -> Id {
        Id::new(Kind::Collation, [&self.namespace, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("COLLATION", qualified(&self.namespace, &self.name)).owned()
    }

    fn create(&self, _site: &Site) -> Vec<Step> {
        let mut options = vec![format!("provider = {}", self.provider)];
        if !self.deterministic {
            options.push("deterministic = false".to_owned());
        }
        let (both, single) = if self.lc_collate == self.lc_ctype {
            (self.locale.as_ref().or(self.lc_collate.as_ref()), false)
        } else {
            (self.locale.as_ref(), true)
        };
        let named = [
            ("locale", both),
            ("lc_collate", self.lc_collate.as_ref().filter(|_| single)),
            ("lc_ctype", self.lc_ctype.as_ref().filter(|_| single)),
            ("rules", self.rules.as_ref()),
        ];
        for (name, value) in named {
            options.extend(value.map(|value| format!("{name} = {}", Literal(value))));
        }
        let name = qualified(&self.namespace, &self.name);
        vec![Step::new(format!("CREATE COLLATION {name} ({})", options.join(", ")))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Namespace, [&self.namespace])]
    }

    fn set_aside(&self, _site: &Site) -> Option<Aside> {
        Some(Aside::renaming("COLLATION", &self.namespace, &self.name))
    }
}
