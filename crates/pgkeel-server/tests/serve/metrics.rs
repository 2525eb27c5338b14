//! Metrics, alert rules and dashboard are what Prometheus reads.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use pgkeel_testkit::Server;
use pgkeel_testkit::blocking::block_on;
use serde_json::Value;

use crate::running::start;

fn docs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/monitoring")
}

/// promtool of Debian's package `prometheus`; `./test` installs it.
fn promtool(arguments: &[&str], input: &str) {
    let mut child = Command::new("promtool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is installed by tests/servers/install (Debian package prometheus)");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(
        output.status.success() && said.lines().all(|line| !line.contains("error")),
        "{arguments:?}: {said}"
    );
}

#[test]
fn promtool_reads_metrics_and_rules() {
    block_on(async {
        let database = Server::get(17).database_with("CREATE TABLE a (id int PRIMARY KEY)");
        let server = start(&database.url(), None).await;
        server.until("/startupz", |status, _| status == 200).await;
        server.get("/nothing").await;
        let (_, text) = server.get("/metrics").await;
        assert!(text.ends_with("# EOF\n"), "OpenMetrics ends with it");
        promtool(&["check", "metrics"], &text);
        // The same series in a second scrape, not more: cardinality does not grow with time.
        for _ in 0..3 {
            server.get("/some/path/nobody/knows?x=1").await;
        }
        let series = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
        let (_, first) = server.get("/metrics").await;
        for nr in 0..20 {
            server.get(&format!("/made/up/{nr}")).await;
        }
        let (_, second) = server.get("/metrics").await;
        assert_eq!(series(&first), series(&second));
        server.end().await;
    });
    let rules = docs().join("alerts.yml");
    promtool(&["check", "rules", rules.to_str().unwrap()], "");
}

#[test]
fn rules_and_dashboard_name_metrics_that_exist() {
    block_on(async {
        let database = Server::get(16).database_with(
            "CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); SELECT setval(pg_get_serial_sequence('a', 'id'), 2000000000)",
        );
        let (_kept, folder) = crate::running::migrations(&[("0001_b.sql", "CREATE TABLE b ();")]);
        let server = start(&database.url(), Some(&folder)).await;
        server.until("/metrics", |_, body| body.contains("pgkeel_sequence_used_ratio{")).await;
        let (_, exposed) = server.get("/metrics").await;
        let dashboard = std::fs::read_to_string(docs().join("dashboard.json")).unwrap();
        let _: Value = serde_json::from_str(&dashboard).unwrap();
        let prometheus = std::fs::read_to_string(docs().join("alerts.yml")).unwrap();
        let both = format!("{dashboard}\n{prometheus}");
        let mut names: Vec<&str> = both
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .filter(|word| word.starts_with("pgkeel_"))
            .collect();
        names.sort_unstable();
        names.dedup();
        assert!(names.len() > 8, "{names:?}");
        // Only while somebody waits or lags.
        let rare = ["pgkeel_longest_lock_wait_seconds", "pgkeel_oldest_transaction_age_seconds"];
        for metric in names {
            assert!(exposed.contains(metric) || rare.contains(&metric), "{metric} is not among the metrics");
        }
        server.end().await;
    });
}
