//! Comments that silence findings: pgkeel's own, and those of the linters people come from.

use std::collections::BTreeSet;

use super::context::{Found, span};
use super::settings::Settings;
use super::source::File;
use crate::finding::Finding;
use crate::rules::{RULES, rule};
use crate::sql::effect::TextRange;
use crate::sql::lexer::line_comments;
use crate::sql::script::marker;

/// A comment that asks for silence.
#[derive(Debug)]
struct Ignore {
    range: TextRange,
    /// Statement it is about; `None` for the whole file.
    statement: Option<usize>,
    /// Rule ids; `None` silences all.
    rules: Option<BTreeSet<&'static str>>,
    /// Names that are no rule, neither pgkeel's nor of the linter that the comment is for.
    unknown: Vec<String>,
    /// Written for pgkeel: needs a reason, and must silence something.
    own: bool,
    /// Why; of a peer's comment that gives no reason, the comment.
    reason: String,
}

/// A finding that a comment silences.
#[derive(Debug)]
pub struct Silenced {
    /// The finding.
    pub finding: Finding,
    /// Why, in the words of whoever wrote the comment.
    pub reason: String,
}

/// Leaves out what comments silence, and adds what is wrong with the comments themselves; beside it, what was left out.
pub(super) fn silence(
    files: &[File],
    found: Vec<Found>,
    settings: &Settings,
    reviewed: &dyn Fn(usize) -> bool,
) -> (Vec<Found>, Vec<Silenced>) {
    let ignores: Vec<Vec<Ignore>> = files.iter().map(ignores).collect();
    if ignores.iter().all(Vec::is_empty) {
        return (found, Vec::new());
    }
    let mut used: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut kept = Vec::with_capacity(found.len());
    let mut silenced = Vec::new();
    for hit in found {
        let matching = ignores.get(hit.file).into_iter().flatten().enumerate().find(|(_, ignore)| {
            let here = ignore.statement.is_none() || ignore.statement == hit.statement;
            here && ignore.rules.as_ref().is_none_or(|rules| rules.contains(hit.finding.rule.as_str()))
        });
        match matching {
            Some((at, ignore)) => {
                used.insert((hit.file, at));
                if ignore.reason.is_empty() {
                    kept.push(hit);
                } else {
                    silenced.push(Silenced { finding: hit.finding, reason: ignore.reason.clone() });
                }
            }
            None => kept.push(hit),
        }
    }
    for (index, (file, ignores)) in files.iter().zip(&ignores).enumerate() {
        if !reviewed(index) {
            continue;
        }
        for (at, ignore) in ignores.iter().enumerate() {
            let mut report = |id: &str, message: String| {
                let Some(severity) = rule(id).and_then(|rule| settings.severity(rule)) else { return };
                let mut finding = Finding::new(id, severity, message).at(span(file, ignore.range));
                finding.help = rule(id).map(|rule| rule.instead.to_owned());
                kept.push(Found { file: index, statement: None, range: ignore.range, finding });
            };
            for name in &ignore.unknown {
                report(
                    "unused-suppression",
                    format!("`{name}` is not a rule, so this comment silences nothing"),
                );
            }
            if !ignore.own {
                continue;
            }
            if !used.contains(&(index, at)) && ignore.unknown.is_empty() {
                report("unused-suppression", "this comment silences nothing".to_owned());
            } else if ignore.reason.is_empty() && used.contains(&(index, at)) {
                report("suppression-without-reason", "a suppression needs a reason".to_owned());
            }
        }
    }
    (kept, silenced)
}

fn ignores(file: &File) -> Vec<Ignore> {
    let mut found = Vec::new();
    for comment in &file.comments {
        // On the line on which a statement ends: about that one. Otherwise about the next.
        let line = file.line(comment.range.start);
        let before = file.statements.partition_point(|s| s.range.end <= comment.range.start).checked_sub(1);
        let before =
            before.filter(|at| file.statements.get(*at).is_some_and(|s| file.line(s.range.end) == line));
        let next = file.statements.partition_point(|s| s.range.start < comment.range.end);
        let next = (next < file.statements.len()).then_some(next);
        found.extend(read(&comment.text, comment.range, before.or(next), file));
    }
    for (at, statement) in file.statements.iter().enumerate() {
        let text = file.text_of(statement);
        if text.contains("--") && (text.contains("ignore") || text.contains("nolint")) {
            for (start, comment) in line_comments(text, false) {
                let body = comment.trim_start_matches('-').trim();
                let range = TextRange::new(start, start + comment.len()).shifted(statement.range.start);
                found.extend(read(body, range, Some(at), file));
            }
        }
    }
    found
}

