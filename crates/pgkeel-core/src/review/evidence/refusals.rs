//! Which rule foretells what PostgreSQL refused, and what to do where no rule's advice fits.

use crate::extension::{Symbol, providing};
use crate::review::File;
use crate::review::source::Statement;
use crate::sql::effect::What;

/// The rule that foretells a refusal (SQLSTATE: PostgreSQL documentation, appendix A), and the advice instead of the rule's.
pub(super) fn rule_of(
    code: &str,
    message: &str,
    statement: &Statement,
    files: &[File],
) -> (&'static str, Option<String>) {
    let does = |is: fn(&What) -> bool| statement.reading.effects.iter().any(|effect| is(&effect.what));
    let id = match code {
        "0A000" if message.contains("cannot alter type of a column used by") => "column-has-dependents",
        "2BP01" if message.contains("column") => "column-has-dependents",
        "2BP01" => "table-has-dependents",
        "42704" if message.contains("operator class") || message.contains("type \"") => "missing-extension",
        "42883" if does(|what| matches!(what, What::CreateTrigger(_))) => "trigger-function-missing",
        "42883" if message.contains("function") => return function_missing(message, files),
        "42P01" => "unknown-object",
        "42P07" | "42701" | "42710" | "42723" => "already-exists",
        "42P16" if does(|what| matches!(what, What::CreateView(_))) => "replace-view-incompatible",
        "42P13" if does(|what| matches!(what, What::CreateFunction(_))) => "replace-function-incompatible",
        "25001" => "cannot-run-in-transaction",
        "55P04" => "enum-value-used-in-same-transaction",
        _ => "statement-refused",
    };
    (id, None)
}

/// `function f(integer) does not exist`: an extension is missing; or it is there, and where PostgreSQL looks is another place.
fn function_missing(message: &str, files: &[File]) -> (&'static str, Option<String>) {
    let called = message
        .split_once("function ")
        .and_then(|(_, rest)| rest.split_once('('))
        .map_or("", |(name, _)| name);
    let name = called.rsplit('.').next().unwrap_or(called).trim_matches('"');
    let extension = providing(Symbol::Function, name);
    let effects = || files.iter().flat_map(File::up).flat_map(|(_, statement)| &statement.reading.effects);
    let installed = effects().any(|effect| {
        matches!((&effect.what, extension), (What::CreateExtension { name, .. }, Some(wanted)) if name.last() == wanted)
    });
    let made = effects()
        .any(|effect| matches!(&effect.what, What::CreateFunction(made) if made.name.last() == name));
    if installed || made {
        let advice = format!(
            "{name}() is made, but not where this statement looks for it, or for other arguments. Functions in the expressions \
             of indexes, in generated columns and in materialized views run with `search_path` = pg_catalog, pg_temp \
             (PostgreSQL 17 and later): write its schema (`public.{name}`) in the function that calls it, or give that one \
             `SET search_path`."
        );
        return ("statement-refused", Some(advice));
    }
    match extension {
        Some(_) => ("missing-extension", None),
        None => (
            "statement-refused",
            Some(format!("Make {name}() in an earlier migration, or before this statement.")),
        ),
    }
}
