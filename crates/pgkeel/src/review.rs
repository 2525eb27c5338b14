//! Reads migration files for a review: those asked about, and those that made what they use.

mod git;
pub mod replay;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use pgkeel_core::finding::Finding;
use pgkeel_core::review::{Evidence, File, Outcome, Review, Settings, Silenced, review_with};
use pgkeel_core::seed::Format;
use pgkeel_core::sql::text::decode;
use rayon::prelude::*;

use crate::error::Error;
pub use git::committed;

/// What to review.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Files and folders named by the user, `-` for standard input; empty means the folder of migrations.
    pub paths: Vec<PathBuf>,
    /// What standard input held, when `-` is among the paths.
    pub input: Vec<u8>,
    /// The project's folder of migrations, when there is a project.
    pub migrations: Option<PathBuf>,
    /// The project's folder of seeds, and that folder as findings name it.
    pub seeds: Option<(PathBuf, PathBuf)>,
    /// Only what changed since this git revision.
    pub base: Option<String>,
}

/// What was reviewed, and what was found.
#[derive(Debug)]
pub struct Reviewed {
    /// All files read, also those that only gave context.
    pub files: Vec<File>,
    /// Whether each of them was reviewed.
    pub reviewed: Vec<bool>,
    /// In the order of the files and their lines.
    pub findings: Vec<Finding>,
    /// What comments in the files silence.
    pub silenced: Vec<Silenced>,
}

/// The path that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// A file to read.
struct Wanted {
    path: PathBuf,
    reviewed: bool,
    /// The folder of migrations that it is for, when its path does not say so.
    folder: Option<PathBuf>,
    /// Whether it does not stand there yet.
    proposed: bool,
    /// Whether the base revision has it.
    settled: bool,
}

/// Reads and reviews. `settings` may be stricter; whether the files are complete is found out here.
///
/// # Errors
/// A file cannot be read or is not text; git cannot be asked.
pub fn run(scope: &Scope, settings: &Settings) -> Result<Reviewed, Error> {
    // All of it where the files are read: waking another thread for each step costs more than some of the steps.
    rayon::scope(|_| {
        let (files, reviewed) = read_files(scope)?;
        Ok(judge(scope, settings, files, reviewed, &Evidence::default()))
    })
}

/// Reviews files that were read, with what a scratch database showed.
pub fn judge(
    scope: &Scope,
    settings: &Settings,
    files: Vec<File>,
    reviewed: Vec<bool>,
    evidence: &Evidence,
) -> Reviewed {
    let complete = complete(scope, &files) || !evidence.catalog.is_empty();
    let settings = Settings { complete: settings.complete || complete, ..settings.clone() };
    let request = Review { files: &files, reviewed: &reviewed, settings: &settings };
    // By a thread that has read files already: another one's memory would be new, and clearing it costs more than the work.
    let Outcome { findings, silenced } = rayon::scope(|_| review_with(&request, evidence));
    Reviewed { files, reviewed, findings, silenced }
}

/// Reads what is asked about and what it stands on: the files, and whether each is reviewed.
///
/// # Errors
/// A file cannot be read or is not text; git cannot be asked.
pub fn read_files(scope: &Scope) -> Result<(Vec<File>, Vec<bool>), Error> {
    let mut wanted = wanted(scope)?;
    let mut gone = Vec::new();
    if let Some(base) = &scope.base {
        let changes =
            git::changes(base, wanted.iter().map(|file| file.path.as_path()), scope.migrations.as_deref())?;
        for file in &mut wanted {
            let path = std::fs::canonicalize(&file.path).unwrap_or_default();
            file.reviewed &= changes.changed.contains(&path);
            file.settled = changes.on_base.contains(&path);
        }
        gone = changes.only_on_base;
    }
    let is_alone = |file: &Wanted| scope.paths.as_slice() == std::slice::from_ref(&file.path);
    let mut files: Vec<File> = wanted
        .par_iter()
        .map(|file| read(file, &scope.input, is_alone(file)))
        .collect::<Result<_, Error>>()?;
    let mut reviewed: Vec<bool> = wanted.iter().map(|file| file.reviewed).collect();
    for (path, text) in gone {
        let mut file = File::read(&path, &text);
        file.settled = true;
        files.push(file);
        reviewed.push(false);
    }
    if let Some((folder, shown)) = scope.seeds.as_ref().filter(|_| scope.migrations.is_some()) {
        let seeds = seeds(folder, shown)?;
        reviewed.extend(seeds.iter().map(|_| true));
        files.extend(seeds);
    }
    Ok((files, reviewed))
}

