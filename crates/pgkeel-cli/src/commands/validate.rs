//! `pgkeel validate`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::Args;
use pgkeel::database::ReadOnly;
use pgkeel::load::Project;
use pgkeel::validate::{ValidateJob, Validation};
use pgkeel_core::finding::{Finding, Severity};

use super::queries::query_findings;
use super::schema_source::Scratch;
use crate::context::{Context, Opened, store};
use crate::failure::Failure;
use crate::render;
use crate::render::Format;
use crate::screen::{BAD, DIM, GOOD, WARN};

/// Compare the live database with what is expected of it: its migrations, replayed on a scratch database, and [expect].
#[derive(Debug, Args)]
pub struct Validate {
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
        let validation = validate(context, &project, &opened, &self.scratch).await?;
        let mut findings = validation.findings;
        findings.extend(query_findings(context, &project, &opened, &self.queries).await?);
        let findings = &findings;
        if context.global.format == Format::Human {
            context.screen.result(&text(findings, &opened))?;
        } else {
            let rendered = render::findings(context.global.format, findings, &BTreeMap::new(), false);
            context.screen.result(rendered.trim_end())?;
        }
        let fails =
            if self.strict { !findings.is_empty() } else { project.config.is_strict() && is_grave(findings) };
        if !fails && is_grave(findings) {
            context.screen.note(&format!(
                "environment {} is lenient: exit code 0; --strict or --env production makes it 1",
                project.environment
            ));
        }
        Ok(ExitCode::from(u8::from(fails)))
    }
}

/// Compares, and says what it rests on.
pub async fn validate(
    context: &Context,
    project: &Project,
    opened: &Opened,
    scratch: &Scratch,
) -> Result<Validation, Failure> {
    let session = ReadOnly::open(&opened.target, &context.connect_options("validate")).await?;
    let version = session.reported("server_version").unwrap_or_default().to_owned();
    session.close().await;
    let major = version.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
    let workshop = scratch.workshop_for(project, major);
    let job = ValidateJob {
        target: &opened.target,
        migrations: project.migrations_dir.is_dir().then_some(project.migrations_dir.as_path()),
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
        (n, _) => format!("{BAD}✗{BAD:#} Database schema validation failed: {n} findings"),
    };
    lines.push(format!("{verdict}  {DIM}{}{DIM:#}", opened.shown));
    lines.join("\n")
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
