//! The places of hooks in `pgkeel.toml`, and those among them that do nothing.

use toml::de::{DeTable, DeValue};

use super::migrations::Hooks;
use super::problem::ConfigProblem;

/// Hooks that have neither `command` nor `sql`, in all environments.
pub(super) fn idle(document: &DeTable<'_>, text: &str, file: &str) -> Vec<ConfigProblem> {
    let environments = table(document, "environments");
    let sections =
        environments.into_iter().flat_map(|all| all.values()).filter_map(|value| value.get_ref().as_table());
    let mut problems = Vec::new();
    for section in std::iter::once(document).chain(sections) {
        for (moment, hook, bytes) in hooks(section) {
            let has = |name: &str| match value(hook, name) {
                Some(DeValue::Array(items)) => !items.is_empty(),
                Some(DeValue::String(text)) => !text.is_empty(),
                _ => false,
            };
            if !has("command") && !has("sql") {
                problems.push(ConfigProblem::new(
                    text,
                    file,
                    bytes,
                    format!(
                        "a hook of \"{moment}\" has neither \"command\" nor \"sql\": it would do nothing"
                    ),
                    Some("give it a program with its arguments, or a file with statements".to_owned()),
                ));
            }
        }
    }
    problems
}

/// Notes in each hook where it stands. The hooks of an environment replace those of the same moment above them.
pub(super) fn place(found: &mut Hooks, document: &DeTable<'_>, text: &str, file: &str, environment: &str) {
    let over = table(document, "environments").and_then(|all| table(all, environment));
    for section in std::iter::once(document).chain(over) {
        let mut last = "";
        let mut index = 0;
        for (moment, _, bytes) in hooks(section) {
            index = if moment == last { index + 1 } else { 0 };
            last = moment;
            let span = ConfigProblem::new(text, file, bytes, "", None).span;
            let hook = found.of_mut(moment).and_then(|hooks| hooks.get_mut(index));
            if let Some(hook) = hook {
                hook.place = Some(format!("{}:{}:{}", span.file, span.line, span.column));
            }
        }
    }
}

/// The hooks of a section, moment by moment, each with its place in the text.
fn hooks<'d>(section: &'d DeTable<'d>) -> Vec<(&'d str, &'d DeTable<'d>, std::ops::Range<usize>)> {
    let moments = table(section, "migrations").and_then(|migrations| table(migrations, "hooks"));
    let mut all = Vec::new();
    for (moment, list) in moments.into_iter().flatten() {
        for hook in list.get_ref().as_array().into_iter().flatten() {
            if let Some(table) = hook.get_ref().as_table() {
                all.push((&**moment.get_ref(), table, hook.span()));
            }
        }
    }
    all
}

fn value<'d>(table: &'d DeTable<'d>, name: &str) -> Option<&'d DeValue<'d>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value.get_ref())
}

fn table<'d>(of: &'d DeTable<'d>, name: &str) -> Option<&'d DeTable<'d>> {
    value(of, name).and_then(DeValue::as_table)
}