/// The seeds, each read as far as it is text: what a seed must be is for loading it to say.
fn seeds(folder: &Path, shown: &Path) -> Result<Vec<File>, Error> {
    let mut seeds = Vec::new();
    for path in crate::seed::files(folder)? {
        let name = path.file_name().unwrap_or_default();
        if Format::of(&name.to_string_lossy()).is_none() {
            continue;
        }
        let shown = shown.join(name).display().to_string();
        let bytes = std::fs::read(&path).map_err(|source| Error::Io {
            doing: "read",
            path: shown.clone(),
            source,
        })?;
        if let Ok(text) = decode(&bytes) {
            seeds.push(File::seed(&shown, text));
        }
    }
    Ok(seeds)
}

/// Whether the files are a whole history: a folder in which every forward file has a number, from its beginning.
fn complete(scope: &Scope, files: &[File]) -> bool {
    let beside = |path: &PathBuf| is_numbered(path) && files.len() > scope.paths.len();
    let folder = scope.migrations.is_some() || scope.paths.iter().all(|path| beside(path) || path.is_dir());
    folder
        && !files.is_empty()
        && files.iter().all(|file| file.down || file.seed_rows.is_some() || !file.number.is_empty())
}

fn wanted(scope: &Scope) -> Result<Vec<Wanted>, Error> {
    let mut wanted = Wishes::default();
    if scope.paths.is_empty() {
        if let Some(folder) = &scope.migrations {
            wanted.add_all(discovered(folder)?, true);
        }
        return Ok(wanted.files);
    }
    let home = scope.migrations.as_ref().map(|folder| (folder, full(folder)));
    // Asked once: a thousand files may be named.
    let kinds: Vec<Kind> = scope.paths.par_iter().map(|path| kind(path)).collect();
    for (path, kind) in scope.paths.iter().zip(&kinds) {
        if *kind == Kind::Folder {
            let own = home.as_ref().is_some_and(|(_, home)| full(path) == *home);
            wanted.add_all(if own { discovered(path)? } else { below(path)? }, true);
        } else {
            let place = wanted.places.full(path);
            let home = home.as_ref().map(|(folder, home)| (*folder, home));
            let proposed = home.is_some_and(|(_, home)| !place.starts_with(home));
            let own = home.filter(|(_, home)| proposed || place.parent() == Some(home));
            wanted.add(path.clone(), true, own.map(|(folder, _)| folder.clone()), proposed);
        }
    }
    // A single file is judged by what the files before it made.
    let files = scope.paths.iter().zip(&kinds).filter(|(_, kind)| **kind == Kind::Text);
    let files: Vec<&PathBuf> = files.map(|(path, _)| path).collect();
    if let Some(folder) = scope.migrations.as_ref().filter(|_| !files.is_empty()) {
        wanted.add_all(discovered(folder)?, false);
    } else {
        let numbered = files.into_iter().filter(|file| is_numbered(file));
        let folders: BTreeSet<&OsStr> =
            numbered.filter_map(|file| file.parent()).map(Path::as_os_str).collect();
        for folder in folders {
            let beside = below(Path::new(folder))?.into_iter().filter(|path| is_numbered(path));
            wanted.add_all(beside, false);
        }
    }
    Ok(wanted.files)
}

/// What stands at a path that the user named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Folder,
    Text,
    Nothing,
}

