//! What interrupted statements leave: indexes that PostgreSQL does not use, and how they are told from those that
//! somebody is building right now.

use pgkeel_core::event::Event;
use pgkeel_core::sql::effect::{CreateIndex, Name, ReindexTarget, What};
use pgkeel_core::sql::ident::{Ident, Literal};

use super::{Executor, Failure, Script};
use crate::answer::{Row, ask, text};
use crate::error::Error;

/// An index that PostgreSQL does not use: a build failed, or is going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InvalidIndex {
    oid: String,
    /// Quoted and qualified.
    name: String,
    /// As it is in the catalog.
    bare: String,
    /// The process that builds it, if one does.
    builder: Option<String>,
}

impl Executor<'_> {
    /// Before an index is built: an invalid one of its name that nobody builds goes, so that `IF NOT EXISTS` cannot
    /// succeed over it. One that somebody builds is left alone.
    pub(super) async fn clear_the_way(&self, what: Option<&What>) -> Result<(), Failure> {
        let Some(What::CreateIndex(index)) = what else { return Ok(()) };
        let Some(name) = &index.name else { return Ok(()) };
        for invalid in
            self.invalid_indexes(what).await?.into_iter().filter(|invalid| invalid.bare == name.last())
        {
            if let Some(pid) = &invalid.builder {
                return Err(Failure::Other(Error::Refused {
                    message: format!("process {pid} is building index {} right now", invalid.name),
                    help:
                        "wait until it has ended, or end it with pg_cancel_backend, and run the command again"
                            .to_owned(),
                }));
            }
            self.drop_index(&invalid, "0").await?;
        }
        Ok(())
    }

    /// The object ids of the indexes of the table that a statement builds indexes on.
    pub(super) async fn indexes(&self, what: Option<&What>) -> Result<Option<String>, Failure> {
        let Some(tables) = tables_of(what) else { return Ok(None) };
        let sql = format!(
            "SELECT pg_catalog.string_agg(i.indexrelid::text, ' ' ORDER BY i.indexrelid) FROM pg_catalog.pg_index i WHERE \
             {tables}"
        );
        let rows = self.rows("looking at indexes", &sql).await?;
        Ok(Some(rows.first().map(|row| text(row, 0)).unwrap_or_default()))
    }

    /// After a failed or interrupted build: what it left goes. `before` are the indexes that were there.
    pub(super) async fn drop_residue(
        &self,
        script: &Script<'_>,
        what: Option<&What>,
        before: Option<&str>,
    ) -> Result<(), Failure> {
        let Some(before) = before else { return Ok(()) };
        for invalid in self.invalid_indexes(what).await? {
            let old = before.split(' ').any(|oid| oid == invalid.oid);
            if old || invalid.builder.is_some() {
                continue;
            }
            // Dropping waits for everybody who reads the table. Whoever made the build fail may be one of them: then
            // the index stays, and the next run drops it before it builds again.
            match self.drop_index(&invalid, "3000").await {
                Err(Failure::Other(error)) => (self.observe)(Event::Notice {
                    label: script.label.clone(),
                    severity: "WARNING".to_owned(),
                    message: format!(
                        "the invalid index {} could not be dropped now and goes before the next try: {error}",
                        invalid.name
                    ),
                    line: None,
                }),
                dropped => dropped?,
            }
        }
        Ok(())
    }

    /// The invalid indexes of the tables that a statement builds indexes on.
    async fn invalid_indexes(&self, what: Option<&What>) -> Result<Vec<InvalidIndex>, Failure> {
        let Some(tables) = tables_of(what) else { return Ok(Vec::new()) };
        // The progress of other roles' sessions is hidden from those who may not read all statistics: then whoever
        // builds an index in this database and holds the table as a builder does is taken for the one.
        let sql = format!(
            "SELECT i.indexrelid, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relname, (SELECT p.pid FROM \
             pg_catalog.pg_stat_progress_create_index p WHERE p.pid <> pg_catalog.pg_backend_pid() AND (p.index_relid = \
             i.indexrelid OR p.index_relid IS NULL AND EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = p.pid AND \
             l.relation = i.indrelid AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted)) LIMIT 1) FROM \
             pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON \
             n.oid = c.relnamespace WHERE NOT i.indisvalid AND c.relkind = 'i' AND {tables}"
        );
        let rows = self.rows("looking for invalid indexes", &sql).await?;
        let invalid = |row: &Row| InvalidIndex {
            oid: text(row, 0),
            name: text(row, 1),
            bare: text(row, 2),
            builder: row.get(3).cloned().flatten(),
        };
        Ok(rows.iter().map(invalid).collect())
    }

    /// Drops an index that nobody uses, waiting `patience` milliseconds for each lock.
    async fn drop_index(&self, index: &InvalidIndex, patience: &str) -> Result<(), Failure> {
        self.rows("cleaning up", &format!("SET lock_timeout = {patience}; SET statement_timeout = 0"))
            .await?;
        let sql = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", index.name);
        self.rows("dropping an invalid index", &sql).await.map(|_| ())
    }

    /// Whether an index that was begun is there and in use.
    pub(super) async fn index_is_built(
        &self,
        index: &CreateIndex,
        before: Option<&str>,
    ) -> Result<bool, Failure> {
        let which = match &index.name {
            Some(name) => format!("c.relname = {}", Literal(name.last())),
            // PostgreSQL made its name: it is the one that was not there before.
            None => format!(
                "NOT i.indexrelid::text = ANY (pg_catalog.string_to_array({}, ' '))",
                Literal(before.unwrap_or_default())
            ),
        };
        let sql = format!(
            "SELECT pg_catalog.bool_or(i.indisvalid) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = \
             i.indexrelid WHERE i.indrelid = pg_catalog.to_regclass({}) AND {which}",
            Literal(&quoted(&index.table)),
        );
        self.is_true("looking at an index", &sql).await
    }

    /// Whether the first column of the first row is true.
    pub(super) async fn is_true(&self, doing: &str, sql: &str) -> Result<bool, Failure> {
        let rows = self.rows(doing, sql).await?;
        Ok(rows.first().is_some_and(|row| text(row, 0) == "t"))
    }

    /// Rows of a question of our own, as text.
    pub(super) async fn rows(&self, doing: &str, sql: &str) -> Result<Vec<Row>, Failure> {
        ask(self.session.client(), doing, sql).await.map_err(Failure::of)
    }
}

/// A condition on `pg_index i`: the tables on which a statement builds indexes outside a transaction.
fn tables_of(what: Option<&What>) -> Option<String> {
    match what? {
        What::CreateIndex(index) => {
            Some(format!("i.indrelid = pg_catalog.to_regclass({})", Literal(&quoted(&index.table))))
        }
        What::Reindex { target, name: Some(name), concurrently: true } => {
            let name = Literal(&quoted(name)).to_string();
            Some(match target {
                ReindexTarget::Index => format!(
                    "i.indrelid = (SELECT x.indrelid FROM pg_catalog.pg_index x WHERE x.indexrelid = \
                     pg_catalog.to_regclass({name}))"
                ),
                ReindexTarget::Table => format!("i.indrelid = pg_catalog.to_regclass({name})"),
                ReindexTarget::Namespace | ReindexTarget::Database => return None,
            })
        }
        _ => None,
    }
}

/// A name as the statement wrote it, each part quoted where it must be.
pub(super) fn quoted(name: &Name) -> String {
    name.parts.iter().map(|part| Ident(part).to_string()).collect::<Vec<_>>().join(".")
}
