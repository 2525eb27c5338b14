//! Constraints of tables but foreign keys: PRIMARY KEY, UNIQUE, EXCLUDE, CHECK (`pg_constraint`).

use serde::{Deserialize, Serialize};

use super::exclusion::Exclusion;
use super::index::{ParentIndex, index_or_constraint, is_clustered, leaves, partitions_first};
use super::inheritance::{lasting_heirs, stays_child};
use super::{Alteration, Body, Define, Kind, Motion, Site, Target};
use crate::plan::Step;
use crate::schema::{Id, Name, Schema};
use crate::sql::ident::{Ident, Literal};

/// A constraint of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Constraint {
    /// The table.
    pub table: Name,
    /// Name.
    pub name: String,
    /// `p`rimary key, `u`nique, e`x`clude, `c`heck, `t`rigger.
    #[serde(rename = "type")]
    pub kind: String,
    /// As `pg_get_constraintdef` writes it.
    pub definition: String,
    /// Storage options of its index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Tablespace of its index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
    /// The comment on its index, which is not that on the constraint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_comment: Option<String>,
    /// The table is clustered on its index.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clustered: bool,
    /// Its index is the table's replica identity.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replica_identity: bool,
    /// The table is partitioned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partitioned: bool,
    /// Declared by the table itself, not only inherited.
    #[serde(default = "declared", skip_serializing_if = "Clone::clone")]
    pub local: bool,
    /// Of a partition: there such a declaration makes no difference.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_partition: bool,
    /// The parent table whose CHECK it inherits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inherited_from: Option<Name>,
    /// The constraint of the parent table whose index its index is attached to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attached_to: Option<ParentIndex>,
}

fn declared() -> bool {
    true
}

impl Constraint {
    /// Whether an inheriting table says itself that it has the CHECK.
    fn declares(&self) -> bool {
        self.local && !self.in_partition
    }

    /// Whether the parent, that stays one, drops what this is inherited from.
    fn goes_with_parent(&self, site: &Site) -> bool {
        self.inherited_from.as_ref().is_some_and(|parent| {
            let leader = Id::new(Kind::Constraint, [&parent.0, &parent.1, &self.name]);
            stays_child(&self.table, parent, site) && site.old.has(&leader) && !site.new.has(&leader)
        })
    }

    /// Whether CREATE TABLE has a line for it: not when a parent has it already.
    pub fn is_written(&self, schema: &Schema) -> bool {
        let table = schema.body(&Id::new(Kind::Table, [&self.table.0, &self.table.1]));
        self.local || matches!(table, Some(Body::Table(table)) if table.partition || table.inherits.is_empty())
    }

    /// Whether the parent's says something else, such as NOT VALID.
    fn differs_from(&self, leader: &Id, schema: &Schema) -> bool {
        matches!(schema.body(leader), Some(Body::Constraint(leader)) if leader.definition != self.definition)
    }

    /// Whether it and the parent's CHECK that it is inherited from stay what they are for each other.
    pub fn stays_inherited(&self, old: &Self, site: &Site) -> bool {
        let parents = old.inherited_from.as_ref().zip(self.inherited_from.as_ref());
        parents.is_some_and(|(before, after)| {
            let leader = Id::new(Kind::Constraint, [&after.0, &after.1, &self.name]);
            let lasts = site.old.has(&leader) && site.new.has(&leader);
            before == after && stays_child(&self.table, after, site) && lasts
        })
    }

    /// The same CHECK of the tables that inherit it all the time.
    fn in_heirs(&self, site: &Site) -> impl Iterator<Item = Id> {
        lasting_heirs(&self.table, site)
            .into_iter()
            .map(|heir| Id::new(Kind::Constraint, [&heir.0, &heir.1, &self.name]))
    }

    /// Whether an heir keeps the CHECK that it has only from here.
    fn is_left_to_heirs(&self, site: &Site) -> bool {
        self.kind == "c"
            && self.in_heirs(site).any(|id| {
                matches!(site.new.body(&id), Some(Body::Constraint(check)) if check.local)
                    && !site.created.contains(&id)
                    && matches!(site.old.body(&id), Some(Body::Constraint(check))
                        if !check.local && !check.in_partition)
            })
    }

