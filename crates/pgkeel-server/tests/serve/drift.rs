//! The schema against what was recorded and against the contract.

use std::time::Duration;

use pgkeel::database::{ConnectOptions, Target};
use pgkeel::guard::GuardJob;
use pgkeel::startup::{Environment, Startup};
use pgkeel::store::Store;
use pgkeel_core::config::{ExpectConfig, TableExpectation};
use pgkeel_core::guard::Mode;
use pgkeel_testkit::Server;
use pgkeel_testkit::blocking::block_on;

use pgkeel_server::Intervals;

use crate::running::{Wish, migrations, record, start, start_with};

#[test]
fn a_required_table_that_is_missing_is_not_ready_and_an_optional_one_warns() {
    block_on(async {
        let database =
            Server::get(18).database_with("CREATE TABLE optional_is_missing_here (id int PRIMARY KEY)");
        let expect = |table: &str, required| {
            let table = (table.to_owned(), TableExpectation { required, ..TableExpectation::default() });
            ExpectConfig { tables: [table].into(), ..ExpectConfig::default() }
        };
        for (expect, status) in [(expect("users", true), 503), (expect("users", false), 200)] {
            let server = start_with(&database.url(), Wish { expect, ..Wish::default() }).await;
            let (_, public) =
                server.until("/readyz", |code, body| code == status && body.contains("schema_drift")).await;
            assert!(!public.contains("users"), "{public}");
            let (_, body) = server.get("/api/health/detailed").await;
            assert!(body.contains("table public.users is missing"), "{body}");
            server.end().await;
        }
    });
}

#[test]
fn what_changed_since_the_last_run_is_shown_side_by_side() {
    block_on(async {
        let database = Server::get(17).database();
        let (_kept, folder) =
            migrations(&[("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY, name text NOT NULL);")]);
        let read = pgkeel::discover::migrations(&folder, &folder).unwrap();
        let target = Target::parse(&database.url()).unwrap();
        Startup::for_target(target, Environment::Development)
            .migration_list(read, &folder)
            .run()
            .await
            .unwrap();
        record(&database).await;
        let server = start(&database.url(), Some(&folder)).await;
        server.until("/readyz", |status, body| status == 200 && body.contains("\"pass\"")).await;
        server.until("/drift", |_, body| body.contains("as it was recorded")).await;
        database
            .execute("ALTER TABLE a ALTER name DROP NOT NULL; CREATE TABLE b (); COMMENT ON TABLE a IS 'x'");
        let (_, page) = server.until("/drift", |_, body| body.contains("table public.b")).await;
        assert!(page.contains("column public.a.name") && page.contains("NOT NULL"), "{page}");
        assert!(page.contains("<del>") && page.contains("<ins>"), "{page}");
        // Nobody is taken out of the balancer because somebody made a table.
        server.until("/readyz", |status, body| status == 200 && body.contains("schema_drift")).await;
        database.execute("ALTER TABLE a ALTER name SET NOT NULL; DROP TABLE b; COMMENT ON TABLE a IS NULL");
        server.until("/drift", |_, body| body.contains("as it was recorded")).await;
        server.end().await;
    });
}

#[test]
fn what_the_recorded_schema_does_not_tell_is_on_the_page_and_it_never_passes_beside_it() {
    block_on(async {
        let database = Server::get(17).database();
        let (_kept, folder) =
            migrations(&[("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE gone (id int);")]);
        let read = pgkeel::discover::migrations(&folder, &folder).unwrap();
        let target = Target::parse(&database.url()).unwrap();
        Startup::for_target(target, Environment::Development)
            .migration_list(read, &folder)
            .run()
            .await
            .unwrap();
        // Dropped by hand, and then recorded: as if a later run had recorded what it found.
        database.execute("DROP TABLE gone");
        record(&database).await;
        let server = start(&database.url(), Some(&folder)).await;
        let (_, page) = server.until("/drift", |_, body| body.contains("gone")).await;
        assert!(
            page.contains("class=\"verdict fail\"") && !page.contains("class=\"verdict pass\""),
            "{page}"
        );
        assert!(page.contains("migration 0001 that makes it is recorded as applied"), "{page}");
        server.end().await;
    });
}

#[test]
fn a_change_beside_the_migrations_is_compared_soon_and_the_age_is_that_of_the_comparison() {
    block_on(async {
        let database = Server::get(18).database();
        let (_kept, folder) = migrations(&[("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY);")]);
        let read = pgkeel::discover::migrations(&folder, &folder).unwrap();
        let target = Target::parse(&database.url()).unwrap();
        Startup::for_target(target, Environment::Development)
            .migration_list(read, &folder)
            .run()
            .await
            .unwrap();
        record(&database).await;
        let intervals = Intervals {
            catalog: Duration::from_mins(10),
            slow: Duration::from_mins(10),
            fast: Duration::from_millis(200),
        };
        let wish = Wish { folder: Some(folder), intervals: Some(intervals), ..Wish::default() };
        let server = start_with(&database.url(), wish).await;
        server.until("/drift", |_, body| body.contains("as it was recorded")).await;
        let age =
            |body: &str| serde_json::from_str::<serde_json::Value>(body).ok()?["compared"]["age_s"].as_u64();
        let (_, body) =
            server.until("/api/health/detailed", |_, body| age(body).is_some_and(|age| age >= 2)).await;
        let fast = serde_json::from_str::<serde_json::Value>(&body).unwrap()["age_s"].as_u64().unwrap();
        assert!(fast < 2, "the looks go on: {body}");
        database.execute("ALTER TABLE a ADD late text");
        // Long before the catalog's turn has come.
        let (_, page) = server.until("/drift", |_, body| body.contains("column public.a.late")).await;
        assert!(page.contains("Compared <time"), "{page}");
        server.end().await;
    });
}

#[test]
fn whoever_changed_it_stands_beside_both_sides_of_its_table() {
    block_on(async {
        let database = Server::get(18).database();
        let (_kept, folder) =
            migrations(&[("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY, name text DEFAULT 5);")]);
        let read = pgkeel::discover::migrations(&folder, &folder).unwrap();
        let target = Target::parse(&database.url()).unwrap();
        Startup::for_target(target.clone(), Environment::Development)
            .migration_list(read, &folder)
            .run()
            .await
            .unwrap();
        let guarding = GuardJob {
            target: &target,
            connect: ConnectOptions::default(),
            store: &Store::new("pgkeel"),
            lock_wait: Duration::from_secs(10),
            run: pgkeel::apply::RunOptions::default(),
            observe: &|_| {},
        };
        guarding.on(Mode::Record, &[]).await.unwrap();
        record(&database).await;
        database.execute("ALTER TABLE a ADD by_hand int");
        let server = start(&database.url(), Some(&folder)).await;
        let (_, page) = server.until("/drift", |_, body| body.contains("column public.a.by_hand")).await;
        assert!(page.contains("ALTER TABLE a ADD by_hand int"), "{page}");
        assert!(page.contains("by_hand integer") && !page.contains("<del>"), "only its line is new: {page}");
        assert_eq!(page.matches("name text DEFAULT").count(), 2, "its table stands on both sides: {page}");
        server.end().await;
    });
}
