//! `-- pgkeel: ...` and `-- Dependencies: ...` in the leading comments of a migration.

use serde::{Deserialize, Serialize};

use super::Version;
use crate::sql::script::marker;

/// The directives that exist, for the nearest-known-name hint.
const KNOWN: &[&str] = &[
    "transaction",
    "requires-extension",
    "depends-on",
    "lock-timeout",
    "statement-timeout",
    "retries",
    "retry-pause",
    "longest-retry-pause",
    "client-connection-check-interval",
    "ignore",
    "ignore-file",
    "up",
    "down",
];

/// What the leading comments ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directives {
    /// `transaction=off`: every statement by itself.
    pub no_transaction: bool,
    /// `requires-extension NAME [>= VERSION]`.
    pub extensions: Vec<RequiredExtension>,
    /// `depends-on VERSION`, and the versions in `-- Dependencies:`.
    pub depends_on: Vec<Dependency>,
    /// `lock-timeout 2s`, in milliseconds.
    pub lock_timeout_ms: Option<u64>,
    /// `statement-timeout 10min`, in milliseconds.
    pub statement_timeout_ms: Option<u64>,
    /// `retries 20`: how often a transaction that got no lock is tried again.
    pub retries: Option<u32>,
    /// `retry-pause 1s`: the first pause before that, in milliseconds; it doubles, with jitter.
    #[serde(default)]
    pub retry_pause_ms: Option<u64>,
    /// `longest-retry-pause 1min`: the longest such pause, in milliseconds.
    #[serde(default)]
    pub longest_retry_pause_ms: Option<u64>,
    /// `client-connection-check-interval 10s`: how often the server looks whether pgkeel is still there while it works,
    /// in milliseconds; 0 for never.
    #[serde(default)]
    pub client_check_ms: Option<u64>,
}

/// An extension that a migration says it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredExtension {
    /// As in `pg_available_extensions`.
    pub name: String,
    /// The least version that will do.
    pub at_least: Option<String>,
    /// Line of the directive, from 1.
    pub line: usize,
}

/// A migration that has to be applied before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// Which one.
    pub version: Version,
    /// Line of the comment, from 1.
    pub line: usize,
}

impl Directives {
    /// Reads one comment (with its dashes) on line `line`; `leading` when it stands before the first statement of its part.
    /// Comments that are no directive are passed over.
    ///
    /// # Errors
    /// What is wrong with the directive, as a sentence: it would be a pity if it did nothing and nobody knew.
    pub fn read(&mut self, comment: &str, line: usize, leading: bool) -> Result<(), String> {
        let body = comment.trim_start_matches('-').trim();
        if let Some(list) = strip_prefix_ignoring_case(body, "dependencies:").filter(|_| leading) {
            self.depends_on.extend(dependencies(list).map(|version| Dependency { version, line }));
            return Ok(());
        }
        let Some(directive) = marker::directive(comment) else { return Ok(()) };
        if marker::section(comment).is_some() {
            return Ok(());
        }
        let (key, value) = directive
            .split_once(|c: char| c == '=' || c.is_whitespace())
            .map_or((directive, ""), |(key, value)| (key.trim(), value.trim()));
        let key = key.to_lowercase();
        let known = KNOWN.contains(&key.as_str());
        if known && marker::is_block(comment) {
            return Err(format!(
                "`{comment}` does nothing: write it as a comment of its own line, `-- pgkeel:{key} ...`"
            ));
        }
        if matches!(key.as_str(), "up" | "down") {
            return Err(format!(
                "`{body}` is not `-- pgkeel:{key}`, and nothing stands behind that on its line"
            ));
        }
        if known && !leading && !key.starts_with("ignore") {
            return Err(format!(
                "`-- pgkeel: {key}` counts only before the first statement of its part: move it up there"
            ));
        }
        self.take(&key, value, line)
    }

