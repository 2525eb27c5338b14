//! `pgkeel status [--check]`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use pgkeel::apply::how_to_resolve;
use pgkeel::database::ReadOnly;
use pgkeel::known::{Job, Known, Place};
use pgkeel::load::Project;
use pgkeel::status::{Situation, Status as Standing};
use pgkeel_core::history::State;
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::pending::{Wish, obstacle, plan};
use serde_json::{Value, json};

use super::migrate::{note_nested, read_migrations};
use super::schema_source::Scratch;
use crate::context::{Context, Opened, store};
use crate::failure::Failure;
use crate::screen::{self, BAD, BOLD, DIM, GOOD, WARN};

/// Who waits longer is told for what.
const LONG: Duration = Duration::from_secs(3);

/// Show how files, history and database stand.
#[derive(Debug, Args)]
pub struct Status {
    /// Exit with 1 unless every migration is applied, unchanged, and its objects exist.
    #[arg(long)]
    check: bool,
    /// Tell by the recorded fingerprints alone which version the schema equals, without a replay on a scratch database.
    #[arg(long)]
    quick: bool,
    #[command(flatten)]
    scratch: Scratch,
}

impl Status {
    /// Runs the command.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let project = context.required_project()?;
        let migrations = read_migrations(&project)?;
        note_nested(context, &project);
        let opened = context.open(&project).await?;
        let session = ReadOnly::open(&opened.target, &context.connect_options("status")).await?;
        let status = Standing::read(&session, &store(&project), &migrations).await?;
        session.close().await;
        let wish =
            Wish { allow_out_of_order: project.config.migrations.allow_out_of_order, ..Wish::default() };
        let known = self.known(context, &project, &opened, &status, &migrations).await;
        if context.json() {
            let mut document = document(&status, &migrations, &opened, &wish);
            document["schema"] = known.as_ref().map_or(Value::Null, known_document);
            context.screen.json(&document)?;
        } else {
            let mut text = text(&status, &migrations, &opened, &wish);
            if let Some(known) = &known {
                text.push_str(&format!("\n{}", known_line(known)));
            }
            context.screen.result(&text)?;
        }
        Ok(ExitCode::from(u8::from(self.check && !status.at_head(&migrations))))
    }
}

impl Status {
    /// Which version the schema equals. Not while somebody migrates: it is on its way, and reading it would wait.
    async fn known(
        &self,
        context: &Context,
        project: &Project,
        opened: &Opened,
        status: &Standing,
        migrations: &[Migration],
    ) -> Option<Known> {
        if status.holder.is_some() || (!status.history.exists && status.present.0 == 0) {
            return None;
        }
        let workshop = self.scratch.workshop_for(project, None);
        let store = store(project);
        let job = Job {
            target: &opened.target,
            connect: context.connect_options("status"),
            store: &store,
            entries: &status.history.entries,
            migrations,
            folder: &project.migrations_dir,
            workshop: (!self.quick).then_some(&workshop),
        };
        match patiently(context, job.tell()).await {
            Ok(known) => Some(known),
            Err(error) => {
                context.screen.note(&format!("which version the schema equals is not known: {error}"));
                None
            }
        }
    }
}

/// Waits, and says for what when it takes long: a migration that moves data does so on the scratch database, too.
async fn patiently<T>(context: &Context, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        biased;
        done = &mut work => return done,
        () = tokio::time::sleep(LONG) => context.screen.note(
            "the migrations are replayed on a scratch database to tell which version the schema equals; --quick goes without",
        ),
    }
    work.await
}

fn known_document(known: &Known) -> Value {
    json!({ "fingerprint": known.fingerprint, "place": known.place, "replayed_on": known.on })
}

fn known_line(known: &Known) -> String {
    let named = |version: &Option<Version>| {
        version.as_ref().map_or("the empty database".to_owned(), Version::to_string)
    };
    match &known.place {
        Some(Place::Version { version }) => format!("{GOOD}schema:{GOOD:#} equals {}", named(version)),
        Some(Place::Between { after, before, done, of }) => format!(
            "{WARN}schema:{WARN:#} between {} and {before}: {done} of {of} objects are as after {before}",
            named(after)
        ),
        Some(Place::Nowhere { nearest, differences }) => format!(
            "{BAD}schema:{BAD:#} none of the known versions; nearest is {}, with {differences} objects that differ \
             (`pgkeel validate` names them)",
            named(nearest)
        ),
        None => format!("{WARN}schema:{WARN:#} equals no version whose fingerprint is recorded"),
    }
}

