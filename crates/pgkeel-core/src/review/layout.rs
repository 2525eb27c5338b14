//! How a project writes a migration: names, files and marks. What a repair adds is written as the file is that it follows.

use std::path::{Path, PathBuf};

use super::file_number::is_flyway;
use super::source::File;
use crate::finding::FollowUp;
use crate::migration::Version;
use crate::sql::effect::TextRange;

/// How a file says that it runs outside of a transaction.
pub const OUTSIDE_TRANSACTION: &str = "-- pgkeel: transaction=off\n";

/// Whose marks divide a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marks {
    Pgkeel,
    Goose,
    Dbmate,
    SqlMigrate,
}

/// The edit that has a file run outside of a transaction, in the words of its tool; `None` when it does already or has no
/// statement.
pub fn outside_transaction(file: &File) -> Option<(TextRange, String)> {
    let first = file.statements.first().filter(|_| !file.no_transaction)?;
    let put = |at: usize, text: &str| (TextRange::new(at, at), text.to_owned());
    let behind = |mark: &str, words: &str| {
        let marked = |text: &str| text.to_lowercase().starts_with(mark);
        let comment = file.comments.iter().find(|comment| marked(&comment.text))?;
        Some(put(comment.range.end, words))
    };
    let foreign = match marks_of(file) {
        Marks::Pgkeel => None,
        Marks::Goose => Some(put(0, "-- +goose NO TRANSACTION\n")),
        Marks::Dbmate => behind("migrate:up", " transaction:false"),
        Marks::SqlMigrate => behind("+migrate up", " notransaction"),
    };
    foreign.or_else(|| Some(put(first.range.start, OUTSIDE_TRANSACTION)))
}

/// The files of a migration with this version that follows `file`: path and text.
pub fn new_files(
    file: &File,
    files: &[File],
    version: &Version,
    migration: &FollowUp,
) -> Vec<(String, String)> {
    let (up, down) = paths(file, version, &slug(&migration.name));
    let shown = |path: PathBuf| path.display().to_string();
    let beside = |other: &File| other.down && other.version == file.version && other.set == file.set;
    let back = migration.down.as_deref();
    if file.name().ends_with(".up.sql") || files.iter().any(beside) {
        let back = back.map(|back| (shown(down), back.to_owned()));
        return std::iter::once((shown(up), migration.text.clone())).chain(back).collect();
    }
    let plain = |text: &str| text.strip_prefix(OUTSIDE_TRANSACTION).unwrap_or(text).to_owned();
    let outside = migration.text.starts_with(OUTSIDE_TRANSACTION);
    let (there, here) = (plain(&migration.text), back.map(plain).unwrap_or_default());
    let word = |word: &'static str| if outside { word } else { "" };
    let text = match marks_of(file) {
        Marks::Pgkeel => {
            let goes_back = file.statements.iter().any(|statement| statement.down);
            let back = back.filter(|_| goes_back).map(|back| format!("\n-- pgkeel:down\n{back}"));
            format!("{}{}", migration.text, back.unwrap_or_default())
        }
        Marks::Goose => {
            let outside = word("-- +goose NO TRANSACTION\n");
            format!("{outside}-- +goose Up\n{there}\n-- +goose Down\n{here}")
        }
        Marks::Dbmate => {
            let outside = word(" transaction:false");
            format!("-- migrate:up{outside}\n{there}\n-- migrate:down{outside}\n{here}")
        }
        Marks::SqlMigrate => {
            let outside = word(" notransaction");
            format!("-- +migrate Up{outside}\n{there}\n-- +migrate Down{outside}\n{here}")
        }
    };
    vec![(shown(up), text)]
}

/// Where the way there and the way back of a new migration stand.
fn paths(file: &File, version: &Version, name: &str) -> (PathBuf, PathBuf) {
    let path = Path::new(&file.path);
    let stem = format!("{}_{name}", version.as_str());
    match file.name() {
        own @ ("up.sql" | "migration.sql") => {
            let folder = path.parent().and_then(Path::parent).unwrap_or(Path::new("")).join(stem);
            (folder.join(own), folder.join("down.sql"))
        }
        own if is_flyway(own) => {
            let of = |letter: char| {
                let letter = if own.starts_with('v') { letter.to_ascii_lowercase() } else { letter };
                path.with_file_name(format!("{letter}{}__{name}.sql", version.as_str()))
            };
            (of('V'), of('U'))
        }
        own => {
            let ending = if own.ends_with(".up.sql") { ".up.sql" } else { ".sql" };
            let letter = own.get(..1).filter(|letter| letter.eq_ignore_ascii_case("v")).unwrap_or_default();
            let of = |ending: &str| path.with_file_name(format!("{letter}{stem}{ending}"));
            (of(ending), of(".down.sql"))
        }
    }
}

