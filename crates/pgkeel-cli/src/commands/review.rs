//! `pgkeel review [PATH...]`.

mod downs;
mod exact;

use std::fmt::Write as _;
use std::io::Read as _;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use exact::{Exact, Wanted};
use pgkeel::load::{Found, Project};
use pgkeel::review::{Reviewed, STANDARD_INPUT, Scope, committed};
use pgkeel_core::finding::Severity;
use pgkeel_core::review::renumber::renumber;
use pgkeel_core::review::round::round;
use pgkeel_core::review::settings::Level;
use pgkeel_core::review::{Settings, baseline};

use crate::commands::migrate::note_nested;
use crate::commands::schema_source::Scratch;
use crate::context::{Context, displayed};
use crate::failure::Failure;
use crate::render::{self, Document, Sources};

/// Say what an expert would say about migrations, before they run.
#[derive(Debug, Args)]
pub struct Review {
    /// Files or folders, or `-` for standard input; without any, the project's folder of migrations.
    paths: Vec<PathBuf>,
    /// Review only what changed since this git revision.
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Print the review document instead of findings.
    #[arg(long, value_enum, value_name = "FORM")]
    report: Option<Document>,
    /// Mend what can be mended mechanically: edits of the files, and new numbers for files that share one.
    #[arg(long)]
    fix: bool,
    /// Exit 1 from this severity on (default: error, or what pgkeel.toml says).
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// A rule's severity, over pgkeel.toml: RULE=off|info|warning|error|critical; `all=...` for every rule.
    #[arg(long = "rule", value_name = "RULE=LEVEL")]
    rules: Vec<String>,
    /// A file of accepted findings (fingerprints): those are not reported again.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the baseline: accept everything found now.
    #[arg(long, requires = "baseline")]
    write_baseline: bool,
    /// The oldest major version of PostgreSQL on which the migrations must run.
    #[arg(long, value_name = "MAJOR")]
    oldest_server: Option<u32>,
    /// Run the migrations on a scratch database too, and judge by what its catalog says; so it is whenever a database
    /// or a scratch server is named.
    #[arg(long)]
    exact: bool,
    /// Judge by the text alone, whatever database is named.
    #[arg(long, conflicts_with = "exact")]
    offline: bool,
    #[command(flatten)]
    scratch: Scratch,
}

/// More rounds of repairs than any file has needed; repairs that undo each other end here at the latest.
const ROUNDS: usize = 32;

/// Rules whose findings a new number mends.
const RENUMBERED: [&str; 2] = ["version-duplicate", "version-out-of-order"];

/// From which severity on the exit code is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Info,
    Warning,
    Error,
    Critical,
    Never,
}

