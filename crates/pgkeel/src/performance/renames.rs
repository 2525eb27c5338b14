//! What migrations renamed, so that a statement before a rename is found again after it.

use pgkeel_core::migration::Migration;
use pgkeel_core::performance::Renamed;
use pgkeel_core::sql::effect::{What, read};

/// New names by old ones.
pub(super) fn renames<'m>(migrations: impl Iterator<Item = &'m Migration>) -> Renamed {
    let mut renamed = Renamed::new();
    for migration in migrations {
        for statement in migration.up.in_memory() {
            for effect in read(&statement.text).effects {
                if let What::Rename { name, to, .. } = effect.what {
                    renamed.insert(name.last().to_owned(), to.last().to_owned());
                }
            }
        }
    }
    renamed
}
