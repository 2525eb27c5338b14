//! Why a project cannot be used. All of these are mistakes of configuration: exit code 2.

use pgkeel_core::config::ConfigProblems;
use std::path::PathBuf;

/// Why a project cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// `pgkeel.toml` is wrong; shows each mistake where it is.
    #[error("{0}")]
    Config(ConfigProblems),
    /// A line of `.env` cannot be read. The line itself is not shown: it may hold a secret.
    #[error("{}:{line}: this line is not NAME=value; put values with blanks, # or $ in single quotes", path.display())]
    DotEnv {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `pgkeel.toml` is no text.
    #[error("{}: {why}", path.display())]
    NoText {
        /// The file.
        path: PathBuf,
        /// Where it stops being one.
        why: pgkeel_core::sql::text::NotText,
    },
    /// `--project` names no folder.
    #[error("{} is not a folder", folder.display())]
    NoFolder {
        /// As given.
        folder: PathBuf,
    },
    /// There is no project here.
    #[error("there is no pgkeel.toml in {} or above it, and no migrations", folder.display())]
    NoProject {
        /// Where was looked.
        folder: PathBuf,
    },
    /// An environment variable that pgkeel reads is no text.
    #[error("the environment variable {variable} is not UTF-8")]
    NotText {
        /// Its name.
        variable: &'static str,
    },
    /// The environment is neither usual nor described.
    #[error("there is no environment \"{name}\"{}", .nearest.as_ref().map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default())]
    UnknownEnvironment {
        /// As given.
        name: String,
        /// The known one most like it.
        nearest: Option<String>,
    },
}

impl LoadError {
    /// What to do about it, when the message does not say.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoProject { .. } => {
                Some("make one with \"pgkeel init\", or name its folder with --project".to_owned())
            }
            Self::UnknownEnvironment { name, .. } => Some(format!(
                "development, production, staging and test always exist; any other needs [environments.{name}] in pgkeel.toml"
            )),
            _ => None,
        }
    }
}
