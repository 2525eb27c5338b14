//! `dump`: the canonical text of a schema.

use pgkeel_core::plan::{self, Options, Plan};
use pgkeel_core::schema::{Id, Schema};

use crate::source::{Error, Loaded, Source, Workshop};

/// The schema of a source.
///
/// # Errors
/// When it cannot be read.
pub async fn schema(source: &Source, workshop: &Workshop) -> Result<Loaded, Error> {
    source.load(workshop).await
}

/// The plan that makes the schema in an empty database. Passwords and other secrets are `***` in it unless they are
/// asked for; the objects that have some are named.
pub fn creation(loaded: &Loaded, with_secrets: bool) -> (Plan, Vec<Id>) {
    let (shown, hidden) = loaded.schema.clone().without_secrets();
    if with_secrets || hidden.is_empty() {
        return (plan_of(&loaded.schema, loaded.role.clone()), vec![]);
    }
    (plan_of(&shown, loaded.role.clone()), hidden)
}

fn plan_of(schema: &Schema, role: Option<String>) -> Plan {
    plan::statements(
        &Schema::of_empty_database(schema.version),
        schema,
        &Options { role, ..Options::default() },
    )
}
