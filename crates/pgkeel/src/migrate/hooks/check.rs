//! Hooks are read before the run: what would fail between two migrations is told before the first.

use std::path::Path;

use pgkeel_core::config::Hook;
use pgkeel_core::migration::Part;
use pgkeel_core::migration::reader::{FileParts, Reader};
use pgkeel_core::sql::text::decode;

use crate::discover::line_in_file;
use crate::error::Error;
use crate::migrate::Job;
use crate::preflight::own_tables;

impl Job<'_> {
    /// Looks at every hook before the run.
    ///
    /// # Errors
    /// [`Error::Usage`] for one without a program or a file, [`Error::Invalid`] for a file that cannot be run,
    /// [`Error::Findings`] for one that would change the history.
    pub(in crate::migrate) fn check_hooks(&self) -> Result<(), Error> {
        let hooks = &self.run.hooks;
        let mut scripts = Vec::new();
        for (moment, hook) in hooks.all() {
            let place =
                || hook.place.clone().unwrap_or_else(|| format!("a hook in [migrations.hooks.{moment}]"));
            if hook.sql.is_none() && hook.command.is_empty() {
                return Err(Error::Usage {
                    message: format!("{}: it has neither `command` nor `sql`; nothing was changed", place()),
                    help: "give it a program with its arguments, or a file with statements".to_owned(),
                });
            }
            if let Some(program) = missing_program(hook, &self.run.hook_folder) {
                return Err(Error::Usage {
                    message: format!("{}: there is no program {program}; nothing was changed", place()),
                    help: "programs with a `/` are looked for from the project's folder, others in PATH"
                        .to_owned(),
                });
            }
            let Some(file) = &hook.sql else { continue };
            let path = self.run.hook_folder.join(file);
            let parts = read(&path, file).map_err(|error| match error {
                Error::Io { source, .. } => Error::Usage {
                    message: format!(
                        "{}: the hook's file {file} cannot be read: {source}; nothing was changed",
                        place()
                    ),
                    help: "its path is counted from the folder of pgkeel.toml".to_owned(),
                },
                error => error,
            })?;
            scripts.push(parts.up);
        }
        let scripts: Vec<&Part> = scripts.iter().collect();
        let findings = own_tables(&scripts, self.store.namespace());
        if findings.is_empty() {
            return Ok(());
        }
        Err(Error::Findings {
            what: "a hook would change the history; nothing was changed".to_owned(),
            findings,
        })
    }
}

/// The statements of a hook's file.
///
/// # Errors
/// It cannot be read, or not be run.
pub(super) fn read(path: &Path, shown: &str) -> Result<FileParts, Error> {
    let bytes =
        std::fs::read(path).map_err(|source| Error::Io { doing: "read", path: shown.to_owned(), source })?;
    let text = decode(&bytes).map_err(|why| Error::NotText { file: shown.to_owned(), why })?;
    let mut reader = Reader::new(shown, true);
    reader.feed(text).and_then(|()| reader.finish()).map_err(|why| Error::Invalid {
        file: shown.to_owned(),
        line: line_in_file(path, why.position().line),
        why,
    })
}

/// A program that is named by its path and is not there.
fn missing_program<'h>(hook: &'h Hook, folder: &Path) -> Option<&'h str> {
    let program = hook.command.first()?;
    (program.contains('/') && !folder.join(program).exists()).then_some(program.as_str())
}
