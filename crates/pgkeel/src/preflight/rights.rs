//! Whether this role may do what the pending statements do.

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::preflight::needs::{Needs, Right};
use pgkeel_core::sql::ident::{Ident, Literal};

use super::placed;
use crate::answer::{Row, ask, text};
use crate::database::Query;
use crate::error::Error;

/// The rights that are missing: each would be refused in the middle of the run.
///
/// # Errors
/// The server did not answer.
pub(crate) async fn rights(client: &impl Query, needs: &Needs, major: u32) -> Result<Vec<Finding>, Error> {
    if needs.rights.is_empty() {
        return Ok(Vec::new());
    }
    let values: Vec<String> =
        needs.rights.iter().enumerate().map(|(index, (right, _))| value(index, right, major)).collect();
    let sql = include_str!("rights.sql").replace("{rights}", &values.join(", "));
    let rows = ask(client, "looking at the rights that the migrations take", &sql).await?;
    Ok(rows.iter().filter_map(|row| finding(row, needs)).collect())
}

fn value(index: usize, right: &Right, major: u32) -> String {
    let maintain = if major >= 17 { "MAINTAIN" } else { "" };
    let mut own_role = None;
    let (kind, privilege, name) = match right {
        Right::AnyOf(_, enough, name) => ("any", *enough, Some(name)),
        Right::Maintain(name) => ("maintain", maintain, Some(name)),
        Right::Tend(name) => ("tend", maintain, Some(name)),
        Right::HandOn(name) => ("hand on", "", Some(name)),
        Right::OwnRoutine(name) => ("routine", "", Some(name)),
        Right::UseNamespace(name) => ("usage", "", Some(name)),
        Right::OwnDatabase(name) => ("own database", "", Some(name)),
        Right::BecomeRole(name) => ("role", if major >= 16 { "SET" } else { "MEMBER" }, Some(name)),
        Right::HaveRole(name) => ("role", "USAGE", Some(name)),
        Right::AlterRole(name) => ("alter role", if major >= 16 { "admin" } else { "" }, Some(name)),
        Right::GrantRole(name) => ("grant role", if major >= 16 { "admin" } else { "" }, Some(name)),
        Right::Language(name) => ("language", "", Some(name)),
        Right::Predefined(role, _) => ("role", "USAGE", Some(&*own_role.insert((*role).to_owned()))),
        Right::Subscribe if major >= 16 => {
            ("role", "USAGE", Some(&*own_role.insert("pg_create_subscription".to_owned())))
        }
        Right::Subscribe => ("superuser", "", None),
        Right::OwnRelation(name) => ("relation", "", Some(name)),
        Right::Table(privilege, name) => ("table", *privilege, Some(name)),
        Right::OwnType(name) => ("type", "", Some(name)),
        Right::OwnNamespace(name) => ("namespace", "", Some(name)),
        Right::CreateIn(name) => ("create", "", name.as_ref()),
        Right::CreateInDatabase => ("database", "", None),
        Right::CreateRole => ("createrole", "", None),
        Right::CreateDatabase => ("createdb", "", None),
        Right::Superuser(_) => ("superuser", "", None),
    };
    let name = name.map_or("NULL".to_owned(), |name| Literal(name).to_string());
    format!("({index}, '{kind}', '{privilege}', {name}::text)")
}

