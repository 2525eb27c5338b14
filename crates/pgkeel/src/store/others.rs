//! What the other histories of a database vouch for.

use std::collections::BTreeMap;

use pgkeel_core::schema::{Other, Others, Schema};
use pgkeel_core::sql::ident::Ident;

use super::Store;
use crate::answer::{ask, text};
use crate::database::Query;
use crate::error::Error;
use crate::preflight;

impl Store {
    /// What the histories of other applications in the database recorded last, each as it may be read.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn others(&self, client: &impl Query) -> Result<Others, Error> {
        let mut others = Vec::new();
        for namespace in preflight::other_namespaces(client, self).await? {
            others.push(other(client, namespace).await?);
        }
        Ok(Others::new(others))
    }
}

async fn other(client: &impl Query, namespace: String) -> Result<Other, Error> {
    let ns = Ident(&namespace);
    let sql = format!(
        "SELECT schema, pg_catalog.array_to_string(found, E'\\n') FROM {ns}.snapshots ORDER BY taken_at DESC LIMIT 1"
    );
    let rows = match ask(client, "reading another application's history", &sql).await {
        Err(error) if error.is_disconnect() => return Err(error),
        // Whoever may not read it does not know what it made.
        rows => rows.unwrap_or_default(),
    };
    let schema = rows.first().and_then(|row| Schema::from_json(&text(row, 0)).ok());
    let found = rows.first().map(|row| text(row, 1)).unwrap_or_default();
    let found = found.lines().filter_map(|id| id.parse().ok()).collect();
    Ok(Other { namespace, schema, found })
}

/// Whose objects are no difference, in one line; and of whom it is not known.
pub(crate) fn note(theirs: &BTreeMap<String, usize>, others: &Others) -> Option<String> {
    let counted = theirs.iter().map(|(namespace, count)| {
        let objects = if *count == 1 { "object belongs" } else { "objects belong" };
        format!("{count} {objects} to the application whose history is in namespace {namespace}")
    });
    let unknown = others.unknown().map(|namespace| {
        format!("what the history in namespace {namespace} made is not known: this role may not read it, or no run has \
                 recorded it")
    });
    let told: Vec<String> = counted.chain(unknown).collect();
    (!told.is_empty()).then(|| told.join("; "))
}