    /// What says how the statements are run, as the comments that ask for it, a line each: a script that is recorded is run
    /// as it was written.
    pub fn as_comments(&self) -> String {
        let mut comments = String::new();
        if self.no_transaction {
            comments.push_str("-- pgkeel: transaction=off\n");
        }
        let retries = self.retries.map(|number| ("retries", number.to_string()));
        let durations = [
            ("lock-timeout", self.lock_timeout_ms),
            ("statement-timeout", self.statement_timeout_ms),
            ("retry-pause", self.retry_pause_ms),
            ("longest-retry-pause", self.longest_retry_pause_ms),
            ("client-connection-check-interval", self.client_check_ms),
        ];
        let durations = durations.into_iter().filter_map(|(key, ms)| Some((key, format!("{}ms", ms?))));
        for (key, value) in durations.chain(retries) {
            comments.push_str(&format!("-- pgkeel: {key} {value}\n"));
        }
        comments
    }

    fn take(&mut self, key: &str, value: &str, line: usize) -> Result<(), String> {
        match (key, value) {
            ("transaction", _) if is_one_of(value, &["off", "false", "none"]) => self.no_transaction = true,
            ("transaction", _) if is_one_of(value, &["on", "true"]) => self.no_transaction = false,
            ("transaction", _) => return Err(format!("`transaction` is `on` or `off`, not `{value}`")),
            ("requires-extension", "") => {
                return Err("`requires-extension` needs an extension's name".to_owned());
            }
            ("requires-extension", _) => self.extensions.push(required_extension(value, line)?),
            ("depends-on", _) => self.depends_on.push(depends_on(value, line)?),
            ("lock-timeout", _) => self.lock_timeout_ms = Some(duration(value)?),
            ("statement-timeout", _) => self.statement_timeout_ms = Some(duration(value)?),
            ("retries", _) => {
                let number = value.parse().map_err(|_| format!("`retries` is a number, not `{value}`"))?;
                self.retries = Some(number);
            }
            ("retry-pause", _) => self.retry_pause_ms = Some(duration(value)?),
            ("longest-retry-pause", _) => self.longest_retry_pause_ms = Some(duration(value)?),
            ("client-connection-check-interval", _) => self.client_check_ms = Some(duration(value)?),
            // The review reads these where they stand; anywhere in the file is a good place.
            ("ignore" | "ignore-file", _) => {}
            _ => return Err(unknown(key)),
        }
        Ok(())
    }
}

fn unknown(key: &str) -> String {
    let nearest = KNOWN.iter().max_by(|a, b| strsim::jaro(key, a).total_cmp(&strsim::jaro(key, b)));
    let hint = nearest.map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
    format!("`-- pgkeel: {key}` is not a directive{hint}")
}

fn is_one_of(value: &str, words: &[&str]) -> bool {
    words.iter().any(|word| value.eq_ignore_ascii_case(word))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}

/// `014_semantic_foundation.sql (Customer), 012_create_users.sql`: the number in front of each name; prose has none.
fn dependencies(list: &str) -> impl Iterator<Item = Version> {
    list.split(',').filter_map(|item| {
        let item = item.trim();
        Version::parse(item.get(..item.bytes().take_while(u8::is_ascii_digit).count())?)
    })
}

fn depends_on(value: &str, line: usize) -> Result<Dependency, String> {
    dependencies(value)
        .next()
        .map(|version| Dependency { version, line })
        .ok_or_else(|| format!("`depends-on` needs a migration's version, not `{value}`"))
}

fn required_extension(value: &str, line: usize) -> Result<RequiredExtension, String> {
    let (name, at_least) = match value.split_once(">=") {
        None => (value, None),
        Some((_, version)) if version.trim().is_empty() => {
            return Err(format!("a version must follow `>=` in `requires-extension {value}`"));
        }
        Some((name, version)) => (name, Some(version.trim().to_owned())),
    };
    let name = name.trim().trim_matches('"').to_owned();
    if name.is_empty() || name.contains(char::is_whitespace) {
        return Err(format!("`requires-extension` takes NAME or NAME >= VERSION, not `{value}`"));
    }
    Ok(RequiredExtension { name, at_least, line })
}

/// A duration of a directive: its unit is written, so that nobody takes seconds for milliseconds.
fn duration(value: &str) -> Result<u64, String> {
    let bare = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if bare && value.bytes().any(|byte| byte != b'0') {
        return Err(format!("`{value}` has no unit: write {value}s for seconds, {value}ms for milliseconds"));
    }
    milliseconds(value)
}

