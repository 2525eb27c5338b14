//! Where a schema comes from: a database, a snapshot, or SQL files loaded into a scratch database.

mod files;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::object::Body;
use pgkeel_core::schema::{Schema, SnapshotError};
use tokio::sync::OnceCell;

use crate::database::{ConnectOptions, Query, ReadOnly, Running, Target};
use crate::introspect;
use crate::scratch::{self, Beginning, Choice, Found, Script, Server};
use files::Order;
pub(crate) use files::up;

/// Where a schema comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A database.
    Database(Box<Target>),
    /// A snapshot that `dump --format json` wrote.
    Snapshot(PathBuf),
    /// A `.sql` file, or a folder of migrations or of schema files.
    Files(PathBuf),
    /// Some of the migrations of a folder: those that a history says are applied.
    Applied {
        /// The folder.
        folder: PathBuf,
        /// Their versions.
        versions: Vec<Version>,
    },
}

/// Why a source gave no schema.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text names nothing.
    #[error("{0} is neither a database address nor a file or folder")]
    Unknown(String),
    /// The connection could not be made.
    #[error(transparent)]
    Connect(#[from] crate::database::Error),
    /// Reading the schema failed.
    #[error(transparent)]
    Introspect(#[from] introspect::Error),
    /// The file could not be read.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        error: std::io::Error,
    },
    /// The file is no snapshot.
    #[error("{}: {error}", path.display())]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: SnapshotError,
    },
    /// The folder holds no SQL files.
    #[error("{}: there are no .sql files in it", .0.display())]
    Empty(PathBuf),
    /// A project whose configuration cannot be read.
    #[error(transparent)]
    Project(#[from] Box<crate::load::LoadError>),
    /// A migrations folder that cannot be read as one.
    #[error(transparent)]
    Migrations(#[from] Box<crate::error::Error>),
    /// A rename that was asked for cannot be made.
    #[error("--rename: {0}")]
    Rename(String),
    /// An embedded database is asked for.
    #[error("this pgkeel was built without the embedded engine: name a server")]
    NoEngine,
    /// There is no scratch database.
    #[error(transparent)]
    Scratch(#[from] scratch::Error),
    /// The files could not be loaded into it.
    #[error(transparent)]
    Load(#[from] scratch::LoadError),
    /// The files could not be loaded into a scratch server of another version than the database's.
    #[error(
        "{error}\n    the scratch server is {on}, and the database is PostgreSQL {wanted}: name a server of that version \
         with --scratch-url"
    )]
    LoadElsewhere {
        /// What it refused.
        error: scratch::LoadError,
        /// What was used.
        on: String,
        /// Major version of the database.
        wanted: u32,
    },
    /// The embedded engine, on which the files were to be loaded, lacks what they need.
    #[error(
        "{error}\n    the scratch server is {on}, which has not everything: name a PostgreSQL server with --scratch-url"
    )]
    LoadEmbedded {
        /// What it refused.
        error: scratch::LoadError,
        /// What was used.
        on: String,
    },
}

/// A schema, and what is known about where it was.
#[derive(Debug)]
pub struct Loaded {
    /// The schema.
    pub schema: Schema,
    /// The role of the session that read it, for a database.
    pub role: Option<String>,
    /// What the user should know: which scratch server was used, and what was made on it.
    pub notes: Vec<String>,
}

impl Loaded {
    fn new(schema: Schema, role: Option<String>, notes: Vec<String>) -> Self {
        Self { schema, role, notes }
    }

    /// Says by name what is there and cannot be described.
    fn at(mut self, place: &str) -> Self {
        let named = |what: &String| format!("not covered, and left as it is: {what} (in {place})");
        self.notes.extend(self.schema.unsupported.iter().map(named));
        self
    }
}

/// What sources share: one scratch server per command, started when it is first needed.
#[derive(Default)]
pub struct Workshop {
    choice: Choice,
    /// Major version of the database that files are compared with.
    major: std::sync::OnceLock<u32>,
    server: OnceCell<Server>,
    /// Embedded databases that were asked for by address; they run as long as this value.
    embedded: tokio::sync::Mutex<Vec<(PathBuf, Box<dyn Running>)>>,
    /// Namespaces that are no part of a schema: pgkeel's own.
    exclude: Vec<String>,
    /// `[migrations.settings]`: what every migration of a run starts from.
    settings: BTreeMap<String, String>,
    /// What the database that the migrations are for sets by itself.
    found: std::sync::OnceLock<Found>,
}

impl Workshop {
    /// A workshop that makes scratch databases as `choice` says and leaves these namespaces out.
    pub fn new(choice: Choice, exclude: Vec<String>) -> Self {
        Self { choice, exclude, ..Self::default() }
    }

