//! What it answers while the database is well, gone, behind and ahead.

use std::time::{Duration, Instant};

use pgkeel_testkit::Server;
use pgkeel_testkit::blocking::block_on;
use serde_json::Value;

use crate::running::{migrations, start};

#[test]
fn behind_is_not_ready_and_migrating_from_the_dashboard_makes_it_ready() {
    block_on(async {
        let database = Server::get(17).database();
        let (_kept, folder) = migrations(&[("0001_a.sql", "CREATE TABLE \"<b>a\" (id int PRIMARY KEY);")]);
        let server = start(&database.url(), Some(&folder)).await;
        server.until("/readyz", |status, body| status == 503 && body.contains("ledger_missing")).await;
        assert_eq!(server.get("/health").await.0, 200, "liveness knows no database");
        let post = |token: &str, confirm: &str, origin: &str| {
            let form = format!("token={token}&confirm={confirm}");
            format!(
                "POST /migrations/run HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\nConnection: close\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
                form.len()
            )
        };
        assert_eq!(server.send(&post("wrong", "migrate", "http://localhost")).await.0, 403);
        assert_eq!(server.send(&post("the-secret", "migrate", "http://evil.example")).await.0, 403);
        assert_eq!(server.send(&post("the-secret", "yes", "http://localhost")).await.0, 422);
        assert_eq!(database.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'pgkeel'"), "0");
        // Nobody applies what no page showed, and what is pending changes with the folder.
        let unseen = post("the-secret", "migrate&pending=0009_other", "http://localhost");
        let (status, _, body) = server.send(&unseen).await;
        assert!(status == 409 && body.contains("0001_a"), "{status} {body}");
        let (status, head, _) = server.send(&post(&"x".repeat(20_000), "", "http://localhost")).await;
        assert!(status == 413 && head.contains("application/problem+json"), "{head}");
        server.until("/migrations", |_, body| body.contains("0001_a")).await;
        let json = "{\"confirm\": \"migrate\", \"pending\": \"0001_a\"}";
        let bearer = format!(
            "POST /migrations/run HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer the-secret\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{json}",
            json.len()
        );
        assert_eq!(server.send(&bearer).await.0, 303);
        server.until("/readyz", |status, _| status == 200).await;
        std::fs::write(folder.join("0002_b.sql"), "CREATE TABLE later (id int PRIMARY KEY);").unwrap();
        server.until("/readyz", |status, body| status == 503 && body.contains("schema_behind")).await;
        assert_eq!(server.send(&post("the-secret", "migrate", "http://localhost")).await.0, 303);
        server.until("/readyz", |status, _| status == 200).await;
        // What stands in the way is said, and where.
        std::fs::write(folder.join("0003_c.sql"), "SELECT 1;\nCREATE EXTENSION nowhere;").unwrap();
        server.until("/migrations", |_, body| body.contains("0003_c")).await;
        let (status, _, body) = server.send(&post("the-secret", "migrate", "http://localhost")).await;
        assert!(
            status == 409 && body.contains("0003_c.sql:2: the server does not have extension nowhere"),
            "{body}"
        );
        std::fs::remove_file(folder.join("0003_c.sql")).unwrap();
        // A hostile name stays text in every page.
        for page in [
            "/",
            "/migrations",
            "/checks",
            "/schema",
            "/schema/map",
            "/schema/table?namespace=public&name=%3Cb%3Ea",
        ] {
            let (status, body) = server.until(page, |status, _| status == 200).await;
            assert_eq!(status, 200, "{page}");
            assert!(!body.contains("<b>a"), "{page} does not escape names");
        }
        server.until("/schema", |_, body| body.contains("&lt;b&gt;a")).await;
        server.end().await;
    });
}

#[test]
fn it_answers_at_once_while_the_database_is_gone_and_tells_nothing_about_it() {
    block_on(async {
        let private = Server::start_private(16, &[]);
        let url = private.url("postgres");
        let server = start(&url, None).await;
        server.until("/readyz", |status, _| status == 200).await;
        private.stop();
        let (_, body) =
            server.until("/readyz", |status, body| status == 503 && body.contains("db_unreachable")).await;
        for path in
            ["/health", "/livez", "/readyz", "/startupz", "/api/health", "/health/health", "/metrics", "/"]
        {
            let begun = Instant::now();
            let (status, _) = server.get(path).await;
            assert!(begun.elapsed() < Duration::from_millis(500), "{path} took {:?}", begun.elapsed());
            assert!(status == 200 || status == 503, "{path}");
        }
        for secret in ["postgres", "127.0.0.1", "5432", "refused", "SELECT"] {
            assert!(!body.contains(secret), "{body}");
        }
        private.start();
        server.until("/readyz", |status, _| status == 200).await;
        server.end().await;
    });
}

#[test]
fn details_are_for_this_machine_or_the_token() {
    block_on(async {
        let database = Server::get(15).database();
        let server = start(&database.url(), None).await;
        server.until("/startupz", |status, _| status == 200).await;
        let (status, body) = server.get("/api/health/detailed").await;
        assert_eq!(status, 200, "{body}");
        let document: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(document["server"]["database"], database.name());
        let proxied = |token: &str| {
            format!(
                "GET /api/health/detailed HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 1.2.3.4\r\n\
                     Authorization: Bearer {token}\r\nConnection: close\r\n\r\n"
            )
        };
        assert_eq!(server.send(&proxied("wrong")).await.0, 401);
        assert_eq!(server.send(&proxied("the-secret")).await.0, 200);
        let rebound = "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
        assert_eq!(server.send(rebound).await.0, 421);
        let (_, head, _) =
            server.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
        assert!(head.contains("content-security-policy: default-src 'none'"), "{head}");
        server.end().await;
    });
}

#[test]
fn the_openapi_document_names_what_the_server_answers() {
    block_on(async {
        let database = Server::get(18).database_with("CREATE TABLE a (id int PRIMARY KEY)");
        let server = start(&database.url(), None).await;
        server.until("/startupz", |status, _| status == 200).await;
        let document: Value = serde_json::from_str(&server.get("/openapi.json").await.1).unwrap();
        for (path, operations) in document["paths"].as_object().unwrap() {
            if path == "/live" {
                continue;
            }
            let Some(get) = operations.get("get") else {
                assert_eq!(server.get(path).await.0, 405, "{path} is not for GET");
                continue;
            };
            let suffix = if path == "/schema/table" { "?namespace=public&name=a" } else { "" };
            let (status, head, _) = server
                .send(&format!("GET {path}{suffix} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .await;
            let answer = get["responses"].get(status.to_string());
            let answer =
                answer.unwrap_or_else(|| panic!("{path} answers {status}, which the document does not name"));
            let kinds: Vec<&String> = answer["content"].as_object().unwrap().keys().collect();
            assert!(kinds.iter().any(|kind| head.contains(kind.as_str())), "{path}: {head}");
        }
        assert_eq!(server.get("/nothing").await.0, 404);
        server.end().await;
    });
}
