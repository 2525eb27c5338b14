//! Names with quotes, HTML, control characters and 63 bytes of many-byte letters are only names, everywhere.

use std::fmt::Write;

use pgkeel_testkit::Server;
use pgkeel_testkit::blocking::block_on;
use serde_json::Value;

use crate::running::start;

/// 21 letters of three bytes each: the longest name there is.
const LONG: &str = "鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵";

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "%{byte:02X}").unwrap();
        out
    })
}

#[test]
fn they_stay_text_in_every_page_document_and_metric() {
    block_on(async {
        let names = [
            "\"><script>alert(1)</script>",
            "a' OR 1=1 --",
            "line\nbreak\ttab\u{7}",
            "\u{202e}gnp.\u{200b}x",
            "&amp;\\",
            LONG,
        ];
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let mut script = String::new();
        for name in names {
            // A key near its end, an index that does another's work, and a foreign key: findings, metrics and the map.
            let (table, column) = (quoted(name), quoted(name));
            script += &format!(
                "CREATE SCHEMA {table}; CREATE TABLE {table}.{table} ({column} int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, p int REFERENCES {table}.{table});
                 COMMENT ON TABLE {table}.{table} IS 'comment <b>bold</b> \u{202e}';
                 CREATE INDEX ON {table}.{table} (p); CREATE INDEX ON {table}.{table} (p);
                 INSERT INTO {table}.{table} OVERRIDING SYSTEM VALUE VALUES (2100000000, NULL);
                 SELECT setval(pg_get_serial_sequence('{literal}', '{bare}'), 2100000000);",
                literal = format!("{table}.{table}").replace('\'', "''"),
                bare = name.replace('\'', "''"),
            );
        }
        let database = Server::get(18).database();
        database.psql(&script).unwrap();
        let server = start(&database.url(), None).await;
        server.until("/schema", |_, body| body.contains("6 of 6")).await;
        let mut pages: Vec<String> = [
            "/",
            "/checks",
            "/schema",
            "/schema/map",
            "/activity",
            "/drift",
            "/environments",
            "/performance",
        ]
        .map(str::to_owned)
        .into();
        pages.extend((0..6).map(|nr| format!("/schema/map?part={nr}")));
        for name in names {
            pages.push(format!("/schema/table?namespace={0}&name={0}", encoded(name)));
            pages.push(format!("/schema?q={}", encoded(name)));
        }
        for page in &pages {
            let (status, body) = server.get(page).await;
            assert_eq!(status, 200, "{page}: {body}");
            // A search says again what was searched for, letter by letter.
            let echo = page.starts_with("/schema?q");
            let hidden = if echo { &[][..] } else { &["\u{202e}", "\u{200b}", "\u{7}"][..] };
            for bad in ["<script>alert", "<b>bold"].iter().chain(hidden) {
                assert!(!body.contains(bad), "{page} holds {bad:?} as it is");
            }
        }
        let (_, detailed) = server.get("/api/health/detailed").await;
        let document: Value = serde_json::from_str(&detailed).unwrap();
        assert!(document["checks"]["schema:sequence-headroom"].as_array().unwrap().len() >= 6, "{detailed}");
        let (_, metrics) = server.get("/metrics").await;
        let objects: Vec<&str> =
            metrics.lines().filter(|line| line.starts_with("pgkeel_sequence_used_ratio{")).collect();
        assert_eq!(objects.len(), 6, "{metrics}");
        for line in objects {
            let (label, value) = line.rsplit_once("\"} ").unwrap();
            assert!(value.parse::<f64>().unwrap() > 0.9, "{line}");
            let text = label.split_once("{object=\"").unwrap().1;
            let bare = text.replace("\\\\", "").replace("\\\"", "");
            assert!(!bare.contains('"'), "a quote ends the label too early: {line}");
        }
        server.end().await;
    });
}
