//! `pgkeel health-check [--startup] [-- COMMAND...]`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use pgkeel::database::ReadOnly;
use pgkeel::health::{self, Subject};
use pgkeel::load::{Found, Project};
use pgkeel::startup::{Environment, Mode, Startup, StartupError};
use pgkeel_core::config::StartupMode;
use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::health::{HealthSettings, Outcome, Reason, Report, Status, Tier, Verdict, healings};
use serde_json::{Value, json};

use super::migrate::read_migrations;
use super::schema_source::Scratch;
use crate::context::{Context, Opened, run_options, store};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::render;
use crate::render::Format;
use crate::screen::{BAD, BOLD, DIM, GOOD, WARN, one_finding};

/// Say whether the database is what the application needs, and healthy.
#[derive(Debug, Args)]
pub struct HealthCheck {
    /// The check at start-up: waits for a database that is starting, then verifies or migrates as [health.startup] says
    #[arg(long)]
    startup: bool,
    /// Seconds that start-up may wait for the database and for another instance
    #[arg(long, value_name = "SECONDS", requires = "startup")]
    wait: Option<u64>,
    /// Repair known causes of findings first, as `auto_heal` in [health] allows it for `serve` and start-up
    #[arg(long)]
    heal: bool,
    #[command(flatten)]
    scratch: Scratch,
    /// Run in place of pgkeel once the check is passed: a container's entrypoint
    #[arg(last = true, value_name = "COMMAND", requires = "startup")]
    command: Vec<String>,
}

impl HealthCheck {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.project()?;
        let opened = context.open(&project).await?;
        let subject = subject(&project)?;
        if self.startup {
            return self.start(context, &project, &opened, subject).await;
        }
        let mut options = health::options();
        options.application_name = context.connect_options("health-check").application_name;
        let session = match ReadOnly::open(&opened.target, &options).await {
            Ok(session) => session,
            Err(error) => {
                let error = pgkeel::Error::from(error);
                show_unreachable(context, &opened, &subject, &health::unreachable(&error))?;
                return Err(error.into());
            }
        };
        let longest = project.config.health.timeout.0;
        let mut report = within(longest, &session, &subject).await?;
        let wanted = if self.heal { healings(&report) } else { Vec::new() };
        if !wanted.is_empty() {
            let options = run_options(&project);
            let healed = health::heal(&opened.target, &subject.store, &wanted, &options, &|_| {}).await?;
            report = within(longest, &session, &subject).await?;
            report.fixes = healed.iter().map(ToString::to_string).collect();
        }
        session.close().await;
        let verdict = subject.verdict(&report);
        show(context, &opened, &report, &verdict)?;
        Ok(ExitCode::from(u8::from(overall(&report, &verdict) == Status::Fail)))
    }

    async fn start(
        self,
        context: &Context,
        project: &Project,
        opened: &Opened,
        subject: Subject,
    ) -> Result<ExitCode, Failure> {
        let config = &project.config.health.startup;
        let wait = self.wait.map(Duration::from_secs).or(config.wait.map(|wait| wait.0));
        let wait = wait.unwrap_or(Duration::from_secs(30));
        let about = subject.clone();
        let environment = if subject.strict { Environment::Production } else { Environment::Development };
        let mut startup = Startup::for_target(opened.target.clone(), environment)
            .migration_list(subject.migrations, &project.migrations_dir)
            .history(&project.config.migrations.history_namespace)
            .expect(subject.expect)
            .health(subject.settings)
            .run_options(run_options(project))
            .heal(self.heal || project.config.health.auto_heal)
            .embedded(opened.embedded)
            .deadline(wait);
        if config.auto_fix {
            startup = startup.auto_fix(self.scratch.choice());
        }
        if let Some(mode) = config.mode {
            startup = startup.mode(match mode {
                StartupMode::Off => Mode::Off,
                StartupMode::Verify => Mode::Verify,
                StartupMode::Wait => Mode::Wait(wait),
                StartupMode::Migrate => Mode::Migrate,
            });
        }
        let progress = Progress::new(&context.screen);
        let ready = startup.run_observed(&|event| progress.show(&event)).await;
        progress.end();
        let (ready, stops) = match ready {
            Ok(ready) => (ready, false),
            Err(StartupError::NotReady(ready)) => (*ready, true),
            Err(StartupError::Failed(error)) => {
                if self.command.is_empty() {
                    show_unreachable(context, opened, &about, &health::unreachable(&error))?;
                }
                return Err(error.into());
            }
            Err(slow) => {
                if self.command.is_empty() {
                    let report = Report { unreachable: Some(Reason::DbUnreachable), ..Report::default() };
                    show_unreachable(context, opened, &about, &report)?;
                }
                return Err(Failure::Unreachable {
                    message: slow.to_string(),
                    help: slow.help().unwrap_or_default(),
                });
            }
        };
        // With a command to start, standard output belongs to it.
        if self.command.is_empty() {
            show(context, opened, &ready.report, &ready.verdict)?;
        } else {
            for finding in serious(&ready.report) {
                context.screen.say(&one_finding(finding));
            }
        }
        for line in ready.advice() {
            context.screen.say(&format!("  {line}"));
        }
        context.screen.say(&ready.to_string());
        if stops {
            return Ok(ExitCode::from(1));
        }
        match self.command.split_first() {
            None => Ok(ExitCode::SUCCESS),
            Some((program, arguments)) => Err(become_it(program, arguments)),
        }
    }
}

