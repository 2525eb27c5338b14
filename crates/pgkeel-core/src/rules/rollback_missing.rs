//! Rule `rollback-missing`: a migration without a way back.

use std::collections::BTreeSet;

use crate::review::context::{Out, ProjectContext};
use crate::review::source::{File, Statement};
use crate::sql::effect::What;

rule! {
    id: "rollback-missing",
    severity: Info,
    topic: History,
    title: "A migration without a way back",
    why: "Others of the project have one; this one cannot be rolled back.",
    instead: "Write a `-- pgkeel:down` part, or a .down.sql file beside it; `pgkeel rollback --generate` and `pgkeel review --fix` write it for you, proven on a scratch database.",
    aliases: ["strong_migrations:irreversible"],
    check: Project(check),
}

fn check(context: &ProjectContext<'_>, out: &mut Out<'_>) {
    let stem = |file: &File| file.path.replace(".up.sql", "").replace(".down.sql", "").replace(".sql", "");
    let downs: BTreeSet<String> = context.files.iter().filter(|file| file.down).map(stem).collect();
    let has_down =
        |file: &File| file.statements.iter().any(|statement| statement.down) || downs.contains(&stem(file));
    let ups = context.order.iter().filter_map(|index| context.files.get(*index).map(|file| (*index, file)));
    let ups: Vec<(usize, &File, bool)> = ups
        .filter(|(_, file)| file.up().any(|(_, statement)| leaves_something(statement)))
        .map(|(index, file)| (index, file, has_down(file)))
        .collect();
    let with = ups.iter().filter(|(_, _, down)| *down).count();
    if with == 0 {
        newest(context, &ups, out);
        return;
    }
    // Precedent: at least half of the others have one.
    if with * 2 < ups.len() - 1 {
        return;
    }
    for (index, file, _) in ups.iter().filter(|(_, _, down)| !down) {
        let message = format!("{} has no way back, which {with} others have", file.name());
        out.in_file(*index, file.line_range(1), message);
    }
}

/// Whether there is something to take back: what only checks or fills what is there has no way back of its own.
fn leaves_something(statement: &Statement) -> bool {
    let effects = &statement.reading.effects;
    let nothing = |what: &What| {
        matches!(
            what,
            What::ValidateConstraint { .. } | What::Set { .. } | What::Reset { .. } | What::Analyze | What::Refresh { .. }
        )
    };
    effects.is_empty() || effects.iter().any(|effect| !nothing(&effect.what))
}

/// More files than this are a whole history under review: what is old is not asked for its way back.
const NEW: usize = 5;

/// No migration has a way back: said of the few that are under review, not of a whole history.
fn newest(context: &ProjectContext<'_>, ups: &[(usize, &File, bool)], out: &mut Out<'_>) {
    let under_review = |index: usize| context.reviewed.get(index).copied().unwrap_or(true);
    let asked = context.settings.rules.contains_key("rollback-missing");
    let reviewed: Vec<&(usize, &File, bool)> = ups.iter().filter(|(index, ..)| under_review(*index)).collect();
    let few = context.settings.complete && reviewed.len() < ups.len() && reviewed.len() <= NEW;
    for (index, file, _) in reviewed.into_iter().filter(|_| asked || few) {
        out.in_file(*index, file.line_range(1), format!("{} has no way back", file.name()));
    }
}
