//! The OpenAPI document against the running server: every status that it answers is named, whatever is asked.

use std::time::Duration;

use pgkeel_testkit::Server;
use pgkeel_testkit::blocking::block_on;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{Running, start};

/// Whether the document names this answer of this operation, with its kind of content.
fn named(document: &Value, path: &str, method: &str, status: u16, head: &str) -> Result<(), String> {
    let responses = &document["paths"][path][method]["responses"];
    let Some(answer) = responses.get(status.to_string()) else {
        return Err(format!("{method} {path} answers {status}, which the document does not name"));
    };
    let answer = match answer["$ref"].as_str() {
        Some(place) => {
            document.pointer(place.trim_start_matches('#')).expect("the reference leads somewhere")
        }
        None => answer,
    };
    let kinds = answer["content"].as_object().into_iter().flat_map(|content| content.keys());
    let kinds: Vec<&String> = kinds.collect();
    if kinds.is_empty() || kinds.iter().any(|kind| head.contains(kind.as_str())) {
        return Ok(());
    }
    Err(format!("{method} {path} answers {status} with another kind than {kinds:?}:\n{head}"))
}

fn request(method: &str, path: &str, host: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n")
}

/// Sends what may be refused before it was read to its end.
async fn send(server: &Running, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    // A server that has refused already may have closed its side.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("no answer to {request:.60}: {answer:?}")), answer)
}

#[test]
fn every_status_that_is_answered_is_in_the_document() {
    block_on(async {
        let database = Server::get(18).database_with("CREATE TABLE a (id int PRIMARY KEY)");
        let server = start(&database.url(), None).await;
        server.until("/startupz", |status, _| status == 200).await;
        let document: Value = serde_json::from_str(&server.get("/openapi.json").await.1).unwrap();
        let long = format!("X-Long: {}\r\n", "x".repeat(100_000));
        let remote = "X-Forwarded-For: 10.0.0.1\r\n";
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        let mut wrong = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for method in operations.as_object().unwrap().keys() {
                let verb = method.to_uppercase();
                let asked = [
                    request(&verb, path, "evil.example", remote),
                    request(&verb, path, "localhost", &long),
                    request(&verb, path, "localhost", remote),
                    request("DELETE", path, "localhost", ""),
                    request(&verb, path, "localhost", &format!("{remote}Content-Length: 900000\r\n")),
                    request(&verb, path, "local host\0", ""),
                    request(&verb, path, "localhost", &format!("{form}Content-Length: 2\r\n")) + "%%",
                    request(&verb, path, "localhost", "Content-Type: text/csv\r\nContent-Length: 1\r\n")
                        + "x",
                ];
                // Events never end.
                let asked = asked.iter().filter(|_| path != "/live").chain(asked.iter().take(4));
                for one in asked {
                    let (status, head) = send(&server, one).await;
                    seen.insert(status);
                    wrong.extend(named(&document, path, method, status, &head).err());
                }
            }
        }
        // A body that never comes is waited for ten seconds.
        let slow = request("POST", "/migrations/run", "localhost", &format!("{form}Content-Length: 9\r\n"));
        let waited = tokio::time::timeout(Duration::from_secs(20), send(&server, &slow)).await;
        let (status, head) = waited.expect("it does not wait for ever");
        seen.insert(status);
        wrong.extend(named(&document, "/migrations/run", "post", status, &head).err());
        wrong.dedup();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        for status in [400, 401, 403, 404, 405, 408, 413, 415, 421, 431] {
            assert!(seen.contains(&status), "nothing answered {status}: {seen:?}");
        }
        server.end().await;
    });
}
