//! Which database is meant, and who said so.

use super::{Environment, Error};
use pgkeel_core::url::{Address, Connection, Defaults, KEYWORDS, Options, Passfile, UrlError, service};
use std::fmt;
use std::path::{Path, PathBuf};

/// Who said where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `--database`, or a caller of the library.
    Given,
    /// An environment variable.
    Variable(String),
    /// A variable in a `.env` file.
    DotEnv(PathBuf),
    /// `[database]` or an environment's database in `pgkeel.toml`.
    Config(PathBuf),
    /// Nobody: pgkeel's own default.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("as given"),
            Self::Variable(name) => write!(f, "from the environment variable {name}"),
            Self::DotEnv(path) | Self::Config(path) => write!(f, "from {}", path.display()),
            Self::Default => f.write_str("by default"),
        }
    }
}

/// A database address with everything that libpq would add to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Where, as given.
    address: Address,
    /// Who said so.
    origin: Origin,
    /// The checked form, when it is a server.
    pub(super) connection: Option<Connection>,
    /// Files that libpq would look for.
    pub(super) files: Files,
}

/// Files in the user's home folder that libpq reads when nothing else was said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Files {
    pub passfile: Option<PathBuf>,
    pub root_cert: Option<PathBuf>,
    pub crl: Option<PathBuf>,
    pub cert: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

impl Target {
    /// Reads any form that `--database` takes; what it leaves open comes from its service, then from the `PG*`
    /// variables of this process.
    ///
    /// # Errors
    /// [`Error::Address`] when the text is no address, [`Error::File`] when its service cannot be read.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::read(text, Origin::Given, &Environment::of_process())
    }

    /// As [`Target::parse`], for text from elsewhere and another environment.
    ///
    /// # Errors
    /// As [`Target::parse`].
    pub fn read(text: &str, origin: Origin, environment: &Environment) -> Result<Self, Error> {
        match Address::parse(text) {
            Ok(Address::Server(options)) => Self::server(options, origin, environment),
            Ok(address @ Address::Embedded(_)) => {
                Ok(Self { address, origin, connection: None, files: Files::default() })
            }
            Err(source) => Err(Error::Address { origin, source }),
        }
    }

    /// What the `PG*` variables say, when they say where: `PGHOST`, `PGHOSTADDR`, `PGSERVICE` or `PGDATABASE`.
    ///
    /// # Errors
    /// As [`Target::parse`].
    pub fn from_libpq_variables(environment: &Environment) -> Result<Option<Self>, Error> {
        let Some(name) = ["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"]
            .into_iter()
            .find(|name| environment.get(name).is_some() || environment.is_unreadable(name))
        else {
            return Ok(None);
        };
        Self::server(Options::default(), Origin::Variable(name.to_owned()), environment).map(Some)
    }

    fn server(given: Options, origin: Origin, environment: &Environment) -> Result<Self, Error> {
        let fail = |source: UrlError| Error::Address { origin: origin.clone(), source };
        // What the address says itself nobody looks up.
        for keyword in KEYWORDS.iter().filter(|keyword| given.get(keyword.name).is_none()) {
            keyword.env.map_or(Ok(()), |name| readable(environment, name))?;
        }
        let variables =
            Options::from_environment(|name| environment.get(name).map(str::to_owned)).map_err(fail)?;
        let options = match given.get("service").or_else(|| variables.get("service")) {
            Some(name) => {
                let file = given.get("servicefile").or_else(|| variables.get("servicefile"));
                let found = find_service(name, file, environment).map_err(|error| error.from(&origin))?;
                given.or(&found)
            }
            None => given,
        };
        let from_variables = |name: &str| options.get(name).is_none() && variables.get(name).is_some();
        let said = |source: UrlError| match source {
            UrlError::Value { name, .. } if from_variables(name) => {
                let variable =
                    KEYWORDS.iter().find(|keyword| keyword.name == name).and_then(|found| found.env);
                let origin = variable.map_or(origin.clone(), |name| Origin::Variable(name.to_owned()));
                Error::Address { origin, source }
            }
            source => fail(source),
        };
        let whole = options.clone().or(&variables);
        let connection = whole.resolve(&Defaults { os_user: environment.os_user.clone() }).map_err(said)?;
        let options = whole;
        let files = Files {
            passfile: environment.home(".pgpass"),
            root_cert: environment.home(".postgresql/root.crt"),
            crl: environment.home(".postgresql/root.crl"),
            cert: environment.home(".postgresql/postgresql.crt"),
            key: environment.home(".postgresql/postgresql.key"),
        };
        Ok(Self { address: Address::Server(options), origin, connection: Some(connection), files })
    }

    /// The address without any secret, for people to read.
    pub fn masked(&self) -> String {
        self.address.masked()
    }

    /// Who said so.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Where, with everything that was merged into it.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The folder of the embedded engine, when that is meant: `Some(None)` is a throw-away one.
    pub fn embedded(&self) -> Option<Option<&Path>> {
        match &self.address {
            Address::Embedded(folder) => Some(folder.as_deref().map(Path::new)),
            Address::Server(_) => None,
        }
    }

    /// The database's name, when a server is meant.
    pub fn database(&self) -> Option<&str> {
        self.connection.as_ref().map(|connection| connection.dbname.as_str())
    }

    /// The address as other programs read it from their environment: libpq's variables and `DATABASE_URL`, and those of libpq's
    /// that must not be set. They hold the password: never print them.
    pub fn variables(&self) -> Vec<(&'static str, Option<String>)> {
        let Address::Server(options) = &self.address else { return Vec::new() };
        // What a service says was merged into the options.
        let told = |name: &str| options.get(name).filter(|_| !name.starts_with("service"));
        let mut variables: Vec<(&'static str, Option<String>)> = KEYWORDS
            .iter()
            .filter_map(|keyword| Some((keyword.env?, told(keyword.name).map(str::to_owned))))
            .collect();
        let mut url = Options::default();
        for (name, value) in options.iter().filter(|(name, _)| !name.starts_with("service")) {
            // Each of them was taken before.
            let _ = url.set(name, value);
        }
        variables.push(("DATABASE_URL", Some(url.to_url())));
        variables
    }

    /// The same server and role, another database.
    ///
    /// # Errors
    /// [`Error::Embedded`] for the embedded engine, which has one database.
    pub fn with_database(&self, name: &str) -> Result<Self, Error> {
        let (Address::Server(options), Some(connection)) = (&self.address, &self.connection) else {
            return Err(Error::Embedded("the embedded engine has one database".to_owned()));
        };
        let mut target = self.clone();
        let mut options = options.clone();
        options
            .set("dbname", name)
            .map_err(|source| Error::Address { origin: self.origin.clone(), source })?;
        target.address = Address::Server(options);
        target.connection = Some(Connection { dbname: name.to_owned(), ..connection.clone() });
        Ok(target)
    }

    /// The password file that applies, read; and why it was ignored, when it was.
    pub(super) fn passfile(&self) -> (Passfile, Option<String>) {
        let named =
            self.connection.as_ref().and_then(|connection| connection.passfile.as_ref()).map(PathBuf::from);
        let Some(path) = named.or_else(|| self.files.passfile.clone()) else {
            return (Passfile::default(), None);
        };
        if !path.is_file() {
            return (Passfile::default(), None);
        }
        if let Some(problem) = readable_by_others(&path, 0o077) {
            return (
                Passfile::default(),
                Some(format!("the password file {} was ignored: {problem}", path.display())),
            );
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => (Passfile::parse(&text), None),
            Err(error) => (
                Passfile::default(),
                Some(format!("the password file {} was ignored: {error}", path.display())),
            ),
        }
    }
}