impl Review {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.project()?;
        let settings = self.settings(&project)?;
        let migrations =
            (project.found != Found::Nothing).then(|| displayed(&project, &project.migrations_dir));
        // Without a pgkeel.toml, a file named by the user is not of whatever folder happens to be around.
        let around =
            self.paths.is_empty() || project.found == Found::Config || context.global.project.is_some();
        let migrations = migrations.filter(|_| around);
        if self.paths.is_empty() && migrations.is_some() {
            note_nested(context, &project);
        }
        if self.paths.is_empty() && migrations.is_none() {
            return Err(Failure::usage("there is no project here", "name the files or folders to review"));
        }
        let from_input = self.paths.iter().any(|path| path.as_path() == Path::new(STANDARD_INPUT));
        if self.fix && from_input {
            return Err(Failure::usage("standard input cannot be mended", "name a file for --fix"));
        }
        let mut input = Vec::new();
        if from_input {
            std::io::stdin()
                .lock()
                .read_to_end(&mut input)
                .map_err(|source| io("read", Path::new(STANDARD_INPUT), source))?;
        }
        let seeds = Some((project.seeds_dir.clone(), displayed(&project, &project.seeds_dir)));
        let mut scope =
            Scope { input, paths: self.paths.clone(), migrations, seeds, base: self.base.clone() };
        let exact =
            Exact { context, project: &project, scratch: &self.scratch, wanted: self.wanted(context) };
        // The process ends after this: giving thousands of small allocations back would only cost time.
        let mut reviewed = ManuallyDrop::new(exact.review(&scope, &settings).await?);
        if self.fix {
            // What follows a file gets a number above all others: those that share one are settled first.
            if renumber_files(context, &reviewed, &mut scope.paths)? {
                *reviewed = exact.review(&scope, &settings).await?;
            }
            // Repairs of one place come one after the other, and one may make room for another.
            let mut mended = false;
            let mut seen: Vec<Vec<String>> = Vec::new();
            for _ in 0..ROUNDS {
                let texts: Vec<String> = reviewed.files.iter().map(|file| file.text.clone()).collect();
                if seen.contains(&texts) || !edit(context, &reviewed, &mut scope.paths)? {
                    break;
                }
                seen.push(texts);
                mended = true;
                *reviewed = exact.review(&scope, &settings).await?;
            }
            let off = settings.rules.get(downs::RULE) == Some(&Level::Off);
            if !off && !self.offline && downs::write(&exact, &reviewed).await? {
                *reviewed = exact.review(&scope, &settings).await?;
                mended = true;
            }
            let asked = !self.offline && matches!(project.target(), Ok(Some(_)));
            let all = self.paths.is_empty() && reviewed.reviewed.iter().all(|reviewed| *reviewed);
            if mended && all && !asked {
                context.screen.note(
                    "no database said which migrations are applied: of the changed files, keep those that are pending (--base or --database asks)",
                );
            }
        }
        if self.write_baseline {
            self.accept(&reviewed)?;
            return Ok(ExitCode::SUCCESS);
        }
        let text = match self.report {
            Some(form) => render::document(form, &reviewed),
            None => {
                let color = context.screen.colors_results();
                let format = context.global.format;
                // Where the files were read, memory is warm.
                rayon::scope(|_| render::review(format, &reviewed, &sources(&reviewed), color))
            }
        };
        context.screen.result(text.trim_end())?;
        let worst = reviewed.findings.iter().map(|finding| finding.severity).max();
        let limit = match self.fail_on {
            Some(FailOn::Never) => None,
            Some(FailOn::Info) => Some(Severity::Info),
            Some(FailOn::Warning) => Some(Severity::Warning),
            Some(FailOn::Error) => Some(Severity::Error),
            Some(FailOn::Critical) => Some(Severity::Critical),
            None => Some(project.config.review.fail_on),
        };
        Ok(ExitCode::from(u8::from(worst.zip(limit).is_some_and(|(worst, limit)| worst >= limit))))
    }

    fn wanted(&self, context: &Context) -> Wanted {
        if self.offline {
            Wanted::Never
        } else if self.exact || self.scratch.is_named() || context.global.database.is_some() {
            Wanted::Always
        } else {
            Wanted::WhenReached
        }
    }

    fn settings(&self, project: &Project) -> Result<Settings, Failure> {
        let mut settings = Settings::of_config(&project.config.review)
            .map_err(|message| Failure::usage(message, "mend [review] in pgkeel.toml"))?;
        if project.config.migrations.allow_out_of_order {
            settings.rules.entry("version-out-of-order".to_owned()).or_insert(Level::Off);
        }
        for setting in &self.rules {
            let wrong = || {
                Failure::usage(
                    format!("`--rule {setting}` cannot be read"),
                    "write RULE=off, info, warning, error or critical",
                )
            };
            let (name, level) = setting.split_once('=').ok_or_else(wrong)?;
            let level = Level::parse(level).ok_or_else(wrong)?;
            if name == "all" {
                settings
                    .rules
                    .extend(pgkeel_core::rules::RULES.iter().map(|rule| (rule.id.to_owned(), level)));
                continue;
            }
            let rules = pgkeel_core::rules::find(name);
            if rules.is_empty() {
                return Err(Failure::usage(
                    format!("there is no rule `{name}`"),
                    "`pgkeel explain` lists all rules",
                ));
            }
            settings.rules.extend(rules.iter().map(|rule| (rule.id.to_owned(), level)));
        }
        settings.server_major = self.oldest_server.or(settings.server_major);
        let configured = project.config.review.baseline.as_ref().map(|file| project.root.join(file));
        let file = self.baseline.clone().or(configured).filter(|_| !self.write_baseline);
        if let Some(file) = file {
            let text = std::fs::read_to_string(&file).map_err(|source| io("read", &file, source))?;
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            settings.baseline =
                lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
        }
        Ok(settings)
    }

    fn accept(&self, reviewed: &Reviewed) -> Result<(), Failure> {
        let Some(path) = &self.baseline else { return Ok(()) };
        let mut text = String::from(
            "# Findings accepted by `pgkeel review --write-baseline`: fingerprint, rule, place.\n",
        );
        for finding in &reviewed.findings {
            let file = finding
                .span
                .as_ref()
                .and_then(|span| reviewed.files.iter().find(|file| file.path == span.file));
            let place =
                finding.span.as_ref().map(|span| format!("{}:{}", span.file, span.line)).unwrap_or_default();
            if let Some(fingerprint) = file.and_then(|file| baseline::fingerprint_of(file, finding)) {
                let _ = writeln!(text, "{fingerprint} {} {place}", finding.rule);
            }
        }
        std::fs::write(path, text).map_err(|source| io("write", path, source))
    }
}

