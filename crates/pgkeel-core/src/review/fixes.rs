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
    // What a statement needs before it is put in before the statement goes elsewhere.
    let (first, then): (Vec<&Finding>, Vec<&Finding>) = findings
        .iter()
        .partition(|finding| finding.fix.as_ref().is_some_and(|fix| fix.edits.iter().all(is_put_in_whole)));
    for finding in first.into_iter().chain(then) {
        let Some(fix) = &finding.fix else { continue };
        let free = |edit: &Edit| {
            chosen.iter().all(|other| {
                // Statements that are put in at one place stand one after the other. Words within a statement have an
                // order that only the next review knows: `ON DELETE ... NOT VALID`.
                is_put_in_whole(edit) && is_put_in_whole(other)
                    || edit.end < other.start
                    || other.end < edit.start
                    || (edit.end == other.start && edit.start != other.start)
                    || (other.end == edit.start && edit.start != other.start)
            })
        };
        let fits = |edit: &Edit| text.is_char_boundary(edit.start) && text.is_char_boundary(edit.end);
        if !fix.edits.is_empty() && fix.edits.iter().all(|edit| free(edit) && fits(edit)) {
            for edit in &fix.edits {
                if !chosen.contains(&edit) {
                    chosen.push(edit);
                }
            }
            migrations.extend(fix.migrations.iter().cloned());
            mended += 1;
        }
    }
    chosen.sort_by_key(|edit| (edit.start, edit.end));
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in chosen {
        result.push_str(text.get(at..edit.start).unwrap_or_default());
        // Two that each close the last statement of a file: one semicolon closes it.
        let closed = at == edit.start && edit.start == edit.end && result.trim_end().ends_with(';');
        result.push_str(edit.text.strip_prefix(';').filter(|_| closed).unwrap_or(&edit.text));
        at = edit.end;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    Mended { text: result, findings: mended, migrations }
}

/// Whether an edit puts in whole statements, or the end of one and others, and takes nothing away. A directive is none: it has
/// to come before all of them.
fn is_put_in_whole(edit: &Edit) -> bool {
    let whole = edit.text.ends_with('\n') || edit.text.starts_with(';');
    edit.start == edit.end && whole && !edit.text.starts_with("--")
}

/// How many findings can be mended mechanically.
pub fn mendable(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.fix.as_ref().is_some_and(|fix| !fix.edits.is_empty())).count()
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::finding::{Edit, Finding, Fix, Severity};

    fn putting(at: usize, text: &str) -> Finding {
        let mut finding = Finding::new("x", Severity::Error, "x");
        let edits = vec![Edit { start: at, end: at, text: text.to_owned() }];
        finding.fix = Some(Fix { edits, ..Fix::default() });
        finding
    }

    #[test]
    fn what_is_put_in_at_one_place_stands_in_the_order_of_the_findings() {
        let (a, b) = (putting(0, "a;\n"), putting(0, "b;\n"));
        assert_eq!(apply("c", &[&a, &b, &a]), ("a;\nb;\nc".to_owned(), 3));
    }

    #[test]
    fn words_at_one_place_of_a_statement_wait_for_the_next_review() {
        let (a, b) = (putting(1, " NOT VALID"), putting(1, " ON DELETE CASCADE"));
        assert_eq!(apply("c", &[&a, &b]), ("c NOT VALID".to_owned(), 1));
    }

    #[test]
    fn a_statement_is_closed_once() {
        let (a, b) = (putting(1, ";\na;"), putting(1, ";\nb;"));
        assert_eq!(apply("c", &[&a, &b]), ("c;\na;\nb;".to_owned(), 2));
    }
}
