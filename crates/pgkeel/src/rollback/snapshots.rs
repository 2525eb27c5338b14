//! Down scripts without any file: from the schemas that were recorded after the runs that applied a migration and the one
//! before it. These are what really was before and after it.

use pgkeel_core::history::Entry;
use pgkeel_core::rollback::generate::generate;
use pgkeel_core::schema::Schema;

use super::{Job, Planned};
use crate::answer::{ask, text};
use crate::database::Session;
use crate::error::Error;
use crate::replay::in_order;

impl Job<'_> {
    /// Writes the scripts that are missing, as far as both schemas are recorded.
    ///
    /// # Errors
    /// The history cannot be read.
    pub(super) async fn write_missing(
        &self,
        entries: &[Entry],
        planned: &mut [Planned],
    ) -> Result<(), Error> {
        if planned.iter().all(|planned| !planned.unwritten) {
            return Ok(());
        }
        let order = in_order(entries);
        let session = self.look().await?;
        let done = self.write_from(&session, &order, planned).await;
        session.close().await;
        done
    }

    async fn write_from(
        &self,
        session: &Session,
        order: &[&Entry],
        planned: &mut [Planned],
    ) -> Result<(), Error> {
        for planned in planned.iter_mut().filter(|planned| planned.unwritten) {
            let Some(place) = order.iter().position(|entry| entry.version == planned.version) else {
                continue;
            };
            let Some(after) = self.recorded(session, &planned.entry).await? else { continue };
            let before = match place.checked_sub(1).and_then(|before| order.get(before)) {
                Some(entry) => self.recorded(session, entry).await?,
                None => Some(Schema::of_empty_database(after.version)),
            };
            if let Some(before) = before {
                planned.write(&generate(&before, &after))?;
                planned.notes.push(
                    "its down script is written from the schemas recorded before and after it".to_owned(),
                );
            }
        }
        Ok(())
    }

    async fn recorded(&self, session: &Session, entry: &Entry) -> Result<Option<Schema>, Error> {
        let rows =
            ask(session, "reading a recorded schema", &self.store.read_snapshot_of(&entry.version)).await?;
        // One of a later format is as good as none.
        Ok(rows.first().and_then(|row| Schema::from_json(&text(row, 0)).ok()))
    }
}
