//! `pgkeel validate`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::Args;
use pgkeel::database::ReadOnly;
use pgkeel::load::Project;
use pgkeel::source::Source;
use pgkeel::validate::{Against, ValidateJob, Validation};
use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::migration::Version;

use super::migrate::read_migrations;
use super::queries::query_findings;
use super::schema_source::Scratch;
use crate::context::{Context, Opened, store};
use crate::failure::Failure;
use crate::render;
use crate::render::Format;
use crate::screen::{BAD, DIM, GOOD, WARN, count};

/// Compare the live database with what is expected of it: its migrations, replayed on a scratch database, and [expect].
#[derive(Debug, Args)]
pub struct Validate {
    /// What to compare with instead of the migrations: `snapshot`, the schema recorded after the last run (no scratch
    /// database is needed), or any source of a schema: a URL, a folder of schema files, a .sql file, a snapshot .json.
    #[arg(long, value_name = "WHAT", default_value = "migrations")]
    against: String,
    /// Exit with 1 on any finding, in every environment.
    #[arg(long)]
    strict: bool,
    /// Also prepare the application's own queries: a folder or file of .sql, or "pg_stat_statements". May be given
    /// several times; without it, what [expect] queries names.
    #[arg(long, value_name = "SOURCE")]
    queries: Vec<String>,
    #[command(flatten)]
    scratch: Scratch,
}

impl Validate {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        // Queries can be checked against any database.
        let project =
            if self.queries.is_empty() { context.required_project()? } else { context.project()? };
        let opened = context.open(&project).await?;
        let against = match self.against.as_str() {
            "migrations" => Against::Migrations,
            "snapshot" => Against::Snapshot,
            source => Against::Source(Box::new(Source::parse(source)?)),
        };
        let mut validation = validate_against(context, &project, &opened, &self.scratch, against).await?;
        validation.findings.extend(query_findings(context, &project, &opened, &self.queries).await?);
        let findings = &validation.findings;
        if context.global.format == Format::Human {
            context.screen.result(&format!("{}{}", text(findings, &opened), broken(&validation)))?;
        } else {
            let rendered = render::findings(context.global.format, findings, &BTreeMap::new(), false);
            context.screen.result(rendered.trim_end())?;
        }
        let fails =
            if self.strict { !findings.is_empty() } else { project.config.is_strict() && is_grave(findings) };
        if !fails && is_grave(findings) {
            context.screen.note(&format!(
                "environment {} is lenient: what is found are warnings, exit code 0; --strict or --env production makes \
                 it 1",
                project.environment
            ));
        }
        Ok(ExitCode::from(u8::from(fails)))
    }
}

/// The database's major version, for a scratch server of the same.
pub async fn server_major(context: &Context, opened: &Opened) -> Result<Option<u32>, Failure> {
    let session = ReadOnly::open(&opened.target, &context.connect_options("validate")).await?;
    let version = session.reported("server_version").unwrap_or_default().to_owned();
    session.close().await;
    Ok(version.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()))
}

/// Compares, and says what it rests on.
pub async fn validate(
    context: &Context,
    project: &Project,
    opened: &Opened,
    scratch: &Scratch,
) -> Result<Validation, Failure> {
    validate_against(context, project, opened, scratch, Against::Migrations).await
}

async fn validate_against(
    context: &Context,
    project: &Project,
    opened: &Opened,
    scratch: &Scratch,
    against: Against,
) -> Result<Validation, Failure> {
    let migrations = if project.migrations_dir.is_dir() { read_migrations(project)? } else { vec![] };
    let workshop = scratch.workshop_for(project, server_major(context, opened).await?);
    let job = ValidateJob {
        target: &opened.target,
        connect: context.connect_options("validate"),
        migrations: &migrations,
        store: &store(project),
        against,
        expect: &project.config.expect,
        workshop: &workshop,
    };
    let mut validation = job.validate().await?;
    if !validation.findings.is_empty() {
        let session = ReadOnly::open(&opened.target, &context.connect_options("validate")).await?;
        validation.findings = pgkeel::guard::explain(&session, &store(project), validation.findings).await?;
        session.close().await;
    }
    for note in &validation.notes {
        context.screen.note(note);
    }
    Ok(validation)
}

/// Whether something is wrong that an application would stumble over.
pub fn is_grave(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity >= Severity::Error)
}

/// The findings for people.
pub fn text(findings: &[Finding], opened: &Opened) -> String {
    let mut lines: Vec<String> = findings.iter().map(line).collect();
    let grave = findings.iter().filter(|finding| finding.severity >= Severity::Error).count();
    let verdict = match (grave, findings.len()) {
        (0, 0) => format!("{GOOD}✓{GOOD:#} Database schema validation passed"),
        (0, n) => format!("{GOOD}✓{GOOD:#} Database schema validation passed, {n} to look at"),
        (n, all) if n == all => {
            format!("{BAD}✗{BAD:#} Database schema validation failed: {}", count(n, "finding"))
        }
        (n, all) => {
            format!("{BAD}✗{BAD:#} Database schema validation failed: {n} of {all} findings are errors")
        }
    };
    lines.push(format!("{verdict}  {DIM}{}{DIM:#}", opened.shown));
    lines.join("\n")
}

/// Per migration: recorded, and what of it is not as it made it.
fn broken(validation: &Validation) -> String {
    let line = |(version, messages): (&Version, &Vec<String>)| {
        let more = messages.len().saturating_sub(3);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        let shown = messages.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
        format!("\n  {BAD}✗{BAD:#} migration {version} is recorded as applied: {shown}{more}")
    };
    validation.broken.iter().map(line).collect()
}

/// One finding for people.
pub fn line(finding: &Finding) -> String {
    let (style, sign) = match finding.severity {
        Severity::Critical | Severity::Error => (BAD, "✗"),
        Severity::Warning => (WARN, "!"),
        Severity::Info => (DIM, "·"),
    };
    let place = finding.span.as_ref().map(|span| format!("{}:{}:{}: ", span.file, span.line, span.column));
    let place = place.unwrap_or_default();
    let mut text = format!("  {style}{sign}{style:#} {place}{}", finding.message);
    for line in finding.help.iter().flat_map(|help| help.lines()) {
        text.push_str(&format!("\n      {DIM}{line}{DIM:#}"));
    }
    text
}
