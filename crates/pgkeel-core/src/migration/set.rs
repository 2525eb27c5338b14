//! All migrations of a project, in order, and what is wrong with them as a set.

use std::collections::BTreeMap;

use super::file_name::{Direction, FileName, parse};
use super::reader::FileParts;
use super::{Migration, Version};

/// A file of the migrations folder, read.
#[derive(Debug)]
pub struct File {
    /// Its name without folders.
    pub file_name: String,
    /// As messages name it.
    pub display: String,
    /// Its parts.
    pub parts: FileParts,
}

/// What makes a folder of files no ordered set of migrations. Each names the files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// A file without a version.
    #[error(
        "{file}: a migration's file name begins with its number or timestamp, like 0001_create_users.sql; \
         rename it, or move it out of the migrations folder"
    )]
    NoVersion {
        /// The file.
        file: String,
    },
    /// Two files with one version.
    #[error(
        "{first} and {second} have the same version: renumber one of them (`pgkeel review --fix` does it)"
    )]
    SameVersion {
        /// The one that comes first by name.
        first: String,
        /// The other.
        second: String,
    },
    /// A down file without its up file.
    #[error("{file} has no up file beside it: add {up}, or remove it")]
    OnlyDown {
        /// The down file.
        file: String,
        /// The up file's expected name.
        up: String,
    },
    /// Two down parts for one migration.
    #[error("{up} has a `-- pgkeel:down` part and {down} stands beside it: keep one of them")]
    TwoDowns {
        /// The file with both parts.
        up: String,
        /// The down file.
        down: String,
    },
    /// A down file whose name is that of another migration.
    #[error("{down} is named after another migration than {up}, and would undo it: rename it to {expected}")]
    OtherName {
        /// The up file.
        up: String,
        /// The down file.
        down: String,
        /// The down file's expected name.
        expected: String,
    },
    /// A dependency that is not there, or does not come before.
    #[error("{file}:{line}: depends on {missing}, {why}")]
    Dependency {
        /// The file with the comment.
        file: String,
        /// Its line.
        line: usize,
        /// The version it names.
        missing: Version,
        /// Why that cannot be.
        why: &'static str,
    },
}

/// Puts files together and in order.
///
/// # Errors
/// Everything that is wrong with the set, so that a user mends it in one go.
pub fn assemble(files: Vec<File>) -> Result<Vec<Migration>, Vec<SetError>> {
    let mut errors = Vec::new();
    let mut ups: BTreeMap<Version, Vec<(FileName, File)>> = BTreeMap::new();
    let mut downs: BTreeMap<Version, Vec<(FileName, File)>> = BTreeMap::new();
    for file in files {
        match parse(&file.file_name) {
            None => errors.push(SetError::NoVersion { file: file.display }),
            Some(name) => {
                let side = if name.direction == Direction::Down { &mut downs } else { &mut ups };
                side.entry(name.version.clone()).or_default().push((name, file));
            }
        }
    }
    let mut migrations = Vec::new();
    for (version, mut same) in ups {
        same.sort_by(|a, b| a.1.file_name.cmp(&b.1.file_name));
        errors.extend(same.windows(2).map(|pair| SetError::SameVersion {
            first: pair[0].1.display.clone(),
            second: pair[1].1.display.clone(),
        }));
        let own = downs.remove(&version).unwrap_or_default();
        errors.extend(own.windows(2).map(|pair| SetError::SameVersion {
            first: pair[0].1.display.clone(),
            second: pair[1].1.display.clone(),
        }));
        if let Some((name, file)) = same.into_iter().next() {
            let own = own.into_iter().next();
            errors.extend(own.as_ref().filter(|(down, _)| down.name != name.name).map(|(_, down)| {
                let stem = Migration::label_of(&name.version, &name.name);
                SetError::OtherName {
                    up: file.display.clone(),
                    down: down.display.clone(),
                    expected: format!("{stem}.down.sql"),
                }
            }));
            migrations.push(one(name, file, own, &mut errors));
        }
    }
    errors.extend(
        downs
            .into_values()
            .flatten()
            .map(|(_, file)| SetError::OnlyDown { up: up_name(&file.file_name), file: file.display }),
    );
    errors.extend(wrong_dependencies(&migrations));
    if errors.is_empty() { Ok(migrations) } else { Err(errors) }
}

fn one(name: FileName, file: File, down: Option<(FileName, File)>, errors: &mut Vec<SetError>) -> Migration {
    let down = match (file.parts.down, down) {
        (Some(_), Some((_, extra))) => {
            errors.push(SetError::TwoDowns { up: file.display, down: extra.display });
            None
        }
        (Some(own), None) => Some(own),
        (None, extra) => extra.map(|(_, file)| file.parts.down.unwrap_or(file.parts.up)),
    };
    Migration { version: name.version, name: name.name, up: file.parts.up, down }
}

/// The up file that belongs to a down file.
fn up_name(down: &str) -> String {
    let stem = down.len().checked_sub(".down.sql".len()).and_then(|end| down.get(..end)).unwrap_or(down);
    format!("{stem}.up.sql")
}

fn wrong_dependencies(migrations: &[Migration]) -> Vec<SetError> {
    let mut errors = Vec::new();
    for migration in migrations {
        for dependency in &migration.up.directives.depends_on {
            let why = if migrations.iter().all(|other| other.version != dependency.version) {
                "and there is no such migration"
            } else if dependency.version >= migration.version {
                "which does not come before it"
            } else {
                continue;
            };
            errors.push(SetError::Dependency {
                file: migration.up.file.clone(),
                line: dependency.line,
                missing: dependency.version.clone(),
                why,
            });
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::{File, SetError, assemble};
    use crate::migration::reader::Reader;

    fn file(name: &str, text: &str) -> File {
        let mut reader = Reader::new(name, true);
        reader.feed(text).unwrap();
        File { file_name: name.into(), display: name.into(), parts: reader.finish().unwrap() }
    }

    #[test]
    fn files_become_migrations_in_order() {
        let set = assemble(vec![
            file("10_b.up.sql", "SELECT 1"),
            file("9_a.sql", "SELECT 1;\n-- pgkeel:down\nSELECT 2"),
            file("10_b.down.sql", "SELECT 3"),
        ])
        .unwrap();
        let labels: Vec<_> = set.iter().map(super::Migration::label).collect();
        assert_eq!(labels, ["9_a", "10_b"]);
        assert!(set.iter().all(|migration| migration.down.is_some()));
    }

    #[test]
    fn a_down_file_of_another_name_is_no_way_back() {
        let errors =
            assemble(vec![file("1_a.up.SQL", "SELECT 1"), file("1_b.down.sql", "SELECT 2")]).unwrap_err();
        assert!(errors[0].to_string().contains("rename it to 1_a.down.sql"), "{errors:?}");
        let errors = assemble(vec![file("1_a.sql", "-- pgkeel: depends-on 7\nSELECT 1")]).unwrap_err();
        assert!(errors[0].to_string().contains("there is no such migration"), "{errors:?}");
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let errors = assemble(vec![
            file("018_a.sql", "SELECT 1"),
            file("18_b.sql", "SELECT 1"),
            file("readme.sql", ""),
            file("3_x.down.sql", ""),
            file("20_c.sql", "-- Dependencies: 019_gone.sql, 021_later.sql\nSELECT 1"),
        ])
        .unwrap_err();
        assert_eq!(errors.len(), 5, "{errors:?}");
        assert!(errors.iter().any(|e| matches!(e, SetError::SameVersion { first, second } if first == "018_a.sql" && second == "18_b.sql")));
    }
}
