//! The guard as SQL: what installs it and what takes it away, each as one transaction.

use pgkeel_core::guard::Mode;
use pgkeel_core::sql::ident::{Ident, Literal, qualified};

use crate::store::{Store, TOOL_VERSION};

/// Its functions, those that use others first.
const FUNCTIONS: [&str; 6] = [
    "guard_record()",
    "guard_refuse()",
    "guard_is_ours()",
    "guard_statement()",
    "guard_definition(oid, oid)",
    "guard_home()",
];

/// The event triggers of a mode: each with the rest of its definition.
pub(super) fn triggers(store: &Store, mode: Mode) -> Vec<(String, &'static str)> {
    // Event triggers have no namespace: those of a history with another name carry its number.
    let suffix = match store.namespace() {
        "pgkeel" => String::new(),
        _ => format!("_{:08x}", store.lock_key().1.cast_unsigned()),
    };
    let events: &[(&str, &str)] = match mode {
        Mode::Record => &[("end", "ddl_command_end"), ("drop", "sql_drop")],
        Mode::Refuse => &[
            ("end", "ddl_command_end"),
            ("drop", "sql_drop"),
            ("rewrite", "table_rewrite"),
            // What ends transactions of its own cannot be rolled back afterwards.
            ("start", "ddl_command_start WHEN TAG IN ('CREATE INDEX', 'DROP INDEX', 'ALTER TABLE')"),
        ],
    };
    events.iter().map(|(name, on)| (format!("pgkeel_guard_{name}{suffix}"), *on)).collect()
}

/// The transaction that installs the guard, also over another one.
pub fn install(store: &Store, mode: Mode, allowed_roles: &[String]) -> String {
    let ns = Ident(store.namespace()).to_string();
    let filled = |text: &str| {
        text.replace("{ns}", &ns)
            .replace("{guard_state}", &Literal(&qualified(store.namespace(), "guard_state")).to_string())
            .replace("{class}", &store.lock_key().0.to_string())
    };
    let function = match mode {
        Mode::Record => include_str!("record.sql"),
        Mode::Refuse => include_str!("refuse.sql"),
    };
    let roles: Vec<String> = allowed_roles.iter().map(|role| Literal(role).to_string()).collect();
    let mut sql = String::from(
        "BEGIN;\nSET LOCAL client_min_messages = warning;\nSET LOCAL search_path = pg_catalog, pg_temp;\n",
    );
    sql.push_str(&format!(
        "SELECT pg_catalog.set_config('pgkeel.guard_made_namespace', \
         (pg_catalog.to_regnamespace({}) IS NULL)::text, true);\n",
        Literal(&ns)
    ));
    sql.push_str(&format!("CREATE SCHEMA IF NOT EXISTS {ns};\n"));
    sql.push_str(&without_functions(store));
    sql.push_str(&filled(include_str!("install.sql")));
    sql.push_str(&filled(function));
    sql.push_str(&format!(
        "WITH before AS (DELETE FROM {ns}.guard_settings RETURNING made_namespace)\n\
         INSERT INTO {ns}.guard_settings (mode, tool_version, made_namespace, allowed_roles)\n\
         SELECT '{}', {}, coalesce((SELECT made_namespace FROM before), \
         pg_catalog.current_setting('pgkeel.guard_made_namespace')::boolean), ARRAY[{}]::text[];\n",
        mode.as_str(),
        Literal(TOOL_VERSION),
        roles.join(", ")
    ));
    sql.push_str(&filled(include_str!("state.sql")));
    for (name, on) in triggers(store, mode) {
        sql.push_str(&format!(
            "CREATE EVENT TRIGGER {} ON {on} EXECUTE FUNCTION {ns}.guard_{}();\n",
            Ident(&name),
            mode.as_str()
        ));
    }
    sql.push_str("COMMIT;\n");
    sql
}

/// The transaction that removes the guard, and the namespace if it was made for the guard and holds nothing else.
pub fn remove(store: &Store) -> String {
    let ns = Ident(store.namespace()).to_string();
    format!(
        "BEGIN;\nSET LOCAL client_min_messages = warning;\nSET LOCAL search_path = pg_catalog, pg_temp;\n\
         SELECT pg_catalog.set_config('pgkeel.guard_made_namespace', \
         (SELECT pg_catalog.bool_or(made_namespace)::text FROM {ns}.guard_settings), true);\n{}\
         DROP TABLE IF EXISTS {ns}.guard_settings, {ns}.guard_log, {ns}.guard_state;\n\
         DO $pgkeel$ BEGIN\n    IF pg_catalog.current_setting('pgkeel.guard_made_namespace') = 'true' AND NOT EXISTS (\n        \
         SELECT FROM pg_catalog.pg_depend WHERE refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass\n            \
         AND refobjid = {}::pg_catalog.regnamespace) THEN\n        DROP SCHEMA {ns};\n    END IF;\nEND $pgkeel$;\nCOMMIT;\n",
        without_functions(store),
        Literal(&ns)
    )
}

/// Without the functions there are no event triggers either.
fn without_functions(store: &Store) -> String {
    let ns = Ident(store.namespace());
    let mut sql = String::new();
    for (name, _) in triggers(store, Mode::Refuse) {
        sql.push_str(&format!("DROP EVENT TRIGGER IF EXISTS {};\n", Ident(&name)));
    }
    for function in FUNCTIONS {
        sql.push_str(&format!("DROP FUNCTION IF EXISTS {ns}.{function};\n"));
    }
    sql
}
