//! `pgkeel environments`, and databases named by their environment.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use pgkeel::database::Target;
use pgkeel::drift::DriftJob;
use pgkeel::environments::{Drift, Environment, look};
use pgkeel::load::{Choice, Project};
use pgkeel::source::Source;
use pgkeel_core::plan::Options;
use pgkeel_core::validate::Ignored;
use serde_json::{Value, json};

use super::migrate::read_migrations;
use super::schema_source::Scratch;
use crate::context::{Context, lock_wait, run_options, store};
use crate::failure::Failure;
use crate::render;
use crate::screen::{BAD, BOLD, DIM, GOOD, WARN};

/// How long a database may take to answer before it counts as unreachable.
const PATIENCE: Duration = Duration::from_secs(8);

/// Show every environment of pgkeel.toml: version, pending migrations, fingerprint, drift.
#[derive(Debug, Args)]
pub struct Environments {
    /// Exit with 1 unless every environment is at head, without drift.
    #[arg(long)]
    check: bool,
    /// Leave drift out: no scratch database is needed.
    #[arg(long)]
    no_drift: bool,
    #[command(flatten)]
    scratch: Scratch,
}

/// One line of the table.
struct Row {
    name: String,
    database: Option<String>,
    found: Result<Environment, NotLooked>,
}

/// Why an environment was not looked at.
enum NotLooked {
    /// It names no database: there is nothing to look at.
    Nowhere,
    /// Its database cannot be reached, or the configuration is wrong.
    Failed(Failure),
}

impl NotLooked {
    fn message(&self, name: &str) -> String {
        match self {
            Self::Nowhere => format!(
                "names no database: [environments.{name}.database] url = \"${{{}_URL}}\" in pgkeel.toml",
                name.to_uppercase()
            ),
            Self::Failed(failure) => failure.message(),
        }
    }
}

impl Row {
    fn failure(&self) -> Option<&Failure> {
        match &self.found {
            Err(NotLooked::Failed(failure)) => Some(failure),
            _ => None,
        }
    }
}

impl Environments {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.required_project()?;
        let mut names = project.environments()?;
        // The database that is given counts too, when its environment names none of its own; one that only a variable names
        // may be anybody's.
        let given = context.global.database.is_some() && project.config.database.url.is_none();
        let at_hand = if given { project.target()? } else { None };
        if at_hand.is_some() && !names.contains(&project.environment) {
            names.push(project.environment.clone());
            names.sort();
        }
        if names.is_empty() {
            return Err(Failure::usage(
                "pgkeel.toml names no environment that has a database",
                "give each its own: [environments.production.database] url = \"${PRODUCTION_URL}\"",
            ));
        }
        let mut rows = Vec::new();
        for name in names {
            let given = at_hand.as_ref().filter(|_| name == project.environment);
            rows.push(self.row(context, name, given).await);
        }
        if context.json() {
            context.screen.json(&document(&rows))?;
        } else {
            context.screen.result(&table(&rows))?;
        }
        if let Some(failure) = rows.iter().find_map(Row::failure) {
            return Ok(failure.exit_code());
        }
        let well = |row: &Row| row.found.as_ref().is_ok_and(is_well);
        Ok(ExitCode::from(u8::from(self.check && !rows.iter().all(well))))
    }

    async fn row(&self, context: &Context, name: String, given: Option<&Target>) -> Row {
        let (project, target) = match place(context, &name) {
            Ok((project, target)) => match target.or_else(|| given.cloned()) {
                Some(target) => (project, target),
                None => return Row { name, database: None, found: Err(NotLooked::Nowhere) },
            },
            Err(failure) => return Row { name, database: None, found: Err(NotLooked::Failed(failure)) },
        };
        let database = Some(target.masked());
        let found = self.environment(context, &project, &target).await;
        Row { name, database, found: found.map_err(NotLooked::Failed) }
    }

    async fn environment(
        &self,
        context: &Context,
        project: &Project,
        target: &Target,
    ) -> Result<Environment, Failure> {
        let migrations = read_migrations(project)?;
        let (store, ignored) = (store(project), Ignored::new(&project.config.expect.ignore));
        let mut connect = context.connect_options("environments");
        connect.timeout = PATIENCE;
        let workshop = self.scratch.workshop_for(project, None);
        let options = Options::default();
        let job = DriftJob {
            target,
            connect,
            folder: &project.migrations_dir,
            migrations: &migrations,
            store: &store,
            ignored: &ignored,
            workshop: &workshop,
            options: &options,
            lock_wait: lock_wait(project, None),
            run: run_options(project),
            observe: &|_| {},
        };
        Ok(look(&job, !self.no_drift).await?)
    }
}

/// The project in an environment, and the database, if any, that this environment's configuration names: a variable
/// DATABASE_URL would make all environments one.
fn place(context: &Context, name: &str) -> Result<(Project, Option<Target>), Failure> {
    let choice = Choice {
        project: context.global.project.clone(),
        environment: Some(name.to_owned()),
        database: None,
    };
    let project = Project::load(&choice)?;
    let target = project.configured_target()?;
    Ok((project, target))
}