/// Applies the edits of findings, and adds the migrations that have to follow; true when a file changed. What follows files
/// that the user has named is reviewed with them.
fn edit(context: &Context, reviewed: &Reviewed, named: &mut Vec<PathBuf>) -> Result<bool, Failure> {
    let round = round(&reviewed.files, &reviewed.reviewed, &reviewed.findings);
    for changed in &round.mended {
        let path = Path::new(&changed.path);
        std::fs::write(path, &changed.text).map_err(|source| io("write", path, source))?;
        let own = match changed.findings {
            0 => "changed with the file that it leads back from".to_owned(),
            mended => format!("{mended} mended"),
        };
        context.screen.say(&format!("{}: {own}", changed.path));
    }
    for (path, text) in &round.new {
        // Where each migration has a folder, there is none for it yet.
        if let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|source| io("create", folder, source))?;
        }
        std::fs::write(path, text).map_err(|source| io("write", Path::new(path), source))?;
        context.screen.say(&format!("{path} is new, and comes after it"));
        let is_within = |folder: &PathBuf| place(Path::new(path)).starts_with(place(folder));
        if !named.is_empty() && !named.iter().any(is_within) {
            named.push(PathBuf::from(path));
        }
    }
    Ok(!round.mended.is_empty())
}

/// Gives files that share a number new ones; true when a file changed. Files that the user has named are known by their new
/// names from then on.
fn renumber_files(context: &Context, reviewed: &Reviewed, named: &mut [PathBuf]) -> Result<bool, Failure> {
    if reviewed.findings.iter().all(|finding| !RENUMBERED.contains(&finding.rule.as_str())) {
        return Ok(false);
    }
    let stays = |file: &pgkeel_core::review::File| {
        let at = reviewed.files.iter().position(|other| other.path == file.path);
        at.is_none_or(|at| !reviewed.reviewed.get(at).copied().unwrap_or(false))
    };
    let committed = committed(reviewed.files.iter().map(|file| Path::new(&file.path)));
    let since = |file: &pgkeel_core::review::File| committed.get(Path::new(&file.path)).copied();
    let plan = renumber(&reviewed.files, &stays, &since);
    for (path, text) in &plan.texts {
        std::fs::write(path, text).map_err(|source| io("write", Path::new(path), source))?;
    }
    for rename in &plan.renames {
        std::fs::rename(&rename.from, &rename.to)
            .map_err(|source| io("rename", Path::new(&rename.from), source))?;
        context.screen.say(&format!("{} is now {}", rename.from, rename.to));
        for path in named.iter_mut().filter(|path| place(path) == place(Path::new(&rename.from))) {
            *path = PathBuf::from(&rename.to);
        }
    }
    Ok(!plan.renames.is_empty())
}

/// A path that can be compared with others: the file may be gone.
fn place(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn sources(reviewed: &Reviewed) -> Sources<'_> {
    reviewed.files.iter().map(|file| (file.path.as_str(), file)).collect()
}

fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Failure {
    pgkeel::Error::Io { doing, path: path.display().to_string(), source }.into()
}
