//! The extensions of the embedded engine: all those bundled with it, laid beside the data so that `CREATE EXTENSION`
//! finds them, and stand-ins in SQL for two that it lacks.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::EmbeddedError;
use crate::stand_in::STAND_INS;
use crate::stop_words::STOP_WORDS;

/// Where a database of the engine has its own share of PostgreSQL's installation, seen from its folder.
const SHARE: &str = "tmp/pglite/share/postgresql";

/// A query for the names of the extensions installed in a database that are stand-ins: the real ones consist of
/// functions in C.
pub const INSTALLED_STAND_INS: &str = "SELECT e.extname FROM pg_catalog.pg_extension e \
     WHERE e.extname IN ('uuid-ossp', 'pgcrypto') AND EXISTS (\
     SELECT FROM pg_catalog.pg_depend d \
     JOIN pg_catalog.pg_proc p ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid \
     JOIN pg_catalog.pg_language l ON p.prolang = l.oid \
     WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid \
     AND d.deptype = 'e' AND l.lanname <> 'c') ORDER BY 1";

/// An extension that `CREATE EXTENSION` can install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailableExtension {
    /// The name in SQL.
    pub name: String,
    /// The version that is installed when none is asked for.
    pub version: String,
    /// Whether it is pgkeel's stand-in, written in SQL, for an extension that the engine does not have.
    pub stand_in: bool,
}

/// Puts every bundled extension, every stand-in and the stop words of text search where the engine of the database in
/// `root` looks for them. Its backends load what lies there when they start; nothing is created in the database.
pub(crate) fn lay(root: &Path) -> Result<(), EmbeddedError> {
    let folder = folder(root);
    fs::create_dir_all(&folder).map_err(|source| EmbeddedError::io(&folder, source))?;
    let stamp = folder.join(".pgkeel-bundled");
    let build = crate::folder::engine_build();
    if fs::read_to_string(&stamp).ok().as_deref() != Some(build.as_str()) {
        let paths = pglite_oxide::PglitePaths::with_root(root);
        for bundled in pglite_oxide::extensions::ALL {
            if let Some(archive) = pglite_oxide_assets::extension_archive(bundled.sql_name()) {
                pglite_oxide::install_extension_bytes(&paths, archive)
                    .map_err(|error| EmbeddedError::engine(root, &error))?;
            }
        }
        let words = root.join(SHARE).join("tsearch_data");
        fs::create_dir_all(&words).map_err(|source| EmbeddedError::io(&words, source))?;
        for (language, text) in STOP_WORDS {
            write(&words.join(format!("{language}.stop")), text)?;
        }
        write(&stamp, &build)?;
    }
    // Always, so that a database kept by an older pgkeel offers today's stand-ins.
    for stand_in in STAND_INS {
        write(&folder.join(format!("{}.control", stand_in.name)), stand_in.control)?;
        write(&folder.join(format!("{}--{}.sql", stand_in.name, stand_in.version)), &stand_in.script())?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), EmbeddedError> {
    fs::write(path, text).map_err(|source| EmbeddedError::io(path, source))
}

/// Reads the control files of the database in `root`.
pub(crate) fn available(root: &Path) -> Vec<AvailableExtension> {
    let mut found: Vec<_> = fs::read_dir(folder(root))
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?.strip_suffix(".control")?.to_owned();
            let version = default_version(&fs::read_to_string(&path).ok()?)?;
            let stand_in = STAND_INS.iter().any(|stand_in| stand_in.name == name);
            Some(AvailableExtension { name, version, stand_in })
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// `default_version = '1.6'` of a control file (PostgreSQL documentation, 36.17.1 "Extension Files").
fn default_version(control: &str) -> Option<String> {
    control.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == "default_version").then(|| value.trim().trim_matches('\'').to_owned())
    })
}

fn folder(root: &Path) -> PathBuf {
    root.join(SHARE).join("extension")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_postgresql_does() {
        assert_eq!(
            default_version("# c\ncomment = 'x = y'\ndefault_version = '1.6'\n").as_deref(),
            Some("1.6")
        );
        assert_eq!(default_version("default_version='2'").as_deref(), Some("2"));
        assert_eq!(default_version("comment = 'default_version'"), None);
    }
}
