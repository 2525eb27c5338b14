//! `diff`: the plan between two sources.

use pgkeel_core::plan::{self, Options, Plan};

use crate::source::{Error, Loaded, Source, Workshop};
use crate::words;

/// Two schemas and the plan between them.
#[derive(Debug)]
pub struct Difference {
    /// The plan.
    pub plan: Plan,
    /// What it starts from.
    pub from: Loaded,
    /// What it leads to.
    pub to: Loaded,
}

/// The plan that turns `from` into `to`.
///
/// # Errors
/// When either side cannot be read.
pub async fn diff(
    from: &Source,
    to: &Source,
    workshop: &Workshop,
    options: &Options,
) -> Result<Difference, Error> {
    let of_files = |source: &Source| matches!(source, Source::Files(_) | Source::Applied { .. });
    let [from_files, to_files] = [from, to].map(of_files);
    // Files go last: they are loaded into a server of the same version as the other side's.
    let (from, to) = match (from, to) {
        (Source::Files(_) | Source::Applied { .. }, _) => {
            let to = Box::pin(to.load(workshop)).await?;
            (Box::pin(from.load(workshop)).await?, to)
        }
        (_, Source::Files(_) | Source::Applied { .. }) => {
            let from = Box::pin(from.load(workshop)).await?;
            let to = Box::pin(to.load(workshop)).await?;
            (from, to)
        }
        _ => tokio::try_join!(Box::pin(from.load(workshop)), Box::pin(to.load(workshop)))?,
    };
    let (from, to) = populated_alike(from, to, [from_files, to_files]);
    plan::check_renames(&from.schema, &to.schema, &options.renames).map_err(Error::Rename)?;
    let to = words::in_words_of(&from.schema, to, workshop).await;
    let plan =
        plan::between(&from.schema, &to.schema, &Options { role: from.role.clone(), ..options.clone() });
    Ok(Difference { plan, from, to })
}

/// Files say nothing of which materialized views hold rows: what `pg_dump` writes fills none, and a live one is not to be
/// emptied because of that.
fn populated_alike(from: Loaded, to: Loaded, of_files: [bool; 2]) -> (Loaded, Loaded) {
    match of_files {
        [_, true] => {
            let schema = to.schema.populated_as(&from.schema);
            (from, Loaded { schema, ..to })
        }
        [true, false] => {
            let schema = from.schema.populated_as(&to.schema);
            (Loaded { schema, ..from }, to)
        }
        [false, false] => (from, to),
    }
}
