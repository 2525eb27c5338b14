//! A migration that drops the index under a query: the query is named, with its plans; its neighbour is not.

use pgkeel::database::Target;
use pgkeel::performance::around;
use pgkeel::startup::{Environment, Startup};
use pgkeel::store::Store;
use pgkeel_core::performance::Verdict;
use pgkeel_testkit::Server;
use pgkeel_testkit::blocking::block_on;

use crate::running::{migrations, start};

async fn migrate(url: &str, folder: &std::path::Path) {
    let read = pgkeel::discover::migrations(folder, folder).unwrap();
    let target = Target::parse(url).unwrap();
    Startup::for_target(target, Environment::Development).migration_list(read, folder).run().await.unwrap();
}

#[test]
fn the_query_that_lost_its_index_is_told_and_no_other() {
    for major in [14, 18] {
        block_on(regression(major));
    }
}

async fn regression(major: u32) {
    let private = Server::start_private(
        major,
        &[("shared_preload_libraries", "pg_stat_statements"), ("autovacuum", "off")],
    );
    let database = private.database();
    database.execute("CREATE EXTENSION pg_stat_statements");
    let url = database.url();
    let (kept, folder) = migrations(&[(
        "0001_a.sql",
        "CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL); \
         INSERT INTO orders SELECT n, n FROM generate_series(1, 50000) n; CREATE INDEX by_customer ON orders (customer); ANALYZE orders;",
    )]);
    migrate(&url, &folder).await;
    let load = async |table: &str| {
        let client = database.client().await;
        let victim =
            client.prepare(&format!("SELECT count(*) FROM {table} WHERE customer = $1")).await.unwrap();
        let other = client.prepare(&format!("SELECT * FROM {table} WHERE id = $1")).await.unwrap();
        for n in 1..=150_i32 {
            client.query(&victim, &[&n]).await.unwrap();
            client.query(&other, &[&n]).await.unwrap();
        }
    };
    load("orders").await;
    std::fs::write(
        kept.path().join("0002_b.sql"),
        "ALTER TABLE orders RENAME TO purchases;\nDROP INDEX by_customer;",
    )
    .unwrap();
    migrate(&url, &folder).await;
    load("purchases").await;

    let store = Store::new("pgkeel");
    let client = database.client().await;
    let read = pgkeel::discover::migrations(&folder, &folder).unwrap();
    let found = around(&client, &store, Some("0002"), &read).await.unwrap().unwrap();
    assert_eq!(found.versions, ["0002"]);
    let regressed: Vec<_> =
        found.comparison.changes.iter().filter(|change| change.verdict == Verdict::Regressed).collect();
    assert_eq!(regressed.len(), 1, "{found:#?}");
    let change = regressed[0];
    assert!(change.query.contains("count(*)"), "{change:#?}");
    assert!(change.blocks_per_call.1 > 50.0 * change.blocks_per_call.0, "{change:#?}");
    let neighbour = |verdict| matches!(verdict, Verdict::Regressed | Verdict::Suspect | Verdict::Vanished);
    let others = found
        .comparison
        .changes
        .iter()
        .filter(|change| change.query.contains("WHERE id"))
        .any(|c| neighbour(c.verdict));
    assert!(!others, "{found:#?}");
    if major >= 16 {
        let (before, after) = (change.plan_before.as_ref().unwrap(), change.plan_after.as_ref().unwrap());
        assert!(before.shape.contains("by_customer") && after.shape.contains("Seq Scan"), "{change:#?}");
    } else {
        assert!(found.comparison.notes.iter().any(|note| note.contains("GENERIC_PLAN")), "{found:#?}");
    }
    let server = start(&url, Some(&folder)).await;
    server.until("/performance", |_, body| body.contains("regressed") && body.contains("count(*)")).await;
    server.end().await;
    // A run after which nothing was called yet: nobody can tell, and it is said.
    std::fs::write(kept.path().join("0003_c.sql"), "CREATE TABLE c ();").unwrap();
    migrate(&url, &folder).await;
    let read = pgkeel::discover::migrations(&folder, &folder).unwrap();
    let thin = around(&client, &store, None, &read).await.unwrap().unwrap();
    assert_eq!(thin.versions, ["0003"]);
    assert!(thin.comparison.notes.iter().any(|note| note.contains("nothing can be said yet")), "{thin:#?}");
    assert!(thin.comparison.changes.iter().all(|change| change.verdict != Verdict::Regressed), "{thin:#?}");
}