    /// The same, with the settings that hold inside every migration of a run.
    #[must_use]
    pub fn with_settings(self, settings: &BTreeMap<String, String>) -> Self {
        Self { settings: settings.clone(), ..self }
    }

    /// Remembers what a session of the database that the migrations are for starts from: a replay starts from the same.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn start_like(
        &self,
        client: &impl Query,
        live: &Schema,
        migrations: &[Migration],
    ) -> Result<(), crate::error::Error> {
        let found = Found::ask(client, live, migrations).await?;
        // The first database that is read settles it.
        let _ = self.found.set(found);
        Ok(())
    }

    /// What a replay starts from.
    pub(crate) fn beginning(&self) -> Beginning {
        Beginning::new(&self.settings, self.found.get())
    }

    /// The scratch server.
    ///
    /// # Errors
    /// When there is none.
    pub async fn server(&self) -> Result<&Server, scratch::Error> {
        let major = self.wanted();
        let choice = Choice { major, ..self.choice.clone() };
        self.server.get_or_try_init(|| async move { Server::start(&choice).await }).await
    }

    /// The major version that a scratch server should have, where something settles it.
    fn wanted(&self) -> Option<u32> {
        self.choice.major.or(self.major.get().copied())
    }

    /// The address at which a database answers: `embedded:` and `embedded:DIR` are started first.
    ///
    /// # Errors
    /// When the engine does not start, or this pgkeel has none.
    pub async fn reach(&self, target: &Target) -> Result<Target, Error> {
        let Some(folder) = target.embedded() else { return Ok(target.clone()) };
        let provider = self.choice.embedded.as_ref().ok_or(Error::NoEngine)?;
        let mut embedded = self.embedded.lock().await;
        // One folder is one engine, on whichever side it stands.
        let known = folder.and_then(|folder| embedded.iter().find(|(other, _)| other == folder));
        if let Some((_, running)) = known {
            return Ok(Target::parse(running.url())?);
        }
        let running = provider.start(folder).await?;
        let target = Target::parse(running.url())?;
        embedded.push((folder.map(Path::to_owned).unwrap_or_default(), running));
        Ok(target)
    }

    /// Asks for a scratch server of the same major version, since versions write definitions differently.
    pub fn prefer_version_of(&self, schema: &Schema) {
        if schema.version > 0 {
            self.prefer_major(schema.version / 10_000);
        }
    }

    /// Asks for a scratch server of this major version.
    pub fn prefer_major(&self, major: u32) {
        // The first database that is read settles it.
        let _ = self.major.set(major);
    }

    fn own(&self, mut schema: Schema) -> Schema {
        for namespace in &self.exclude {
            schema = schema.without_namespace(namespace);
        }
        schema
    }

    /// The schema of a scratch database. What belongs to the scratch server's role belongs to nobody in particular.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn read_scratch(&self, database: &scratch::Database) -> Result<Schema, introspect::Error> {
        self.read_scratch_placed(database).await.map(|(schema, _)| schema)
    }

    /// As [`Workshop::read_scratch`], with the places at which the catalog keeps the objects.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn read_scratch_placed(
        &self,
        database: &scratch::Database,
    ) -> Result<(Schema, introspect::Placed), introspect::Error> {
        let (mut schema, session, placed) = introspect::read_placed(database.session().client()).await?;
        for object in schema.objects.values_mut() {
            if object.attributes.owner.as_ref() == Some(&session.role) {
                object.attributes.owner = None;
            }
        }
        Ok((self.own(schema), placed))
    }
}

impl Source {
    /// What the text on a command line names.
    ///
    /// # Errors
    /// When it is no address and no file of that name is there.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let path = Path::new(text);
        if path.exists() {
            let snapshot = path.extension().is_some_and(|extension| extension == "json");
            return Ok(if snapshot { Self::Snapshot(path.to_owned()) } else { Self::Files(path.to_owned()) });
        }
        let looks_like_a_path = Path::new(text).extension().is_some_and(|end| end == "sql" || end == "json");
        if looks_like_a_path || !(text.contains("://") || text.contains('=') || text.starts_with("embedded:"))
        {
            return Err(Error::Unknown(text.to_owned()));
        }
        Ok(Self::Database(Box::new(Target::parse(text)?)))
    }

    /// Reads the schema.
    ///
    /// # Errors
    /// When the database cannot be reached or read, or the file is missing or not what its name says.
    pub async fn load(&self, workshop: &Workshop) -> Result<Loaded, Error> {
        match self {
            Self::Database(target) => {
                let target = workshop.reach(target).await?;
                let session = ReadOnly::open(&target, &ConnectOptions::default()).await?;
                let loaded = live(&session, &target, workshop).await;
                session.close().await;
                loaded
            }
            Self::Snapshot(path) => {
                let text = tokio::fs::read_to_string(path)
                    .await
                    .map_err(|error| Error::File { path: path.clone(), error })?;
                let schema = Schema::from_json(&text)
                    .map_err(|error| Error::Snapshot { path: path.clone(), error })?;
                workshop.prefer_version_of(&schema);
                Ok(Loaded::new(workshop.own(schema), None, vec![]).at(&path.display().to_string()))
            }
            Self::Files(path) => {
                let (scripts, order) = files::read(path)?;
                let what = path.display().to_string();
                let loaded = load_scripts(&what, &scripts, order == Order::Any, workshop).await;
                match loaded {
                    Err(Error::Load(refused)) if order == Order::Numbers && refused.is_undefined() => {
                        let schema_files = load_scripts(&what, &scripts, true, workshop).await;
                        let mut loaded = schema_files.map_err(|_| Error::Load(refused))?;
                        loaded.notes.push(format!(
                            "the files of {what} do not run in the order of their numbers: they were taken for schema files, \
                             in any order"
                        ));
                        Ok(loaded)
                    }
                    loaded => loaded,
                }
            }
            Self::Applied { folder, versions } => {
                let scripts = files::migrations(folder, &|version| versions.contains(version))?;
                load_scripts(&folder.display().to_string(), &scripts, false, workshop).await
            }
        }
    }
}

