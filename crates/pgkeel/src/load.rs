//! Which project, which environment, which database: found the same way by every command.

mod dotenv;
mod error;
#[cfg(test)]
mod tests;

pub use error::LoadError;

use crate::database::{Environment, Error, Origin, Target, readable};
use pgkeel_core::config::{self, Config};
use pgkeel_core::nearest::nearest;
use pgkeel_core::sql::text::decode;
use pgkeel_core::url::Address;
use std::path::{Path, PathBuf};

/// The name of the project's file.
pub const CONFIG_FILE: &str = "pgkeel.toml";

/// The environment when nobody names one.
const DEFAULT_ENVIRONMENT: &str = "development";

/// Environments that need no section of their own. Any other must have one, or a slip of the hand in "production"
/// would be a lenient environment.
const USUAL_ENVIRONMENTS: [&str; 4] = [DEFAULT_ENVIRONMENT, "production", "staging", "test"];

/// What the user chose on the command line.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// `--project`.
    pub project: Option<PathBuf>,
    /// `--env`.
    pub environment: Option<String>,
    /// `--database`.
    pub database: Option<String>,
}

/// How a project was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// By its `pgkeel.toml`.
    Config,
    /// A folder with `*.sql` files, or with a `migrations` folder, and no `pgkeel.toml`.
    PlainFolder,
    /// Not at all: commands that need no project still work.
    Nothing,
}

/// A project as one run sees it.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its folder.
    pub root: PathBuf,
    /// How it was found.
    pub found: Found,
    /// What `pgkeel.toml` says for this environment, or the defaults.
    pub config: Config,
    /// The name of the environment.
    pub environment: String,
    /// Where the migrations are.
    pub migrations_dir: PathBuf,
    /// Where the seeds are.
    pub seeds_dir: PathBuf,
    /// The process's variables, and under them those of `.env`.
    pub variables: Environment,
    database: Option<String>,
    process: Environment,
}

impl Project {
    /// Finds the project around the current folder, or where `choice` says.
    ///
    /// # Errors
    /// [`LoadError`]: `pgkeel.toml` or `.env` is wrong, the environment is unknown, `--project` is no folder.
    pub fn load(choice: &Choice) -> Result<Self, LoadError> {
        let here =
            std::env::current_dir().map_err(|source| LoadError::Io { path: PathBuf::from("."), source })?;
        Self::load_from(&here, choice, Environment::of_process())
    }

    /// As [`Project::load`], from another folder and with other variables.
    ///
    /// # Errors
    /// As [`Project::load`].
    pub fn load_from(here: &Path, choice: &Choice, process: Environment) -> Result<Self, LoadError> {
        let (root, found) = find(here, choice.project.as_deref())?;
        let variables = process.clone().with_defaults(&dotenv::read(&root.join(".env"))?);
        if choice.environment.is_none() && process.is_unreadable("PGKEEL_ENV") {
            return Err(LoadError::NotText { variable: "PGKEEL_ENV" });
        }
        let named = choice.environment.as_deref().or_else(|| variables.get("PGKEEL_ENV"));
        let environment = named.unwrap_or(DEFAULT_ENVIRONMENT).to_owned();
        let config = if found == Found::Config {
            read_config(&root.join(CONFIG_FILE), &environment, &variables)?
        } else {
            known_environment(&environment, &[])?;
            Config::absent(&environment)
        };
        let configured = root.join(&config.migrations.dir);
        // A plain folder of *.sql files is the migrations folder itself.
        let migrations_dir =
            if found == Found::PlainFolder && !configured.is_dir() { root.clone() } else { configured };
        Ok(Self {
            seeds_dir: root.join(&config.seeds.dir),
            migrations_dir,
            root,
            found,
            config,
            environment,
            variables,
            database: choice.database.clone(),
            process,
        })
    }

    /// The project, when there is one.
    ///
    /// # Errors
    /// [`LoadError::NoProject`], which tells what to do.
    pub fn required(self) -> Result<Self, LoadError> {
        if self.found == Found::Nothing { Err(LoadError::NoProject { folder: self.root }) } else { Ok(self) }
    }

    /// The database: `--database`, then `DATABASE_URL`, then `.env`, then `[database]`, then the `PG*` variables.
    /// `None` when nobody says.
    ///
    /// # Errors
    /// The address that was found cannot be used.
    pub fn target(&self) -> Result<Option<Target>, Error> {
        let variable = "DATABASE_URL";
        let in_root = |text: &str, origin| self.read(text, origin).map(Some);
        if let Some(text) = &self.database {
            return Target::read(text, Origin::Given, &self.variables).map(Some);
        }
        readable(&self.process, variable)?;
        if let Some(text) = self.process.get(variable) {
            return Target::read(text, Origin::Variable(variable.to_owned()), &self.variables).map(Some);
        }
        if let Some(text) = self.variables.get(variable) {
            return in_root(text, Origin::DotEnv(self.root.join(".env")));
        }
        if let Some(text) = &self.config.database.url {
            self.config.is_set("database.url").map_err(Error::Unset)?;
            return in_root(text, Origin::Config(self.root.join(CONFIG_FILE)));
        }
        Target::from_libpq_variables(&self.variables)
    }

