//! Fingerprints of findings, so that an old project can start clean.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::context::Found;
use super::source::File;
use crate::sql::effect::TextRange;

/// The same for a finding whatever lines are added before it: from the file's name, the rule, and the text it is about.
pub fn fingerprint(file: &File, hit: &Found) -> String {
    of(file.name(), &hit.finding.rule, hit.range, &file.text)
}

fn of(name: &str, rule: &str, range: TextRange, text: &str) -> String {
    let about: Vec<&str> = range.of(text).split_whitespace().collect();
    let mut hash = Sha256::new();
    for part in [name, rule, &about.join(" ")] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(12).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The fingerprint of a finding that has already left the review: from its file's text and its span.
pub fn fingerprint_of(file: &File, finding: &crate::finding::Finding) -> Option<String> {
    let span = finding.span.as_ref()?;
    let byte = |line: usize, column: usize| {
        let range = file.line_range(line);
        let skipped: usize =
            range.of(&file.text).chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
        range.start + skipped
    };
    let range = TextRange::new(byte(span.line, span.column), byte(span.end_line, span.end_column));
    Some(of(file.name(), &finding.rule, range, &file.text))
}
