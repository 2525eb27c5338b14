//! What a statement did to relations that were there before: locks from `pg_locks`, rewrites from `relfilenode`
//! (PostgreSQL documentation, "pg_locks" and "pg_class").

use std::collections::{BTreeMap, BTreeSet};

use pgkeel_core::sql::effect::{Effect, Filter, LockMode, Name, Origin, What, locks};
use serde::Serialize;
use tokio_postgres::Client;

use crate::database::Notice;

/// The names of `pg_locks.mode`, from the weakest.
pub(super) const MODES: [&str; 8] = [
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
];

/// Whether others' writes wait for a lock of this mode.
pub(super) fn keeps_writers_out(mode: &str) -> bool {
    let rank = |mode: &str| MODES.iter().position(|known| *known == mode);
    rank(mode) >= rank("ShareLock")
}

/// Relations as they were when the file began, and what has been told about them.
pub(super) struct Watch {
    /// By OID: name and file.
    relations: BTreeMap<u32, (String, u32)>,
    /// The tables among them.
    tables: BTreeMap<u32, String>,
    told: BTreeSet<(u32, String)>,
}

const RELATIONS: &str = "SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relfilenode \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'i', 'I') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
    AND n.nspname !~ '^pg_'";

const TABLES: &str = "SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'";

/// A mode's name in `pg_locks.mode`.
fn mode_name(mode: LockMode) -> &'static str {
    match mode {
        LockMode::AccessShare => "AccessShareLock",
        LockMode::RowShare => "RowShareLock",
        LockMode::RowExclusive => "RowExclusiveLock",
        LockMode::ShareUpdateExclusive => "ShareUpdateExclusiveLock",
        LockMode::Share => "ShareLock",
        LockMode::ShareRowExclusive => "ShareRowExclusiveLock",
        LockMode::Exclusive => "ExclusiveLock",
        LockMode::AccessExclusive => "AccessExclusiveLock",
    }
}

const LOCKS: &str = "SELECT l.relation, l.mode FROM pg_catalog.pg_locks l \
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.granted AND l.locktype = 'relation' \
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())";

/// The tables of foreign keys, the newest keys first: a name may be that of an older one elsewhere.
const PLACES: &str = "SELECT k.conname::text, k.conrelid FROM pg_catalog.pg_constraint k \
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid \
    WHERE k.contype = 'f' AND c.relkind = 'r' AND k.conname = ANY ($1::text[]) ORDER BY k.oid DESC";

