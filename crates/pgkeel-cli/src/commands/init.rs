//! `pgkeel init`.

use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use pgkeel::Error;
use pgkeel_core::review::foreign::translate;

use crate::context::Context;
use crate::failure::Failure;
use crate::screen::GOOD;

/// Write pgkeel.toml and a migrations folder. What exists is left as it is.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder; where we are when not given.
    dir: Option<std::path::PathBuf>,
}

const CONFIG: &str = include_str!("init/pgkeel.toml");

impl Init {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let root = self.dir.or_else(|| context.global.project.clone()).unwrap_or_else(|| ".".into());
        create_folder(&root.join("migrations"))?;
        let mut config = CONFIG.to_owned();
        let known = [".squawk.toml", "pgsafe.toml", ".pgsafe.toml"];
        for name in known.into_iter().filter(|_| !root.join("pgkeel.toml").exists()) {
            let Ok(text) = std::fs::read_to_string(root.join(name)) else { continue };
            match translate(name, &text) {
                Some(Ok(translated)) => {
                    config.push_str(&format!("\n# From {name}.\n{}", translated.toml));
                    context.screen.say(&format!("  {GOOD}✓{GOOD:#} translated {name} into [review]"));
                    translated.notes.iter().for_each(|note| context.screen.note(note));
                    break;
                }
                Some(Err(why)) => context.screen.note(&format!("{name} cannot be read: {why}")),
                None => {}
            }
        }
        let made = [
            (write_new(&root.join("pgkeel.toml"), &config)?, "pgkeel.toml"),
            (write_new(&root.join(".pgkeel").join(".gitignore"), "*\n")?, ".pgkeel/.gitignore"),
        ];
        for (new, name) in made {
            if new {
                context.screen.say(&format!("  {GOOD}✓{GOOD:#} wrote {name}"));
            } else {
                context.screen.say(&format!("    {name} is there already: left as it is"));
            }
        }
        context.screen.say("next: `pgkeel new NAME` makes the first migration, `pgkeel up` applies it");
        Ok(ExitCode::SUCCESS)
    }
}

fn create_folder(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path).map_err(|source| {
        Failure::from(Error::Io { doing: "create", path: path.display().to_string(), source })
    })
}

/// Writes a file unless there is one; true when it was written.
fn write_new(path: &Path, text: &str) -> Result<bool, Failure> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let failed =
        |source| Failure::from(Error::Io { doing: "write", path: path.display().to_string(), source });
    let mut options = std::fs::OpenOptions::new();
    match options.write(true).create_new(true).open(path) {
        Ok(mut file) => {
            std::io::Write::write_all(&mut file, text.as_bytes()).map_err(failed)?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(error)),
    }
}
