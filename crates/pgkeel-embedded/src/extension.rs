//! The extensions of the embedded engine: all those bundled with it, laid beside the data so that `CREATE EXTENSION`
//! finds them, and stand-ins in SQL for two that it lacks.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::EmbeddedError;

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

/// An extension rewritten in SQL.
struct StandIn {
    name: &'static str,
    control: &'static str,
    script_name: &'static str,
    script: &'static str,
    note: &'static str,
}

const STAND_INS: &[StandIn] = &[];

/// Puts every bundled extension and every stand-in where the engine of the database in `root` looks for them. Its
/// backends load what lies there when they start; nothing is created in the database.
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
        fs::write(&stamp, build).map_err(|source| EmbeddedError::io(&stamp, source))?;
    }
    // Always, so that a database kept by an older pgkeel offers today's stand-ins.
    for stand_in in STAND_INS {
        for (name, text) in [
            (format!("{}.control", stand_in.name), stand_in.control),
            (stand_in.script_name.to_owned(), stand_in.script),
        ] {
            let path = folder.join(name);
            fs::write(&path, text).map_err(|source| EmbeddedError::io(&path, source))?;
        }
    }
    Ok(())
}

/// What a person should know about the stand-ins.
pub(crate) fn notes() -> impl Iterator<Item = String> {
    STAND_INS.iter().map(|stand_in| {
        format!(
            "{} is a stand-in written in SQL, in the embedded engine only: {}",
            stand_in.name, stand_in.note
        )
    })
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
    root.join("tmp/pglite/share/postgresql/extension")
}