/// The schema of the database at `target`, read in a session with it: an embedded database serves one at a time.
///
/// # Errors
/// When it cannot be read.
pub async fn live(session: &ReadOnly, target: &Target, workshop: &Workshop) -> Result<Loaded, Error> {
    let (schema, about) = introspect::of(session).await?;
    workshop.prefer_version_of(&schema);
    Ok(Loaded::new(workshop.own(schema), Some(about.role), vec![]).at(&target.masked()))
}

/// The schema that these migrations make, of all those in a folder.
///
/// # Errors
/// There is no scratch database, or a migration does not run on it.
pub async fn replay(migrations: &[&Migration], workshop: &Workshop) -> Result<Loaded, Error> {
    let scripts: Vec<Script> =
        migrations.iter().map(|migration| files::up(migration)).collect::<Result<_, _>>()?;
    let count = scripts.len();
    load_scripts(&format!("the history of {count} migrations"), &scripts, false, workshop).await
}

async fn load_scripts(
    what: &str,
    scripts: &[Script],
    any_order: bool,
    workshop: &Workshop,
) -> Result<Loaded, Error> {
    let server = workshop.server().await?;
    let database = server.database().await?;
    let (name, on) = (database.name(), server.name());
    let mut notes = vec![format!("{what} was loaded into the scratch database {name} of {on}")];
    notes.extend(server.notes().iter().cloned());
    let beginning = workshop.beginning();
    let result = match scratch::load(&database, scripts, any_order, &beginning).await {
        Ok(made) => {
            notes.extend(made);
            let read = workshop.read_scratch(&database).await.map_err(Error::from);
            read.map(|mut schema| {
                beginning.complete(&mut schema);
                schema
            })
        }
        Err(error) => match workshop.wanted() {
            Some(wanted) if database.session().major() != Some(wanted) => {
                Err(Error::LoadElsewhere { error, on: on.to_owned(), wanted })
            }
            _ if server.is_embedded() && error.is_unsupported() => {
                Err(Error::LoadEmbedded { error, on: on.to_owned() })
            }
            _ => Err(Error::from(error)),
        },
    };
    database.close().await;
    Ok(Loaded::new(result?, None, notes).at(what))
}

/// Names of the roles that a schema speaks of.
pub fn roles(schema: &Schema) -> std::collections::BTreeSet<String> {
    use pgkeel_core::schema::{Grant, Grantee};
    let mut roles = std::collections::BTreeSet::new();
    let mut grants = |list: &[Grant]| {
        for grant in list {
            roles.extend(grant.grantor.clone());
            if let Grantee::Role(name) = &grant.grantee {
                roles.insert(name.clone());
            }
        }
    };
    for object in schema.objects.values() {
        for attributes in object.columns.values().chain([&object.attributes]) {
            grants(&attributes.granted);
            grants(&attributes.revoked);
        }
        if let Body::DefaultPrivileges(defaults) = &object.body {
            grants(&defaults.granted);
            grants(&defaults.revoked);
        }
        if let Body::SystemPrivileges(privileges) = &object.body {
            grants(&privileges.granted);
            grants(&privileges.revoked);
        }
    }
    for object in schema.objects.values() {
        roles.extend(object.attributes.owner.clone());
        match &object.body {
            Body::Policy(policy) => roles.extend(policy.roles.iter().cloned()),
            Body::DefaultPrivileges(defaults) => {
                roles.insert(defaults.role.clone());
            }
            Body::UserMapping(mapping) => roles.extend(mapping.role.clone()),
            _ => {}
        }
    }
    roles
}
