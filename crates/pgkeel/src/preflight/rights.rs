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
pub(crate) async fn rights(client: &impl Query, needs: &Needs) -> Result<Vec<Finding>, Error> {
    if needs.rights.is_empty() {
        return Ok(Vec::new());
    }
    let values: Vec<String> =
        needs.rights.iter().enumerate().map(|(index, (right, _))| value(index, right)).collect();
    let sql = include_str!("rights.sql").replace("{rights}", &values.join(", "));
    let rows = ask(client, "looking at the rights that the migrations take", &sql).await?;
    Ok(rows.iter().filter_map(|row| finding(row, needs)).collect())
}

fn value(index: usize, right: &Right) -> String {
    let (kind, privilege, name) = match right {
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
