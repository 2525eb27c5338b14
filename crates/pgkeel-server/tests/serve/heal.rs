//! Known causes are repaired when that is allowed, and never otherwise.

use pgkeel_testkit::Server;
use pgkeel_testkit::blocking::block_on;
use serde_json::Value;

use crate::running::{Wish, start, start_with};

const SICK: &str = "CREATE TABLE a (x int); INSERT INTO a VALUES (-1), (2);
    ALTER TABLE a ADD CONSTRAINT positive CHECK (x > 0) NOT VALID; ALTER TABLE a ADD CONSTRAINT small CHECK (x < 9) NOT VALID;
    CREATE MATERIALIZED VIEW m AS SELECT * FROM a WITH NO DATA;";

#[test]
fn what_can_be_healed_is_healed_and_in_the_audit() {
    block_on(async {
        let database = Server::get(16).database_with(SICK);
        let server = start(&database.url(), None).await;
        server.until("/api/health/detailed", |_, body| body.contains("unpopulated")).await;
        server.end().await;
        assert_eq!(database.value("SELECT ispopulated FROM pg_matviews"), "f", "nobody allowed it");

        let server = start_with(&database.url(), Wish { heal: true, ..Wish::default() }).await;
        let fixed = |body: &str| {
            let document: Value = serde_json::from_str(body).unwrap();
            document["fixes"].as_array().is_some_and(|fixes| fixes.len() >= 3)
        };
        let (_, body) = server.until("/api/health/detailed", |_, body| fixed(body)).await;
        assert!(body.contains("repaired by REFRESH MATERIALIZED VIEW"), "{body}");
        assert!(
            body.contains("not repaired") && body.contains("positive"),
            "what cannot be healed is told: {body}"
        );
        assert_eq!(database.value("SELECT ispopulated FROM pg_matviews"), "t");
        assert_eq!(
            database.value("SELECT string_agg(conname, ',') FROM pg_constraint WHERE NOT convalidated"),
            "positive"
        );
        let audited = database.value("SELECT count(*) FROM pgkeel.audit WHERE action = 'heal'");
        assert_eq!(audited, "2");
        server.until("/", |_, body| body.contains("Repaired without asking")).await;
        server.end().await;
    });
}