    /// `CONSTRAINT name CHECK (...)`, with the options of its index.
    pub fn clause(&self) -> String {
        let mut definition = self.definition.clone();
        let mut tail = String::new();
        if !self.options.is_empty() {
            tail.push_str(&format!(" WITH ({})", super::options::storage_list(&self.options)));
        }
        if let Some(tablespace) = &self.tablespace {
            tail.push_str(&format!(" USING INDEX TABLESPACE {}", Ident(tablespace)));
        }
        if !tail.is_empty() {
            let place = [" WHERE (", " DEFERRABLE"].iter().filter_map(|word| definition.rfind(word)).min();
            definition.insert_str(place.unwrap_or(definition.len()), &tail);
        }
        format!("CONSTRAINT {} {definition}", Ident(&self.name))
    }

    /// As an exclusion constraint that a partitioned table shares with its partitions.
    pub fn as_exclusion_of_partitions(&self) -> Option<Exclusion<'_>> {
        (self.kind == "x" && (self.partitioned || self.attached_to.is_some())).then(|| Exclusion(self))
    }

    fn marks(&self, old: Option<&Self>, site: &Site) -> Vec<Step> {
        let mut steps = vec![];
        let was = |get: fn(&Self) -> bool| old.is_some_and(get);
        if self.clustered && !was(|old| old.clustered) {
            steps.push(Step::new(format!("ALTER TABLE {} CLUSTER ON {}", self.table, Ident(&self.name))));
        } else if !self.clustered && was(|old| old.clustered) && !is_clustered(&self.table, site.new) {
            steps.push(Step::new(format!("ALTER TABLE {} SET WITHOUT CLUSTER", self.table)));
        }
        if old.and_then(|old| old.index_comment.as_ref()) != self.index_comment.as_ref() {
            let index = crate::sql::ident::qualified(&self.table.0, &self.name);
            let text = self.index_comment.as_ref().map_or_else(|| "NULL".to_owned(), |text| Literal(text).to_string());
            steps.push(Step::new(format!("COMMENT ON INDEX {index} IS {text}")));
        }
        if self.replica_identity && !was(|old| old.replica_identity) {
            let name = Ident(&self.name);
            steps.push(Step::new(format!("ALTER TABLE ONLY {} REPLICA IDENTITY USING INDEX {name}", self.table)));
        }
        steps
    }
}

impl Define for Constraint {
    fn id(&self) -> Id {
        Id::new(Kind::Constraint, [&self.table.0, &self.table.1, &self.name])
    }

    fn target(&self) -> Target {
        Target::new("CONSTRAINT", format!("{} ON {}", Ident(&self.name), self.table))
    }

    fn create(&self, site: &Site) -> Vec<Step> {
        let mut steps = vec![];
        let table = Id::new(Kind::Table, [&self.table.0, &self.table.1]);
        if let Some(exclusion) = self.as_exclusion_of_partitions() {
            steps.extend(exclusion.create(site));
        } else if !site.inline.contains(&self.id()) && (self.is_written(site.new) || !site.created.contains(&table)) {
            let only = if self.partitioned && self.kind != "c" { "ONLY " } else { "" };
            steps.push(Step::new(format!("ALTER TABLE {only}{} ADD {}", self.table, self.clause())));
        }
        steps.extend(self.marks(None, site));
        steps
    }

    fn remove(&self, site: &Site) -> Vec<Step> {
        let only = if self.is_left_to_heirs(site) { "ONLY " } else { "" };
        vec![Step::new(format!("ALTER TABLE {only}{} DROP CONSTRAINT {}", self.table, Ident(&self.name)))]
    }