    /// The database that `[database]` names for this environment, whatever variables and options say.
    ///
    /// # Errors
    /// The address cannot be used.
    pub fn configured_target(&self) -> Result<Option<Target>, Error> {
        self.config.is_set("database.url").map_err(Error::Unset)?;
        let url = self.config.database.url.as_deref();
        url.map(|text| self.read(text, Origin::Config(self.root.join(CONFIG_FILE)))).transpose()
    }

    /// The environments of `pgkeel.toml`, sorted; with the usual one when `[database]` names a database for it.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn environments(&self) -> Result<Vec<String>, LoadError> {
        let path = self.root.join(CONFIG_FILE);
        if self.found != Found::Config {
            return Ok(Vec::new());
        }
        let text = read_text(&path)?;
        let shown = path.display().to_string();
        let mut names = config::environments(&text, &shown).map_err(LoadError::Config)?;
        let usual = Config::parse(&text, &shown, DEFAULT_ENVIRONMENT, |name| {
            self.variables.get(name).map(str::to_owned)
        });
        // What is wrong with it is told where it is used.
        if usual.is_ok_and(|config| config.database.url.is_some())
            && !names.iter().any(|name| name == DEFAULT_ENVIRONMENT)
        {
            names.push(DEFAULT_ENVIRONMENT.to_owned());
            names.sort();
        }
        Ok(names)
    }

    /// The embedded database that is kept in the project's folder: what `up` uses when nobody says.
    ///
    /// # Errors
    /// Never in practice: the path is one that was just used.
    pub fn embedded_target(&self) -> Result<Target, Error> {
        self.read("embedded:.pgkeel/database", Origin::Default)
    }

    /// A folder of the embedded engine in a file of the project is relative to the project.
    fn read(&self, text: &str, origin: Origin) -> Result<Target, Error> {
        if let Ok(Address::Embedded(Some(folder))) = Address::parse(text) {
            let text = format!("embedded:{}", self.root.join(folder).display());
            return Target::read(&text, origin, &self.variables);
        }
        Target::read(text, origin, &self.variables)
    }
}

/// The root and how it was found: where the user says, else the nearest folder upwards with a `pgkeel.toml`.
fn find(here: &Path, chosen: Option<&Path>) -> Result<(PathBuf, Found), LoadError> {
    let root = match chosen {
        Some(chosen) => {
            let chosen = here.join(chosen);
            let root = if chosen.ends_with(CONFIG_FILE) { chosen.parent().map(Path::to_owned) } else { None };
            let root = root.unwrap_or(chosen);
            if !root.is_dir() {
                return Err(LoadError::NoFolder { folder: root });
            }
            root
        }
        None => match here.ancestors().find(|folder| folder.join(CONFIG_FILE).is_file()) {
            Some(root) => root.to_owned(),
            None => here.to_owned(),
        },
    };
    let found = if root.join(CONFIG_FILE).is_file() {
        Found::Config
    } else if root.join("migrations").is_dir() || holds_sql(&root) {
        Found::PlainFolder
    } else {
        Found::Nothing
    };
    Ok((root, found))
}

fn holds_sql(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .any(|path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sql")))
}

fn read_text(path: &Path) -> Result<String, LoadError> {
    let bytes = std::fs::read(path).map_err(|source| LoadError::Io { path: path.to_owned(), source })?;
    let text = decode(&bytes).map_err(|why| LoadError::NoText { path: path.to_owned(), why })?;
    Ok(text.to_owned())
}

fn read_config(path: &Path, environment: &str, variables: &Environment) -> Result<Config, LoadError> {
    let text = read_text(path)?;
    let shown = path.display().to_string();
    let config = Config::parse(&text, &shown, environment, |name| variables.get(name).map(str::to_owned));
    // Mistakes in the file come first: a section that cannot be read may be the one that is missing.
    let config = config.map_err(LoadError::Config)?;
    known_environment(environment, &config::environments(&text, &shown).map_err(LoadError::Config)?)?;
    Ok(config)
}

fn known_environment(name: &str, declared: &[String]) -> Result<(), LoadError> {
    let known = || USUAL_ENVIRONMENTS.into_iter().chain(declared.iter().map(String::as_str));
    if known().any(|known| known == name) {
        return Ok(());
    }
    Err(LoadError::UnknownEnvironment {
        name: name.to_owned(),
        nearest: nearest(name, known()).map(str::to_owned),
    })
}
