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
    files.iter().filter_map(|file| file.number.first()).max().map(Version::next)
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
        let alone = !taken.iter().any(|(folder, other, _)| *folder == file.folder() && *other == old)
            && moved
                .iter()
                .filter(|(other, _)| other.folder() == file.folder() && other.version == file.version)
                .count()
                == 1;
        // A number that another file keeps may well mean that one.
        for other in files.iter().filter(|_| alone) {
            for dependency in
                other.directives.depends_on.iter().filter(|dependency| dependency.version == *old)
            {
                let text = result.texts.get(&other.path).unwrap_or(&other.text);
                let lines = text.split_inclusive('\n').enumerate().map(|(at, line)| {
                    let meant = at + 1 == dependency.line;
                    if meant {
                        line.replacen(dependency.version.as_str(), version.as_str(), 1)
                    } else {
                        line.to_owned()
                    }
                });
                let mended = lines.collect();
                result.texts.insert(other.path.clone(), mended);
            }
        }
        let same =
            |other: &&File| other.folder() == file.folder() && stem_of(other.name()) == stem_of(file.name());
        let pair = files.iter().filter(same);
        for renamed in pair {
            let name = renamed.name().replacen(old.as_str(), version.as_str(), 1);
            let folder =
                if renamed.folder().is_empty() { String::new() } else { format!("{}/", renamed.folder()) };
            result.renames.push(Rename { from: renamed.path.clone(), to: format!("{folder}{name}") });
            let from = renamed.name();
            let written = [(from, name.as_str()), (stem_of(from), stem_of(&name))];
            // Whoever names the file now names the new one, also without its ending; digits alone may mean anything.
            let written = written.iter().filter(|(old, _)| old.contains(|c: char| !c.is_ascii_digit()));
            for (old, new) in written {
                for other in files {
                    let text = result.texts.get(&other.path).unwrap_or(&other.text);
                    if let Some(mended) = renamed_in(text, old, new) {
                        result.texts.insert(other.path.clone(), mended);
                    }
                }
            }
        }
    }
    result
}

/// A file's name without its ending.
fn stem_of(name: &str) -> &str {
    [".down.sql", ".up.sql", ".sql"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// The text with one name in the place of the other, wherever that is a whole name; `None` when it is nowhere.
fn renamed_in(text: &str, old: &str, new: &str) -> Option<String> {
    let of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let (mut result, mut from) = (String::new(), 0);
    for (at, _) in text.match_indices(old) {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + old.len()..).and_then(|behind| behind.chars().next());
        if !before.is_some_and(of_name) && !behind.is_some_and(of_name) {
            result.push_str(text.get(from..at).unwrap_or_default());
            result.push_str(new);
            from = at + old.len();
        }
    }
    (from > 0).then(|| result + text.get(from..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{renamed_in, renumber};
    use crate::review::File;

    #[test]
    fn a_number_by_itself_is_mended_when_nobody_else_has_it() {
        let on_base = |path: &str| {
            let mut file = File::read(path, "SELECT 1;");
            file.settled = true;
            file
        };
        let dependent = File::read("m/019_d.sql", "-- after 016\n-- pgkeel: depends-on 016\nSELECT 1;\n");
        let late = vec![
            on_base("m/017_b.sql"),
            on_base("m/018_c.sql"),
            File::read("m/016_late.sql", "SELECT 1;"),
            dependent,
        ];
        let plan = renumber(&late, &|file| file.settled, &|_| None);
        assert_eq!(
            plan.renames.iter().map(|rename| rename.to.as_str()).collect::<Vec<_>>(),
            ["m/020_late.sql"]
        );
        let mended = plan.texts.get("m/019_d.sql").map(String::as_str);
        assert_eq!(mended, Some("-- after 016\n-- pgkeel: depends-on 020\nSELECT 1;\n"));
        // Of two files with one number, the one that keeps it may be meant.
        let dependent = File::read("m/019_d.sql", "-- pgkeel: depends-on 018\nSELECT 1;\n");
        let twice = vec![on_base("m/018_c.sql"), File::read("m/018_late.sql", "SELECT 1;"), dependent];
        assert!(renumber(&twice, &|file| file.settled, &|_| None).texts.is_empty());
    }

    #[test]
    fn only_whole_names_are_renamed() {
        let text = "-- see 018_b.sql, m/018_b and 018_b.up.sql, but not 018_bc, 1018_b or 018_b-old";
        let mended = "-- see 019_b.sql, m/019_b and 019_b.up.sql, but not 018_bc, 1018_b or 018_b-old";
        assert_eq!(renamed_in(text, "018_b", "019_b").as_deref(), Some(mended));
        assert_eq!(renamed_in("nothing", "018_b", "019_b"), None);
    }
}
