//! `validate`: the live database against its migrations, replayed on a scratch database, and against the written
//! contract. It only reads the live one.

use std::path::Path;

use pgkeel_core::config::ExpectConfig;
use pgkeel_core::finding::Finding;
use pgkeel_core::schema::Schema;
use pgkeel_core::validate::{Ignored, compare, contract};

use crate::database::Target;
use crate::error::Error;
use crate::source::{Source, Workshop};

/// Everything that validation needs.
pub struct ValidateJob<'a> {
    /// The live database.
    pub target: &'a Target,
    /// The migrations, to be replayed; none when there are none.
    pub migrations: Option<&'a Path>,
    /// The contract.
    pub expect: &'a ExpectConfig,
    /// Where scratch databases come from, and which namespaces are pgkeel's own.
    pub workshop: &'a Workshop,
}

/// What was found, and on what it rests.
#[derive(Debug)]
pub struct Validation {
    /// The findings, the worst first.
    pub findings: Vec<Finding>,
    /// The live schema.
    pub live: Schema,
    /// What the user should know: the scratch server that was used, and what it could not hold.
    pub notes: Vec<String>,
}

impl ValidateJob<'_> {
    /// Compares.
    ///
    /// # Errors
    /// The live database cannot be read, or the migrations cannot be replayed.
    pub async fn validate(&self) -> Result<Validation, Error> {
        let database = Source::Database(Box::new(self.target.clone()));
        let live = database.load(self.workshop).await.map_err(Box::new)?;
        let mut notes = live.notes;
        let live = owned_by_nobody(live.schema, live.role.as_deref());
        let mut findings = Vec::new();
        if let Some(folder) = self.migrations {
            let replayed = Source::Files(folder.to_owned()).load(self.workshop).await.map_err(Box::new)?;
            notes.extend(replayed.notes);
            findings = compare(&replayed.schema, &live, &Ignored::new(&self.expect.ignore));
        }
        findings.extend(contract::check(self.expect, &live));
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Ok(Validation { findings, live, notes })
    }
}

/// What belongs to the role that looks belongs to nobody in particular, as on a scratch database.
fn owned_by_nobody(mut schema: Schema, role: Option<&str>) -> Schema {
    for object in schema.objects.values_mut() {
        if object.attributes.owner.as_deref() == role {
            object.attributes.owner = None;
        }
    }
    schema
}
