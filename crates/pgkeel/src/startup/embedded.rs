//! Migrations inside the binary.

use include_dir::Dir;
use pgkeel_core::migration::reader::Reader;
use pgkeel_core::migration::{Migration, set};
use pgkeel_core::sql::text::decode;

use crate::error::Error;

/// A folder of migrations that the compiler has read; made by [`crate::migrations!`].
#[derive(Debug, Clone)]
pub struct Embedded {
    dir: Dir<'static>,
}

impl Embedded {
    /// The folder that `include_dir!` has embedded.
    pub const fn new(dir: Dir<'static>) -> Self {
        Self { dir }
    }

    /// The migrations, in order, as if they had been read from the folder.
    ///
    /// # Errors
    /// A file is no migration, or the files are no ordered set.
    pub fn read(&self) -> Result<Vec<Migration>, Error> {
        let mut files = Vec::new();
        for file in self.dir.files() {
            let path = file.path();
            if path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("sql")) {
                continue;
            }
            let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let text =
                decode(file.contents()).map_err(|why| Error::NotText { file: file_name.clone(), why })?;
            let invalid = |why: pgkeel_core::migration::Invalid| {
                let line = pgkeel_core::sql::position::line_of(text, why.position().line).to_owned();
                Error::Invalid { file: file_name.clone(), line, why }
            };
            let mut reader = Reader::new(file_name.clone(), true);
            reader.feed(text).map_err(invalid)?;
            let parts = reader.finish().map_err(invalid)?;
            files.push(set::File { file_name: file_name.clone(), display: file_name, parts });
        }
        set::assemble(files).map_err(Error::Set)
    }
}

/// Embeds a folder of migrations in the binary: `pgkeel::migrations!("$CARGO_MANIFEST_DIR/migrations")`.
///
/// Cargo notices changes of files that were there; for new files, let `build.rs` print
/// `cargo:rerun-if-changed=migrations`.
#[macro_export]
macro_rules! migrations {
    ($folder:tt) => {{
        use $crate::include_dir;
        $crate::startup::Embedded::new(include_dir::include_dir!($folder))
    }};
}
