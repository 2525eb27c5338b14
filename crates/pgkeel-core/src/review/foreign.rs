//! Other linters' configuration files, translated into `[review]` of `pgkeel.toml`.

mod atlas;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml::{Table, Value};

/// What a file of another linter says, in pgkeel's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Translated {
    /// The sections for `pgkeel.toml`.
    pub toml: String,
    /// What has no counterpart, with the reason.
    pub notes: Vec<String>,
}

/// The files that [`translate`] knows.
pub const FILES: &[&str] = &[".squawk.toml", "pgsafe.toml", ".pgsafe.toml", "atlas.hcl"];

/// Translates a file by its name, one of [`FILES`]; `None` for any other. (eugene has no file.)
///
/// # Errors
/// The file is not TOML where it should be: what the parser says.
pub fn translate(name: &str, text: &str) -> Option<Result<Translated, String>> {
    let read = |translate: fn(&Table) -> Translated| match text.parse::<Table>() {
        Ok(table) => Ok(translate(&table)),
        Err(error) => Err(error.to_string()),
    };
    match name {
        ".squawk.toml" => Some(read(of_squawk)),
        "pgsafe.toml" | ".pgsafe.toml" => Some(read(of_pgsafe)),
        "atlas.hcl" => Some(Ok(atlas::translate(text))),
        _ => None,
    }
}

