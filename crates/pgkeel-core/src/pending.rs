//! What `migrate` will do: the migrations to apply, or why it must not begin.

use crate::history::{Standing, State};
use crate::migration::{Migration, Version};

/// How far to go, and what to put up with.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Apply nothing behind this version.
    pub to: Option<Version>,
    /// Apply migrations that come before one that is applied already.
    pub allow_out_of_order: bool,
}

/// Something between files and history that must be settled first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What is wrong, with the migration's label.
    pub message: String,
    /// The command that settles it.
    pub help: String,
}

/// The migrations to apply, in order.
///
/// # Errors
/// Everything that has to be settled before, so that a user sees it at once.
pub fn plan<'m>(standings: &[Standing<'m, '_>], wish: &Wish) -> Result<Vec<&'m Migration>, Vec<Obstacle>> {
    if let Some(obstacle) = of_another_project(standings) {
        return Err(vec![obstacle]);
    }
    let obstacles: Vec<Obstacle> = standings.iter().filter_map(|s| obstacle(s, wish)).collect();
    if !obstacles.is_empty() {
        return Err(obstacles);
    }
    let wanted = |migration: &&Migration| wish.to.as_ref().is_none_or(|to| migration.version <= *to);
    Ok(standings.iter().filter(|s| is_open(s.state)).filter_map(|s| s.migration).filter(wanted).collect())
}

/// None of the recorded migrations is among the files, neither by name nor by content: the history is not that of this
/// folder.
fn of_another_project(standings: &[Standing<'_, '_>]) -> Option<Obstacle> {
    let recorded: Vec<_> = standings.iter().filter(|standing| standing.entry.is_some()).collect();
    let stranger = |standing: &&Standing<'_, '_>| {
        let name = standing.entry.map(|entry| &entry.name);
        match standing.state {
            State::Missing => true,
            State::Modified => standing.migration.map(|migration| &migration.name) != name,
            _ => false,
        }
    };
    if recorded.len() < 2 || standings.iter().all(|standing| standing.migration.is_none()) {
        return None;
    }
    recorded.iter().all(stranger).then(|| Obstacle {
        message: format!(
            "the history in this database is of another project: none of its {} migrations is among the files here",
            recorded.len()
        ),
        help: "check the database and the folder; projects that share a database have a history each: set \
               `history_namespace` in [migrations] of one of them"
            .to_owned(),
    })
}

/// A migration that is to be run, or taken up again.
fn is_open(state: State) -> bool {
    matches!(state, State::Pending | State::OutOfOrder | State::Interrupted | State::Failed)
}

/// What has to be settled about one migration before anything is applied; none when nothing has.
pub fn obstacle(standing: &Standing<'_, '_>, wish: &Wish) -> Option<Obstacle> {
    let label = standing.label();
    let version = standing.version()?;
    let (message, help) = match standing.state {
        State::Applied | State::Pending | State::Running => return None,
        State::OutOfOrder if wish.allow_out_of_order => return None,
        State::Interrupted | State::Failed if standing.migration.is_some() => return None,
        State::OutOfOrder => (
            format!("{label} is not applied, but a later migration is"),
            "apply it all the same with `pgkeel migrate --allow-out-of-order`, or give it a number behind the last one"
                .to_owned(),
        ),
        State::Modified => (
            format!("{label} was changed after it was applied: its statements are not those that ran"),
            format!(
                "restore the file and put the change into a new migration; or, when the database is as the file says, \
                 `pgkeel history accept {version} --reason ...`"
            ),
        ),
        State::HalfUndone => (
            format!("{label} is half rolled back"),
            "`pgkeel rollback --steps 1` goes on where it stopped".to_owned(),
        ),
        State::Missing => (
            format!("{label} is in the history, but its file is gone"),
            format!("restore the file; or, when it is gone for good, `pgkeel history forget {version} --reason ...`"),
        ),
        State::Renumbered => {
            let old = standing.entry.map(|entry| entry.version.to_string()).unwrap_or_default();
            (
                format!("{label} was applied as version {old} and has another version now"),
                format!("give it its version back; or `pgkeel history renumber {old} {version} --reason ...`"),
            )
        }
        State::Interrupted | State::Failed => (
            format!("{label} was begun and not finished, and its file is gone"),
            "restore the file: pgkeel needs it to finish what was begun".to_owned(),
        ),
    };
    Some(Obstacle { message, help })
}
