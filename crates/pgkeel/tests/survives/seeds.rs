//! Seeds are taken up again after a lost connection: each file is loaded once, and counted once.

use std::path::Path;
use std::time::Duration;

use pgkeel::Error;
use pgkeel::apply::RunOptions;
use pgkeel::database::{ConnectOptions, Target};
use pgkeel::seed::{SeedJob, Seeded};
use pgkeel::store::Store;
use pgkeel_testkit::{Cut, Proxy, Server};

use super::harness::Project;

async fn seed(project: &Project, url: &str) -> Result<Vec<Seeded>, Error> {
    let job = SeedJob {
        target: &Target::parse(url).unwrap(),
        connect: ConnectOptions::default(),
        embedded: false,
        folder: project.path(),
        display: Path::new("seeds"),
        names: &[],
        store: &Store::new("pgkeel"),
        lock_wait: Duration::from_secs(10),
        run: RunOptions::default(),
        observe: &|_| {},
    };
    job.seed().await
}

#[tokio::test]
async fn seeds_survive_a_cut_before_and_after_every_message() {
    let server = Server::get(15);
    let project = Project::new(&[
        (
            "1_sql.sql",
            "INSERT INTO t VALUES (1, 'a'), (2, 'b') ON CONFLICT (id) DO UPDATE SET v = excluded.v;",
        ),
        ("2_t.csv", "id,v\n2,c\n3,d\n"),
    ]);
    std::fs::rename(project.path().join("2_t.csv"), project.path().join("t.csv")).unwrap();
    let total = {
        let database = server.database();
        database.execute("CREATE TABLE t (id int PRIMARY KEY, v text)");
        let proxy = Proxy::start(&database);
        seed(&project, &proxy.url(database.name())).await.unwrap();
        proxy.traffic().requests.len()
    };
    let commits = (0..3).map(|passing| Cut::after_commit().after_passing(passing));
    for cut in (1..total).map(Cut::before_message).chain(commits) {
        let database = server.database();
        database.execute("CREATE TABLE t (id int PRIMARY KEY, v text)");
        let proxy = Proxy::start(&database);
        proxy.arm(cut.clone());
        let seeded = seed(&project, &proxy.url(database.name())).await;
        let seeded = seeded.unwrap_or_else(|error| panic!("{cut:?}: {error}"));
        let counts: Vec<_> = seeded.iter().map(|seed| (seed.created, seed.updated)).collect();
        assert_eq!(counts, [(2, 0), (1, 1)], "{cut:?}");
        assert_eq!(database.value("SELECT string_agg(v, '' ORDER BY id) FROM t"), "acd", "{cut:?}");
        assert_eq!(database.value("SELECT count(*) FROM pgkeel.audit WHERE action = 'seed'"), "2", "{cut:?}");
    }
}
