//! A server on a free port, and a client that sends what it is told.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pgkeel::database::Target;
use pgkeel::health::Subject;
use pgkeel::introspect::introspect;
use pgkeel::store::Store;
use pgkeel_core::config::ExpectConfig;
use pgkeel_core::health::HealthSettings;
use pgkeel_server::{Config, Intervals, Sampler, Shared, Token, Watcher, serve};
use pgkeel_testkit::TestDatabase;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{oneshot, watch};

/// A running server.
pub struct Running {
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

/// What a test may want otherwise.
#[derive(Default)]
pub struct Wish {
    /// The folder of migrations.
    pub folder: Option<PathBuf>,
    /// The contract.
    pub expect: ExpectConfig,
    /// How often it looks, when not almost all the time.
    pub intervals: Option<Intervals>,
    /// Whether known causes are healed.
    pub heal: bool,
    /// Who is told.
    pub watcher: Watcher,
}

/// A server over this database.
pub async fn start(url: &str, folder: Option<&Path>) -> Running {
    start_with(url, Wish { folder: folder.map(Path::to_owned), ..Wish::default() }).await
}

/// The same, otherwise.
pub async fn start_with(url: &str, wish: Wish) -> Running {
    let folder = wish.folder.as_deref();
    let intervals = Intervals {
        fast: Duration::from_millis(200),
        catalog: Duration::from_millis(400),
        slow: Duration::from_millis(600),
    };
    let config = Config {
        token: Token::new("the-secret"),
        intervals: wish.intervals.unwrap_or(intervals),
        environment: "test".to_owned(),
        ..Config::default()
    };
    let sampler = Sampler {
        target: Target::parse(url).unwrap(),
        subject: Subject {
            store: Store::new("pgkeel"),
            migrations: folder
                .map(|folder| pgkeel::discover::migrations(folder, folder).unwrap())
                .unwrap_or_default(),
            expect: wish.expect.clone(),
            settings: HealthSettings::default(),
            strict: true,
        },
        folder: folder.map(Path::to_owned),
        embedded: false,
        environments: Vec::new(),
        run: pgkeel::apply::RunOptions::default(),
        heal: wish.heal,
        shared: Shared::new(config),
    };
    let (stop, stopping) = watch::channel(false);
    let (tell, told) = oneshot::channel();
    let task = tokio::spawn(async move {
        let bound = |address| tell.send(address).unwrap();
        serve("127.0.0.1:0".parse().unwrap(), sampler, wish.watcher, stopping, bound).await.unwrap();
    });
    Running { address: told.await.unwrap(), stop, task }
}

impl Running {
    /// Sends a request as it is; gives status, head and body.
    pub async fn send(&self, request: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_owned(), body.to_owned())
    }

    /// Asks for a path.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let (status, _, body) =
            self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).await;
        (status, body)
    }

    /// Asks again until the answer is as wanted.
    pub async fn until(&self, path: &str, wanted: impl Fn(u16, &str) -> bool) -> (u16, String) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let (status, body) = self.get(path).await;
            if wanted(status, &body) {
                return (status, body);
            }
            assert!(Instant::now() < deadline, "{path} stays {status}: {body}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends it.
    pub async fn end(self) {
        self.stop.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(10), self.task).await.expect("it ends in time").unwrap();
    }
}

/// A folder with these files.
pub fn migrations(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let path = folder.path().to_owned();
    (folder, path)
}

/// Records the schema as the end of a run does.
pub async fn record(database: &TestDatabase<'_>) {
    let client = database.client().await;
    let schema = introspect(&client).await.unwrap().without_namespace("pgkeel");
    let sql = "INSERT INTO pgkeel.snapshots (fingerprint, version, schema) \
               VALUES ($1, (SELECT max(version) FROM pgkeel.migrations), $2::text::jsonb) \
               ON CONFLICT (fingerprint) DO UPDATE SET taken_at = clock_timestamp()";
    client.execute(sql, &[&schema.fingerprint(), &schema.to_json()]).await.unwrap();
}