fn strings(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Parts of `[review]` while they are collected.
#[derive(Default)]
struct Review {
    settings: String,
    /// The level of each rule, by tool and name.
    rules: BTreeMap<String, &'static str>,
    ignore: String,
    notes: Vec<String>,
}

impl Review {
    /// Of two levels for one rule, as in two blocks of a file, the stricter counts.
    fn rule(&mut self, tool: &str, id: &str, level: &'static str) {
        let name = format!("{tool}:{id}");
        if crate::rules::find(&name).is_empty() {
            self.notes.push(format!("{tool}'s rule {id} has no counterpart"));
            return;
        }
        let strictness = |level: &str| ["off", "warning", "error"].iter().position(|one| *one == level);
        let before = self.rules.entry(name).or_insert(level);
        if *before != level {
            self.notes.push(format!(
                "{tool}'s rule {id} has two levels, {before} and {level}: the stricter is taken"
            ));
            *before = if strictness(level) > strictness(before) { level } else { *before };
        }
    }

    fn ignore(&mut self, tool: &str, path: &str, rule: &str) {
        let _ = writeln!(
            self.ignore,
            "\n[[review.ignore]]\nrule = {}\npath = {}\nreason = \"{tool} was told to leave it out\"",
            Value::from(rule),
            Value::from(path)
        );
    }

    fn finish(self) -> Translated {
        let mut rules = String::new();
        for (name, level) in &self.rules {
            let head = if rules.is_empty() { "\n[review.rules]\n" } else { "" };
            let _ = writeln!(rules, "{head}\"{name}\" = \"{level}\"");
        }
        Translated { toml: format!("[review]\n{}{rules}{}", self.settings, self.ignore), notes: self.notes }
    }
}

/// <https://squawkhq.com/docs/cli>: `.squawk.toml`.
fn of_squawk(table: &Table) -> Translated {
    let mut review = Review::default();
    let version = table
        .get("pg_version")
        .map(|version| version.as_str().map_or_else(|| version.to_string(), str::to_owned));
    if let Some(major) = version.and_then(|version| version.split('.').next()?.parse::<u32>().ok()) {
        let _ = writeln!(review.settings, "oldest_server = {}", major.max(14));
    }
    for id in strings(table.get("excluded_rules")) {
        review.rule("squawk", id, "off");
    }
    for id in strings(table.get("included_rules")) {
        review.rule("squawk", id, "warning");
    }
    for path in strings(table.get("excluded_paths")) {
        let path = if path.contains('/') { path.to_owned() } else { format!("**/{path}") };
        review.ignore("squawk", &path, "all");
    }
    if table.get("assume_in_transaction").and_then(Value::as_bool) == Some(false) {
        review.notes.push(
            "assume_in_transaction = false: pgkeel runs every file in a transaction unless it says otherwise"
                .to_owned(),
        );
    }
    if table.contains_key("upload_to_github") {
        review
            .notes
            .push("upload_to_github: use `pgkeel review --format github` or `--format sarif`".to_owned());
    }
    review.finish()
}

/// `pgsafe --example-config`.
fn of_pgsafe(table: &Table) -> Translated {
    let mut review = Review::default();
    match table.get("fail_on").and_then(Value::as_str) {
        Some(level @ ("error" | "warning")) => {
            let _ = writeln!(review.settings, "fail_on = \"{level}\"");
        }
        Some(other) => review.notes.push(format!("fail_on = {other}: give `--fail-on {other}`")),
        None => {}
    }
    let columns = strings(table.get("required-columns"));
    if !columns.is_empty() {
        let _ = writeln!(review.settings, "required_columns = {}", Value::from(columns));
    }
    for (id, level) in table.get("rules").and_then(Value::as_table).into_iter().flatten() {
        match (level.as_bool(), level.as_str()) {
            (Some(false), _) => review.rule("pgsafe", id, "off"),
            (Some(true), _) => review.rule("pgsafe", id, "warning"),
            (None, Some("error")) => review.rule("pgsafe", id, "error"),
            (None, Some("warning")) => review.rule("pgsafe", id, "warning"),
            _ => review.notes.push(format!("pgsafe's setting of {id} cannot be read")),
        }
    }
    for entry in
        table.get("ignore").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
    {
        let Some(path) = entry.get("path").and_then(Value::as_str) else { continue };
        let rules = strings(entry.get("rules"));
        if rules.is_empty() || rules.contains(&"*") {
            review.ignore("pgsafe", path, "all");
        }
        for rule in rules.into_iter().filter(|rule| *rule != "*") {
            review.ignore("pgsafe", path, &format!("pgsafe:{rule}"));
        }
    }
    for section in ["naming", "forbidden-types"] {
        if table.contains_key(section) {
            review.notes.push(format!(
                "[{section}]: see [review.naming] and [review.forbidden_types] of pgkeel.toml"
            ));
        }
    }
    review.finish()
}

#[cfg(test)]
mod tests {
    use super::translate;
    use crate::config::Config;
    use crate::review::Settings;

    #[test]
    fn translations_are_configurations() {
        let squawk = "pg_version = \"15.3\"\nexcluded_rules = [\"ban-drop-table\", \"no-such\"]\n\
                      included_rules = [\"require-table-schema\"]\nexcluded_paths = [\"001_old.sql\", \"legacy/**\"]\n";
        let translated = translate(".squawk.toml", squawk).expect("a known file").expect("TOML");
        assert_eq!(translated.notes.len(), 1, "{:?}", translated.notes);
        let config: Config = toml::from_str(&translated.toml).expect("a configuration");
        assert_eq!(config.review.oldest_server, Some(15));
        let settings = Settings::of_config(&config.review).expect("settings");
        let rule = |id: &str| crate::rules::rule(id).expect("a rule");
        assert_eq!(settings.severity(rule("drop-table")), None);
        assert!(settings.severity(rule("require-table-schema")).is_some());

        let pgsafe = "fail_on = \"warning\"\nrequired-columns = [\"created_at\"]\n[rules]\ndrop-table = false\n\
                      require-comment = true\n[[ignore]]\npath = \"m/legacy/**\"\n[[ignore]]\npath = \"a.sql\"\nrules = [\"truncate\"]\n";
        let translated = translate("pgsafe.toml", pgsafe).expect("a known file").expect("TOML");
        let config: Config = toml::from_str(&translated.toml).expect("a configuration");
        assert_eq!(config.review.required_columns, ["created_at"]);
        assert_eq!(config.review.ignore.len(), 2);
        Settings::of_config(&config.review).expect("settings");
        assert!(translate("other.toml", "").is_none());
        assert!(translate(".squawk.toml", "= 1").is_some_and(|read| read.is_err()));
    }
}
