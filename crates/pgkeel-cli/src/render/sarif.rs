//! SARIF 2.1.0 (OASIS), within the limits of GitHub's code scanning.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use pgkeel_core::finding::{Edit, Finding, Severity};
use pgkeel_core::review::{File, Silenced};
use pgkeel_core::rules;
use serde_json::{Value, json};

use super::{Sources, fingerprint};

/// GitHub keeps the first 5,000 results of a run.
const MOST: usize = 5_000;

/// The log: what was found, and after it what comments silence, marked as such.
pub(super) fn render(findings: &[Finding], silenced: &[Silenced], sources: &Sources<'_>) -> String {
    let mut sorted: Vec<(&Finding, Option<&str>)> = findings.iter().map(|finding| (finding, None)).collect();
    sorted.sort_by_key(|(finding, _)| std::cmp::Reverse(finding.severity));
    sorted.extend(silenced.iter().map(|silenced| (&silenced.finding, Some(silenced.reason.as_str()))));
    sorted.truncate(MOST);
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    for (finding, _) in &sorted {
        let next = ids.len();
        ids.entry(finding.rule.as_str()).or_insert(next);
    }
    let mut listed: Vec<(&str, usize)> = ids.iter().map(|(id, index)| (*id, *index)).collect();
    listed.sort_by_key(|(_, index)| *index);
    let described: Vec<Value> = listed.iter().map(|(id, _)| describe(id)).collect();
    let results: Vec<Value> =
        sorted.iter().map(|(finding, reason)| result(finding, *reason, &ids, sources)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "pgkeel",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": described,
            }},
            // A run that fails writes no log.
            "invocations": [{ "executionSuccessful": true }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn describe(id: &str) -> Value {
    let Some(rule) = rules::rule(id) else { return json!({ "id": id }) };
    json!({
        "id": id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.why },
        "help": { "text": format!("{}\n\nInstead: {}", rule.why, rule.instead) },
        "helpUri": format!("{}/blob/main/docs/reference/rules/{id}.md", env!("CARGO_PKG_REPOSITORY")),
        "defaultConfiguration": { "level": level(rule.severity), "enabled": rule.default },
        "properties": { "tags": [rule.topic.heading()] },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(
    finding: &Finding,
    silenced: Option<&str>,
    ids: &BTreeMap<&str, usize>,
    sources: &Sources<'_>,
) -> Value {
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push_str("\n\n");
        message.push_str(help);
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": ids.get(finding.rule.as_str()),
        "level": level(finding.severity),
        "message": { "text": message },
        "partialFingerprints": { "pgkeel/v1": fingerprint(finding, sources) },
    });
    if let Some(reason) = silenced {
        result["suppressions"] = json!([{ "kind": "inSource", "justification": reason }]);
    }
    let mut location = json!({});
    if let Some(span) = &finding.span {
        location["physicalLocation"] = json!({
            "artifactLocation": { "uri": uri(&span.file) },
            "region": {
                "startLine": span.line,
                "startColumn": span.column,
                "endLine": span.end_line,
                "endColumn": span.end_column,
            },
        });
        result["fixes"] = fixes(finding, &span.file, sources);
    }
    if let Some(object) = &finding.object {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": object }]);
    }
    if location != json!({}) {
        result["locations"] = json!([location]);
    }
    if result["fixes"].is_null()
        && let Some(fields) = result.as_object_mut()
    {
        fields.shift_remove("fixes");
    }
    result
}

fn fixes(finding: &Finding, file: &str, sources: &Sources<'_>) -> Value {
    let Some(fix) = finding.fix.as_ref().filter(|fix| !fix.edits.is_empty()) else { return Value::Null };
    let own = std::iter::once((file, &fix.edits));
    let others = fix.elsewhere.iter().map(|other| (other.file.as_str(), &other.edits));
    let changes: Vec<Value> =
        own.chain(others).filter_map(|(file, edits)| Some(change(file, edits, sources.get(file)?))).collect();
    if changes.is_empty() {
        return Value::Null;
    }
    json!([{ "description": { "text": fix.title }, "artifactChanges": changes }])
}

fn change(path: &str, edits: &[Edit], file: &File) -> Value {
    let replacements: Vec<Value> = edits
        .iter()
        .map(|edit| {
            let (line, column) = file.position(edit.start);
            let (end_line, end_column) = file.position(edit.end);
            json!({
                "deletedRegion": { "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column },
                "insertedContent": { "text": edit.text },
            })
        })
        .collect();
    json!({ "artifactLocation": { "uri": uri(path) }, "replacements": replacements })
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.trim_start_matches("./").replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
