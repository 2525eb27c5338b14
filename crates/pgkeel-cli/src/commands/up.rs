//! `pgkeel up`: the main job. Extensions, migrations, seeds, verification; a second run changes nothing.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use pgkeel::database::ReadOnly;
use pgkeel::load::Project;
use pgkeel::migrate::Report;
use pgkeel::preflight;
use pgkeel::seed::Seeded;
use pgkeel::validate::Validation;
use pgkeel_core::object::Kind;
use pgkeel_core::pending::Wish;
use serde_json::json;

use super::checks::Checks;
use super::schema_source::Scratch;
use super::validate::is_grave;
use super::{migrate, seed, validate};
use crate::context::{Context, Opened};
use crate::failure::Failure;
use crate::screen::{BAD, BOLD, DIM, GOOD, WARN, count};

/// Set a database up: extensions, migrations, seeds, verification. A second run changes nothing.
#[derive(Debug, Args)]
pub struct Up {
    /// Seconds to wait for another run; 0 fails at once.
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    /// Do not load seeds.
    #[arg(long)]
    no_seeds: bool,
    /// Exit with 1 when the verification finds anything, in every environment.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    checks: Checks,
    #[command(flatten)]
    scratch: Scratch,
}

/// What was done, for the summary.
struct Done {
    server: String,
    extensions: Vec<String>,
    report: Report,
    seeded: Vec<Seeded>,
    validation: Validation,
}

impl Up {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let begun = Instant::now();
        let project = context.required_project()?;
        let migrations = migrate::read_migrations(&project)?;
        migrate::note_nested(context, &project);
        let run = self.checks.options(&project)?;
        let opened = context.open_or_embedded(&project).await?;
        let heading = |text: &str| context.screen.say(&format!("{BOLD}{text}{BOLD:#}"));
        heading("Migrations");
        let wish =
            Wish { allow_out_of_order: project.config.migrations.allow_out_of_order, ..Wish::default() };
        let report =
            migrate::apply(context, &project, &opened, &migrations, wish, self.wait, run.clone()).await?;
        if report.applied.is_empty() {
            context.screen.say(&format!("  {DIM}nothing to apply, {} before{DIM:#}", report.already_applied));
        }
        let mut seeded = Vec::new();
        if !self.no_seeds {
            heading("Seeds");
            seeded = seed::load(context, &project, &opened, &[], self.wait, run).await?;
            let told = if seeded.is_empty() { format!("  {DIM}none{DIM:#}") } else { seed::table(&seeded) };
            context.screen.say(&told);
        }
        heading("Verification");
        let (server, extensions) = look(context, &opened).await?;
        let validation = validate::validate(context, &project, &opened, &self.scratch).await?;
        let done = Done { server, extensions, report, seeded, validation };
        let elapsed = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        if context.json() {
            context.screen.json(&document(&done, &opened, elapsed))?;
        } else {
            context.screen.result(&summary(&done, &project, &opened, elapsed))?;
        }
        let findings = &done.validation.findings;
        let fails =
            if self.strict { !findings.is_empty() } else { project.config.is_strict() && is_grave(findings) };
        Ok(ExitCode::from(u8::from(fails)))
    }
}

/// The server's version and the extensions installed in the database.
async fn look(context: &Context, opened: &Opened) -> Result<(String, Vec<String>), Failure> {
    let session = ReadOnly::open(&opened.target, &context.connect_options("up")).await?;
    let version = session.reported("server_version").unwrap_or("of unknown version").to_owned();
    let server = preflight::server(&session, opened.embedded).await?;
    session.close().await;
    let installed = |(name, offer): (String, pgkeel_core::preflight::Offer)| {
        offer.installed.map(|version| format!("{name} {version}"))
    };
    Ok((
        version,
        server.extensions.into_iter().filter_map(installed).filter(|e| !e.starts_with("plpgsql ")).collect(),
    ))
}

