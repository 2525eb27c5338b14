//! Applies the repairs of findings to the files' texts.

use std::collections::BTreeMap;

use super::source::File;
use crate::finding::{Edit, Finding, Fix, FollowUp};

/// A file after repairs.
#[derive(Debug, Clone, Default)]
pub struct Mended {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
    /// How many findings in it were mended.
    pub findings: usize,
    /// Migrations that have to come after it, in this order.
    pub migrations: Vec<FollowUp>,
}

/// The files that change or that something has to follow, after the repairs of these findings. Repairs that overlap an earlier one
/// are left out: review again and they come back if they still apply.
pub fn mend(files: &[File], findings: &[&Finding]) -> Vec<Mended> {
    let mut chosen: Chosen<'_> = files.iter().map(|file| (file.path.as_str(), (file, Vec::new()))).collect();
    let mut mended = Vec::new();
    for file in files {
        let here = |finding: &&&Finding| finding.span.as_ref().is_some_and(|span| span.file == file.path);
        let repairs = findings.iter().filter(here).filter_map(|finding| finding.fix.as_ref());
        // What a statement needs before it is put in before the statement goes elsewhere.
        let (first, then): (Vec<&Fix>, Vec<&Fix>) =
            repairs.partition(|fix| fix.edits.iter().all(is_put_in_whole));
        let mut own = Mended { path: file.path.clone(), ..Mended::default() };
        for fix in first.into_iter().chain(then).filter(|fix| fix.is_mechanical()) {
            if !choose(&mut chosen, &file.path, fix) {
                continue;
            }
            for migration in &fix.migrations {
                if !own.migrations.contains(migration) {
                    own.migrations.push(migration.clone());
                }
            }
            own.findings += 1;
        }
        mended.push(own);
    }
    for (own, file) in mended.iter_mut().zip(files) {
        let edits = chosen.remove(file.path.as_str()).map(|(_, edits)| edits).unwrap_or_default();
        own.text = edited(&file.text, edits);
    }
    let changes = |own: &Mended, file: &File| own.findings > 0 || own.text != file.text;
    mended.into_iter().zip(files).filter(|(own, file)| changes(own, file)).map(|(own, _)| own).collect()
}

/// The edits chosen so far, by the path of their file.
type Chosen<'a> = BTreeMap<&'a str, (&'a File, Vec<&'a Edit>)>;

/// Takes all edits of a repair, or none.
fn choose<'a>(chosen: &mut Chosen<'a>, path: &'a str, fix: &'a Fix) -> bool {
    let elsewhere = fix.elsewhere.iter().map(|other| (other.file.as_str(), &other.edits));
    let parts: Vec<(&str, &Vec<Edit>)> = std::iter::once((path, &fix.edits)).chain(elsewhere).collect();
    let fits = |(path, edits): &(&str, &Vec<Edit>)| {
        chosen.get(path).is_some_and(|(file, taken)| {
            let inside = |at: usize| file.text.is_char_boundary(at);
            edits.iter().all(|edit| inside(edit.start) && inside(edit.end) && is_free(edit, taken))
        })
    };
    if !parts.iter().all(fits) {
        return false;
    }
    for (path, edits) in parts {
        let Some((_, taken)) = chosen.get_mut(path) else { continue };
        for edit in edits {
            if !taken.contains(&edit) {
                taken.push(edit);
            }
        }
    }
    true
}

fn is_free(edit: &Edit, taken: &[&Edit]) -> bool {
    taken.iter().all(|other| {
        // Statements that are put in at one place stand one after the other. Words within a statement have an order that only
        // the next review knows: `ON DELETE ... NOT VALID`.
        is_put_in_whole(edit) && is_put_in_whole(other)
            || edit.end < other.start
            || other.end < edit.start
            || (edit.end == other.start && edit.start != other.start)
            || (other.end == edit.start && edit.start != other.start)
    })
}

fn edited(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        result.push_str(text.get(at..edit.start).unwrap_or_default());
        // Two that each close the last statement of a file: one semicolon closes it.
        let closed = at == edit.start && edit.start == edit.end && result.trim_end().ends_with(';');
        result.push_str(edit.text.strip_prefix(';').filter(|_| closed).unwrap_or(&edit.text));
        at = edit.end;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

/// Whether an edit puts in whole statements, or the end of one and others, and takes nothing away. A directive is none: it has
/// to come before all of them.
fn is_put_in_whole(edit: &Edit) -> bool {
    let whole = edit.text.ends_with('\n') || edit.text.starts_with(';');
    edit.start == edit.end && whole && !edit.text.starts_with("--")
}

/// How many findings can be mended mechanically.
pub fn mendable(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.fix.as_ref().is_some_and(Fix::is_mechanical)).count()
}

#[cfg(test)]
mod tests {
    use super::mend;
    use crate::finding::{Edit, Elsewhere, Finding, Fix, FollowUp, Severity, Span};
    use crate::review::File;

    const PATH: &str = "1_a.sql";

    fn of_fix(fix: Fix) -> Finding {
        let span = Span { file: PATH.to_owned(), line: 1, column: 1, end_line: 1, end_column: 1 };
        let mut finding = Finding::new("x", Severity::Error, "x").at(span);
        finding.fix = Some(fix);
        finding
    }

    fn apply(text: &str, findings: &[&Finding]) -> (String, usize) {
        let mended = mend(&[File::read(PATH, text)], findings).remove(0);
        (mended.text, mended.findings)
    }

    fn putting(at: usize, text: &str) -> Finding {
        of_fix(Fix { edits: vec![Edit { start: at, end: at, text: text.to_owned() }], ..Fix::default() })
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

    #[test]
    fn a_repair_of_two_files_is_done_in_both_or_in_none() {
        let files = [File::read(PATH, "a;"), File::read("1_a.down.sql", "b;")];
        let of = |file: &str| {
            let edits = vec![Edit { start: 0, end: 2, text: String::new() }];
            let elsewhere = vec![Elsewhere { file: file.to_owned(), edits: edits.clone() }];
            of_fix(Fix { edits, elsewhere, ..Fix::default() })
        };
        let texts =
            |finding: &Finding| mend(&files, &[finding]).into_iter().map(|m| m.text).collect::<Vec<_>>();
        assert_eq!(texts(&of("1_a.down.sql")), ["", ""]);
        assert!(texts(&of("2_b.down.sql")).is_empty());
    }

    #[test]
    fn what_only_has_to_follow_is_a_repair_and_follows_once() {
        let migration =
            FollowUp { name: "i".to_owned(), text: "CREATE INDEX i ON t (c);".to_owned(), down: None };
        let finding = of_fix(Fix { migrations: vec![migration.clone()], ..Fix::default() });
        let mended = mend(&[File::read(PATH, "a;")], &[&finding, &finding]).remove(0);
        assert_eq!((mended.text.as_str(), mended.findings, mended.migrations), ("a;", 2, vec![migration]));
    }
}