    fn alter(&self, old: &Self, site: &Site) -> Alteration {
        let shape = |constraint: &Self| Self {
            clustered: false,
            replica_identity: false,
            index_comment: None,
            options: vec![],
            tablespace: None,
            attached_to: None,
            inherited_from: None,
            local: true,
            ..constraint.clone()
        };
        // A partitioned table's CHECK goes from its partitions as well, whatever they should keep.
        if !old.local && self.local && self.in_partition && old.goes_with_parent(site) {
            return Alteration::Replace;
        }
        if leaves(&old.attached_to, &self.attached_to, &self.table, site) {
            return Alteration::Replace;
        }
        let mut steps = vec![];
        if shape(old) != shape(self) {
            if old.definition.strip_suffix(" NOT VALID") != Some(&self.definition) {
                return Alteration::Replace;
            }
            steps.push(Step::new(format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", self.table, Ident(&self.name))));
        }
        if steps.is_empty() && !old.local && self.declares() && self.stays_inherited(old, site) {
            // It is merged with what is inherited, without a look at the rows.
            steps.push(Step::new(format!("ALTER TABLE {} ADD {}", self.table, self.clause())));
        }
        let index = crate::sql::ident::qualified(&self.table.0, &self.name);
        for clause in super::options::storage_changes(&old.options, &self.options) {
            steps.push(Step::new(format!("ALTER INDEX {index} {clause}")));
        }
        if old.tablespace != self.tablespace {
            let tablespace = self.tablespace.as_deref().unwrap_or("pg_default");
            steps.push(Step::new(format!("ALTER INDEX {index} SET TABLESPACE {}", Ident(tablespace))));
        }
        steps.extend(self.marks(Some(old), site));
        if steps.is_empty() { Alteration::Same } else { Alteration::Steps(steps) }
    }

    fn parents(&self, schema: &Schema) -> Vec<Id> {
        let mut parents = vec![Id::new(Kind::Table, [&self.table.0, &self.table.1])];
        if let Some(parent) = &self.attached_to {
            parents.push(index_or_constraint(&parent.table, &parent.index, schema));
        }
        parents
    }

    /// One whose index is attached can be dropped only with the partitioned table's.
    fn pinned_by(&self, schema: &Schema) -> Option<Id> {
        self.attached_to.as_ref().map(|parent| index_or_constraint(&parent.table, &parent.index, schema))
    }

    fn released_by(&self) -> Option<Id> {
        self.attached_to.as_ref().map(|_| Id::new(Kind::Attachment, [&self.table.0, &self.table.1]))
    }

    /// Heirs that declare the CHECK too have it first: then the parent's is merged with it.
    fn needs(&self, site: &Site) -> Vec<Id> {
        let mut needs = partitions_first(&self.table, self.partitioned && self.kind != "c", site);
        needs.extend(self.as_exclusion_of_partitions().map(|exclusion| exclusion.needs()).unwrap_or_default());
        if self.kind == "c" && site.created.contains(&self.id()) {
            let id = self.id();
            needs.extend(self.in_heirs(site).filter(|heir| {
                site.created.contains(heir)
                    && matches!(site.new.body(heir), Some(Body::Constraint(check))
                        if check.declares() || check.differs_from(&id, site.new))
            }));
        }
        needs
    }

    fn folds_into(&self, site: &Site) -> Option<Id> {
        // Within one statement PostgreSQL makes one index of two that are alike.
        let columns = |constraint: &Self| {
            let definition = &constraint.definition;
            definition.strip_prefix("UNIQUE ").or(definition.strip_prefix("PRIMARY KEY ")).map(str::to_owned)
        };
        let alike = columns(self).is_some()
            && site.new.parts(Kind::Constraint, &self.table).any(|(_, object)| match &object.body {
                Body::Constraint(other) => other.name != self.name && columns(other) == columns(self) && self.kind == "u",
                _ => false,
            });
        if alike {
            return None;
        }
        let whole = self.kind == "c" || (!self.partitioned && self.attached_to.is_none() && self.kind != "t");
        // What a parent has comes with it.
        let follows = !self.is_written(site.new);
        ((whole && !self.definition.ends_with("NOT VALID")) || follows).then(|| Id::new(Kind::Table, [&self.table.0, &self.table.1]))
    }

    fn follows(&self, motion: Motion, site: &Site) -> Option<Id> {
        let parent = self.inherited_from.as_ref().filter(|parent| stays_child(&self.table, parent, site))?;
        let leader = Id::new(Kind::Constraint, [&parent.0, &parent.1, &self.name]);
        let alone = match motion {
            Motion::Alter => false,
            Motion::Create => self.declares() || self.differs_from(&leader, site.new),
            Motion::Drop => {
                self.declares()
                    || matches!(site.old.body(&leader), Some(Body::Constraint(leader)) if leader.is_left_to_heirs(site))
            }
        };
        (!alone).then_some(leader)
    }

    fn occupies(&self) -> Vec<String> {
        let mut names = vec![format!("constraint {} {}", self.table, Ident(&self.name))];
        if self.kind != "c" {
            names.push(format!("relation {}", crate::sql::ident::qualified(&self.table.0, &self.name)));
        }
        names
    }
}