fn document(status: &Standing, migrations: &[Migration], opened: &Opened, wish: &Wish) -> Value {
    let rows: Vec<Value> = status
        .standings(migrations)
        .iter()
        .map(|standing| {
            let missing = standing.version().and_then(|version| status.missing.get(version));
            json!({
                "version": standing.version(),
                "name": standing.migration.map(|m| &m.name).or(standing.entry.map(|e| &e.name)),
                "state": standing.state,
                "file": standing.migration.map(|m| &m.up.file),
                "applied_at": standing.entry.map(|e| &e.applied_at),
                "applied_by": standing.entry.map(|e| &e.applied_by),
                "fingerprint": standing.entry.and_then(|e| e.fingerprint.as_deref()),
                "duration_ms": standing.entry.and_then(|e| e.duration_ms),
                "outcome": standing.entry.map(|e| e.outcome),
                "objects_exist": status.objects_exist(standing),
                "missing_objects": missing.cloned().unwrap_or_default(),
                "halted": standing.version().and_then(|version| status.halted.get(version)),
                "failure": standing.version().and_then(|version| status.failed.get(version)),
                "help": obstacle(standing, wish).map(|obstacle| obstacle.help),
            })
        })
        .collect();
    json!({
        "format": "pgkeel/status/1",
        "database": opened.shown,
        "situation": status.situation(migrations),
        "at_head": status.at_head(migrations),
        "migrations": rows,
        "other_histories": status.foreign,
        "other_namespaces": status.elsewhere,
        "lock_holder": status.holder,
        "help": helps(status, migrations, wish).first(),
    })
}

fn text(status: &Standing, migrations: &[Migration], opened: &Opened, wish: &Wish) -> String {
    let mut lines = vec![format!("{DIM}{}{DIM:#}", opened.shown)];
    if let Some(holder) = &status.holder {
        lines.push(format!("{WARN}●{WARN:#} migrating now: {holder}\n    {DIM}{}{DIM:#}", holder.statement));
    }
    let standings = status.standings(migrations);
    let width = standings.iter().map(|standing| standing.label().chars().count()).max().unwrap_or(0);
    for standing in &standings {
        let missing = standing.version().and_then(|version| status.missing.get(version));
        let (style, sign) = match standing.state {
            State::Applied if missing.is_some() => (BAD, "✗"),
            State::Applied => (GOOD, "✓"),
            State::Pending => (DIM, "·"),
            State::OutOfOrder | State::Renumbered | State::Interrupted | State::HalfUndone => (WARN, "!"),
            State::Running => (WARN, "●"),
            State::Modified | State::Missing | State::Failed => (BAD, "✗"),
        };
        let when =
            standing.entry.map(|entry| format!("{DIM}{}{DIM:#}", entry.applied_at)).unwrap_or_default();
        let state = standing.state.as_str();
        lines.push(format!(
            "  {style}{sign}{style:#} {:width$}  {style}{state:12}{style:#} {when}",
            standing.label()
        ));
        if let Some(halted) = standing.version().and_then(|version| status.halted.get(version)) {
            lines.push(format!("      {WARN}step {}:{WARN:#} {}", halted.step, halted.statement));
            let why = halted.error.as_deref().unwrap_or("interrupted: whether it took effect is not noted");
            lines.push(format!("      {DIM}{why}{DIM:#}"));
        }
        if let Some(failure) = standing.version().and_then(|version| status.failed.get(version)) {
            lines.push(format!(
                "      {DIM}{}: rolled back as a whole; line {}: {}{DIM:#}",
                failure.at, failure.line, failure.message
            ));
        }
        if standing.version().is_some_and(|version| status.unrecorded.contains(version))
            && status.history.exists
        {
            lines.push(format!("      {WARN}its objects exist{WARN:#}"));
        }
        for object in missing.into_iter().flatten() {
            lines.push(format!("      {BAD}missing:{BAD:#} {object}"));
        }
    }
    lines.push(verdict(status, migrations));
    let helps = helps(status, migrations, wish);
    lines.extend(helps.iter().map(|help| format!("{GOOD}help:{GOOD:#} {help}")));
    lines.join("\n")
}

fn verdict(status: &Standing, migrations: &[Migration]) -> String {
    let standings = status.standings(migrations);
    let count = |state: State| standings.iter().filter(|standing| standing.state == state).count();
    let (applied, pending, running) = (count(State::Applied), count(State::Pending), count(State::Running));
    match status.situation(migrations) {
        Situation::New => format!(
            "{BOLD}New database{BOLD:#}: no history, and none of the migrations' tables; {pending} pending."
        ),
        Situation::ObjectsWithoutHistory => format!(
            "{BAD}Objects without a history{BAD:#}: {} of {} tables and views exist, but no migration is recorded{}.",
            status.present.0,
            status.present.1,
            in_this_namespace(status)
        ),
        Situation::OtherTool => {
            let names: Vec<String> = status
                .foreign
                .iter()
                .map(|history| format!("{} ({})", history.tool, history.table))
                .collect();
            format!(
                "{WARN}History of another tool{WARN:#}: {}; {} of {} tables and views exist.",
                names.join(", "),
                status.present.0,
                status.present.1
            )
        }
        Situation::ObjectsMissing => {
            let objects: usize = status.missing.values().map(Vec::len).sum();
            let are = if objects == 1 { "is" } else { "are" };
            format!(
                "{BAD}Recorded as applied, but {objects} of their objects {are} missing{BAD:#} ({}).",
                screen::count(status.missing.len(), "migration")
            )
        }
        Situation::ObjectsUnrecorded => format!(
            "{BAD}Not recorded, but their objects exist{BAD:#}: {} of {} migrations.",
            status.unrecorded.len(),
            standings.len()
        ),
        Situation::Consistent if status.at_head(migrations) => {
            format!("{GOOD}At head{GOOD:#}: {applied} applied, nothing pending.")
        }
        Situation::Consistent | Situation::Migrating | Situation::Unfinished | Situation::FilesDiffer => {
            let now = if running > 0 { format!(", {running} running") } else { String::new() };
            let rest = standings.len() - applied - pending - running;
            format!("{applied} applied, {pending} pending{now}, {rest} to look at.")
        }
    }
}

