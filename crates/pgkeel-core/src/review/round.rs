//! One round of `review --fix`: what every file becomes, and the migrations that have to follow. Repairs of one place come
//! one after the other, and one may make room for another, so rounds follow each other for as long as there is something to mend.

use std::path::Path;

use super::File;
use super::fixes::mend;
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
    let reviewed = |at: usize| reviewed.get(at).copied().unwrap_or(true);
    for (_, file) in files.iter().enumerate().filter(|(at, _)| reviewed(*at)) {
        let here = |finding: &&Finding| finding.span.as_ref().is_some_and(|span| span.file == file.path);
        // Where nothing is numbered, nobody could say which file comes next.
        let possible = |finding: &&Finding| {
            let follows = finding.fix.as_ref().is_some_and(|fix| !fix.migrations.is_empty());
            file.version.is_some() || !follows
        };
        let own: Vec<&Finding> = findings.iter().filter(here).filter(possible).collect();
        let mended = mend(&file.text, &own);
        if mended.findings == 0 {
            continue;
        }
        let changed = Changed { path: file.path.clone(), text: mended.text, findings: mended.findings };
        round.mended.push(changed);
        for migration in mended.migrations {
            let Some(version) = next.take() else { continue };
            let name = format!("{}_{}.sql", version.as_str(), slug(&migration.name));
            let path = Path::new(&file.path).with_file_name(name).display().to_string();
            round.new.push((path, migration.text));
            next = Some(version.next());
        }
    }
    round
}

/// A name as it stands in a file's name.
fn slug(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}
