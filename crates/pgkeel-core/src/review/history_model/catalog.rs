//! Takes the model from a catalog: canonical DDL that `dump` wrote, read as if it were one migration before all others.

use super::{Model, Origin};
use crate::review::source::File;

/// The file of what no migration made: the catalog itself.
pub const CATALOG: usize = usize::MAX;

impl Model {
    /// The schema that `dump` describes. What the migrations before it are known to have made keeps its place in them.
    #[must_use]
    pub fn of_catalog(dump: &File, before: &Self) -> Self {
        let mut model = Self { applied: before.applied, ..Self::default() };
        for (at, statement) in dump.statements.iter().enumerate() {
            let origin = Origin { file: CATALOG, statement: at, range: statement.range, order: 0 };
            model.apply(&statement.reading, origin);
        }
        model.search_path = None;
        model.blind_spots = 0;
        model.keep_origins(before);
        model
    }

    fn keep_origins(&mut self, before: &Self) {
        for (key, table) in &mut self.tables {
            let Some(old) = before.tables.get(key) else { continue };
            table.origin = old.origin;
            for column in &mut table.columns {
                if let Some(known) = old.column(&column.name) {
                    column.origin = known.origin;
                }
            }
            for constraint in &mut table.constraints {
                if let Some(known) = old.constraints.iter().find(|known| known.name == constraint.name) {
                    constraint.origin = known.origin;
                    constraint.named = known.named;
                }
            }
        }
        for (key, index) in &mut self.indexes {
            if let Some(old) = before.indexes.get(key) {
                index.origin = old.origin;
            }
        }
        for (key, view) in &mut self.views {
            if let Some(old) = before.views.get(key) {
                view.origin = old.origin;
            }
        }
        for (key, routines) in &mut self.functions {
            let Some(old) = before.functions.get(key) else { continue };
            for routine in routines {
                if let Some(known) =
                    old.iter().find(|known| known.parameters.len() == routine.parameters.len())
                {
                    routine.origin = known.origin;
                }
            }
        }
        for (key, trigger) in &mut self.triggers {
            if let Some(old) = before.triggers.get(key) {
                trigger.origin = old.origin;
            }
        }
        for (key, (_, origin)) in &mut self.rules {
            if let Some((_, old)) = before.rules.get(key) {
                *origin = *old;
            }
        }
        for (key, (_, origin)) in &mut self.policies {
            if let Some((_, old)) = before.policies.get(key) {
                *origin = *old;
            }
        }
        for (key, origin) in &before.ever {
            self.ever.insert(key.clone(), *origin);
        }
        let gone = before.dropped.iter().filter(|(key, _)| !self.exists(key));
        self.dropped = gone.map(|(key, origin)| (key.clone(), *origin)).collect();
    }
}
