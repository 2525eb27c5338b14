//! `--preserve-data`: what a down script would drop is set aside with an expiry, listed, restored, and purged only by
//! command.

use std::sync::Arc;
use std::time::Duration;

use pgkeel_core::event::Event;
use pgkeel_core::migration::{Part, Version};
use pgkeel_core::sql::effect::{self, Name, ObjectKind, Origin, What};
use pgkeel_core::sql::ident::Ident;
use pgkeel_core::sql::script::Piece;
use serde::Serialize;

use crate::answer::{Row, ask, text, truth};
use crate::apply::RunOptions;
use crate::database::{ConnectOptions, Query, Target};
use crate::error::Error;
use crate::lock::{self, Locked};
use crate::store::Store;

/// The script with a statement before each that drops a table or a column, which sets that aside.
pub(super) fn keeping(part: &Part, store: &Store, version: &Version, days: u32) -> Part {
    let mut kept = part.clone();
    let Some(pieces) = &part.pieces else { return kept };
    let mut with = Vec::with_capacity(pieces.len());
    for piece in pieces.iter() {
        if let Piece::Statement(statement) = piece {
            let aside = asides(&statement.text, store, version, days);
            with.extend(aside.into_iter().map(|text| Piece::Statement(statement.with_text(text))));
        }
        with.push(piece.clone());
    }
    kept.statements = with.iter().filter(|piece| matches!(piece, Piece::Statement(_))).count();
    kept.pieces = Some(Arc::new(with));
    kept
}

fn asides(sql: &str, store: &Store, version: &Version, days: u32) -> Vec<String> {
    let quoted =
        |name: &Name| name.parts.iter().map(|part| Ident(part).to_string()).collect::<Vec<_>>().join(".");
    let mut all = Vec::new();
    for effect in effect::read(sql).effects.into_iter().filter(|effect| effect.origin == Origin::Statement) {
        match effect.what {
            What::Drop { kind: ObjectKind::Table, names, cascade, .. } => {
                all.extend(names.iter().map(|name| store.keep_table(version, &quoted(name), cascade, days)));
            }
            What::DropColumn { table, column, cascade, .. } => {
                all.push(store.keep_column(version, &quoted(&table), column.last(), cascade, days));
            }
            _ => {}
        }
    }
    all
}

/// Something that a rollback set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Its number.
    pub id: i64,
    /// The migration that was taken back.
    pub version: Version,
    /// `table` or `column`.
    pub kind: String,
    /// What it was: `public.users`, `public.users.email`.
    pub object: String,
    /// Since when.
    pub kept_at: String,
    /// Until when at least.
    pub expires_at: String,
    /// Whether that time is over.
    pub expired: bool,
    #[serde(skip)]
    namespace: Option<String>,
    #[serde(skip)]
    attribute: Option<String>,
    #[serde(skip)]
    holder: Option<String>,
}

/// Everything that is set aside.
///
/// # Errors
/// The server failed.
pub async fn list(client: &impl Query, store: &Store) -> Result<Vec<Kept>, Error> {
    if !store.read(client).await?.exists {
        return Ok(Vec::new());
    }
    let rows = ask(client, "reading what is kept", &store.read_kept()).await?;
    Ok(rows.iter().filter_map(kept).collect())
}

fn kept(row: &Row) -> Option<Kept> {
    let column = |at: usize| row.get(at).cloned().flatten();
    Some(Kept {
        id: text(row, 0).parse().ok()?,
        version: Version::parse(&text(row, 1))?,
        kind: text(row, 2),
        object: text(row, 3),
        kept_at: text(row, 4),
        expires_at: text(row, 5),
        expired: truth(row, 6),
        namespace: column(7),
        attribute: column(8),
        holder: column(9),
    })
}

/// Everything that restoring and purging need.
pub struct KeepJob<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// The history.
    pub store: &'a Store,
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Which checks are passed over, what the database is called, and how a wait is ended.
    pub run: RunOptions,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

impl KeepJob<'_> {
    /// Puts back what was kept of these migrations, or of all when there are none; returns what is put back. What has no
    /// place to go back to stays kept.
    ///
    /// # Errors
    /// The data does not fit any more; nothing is put back then.
    pub async fn restore(&self, versions: &[Version]) -> Result<Vec<Kept>, Error> {
        let locked = self.locked().await?;
        let client = locked.session().client();
        let before = list(client, self.store).await?;
        let chosen: Vec<&Version> = if versions.is_empty() {
            before.iter().map(|kept| &kept.version).collect()
        } else {
            // As they were kept: 9 is 0009.
            before.iter().map(|kept| &kept.version).filter(|version| versions.contains(version)).collect()
        };
        let sql = format!("BEGIN; {}; COMMIT", self.store.restore_kept(chosen));
        let done = client.batch_execute(&sql).await.map_err(Error::server("putting back what was kept"));
        let after = if done.is_ok() { list(client, self.store).await? } else { Vec::new() };
        locked.release().await;
        done?;
        Ok(before.into_iter().filter(|kept| !after.contains(kept)).collect())
    }

    /// Drops what has expired for good; returns what is gone.
    ///
    /// # Errors
    /// The server failed; nothing is dropped then.
    pub async fn purge(&self) -> Result<Vec<Kept>, Error> {
        let locked = self.locked().await?;
        let client = locked.session().client();
        let mut all = list(client, self.store).await?;
        all.retain(|kept| kept.expired);
        let mut statements = Vec::new();
        for kept in &all {
            match (&kept.namespace, &kept.attribute, &kept.holder) {
                (Some(namespace), _, _) => {
                    statements.push(format!("DROP SCHEMA IF EXISTS {} CASCADE", Ident(namespace)));
                }
                (None, Some(column), Some(table)) => {
                    statements.push(format!("ALTER TABLE {table} DROP COLUMN IF EXISTS {}", Ident(column)));
                }
                // The table that held it is gone.
                _ => {}
            }
            statements.push(self.store.forget_kept(kept.id));
            let detail = serde_json::json!({ "object": kept.object, "kept_at": kept.kept_at });
            statements.push(self.store.audit("purge", Some(kept.version.as_str()), &detail));
        }
        let done = if statements.is_empty() {
            Ok(())
        } else {
            let sql = format!("BEGIN; {}; COMMIT", statements.join("; "));
            client.batch_execute(&sql).await.map_err(Error::server("purging what was kept"))
        };
        locked.release().await;
        done.map(|()| all)
    }

    async fn locked(&self) -> Result<Locked, Error> {
        lock::acquire(self.target, &self.connect, self.store, self.lock_wait, &self.run, self.observe).await
    }
}
