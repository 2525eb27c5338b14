//! `dump`: the canonical text of a schema.

use pgkeel_core::plan::{self, Options, Plan};
use pgkeel_core::schema::Schema;

use crate::source::{Error, Loaded, Source, Workshop};

/// The schema of a source.
///
/// # Errors
/// When it cannot be read.
pub async fn schema(source: &Source, workshop: &Workshop) -> Result<Loaded, Error> {
    source.load(workshop).await
}

/// The plan that makes the schema in an empty database.
pub fn creation(loaded: &Loaded) -> Plan {
    let (schema, role) = (&loaded.schema, loaded.role.clone());
    plan::between(&Schema::of_empty_database(schema.version), schema, &Options { role, ..Options::default() })
}