/// Looks with every check; `[health] timeout` is for all of them together.
async fn within(longest: Duration, session: &ReadOnly, subject: &Subject) -> Result<Report, Failure> {
    let tiers = [Tier::Fast, Tier::Catalog, Tier::Slow];
    match tokio::time::timeout(longest, health::look_closely(session, subject, &tiers)).await {
        Ok(report) => Ok(report?),
        Err(_) => Err(Failure::Schema {
            message: format!(
                "the checks were not done within {} s ([health] timeout in pgkeel.toml)",
                longest.as_secs()
            ),
            code: 3,
        }),
    }
}

/// What is looked at in this project.
pub fn subject(project: &Project) -> Result<Subject, Failure> {
    let settings = HealthSettings::of_config(&project.config.health).map_err(|error| {
        Failure::usage(error.to_string(), "docs/reference/checks lists the checks and their limits")
    })?;
    // A database can be healthy without a project; a project without its migrations is a mistake.
    let migrations = match project.found {
        Found::Nothing => Vec::new(),
        Found::Config | Found::PlainFolder => read_migrations(project)?,
    };
    Ok(Subject {
        store: store(project),
        migrations,
        expect: project.config.expect.clone(),
        settings,
        strict: project.config.is_strict(),
    })
}

/// What whoever reads a container's log must know of: findings beyond warnings, and warnings about the schema.
fn serious(report: &Report) -> impl Iterator<Item = &Finding> {
    let schema = report.schema.iter().flatten().filter(|finding| finding.severity >= Severity::Warning);
    let checks = report.checks.iter().filter(|outcome| outcome.status == Status::Fail);
    let checks = checks.flat_map(|outcome| &outcome.findings);
    schema.chain(checks.filter(|finding| finding.severity >= Severity::Error))
}

/// The worse of the verdict and the checks: a person who asks wants to know of both.
fn overall(report: &Report, verdict: &Verdict) -> Status {
    let checks =
        report.checks.iter().map(|outcome| outcome.status).filter(|status| *status != Status::Skipped);
    checks.fold(verdict.status, Status::max)
}

fn show(context: &Context, opened: &Opened, report: &Report, verdict: &Verdict) -> Result<(), Failure> {
    match context.global.format {
        Format::Human => context.screen.result(&text(opened, report, verdict)),
        Format::Json => context.screen.json(&document(opened, report, verdict)),
        format => {
            let mut findings: Vec<Finding> = report.schema.clone().unwrap_or_default();
            findings.extend(report.checks.iter().flat_map(|outcome| outcome.findings.clone()));
            context.screen.result(&render::findings(format, &findings, &render::Sources::new(), false))
        }
    }
}

/// What scripts read of a database that does not answer; people read the error itself.
fn show_unreachable(
    context: &Context,
    opened: &Opened,
    subject: &Subject,
    report: &Report,
) -> Result<(), Failure> {
    match context.global.format {
        Format::Json => context.screen.json(&document(opened, report, &subject.verdict(report))),
        _ => Ok(()),
    }
}

fn document(opened: &Opened, report: &Report, verdict: &Verdict) -> Value {
    let count = |status| report.checks.iter().filter(|outcome| outcome.status == status).count();
    json!({
        "format": "pgkeel/health/1",
        "status": overall(report, verdict),
        "ready": verdict.status != Status::Fail,
        "reasons": verdict.reasons,
        "connection": {"status": if report.unreachable.is_none() { "pass" } else { "fail" }, "database": opened.shown},
        "server": report.server,
        "migrations": report.migrations,
        "schema": report.schema,
        "checks": report.checks,
        "fixes": report.fixes,
        "summary": {"pass": count(Status::Pass), "warn": count(Status::Warn), "fail": count(Status::Fail),
                    "skipped": count(Status::Skipped)},
    })
}

