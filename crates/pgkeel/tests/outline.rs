//! The outline of a schema, read while a migration holds its tables.

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use std::time::{Duration, Instant};

use pgkeel::database::{ReadOnly, Target};
use pgkeel_testkit::per_major;

per_major! {
    async fn the_outline_is_read_without_waiting_for_a_migration(server) {
        let database = server.database_with(
            r#"CREATE SCHEMA "a ""b"; CREATE TABLE "a ""b".parent (x int, y text, PRIMARY KEY (x, y));
            COMMENT ON TABLE "a ""b".parent IS 'the parent';
            CREATE TABLE child (id serial, x int, y text NOT NULL, CONSTRAINT up FOREIGN KEY (x, y) REFERENCES "a ""b".parent);
            CREATE INDEX child_y ON child (lower(y), x) WHERE x > 3; CREATE VIEW v AS SELECT x FROM child;
            CREATE TABLE p (at date) PARTITION BY RANGE (at); CREATE TABLE p1 PARTITION OF p DEFAULT;"#,
        );
        let migration = database.client().await;
        migration.batch_execute(r#"BEGIN; LOCK TABLE child, "a ""b".parent, p IN ACCESS EXCLUSIVE MODE"#).await.unwrap();
        let session = ReadOnly::open(&Target::parse(&database.url()).unwrap(), &pgkeel::health::options()).await.unwrap();
        let begun = Instant::now();
        let outline = pgkeel::health::outline(&session, "pgkeel").await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(1));
        let names: Vec<_> = outline.tables.iter().map(|t| (t.name.as_str(), t.kind.as_str(), t.partitions)).collect();
        assert_eq!(names, [("parent", "table", 0), ("child", "table", 0), ("p", "partitioned table", 1), ("v", "view", 0)]);
        let parent = outline.table("a \"b", "parent").unwrap();
        assert!(parent.columns.iter().all(|column| column.primary && column.not_null));
        assert_eq!(parent.comment.as_deref(), Some("the parent"));
        let child = outline.table("public", "child").unwrap();
        assert_eq!(child.indexes[0].columns, [None, Some("x".to_owned())]);
        assert!(child.indexes[0].partial && child.columns.iter().all(|column| !column.primary));
        assert_eq!(outline.keys.len(), 1);
        assert_eq!((outline.keys[0].columns.join(","), outline.keys[0].to.1.as_str()), ("x,y".to_owned(), "parent"));
    }
}
