//! Links between documents.

use std::path::{Component, Path, PathBuf};

use crate::tree::{files, is, none, root};

#[test]
fn links_in_documents_lead_somewhere() {
    let root = root();
    let mut offences = Vec::new();
    for (path, text) in files().into_iter().filter(|(path, _)| is(path, "md")) {
        for target in targets(&text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let linked = if file.is_empty() {
                PathBuf::from(&path)
            } else {
                plain(&Path::new(&path).parent().unwrap_or(Path::new("")).join(file))
            };
            let there = root.join(&linked);
            let anchored = |text: String| text.lines().any(|line| anchor_of(line).as_deref() == Some(anchor));
            if !there.exists() {
                offences.push(format!("{path}: {target} does not exist"));
            } else if !anchor.is_empty() && !std::fs::read_to_string(&there).is_ok_and(anchored) {
                offences.push(format!("{path}: {target}: no such heading"));
            }
        }
    }
    none("a link leads somewhere", &offences);
}

/// The targets of `[text](target)` outside code.
fn targets(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        }
        if in_block {
            continue;
        }
        // Every second part between backquotes is code.
        for prose in line.split('`').step_by(2) {
            let after_texts = prose.split("](").skip(1);
            found.extend(after_texts.filter_map(|rest| rest.split([')', ' ']).next()).map(str::to_owned));
        }
    }
    found
}

/// The anchor that a heading gets: lower case, spaces to hyphens, other punctuation away.
fn anchor_of(line: &str) -> Option<String> {
    let heading = line.strip_prefix('#')?.trim_start_matches('#').trim();
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    Some(kept.map(|letter| if letter == ' ' { '-' } else { letter }).flat_map(char::to_lowercase).collect())
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                result.pop();
            }
            Component::CurDir => {}
            other => result.push(other),
        }
    }
    result
}
