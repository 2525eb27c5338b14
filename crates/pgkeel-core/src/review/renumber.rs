//! Gives a migration whose number is taken, or was passed by, the next free one, and mends what refers to it.

use std::collections::BTreeMap;

use super::source::File;
use crate::migration::Version;

/// A file that gets another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// Its path.
    pub from: String,
    /// Its new path.
    pub to: String,
}

/// What renumbering does: files renamed, and texts changed that named them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renumbering {
    /// In the order in which they can be done.
    pub renames: Vec<Rename>,
    /// New texts, by the path before renaming.
    pub texts: BTreeMap<String, String>,
}

/// The number after the highest one.
pub fn next_free(files: &[File]) -> Option<Version> {
    files.iter().filter_map(|file| file.version.as_ref()).max().map(Version::next)
}

/// The last file of a folder that is settled, when it has a higher number than this one, which is not settled.
pub fn settled_after<'a>(files: &'a [File], file: &File) -> Option<&'a File> {
    let beside = files.iter().filter(|other| other.settled && !other.down && other.folder() == file.folder());
    let last = beside.max_by(|a, b| a.version.cmp(&b.version))?;
    (!file.settled && last.version > file.version && file.version.is_some()).then_some(last)
}

/// Renumbers what comes before a settled file though it is new, and the later of every two forward files of one folder that share a number (`keep` says which files must not be
/// renamed, because they are applied or on the base branch). Later is what `since` says, and then the order of the names. Down
/// files follow their up files.
pub fn renumber(
    files: &[File],
    keep: &dyn Fn(&File) -> bool,
    since: &dyn Fn(&File) -> Option<i64>,
) -> Renumbering {
    let mut result = Renumbering::default();
    let Some(mut next) = next_free(files) else { return result };
    let order = super::order(files);
    let mut taken: Vec<(&str, &Version, &File)> = Vec::new();
    let mut moved: Vec<(&File, Version)> = Vec::new();
    let mut forward: Vec<&File> = order.iter().filter_map(|index| files.get(*index)).collect();
    // Files that must stay take their number first, then those that were there first.
    forward.sort_by_cached_key(|file| (!keep(file), since(file).unwrap_or(i64::MAX)));
    for file in forward {
        let Some(version) = &file.version else { continue };
        let clash = taken.iter().any(|(folder, other, _)| *folder == file.folder() && *other == version)
            || settled_after(files, file).is_some();
        if clash && !keep(file) {
            moved.push((file, next.clone()));
            next = next.next();
        } else {
            taken.push((file.folder(), version, file));
        }
    }
    for (file, version) in &moved {
        let Some(old) = &file.version else { continue };
        let stem =
            |file: &File| file.name().replace(".down.sql", "").replace(".up.sql", "").replace(".sql", "");
        let pair = files.iter().filter(|other| other.folder() == file.folder() && stem(other) == stem(file));
        for renamed in pair {
            let name = renamed.name().replacen(old.as_str(), version.as_str(), 1);
            let folder =
                if renamed.folder().is_empty() { String::new() } else { format!("{}/", renamed.folder()) };
            result.renames.push(Rename { from: renamed.path.clone(), to: format!("{folder}{name}") });
            // Whoever names the file by its name now names the new one.
            for other in files {
                let text = result.texts.get(&other.path).unwrap_or(&other.text);
                if text.contains(renamed.name()) {
                    let mended = text.replace(renamed.name(), &name);
                    result.texts.insert(other.path.clone(), mended);
                }
            }
        }
    }
    result
}