fn finding(row: &Row, needs: &Needs) -> Option<Finding> {
    let (right, place) = needs.rights.get(text(row, 0).parse::<usize>().ok()?)?;
    let (name, who) = (text(row, 1), text(row, 2));
    let owner = Ident(&who);
    let become_owner =
        || format!("run as {owner}, be granted {owner}, or set `role = \"{who}\"` in [migrations.settings]");
    let (object, message, help) = match right {
        Right::OwnRelation(_) => (
            format!("table {name}"),
            format!("table {name} belongs to {owner}, and only its owner may change it"),
            become_owner(),
        ),
        Right::OwnType(_) => (
            format!("type {name}"),
            format!("type {name} belongs to {owner}, and only its owner may change it"),
            become_owner(),
        ),
        Right::OwnNamespace(_) => (
            format!("schema {}", Ident(&name)),
            format!("namespace {} belongs to {owner}, and only its owner may drop it", Ident(&name)),
            become_owner(),
        ),
        Right::Table(privilege, _) => (
            format!("table {name}"),
            format!("the role has no {privilege} on table {name}"),
            format!("{owner} or a superuser runs GRANT {privilege} ON {name}"),
        ),
        Right::AnyOf(what, enough, _) => (
            format!("table {name}"),
            format!("{what} on table {name} takes one of {enough}, and the role has none of them"),
            format!("{owner} or a superuser runs GRANT {} ON {name}", enough.rsplit(", ").next().unwrap_or(enough)),
        ),
        Right::Maintain(_) => (
            format!("table {name}"),
            format!("{name} belongs to {owner}, and only its owner may do this, or from PostgreSQL 17 on who has MAINTAIN on it"),
            become_owner(),
        ),
        Right::Tend(_) => (
            format!("table {name}"),
            format!(
                "table {name} belongs to {owner}: PostgreSQL would only warn, skip it, and the migration would count as applied"
            ),
            become_owner(),
        ),
        Right::HandOn(_) => (
            format!("table {name}"),
            format!("table {name} belongs to {owner}, and the role has no privilege on it that it may hand on"),
            become_owner(),
        ),
        Right::OwnRoutine(_) => (
            format!("function {name}"),
            format!("function {name} belongs to {owner}, and only its owner may change it"),
            become_owner(),
        ),
        Right::UseNamespace(_) => (
            format!("schema {}", Ident(&name)),
            format!("the role may not use namespace {}", Ident(&name)),
            format!("{owner} or a superuser runs GRANT USAGE ON SCHEMA {}", Ident(&name)),
        ),
        Right::OwnDatabase(_) => (
            format!("database {}", Ident(&name)),
            format!("database {} belongs to {owner}, and only its owner may change it", Ident(&name)),
            become_owner(),
        ),
        Right::BecomeRole(_) | Right::HaveRole(_) => (
            format!("role {}", Ident(&name)),
            format!("role {owner} is no member of {}", Ident(&name)),
            format!("a superuser runs GRANT {} TO {owner}", Ident(&name)),
        ),
        Right::AlterRole(_) => (
            format!("role {}", Ident(&name)),
            format!("role {owner} may not alter role {}", Ident(&name)),
            format!("it takes CREATEROLE, and from PostgreSQL 16 on GRANT {} TO {owner} WITH ADMIN OPTION", Ident(&name)),
        ),
        Right::GrantRole(_) => (
            format!("role {}", Ident(&name)),
            format!("role {owner} may not make others members of {}", Ident(&name)),
            format!("a superuser runs GRANT {} TO {owner} WITH ADMIN OPTION", Ident(&name)),
        ),
        Right::Language(_) => (
            format!("language {}", Ident(&name)),
            format!("role {owner} may not make functions in language {}", Ident(&name)),
            "run the migration as a superuser, or where the language is a trusted one GRANT USAGE ON LANGUAGE".to_owned(),
        ),
        Right::Predefined(role, what) => (
            format!("role {role}"),
            format!("{what} takes a superuser or a member of {role}, and {owner} is none"),
            format!("a superuser runs GRANT {role} TO {owner}; COPY ... FROM stdin takes no such right"),
        ),
        Right::Subscribe => (
            "a subscription".to_owned(),
            "the role may not create subscriptions".to_owned(),
            "run the migration as a superuser, or from PostgreSQL 16 on as a member of pg_create_subscription".to_owned(),
        ),
        Right::CreateIn(_) => (
            format!("schema {}", Ident(&name)),
            format!("the role may not create anything in namespace {}", Ident(&name)),
            format!("{owner} or a superuser runs GRANT CREATE ON SCHEMA {}", Ident(&name)),
        ),
        Right::CreateInDatabase => (
            format!("database {}", Ident(&name)),
            format!("the role may not create namespaces or publications in database {}", Ident(&name)),
            format!("{owner} or a superuser runs GRANT CREATE ON DATABASE {}", Ident(&name)),
        ),
        Right::CreateRole => attribute(&name, "create roles", "CREATEROLE"),
        Right::CreateDatabase => attribute(&name, "create databases", "CREATEDB"),
        Right::Superuser(what) => (
            format!("role {}", Ident(&name)),
            format!("{what} takes a superuser, and {} is none", Ident(&name)),
            "run the migration as a superuser".to_owned(),
        ),
    };
    let finding = Finding::new("missing-privilege", Severity::Error, message).on(object).help(help);
    Some(placed(finding, place))
}

fn attribute(role: &str, may: &str, attribute: &str) -> (String, String, String) {
    let role = Ident(role);
    (
        format!("role {role}"),
        format!("role {role} may not {may}"),
        format!("a superuser runs ALTER ROLE {role} {attribute}"),
    )
}