/// A duration in PostgreSQL's units (documentation section 20.1.1): `ms` when there is none.
///
/// # Errors
/// It is not a whole number with a unit that PostgreSQL knows.
pub fn milliseconds(value: &str) -> Result<u64, String> {
    let value = value.trim().trim_matches('\'');
    let (number, unit) = value.split_at(value.bytes().take_while(u8::is_ascii_digit).count());
    let factor = match unit.trim() {
        "" | "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 0,
    };
    match number.parse::<u64>().ok().and_then(|n| n.checked_mul(factor)) {
        // PostgreSQL's own limit for its timeouts.
        Some(ms) if factor > 0 && ms <= 2_147_483_647 => Ok(ms),
        _ => Err(format!("`{value}` is not a duration: write for example 500ms, 2s, 10min")),
    }
}

#[cfg(test)]
mod tests {
    use super::Directives;

    fn read(comments: &[&str]) -> Result<Directives, String> {
        let mut directives = Directives::default();
        for (index, comment) in comments.iter().enumerate() {
            directives.read(comment, index + 1, true)?;
        }
        Ok(directives)
    }

    #[test]
    fn every_directive_of_the_contract_is_read() {
        let read = read(&[
            "-- pgkeel: transaction=off",
            "-- pgkeel: requires-extension pg_trgm >= 1.6",
            "--pgkeel: requires-extension \"uuid-ossp\"",
            "-- pgkeel: depends-on 0014",
            "-- pgkeel: lock-timeout 2s",
            "-- pgkeel: retry-pause 50ms",
            "-- pgkeel: longest-retry-pause=1min",
            "-- pgkeel: client-connection-check-interval 10s",
            "-- Dependencies: 014_semantic_foundation.sql (Customer), 012_create_users_table.sql (Users), none",
            "-- pgkeel: ignore some-rule reason=\"because\"",
            "-- just talk about pgkeel: the tool",
        ])
        .unwrap();
        assert!(read.no_transaction);
        assert_eq!(read.extensions[0].at_least.as_deref(), Some("1.6"));
        assert_eq!(read.extensions[1].name, "uuid-ossp");
        let versions: Vec<_> = read.depends_on.iter().map(|d| d.version.as_str()).collect();
        assert_eq!(versions, ["0014", "014", "012"]);
        assert_eq!(read.lock_timeout_ms, Some(2000));
        assert_eq!(
            [read.retry_pause_ms, read.longest_retry_pause_ms, read.client_check_ms],
            [Some(50), Some(60_000), Some(10_000)]
        );
    }

    #[test]
    fn a_directive_is_known_in_any_case_and_counts_only_where_it_leads() {
        let read =
            read(&["-- PGKEEL: Lock-Timeout=2s", "--\tpgkeel:transaction OFF", "-- pgkeel:down"]).unwrap();
        assert_eq!((read.lock_timeout_ms, read.no_transaction), (Some(2000), true));
        let late = |comment: &str| Directives::default().read(comment, 9, false);
        assert!(late("-- pgkeel: lock-timeout 2s").unwrap_err().contains("before the first statement"));
        assert!(late("-- pgkeel: dwon").unwrap_err().contains("did you mean `down`"));
        assert!(late("-- pgkeel:down please").is_err() && late("/* pgkeel:down */").is_err());
        assert!(late("-- pgkeel: ignore drop-table reason=\"agreed\"").is_ok() && late("-- talk").is_ok());
    }

    #[test]
    fn how_statements_are_run_survives_being_written_and_read() {
        let lines = [
            "-- pgkeel: transaction=off",
            "-- pgkeel: lock-timeout 2s",
            "-- pgkeel: retries 3",
            "-- pgkeel: retry-pause 1s",
        ];
        let read_once = read(&lines).unwrap();
        let comments = read_once.as_comments();
        let again = read(&comments.lines().collect::<Vec<_>>()).unwrap();
        assert_eq!(again, read_once);
    }

    #[test]
    fn a_directive_that_cannot_be_meant_is_an_error() {
        assert!(read(&["-- pgkeel: transactoin=off"]).unwrap_err().contains("did you mean `transaction`"));
        for bad in [
            "transaction=maybe",
            "depends-on x",
            "lock-timeout 2 weeks",
            "lock-timeout 2",
            "requires-extension a >=",
        ] {
            assert!(read(&[&format!("-- pgkeel: {bad}")]).is_err(), "{bad}");
        }
    }
}
