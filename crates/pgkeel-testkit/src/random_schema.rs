//! Random but valid schemas, the same for the same seed: what a property test of the schema engine starts from.
//!
//! A [`RandomSchema`] is a value; [`RandomSchema::sql`] writes it as a script for an empty database of any major, and
//! [`RandomSchema::changed`] gives the schema some random changes later, as a team would have made them. A diff of the
//! two databases, applied to the first, must give the second: `pg_dump` is the judge.
//!
//! Parts refer to each other by number and are left out when what they refer to is gone, so that any part may be
//! removed. What depends on a column's type (a default, a check, an index) is chosen by that type when the script is
//! written, so that any type may change.

mod change;
mod create;
mod model;
mod names;
mod types;
mod write;

use model::Model;

/// A schema from a seed.
#[derive(Debug, Clone)]
pub struct RandomSchema {
    model: Model,
}

impl RandomSchema {
    /// About `tables` tables with everything that belongs to them.
    pub fn new(seed: u64, tables: usize) -> Self {
        Self { model: create::model(&mut fastrand::Rng::with_seed(seed), tables) }
    }

    /// The same schema after about `changes` changes.
    #[must_use]
    pub fn changed(&self, seed: u64, changes: usize) -> Self {
        let mut model = self.model.clone();
        let mut random = fastrand::Rng::with_seed(seed);
        for _ in 0..changes {
            change::one(&mut random, &mut model);
        }
        Self { model }
    }

    /// The statements that create it in an empty database.
    pub fn sql(&self) -> String {
        write::script(&self.model)
    }
}
