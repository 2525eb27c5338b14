//! The written contract, `[expect]` in pgkeel.toml: tables and columns that the application needs, with what it needs
//! of them, and other objects by name.

use super::type_name::canonical;
use crate::config::{ColumnExpectation, ExpectConfig, TableExpectation};
use crate::finding::{Finding, Severity};
use crate::object::view::ViewColumn;
use crate::object::{Body, Kind};
use crate::schema::{Id, Name, Schema};

/// What the live schema does not keep of the contract. What is optional and absent is a warning.
pub fn check(contract: &ExpectConfig, live: &Schema) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, expected) in &contract.tables {
        check_table(name, expected, live, &mut findings);
    }
    for (objects, required) in [(&contract.required, true), (&contract.optional, false)] {
        for object in objects {
            findings.extend(check_object(object, required, live));
        }
    }
    findings.sort_by(|a, b| (b.severity, &a.object).cmp(&(a.severity, &b.object)));
    findings
}

/// The severity of something that is not there.
fn absent(required: bool) -> Severity {
    if required { Severity::Critical } else { Severity::Warning }
}

fn word(required: bool) -> &'static str {
    if required { "required" } else { "optional" }
}

fn check_table(name: &str, expected: &TableExpectation, live: &Schema, findings: &mut Vec<Finding>) {
    let table = split(name);
    let kinds = [Kind::Table, Kind::View, Kind::MaterializedView];
    let there = kinds.iter().any(|kind| live.has(&Id::new(*kind, [&table.0, &table.1])));
    let id = Id::new(Kind::Table, [&table.0, &table.1]);
    if !there {
        let message = format!("{} {id} is missing", word(expected.required));
        findings.push(
            Finding::new("expected-table", absent(expected.required), message)
                .on(id.to_string())
                .help(
                    "`pgkeel migrate` makes it if a migration that is pending does, `pgkeel auto-fix --apply` if one that is \
                     applied did; otherwise write one",
                ),
        );
        return;
    }
    for (column, wanted) in &expected.columns {
        findings.extend(check_column(&table, column, wanted, live));
    }
}

/// A column as it is there.
struct Present<'a> {
    data_type: &'a str,
    nullable: bool,
    has_default: bool,
}

impl<'a> Present<'a> {
    /// That of a table is an object of its own; those of a view or materialized view are not, and may always be null.
    fn find(table: &Name, column: &str, live: &'a Schema) -> Option<Self> {
        let parts = [table.0.as_str(), table.1.as_str(), column];
        let has_default = live.has(&Id::new(Kind::Default, parts));
        if let Some(Body::Column(found)) = live.body(&Id::new(Kind::Column, parts)) {
            let made = found.identity.is_some() || found.generated.is_some();
            let has_default = has_default || made;
            return Some(Self { data_type: &found.data_type, nullable: !found.not_null, has_default });
        }
        let (_, data_type, _) = columns_of_view(table, live)?.iter().find(|(name, ..)| name == column)?;
        Some(Self { data_type, nullable: true, has_default })
    }
}

fn columns_of_view<'a>(view: &Name, live: &'a Schema) -> Option<&'a [ViewColumn]> {
    let body = |kind| live.body(&Id::new(kind, [&view.0, &view.1]));
    match (body(Kind::View), body(Kind::MaterializedView)) {
        (Some(Body::View(view)), _) => Some(&view.columns),
        (_, Some(Body::MaterializedView(view))) => Some(&view.columns),
        _ => None,
    }
}

fn check_column(table: &Name, column: &str, wanted: &ColumnExpectation, live: &Schema) -> Vec<Finding> {
    let id = Id::new(Kind::Column, [&table.0, &table.1, column]);
    let Some(found) = Present::find(table, column, live) else {
        let message = format!("{} {id} is missing", word(wanted.required));
        let of_table =
            live.parts(Kind::Column, table).filter_map(|(id, _)| id.parts.last().map(String::as_str));
        let of_view = columns_of_view(table, live).unwrap_or_default().iter().map(|(name, ..)| name.as_str());
        let near = of_table
            .chain(of_view)
            .max_by(|a, b| strsim::jaro(column, a).total_cmp(&strsim::jaro(column, b)));
        let help = near.map_or_else(String::new, |near| format!("there is a column {near}"));
        return vec![
            Finding::new("expected-column", absent(wanted.required), message).on(id.to_string()).help(help),
        ];
    };
    let mut findings = Vec::new();
    let mut differs = |what: &str, expected: String, found: String| {
        if expected != found {
            let message = format!("{id}: {what}: expected {expected}, found {found}");
            findings.push(
                Finding::new("expected-column", Severity::Critical, message)
                    .on(id.to_string())
                    .help("change the column in a migration, or what [expect] says of it in pgkeel.toml"),
            );
        }
    };
    if let Some(wanted) = &wanted.data_type {
        let (wanted, have) = (canonical(wanted), canonical(found.data_type));
        let bare = have.rsplit_once('.').map_or(have.as_str(), |(_, name)| name);
        if wanted != bare {
            differs("type", wanted, have);
        }
    }
    let nullability = |nullable: bool| if nullable { "nullable" } else { "not null" }.to_owned();
    if let Some(nullable) = wanted.nullable {
        differs("nullability", nullability(nullable), nullability(found.nullable));
    }
    let default = |has: bool| if has { "a default" } else { "no default" }.to_owned();
    if let Some(has_default) = wanted.has_default {
        differs("default", default(has_default), default(found.has_default));
    }
    findings
}

