//! What a statement did to relations that were there before: locks from `pg_locks`, rewrites from `relfilenode`
//! (PostgreSQL documentation, "pg_locks" and "pg_class").

use std::collections::{BTreeMap, BTreeSet};

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

/// Relations as they were when the file began, and what has been told about them.
pub(super) struct Watch {
    /// By OID: name and file.
    relations: BTreeMap<u32, (String, u32)>,
    told: BTreeSet<(u32, String)>,
}

const RELATIONS: &str = "SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relfilenode \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'i', 'I') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
    AND n.nspname !~ '^pg_'";

const LOCKS: &str = "SELECT l.relation, l.mode FROM pg_catalog.pg_locks l \
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.granted AND l.locktype = 'relation' \
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())";

impl Watch {
    /// Looks at what is there.
    pub async fn start(client: &Client) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { relations: relations(client).await?, told: BTreeSet::new() })
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
        Ok(look)
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
                look.foreign_keys.push(first.to_owned());
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
    pub foreign_keys: Vec<String>,
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
