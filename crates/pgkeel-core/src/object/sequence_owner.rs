//! The column that a sequence belongs to (`ALTER SEQUENCE ... OWNED BY`). An object of its own, because the sequence
//! comes before the column's default and the column before its sequence's owner.

use serde::{Deserialize, Serialize};

use super::{Alteration, Body, Define, Kind, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::Ident;

/// The column that a sequence belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SequenceOwner {
    /// The sequence.
    pub sequence: Name,
    /// The table.
    pub table: Name,
    /// The column.
    pub column: String,
}

impl Define for SequenceOwner {
    fn id(&self) -> Id {
        Id::new(Kind::SequenceOwner, [&self.sequence.0, &self.sequence.1])
    }

    fn target(&self) -> Target {
        Target::new("SEQUENCE", self.sequence.to_string())
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        let (sequence, table, column) = (&self.sequence, &self.table, Ident(&self.column));
        let mut steps = vec![Step::new(format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{column}"))];
        if let Some(Body::Sequence(body)) = site.new.body(&Id::new(Kind::Sequence, [&sequence.0, &sequence.1])) {
            steps.extend(body.goes_on(table, &self.column, site));
        }
        steps
    }

    fn remove(&self, _site: &Site) -> Vec<Step> {
        vec![Step::new(format!("ALTER SEQUENCE {} OWNED BY NONE", self.sequence))]
    }

    fn alter(&self, old: &Self, _site: &Site) -> Alteration {
        if old == self { Alteration::Same } else { Alteration::Replace }
    }

    fn parents(&self, _schema: &Schema) -> Vec<Id> {
        vec![Id::new(Kind::Sequence, [&self.sequence.0, &self.sequence.1])]
    }

    fn needs(&self, _site: &Site) -> Vec<Id> {
        vec![Id::new(Kind::Column, [&self.table.0, &self.table.1, &self.column])]
    }
}
