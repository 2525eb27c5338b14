//! What `diff`, `sync` and `dump` share: where schemas come from, and scratch databases to read them in.

use clap::Args;
use pgkeel::load::Project;
use pgkeel::scratch::Choice;
use pgkeel::source::Workshop;

/// Options of every command that reads schemas.
#[derive(Debug, Clone, Default, Args)]
pub struct Scratch {
    /// A server on which scratch databases may be created; without it a PostgreSQL of this machine is started
    /// privately, or else the embedded one.
    #[arg(long, value_name = "URL", env = "PGKEEL_SCRATCH_URL", hide_env_values = true)]
    scratch_url: Option<String>,
    /// The namespace of pgkeel's own tables, which are no part of a schema.
    #[arg(long, value_name = "NAME", default_value = "pgkeel")]
    history_namespace: String,
}

impl Scratch {
    /// The workshop that these options ask for.
    pub fn workshop(&self) -> Workshop {
        Workshop::new(self.choice(), vec![self.history_namespace.clone()])
    }

    /// The workshop for a project's own database of that major version: its history is no part of the schema.
    pub fn workshop_for(&self, project: &Project, major: Option<u32>) -> Workshop {
        Workshop::new(
            Choice { major, ..self.choice() },
            vec![project.config.migrations.history_namespace.clone()],
        )
        .with_settings(&project.config.migrations.settings)
    }

    /// Where these options take scratch databases from.
    pub fn choice(&self) -> Choice {
        Choice { url: self.scratch_url.clone(), embedded: embedded(), major: None }
    }

    /// Whether a scratch server is named.
    pub fn is_named(&self) -> bool {
        self.scratch_url.is_some()
    }

    /// The namespace of pgkeel's own tables.
    pub fn history_namespace(&self) -> &str {
        &self.history_namespace
    }
}

#[cfg(feature = "embedded")]
#[expect(clippy::unnecessary_wraps, reason = "the build without the engine has none")]
fn embedded() -> Option<std::sync::Arc<dyn pgkeel::database::Provider>> {
    Some(std::sync::Arc::new(pgkeel_embedded::Embedded))
}

#[cfg(not(feature = "embedded"))]
fn embedded() -> Option<std::sync::Arc<dyn pgkeel::database::Provider>> {
    None
}