/// Refuses a variable that is set to something else than text: ignoring it would lead somewhere else.
///
/// # Errors
/// [`Error::Address`] then.
pub fn readable(environment: &Environment, variable: &str) -> Result<(), Error> {
    if !environment.is_unreadable(variable) {
        return Ok(());
    }
    let source = UrlError::Syntax("its value is not UTF-8".to_owned());
    Err(Error::Address { origin: Origin::Variable(variable.to_owned()), source })
}

/// Why a secret file must not be used, when others than its owner may read it.
pub(super) fn readable_by_others(path: &Path, forbidden: u32) -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).ok()?.permissions().mode();
        if mode & forbidden != 0 {
            return Some(format!("others may read it (mode {:o}); run chmod 600 on it", mode & 0o777));
        }
    }
    #[cfg(not(unix))]
    let _ = (path, forbidden);
    None
}

enum ServiceError {
    Url(UrlError),
    File(PathBuf, std::io::Error),
    Missing(String),
}

impl ServiceError {
    fn from(self, origin: &Origin) -> Error {
        match self {
            Self::Url(source) => Error::Address { origin: origin.clone(), source },
            Self::File(path, source) => Error::File { what: "the service file", path, source },
            Self::Missing(name) => Error::Service { name },
        }
    }
}

fn find_service(name: &str, file: Option<&str>, environment: &Environment) -> Result<Options, ServiceError> {
    let own = file.map(PathBuf::from).or_else(|| environment.home(".pg_service.conf"));
    let system = environment.get("PGSYSCONFDIR").unwrap_or("/etc/postgresql-common");
    for path in [own, Some(PathBuf::from(system).join("pg_service.conf"))].into_iter().flatten() {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(ServiceError::File(path, error)),
        };
        if let Some(options) = service(&text, name).map_err(ServiceError::Url)? {
            return Ok(options);
        }
    }
    Err(ServiceError::Missing(name.to_owned()))
}
