//! The lock that each effect takes on tables that exist before it.
//!
//! Measured on PostgreSQL 14 to 18 by reading `pg_locks` after each statement; documentation section 13.3.1.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ConstraintKind, Name, ObjectKind, ReindexTarget, What};

/// PostgreSQL's table locks, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LockMode {
    /// Conflicts only with `AccessExclusive`.
    #[serde(rename = "ACCESS SHARE")]
    AccessShare,
    /// `SELECT FOR UPDATE`.
    #[serde(rename = "ROW SHARE")]
    RowShare,
    /// Writes.
    #[serde(rename = "ROW EXCLUSIVE")]
    RowExclusive,
    /// `VACUUM`, `CREATE INDEX CONCURRENTLY`, `VALIDATE CONSTRAINT`: reads and writes go on.
    #[serde(rename = "SHARE UPDATE EXCLUSIVE")]
    ShareUpdateExclusive,
    /// `CREATE INDEX`: blocks writes.
    #[serde(rename = "SHARE")]
    Share,
    /// Triggers and foreign keys: blocks writes.
    #[serde(rename = "SHARE ROW EXCLUSIVE")]
    ShareRowExclusive,
    /// Blocks writes and other DDL; reads go on.
    #[serde(rename = "EXCLUSIVE")]
    Exclusive,
    /// Blocks everything, reads too.
    #[serde(rename = "ACCESS EXCLUSIVE")]
    AccessExclusive,
}

impl LockMode {
    /// `ACCESS EXCLUSIVE`, as `LOCK TABLE` spells it.
    pub fn words(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Whether other sessions' writes wait for it.
    pub fn blocks_writes(self) -> bool {
        self >= Self::Share
    }

    /// Whether other sessions' reads wait for it.
    pub fn blocks_reads(self) -> bool {
        self == Self::AccessExclusive
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// The tables that an effect locks, as the statement names them, and how. Tables that only the catalog knows (the table
/// of a dropped index, the peer of a dropped foreign key) are not among them.
#[expect(clippy::match_same_arms, reason = "kept in the order of the table that was measured")]
pub fn locks(what: &What) -> Vec<(Name, LockMode)> {
    use LockMode::{AccessExclusive, RowExclusive, Share, ShareRowExclusive, ShareUpdateExclusive};
    let one = |name: &Name, mode: LockMode| vec![(name.clone(), mode)];
    match what {
        What::CreateTable(table) => {
            let mut locked: Vec<(Name, LockMode)> =
                table.partition_of.iter().map(|parent| (parent.clone(), AccessExclusive)).collect();
            let inline = table.columns.iter().flat_map(|column| &column.constraints);
            for constraint in inline.chain(&table.constraints) {
                if let ConstraintKind::ForeignKey(key) = &constraint.kind
                    && key.table.parts != table.name.parts
                {
                    locked.push((key.table.clone(), ShareRowExclusive));
                }
            }
            locked
        }
        What::AddColumn { table, column, .. } => {
            let mut locked = one(table, AccessExclusive);
            for constraint in &column.constraints {
                if let ConstraintKind::ForeignKey(key) = &constraint.kind {
                    locked.push((key.table.clone(), ShareRowExclusive));
                }
            }
            locked
        }
        What::AddConstraint { table, constraint } => match &constraint.kind {
            ConstraintKind::ForeignKey(key) => {
                vec![(table.clone(), ShareRowExclusive), (key.table.clone(), ShareRowExclusive)]
            }
            _ => one(table, AccessExclusive),
        },
        What::DropColumn { table, .. }
        | What::AlterColumnType { table, .. }
        | What::SetDefault { table, .. }
        | What::DropDefault { table, .. }
        | What::SetNotNull { table, .. }
        | What::DropNotNull { table, .. }
        | What::DropGenerated { table, .. }
        | What::ChangeGenerated { table, .. }
        | What::DropConstraint { table, .. }
        | What::AlterConstraint { table, .. }
        | What::RowSecurity { table, .. }
        | What::ReplicaIdentity { table, .. }
        | What::SetLogged { table, .. }
        | What::SetAccessMethod { table }
        | What::CreateRule { table, .. }
        | What::Inherit { table, .. } => one(table, AccessExclusive),
        What::CreatePolicy(policy) | What::AlterPolicy(policy) => one(&policy.table, AccessExclusive),
        What::SetTablespace { kind: ObjectKind::Table, name }
        | What::OwnerTo { kind: ObjectKind::Table, name: Some(name) }
        | What::SetNamespace { kind: ObjectKind::Table, name, .. }
        | What::Rename { kind: ObjectKind::Table, name, .. } => one(name, AccessExclusive),
        What::Rename {
            kind: ObjectKind::Column | ObjectKind::Constraint | ObjectKind::Trigger,
            on: Some(table),
            ..
        } => one(table, AccessExclusive),
        What::ValidateConstraint { table, .. }
        | What::StorageParameters { kind: ObjectKind::Table, name: table, .. } => {
            one(table, ShareUpdateExclusive)
        }
        What::ToggleTrigger { table, .. } => one(table, ShareRowExclusive),
        What::ToggleRule { table, .. } => one(table, AccessExclusive),
        What::CreateTrigger(trigger) => one(&trigger.table, ShareRowExclusive),
        What::AttachPartition { parent, partition } => {
            vec![(parent.clone(), ShareUpdateExclusive), (partition.clone(), AccessExclusive)]
        }
        What::DetachPartition { parent, partition, concurrently } => {
            let mode = if *concurrently { ShareUpdateExclusive } else { AccessExclusive };
            vec![(parent.clone(), mode), (partition.clone(), mode)]
        }
        What::CreateIndex(index) => {
            one(&index.table, if index.concurrently { ShareUpdateExclusive } else { Share })
        }
        What::Reindex { target: ReindexTarget::Table, name: Some(name), concurrently } => {
            one(name, if *concurrently { ShareUpdateExclusive } else { Share })
        }
        What::Drop { kind: ObjectKind::Table, names, .. } | What::Truncate { tables: names, .. } => {
            names.iter().map(|name| (name.clone(), AccessExclusive)).collect()
        }
        What::Drop {
            kind: ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule,
            on: Some(table),
            ..
        } => one(table, AccessExclusive),
        What::Cluster { table: Some(table), .. } => one(table, AccessExclusive),
        What::Insert { table, .. }
        | What::Update { table, .. }
        | What::Delete { table, .. }
        | What::Merge { table } => one(table, RowExclusive),
        What::Lock { tables, mode, .. } => {
            let mode = [
                LockMode::AccessShare,
                LockMode::RowShare,
                RowExclusive,
                ShareUpdateExclusive,
                Share,
                ShareRowExclusive,
                LockMode::Exclusive,
            ]
            .into_iter()
            .find(|known| known.words().eq_ignore_ascii_case(mode));
            tables.iter().map(|name| (name.clone(), mode.unwrap_or(AccessExclusive))).collect()
        }
        _ => Vec::new(),
    }
}
