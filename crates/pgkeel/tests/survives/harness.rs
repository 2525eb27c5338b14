//! A project in a temporary folder and a run over it, in this process or in one that can be killed.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel::database::{ConnectOptions, Target};
use pgkeel::discover;
use pgkeel::migrate::{Job, Report};
use pgkeel::store::Store;
use pgkeel_core::event::Event;
use pgkeel_core::pending::Wish;
use pgkeel_testkit::TestDatabase;

/// Variables by which a test tells its child what to do.
const CHILD: [&str; 2] = ["PGKEEL_TEST_URL", "PGKEEL_TEST_FOLDER"];

/// A folder of migrations.
pub struct Project {
    folder: tempfile::TempDir,
}

/// How a run went.
pub struct Ran {
    pub result: Result<Report, Error>,
    pub events: Vec<Event>,
}

impl Project {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs it with the defaults; the run must succeed.
    pub async fn migrate(&self, url: &str) -> Report {
        let ran = self.run(url, RunOptions::default()).await;
        ran.result.unwrap_or_else(|error| panic!("{error}\n{:#?}", ran.events))
    }

    /// Runs it; the run must fail.
    pub async fn fails(&self, url: &str) -> Error {
        match self.run(url, RunOptions::default()).await.result {
            Err(error) => error,
            Ok(report) => panic!("it should have failed: {report:?}"),
        }
    }

    pub async fn run(&self, url: &str, run: RunOptions) -> Ran {
        self.observed(url, run, Duration::from_secs(60), |_| {}).await
    }

    /// Runs it, calling `react` with each event.
    pub async fn observed(
        &self,
        url: &str,
        run: RunOptions,
        lock_wait: Duration,
        react: impl Fn(&Event) + Send + Sync,
    ) -> Ran {
        let events = Mutex::new(Vec::new());
        let observe = |event: Event| {
            react(&event);
            events.lock().unwrap().push(event);
        };
        let result = async {
            let migrations = discover::migrations(self.path(), Path::new("migrations"))?;
            let target = Target::parse(url).unwrap();
            let job = Job {
                target: &target,
                connect: ConnectOptions {
                    application_name: "pgkeel test".to_owned(),
                    ..ConnectOptions::default()
                },
                folder: self.path(),
                migrations: &migrations,
                embedded: false,
                store: &Store::new("pgkeel"),
                wish: Wish::default(),
                lock_wait,
                run,
                observe: &observe,
            };
            job.migrate().await
        };
        let result = result.await;
        Ran { result, events: events.into_inner().unwrap() }
    }

    /// Runs it in a process of its own. `gone` tells what becomes of it.
    pub fn spawn(&self, url: &str) -> Process {
        let [url_variable, folder_variable] = CHILD;
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "harness::child", "--ignored", "--nocapture"])
            .env(url_variable, url)
            .env(folder_variable, self.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Process(child)
    }
}

/// A run in a process of its own, killed when dropped.
pub struct Process(Child);

impl Process {
    /// SIGKILL.
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    pub fn signal(&self, name: &str) {
        let done =
            Command::new("kill").arg(format!("-{name}")).arg(self.0.id().to_string()).status().unwrap();
        assert!(done.success());
    }

    /// Whether it ended, and how.
    pub fn ended(&mut self) -> Option<bool> {
        self.0.try_wait().unwrap().map(|status| status.success())
    }

    pub fn wait(&mut self) -> bool {
        self.0.wait().unwrap().success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already in most tests.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What [`Project::spawn`] runs: a migration with the signals wired as the command line wires them.
#[test]
#[ignore = "a process that other tests start and kill"]
fn child() {
    let [url, folder] = CHILD.map(|name| std::env::var(name).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let done = runtime.block_on(async {
        let run = RunOptions::default();
        let cancel = run.cancel.clone();
        tokio::spawn(async move {
            let mut interrupt =
                tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()).unwrap();
            let mut terminate =
                tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            cancel.cancel();
        });
        let migrations = discover::migrations(Path::new(&folder), Path::new("migrations")).unwrap();
        let target = Target::parse(&url).unwrap();
        let job = Job {
            target: &target,
            connect: ConnectOptions {
                application_name: "pgkeel child".to_owned(),
                ..ConnectOptions::default()
            },
            folder: Path::new(&folder),
            migrations: &migrations,
            embedded: false,
            store: &Store::new("pgkeel"),
            wish: Wish::default(),
            lock_wait: Duration::from_secs(60),
            run,
            observe: &|_| {},
        };
        job.migrate().await
    });
    std::process::exit(i32::from(done.is_err()));
}

/// Waits until a query says true. The limit is for a defect only: it is not what is tested.
pub fn until(database: &TestDatabase<'_>, query: &str) {
    let limit = Instant::now() + Duration::from_secs(60);
    while database.value(query) != "t" {
        assert!(
            Instant::now() < limit,
            "never true: {query}\n{:?}",
            database.rows("SELECT pid, application_name, state, wait_event, query FROM pg_stat_activity WHERE datname = current_database()")
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until no session of a run is left: the server has noticed that its client is gone.
pub fn until_gone(database: &TestDatabase<'_>) {
    until(
        database,
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'pgkeel child%'",
    );
}

/// A counter of events that `wanted` accepts, to be used in [`Project::observed`].
pub fn once(action: impl FnOnce() + Send + 'static) -> impl Fn() + Send + Sync {
    let action = Arc::new(Mutex::new(Some(action)));
    move || {
        if let Some(action) = action.lock().unwrap().take() {
            action();
        }
    }
}

/// Versions and outcomes of the history, in order.
pub fn outcomes(database: &TestDatabase<'_>) -> String {
    database.value("SELECT coalesce(string_agg(version || ' ' || outcome, ', ' ORDER BY version), '') FROM pgkeel.migrations")
}
