//! Others are told: signed, tried again, in the order of what happened.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hmac::{Hmac, Mac};
use pgkeel_core::config::Webhook;
use pgkeel_server::Watcher;
use pgkeel_testkit::Server;
use pgkeel_testkit::blocking::block_on;
use serde_json::Value;
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::running::{Wish, migrations, start_with};

/// What a receiver was sent: the signature's header and the body.
type Received = Arc<Mutex<Vec<(String, String)>>>;

/// A receiver that answers with these codes in turn, then 200.
async fn receiver(codes: &[u16]) -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/events", listener.local_addr().unwrap());
    let received = Received::default();
    let kept = Arc::clone(&received);
    let mut codes: VecDeque<u16> = codes.iter().copied().collect();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = Vec::new();
            let mut buffer = [0; 4096];
            let (head, body) = loop {
                let read = stream.read(&mut buffer).await.unwrap();
                text.extend_from_slice(&buffer[..read]);
                let whole = String::from_utf8_lossy(&text).into_owned();
                if let Some((head, body)) = whole.split_once("\r\n\r\n") {
                    let length = head.to_lowercase();
                    let length = length
                        .split_once("content-length:")
                        .map_or(0, |(_, rest)| rest.lines().next().unwrap().trim().parse::<usize>().unwrap());
                    if body.len() >= length {
                        break (head.to_owned(), body.to_owned());
                    }
                }
                assert!(read > 0, "the sender went away: {whole}");
            };
            let signature = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("x-pgkeel-signature").then(|| value.to_owned())
            });
            let code = codes.pop_front().unwrap_or(200);
            kept.lock().unwrap().push((signature.unwrap_or_default(), body));
            let answer = format!("HTTP/1.1 {code} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, received)
}

async fn until(received: &Received, wanted: impl Fn(&[(String, String)]) -> bool) -> Vec<(String, String)> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let seen = received.lock().unwrap().clone();
        if wanted(&seen) {
            return seen;
        }
        assert!(Instant::now() < deadline, "{seen:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn events(seen: &[(String, String)]) -> Vec<String> {
    let event =
        |body: &String| serde_json::from_str::<Value>(body).unwrap()["event"].as_str().unwrap().to_owned();
    seen.iter().map(|(_, body)| event(body)).collect()
}

#[test]
fn a_receiver_that_fails_is_tried_again_and_can_check_the_signature() {
    block_on(async {
        let database = Server::get(16).database();
        let (_kept, folder) = migrations(&[("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY);")]);
        let (url, received) = receiver(&[500, 503]).await;
        let (only_drift, told_of_drift) = receiver(&[]).await;
        let output = folder.join("events.log");
        let program = ["sh".to_owned(), "-c".to_owned(), format!("cat >> {}; echo >> {0}", output.display())];
        let webhooks = [
            Webhook { url, secret: Some("key".to_owned()), events: Vec::new() },
            Webhook { url: only_drift, secret: None, events: vec!["drift".to_owned()] },
        ];
        let watcher = Watcher::new(&webhooks, &program);
        let wish = Wish { folder: Some(folder.clone()), watcher, ..Wish::default() };
        let server = start_with(&database.url(), wish).await;
        server.until("/readyz", |status, body| status == 503 && body.contains("ledger_missing")).await;
        let target = pgkeel::database::Target::parse(&database.url()).unwrap();
        let startup = pgkeel::startup::Startup::for_target(target, pgkeel::startup::Environment::Development);
        let read = pgkeel::discover::migrations(&folder, &folder).unwrap();
        startup.migration_list(read, &folder).run().await.unwrap();
        server.until("/readyz", |status, _| status == 200).await;

        let seen = until(&received, |seen| seen.len() >= 3).await;
        assert_eq!(seen[0], seen[1], "what failed is sent again, the same");
        for (signature, body) in &seen {
            let mut mac = Hmac::<Sha256>::new_from_slice(b"key").unwrap();
            mac.update(body.as_bytes());
            let sent = signature.strip_prefix("sha256=").unwrap();
            let bytes: Vec<u8> = (0..sent.len() / 2)
                .map(|nr| u8::from_str_radix(sent.get(2 * nr..2 * nr + 2).unwrap(), 16).unwrap())
                .collect();
            mac.verify_slice(&bytes).unwrap();
            assert!(body.contains("\"format\":\"pgkeel/event/1\""), "{body}");
        }
        assert!(told_of_drift.lock().unwrap().is_empty(), "it asked for other events");

        database.execute("DROP TABLE a");
        let seen = until(&told_of_drift, |seen| !seen.is_empty()).await;
        assert_eq!(events(&seen), ["drift"]);
        assert!(seen[0].1.contains("table a"), "{}", seen[0].1);
        assert_eq!(seen[0].0, "", "without a secret there is no signature");
        until(&received, |seen| events(seen).iter().any(|event| event == "drift")).await;
        let deadline = Instant::now() + Duration::from_secs(10);
        while !std::fs::read_to_string(&output).unwrap_or_default().contains("\"drift\"") {
            assert!(Instant::now() < deadline, "the program was not run");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server.end().await;
        let seen = received.lock().unwrap().clone();
        assert_eq!(events(&seen).last().unwrap(), "stopping", "receivers learn that nobody looks any more");
    });
}
