//! `pgkeel init`.

use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use pgkeel::Error;
use pgkeel::baseline;
use pgkeel::database::{ReadOnly, Target};
use pgkeel::record::{Correction, RecordJob};
use pgkeel_core::review::foreign::{FILES, translate};
use serde_json::json;

use super::migrate::read_migrations;
use super::schema_source::Scratch;
use super::validate::server_major;
use crate::context::{Context, lock_wait, run_options, store};
use crate::failure::Failure;
use crate::screen::{GOOD, count};

/// Write pgkeel.toml and a migrations folder. What exists is left as it is. When a database is named that holds objects
/// already, its schema becomes the first migration, recorded there as applied.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder; where we are when not given.
    dir: Option<std::path::PathBuf>,
    /// Do not look at the database.
    #[arg(long)]
    no_baseline: bool,
    #[command(flatten)]
    scratch: Scratch,
}

const CONFIG: &str = include_str!("init/pgkeel.toml");

impl Init {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let root = self.dir.clone().or_else(|| context.global.project.clone()).unwrap_or_else(|| ".".into());
        if !self.no_baseline {
            reached(context).await?;
        }
        create_folder(&root.join("migrations"))?;
        let mut config = CONFIG.to_owned();
        for name in FILES.iter().filter(|_| !root.join("pgkeel.toml").exists()) {
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
        let baseline = !self.no_baseline && self.baseline(context, &root).await?;
        if context.json() {
            let names =
                |wanted: bool| made.iter().filter(move |(new, _)| *new == wanted).map(|(_, name)| *name);
            context.screen.json(&json!({
                "format": "pgkeel/init/1",
                "folder": root.display().to_string(),
                "written": names(true).collect::<Vec<_>>(),
                "kept": names(false).collect::<Vec<_>>(),
                "baseline": baseline.then(|| format!("migrations/{}", baseline::FILE)),
            }))?;
        }
        context.screen.say(if baseline {
            "next: `pgkeel validate` compares, `pgkeel new NAME` makes the next migration"
        } else {
            "next: `pgkeel new NAME` makes the first migration, `pgkeel up` applies it"
        });
        Ok(ExitCode::SUCCESS)
    }
}

impl Init {
    /// Makes the baseline of a database that is named and holds objects; true when there is one.
    async fn baseline(&self, context: &Context, root: &Path) -> Result<bool, Failure> {
        let project = context.project_in(root)?;
        if project.target()?.is_none() || !read_migrations(&project)?.is_empty() {
            return Ok(false);
        }
        let asked = context.global.database.is_some();
        let opened = context.open(&project).await?;
        let major = match server_major(context, &opened).await {
            Ok(major) => major,
            // A database that only the environment names, and that is not there, is no reason not to begin.
            Err(error) if !asked => {
                context.screen.note(&format!("the database cannot be looked at: {}", error.message()));
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        let workshop = self.scratch.workshop_for(&project, major);
        let store = store(&project);
        let found =
            baseline::look(&opened.target, &context.connect_options("init"), &store, &workshop).await?;
        if found.recorded > 0 {
            context.screen.note(&format!(
                "the database has a history of {}; the files are not here: put them into migrations/",
                count(found.recorded, "migration")
            ));
            return Ok(false);
        }
        if found.is_empty() {
            return Ok(false);
        }
        found.write(&project.migrations_dir, &workshop).await?;
        let migrations = read_migrations(&project)?;
        let job = RecordJob {
            target: &opened.target,
            connect: context.writing_options("init", &opened),
            migrations: &migrations,
            store: &store,
            lock_wait: lock_wait(&project, None),
            run: run_options(&project),
            reason: "init: the schema that was there is the baseline",
            force: false,
            observe: &|_| {},
        };
        job.correct(&Correction::Stamp(vec![])).await?;
        context.screen.say(&format!(
            "  {GOOD}✓{GOOD:#} wrote migrations/{} from {} ({}), proven on a scratch database, and recorded it there \
             as applied",
            baseline::FILE,
            opened.shown,
            count(found.tables(), "table")
        ));
        Ok(true)
    }
}

/// Whether the database that the user names answers: before anything is written.
async fn reached(context: &Context) -> Result<(), Failure> {
    let Some(url) = &context.global.database else { return Ok(()) };
    let target = Target::parse(url)?;
    if target.embedded().is_none() {
        ReadOnly::open(&target, &context.connect_options("init")).await?.close().await;
    }
    Ok(())
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
