//! What every command stands on: the options, the screen, the project, the database.

use std::path::Path;
use std::time::Duration;

use pgkeel::apply::RunOptions;
use pgkeel::database::{ConnectOptions, Running, Target};
use pgkeel::load::{Choice, Found, Project};
use pgkeel::store::Store;
use pgkeel_core::validate::Ignored;

use crate::arguments::Global;
use crate::failure::Failure;
use crate::render::Format;
use crate::screen::Screen;

/// The options and the screen of one run.
pub struct Context {
    /// Options of every command.
    pub global: Global,
    /// Where results and talk go.
    pub screen: Screen,
}

/// A database that can be connected to; an embedded one runs as long as this value.
pub struct Opened {
    /// Where it is.
    pub target: Target,
    /// As messages name it, without a password.
    pub shown: String,
    /// True for the embedded engine.
    pub embedded: bool,
    _running: Option<Box<dyn Running>>,
}

impl Context {
    /// From the options of every command.
    pub fn new(global: Global) -> Self {
        let screen = Screen::new(&global);
        Self { global, screen }
    }

    /// The project, whether or not there is one.
    pub fn project(&self) -> Result<Project, Failure> {
        if self.global.env.len() > 1 {
            return Err(Failure::usage("this command works in one environment", "give --env once"));
        }
        self.project_of_first()
    }

    /// The same for a command that may be given several environments: in the first of them.
    pub fn project_of_first(&self) -> Result<Project, Failure> {
        let choice = Choice {
            project: self.global.project.clone(),
            environment: self.global.env.first().cloned(),
            database: self.global.database.clone(),
        };
        Ok(Project::load(&choice)?)
    }

    /// The project of that folder.
    pub fn project_in(&self, root: &Path) -> Result<Project, Failure> {
        let choice = Choice {
            project: Some(root.to_owned()),
            environment: self.global.env.first().cloned(),
            database: self.global.database.clone(),
        };
        Ok(Project::load(&choice)?)
    }

    /// The project; an error when there is none.
    pub fn required_project(&self) -> Result<Project, Failure> {
        Ok(self.project()?.required()?)
    }

    /// The project's database, started when it is an embedded one. When nobody names one, the embedded one that `up`
    /// has made in the project's folder.
    pub async fn open(&self, project: &Project) -> Result<Opened, Failure> {
        if let Some(target) = project.target()? {
            return self.start(target).await;
        }
        if project.root.join(".pgkeel").join("database").is_dir() {
            return self.start_own(project).await;
        }
        Err(Failure::usage(
            "no database is named",
            "name one with --database, DATABASE_URL, .env, [database] url in pgkeel.toml or PGHOST and its kin; \
             `pgkeel up` makes an embedded one when there is none",
        ))
    }

    /// The same; when nobody names a database, an embedded one is made.
    pub async fn open_or_embedded(&self, project: &Project) -> Result<Opened, Failure> {
        match project.target()? {
            Some(target) => self.start(target).await,
            None => self.start_own(project).await,
        }
    }

    async fn start_own(&self, project: &Project) -> Result<Opened, Failure> {
        self.screen
            .note("no database is named: using an embedded PostgreSQL, kept in the project's .pgkeel/");
        self.start(project.embedded_target()?).await
    }

    async fn start(&self, target: Target) -> Result<Opened, Failure> {
        let shown = target.masked();
        let Some(folder) = target.embedded() else {
            return Ok(Opened { target, shown, embedded: false, _running: None });
        };
        let running = start_embedded(folder).await?;
        for note in running.notes() {
            self.screen.note(note);
        }
        let target = Target::parse(running.url())?;
        Ok(Opened { target, shown, embedded: true, _running: Some(running) })
    }

    /// How commands connect: by a name that says who it is, in 63 bytes.
    #[expect(clippy::unused_self, reason = "what the options of every command say belongs here")]
    pub fn connect_options(&self, command: &str) -> ConnectOptions {
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let host: String = host.trim().chars().filter(char::is_ascii).take(24).collect();
        let application_name = format!("pgkeel {command} {host}:{}", std::process::id());
        ConnectOptions { application_name, ..ConnectOptions::default() }
    }

    /// The same for a session that changes the database.
    pub fn writing_options(&self, command: &str, opened: &Opened) -> ConnectOptions {
        let options = self.connect_options(command);
        // A killed client's statement must end with it instead of committing later; the embedded engine is in this
        // very process.
        if opened.embedded { options } else { options.setting("client_connection_check_interval", "2000") }
    }

    /// True when the result is to be JSON.
    pub fn json(&self) -> bool {
        self.global.format == Format::Json
    }
}

/// The history of a project.
pub fn store(project: &Project) -> Store {
    let namespace = project.config.migrations.history_namespace.clone();
    Store::new(namespace).ignoring(Ignored::new(&project.config.expect.ignore))
}

/// Timeouts and retries of a project.
pub fn run_options(project: &Project) -> RunOptions {
    let config = &project.config.migrations;
    RunOptions {
        lock_timeout: config.lock_timeout.0,
        statement_timeout: config.statement_timeout.0,
        retries: config.retries,
        first_pause: config.retry_pause.0,
        longest_pause: config.longest_retry_pause.0,
        client_check: config.client_connection_check_interval.0,
        settings: config.settings.clone(),
        database_name: project.config.database.name.clone(),
        looks_for_drift: true,
        fingerprints: config.fingerprints,
        hooks: config.hooks.clone(),
        hook_folder: project.root.clone(),
        ..RunOptions::default()
    }
}

/// How long to wait for another run: as asked, else as configured.
pub fn lock_wait(project: &Project, asked: Option<u64>) -> Duration {
    asked.map_or(project.config.migrations.wait_for_other_run.0, Duration::from_secs)
}

/// A project's folder as messages name it: relative to where we are when that is shorter to read.
pub fn displayed(project: &Project, folder: &Path) -> std::path::PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let relative = folder.strip_prefix(&here).unwrap_or(folder);
    if project.found == Found::PlainFolder && relative.as_os_str().is_empty() {
        return std::path::PathBuf::from(".");
    }
    relative.components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect()
}

#[cfg(feature = "embedded")]
async fn start_embedded(folder: Option<&Path>) -> Result<Box<dyn Running>, Failure> {
    use pgkeel::database::Provider as _;
    Ok(pgkeel_embedded::Embedded.start(folder).await?)
}

#[cfg(not(feature = "embedded"))]
#[expect(clippy::unused_async, reason = "the other build's is asynchronous")]
async fn start_embedded(_folder: Option<&Path>) -> Result<Box<dyn Running>, Failure> {
    Err(Failure::usage(
        "this pgkeel was built without the embedded engine",
        "name a database with --database, or build with the feature `embedded`",
    ))
}
