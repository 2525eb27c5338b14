//! A folder of migrations, a database, and both directions.

use std::path::Path;
use std::time::Duration;

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel::database::{ConnectOptions, Target};
use pgkeel::discover;
use pgkeel::migrate;
use pgkeel::rollback::{Job, Plan, RolledBack};
use pgkeel::scratch::Choice;
use pgkeel::source::Workshop;
use pgkeel::store::Store;
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::pending;
use pgkeel_core::rollback::Wish;
use pgkeel_testkit::TestDatabase;

/// A folder with these files.
pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// The schema without pgkeel's own tables.
pub fn dump(database: &TestDatabase<'_>) -> String {
    database.pg_dump_with(&["--schema-only", "--exclude-schema=pgkeel", "--exclude-schema=pgkeel_kept_*"])
}

pub fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

/// Applies what is pending, up to a version.
pub async fn up(
    database: &TestDatabase<'_>,
    folder: &Path,
    to: Option<&str>,
) -> Result<migrate::Report, Error> {
    let migrations = discover::migrations(folder, Path::new("migrations"))?;
    let target = Target::parse(&database.url()).unwrap();
    let job = migrate::Job {
        target: &target,
        connect: ConnectOptions::default(),
        folder,
        migrations: &migrations,
        embedded: false,
        store: &Store::new("pgkeel"),
        wish: pending::Wish { to: to.map(version), ..pending::Wish::default() },
        lock_wait: Duration::from_secs(30),
        run: RunOptions::default(),
        observe: &|_| {},
    };
    job.migrate().await
}

/// A rollback as a test wants it.
pub struct Back<'a> {
    pub wish: Wish,
    pub allowed: &'a [&'a str],
    pub from_file: bool,
    pub prove: bool,
    pub preserve: Option<u32>,
}

impl Back<'_> {
    /// The last migration, proven, with nothing lost.
    pub fn one() -> Self {
        Self::steps(1)
    }

    pub fn steps(count: usize) -> Self {
        Self { wish: Wish::Steps(count), allowed: &[], from_file: false, prove: true, preserve: None }
    }

    pub fn to(text: &str) -> Self {
        Self { wish: Wish::To(version(text)), ..Self::one() }
    }

    /// Plans, and does with the plan what `and` says.
    pub async fn with<T>(
        &self,
        database: &TestDatabase<'_>,
        folder: &Path,
        and: impl AsyncFnOnce(&Job<'_>, Plan) -> T,
    ) -> Result<T, Error> {
        let migrations: Vec<Migration> =
            discover::migrations(folder, Path::new("migrations")).unwrap_or_default();
        let target = Target::parse(&database.url()).unwrap();
        let choice = Choice { url: Some(database.url()), ..Choice::default() };
        let workshop = Workshop::new(choice, vec!["pgkeel".to_owned()]);
        let allowed: Vec<String> = self.allowed.iter().map(|object| (*object).to_owned()).collect();
        let job = Job {
            target: &target,
            connect: ConnectOptions::default(),
            folder,
            migrations: &migrations,
            embedded: false,
            store: &Store::new("pgkeel"),
            wish: self.wish.clone(),
            allowed: &allowed,
            preserve: self.preserve,
            from_file: self.from_file,
            prove: self.prove,
            workshop: &workshop,
            lock_wait: Duration::from_secs(30),
            run: RunOptions::default(),
            observe: &|_| {},
        };
        let plan = job.plan().await?;
        Ok(and(&job, plan).await)
    }

    pub async fn run(&self, database: &TestDatabase<'_>, folder: &Path) -> Result<Vec<RolledBack>, Error> {
        self.with(database, folder, async |job, plan| job.roll_back(&plan).await).await?
    }

    pub async fn plan(&self, database: &TestDatabase<'_>, folder: &Path) -> Result<Plan, Error> {
        self.with(database, folder, async |_, plan| plan).await
    }
}

/// The versions that are recorded.
pub fn recorded(database: &TestDatabase<'_>) -> String {
    database
        .value("SELECT string_agg(version || ' ' || outcome, ',' ORDER BY version) FROM pgkeel.migrations")
}