fn marks_of(file: &File) -> Marks {
    let of = |text: &str| {
        let text = text.to_lowercase();
        let known =
            [("+goose ", Marks::Goose), ("migrate:", Marks::Dbmate), ("+migrate ", Marks::SqlMigrate)];
        known.into_iter().find(|(start, _)| text.starts_with(start)).map(|(_, marks)| marks)
    };
    file.comments.iter().find_map(|comment| of(&comment.text)).unwrap_or(Marks::Pgkeel)
}

/// A name as it stands in a file's name.
fn slug(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::{OUTSIDE_TRANSACTION, new_files, outside_transaction};
    use crate::finding::FollowUp;
    use crate::review::File;
    use crate::review::renumber::next_free;

    fn following(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let files: Vec<File> = files.iter().map(|(path, text)| File::read(path, text)).collect();
        let migration = FollowUp {
            name: "T i".to_owned(),
            text: format!("{OUTSIDE_TRANSACTION}CREATE INDEX CONCURRENTLY i ON t (c);\n"),
            down: Some(format!("{OUTSIDE_TRANSACTION}DROP INDEX CONCURRENTLY i;\n")),
        };
        new_files(&files[0], &files, &next_free(&files).unwrap(), &migration)
    }

    fn names(files: &[(&str, &str)]) -> Vec<String> {
        following(files).into_iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn new_files_are_named_as_the_file_before_them() {
        assert_eq!(names(&[("m/0009_a.sql", "SELECT 1;")]), ["m/0010_t_i.sql"]);
        assert_eq!(
            names(&[("m/20251102120000_a.up.sql", "")]),
            ["m/20251102120001_t_i.up.sql", "m/20251102120001_t_i.down.sql"]
        );
        assert_eq!(names(&[("1_a.sql", ""), ("1_a.down.sql", "")]), ["2_t_i.sql", "2_t_i.down.sql"]);
        assert_eq!(names(&[("m/V7__a.sql", "")]), ["m/V8__t_i.sql"]);
        assert_eq!(names(&[("m/v7__a.sql", ""), ("m/u7__a.sql", "")]), ["m/v8__t_i.sql", "m/u8__t_i.sql"]);
        assert_eq!(names(&[("m/V1.1__a.sql", ""), ("m/V1.10__b.sql", "")]), ["m/V2__t_i.sql"]);
        assert_eq!(names(&[("m/v001_a.sql", "")]), ["m/v002_t_i.sql"]);
        let folder = [("m/2024-01-01-000000_a/up.sql", ""), ("m/2024-01-01-000000_a/down.sql", "")];
        assert_eq!(names(&folder), ["m/20240101000001_t_i/up.sql", "m/20240101000001_t_i/down.sql"]);
    }

    #[test]
    fn the_way_back_stands_where_the_file_before_it_has_its_own() {
        let text = |before: &str| following(&[("1_a.sql", before)]).remove(0).1;
        assert_eq!(text("SELECT 1;"), "-- pgkeel: transaction=off\nCREATE INDEX CONCURRENTLY i ON t (c);\n");
        let back = "\n-- pgkeel:down\n-- pgkeel: transaction=off\nDROP INDEX CONCURRENTLY i;\n";
        assert!(text("SELECT 1;\n-- pgkeel:down\nSELECT 2;").ends_with(back));
        assert_eq!(
            text("-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;"),
            "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON t (c);\n\n-- +goose Down\nDROP INDEX CONCURRENTLY i;\n"
        );
        assert!(text("-- migrate:up\nSELECT 1;").starts_with("-- migrate:up transaction:false\nCREATE"));
    }

    #[test]
    fn a_file_leaves_its_transaction_in_the_words_of_its_tool() {
        let mended = |text: &str| {
            let (range, words) = outside_transaction(&File::read("1_a.sql", text)).unwrap();
            let mut text = text.to_owned();
            text.insert_str(range.start, &words);
            text
        };
        assert_eq!(mended("-- a\nSELECT 1;"), "-- a\n-- pgkeel: transaction=off\nSELECT 1;");
        assert_eq!(mended("-- +goose Up\nSELECT 1;"), "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;");
        assert_eq!(mended("-- migrate:up\nSELECT 1;"), "-- migrate:up transaction:false\nSELECT 1;");
        assert_eq!(mended("-- +migrate Up\nSELECT 1;"), "-- +migrate Up notransaction\nSELECT 1;");
        for mark in
            ["-- migrate:up transaction:false", "-- +migrate Up notransaction", "-- +goose NO TRANSACTION"]
        {
            assert!(
                outside_transaction(&File::read("1_a.sql", &format!("{mark}\nSELECT 1;"))).is_none(),
                "{mark}"
            );
        }
    }
}
