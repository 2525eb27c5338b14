//! H: files and history that contradict each other.

use pgkeel::Error;
use pgkeel_testkit::Server;

use super::harness::{Project, outcomes};

#[tokio::test]
async fn h1_h2_h3_h4_files_that_are_not_what_was_applied() {
    let database = Server::get(15).database();
    Project::new(&[("1_a.sql", "CREATE TABLE a (x int);"), ("3_c.sql", "CREATE TABLE c (x int);")])
        .migrate(&database.url())
        .await;
    for (files, words) in [
        (
            &[("1_a.sql", "CREATE TABLE a (x bigint);"), ("3_c.sql", "CREATE TABLE c (x int);")][..],
            "history accept 1",
        ),
        (&[("1_a.sql", "CREATE TABLE a (x int);")][..], "history forget 3"),
        (
            &[("1_a.sql", "CREATE TABLE a (x int);"), ("4_c.sql", "CREATE TABLE c (x int);")][..],
            "history renumber 3 4",
        ),
        (
            &[
                ("1_a.sql", "CREATE TABLE a (x int);"),
                ("2_b.sql", "SELECT 1;"),
                ("3_c.sql", "CREATE TABLE c (x int);"),
            ][..],
            "--allow-out-of-order",
        ),
    ] {
        let error = Project::new(files).fails(&database.url()).await;
        assert!(error.help().unwrap_or_default().contains(words), "{error:?}");
    }
}

#[tokio::test]
async fn h5_two_files_of_one_version_are_found_without_a_server() {
    let project = Project::new(&[("1_a.sql", "SELECT 1;"), ("001_b.sql", "SELECT 1;")]);
    let error = project.fails("postgresql://nobody@127.0.0.1:1/nowhere").await;
    assert!(matches!(error, Error::Set(_)), "{error:?}");
}

#[tokio::test]
async fn h6_h13_n7_objects_without_a_history() {
    let database = Server::get(15).database();
    database.execute(
        "CREATE TABLE a (x int); CREATE TABLE schema_migrations (version varchar PRIMARY KEY, dirty bool)",
    );
    let error = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);")]).fails(&database.url()).await;
    assert!(error.to_string().contains("schema_migrations"), "{error}");
    assert_eq!(database.value("SELECT to_regnamespace('pgkeel') IS NULL"), "t");
}

#[tokio::test]
async fn h8_a_history_of_a_newer_pgkeel_is_not_written() {
    let database = Server::get(15).database();
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);")]);
    project.migrate(&database.url()).await;
    database.execute("UPDATE pgkeel.about SET format = 99, tool_version = '9.0'");
    project.write("2_b.sql", "CREATE TABLE b (x int);");
    let error = project.fails(&database.url()).await;
    assert!(matches!(error, Error::NewerHistory { .. }), "{error:?}");
    assert_eq!(outcomes(&database), "1 applied");
}

#[tokio::test]
async fn h12_a_history_that_may_not_be_read() {
    let database = Server::get(15).database();
    let role = format!("{}_blind", database.name());
    let project = Project::new(&[("1_a.sql", "CREATE TABLE a (x int);")]);
    project.migrate(&database.url()).await;
    database.execute(&format!("CREATE ROLE {role} LOGIN"));
    let error = project.fails(&database.url_as(&role)).await;
    assert!(matches!(error, Error::History { .. }), "{error:?}");
    assert!(error.to_string().contains("42501"), "{error}");
    database.execute(&format!("DROP ROLE {role}"));
}
