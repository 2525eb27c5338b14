//! From text to values: parse, check every key, lay the environment over the sections, fill in `${NAME}`.

use super::check::Check;
use super::hooks;
use super::migrations::Hooks;
use super::problem::{ConfigProblem, ConfigProblems};
use super::schema::json_schema;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const ENVIRONMENTS: &str = "environments";

pub(super) fn read<T: DeserializeOwned>(
    text: &str,
    file: &str,
    environment: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(T, BTreeMap<String, ConfigProblem>), ConfigProblems> {
    let document = parse(text, file)?;
    let span = document.span();
    let mut check = Check { text, file, problems: Vec::new() };
    check.table(&json_schema(), document.get_ref(), &span, "");
    check.problems.extend(hooks::idle(document.get_ref(), text, file));
    let mut table = document.into_inner();
    if let Some(DeValue::Table(mut environments)) = remove(&mut table, ENVIRONMENTS)
        && let Some(DeValue::Table(over)) = remove(&mut environments, environment)
    {
        table = lay_over(table, over);
    }
    let mut missing = Vec::new();
    for (key, value) in &mut table {
        substitute(value, key.get_ref(), &variable, &mut missing);
    }
    let mut unset = BTreeMap::new();
    for Missing { key, bytes, why: Unfilled { problem, help, is_unset } } in missing {
        let problem = ConfigProblem::new(text, file, bytes, problem, help);
        if is_unset && is_for_some(&key) {
            unset.insert(key, problem);
        } else {
            check.problems.push(problem);
        }
    }
    if check.problems.is_empty() {
        match T::deserialize(toml::de::Deserializer::from(Spanned::new(span, table))) {
            Ok(config) => return Ok((config, unset)),
            Err(error) => check.problems.push(from_toml(text, file, &error)),
        }
    }
    check.problems.sort_by_key(|problem| (problem.span.line, problem.span.column));
    Err(ConfigProblems(check.problems))
}

/// Notes in each hook where it stands.
pub(super) fn place_hooks(found: &mut Hooks, text: &str, file: &str, environment: &str) {
    if let Ok(document) = parse(text, file) {
        hooks::place(found, document.get_ref(), text, file, environment);
    }
}

pub(super) fn environments(text: &str, file: &str) -> Result<Vec<String>, ConfigProblems> {
    let mut document = parse(text, file)?.into_inner();
    let Some(DeValue::Table(environments)) = remove(&mut document, ENVIRONMENTS) else {
        return Ok(Vec::new());
    };
    let mut names: Vec<String> = environments.keys().map(|name| name.get_ref().to_string()).collect();
    names.sort();
    Ok(names)
}

fn parse<'a>(text: &'a str, file: &str) -> Result<Spanned<DeTable<'a>>, ConfigProblems> {
    DeTable::parse(text).map_err(|error| ConfigProblems(vec![from_toml(text, file, &error)]))
}

fn from_toml(text: &str, file: &str, error: &toml::de::Error) -> ConfigProblem {
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    ConfigProblem::new(text, file, error.span().unwrap_or(0..0), message, None)
}

fn remove<'a>(table: &mut DeTable<'a>, name: &str) -> Option<DeValue<'a>> {
    let key = table.keys().find(|key| key.get_ref() == name)?.clone();
    table.remove(&key).map(Spanned::into_inner)
}

/// Tables are merged, everything else is replaced.
fn lay_over<'a>(mut under: DeTable<'a>, over: DeTable<'a>) -> DeTable<'a> {
    for (key, value) in over {
        let existing = under.keys().find(|known| known.get_ref() == key.get_ref()).cloned();
        let before = existing.as_ref().and_then(|key| under.remove(key));
        let span = value.span();
        let merged = match (before.map(Spanned::into_inner), value.into_inner()) {
            (Some(DeValue::Table(under)), DeValue::Table(over)) => DeValue::Table(lay_over(under, over)),
            (_, value) => value,
        };
        under.insert(key, Spanned::new(span, merged));
    }
    under
}

/// Whether only some commands use it, so that the others must not ask for its variables: a job in continuous integration has
/// no token of the dashboard, and a command that is given its database needs no other.
fn is_for_some(key: &str) -> bool {
    key == "database.url" || key.starts_with("serve.")
}

/// A value that could not be filled in.
struct Missing {
    key: String,
    bytes: std::ops::Range<usize>,
    why: Unfilled,
}

/// Why a text could not be filled in.
struct Unfilled {
    problem: String,
    help: Option<String>,
    /// Whether a variable is not set; else the text itself is wrong.
    is_unset: bool,
}

fn substitute(
    value: &mut Spanned<DeValue<'_>>,
    key: &str,
    variable: &impl Fn(&str) -> Option<String>,
    missing: &mut Vec<Missing>,
) {
    let bytes = value.span();
    match value.get_mut() {
        DeValue::String(text) if text.contains("${") => match filled(text, variable) {
            Ok(full) => *text = Cow::Owned(full),
            Err(why) => missing.push(Missing { key: key.to_owned(), bytes, why }),
        },
        DeValue::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                substitute(item, &format!("{key}.{index}"), variable, missing);
            }
        }
        DeValue::Table(table) => {
            for (name, value) in table.iter_mut() {
                substitute(value, &format!("{key}.{}", name.get_ref()), variable, missing);
            }
        }
        _ => {}
    }
}

/// `${NAME}` and `${NAME:-default}`; `$${` is a `${` that is meant as such.
fn filled(text: &str, variable: &impl Fn(&str) -> Option<String>) -> Result<String, Unfilled> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        if let Some(before) = before.strip_suffix('$') {
            out += before;
            out += "${";
            rest = after;
            continue;
        }
        out += before;
        let Some((inside, tail)) = after.split_once('}') else {
            return Err(Unfilled {
                problem: "\"${\" is never closed by \"}\"".to_owned(),
                help: Some("write $${ for the characters themselves".to_owned()),
                is_unset: false,
            });
        };
        let (name, default) =
            inside.split_once(":-").map_or((inside, None), |(name, default)| (name, Some(default)));
        match variable(name).filter(|value| !value.is_empty()).or_else(|| default.map(str::to_owned)) {
            Some(value) => out += &value,
            None => {
                return Err(Unfilled {
                    problem: format!("the environment variable {name} is not set"),
                    help: Some(format!("set it, put it into .env, or write ${{{name}:-DEFAULT}}")),
                    is_unset: true,
                });
            }
        }
        rest = tail;
    }
    Ok(out + rest)
}
