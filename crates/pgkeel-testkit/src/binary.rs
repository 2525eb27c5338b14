//! The binary as a user starts it, in a project made for one test.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Variables of the environment in which the tests run that would change what the binary does.
const VARIABLES: [&str; 6] =
    ["DATABASE_URL", "PGKEEL_ENV", "PGKEEL_SCRATCH_URL", "PGHOST", "PGSERVICE", "PGDATABASE"];

/// A project of these files: names without a folder are migrations.
///
/// # Panics
/// When the disk takes no files.
pub fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let migrations = folder.path().join("migrations");
    std::fs::create_dir(&migrations).expect("a folder can be made");
    for (name, text) in files {
        let file = if name.contains('/') { folder.path().join(name) } else { migrations.join(name) };
        let parent = file.parent().unwrap_or(&migrations);
        std::fs::create_dir_all(parent).expect("a folder can be made");
        std::fs::write(file, text).expect("a file can be written");
    }
    folder
}

/// `binary` with these arguments on a project, without anything from the tests' own environment.
pub fn command(binary: &str, project: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.args(arguments).arg("--project").arg(project);
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Everything that it said.
pub fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
