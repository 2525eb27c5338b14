//! Applies the edits of findings to a file's text.

use crate::finding::{Edit, Finding, FollowUp};

/// The text after the edits of these findings. Edits that overlap an earlier one are left out: review again and they
/// come back if they still apply. Returns the text and how many findings were mended.
pub fn apply(text: &str, findings: &[&Finding]) -> (String, usize) {
    let mended = mend(text, findings);
    (mended.text, mended.findings)
}

/// A text after repairs.
#[derive(Debug, Clone, Default)]
pub struct Mended {
    /// The text.
    pub text: String,
    /// How many findings were mended.
    pub findings: usize,
    /// Migrations that have to come after it, in this order.
    pub migrations: Vec<FollowUp>,
}

/// The text after the edits of these findings, and what has to follow it.
pub fn mend(text: &str, findings: &[&Finding]) -> Mended {
    let mut chosen: Vec<&Edit> = Vec::new();
    let mut mended = 0;
    let mut migrations = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let free = |edit: &Edit| {
            chosen.iter().all(|other| {
                edit.end < other.start
                    || other.end < edit.start
                    || (edit.end == other.start && edit.start != other.start)
                    || (other.end == edit.start && edit.start != other.start)
            })
        };
        let fits = |edit: &Edit| text.is_char_boundary(edit.start) && text.is_char_boundary(edit.end);
        if !fix.edits.is_empty() && fix.edits.iter().all(|edit| free(edit) && fits(edit)) {
            chosen.extend(&fix.edits);
            migrations.extend(fix.migrations.iter().cloned());
            mended += 1;
        }
    }
    chosen.sort_by_key(|edit| (edit.start, edit.end));
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in chosen {
        result.push_str(text.get(at..edit.start).unwrap_or_default());
        result.push_str(&edit.text);
        at = edit.end;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    Mended { text: result, findings: mended, migrations }
}