impl Watch {
    /// Looks at what is there.
    pub async fn start(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let rows = client.query(TABLES, &[]).await?;
        let table = |row: &tokio_postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?));
        let tables = rows.iter().map(table).collect::<Result<_, tokio_postgres::Error>>()?;
        Ok(Self { relations: relations(client).await?, tables, told: BTreeSet::new() })
    }

    /// The tables that were there before, by their OIDs: their names may have changed.
    pub fn tables(&self) -> Vec<u32> {
        self.tables.keys().copied().collect()
    }

    /// Locks by the names of their relations; without those of readers, and of what was not there before.
    pub fn names(&self, locks: BTreeSet<(u32, String)>) -> Vec<(String, String)> {
        let named = |(relation, mode): (u32, String)| Some((self.relations.get(&relation)?.0.clone(), mode));
        locks.into_iter().filter(|(_, mode)| mode != "AccessShareLock").filter_map(named).collect()
    }

    /// Forgets which locks were told: they ended with their statement.
    pub fn forget(&mut self) {
        self.told.clear();
    }

    /// The relation of a name as the session finds it, if it was there before.
    async fn found(&self, client: &Client, name: &Name) -> Result<Option<&String>, tokio_postgres::Error> {
        let sql = "SELECT pg_catalog.to_regclass($1)::pg_catalog.oid";
        let oid: Option<u32> = client.query_one(sql, &[&name.to_string()]).await?.try_get(0)?;
        Ok(oid.and_then(|oid| self.relations.get(&oid)).map(|(name, _)| name))
    }

    /// The tables whose rows effects update or delete.
    pub async fn written(
        &self,
        client: &Client,
        effects: &[Effect],
    ) -> Result<Vec<Written>, tokio_postgres::Error> {
        let mut written = Vec::new();
        for effect in effects.iter().filter(|effect| effect.origin != Origin::Function) {
            if let What::Update { table, filter } | What::Delete { table, filter } = &effect.what
                && let Some(table) = self.found(client, table).await?
            {
                let every_row =
                    matches!(filter, Filter::None | Filter::Always) && effect.origin == Origin::Statement;
                written.push(Written { table: table.clone(), every_row });
            }
        }
        Ok(written)
    }

    /// Locks of a statement outside of a transaction by the documentation, on relations of which no lock was seen.
    pub async fn documented(
        &self,
        client: &Client,
        effects: &[Effect],
        look: &Look,
    ) -> Result<Vec<(String, String)>, tokio_postgres::Error> {
        let seen = |name: &str| look.locks.iter().any(|(relation, _)| relation == name);
        let mut found = Vec::new();
        for effect in effects {
            for (table, mode) in locks(&effect.what) {
                if let Some(name) = self.found(client, &table).await? {
                    found.push((name.clone(), mode_name(mode).to_owned()));
                }
            }
            // VACUUM FULL and CLUSTER hold whatever they write anew (documentation, section 13.3.1).
            if matches!(effect.what, What::Vacuum { full: true } | What::Cluster { .. }) {
                let tables =
                    look.rewritten.iter().filter(|name| self.tables.values().any(|table| table == *name));
                found.extend(tables.map(|name| (name.clone(), "AccessExclusiveLock".to_owned())));
            }
        }
        found.retain(|(name, mode)| mode != "AccessShareLock" && !seen(name));
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// What has changed since the last look: locks newly taken, relations newly written, and what the server's debug
    /// messages told about the work.
    pub async fn look(&mut self, client: &Client, notices: &[Notice]) -> Result<Look, tokio_postgres::Error> {
        let mut look = self.read(notices);
        let mut locks = Vec::new();
        for row in client.query(LOCKS, &[]).await? {
            let (oid, mode): (u32, String) = (row.try_get(0)?, row.try_get(1)?);
            // The weakest lock is every reader's.
            if mode == "AccessShareLock" {
                continue;
            }
            if let Some((name, _)) = self.relations.get(&oid)
                && self.told.insert((oid, mode.clone()))
            {
                locks.push((name.clone(), mode));
            }
        }
        locks.sort();
        let mut rewritten = Vec::new();
        for (oid, (_, file)) in relations(client).await? {
            if let Some((name, known)) = self.relations.get_mut(&oid)
                && *known != file
            {
                *known = file;
                rewritten.push(name.clone());
            }
        }
        // An index that is written anew is a part of its table's rewrite, or an index build.
        rewritten.retain(|name| {
            look.built.iter().all(|built| built.index != *name.rsplit('.').next().unwrap_or(name))
        });
        look.locks = locks;
        look.rewritten = rewritten;
        self.place(client, &mut look.foreign_keys).await?;
        Ok(look)
    }

    /// Finds the tables of the foreign keys that were looked up: the messages tell a name, which the key of a partitioned
    /// table shares with those of its partitions.
    async fn place(&self, client: &Client, looked: &mut Vec<Looked>) -> Result<(), tokio_postgres::Error> {
        if looked.is_empty() {
            return Ok(());
        }
        let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let names: Vec<&str> = looked.iter().map(|looked| looked.key.as_str()).collect();
        for row in client.query(PLACES, &[&names]).await? {
            let (key, table): (String, u32) = (row.try_get(0)?, row.try_get(1)?);
            if let Some((table, _)) = self.relations.get(&table) {
                places.entry(key).or_default().push(table.clone());
            }
        }
        for looked in looked.iter_mut() {
            if let Some(tables) = places.get_mut(&looked.key).filter(|tables| !tables.is_empty()) {
                looked.table = tables.remove(0);
            }
        }
        // That of a table which the file makes keeps nobody waiting.
        looked.retain(|looked| !looked.table.is_empty());
        Ok(())
    }

    /// What `client_min_messages = debug1` says: which tables are read, which indexes built, which keys looked up.
    fn read(&self, notices: &[Notice]) -> Look {
        let mut look = Look::default();
        for notice in notices.iter().filter(|notice| notice.severity.starts_with("DEBUG")) {
            let mut quoted = notice.message.split('"').skip(1).step_by(2);
            let (first, second) = (quoted.next().unwrap_or_default(), quoted.next().unwrap_or_default());
            if notice.message.starts_with("verifying table") {
                look.read.extend(self.named(first));
            } else if notice.message.starts_with("building index") {
                if let Some(table) = self.named(second) {
                    look.built.push(Built { index: first.to_owned(), table });
                }
            } else if notice.message.starts_with("validating foreign key constraint") {
                look.foreign_keys.push(Looked { key: first.to_owned(), table: String::new() });
            }
        }
        look
    }

    /// The relation of that name that was there before; the messages leave its namespace out.
    fn named(&self, name: &str) -> Option<String> {
        let bare = |known: &str| known.rsplit('.').next().is_some_and(|last| last.trim_matches('"') == name);
        self.relations.values().map(|(known, _)| known).find(|known| bare(known)).cloned()
    }
}

/// What a statement did.
#[derive(Debug, Default)]
pub(super) struct Look {
    pub locks: Vec<(String, String)>,
    pub rewritten: Vec<String>,
    pub read: Vec<String>,
    pub built: Vec<Built>,
    pub foreign_keys: Vec<Looked>,
}

/// A table whose rows were updated or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The table.
    pub table: String,
    /// Whether no condition chooses among its rows.
    pub every_row: bool,
}

/// A foreign key that was looked up for every row of its table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// Its name.
    pub key: String,
    /// Its table; one of the partitions, for a partitioned table.
    pub table: String,
}

/// An index that was built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Built {
    /// The index.
    pub index: String,
    /// Its table.
    pub table: String,
}

async fn relations(client: &Client) -> Result<BTreeMap<u32, (String, u32)>, tokio_postgres::Error> {
    let rows = client.query(RELATIONS, &[]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?)))).collect()
}