/// What two schemas a command compares: two sources, or the databases of two environments, or one of each.
pub fn sides(context: &Context, from: Option<&str>, to: Option<&str>) -> Result<(Source, Source), Failure> {
    let database = |name: &String| match place(context, name)? {
        (_, Some(target)) => Ok(Source::Database(Box::new(target))),
        (_, None) => Err(Failure::usage(
            format!("environment {name} names no database"),
            format!(
                "[environments.{name}.database] url = \"${{{}_URL}}\" in pgkeel.toml",
                name.to_uppercase()
            ),
        )),
    };
    match (from, to, context.global.env.as_slice()) {
        (Some(from), Some(to), _) => Ok((Source::parse(from)?, Source::parse(to)?)),
        (None, None, [from, to]) => Ok((database(from)?, database(to)?)),
        (Some(to), None, [from]) => Ok((database(from)?, Source::parse(to)?)),
        _ => Err(Failure::usage(
            "two schemas are needed",
            "name two sources (databases, folders, files), or two environments: --env production --env staging; or \
             one environment and a source",
        )),
    }
}

fn is_well(found: &Environment) -> bool {
    found.at_head && !matches!(&found.drift, Drift::Known(findings) if !findings.is_empty())
}

/// The environments of each fingerprint.
fn twins(rows: &[Row]) -> BTreeMap<&str, Vec<&str>> {
    let mut by_fingerprint: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in rows {
        if let Ok(found) = &row.found {
            by_fingerprint.entry(&found.fingerprint).or_default().push(&row.name);
        }
    }
    by_fingerprint
}

fn document(rows: &[Row]) -> Value {
    let twins = twins(rows);
    let environments: Vec<Value> = rows
        .iter()
        .map(|row| match &row.found {
            Err(failure) => json!({
                "name": row.name, "database": row.database, "reachable": false, "error": failure.message(&row.name),
                "server_version": null, "situation": null, "version": null, "applied": null, "pending": null,
                "at_head": null, "fingerprint": null, "same_schema_as": [], "drift": null, "drift_unknown": null,
                "guard": null,
            }),
            Ok(found) => {
                let same = twins.get(found.fingerprint.as_str()).into_iter().flatten();
                let (drift, unknown) = match &found.drift {
                    Drift::Known(findings) => {
                        (Some(findings.iter().map(render::json_value).collect::<Vec<_>>()), None)
                    }
                    Drift::Unknown(why) => (None, Some(why.as_str())),
                    Drift::NotAsked => (None, None),
                };
                json!({
                    "name": row.name, "database": row.database, "reachable": true, "error": null,
                    "server_version": found.server_version, "situation": found.situation,
                    "version": found.version, "applied": found.applied, "pending": found.pending,
                    "at_head": found.at_head, "fingerprint": found.fingerprint,
                    "same_schema_as": same.filter(|name| **name != row.name).collect::<Vec<_>>(),
                    "drift": drift, "drift_unknown": unknown, "guard": found.guard,
                })
            }
        })
        .collect();
    json!({ "format": "pgkeel/environments/1", "environments": environments })
}

fn table(rows: &[Row]) -> String {
    let width = |heading: &str, cell: &dyn Fn(&Row) -> usize| {
        rows.iter().map(cell).chain([heading.len()]).max().unwrap_or_default()
    };
    let version = |row: &Row| {
        row.found
            .as_ref()
            .ok()
            .and_then(|found| found.version.as_ref())
            .map_or("-".to_owned(), ToString::to_string)
    };
    let name_width = width("environment", &|row| row.name.len());
    let version_width = width("version", &|row| version(row).len());
    let mut lines = vec![format!(
        "{BOLD}  {:name_width$}  {:version_width$}  {:>7}  {:12}  {:9}  database{BOLD:#}",
        "environment", "version", "pending", "fingerprint", "drift"
    )];
    let mut footnotes = Vec::new();
    for row in rows {
        let database = row.database.as_deref().unwrap_or_default();
        let found = match &row.found {
            Ok(found) => found,
            Err(failure) => {
                let (style, sign, word) = match failure {
                    NotLooked::Nowhere => (DIM, "–", "no database"),
                    NotLooked::Failed(_) => (BAD, "✗", "unreachable"),
                };
                lines.push(format!(
                    "{style}{sign}{style:#} {:name_width$}  {style}{word}{style:#}  {DIM}{database}{DIM:#}",
                    row.name
                ));
                footnotes.push(format!("{}: {}", row.name, failure.message(&row.name)));
                continue;
            }
        };
        let short: String = found.fingerprint.trim_start_matches("sha256:").chars().take(12).collect();
        let drift = match &found.drift {
            Drift::Known(findings) if findings.is_empty() => "none".to_owned(),
            Drift::Known(findings) => {
                footnotes.extend(findings.iter().map(|finding| format!("{}: {}", row.name, finding.message)));
                format!("{} found", findings.len())
            }
            Drift::Unknown(why) => {
                footnotes.push(format!("{}: drift is not known: {why}", row.name));
                "unknown".to_owned()
            }
            Drift::NotAsked => "-".to_owned(),
        };
        let (style, sign) = if is_well(found) { (GOOD, "✓") } else { (WARN, "!") };
        lines.push(format!(
            "{style}{sign}{style:#} {:name_width$}  {:version_width$}  {:>7}  {short:12}  {drift:9}  {DIM}{database}{DIM:#}",
            row.name,
            version(row),
            found.pending.len(),
        ));
    }
    for (_, names) in twins(rows).into_iter().filter(|(_, names)| names.len() > 1) {
        lines.push(format!("  the same schema: {}", names.join(", ")));
    }
    lines.extend(footnotes.into_iter().map(|note| format!("  {DIM}{note}{DIM:#}")));
    lines.join("\n")
}
