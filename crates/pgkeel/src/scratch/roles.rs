//! Roles belong to a server and not to a database: those that migrations make may be there from another scratch database,
//! or be those of people and programs who work on the server. Only roles that were made for a scratch database are changed.

use std::collections::BTreeSet;

use pgkeel_core::sql::effect::{self, What};
use pgkeel_core::sql::shared::{Shared, shared};
use pgkeel_core::sql::words;
use tokio_postgres::error::SqlState;

/// Roles that were made for a scratch database, as statements run that may make, rename or drop some.
#[derive(Debug, Clone, Default)]
pub(super) struct Made {
    pub roles: BTreeSet<String>,
}

/// What is to be done about a statement that may change what belongs to the server.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Runs,
    /// It changes what is the server's own, and no schema.
    PassedOver,
    /// It is passed over when these roles own something that belongs to the server or have rights to it, and runs otherwise.
    Asks(Vec<String>),
}

impl Made {
    /// What is to be done about a statement; on a server that goes with us (`ours`), roles are at its disposal.
    pub fn judge(&self, sql: &str, ours: bool) -> Verdict {
        let all_made = |names: &[String]| names.iter().all(|name| self.roles.contains(name));
        let runs = match shared(sql) {
            None => true,
            Some(Shared::Server) => false,
            Some(_) if ours => true,
            Some(Shared::Roles(names)) => all_made(&names),
            Some(Shared::Renamed { role, .. }) => self.roles.contains(&role),
            // A membership goes with either of the two.
            Some(Shared::Members { of, members }) => all_made(&of) || all_made(&members),
            Some(Shared::Owned(names)) => {
                let others: Vec<String> =
                    names.into_iter().filter(|name| !self.roles.contains(name)).collect();
                return if others.is_empty() { Verdict::Runs } else { Verdict::Asks(others) };
            }
        };
        if runs { Verdict::Runs } else { Verdict::PassedOver }
    }

    /// A statement was carried out.
    pub fn ran(&mut self, sql: &str) {
        if let Some(role) = made_by(sql) {
            self.roles.insert(role);
        } else if let Some(Shared::Renamed { role, to }) = shared(sql)
            && self.roles.remove(&role)
        {
            self.roles.insert(to);
        }
    }
}

/// The role that a statement makes; none when it makes none.
fn made_by(sql: &str) -> Option<String> {
    let words = words::leading(sql, 3);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if !matches!(words.as_slice(), ["CREATE", "ROLE" | "USER" | "GROUP", ..])
        || matches!(words.as_slice(), ["CREATE", "USER", "MAPPING"])
    {
        return None;
    }
    effect::read(sql).effects.into_iter().find_map(|effect| match effect.what {
        What::CreateRole { name, .. } => Some(name.parts.last()?.clone()),
        _ => None,
    })
}

/// Whether a statement was refused because the role that it makes is there. Which roles a server has is none of a schema's
/// business, so it did what it is there for.
pub(super) fn is_there_already(sql: &str, error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::DUPLICATE_OBJECT) && made_by(sql).is_some()
}

/// The role that a statement misses, when that is why the server refused it: `SET ROLE` has an SQLSTATE of its own for it.
pub(super) fn missing_role(error: &tokio_postgres::Error) -> Option<&str> {
    let refusal = error.as_db_error().filter(|refusal| {
        [SqlState::UNDEFINED_OBJECT, SqlState::INVALID_PARAMETER_VALUE].contains(refusal.code())
    })?;
    refusal.message().strip_prefix("role \"")?.strip_suffix("\" does not exist")
}

/// Whether a role owns something that belongs to the server and to no database, or has a right to it.
pub(super) const HAS_SHARED: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_shdepend d JOIN pg_catalog.pg_roles r \
    ON d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND d.refobjid = r.oid \
    WHERE d.dbid = 0 AND r.rolname = ANY ($1))";

/// Drops the roles of a server that is ours alone, as far as nothing depends on them: the next database begins without.
pub(super) const DROP_ALL: &str = "DO $$ DECLARE r name; BEGIN \
    FOR r IN SELECT rolname FROM pg_catalog.pg_roles WHERE oid >= 16384 LOOP \
    BEGIN EXECUTE pg_catalog.format('DROP ROLE %I', r); EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END; \
    END LOOP; END $$";
