//! `pgkeel review [PATH...]`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use pgkeel::load::{Found, Project};
use pgkeel::review::{Reviewed, Scope, run};
use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::review::renumber::renumber;
use pgkeel_core::review::settings::Level;
use pgkeel_core::review::{Settings, baseline, fixes};

use crate::context::Context;
use crate::render::{self, Document, Sources};

/// Say what an expert would say about migrations, before they run.
#[derive(Debug, Args)]
pub struct Review {
    /// Files or folders; without any, the project's folder of migrations.
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
}

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
    pub fn run(self, context: &Context) -> ExitCode {
        match self.review(context) {
            Ok(code) => code,
            Err((code, message)) => {
                let _ = writeln!(std::io::stderr(), "error: {message}");
                ExitCode::from(code)
            }
        }
    }

    fn review(&self, context: &Context) -> Result<ExitCode, (u8, String)> {
        let project = context.project().map_err(|failure| (2, failure.message()))?;
        let settings = self.settings(&project)?;
        let here = std::env::current_dir().unwrap_or_default();
        let migrations = (project.found != Found::Nothing).then(|| relative(&project.migrations_dir, &here));
        // Without a pgkeel.toml, a file named by the user is not of whatever folder happens to be around.
        let migrations = migrations.filter(|_| {
            self.paths.is_empty() || project.found == Found::Config || context.global.project.is_some()
        });
        if self.paths.is_empty() && migrations.is_none() {
            return Err((2, "there is no project here: name the files or folders to review".to_owned()));
        }
        let scope = Scope { paths: self.paths.clone(), migrations, base: self.base.clone() };
        let ask = || run(&scope, &settings).map_err(|error| (3, error.to_string()));
        let mut reviewed = ask()?;
        if self.fix && self.mend(&reviewed)? {
            reviewed = ask()?;
        }
        if self.write_baseline {
            return self.accept(&reviewed).map(|()| ExitCode::SUCCESS);
        }
        let text = match self.report {
            Some(form) => render::document(form, &reviewed),
            None => {
                let color = context.screen.colors_results();
                render::findings(context.global.format, &reviewed.findings, &sources(&reviewed), color)
            }
        };
        // A reader that has seen enough closes the pipe; that is no failure of the review.
        let _ = std::io::stdout().write_all(text.as_bytes());
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

    fn settings(&self, project: &Project) -> Result<Settings, (u8, String)> {
        let mut settings = Settings::of_config(&project.config.review).map_err(|message| (2, message))?;
        for setting in &self.rules {
            let wrong =
                || (2, format!("`--rule {setting}`: write RULE=off, info, warning, error or critical"));
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
                return Err((2, format!("there is no rule `{name}`")));
            }
            settings.rules.extend(rules.iter().map(|rule| (rule.id.to_owned(), level)));
        }
        settings.server_major = self.oldest_server.or(settings.server_major);
        let configured = project.config.review.baseline.as_ref().map(|file| project.root.join(file));
        let file = self.baseline.clone().or(configured).filter(|_| !self.write_baseline);
        if let Some(file) = file {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| (3, format!("cannot read {}: {error}", file.display())))?;
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            settings.baseline =
                lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
        }
        Ok(settings)
    }

    /// Applies fixes; true when a file changed.
    fn mend(&self, reviewed: &Reviewed) -> Result<bool, (u8, String)> {
        let failed = |path: &str, error: std::io::Error| (3, format!("cannot write {path}: {error}"));
        let mut changed = false;
        let mut texts: BTreeMap<&str, String> = BTreeMap::new();
        for (file, _) in reviewed.files.iter().zip(&reviewed.reviewed).filter(|(_, reviewed)| **reviewed) {
            let own: Vec<&Finding> = reviewed
                .findings
                .iter()
                .filter(|finding| finding.span.as_ref().is_some_and(|span| span.file == file.path))
                .collect();
            let (text, mended) = fixes::apply(&file.text, &own);
            if mended > 0 {
                let _ = writeln!(std::io::stderr(), "{}: {mended} mended", file.path);
                texts.insert(&file.path, text);
            }
        }
        for (path, text) in &texts {
            std::fs::write(path, text).map_err(|error| failed(path, error))?;
            changed = true;
        }
        if reviewed.findings.iter().any(|finding| finding.rule == "version-duplicate") {
            let stays = |file: &pgkeel_core::review::File| {
                let at = reviewed.files.iter().position(|other| other.path == file.path);
                at.is_none_or(|at| !reviewed.reviewed.get(at).copied().unwrap_or(false))
            };
            let plan = renumber(&reviewed.files, &stays);
            for (path, text) in &plan.texts {
                std::fs::write(path, text).map_err(|error| failed(path, error))?;
            }
            for rename in &plan.renames {
                std::fs::rename(&rename.from, &rename.to).map_err(|error| failed(&rename.to, error))?;
                let _ = writeln!(std::io::stderr(), "{} is now {}", rename.from, rename.to);
                changed = true;
            }
        }
        Ok(changed)
    }

    fn accept(&self, reviewed: &Reviewed) -> Result<(), (u8, String)> {
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
                text.push_str(&format!("{fingerprint} {} {place}\n", finding.rule));
            }
        }
        std::fs::write(path, text).map_err(|error| (3, format!("cannot write {}: {error}", path.display())))
    }
}

fn sources(reviewed: &Reviewed) -> Sources<'_> {
    reviewed.files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect()
}

/// A path as seen from here, when it is below.
fn relative(path: &Path, here: &Path) -> PathBuf {
    path.strip_prefix(here).map_or_else(|_| path.to_owned(), Path::to_owned)
}
