//! What an earlier run left of work in steps: told by the journal, and where the journal cannot know, by the
//! catalog.

use pgkeel_core::sql::batch::Batch;
use pgkeel_core::sql::effect::{self, Name, ObjectKind, What};
use pgkeel_core::sql::ident::Literal;

use super::residue::quoted;
use super::units::Unit;
use super::{Executor, Failure, Work};
use crate::answer::{Row, truth};
use crate::error::Error;
use crate::store::Note;

/// A step that an earlier run began.
pub(super) struct Noted {
    /// What it was.
    pub(super) note: Note,
    /// Whether it is done.
    pub(super) finished: bool,
    /// Whether the server refused it.
    pub(super) failed: bool,
}

/// Whether the catalog tells of an interrupted statement that ran alone whether it took effect, or it may simply be done
/// again.
pub(crate) fn is_told(statement: &str) -> bool {
    tells(effect::read(statement).effects.first().map(|effect| &effect.what))
}

fn tells(what: Option<&What>) -> bool {
    matches!(
        what,
        Some(
            What::CreateIndex(_)
                | What::Drop {
                    kind: ObjectKind::Index
                        | ObjectKind::Database
                        | ObjectKind::Tablespace
                        | ObjectKind::Subscription,
                    ..
                }
                | What::CreateDatabase { .. }
                | What::CreateOther { kind: ObjectKind::Tablespace, name: Some(_) }
                | What::DetachPartition { .. }
                | What::Reindex { .. }
                | What::Vacuum { .. }
                | What::Cluster { .. }
                | What::Analyze
                | What::AlterSystem
                | What::Discard { .. }
                | What::SetTablespace { .. }
                | What::AlterSubscription { .. }
        )
    )
}

/// Whether a statement that was begun alone did its work.
enum Effect {
    Took,
    DidNot,
    /// Only a person can tell.
    Unknown,
}

