//! The variables and the home folder of the process, as a value: tests and `.env` files make their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Environment variables, and what the operating system knows about the user.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// Names of those whose values are no text.
    unreadable: BTreeSet<String>,
    /// The operating system's name of the user.
    pub os_user: Option<String>,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        let mut environment = Self { os_user: whoami::username().ok(), ..Self::default() };
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => environment.variables.insert(name, value).is_some(),
                Err(_) => environment.unreadable.insert(name),
            };
        }
        environment
    }

    /// One with these variables only.
    pub fn of<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables, ..Self::default() }
    }

    /// Whether a variable is set to something that is no UTF-8.
    pub fn is_unreadable(&self, name: &str) -> bool {
        self.unreadable.contains(name)
    }

    /// The value of a variable; `None` when it is absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The same environment, with variables from a `.env` file where it has none.
    #[must_use]
    pub fn with_defaults(mut self, defaults: &BTreeMap<String, String>) -> Self {
        for (name, value) in defaults {
            self.variables.entry(name.clone()).or_insert_with(|| value.clone());
        }
        self
    }

    /// A file in the user's home folder.
    pub(super) fn home(&self, path: &str) -> Option<PathBuf> {
        self.get("HOME").or_else(|| self.get("USERPROFILE")).map(|home| PathBuf::from(home).join(path))
    }
}

impl std::fmt::Debug for Environment {
    /// Names only: values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}