/// `kind name`, with a version for an extension.
fn check_object(text: &str, required: bool, live: &Schema) -> Option<Finding> {
    let (wanted, version) = match text.split_once(">=") {
        Some((object, version)) => (object.trim(), Some(version.trim())),
        None => (text.trim(), None),
    };
    let (kinds, name) = Kind::named(wanted)?;
    let kind = *kinds.first()?;
    let found = live
        .objects
        .iter()
        .find(|(id, _)| kinds.contains(&id.kind) && names(id, name.trim_end_matches("()")));
    let object = if kind.is_in_a_namespace() && kinds.len() == 1 && !name.contains('.') {
        format!("{} public.{name}", kind.word())
    } else {
        wanted.to_owned()
    };
    let finding = |message: String, severity| {
        let help = match kind {
            Kind::Extension => format!("CREATE EXTENSION {name}, or ALTER EXTENSION {name} UPDATE, in a migration"),
            _ => "`pgkeel migrate` makes it if a migration that is pending does, `pgkeel auto-fix --apply` if one that is applied \
                  did; otherwise write one"
                .to_owned(),
        };
        Some(Finding::new("expected-object", severity, message).on(object.clone()).help(help))
    };
    match found {
        None => finding(format!("{} {wanted} is missing", word(required)), absent(required)),
        Some((_, object)) => {
            let Body::Extension(extension) = &object.body else { return None };
            let wanted_version = version?;
            let have = extension.version.as_str();
            let message = format!("{wanted}: version {wanted_version} or newer is expected, found {have}");
            crate::preflight::version::compare(have, wanted_version)
                .is_lt()
                .then(|| finding(message, Severity::Critical))?
        }
    }
}

/// Whether an id has the name, with or without its namespace; without one, `public` is meant.
fn names(id: &Id, name: &str) -> bool {
    let arguments = usize::from(id.kind.has_arguments());
    let parts: Vec<&str> =
        id.parts.iter().take(id.parts.len().saturating_sub(arguments)).map(String::as_str).collect();
    let whole = parts.join(".");
    let plain = name.replace('"', "");
    whole == plain
        || (id.namespace() == Some("public") && whole == format!("public.{plain}"))
        || (id.namespace() == Some("public") && parts.last() == Some(&plain.as_str()))
}

/// `users`, `app.users`, or with double quotes as in SQL: `"My App"."Order.Items"`. Without a namespace `public` is meant.
fn split(name: &str) -> Name {
    let mut quoted = false;
    let is_dot = |c: char| {
        quoted ^= c == '"';
        c == '.' && !quoted
    };
    let plain = |part: &str| match part.strip_prefix('"').and_then(|part| part.strip_suffix('"')) {
        Some(inside) => inside.replace("\"\"", "\""),
        None => part.to_owned(),
    };
    let parts: Vec<&str> = name.splitn(2, is_dot).collect();
    match parts.as_slice() {
        [namespace, table] => Name(plain(namespace), plain(table)),
        _ => Name("public".to_owned(), plain(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::split;
    use crate::schema::Name;

    #[test]
    fn names_are_as_in_sql_when_they_are_quoted() {
        let is = |text: &str, namespace: &str, table: &str| {
            assert_eq!(split(text), Name(namespace.to_owned(), table.to_owned()), "{text}");
        };
        is("users", "public", "users");
        is("app.users", "app", "users");
        is("My App.Order Items", "My App", "Order Items");
        is("\"My App\".\"Order Items\"", "My App", "Order Items");
        is("\"a.b\"", "public", "a.b");
        is("app.\"a.b \"\"c\"\"\"", "app", "a.b \"c\"");
    }
}