fn summary(done: &Done, project: &Project, opened: &Opened, elapsed: u64) -> String {
    let mut lines = Vec::new();
    let mut row = |good: bool, name: &str, text: String| {
        let (style, sign) = if good { (GOOD, "✓") } else { (BAD, "✗") };
        lines.push(format!("  {style}{sign}{style:#} {name:12} {text}"));
    };
    let engine = if opened.embedded { "embedded PostgreSQL" } else { "PostgreSQL" };
    row(true, "Connection", format!("{engine} {}  {DIM}{}{DIM:#}", done.server, opened.shown));
    let none = || "none needed".to_owned();
    row(true, "Extensions", if done.extensions.is_empty() { none() } else { done.extensions.join(", ") });
    let Report { applied, already_applied, .. } = &done.report;
    row(true, "Migrations", format!("{} applied now, {already_applied} before, 0 pending", applied.len()));
    let sum = |count: fn(&Seeded) -> u64| done.seeded.iter().map(count).sum::<u64>();
    row(
        true,
        "Seeds",
        format!(
            "{}: {} rows created, {} updated, {} unchanged, {} skipped{}",
            count(done.seeded.len(), "file"),
            sum(|seed| seed.created),
            sum(|seed| seed.updated),
            sum(|seed| seed.unchanged),
            sum(|seed| seed.skipped),
            if done.seeded.iter().any(|seed| seed.uncounted) { ", and some uncounted" } else { "" },
        ),
    );
    let findings = &done.validation.findings;
    let grave = is_grave(findings);
    let verdict = match findings.len() {
        0 if done.validation.compared => "live schema equals the migrations and [expect]".to_owned(),
        0 => "holds what [expect] says; there are no migrations to compare it with".to_owned(),
        n => count(n, "finding"),
    };
    row(!grave, "Schema", format!("{verdict}  {DIM}{}{DIM:#}", counts(&done.validation)));
    for finding in findings {
        let style = if finding.severity >= pgkeel_core::finding::Severity::Error { BAD } else { WARN };
        lines.push(format!("      {style}!{style:#} {}", finding.message));
    }
    if grave {
        lines.push(format!(
            "      {DIM}`pgkeel validate` tells more, `pgkeel auto-fix` brings back what is missing; with --strict this exits 1{DIM:#}"
        ));
    }
    let seconds = elapsed / 1000;
    let tenth = elapsed % 1000 / 100;
    let name = project.root.canonicalize().unwrap_or_else(|_| project.root.clone());
    let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (style, word) = if grave { (BAD, "needs attention") } else { (GOOD, "is ready") };
    lines.push(format!("\n{BOLD}{name}{BOLD:#} {style}{word}{style:#} {DIM}({seconds}.{tenth} s){DIM:#}"));
    lines.join("\n")
}

/// How many objects of the common kinds the live schema has.
fn counts(validation: &Validation) -> String {
    let kinds = [Kind::Table, Kind::Index, Kind::View, Kind::Function, Kind::Trigger, Kind::Policy];
    let mut found: BTreeMap<Kind, usize> = BTreeMap::new();
    for id in validation.live.objects.keys() {
        *found.entry(id.kind).or_default() += 1;
    }
    let shown = kinds.iter().filter_map(|kind| found.get(kind).map(|n| count(*n, kind.word())));
    shown.collect::<Vec<_>>().join(", ")
}

fn document(done: &Done, opened: &Opened, elapsed: u64) -> serde_json::Value {
    let rendered = crate::render::findings(
        crate::render::Format::Json,
        &done.validation.findings,
        &BTreeMap::new(),
        false,
    );
    let findings: serde_json::Value = serde_json::from_str(&rendered).unwrap_or_default();
    json!({
        "format": "pgkeel/up/1",
        "database": opened.shown,
        "embedded": opened.embedded,
        "server_version": done.server,
        "extensions": done.extensions,
        "migrations": migrate::document(&done.report, opened),
        "seeds": done.seeded,
        "findings": findings.get("findings"),
        "elapsed_ms": elapsed,
    })
}