fn read(text: &str, range: TextRange, statement: Option<usize>, file: &File) -> Option<Ignore> {
    if let Some(rest) = marker::directive(text) {
        let behind = |word: &str| {
            let (head, tail) = rest.split_at_checked(word.len())?;
            head.eq_ignore_ascii_case(word).then_some(tail)
        };
        let whole_file = behind("ignore-file");
        let rest = whole_file.or_else(|| behind("ignore"))?;
        let (names, reason) =
            rest.split_once("reason=").map_or((rest, ""), |(names, reason)| (names, reason));
        let mut rules = BTreeSet::new();
        let mut unknown = Vec::new();
        for name in names.split([',', ' ', '=']).map(str::trim).filter(|name| !name.is_empty()) {
            match crate::rules::find(name) {
                known if known.is_empty() => unknown.push(name.to_owned()),
                known => rules.extend(known.iter().map(|rule| rule.id)),
            }
        }
        let reason = reason.trim().trim_matches('"').trim().to_owned();
        let statement = if whole_file.is_some() { None } else { statement };
        return Some(Ignore { range, statement, rules: Some(rules), unknown, own: true, reason });
    }
    let foreign = |tool: &str, names: &str, statement: Option<usize>| {
        // What follows a second `--` is the reason.
        let (names, reason) = names.split_once("--").unwrap_or((names, ""));
        let listed: Vec<&str> = names
            .split([',', ' '])
            .map(|name| name.trim_matches([':', ' ']))
            .filter(|n| !n.is_empty())
            .collect();
        let meant: Vec<(&str, Vec<&'static str>)> =
            listed.iter().map(|name| (*name, aliased(tool, name))).collect();
        // Of these, every rule has a place here: a name without one is misspelt.
        let complete = ["squawk", "eugene", "pgsafe", "pgls"].contains(&tool);
        let unknown = meant.iter().filter(|(_, rules)| complete && rules.is_empty());
        let unknown = unknown.map(|(name, _)| (*name).to_owned()).collect();
        let rules = (!meant.is_empty()).then(|| meant.into_iter().flat_map(|(_, rules)| rules).collect());
        let reason = if reason.trim().is_empty() { text } else { reason.trim() }.to_owned();
        Some(Ignore { range, statement, rules, unknown, own: false, reason })
    };
    let peers = [
        ("squawk-ignore-file", "squawk", true),
        ("squawk-ignore", "squawk", false),
        ("eugene: ignore", "eugene", false),
        ("eugene-ignore", "eugene", false),
        ("atlas:nolint", "atlas", false),
        ("pgsafe:ignore", "pgsafe", false),
        ("pgfence-ignore", "pgfence", false),
        ("pgls-ignore", "pgls", false),
    ];
    let (prefix, tool, whole_file) = peers.iter().find(|(prefix, ..)| text.starts_with(prefix))?;
    let names = text.get(prefix.len()..)?;
    // Atlas: a comment at the top, apart from the first statement, is about the whole file.
    let first = file.statements.first().map_or(file.text.len(), |first| first.range.start);
    let apart = || TextRange::new(range.end, first).of(&file.text).replace('\r', "").starts_with("\n\n");
    let whole_file = *whole_file || *tool == "atlas" && range.end <= first && apart();
    // pgsafe names one rule and then gives its reason; the language server puts the group before the rule.
    let names = match *tool {
        "pgsafe" => names.split_whitespace().next().unwrap_or_default(),
        "pgls" => names.split(": ").next().unwrap_or_default().rsplit('/').next().unwrap_or_default(),
        _ => names,
    };
    foreign(tool, names, if whole_file { None } else { statement })
}

fn aliased(tool: &str, name: &str) -> Vec<&'static str> {
    // Atlas also names whole analyzers.
    let analyzer: &[&str] = match (tool, name) {
        ("atlas", "destructive") => &["DS"],
        ("atlas", "data_depend") => &["MF"],
        ("atlas", "incompatible") => &["BC"],
        ("atlas", "concurrent_index") => &["PG101", "PG102", "PG103"],
        ("atlas", "naming") => &["NM"],
        _ => &[],
    };
    let alias = format!("{tool}:{name}");
    let matches = |known: &str| {
        known == alias
            || analyzer
                .iter()
                .any(|prefix| known.strip_prefix("atlas:").is_some_and(|c| c.starts_with(prefix)))
    };
    RULES.iter().filter(|rule| rule.aliases.iter().any(|known| matches(known))).map(|rule| rule.id).collect()
}