impl Executor<'_> {
    /// What the journal says of a piece of work: its steps, and whether each is done. `None` when it has not begun.
    pub(super) async fn journal(&self, work: &Work<'_>) -> Result<Option<Vec<Noted>>, Failure> {
        let rows = self.rows("reading the journal", &work.ledger.read).await?;
        Ok((!rows.is_empty()).then(|| rows.iter().filter_map(noted).collect()))
    }

    /// The numbers of the units that are done.
    pub(super) async fn resume(
        &self,
        work: &Work<'_>,
        units: &[Unit],
        noted: &[Noted],
    ) -> Result<Vec<usize>, Failure> {
        let mut done = Vec::new();
        for Noted { note, finished, failed } in noted {
            let unit = units.iter().find(|unit| unit.number == note.step);
            let same = unit.filter(|unit| unit.note().text == note.text);
            match (same, finished) {
                (Some(unit), true) => done.push(unit.number),
                (None, true) => return Err(changed(work, note.step)),
                (Some(unit), false) => match self.effect_of(work, unit, note).await? {
                    Effect::Took => done.push(unit.number),
                    Effect::DidNot => {}
                    // What the server refused may be tried again when the cause is gone.
                    Effect::Unknown if *failed => {}
                    Effect::Unknown => return Err(unknown(work, unit)),
                },
                (None, false) => {}
            }
        }
        let mut batch = Batch::default();
        for &number in &done {
            batch.push_own("note the step", &self.store.end_step(&work.key, number, None));
        }
        for note in &work.ledger.again {
            batch.push_own("note that it is taken up again", note);
        }
        if !batch.is_empty() {
            self.send_all(&work.script, &batch).await?;
        }
        Ok(done)
    }

    /// Whether a lone statement that was begun and never noted as ended did its work.
    async fn effect_of(&self, work: &Work<'_>, unit: &Unit, note: &Note) -> Result<Effect, Failure> {
        // In a transaction it was noted by that transaction.
        let Some(statement) = &unit.alone else { return Ok(Effect::DidNot) };
        let reading = statement.reading();
        let what = reading.effects.first().map(|effect| &effect.what);
        if !tells(what) {
            return Ok(Effect::Unknown);
        }
        let took = match what {
            Some(What::CreateIndex(index)) => {
                let built = self.index_is_built(index, note.indexes.as_deref()).await?;
                if !built {
                    self.drop_residue(&work.script, what, note.indexes.as_deref()).await?;
                }
                built
            }
            Some(What::Drop { kind: ObjectKind::Index, names, .. }) => self.all_gone(names).await?,
            Some(What::Drop { kind: ObjectKind::Database, names, .. }) => {
                !self.named("pg_database", "datname", names).await?
            }
            Some(What::Drop { kind: ObjectKind::Tablespace, names, .. }) => {
                !self.named("pg_tablespace", "spcname", names).await?
            }
            Some(What::Drop { kind: ObjectKind::Subscription, names, .. }) => {
                !self.named("pg_subscription", "subname", names).await?
            }
            Some(What::CreateDatabase { name }) => {
                self.named("pg_database", "datname", std::slice::from_ref(name)).await?
            }
            Some(What::CreateOther { kind: ObjectKind::Tablespace, name: Some(name) }) => {
                self.named("pg_tablespace", "spcname", std::slice::from_ref(name)).await?
            }
            Some(What::DetachPartition { parent, partition, .. }) => self.detached(parent, partition).await?,
            Some(What::Reindex { .. }) => {
                self.drop_residue(&work.script, what, note.indexes.as_deref()).await?;
                false
            }
            // The others may simply be done again.
            _ => false,
        };
        Ok(if took { Effect::Took } else { Effect::DidNot })
    }

    async fn all_gone(&self, names: &[Name]) -> Result<bool, Failure> {
        let conditions: Vec<String> = names
            .iter()
            .map(|name| format!("pg_catalog.to_regclass({}) IS NULL", Literal(&quoted(name))))
            .collect();
        self.is_true("looking at indexes", &format!("SELECT {}", conditions.join(" AND "))).await
    }

    async fn named(&self, catalog: &str, column: &str, names: &[Name]) -> Result<bool, Failure> {
        let names: Vec<String> = names.iter().map(|name| Literal(name.last()).to_string()).collect();
        let sql = format!(
            "SELECT EXISTS (SELECT FROM pg_catalog.{catalog} WHERE {column} = ANY (ARRAY[{}]::name[]))",
            names.join(", ")
        );
        self.is_true("looking at the cluster", &sql).await
    }

    /// A detach that was interrupted is finished here: PostgreSQL allows nothing else.
    async fn detached(&self, parent: &Name, partition: &Name) -> Result<bool, Failure> {
        let (parent, partition) = (quoted(parent), quoted(partition));
        let sql = format!(
            "SELECT inhdetachpending FROM pg_catalog.pg_inherits WHERE inhrelid = pg_catalog.to_regclass({}) \
             AND inhparent = pg_catalog.to_regclass({})",
            Literal(&partition),
            Literal(&parent),
        );
        let rows = self.rows("looking at a partition", &sql).await?;
        match rows.first() {
            None => Ok(true),
            Some(row) if truth(row, 0) => {
                let finalize = format!("ALTER TABLE {parent} DETACH PARTITION {partition} FINALIZE");
                self.rows("finishing a detach", &finalize).await?;
                Ok(true)
            }
            Some(_) => Ok(false),
        }
    }
}

fn noted(row: &Row) -> Option<Noted> {
    Some(Noted { note: Note::read(row)?, finished: truth(row, 6), failed: truth(row, 7) })
}

fn changed(work: &Work<'_>, step: usize) -> Failure {
    Failure::Other(Error::Refused {
        message: format!(
            "{} stopped after its step {step}, and that step reads differently in the file now",
            work.script.label,
        ),
        help: "it is done and does not run again: restore its text, and mend what it left in the database by hand; then \
               `pgkeel migrate` goes on. Steps that are not done may be changed in the file"
            .to_owned(),
    })
}

fn unknown(work: &Work<'_>, unit: &Unit) -> Failure {
    let line = unit.alone.as_ref().map(|statement| statement.position.line).unwrap_or_default();
    Failure::Other(Error::Refused {
        message: format!(
            "{} was interrupted in its step {} (line {line}), which ran outside a transaction: nothing in the database \
             tells whether it took effect",
            work.script.label, unit.number,
        ),
        help: work.ledger.unknown.clone(),
    })
}
