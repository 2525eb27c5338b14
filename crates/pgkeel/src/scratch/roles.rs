//! Roles belong to a server and not to a database: those that migrations make may be there from another scratch database.

use pgkeel_core::sql::effect::{self, What};
use pgkeel_core::sql::words;
use tokio_postgres::error::SqlState;

/// The role that a statement makes; none when it makes none.
pub(super) fn made_by(sql: &str) -> Option<String> {
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
pub(crate) fn is_there_already(sql: &str, error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::DUPLICATE_OBJECT) && made_by(sql).is_some()
}

/// Drops the roles of a server that is ours alone, as far as nothing depends on them: the next database begins without.
pub(super) const DROP_ALL: &str = "DO $$ DECLARE r name; BEGIN \
    FOR r IN SELECT rolname FROM pg_catalog.pg_roles WHERE oid >= 16384 LOOP \
    BEGIN EXECUTE pg_catalog.format('DROP ROLE %I', r); EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END; \
    END LOOP; END $$";
