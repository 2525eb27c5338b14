//! One round of `review --fix`: what every file becomes, and the migrations that have to follow. Repairs of one place come
//! one after the other, and one may make room for another, so rounds follow each other for as long as there is something to mend.

use super::File;
use super::fixes::mend;
use super::layout::new_files;
use super::renumber::next_free;
use crate::finding::Finding;

/// What a round does.
#[derive(Debug, Default)]
pub struct Round {
    /// Changed files.
    pub mended: Vec<Changed>,
    /// New files: path and text.
    pub new: Vec<(String, String)>,
}

/// A file that changes.
#[derive(Debug)]
pub struct Changed {
    /// Its path.
    pub path: String,
    /// Its new text.
    pub text: String,
    /// How many findings that mends.
    pub findings: usize,
}

/// Mends the reviewed files.
pub fn round(files: &[File], reviewed: &[bool], findings: &[Finding]) -> Round {
    let mut round = Round::default();
    let mut next = next_free(files);
    let of = |finding: &&Finding| {
        let span = finding.span.as_ref()?;
        files.iter().zip(0..).find(|(file, _)| file.path == span.file)
    };
    // Where nothing is numbered, nobody could say which file comes next.
    let possible = |finding: &&Finding| {
        let follows = finding.fix.as_ref().is_some_and(|fix| !fix.migrations.is_empty());
        of(finding).is_some_and(|(file, at): (&File, usize)| {
            reviewed.get(at).copied().unwrap_or(true) && (!file.number.is_empty() || !follows)
        })
    };
    let own: Vec<&Finding> =
        findings.iter().filter(|finding| finding.fix.is_some()).filter(possible).collect();
    for mended in mend(files, &own) {
        let Some(file) = files.iter().find(|file| file.path == mended.path) else { continue };
        let same = mended.text == file.text;
        for migration in &mended.migrations {
            let Some(version) = next.take() else { continue };
            let new = new_files(file, files, &version, migration);
            // What only adds files and is there already has not helped, and would not the next time.
            let there = |text: &String| files.iter().any(|other| other.text == *text);
            if same && new.iter().all(|(_, text)| there(text)) {
                next = Some(version);
                continue;
            }
            round.new.extend(new);
            next = Some(version.next());
        }
        round.mended.push(Changed { path: mended.path, text: mended.text, findings: mended.findings });
    }
    round
}