fn kind(path: &Path) -> Kind {
    match std::fs::metadata(path) {
        _ if path == Path::new(STANDARD_INPUT) => Kind::Text,
        Ok(found) if found.is_dir() => Kind::Folder,
        Ok(found) if found.is_file() => Kind::Text,
        _ => Kind::Nothing,
    }
}

/// The files to read, each once: one may be named by itself and by its folder, or by two ways there.
#[derive(Default)]
struct Wishes {
    files: Vec<Wanted>,
    places: Places,
    /// As bytes: paths compare part by part, which takes long for thousands.
    seen: BTreeSet<OsString>,
}

impl Wishes {
    fn add(&mut self, path: PathBuf, reviewed: bool, folder: Option<PathBuf>, proposed: bool) {
        if self.seen.insert(self.places.full(&path).into_os_string()) {
            self.files.push(Wanted { path, reviewed, folder, proposed, settled: false });
        }
    }

    fn add_all(&mut self, paths: impl IntoIterator<Item = PathBuf>, reviewed: bool) {
        for path in paths {
            self.add(path, reviewed, None, false);
        }
    }
}

/// Folders by the way that was written, in full: a thousand files of one folder look it up once.
#[derive(Default)]
struct Places(BTreeMap<OsString, PathBuf>);

impl Places {
    fn full(&mut self, path: &Path) -> PathBuf {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return full(path) };
        let here = if parent.as_os_str().is_empty() { OsStr::new(".") } else { parent.as_os_str() };
        match self.0.get(here) {
            Some(place) => place.join(name),
            None => self.0.entry(here.to_owned()).or_insert(full(Path::new(here))).join(name),
        }
    }
}

/// A path without links and dots; as it is when there is nothing.
fn full(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn is_numbered(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(|c: char| c.is_ascii_digit()))
}

/// The files of the project's folder of migrations: those that `migrate` sees.
fn discovered(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    Ok(plainly(&crate::discover::sql_files(here)?))
}

/// Those in a folder and the folders in it.
fn below(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    Ok(plainly(&crate::discover::sql_files_below(folder)?))
}

/// Without the `./` that a folder may begin with.
fn plainly(files: &[PathBuf]) -> Vec<PathBuf> {
    files.iter().map(|path| path.strip_prefix("./").unwrap_or(path).to_owned()).collect()
}

thread_local! {
    /// Where a file stands until it is read: new memory for each costs more than reading it.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// More than most migrations have.
const ROOM: usize = 64 * 1024;

/// Reads a whole file without asking first how long it is.
fn read_into(path: &Path, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    buffer.clear();
    buffer.shrink_to(ROOM);
    buffer.reserve(ROOM);
    std::fs::File::open(path)?.take(u64::MAX).read_to_end(buffer).map(|_| ())
}

fn read(wanted: &Wanted, input: &[u8], alone: bool) -> Result<File, Error> {
    let standard = wanted.path == Path::new(STANDARD_INPUT);
    let shown = if standard { "standard input".to_owned() } else { wanted.path.display().to_string() };
    let parsed = |bytes: &[u8]| -> Result<File, Error> {
        match decode(bytes) {
            Ok(text) => Ok(File::read(&shown, text)),
            // Alone it is a wrong argument; among others it is a finding, and the others are read.
            Err(why) if alone => Err(Error::NotText { file: shown.clone(), why }),
            Err(why) => Ok(File::not_text(&shown, bytes, &why)),
        }
    };
    let mut file = if standard {
        parsed(input)?
    } else {
        let mut buffer = BUFFER.take();
        read_into(&wanted.path, &mut buffer).map_err(|source| Error::Io {
            doing: "read",
            path: shown.clone(),
            source,
        })?;
        let file = parsed(&buffer)?;
        BUFFER.set(buffer);
        file
    };
    file.settled = wanted.settled;
    file.proposed = wanted.proposed;
    if let Some(folder) = &wanted.folder {
        file.set = folder.display().to_string();
    }
    Ok(file)
}
