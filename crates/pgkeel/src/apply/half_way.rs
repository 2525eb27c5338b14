//! After a failure in the middle of a migration that is no one transaction: the steps before it are undone, last first, as
//! far as that is certain to leave everything as it was. The journal follows each, so that a run that dies here is taken up
//! like any other.

use pgkeel_core::rollback::half_way::Made;
use pgkeel_core::sql::batch::Batch;

use super::units::Unit;
use super::{Executor, Failure, Work};

/// A unit that is done, with the statements that undo it.
struct Undo<'u> {
    unit: &'u Unit,
    statements: Vec<String>,
}

impl Executor<'_> {
    /// Undoes the units that are done; returns the numbers of those that stay. It begins only when all of them can be
    /// undone for certain, and ends at the first that the server refuses.
    pub(super) async fn undo_half_way(
        &self,
        work: &Work<'_>,
        units: &[Unit],
        done: &[usize],
    ) -> Result<Vec<usize>, Failure> {
        let Some(undos) = certain(work, units, done).filter(|_| work.undo_half_way) else {
            return Ok(done.to_vec());
        };
        let mut left = done.to_vec();
        for undo in undos.iter().rev() {
            match self.undo_unit(work, undo).await {
                Ok(()) => left.retain(|number| *number != undo.unit.number),
                Err(Failure::Disconnected(lost)) => return Err(Failure::Disconnected(lost)),
                // A row that somebody wrote, an object that somebody built on it: then it stays.
                Err(_) => {
                    self.leave_transaction().await?;
                    break;
                }
            }
        }
        Ok(left)
    }

    async fn undo_unit(&self, work: &Work<'_>, undo: &Undo<'_>) -> Result<(), Failure> {
        let forget = self.store.forget_step(&work.key, undo.unit.number);
        if undo.unit.alone.is_none() {
            let mut batch = Batch::default();
            batch.push_own("begin to undo a step", "BEGIN");
            batch.push_own("set timeouts", &self.settings(&work.script.part.directives, ""));
            for sql in &undo.statements {
                batch.push_own("undo a step", sql);
            }
            batch.push_own("note that a step is undone", &forget);
            batch.push_own("commit", "COMMIT");
            return self.send_all(&work.script, &batch).await;
        }
        // From here on the catalog decides whether the step is done, as after an interruption.
        let mut begun = Batch::default();
        begun.push_own(
            "note that a step is being undone",
            &self.store.begin_step(&work.key, &undo.unit.note()),
        );
        self.send_all(&work.script, &begun).await?;
        for sql in &undo.statements {
            let mut alone = Batch::default();
            alone.push_own("undo a step", sql);
            self.send_all(&work.script, &alone).await?;
        }
        let mut ended = Batch::default();
        ended.push_own("note that a step is undone", &forget);
        self.send_all(&work.script, &ended).await
    }
}

/// What undoes the units that are done; `None` when any of them cannot be undone for certain.
fn certain<'u>(work: &Work<'_>, units: &'u [Unit], done: &[usize]) -> Option<Vec<Undo<'u>>> {
    work.script.part.pieces.as_ref()?;
    let mut made = Made::default();
    let mut undos = Vec::new();
    let statements: Vec<&str> =
        work.script.part.in_memory().map(|statement| statement.text.as_str()).collect();
    for unit in units.iter().filter(|unit| done.contains(&unit.number)) {
        let mut all = Vec::new();
        for index in unit.statements.clone() {
            let mut own = made.undo(statements.get(index)?)?;
            own.append(&mut all);
            all = own;
        }
        undos.push(Undo { unit, statements: all });
    }
    Some(undos)
}
