//! Indexes that no constraint owns (`pg_index`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Alteration, Body, Define, Kind, Site, Target, options};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::{Ident, qualified};

/// The partitioned table's index that an index is part of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParentIndex {
    /// The partitioned table.
    pub table: Name,
    /// Its index.
    pub index: String,
}

/// Whether a table is clustered on one of its indexes: then it no longer is on any other.
pub fn is_clustered(table: &Name, schema: &Schema) -> bool {
    let on_constraint = schema.parts(Kind::Constraint, table).map(|(_, object)| &object.body);
    let on_index = schema.indexes_of(table).filter_map(|id| schema.body(id));
    on_constraint.chain(on_index).any(|body| match body {
        Body::Constraint(constraint) => constraint.clustered,
        Body::Index(index) => index.clustered,
        _ => false,
    })
}

/// An index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// The table or materialized view.
    pub table: Name,
    /// Its name; the namespace is the table's.
    pub name: String,
    /// Whether it is on a materialized view.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_view: bool,
    /// As `pg_get_indexdef` writes it, without storage options.
    pub definition: String,
    /// Storage options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Tablespace other than the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
    /// Statistics targets of expression columns, by column number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statistics: BTreeMap<String, i32>,
    /// The table is clustered on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clustered: bool,
    /// It is the table's replica identity.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replica_identity: bool,
    /// The partitioned table's index that it is attached to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attached_to: Option<ParentIndex>,
    /// Left unusable by a failed concurrent build; never so for an index on a partitioned table.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub invalid: bool,
}

impl Index {
    fn sql_name(&self) -> String {
        qualified(&self.table.0, &self.name)
    }

    fn settings(&self, old: Option<&Self>, site: &Site) -> Vec<Step> {
        let (table, name) = (&self.table, self.sql_name());
        let mut steps = vec![];
        let none = BTreeMap::new();
        let before = old.map_or(&none, |index| &index.statistics);
        for column in before.keys().filter(|column| !self.statistics.contains_key(*column)) {
            steps.push(Step::new(format!("ALTER INDEX {name} ALTER COLUMN {column} SET STATISTICS -1")));
        }
        for (column, target) in self.statistics.iter().filter(|(column, target)| before.get(*column) != Some(target)) {
            steps.push(Step::new(format!("ALTER INDEX {name} ALTER COLUMN {column} SET STATISTICS {target}")));
        }
        let was = |get: fn(&Self) -> bool| old.is_some_and(get);
        let keyword = if self.on_view { "MATERIALIZED VIEW" } else { "TABLE" };
        if self.clustered && !was(|old| old.clustered) {
            steps.push(Step::new(format!("ALTER {keyword} {table} CLUSTER ON {}", Ident(&self.name))));
        } else if !self.clustered && was(|old| old.clustered) && !is_clustered(&self.table, site.new) {
            steps.push(Step::new(format!("ALTER {keyword} {table} SET WITHOUT CLUSTER")));
        }
        if self.replica_identity && !was(|old| old.replica_identity) {
            let index = Ident(&self.name);
            steps.push(Step::new(format!("ALTER TABLE ONLY {table} REPLICA IDENTITY USING INDEX {index}")));
        }
        steps
    }
}

impl Define for Index {
    fn id(&self) -> Id {
        Id::new(Kind::Index, [&self.table.0, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("INDEX", self.sql_name())
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        let mut sql = self.definition.clone();
        let mut tail = String::new();
        if !self.options.is_empty() {
            tail.push_str(&format!(" WITH ({})", options::storage_list(&self.options)));
        }
        if let Some(tablespace) = &self.tablespace {
            tail.push_str(&format!(" TABLESPACE {}", Ident(tablespace)));
        }
        let place = sql.rfind(" WHERE ").filter(|_| !tail.is_empty()).unwrap_or(sql.len());
        sql.insert_str(place, &tail);
        let mut steps = vec![Step::new(sql)];
        steps.extend(self.settings(None, site));
        steps
    }

    fn remove(&self, site: &Site) -> Vec<Step> {
        // A partition's constraint that is part of this index can neither go before it nor stay after it.
        let has_constraint = self.definition.contains(" ON ONLY ")
            && site.old.index_parts_of(&self.table).filter_map(|id| site.old.body(id)).any(|body| {
                matches!(body, Body::IndexAttachment(part)
                    if part.parent == self.name
                        && site.old.has(&Id::new(Kind::Constraint, [&part.table.0, &part.table.1, &part.index.1])))
            });
        let cascade = if has_constraint { " CASCADE" } else { "" };
        vec![Step::new(format!("DROP INDEX {}{cascade}", self.sql_name()))]
    }

    fn alter(&self, old: &Self, site: &Site) -> Alteration {
        let shape = |index: &Self| (index.table.clone(), index.definition.clone(), index.invalid);
        if shape(old) != shape(self) || leaves(&old.attached_to, &self.attached_to, &self.table, site) {
            return Alteration::Replace;
        }
        let name = self.sql_name();
        let mut steps: Vec<Step> = options::storage_changes(&old.options, &self.options)
            .into_iter()
            .map(|clause| Step::new(format!("ALTER INDEX {name} {clause}")))
            .collect();
        if old.tablespace != self.tablespace {
            let tablespace = self.tablespace.as_deref().unwrap_or("pg_default");
            steps.push(Step::new(format!("ALTER INDEX {name} SET TABLESPACE {}", Ident(tablespace))));
        }
        steps.extend(self.settings(Some(old), site));
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn parents(&self, schema: &Schema) -> Vec<Id> {
        let kind = if self.on_view { Kind::MaterializedView } else { Kind::Table };
        let mut parents = vec![Id::new(kind, [&self.table.0, &self.table.1])];
        if let Some(parent) = &self.attached_to {
            parents.push(index_or_constraint(&parent.table, &parent.index, schema));
        }
        parents
    }

    /// An attached index can be dropped only with the partitioned table's.
    fn pinned_by(&self, schema: &Schema) -> Option<Id> {
        self.attached_to.as_ref().map(|parent| index_or_constraint(&parent.table, &parent.index, schema))
    }

    fn released_by(&self) -> Option<Id> {
        self.attached_to.as_ref().map(|_| Id::new(Kind::Attachment, [&self.table.0, &self.table.1]))
    }

    fn needs(&self, site: &Site) -> Vec<Id> {
        partitions_first(&self.table, self.definition.contains(" ON ONLY "), site)
    }

    fn occupies(&self) -> Vec<String> {
        vec![format!("relation {}", self.sql_name())]
    }
}

/// Whether an index is no longer part of its parent's, although its table stays the partition that it was: PostgreSQL
/// detaches no index from another.
pub fn leaves(before: &Option<ParentIndex>, after: &Option<ParentIndex>, table: &Name, site: &Site) -> bool {
    before.is_some() && before != after && !site.apart.contains(&Id::new(Kind::Attachment, [&table.0, &table.1]))
}

/// The object that an index's name stands for: the index, or the constraint that owns it.
pub fn index_or_constraint(table: &Name, index: &str, schema: &Schema) -> Id {
    let constraint = Id::new(Kind::Constraint, [&table.0, &table.1, index]);
    if schema.has(&constraint) { constraint } else { Id::new(Kind::Index, [&table.0, index]) }
}

/// A new index on a partitioned table comes after its partitions are attached, so that PostgreSQL builds none of its
/// own on them.
pub fn partitions_first(table: &Name, is_partitioned: bool, site: &Site) -> Vec<Id> {
    if is_partitioned { site.new.partitions_of(table).cloned().collect() } else { vec![] }
}
