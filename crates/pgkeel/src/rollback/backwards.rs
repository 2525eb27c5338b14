//! A down script from a replay: what the migration renamed is known by its place in the catalog, and gets its name back.

use pgkeel_core::plan;
use pgkeel_core::rollback::generate::{Generated, generate, generate_renaming};
use pgkeel_core::schema::Schema;

use crate::introspect::Placed;
use crate::replay::{Error, Replay};

/// Writes the way back to the schema `before`, whose objects had these `places`, from what is on the replay now.
///
/// # Errors
/// The replay cannot be read.
pub(super) async fn generated(
    replay: &Replay<'_>,
    before: &Schema,
    places: &Placed,
) -> Result<Generated, Error> {
    let (after, later) = replay.placed().await?;
    let renames = plan::proven_renames(before, &after, &places.moved(&later));
    let (forth, back) = plan::rename_statements(before, &after, &renames);
    if forth.is_empty() {
        return Ok(generate(before, &after));
    }
    // How definitions read under the new names, a server tells.
    let beside = replay.beside().await?;
    let under_old_names = async {
        beside.make(before).await?;
        beside.carry_out(&forth).await?;
        beside.schema().await
    };
    let under_old_names = under_old_names.await;
    beside.close().await;
    Ok(match under_old_names {
        Ok(schema) => generate_renaming(&schema, &after, back),
        Err(error) => {
            tracing::debug!(%error, "what was renamed could not be renamed again");
            generate(before, &after)
        }
    })
}