fn text(opened: &Opened, report: &Report, verdict: &Verdict) -> String {
    let mut lines = vec![format!("{DIM}{}{DIM:#}", opened.shown)];
    if let Some(server) = &report.server {
        lines.push(format!("{GOOD}✓{GOOD:#} connection: PostgreSQL {} as {}", server.version, server.role));
        let extensions: Vec<String> =
            server.extensions.iter().map(|one| format!("{} {}", one.name, one.version)).collect();
        lines.push(format!("{GOOD}✓{GOOD:#} extensions: {}", extensions.join(", ")));
    }
    if let Some(standing) = &report.migrations {
        let whole = standing.pending.is_empty() && standing.dirty.is_empty();
        let (style, sign) = if whole { (GOOD, "✓") } else { (BAD, "✗") };
        lines.push(format!(
            "{style}{sign}{style:#} migrations: {} applied, {} pending, {} unknown to this build, {} modified, {} not finished",
            standing.applied, standing.pending.len(), standing.unknown.len(), standing.modified.len(), standing.dirty.len(),
        ));
    }
    if let Some(findings) = &report.schema {
        if findings.is_empty() && report.migrations.as_ref().is_none_or(|standing| standing.has_history) {
            lines.push(format!("{GOOD}✓{GOOD:#} schema: every object of the applied migrations exists"));
        }
        lines.extend(findings.iter().map(one_finding));
    }
    for outcome in &report.checks {
        lines.extend(check(outcome));
    }
    lines.extend(report.fixes.iter().map(|fix| format!("{GOOD}healed:{GOOD:#} {fix}")));
    let reasons: Vec<&str> = verdict.reasons.iter().map(|reason| reason.hint()).collect();
    let (style, word) = match overall(report, verdict) {
        Status::Fail => (BAD, "fail"),
        Status::Warn => (WARN, "warn"),
        Status::Pass | Status::Skipped => (GOOD, "pass"),
    };
    let why = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
    lines.push(format!("{style}{word}{style:#}{BOLD}{why}{BOLD:#}"));
    lines.join("\n")
}

fn check(outcome: &Outcome) -> Vec<String> {
    let title = health_title(outcome);
    let mut lines = match outcome.status {
        // What it found is no reason to do anything, but its title does not hold.
        Status::Pass if !outcome.findings.is_empty() => vec![format!("{GOOD}✓{GOOD:#} {}", outcome.check)],
        Status::Pass => vec![format!("{GOOD}✓{GOOD:#} {}: {title}", outcome.check)],
        Status::Skipped => vec![format!("{DIM}–{DIM:#} {}: skipped", outcome.check)],
        Status::Warn => vec![format!("{WARN}!{WARN:#} {}", outcome.check)],
        Status::Fail => vec![format!("{BAD}✗{BAD:#} {}", outcome.check)],
    };
    for finding in &outcome.findings {
        lines.push(indented(&one_finding(finding)));
        if let Some(sql) = finding.fix.as_ref().and_then(|fix| fix.sql.as_ref()) {
            lines.push(indented(&format!("  {GOOD}fix:{GOOD:#} {sql}")));
        }
    }
    if outcome.truncated > 0 {
        lines.push(format!("    … and {} more", outcome.truncated));
    }
    lines.extend(outcome.skipped.iter().map(|reason| format!("    {DIM}not judged: {reason}{DIM:#}")));
    lines
}

fn health_title(outcome: &Outcome) -> &'static str {
    pgkeel_core::health::check(&outcome.check).map_or("", |check| check.title)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// Becomes the application: same process id, so that signals and the exit code are its own.
#[cfg(unix)]
fn become_it(program: &str, arguments: &[String]) -> Failure {
    use std::os::unix::process::CommandExt as _;
    let error = std::process::Command::new(program).args(arguments).exec();
    Failure::usage(
        format!("cannot run {program}: {error}"),
        "the command after -- is run as it is, without a shell",
    )
}

/// Runs the application and ends as it ends.
#[cfg(not(unix))]
fn become_it(program: &str, arguments: &[String]) -> Failure {
    match std::process::Command::new(program).args(arguments).status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => {
            Failure::usage(format!("cannot run {program}: {error}"), "the command after -- is run as it is")
        }
    }
}
