//! The migrations folder, read from disk.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pgkeel_core::migration::reader::{FileParts, Reader};
use pgkeel_core::migration::{Invalid, Migration, set};
use pgkeel_core::sql::position::line_of;
use pgkeel_core::sql::secrets::masked;
use pgkeel_core::sql::text::{NotText, decode, decode_rest};
use rayon::prelude::*;

use crate::error::Error;

mod below;

pub(crate) use below::sql_files_below;

/// A file up to this size is kept in memory once read; a larger one is read again, in portions, when it is run.
const KEEP: u64 = 4 * 1024 * 1024;

/// How much of a large file is in memory at once.
const PORTION: usize = 256 * 1024;

/// All migrations in a folder, in order. Files that do not end with `.sql` are no business of ours.
///
/// # Errors
/// Something cannot be read, or is no migration, or the files are no ordered set.
pub fn migrations(folder: &Path, display: &Path) -> Result<Vec<Migration>, Error> {
    let paths = sql_files(folder)?;
    let files: Vec<Result<set::File, Error>> = paths.par_iter().map(|path| file(path, display)).collect();
    set::assemble(files.into_iter().collect::<Result<_, _>>()?).map_err(Error::Set)
}

/// A file of the folder.
fn file(path: &Path, display: &Path) -> Result<set::File, Error> {
    let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let shown = display.join(&file_name).display().to_string();
    let parts = read_file(path, &shown)?;
    Ok(set::File { file_name, display: shown, parts })
}

/// The `.sql` files directly in a folder, by name. Hidden ones are those of editors and systems.
///
/// # Errors
/// The folder cannot be read, or something has the name of such a file and is none: a folder, a link that leads nowhere.
pub fn sql_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let io = |source| Error::Io { doing: "read", path: folder.display().to_string(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let path = entry.path();
        if is_hidden(&path) || path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("sql")) {
            continue;
        }
        // The folder tells already what most entries are.
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            files.push(path);
            continue;
        }
        let doing = "read";
        let shown = || path.display().to_string();
        let found = std::fs::metadata(&path).map_err(|source| Error::Io { doing, path: shown(), source })?;
        if !found.is_file() {
            let what = if found.is_dir() { "it is a folder" } else { "it is no ordinary file" };
            return Err(Error::Io { doing, path: shown(), source: std::io::Error::other(what) });
        }
        files.push(path);
    }
    // They differ in their names: part by part, as paths compare, it takes long for thousands.
    files.sort_unstable_by(|a, b| a.as_os_str().cmp(b.as_os_str()));
    Ok(files)
}

/// A file as it stood when it was looked at: what tells that it has changed, without reading it.
pub type Stamp = (PathBuf, u64, Option<SystemTime>);

/// The files of a folder of migrations as they stand; none when the folder cannot be read.
pub fn stamps(folder: &Path) -> Option<Vec<Stamp>> {
    let stamp = |path: PathBuf| {
        let found = std::fs::metadata(&path).ok();
        let size = found.as_ref().map_or(0, std::fs::Metadata::len);
        (path, size, found.and_then(|found| found.modified().ok()))
    };
    Some(sql_files(folder).ok()?.into_iter().map(stamp).collect())
}

/// The `.sql` files in folders of the folder: they are no migrations, and whoever put them there should know.
pub fn nested(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    // The folder tells already what most entries are.
    let may_be = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| !kind.is_file());
    let folders = entries.filter(may_be).map(|entry| entry.path());
    let folders = folders.filter(|path| path.is_dir() && !is_hidden(path));
    folders.flat_map(|folder| sql_files(&folder).unwrap_or_default()).collect()
}

/// Whether its name begins with a dot: what editors and file systems leave behind is no migration.
pub(crate) fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn read_file(path: &Path, shown: &str) -> Result<FileParts, Error> {
    let io = |source| Error::Io { doing: "read", path: shown.to_owned(), source };
    let size = std::fs::metadata(path).map_err(io)?.len();
    let mut reader = Reader::new(shown, size <= KEEP);
    let mut portions = Portions::open(path, shown)?;
    while let Some(portion) = portions.next()? {
        reader.feed(&portion).map_err(|why| invalid(path, shown, why))?;
    }
    reader.finish().map_err(|why| invalid(path, shown, why))
}

/// Reads the file once more for the line, which only a failure needs.
fn invalid(path: &Path, shown: &str, why: Invalid) -> Error {
    let line = line_in_file(path, why.position().line);
    Error::Invalid { file: shown.to_owned(), line, why }
}

/// Line `number` of a file as it may be shown, empty when that cannot be had.
pub(crate) fn line_in_file(path: &Path, number: usize) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    decode(&bytes).map(|text| masked(line_of(text, number))).unwrap_or_default()
}

/// A file as text, in portions that never cut a character.
pub(crate) struct Portions {
    file: File,
    path: PathBuf,
    shown: String,
    /// Bytes of a character that the last portion cut.
    rest: Vec<u8>,
    first: bool,
}

impl Portions {
    pub(crate) fn open(path: &Path, shown: &str) -> Result<Self, Error> {
        let file =
            File::open(path).map_err(|source| Error::Io { doing: "read", path: shown.to_owned(), source })?;
        Ok(Self { file, path: path.to_owned(), shown: shown.to_owned(), rest: Vec::new(), first: true })
    }

    /// The next portion; `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<String>, Error> {
        let mut bytes = std::mem::take(&mut self.rest);
        let wanted = (PORTION - bytes.len()) as u64;
        let io = |source| Error::Io { doing: "read", path: self.shown.clone(), source };
        let read = (&mut self.file).take(wanted).read_to_end(&mut bytes).map_err(io)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        // A character cut in two waits for its other half, unless the file ends here.
        if let Err(error) = std::str::from_utf8(&bytes)
            && error.error_len().is_none()
            && read > 0
        {
            self.rest = bytes.split_off(error.valid_up_to());
        }
        let text = if self.first { decode(&bytes) } else { decode_rest(&bytes, 0) };
        self.first = false;
        match text {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(why) => Err(self.not_text(why)),
        }
    }

    /// Only the whole file knows line, column and offset of what was found in a portion of it.
    fn not_text(&self, in_portion: NotText) -> Error {
        let bytes = std::fs::read(&self.path).unwrap_or_default();
        let why = decode(&bytes).err().unwrap_or(in_portion);
        Error::NotText { file: self.shown.clone(), why }
    }
}