/// What is added when other namespaces have a history.
fn in_this_namespace(status: &Standing) -> String {
    let names: Vec<String> = status.elsewhere.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        return String::new();
    }
    format!(" in this namespace; pgkeel has written a history in {}", names.join(" and "))
}

/// The commands that repair: the situation first, then each migration that does not fit.
fn helps(status: &Standing, migrations: &[Migration], wish: &Wish) -> Vec<String> {
    let standings = status.standings(migrations);
    let mut helps: Vec<String> = help(status, migrations).into_iter().collect();
    if let Err(obstacles) = plan(&standings, wish) {
        helps.extend(obstacles.iter().map(|obstacle| format!("{}: {}", obstacle.message, obstacle.help)));
    }
    helps
}

/// The command that repairs the situation.
fn help(status: &Standing, migrations: &[Migration]) -> Option<String> {
    let begun = |standing: &pgkeel_core::history::Standing<'_, '_>| {
        matches!(standing.state, State::Failed | State::Interrupted)
            && standing.migration.is_some()
            && standing.entry.is_some()
    };
    let text = match status.situation(migrations) {
        Situation::Unfinished if status.halted.values().any(|halted| halted.unknown) => {
            let unknown = status.halted.iter().filter(|(_, halted)| halted.unknown);
            let ways = unknown.map(|(version, halted)| {
                format!("step {} of {version} ran outside a transaction, and nothing in the database tells whether it took \
                         effect: {}", halted.step, how_to_resolve(version))
            });
            ways.collect::<Vec<_>>().join("; ")
        }
        Situation::Unfinished if status.halted.values().any(|halted| halted.changed.is_some()) => {
            let changed = status.halted.iter().filter_map(|(version, halted)| Some((version, halted.changed?)));
            let ways = changed.map(|(version, step)| {
                format!("step {step} of {version} is done and reads differently in the file now, which `pgkeel migrate` \
                         refuses: restore its text, and mend what it left in the database by hand")
            });
            ways.collect::<Vec<_>>().join("; ")
        }
        Situation::Unfinished if status.standings(migrations).iter().any(begun) => {
            let refused = status.halted.values().any(|halted| halted.error.is_some());
            let first = if refused {
                "mend what it met: in the database by hand where a step that is done left it (that step does not run again), \
                 else in the file; then "
            } else {
                ""
            };
            format!("{first}`pgkeel migrate` looks at the catalog, and goes on at the step where it stopped")
        }
        Situation::Unfinished if !status.failed.is_empty() => {
            "nothing of what failed is left in the database: mend the file, and `pgkeel migrate` again".to_owned()
        }
        Situation::Consistent | Situation::Migrating | Situation::Unfinished | Situation::FilesDiffer => {
            return None;
        }
        Situation::New => "`pgkeel migrate` applies the migrations, `pgkeel up` also loads seeds and verifies".to_owned(),
        Situation::OtherTool if status.present.0 == 0 => {
            "its tables are not there: `pgkeel migrate` applies the migrations and keeps a history of its own".to_owned()
        }
        Situation::ObjectsWithoutHistory if !status.elsewhere.is_empty() => {
            let names: Vec<String> = status.elsewhere.iter().map(|name| format!("history_namespace = \"{name}\"")).collect();
            format!("if one of them is this project's, set {} in [migrations]; otherwise look whether --database names the \
                     database that is meant", names.join(" or "))
        }
        Situation::OtherTool | Situation::ObjectsWithoutHistory | Situation::ObjectsUnrecorded => {
            "`pgkeel auto-fix --apply` records what the objects prove and repairs what is missing (without --apply it only \
             tells); `pgkeel history stamp --all` records the migrations whose objects are there, without running them"
                .to_owned()
        }
        Situation::ObjectsMissing => {
            "`pgkeel auto-fix --apply` makes them again (without --apply it only shows how); rows that were in them do not \
             come back, reference data does with `pgkeel seed`"
                .to_owned()
        }
    };
    Some(text)
}
