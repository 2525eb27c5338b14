//! Files as they come from elsewhere, read as schemas.

use pgkeel::scratch::Choice;
use pgkeel::source::{Source, Workshop};
use pgkeel_core::diff::diff;
use pgkeel_core::schema::Schema;
use pgkeel_testkit::{Server, per_major};

/// The schema that `--scratch-url` gives for a source.
async fn read(source: &str, scratch: &str) -> Schema {
    let workshop = Workshop::new(Choice { url: Some(scratch.to_owned()), ..Choice::default() }, vec![]);
    let source = Source::parse(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    let loaded = source.load(&workshop).await.unwrap_or_else(|error| panic!("{error}"));
    loaded.schema
}

per_major! {
    async fn a_dump_with_its_data_is_the_schema_of_its_database(server) {
        let database = server.database_with(
            "CREATE TABLE empty (a int); CREATE TABLE filled (id serial PRIMARY KEY, a text); \
             INSERT INTO filled (a) VALUES ('one'), (E'two\\n\\\\.'); CREATE VIEW v AS SELECT a FROM filled",
        );
        let dump = database.pg_dump_with(&["--no-owner"]);
        assert!(dump.contains("COPY public.empty"), "{dump}");
        // What a pg_dump does that is newer than the server.
        let newer = dump.replacen("SET lock_timeout = 0;", "SET lock_timeout = 0;\nSET timeout_of_tomorrow = 0;", 1);
        assert_ne!(dump, newer);
        let folder = tempfile::tempdir().expect("a folder");
        let scratch = server.url("postgres");
        let live = read(&database.url(), &scratch).await;
        for (name, text) in [("dump.sql", &dump), ("newer.sql", &newer)] {
            let file = folder.path().join(name);
            std::fs::write(&file, text).expect("a file");
            let from_file = read(&file.display().to_string(), &scratch).await;
            let differences: Vec<String> = diff(&from_file, &live)
                .into_keys()
                .filter(|id| from_file.body(id) != live.body(id))
                .map(|id| id.to_string())
                .collect();
            assert!(differences.is_empty(), "PostgreSQL {}, {name}: {differences:?}", server.major());
        }
    }
}

per_major! {
    async fn a_subscription_of_a_file_does_not_keep_its_scratch_database(server) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("subscribed.sql");
        let text = "CREATE SUBSCRIPTION news CONNECTION 'dbname=elsewhere password=secret' PUBLICATION news WITH (connect = false)";
        std::fs::write(&file, text).expect("a file");
        let schema = read(&file.display().to_string(), &server.url("postgres")).await;
        assert!(diff(&schema, &Schema::default()).keys().any(|id| id.to_string() == "subscription news"));
        let left = format!("SELECT count(*) FROM pg_database WHERE datname LIKE 'pgkeel_scratch_{}_%'", std::process::id());
        assert_eq!(server.database().value(&left), "0", "PostgreSQL {}", server.major());
    }
}

#[tokio::test]
async fn numbered_schema_files_are_read_in_any_order_too() {
    let server = Server::get(15);
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    file("01_b.sql", "CREATE TABLE b (id int REFERENCES a)");
    file("02_a.sql", "CREATE TABLE a (id int PRIMARY KEY)");
    let scratch = server.url("postgres");
    let source = folder.path().display().to_string();
    let workshop = Workshop::new(Choice { url: Some(scratch.clone()), ..Choice::default() }, vec![]);
    let loaded = Source::parse(&source).expect("a folder").load(&workshop).await.expect("a schema");
    let says = |note: &String| note.contains("do not run in the order of their numbers");
    assert!(loaded.notes.iter().any(says), "{:?}", loaded.notes);
    // A migrations folder has no folders in it.
    std::fs::create_dir(folder.path().join("tables")).expect("a folder");
    std::fs::rename(folder.path().join("02_a.sql"), folder.path().join("tables/02_a.sql")).expect("moved");
    let apart = read(&source, &scratch).await;
    assert!(diff(&apart, &loaded.schema).is_empty());
    assert!(loaded.schema.has(&"foreign key public.b.b_id_fkey".parse().expect("an object")));
    // What no order helps is told as it was in theirs.
    file("03_c.sql", "CREATE TABLE c (id int REFERENCES nowhere)");
    std::fs::remove_file(folder.path().join("01_b.sql")).expect("removed");
    std::fs::rename(folder.path().join("tables/02_a.sql"), folder.path().join("02_a.sql")).expect("moved");
    std::fs::remove_dir(folder.path().join("tables")).expect("removed");
    let refused = Source::parse(&source).expect("a folder").load(&workshop).await.expect_err("no schema");
    assert!(refused.to_string().contains("03_c.sql:1:"), "{refused}");
}
