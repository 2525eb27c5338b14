//! What repairs a finding: said beside each, as the statement and as the command that runs it.

use std::collections::BTreeMap;

use pgkeel_core::finding::{Finding, Fix};
use pgkeel_core::migration::{Migration, Version};
use pgkeel_core::repair::{Facts, repairs};
use pgkeel_core::schema::{Id, Schema};
use pgkeel_core::validate::Ignored;

/// What the advice rests on.
pub struct Advice<'a> {
    /// Since which migration each object was as expected.
    pub since: BTreeMap<Id, Version>,
    /// The migrations.
    pub migrations: &'a [Migration],
    /// Those of them that are pending.
    pub pending: &'a [Version],
    /// The command that repairs what can be repaired, as a sentence.
    pub cure: &'static str,
}

/// Says beside each finding since which migration it was otherwise, and what repairs it.
pub fn advise(
    findings: &mut [Finding],
    live: &Schema,
    expected: &Schema,
    ignored: &Ignored,
    advice: &Advice<'_>,
) {
    let Advice { since, migrations, pending, cure: usual } = advice;
    let repairs = repairs(live, expected, ignored, &Facts::default());
    let mut statements: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for step in &repairs.plan.steps {
        statements.entry(&step.cause).or_default().push(step.shown());
    }
    let commands: BTreeMap<&str, &str> = repairs
        .left
        .iter()
        .filter_map(|left| Some((left.object.as_str(), left.command.as_deref()?)))
        .collect();
    for finding in findings {
        let Some(object) = finding.object.clone() else { continue };
        let version = object.parse::<Id>().ok().and_then(|id| since.get(&id));
        let migration = version.and_then(|version| migrations.iter().find(|m| m.version == *version));
        let is_pending = version.is_some_and(|version| pending.contains(version));
        let origin = match (migration, is_pending) {
            (Some(migration), true) => format!("migration {} makes it so, and is pending", migration.label()),
            (Some(migration), false) => {
                format!("expected since migration {}, which is recorded as applied", migration.label())
            }
            (None, _) => String::new(),
        };
        let repaired = statements.get(object.as_str());
        let by_hand = commands.get(object.as_str());
        let (cure, sql) = match (is_pending, repaired, by_hand) {
            (true, ..) => ("`pgkeel migrate` applies it".to_owned(), None),
            (false, Some(list), None) => ((*usual).to_owned(), Some(list.join("; "))),
            (false, Some(list), Some(command)) => (
                format!("{usual} in part, the rest is for you"),
                Some(format!("{}; {command}", list.join("; "))),
            ),
            (false, None, Some(command)) => {
                (format!("by hand: {}", shorten(command)), Some((*command).to_owned()))
            }
            (false, None, None) => continue,
        };
        if finding.rule == "object-unexpected" {
            // Whether it is adopted or dropped is not for us to say: the advice stands.
            finding.fix = sql.map(|sql| statement("drop it", sql));
            continue;
        }
        let advice = if origin.is_empty() { cure } else { format!("{origin}; {cure}") };
        // What differs says in its message what was expected and found; of what is missing it stands here.
        let said = finding.help.take().filter(|_| finding.rule == "object-missing");
        finding.help = Some(said.map_or(advice.clone(), |said| format!("{said}\n{advice}")));
        finding.fix = sql.map(|sql| statement("level it", sql));
    }
}

fn statement(title: &str, sql: String) -> Fix {
    Fix { title: title.to_owned(), sql: Some(sql), ..Fix::default() }
}

fn shorten(command: &str) -> String {
    let line = command.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 160 { line } else { line.chars().take(157).collect::<String>() + "..." }
}
