//! Who owns the tables that pending migrations change, and who holds them right now.

use std::collections::BTreeSet;

use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::migration::Migration;
use pgkeel_core::sql::effect::{self, Name, ObjectKind, Origin, What};
use pgkeel_core::sql::ident::{Ident, Literal};

use crate::answer::{Row, ask, text};
use crate::database::Query;
use crate::error::Error;

/// What stands in the way of the pending migrations: errors that they would fail with, warnings that they would wait for.
/// `as_itself` is false when a project setting changes the role, whose rights are then not known here.
///
/// # Errors
/// The server did not answer.
pub(crate) async fn tables(
    client: &impl Query,
    pending: &[&Migration],
    as_itself: bool,
) -> Result<Vec<Finding>, Error> {
    let mut concern = Concern { rights: as_itself, ..Concern::default() };
    for statement in pending.iter().flat_map(|migration| migration.up.in_memory()) {
        for effect in effect::read(&statement.text).effects {
            if effect.origin == Origin::Statement {
                concern.add(&effect.what);
            }
        }
    }
    if concern.tables.is_empty() && concern.namespaces.is_empty() && !concern.unqualified {
        return Ok(Vec::new());
    }
    let list =
        |names: &BTreeSet<String>| names.iter().map(|name| Literal(name).to_string()).collect::<Vec<_>>();
    let mut tables: Vec<String> = list(&concern.tables).iter().map(|name| format!("({name})")).collect();
    if tables.is_empty() {
        tables.push("(NULL::text)".to_owned());
    }
    let mut namespaces = list(&concern.namespaces);
    if concern.unqualified {
        namespaces.push("pg_catalog.current_schema()".to_owned());
    }
    let sql = include_str!("tables.sql")
        .replace("{tables}", &tables.join(", "))
        .replace("{namespaces}", &namespaces.join(", "));
    let rows = ask(client, "looking at the tables that the migrations change", &sql).await?;
    Ok(rows.iter().filter_map(|row| finding(row, concern.rights)).collect())
}

/// What the pending migrations touch of what exists.
#[derive(Default)]
struct Concern {
    /// Tables, views and sequences that only their owner may change.
    tables: BTreeSet<String>,
    /// Namespaces in which something is created.
    namespaces: BTreeSet<String>,
    /// Whether something is created where the search path says.
    unqualified: bool,
    /// Whether the rights of this role are the ones that count.
    rights: bool,
}

impl Concern {
    fn add(&mut self, what: &What) {
        match what {
            What::AddColumn { table, .. }
            | What::DropColumn { table, .. }
            | What::AlterColumnType { table, .. }
            | What::SetDefault { table, .. }
            | What::DropDefault { table, .. }
            | What::SetNotNull { table, .. }
            | What::DropNotNull { table, .. }
            | What::AddConstraint { table, .. }
            | What::DropConstraint { table, .. }
            | What::ValidateConstraint { table, .. }
            | What::RowSecurity { table, .. }
            | What::ReplicaIdentity { table, .. }
            | What::SetLogged { table, .. }
            | What::AttachPartition { parent: table, .. }
            | What::DetachPartition { parent: table, .. } => self.table(table),
            What::CreateIndex(index) => self.table(&index.table),
            What::Drop { kind: ObjectKind::Table, names, .. } => {
                for name in names {
                    self.table(name);
                }
            }
            What::CreateTable(table) => self.creates(&table.name),
            What::CreateView(view) => self.creates(&view.name),
            What::SetRole { .. } => self.rights = false,
            What::Set { name, .. }
                if name.eq_ignore_ascii_case("role") || name.eq_ignore_ascii_case("search_path") =>
            {
                self.rights = false;
            }
            _ => {}
        }
    }

    fn table(&mut self, name: &Name) {
        self.tables
            .insert(name.parts.iter().map(|part| Ident(part).to_string()).collect::<Vec<_>>().join("."));
    }

    fn creates(&mut self, name: &Name) {
        match name.parts.as_slice() {
            [.., namespace, _] => {
                self.namespaces.insert(namespace.clone());
            }
            _ => self.unqualified = true,
        }
    }
}

fn finding(row: &Row, rights: bool) -> Option<Finding> {
    let (kind, name, who, more) = (text(row, 0), text(row, 1), text(row, 2), text(row, 3));
    Some(match kind.as_str() {
        "owner" | "create" if !rights => return None,
        "owner" => Finding::new(
            "missing-privilege",
            Severity::Error,
            format!("table {name} belongs to {}, and only its owner may change it", Ident(&who)),
        )
        .on(format!("table {name}"))
        .help(format!("run as {0}, be granted {0}, or set `role = \"{who}\"` in [migrations.settings]", Ident(&who))),
        "create" => Finding::new(
            "missing-privilege",
            Severity::Error,
            format!("the role may not create anything in namespace {}", Ident(&name)),
        )
        .on(format!("schema {}", Ident(&name)))
        .help(format!("{} or a superuser runs GRANT CREATE ON SCHEMA {}", Ident(&who), Ident(&name))),
        "prepared" => Finding::new(
            "prepared-transaction",
            Severity::Error,
            format!("the prepared transaction {} holds table {name} since {more}", Literal(&who)),
        )
        .on(format!("table {name}"))
        .help(format!("end it: COMMIT PREPARED {0}, or ROLLBACK PREPARED {0}", Literal(&who))),
        "wraparound" => Finding::new(
            "busy-table",
            Severity::Warning,
            format!("a vacuum against transaction id wraparound works on table {name}, and nothing can hurry it: {more}"),
        )
        .on(format!("table {name}")),
        _ => Finding::new(
            "busy-table",
            Severity::Warning,
            format!("table {name} is held by a long transaction of process {more}"),
        )
        .on(format!("table {name}")),
    })
}
