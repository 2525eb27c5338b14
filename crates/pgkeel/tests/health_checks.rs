//! Every check on every major: the cases of tests/health/<check>/<case>.sql, and what needs a second session.
//!
//! A case says in its first lines what must come out: `status`, texts that the outcome must contain (`finds`), and
//! optionally `limits`, `role: plain` (a role without privileges asks), `since` and `until` (majors).

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::path::Path;
use std::time::{Duration, Instant};

use pgkeel::database::{Query, ReadOnly, Target};
use pgkeel::health;
use pgkeel_core::health::{CHECKS, CheckSettings, HealthSettings, Outcome, Samples, Status, check};
use pgkeel_testkit::{Server, Standby, per_major};

struct Case {
    name: String,
    check: String,
    script: String,
}

impl Case {
    fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/health");
        let mut cases = Vec::new();
        for folder in std::fs::read_dir(root).unwrap() {
            let folder = folder.unwrap();
            for file in std::fs::read_dir(folder.path()).unwrap() {
                let path = file.unwrap().path();
                let check = folder.file_name().into_string().unwrap();
                let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
                cases.push(Self {
                    name: format!("{check}/{stem}"),
                    check,
                    script: std::fs::read_to_string(path).unwrap(),
                });
            }
        }
        cases.sort_by(|a, b| a.name.cmp(&b.name));
        cases
    }

    fn headers<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let lines = self.script.lines().filter_map(|line| line.strip_prefix("-- "));
        lines.filter_map(move |line| line.strip_prefix(key)?.strip_prefix(": "))
    }

    fn header<'a>(&'a self, key: &'a str) -> Option<&'a str> {
        self.headers(key).next()
    }

    fn settings(&self) -> HealthSettings {
        let pairs = self.header("limits").unwrap_or_default().split_whitespace();
        let limits = pairs.map(|pair| {
            let (key, value) = pair.split_once('=').unwrap();
            (key.to_owned(), value.parse().unwrap())
        });
        let own = CheckSettings { limits: limits.collect(), ..CheckSettings::default() };
        let settings =
            HealthSettings { checks: [(self.check.clone(), own)].into(), ..HealthSettings::default() };
        settings.validate().unwrap();
        settings
    }

    async fn holds(&self, server: &'static Server) {
        let major = server.major();
        let number = |key| self.header(key).map(|text| text.parse::<u32>().unwrap());
        if number("since").is_some_and(|since| major < since)
            || number("until").is_some_and(|until| major > until)
        {
            return;
        }
        let role = server.unique_name("plain");
        server.execute(&format!("CREATE ROLE {role} LOGIN"));
        let database = server.database();
        let script = self.script.replace("{role}", &role).replace("{database}", database.name());
        database.psql(&script).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let client = match self.header("role") {
            Some(_) => look(&database.url_as(&role)).await,
            None => look(&database.url()).await,
        };
        let check = check(&self.check).unwrap_or_else(|| panic!("no check for {}", self.name));
        let settings = self.settings();
        // Statistics arrive a moment after the session that caused them has ended.
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            let outcome = health::ask(&client, major, check, &settings, &Samples::default()).await.unwrap();
            match self.mismatch(&outcome, database.name()) {
                None => break,
                Some(why) if Instant::now() > deadline => panic!("{}: {why}\n{outcome:#?}", self.name),
                Some(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        drop(client);
        drop(database);
        server.execute(&format!("DROP ROLE {role}"));
    }

    fn mismatch(&self, outcome: &Outcome, database: &str) -> Option<String> {
        let expected = self.header("status").expect("a case has a status");
        if outcome.status.as_str() != expected {
            return Some(format!("{} instead of {expected}", outcome.status.as_str()));
        }
        let mut said: Vec<&str> = outcome.skipped.iter().map(String::as_str).collect();
        for finding in &outcome.findings {
            said.push(&finding.message);
            said.extend(finding.help.as_deref());
            said.extend(finding.fix.as_ref().and_then(|fix| fix.sql.as_deref()));
        }
        let said = said.join("\n");
        let missing = self.headers("finds").map(|text| text.replace("{database}", database));
        missing
            .into_iter()
            .find(|text| !said.contains(text.as_str()))
            .map(|text| format!("does not say {text:?}"))
    }
}

/// The session that pgkeel itself uses to look.
async fn look(url: &str) -> ReadOnly {
    ReadOnly::open(&Target::parse(url).unwrap(), &health::options()).await.unwrap()
}

async fn ask(client: &impl Query, major: u32, id: &str, limits: &[(&str, f64)]) -> Outcome {
    let own = CheckSettings {
        limits: limits.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect(),
        ..CheckSettings::default()
    };
    let settings = HealthSettings { checks: [(id.to_owned(), own)].into(), ..HealthSettings::default() };
    health::ask(client, major, check(id).unwrap(), &settings, &Samples::default()).await.unwrap()
}

#[test]
fn every_check_has_a_case_that_passes_and_every_folder_a_check() {
    let cases = Case::all();
    for check in CHECKS {
        let passes = |case: &Case| case.check == check.id && case.header("status") == Some("pass");
        assert!(cases.iter().any(passes), "{} has no case in which it passes", check.id);
    }
    for case in cases {
        assert!(check(&case.check).is_some(), "{} belongs to no check", case.name);
    }
}

per_major! {
    async fn cases(server) {
        for case in Case::all() {
            case.holds(server).await;
        }
    }

    async fn a_role_without_privileges_is_told_what_it_lacks_and_nothing_is_broken(server) {
        let role = server.unique_name("plain");
        server.execute(&format!("CREATE ROLE {role} LOGIN"));
        let database = server.database_with(
            "CREATE SCHEMA s; CREATE TABLE s.a (id serial PRIMARY KEY, at date); CREATE TABLE s.b (a int REFERENCES s.a);
             REVOKE ALL ON SCHEMA s FROM PUBLIC; CREATE VIEW s.v AS SELECT * FROM s.a;
             CREATE MATERIALIZED VIEW s.m AS SELECT 1 WITH NO DATA;",
        );
        let client = look(&database.url_as(&role)).await;
        let outcomes = health::ask_all(&client, server.major(), CHECKS.iter().copied(), &HealthSettings::default(), &Samples::default()).await;
        for outcome in outcomes.unwrap() {
            for reason in &outcome.skipped {
                assert!(!reason.contains("the server refused"), "{}: {reason}", outcome.check);
                assert!(!reason.contains("migration holds"), "{}: {reason}", outcome.check);
            }
        }
        drop(client);
        drop(database);
        server.execute(&format!("DROP ROLE {role}"));
    }

    async fn no_check_waits_behind_a_migration(server) {
        let database = server.database_with(
            "CREATE TABLE a (id serial PRIMARY KEY, x int CHECK (x > 0), at date); CREATE TABLE b (a int REFERENCES a);
             CREATE TABLE p (at date) PARTITION BY RANGE (at); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2020-01-02');
             CREATE INDEX a_x ON a ((x + 1)) WHERE x > 3; CREATE VIEW v AS SELECT * FROM a; ALTER TABLE a ENABLE ROW LEVEL SECURITY;
             CREATE POLICY q ON a USING (x > 4);",
        );
        let migration = database.client().await;
        migration.batch_execute("BEGIN; LOCK TABLE a, b, p, p1, v IN ACCESS EXCLUSIVE MODE; ALTER SEQUENCE a_id_seq CACHE 7").await.unwrap();
        let client = look(&database.url()).await;
        for check in CHECKS {
            let begun = Instant::now();
            let outcome = health::ask(&client, server.major(), check, &HealthSettings::default(), &Samples::default()).await.unwrap();
            // 100 ms for the lock, the rest for a busy machine.
            assert!(begun.elapsed() < Duration::from_millis(600), "{} took {:?}", check.id, begun.elapsed());
            if outcome.skipped.iter().any(|reason| reason.contains("migration holds a lock")) {
                assert!(["partition-horizon"].contains(&check.id), "{} waits for a lock", check.id);
            }
        }
    }

    async fn blocking_locks_names_the_migration_that_blocks(server) {
        let database = server.database_with("CREATE TABLE a (x int)");
        let migration = database.client().await;
        migration.batch_execute("SET application_name = 'pgkeel-migrate'; BEGIN; LOCK TABLE a").await.unwrap();
        let waiting = database.client().await;
        let waiter = tokio::spawn(async move { waiting.batch_execute("SELECT * FROM public.a").await });
        let client = look(&database.url()).await;
        let deadline = Instant::now() + Duration::from_secs(5);
        let limits = [("warn_seconds", 0.0)];
        let outcome = loop {
            let outcome = ask(&client, server.major(), "blocking-locks", &limits).await;
            let ours = |f: &pgkeel_core::finding::Finding| f.message.contains("which is pgkeel (pgkeel-migrate)");
            if outcome.findings.iter().any(ours) || Instant::now() > deadline {
                break outcome;
            }
        };
        assert_eq!(outcome.status, Status::Warn, "{outcome:?}");
        assert!(outcome.findings.iter().any(|f| f.message.contains("on public.a")), "{outcome:?}");
        assert_eq!(ask(&client, server.major(), "blocking-locks", &[("warn_seconds", 0.0), ("fail_seconds", 0.0)]).await.status, Status::Fail);
        drop(migration);
        waiter.await.unwrap().unwrap();
    }

    async fn long_transaction_finds_idle_and_working_ones(server) {
        let database = server.database();
        let idle = database.client().await;
        idle.batch_execute("SET application_name = 'idle-one'; BEGIN; SELECT 1").await.unwrap();
        let client = look(&database.url()).await;
        let warn = [("idle_warn_seconds", 0.0)];
        let outcome = ask(&client, server.major(), "long-transaction", &warn).await;
        assert_eq!(outcome.status, Status::Warn);
        assert!(outcome.findings.iter().any(|f| f.message.contains("\"idle-one\"")), "{outcome:?}");
        let fail = [("idle_warn_seconds", 0.0), ("idle_fail_seconds", 0.0)];
        assert_eq!(ask(&client, server.major(), "long-transaction", &fail).await.status, Status::Fail);
    }

    async fn a_server_of_its_own_shows_prepared_transactions_slots_and_lag(server) {
        let pair = Standby::start(server.major());
        let database = pair.primary.database();
        let client = look(&database.url()).await;
        let major = server.major();
        database.execute("SELECT pg_create_physical_replication_slot('nobody', true)");
        let kept = ask(&client, major, "replication-slot", &[("warn_bytes", 0.0)]).await;
        assert_eq!(kept.status, Status::Warn, "{kept:?}");
        assert!(kept.findings[0].message.contains("nobody reads replication slot nobody"), "{kept:?}");
        assert_eq!(ask(&client, major, "replication-slot", &[("fail_bytes", 0.0)]).await.status, Status::Fail);

        let standby = look(&pair.standby.url("postgres")).await;
        assert_eq!(ask(&standby, major, "standby-lag", &[]).await.status, Status::Pass);
        // What is received and not replayed is lag.
        pair.standby.execute("SELECT pg_wal_replay_pause()");
        database.execute("CREATE TABLE late (x int)");
        let behind = "SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()";
        while !standby.query(behind, &[]).await.unwrap()[0].get::<_, bool>(0) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let lagging = ask(&standby, major, "standby-lag", &[("warn_seconds", 0.0)]).await;
        assert_eq!(lagging.status, Status::Warn, "{lagging:?}");
        assert_eq!(ask(&standby, major, "standby-lag", &[("fail_seconds", 0.0)]).await.status, Status::Fail);
        pair.standby.execute("SELECT pg_wal_replay_resume()");
        // Every check also runs on a standby.
        let outcomes = health::ask_all(&standby, major, CHECKS.iter().copied(), &HealthSettings::default(), &Samples::default()).await.unwrap();
        for outcome in outcomes {
            assert!(!outcome.skipped.iter().any(|reason| reason.contains("the server refused")), "{outcome:?}");
        }

        let private = Server::start_private(major, &[("max_prepared_transactions", "5")]);
        let database = private.database_with("CREATE TABLE a (x int); BEGIN; INSERT INTO a VALUES (1); PREPARE TRANSACTION 'it''s mine';");
        let client = look(&database.url()).await;
        let prepared = ask(&client, major, "prepared-transaction", &[("warn_seconds", 0.0)]).await;
        assert_eq!(prepared.status, Status::Warn);
        let sql = prepared.findings[0].fix.as_ref().and_then(|fix| fix.sql.clone()).unwrap();
        assert_eq!(ask(&client, major, "prepared-transaction", &[("fail_seconds", 0.0)]).await.status, Status::Fail);
        database.execute(&sql);
        assert_eq!(ask(&client, major, "prepared-transaction", &[("warn_seconds", 0.0)]).await.status, Status::Pass);
    }
}

/// A build that is running is not an invalid index; a role that cannot see builds is told so.
#[test]
fn an_index_that_is_being_built_is_not_reported() {
    pgkeel_testkit::blocking::block_on(async {
        let server = Server::get(17);
        let database = server.database_with("CREATE TABLE a (x int); INSERT INTO a VALUES (1)");
        let old = database.client().await;
        old.batch_execute("BEGIN; INSERT INTO public.a VALUES (2)").await.unwrap();
        let builder = database.client().await;
        let build = tokio::spawn(async move {
            builder.batch_execute("CREATE INDEX CONCURRENTLY a_x ON public.a (x)").await
        });
        let client = look(&database.url()).await;
        while Query::query(&client, "SELECT FROM pg_index WHERE NOT indisvalid", &[])
            .await
            .unwrap()
            .is_empty()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(ask(&client, 17, "invalid-index", &[]).await.status, Status::Pass);
        old.batch_execute("COMMIT").await.unwrap();
        build.await.unwrap().unwrap();
    });
}
