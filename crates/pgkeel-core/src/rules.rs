//! The table of rules: what an expert objects to in a migration. One rule is one file and one line here.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::finding::Severity;
use crate::review::context::{Context, FileContext, Out, ProjectContext};
use crate::sql::effect::Effect;

/// A rule as data: what it says, how much it matters, its examples, and how it is checked.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case; equals the file's name. Never reused for another meaning.
    pub id: &'static str,
    /// What is objected to, in a few words.
    pub title: &'static str,
    /// Why: the lock, the rewrite, the loss, the failure.
    pub why: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// How much it matters unless a project says otherwise.
    pub severity: Severity,
    /// Whether it is on unless a project says otherwise.
    pub default: bool,
    /// What it is about.
    pub topic: Topic,
    /// The ids of other linters' rules that say the same, as `squawk:ban-drop-table`.
    pub aliases: &'static [&'static str],
    /// SQL to which it objects.
    pub bad: &'static str,
    /// SQL that does the same in a way to which it does not object.
    pub good: &'static str,
    /// How it is checked.
    pub check: Check,
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Locks, table rewrites, scans.
    Locking,
    /// Rows or guarantees lost.
    DataLoss,
    /// Running clients that break.
    Clients,
    /// Statements that will fail, or objects that will not work.
    Correctness,
    /// Foreign keys, checks, types, indexes: the shape of the schema.
    Design,
    /// Transactions and running a migration twice.
    Transactions,
    /// Rights, row security, secrets.
    Security,
    /// Numbers, order, ways back.
    History,
    /// pgkeel's own comments and files.
    Review,
}

impl Topic {
    /// The heading under which the rule is listed.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Locking => "Locks, rewrites and scans",
            Self::DataLoss => "Data loss",
            Self::Clients => "Running clients",
            Self::Correctness => "Statements that fail",
            Self::Design => "Shape of the schema",
            Self::Transactions => "Transactions and repeated runs",
            Self::Security => "Security",
            Self::History => "Numbering and history",
            Self::Review => "The review itself",
        }
    }
}

/// How a rule is checked.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// On each effect of each statement.
    Effect(fn(&Context<'_>, &Effect, &mut Out<'_>)),
    /// On each statement.
    Statement(fn(&Context<'_>, &mut Out<'_>)),
    /// On each file, after its last statement.
    File(fn(&FileContext<'_>, &mut Out<'_>)),
    /// Once, after the last file.
    Project(fn(&ProjectContext<'_>, &mut Out<'_>)),
    /// By running the statement on a scratch database.
    Observed,
}

/// Writes a rule down: the examples are taken from `tests/review/<id>/`.
macro_rules! rule {
    (id: $id:literal, severity: $severity:ident, topic: $topic:ident, title: $title:literal, why: $why:literal,
     instead: $instead:literal, aliases: [$($alias:literal),* $(,)?], check: Observed $(,)?) => {
        /// The rule as data.
        pub(super) const RULE: $crate::rules::Rule = $crate::rules::Rule {
            id: $id,
            title: $title,
            why: $why,
            instead: $instead,
            severity: $crate::finding::Severity::$severity,
            default: true,
            topic: $crate::rules::Topic::$topic,
            aliases: &[$($alias),*],
            bad: include_str!(concat!("../../../../tests/review/", $id, "/bad.sql")),
            good: include_str!(concat!("../../../../tests/review/", $id, "/good.sql")),
            check: $crate::rules::Check::Observed,
        };
    };
    (id: $id:literal, default: off, $($rest:tt)*) => { rule!(@ $id, false, $($rest)*); };
    (id: $id:literal, $($rest:tt)*) => { rule!(@ $id, true, $($rest)*); };
    (@ $id:literal, $default:literal, severity: $severity:ident, topic: $topic:ident, title: $title:literal,
     why: $why:literal, instead: $instead:literal, aliases: [$($alias:literal),* $(,)?],
     check: $kind:ident($check:path) $(,)?) => {
        /// The rule as data.
        pub(super) const RULE: $crate::rules::Rule = $crate::rules::Rule {
            id: $id,
            title: $title,
            why: $why,
            instead: $instead,
            severity: $crate::finding::Severity::$severity,
            default: $default,
            topic: $crate::rules::Topic::$topic,
            aliases: &[$($alias),*],
            bad: include_str!(concat!("../../../../tests/review/", $id, "/bad.sql")),
            good: include_str!(concat!("../../../../tests/review/", $id, "/good.sql")),
            check: $crate::rules::Check::$kind($check),
        };
    };
}

/// One line per rule: its module, and its place in the table.
macro_rules! table {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// Every rule, in the order of the alphabet.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

mod dependents;
mod facts;
mod naming;
mod own_migration;
mod page;
mod probe;
mod refused_rows;
mod validating;
pub use page::index;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod variants;

table! {
    add_check_validates,
    add_column,
    add_column_constrained_domain,
    add_column_identity,
    add_column_references_lock,
    add_column_serial,
    add_column_stored_generated,
    add_column_volatile_default,
    add_enum_value,
    add_exclusion_constraint,
    add_foreign_key_validates,
    add_primary_key_builds_index,
    add_required_column,
    add_unique_builds_index,
    already_exists,
    alter_column_type_index_rebuild,
    alter_column_type_rewrite,
    alter_domain_not_null,
    alter_domain_validates_tables,
    alter_extension,
    alter_identity,
    alter_object_options,
    alter_timestamp_timezone,
    attach_partition_scan,
    autovacuum_disabled,
    bad_directive,
    ban_char,
    ban_money,
    ban_timetz,
    breaks_query,
    cannot_run_in_transaction,
    check_literal_too_long,
    column_alignment,
    column_has_dependents,
    composite_attribute,
    concurrently_if_not_exists,
    concurrently_on_partitioned,
    conflict_markers,
    constraint_loses_values,
    constraint_unnamed,
    create_index_blocking,
    create_partition_locks_parent,
    create_table_references_lock,
    create_trigger_lock,
    default_violates_column,
    definer_search_path,
    delete_without_where,
    dependency_missing,
    dependency_undeclared,
    detach_inheritance,
    detach_partition_blocking,
    domain_with_constraint,
    drop_and_recreate,
    drop_cascade,
    drop_column,
    drop_column_casualties,
    drop_constraint,
    drop_database,
    drop_default,
    drop_extension,
    drop_function,
    drop_generated,
    drop_index_blocking,
    drop_not_null,
    drop_owned,
    drop_schema,
    drop_table,
    drop_trigger,
    drop_type,
    drop_view,
    dynamic_sql,
    empty_migration,
    enum_created,
    enum_value_unordered,
    enum_value_used_in_same_transaction,
    fk_breaks_precedent,
    fk_cascade_introduced,
    fk_duplicate,
    fk_missing,
    fk_no_on_delete,
    fk_nullable,
    fk_set_null_on_not_null,
    fk_type_mismatch,
    fk_without_index,
    forbidden_type,
    function_body_breaks,
    function_body_unknown_table,
    function_overload_left,
    grant_option,
    grant_to_public,
    identifier_too_long,
    if_not_exists_hides_drift,
    index_duplicate_column,
    index_not_immutable,
    index_too_many_columns,
    index_unnamed,
    insert_without_columns,
    left_not_valid,
    lock_table_explicit,
    lock_timeout_ineffective,
    merge_alter_table,
    missing_comment,
    missing_extension,
    mixed_transaction_modes,
    naming_convention,
    naming_precedent,
    needs_newer_server,
    new_write_restriction,
    not_enforced,
    not_valid_on_partitioned,
    owner_change_lock,
    password_literal,
    policy_always_true,
    policy_dropped,
    policy_or_rls_lock,
    policy_without_row_security,
    prefer_bigint,
    prefer_bigint_key,
    prefer_bigint_over_smallint,
    prefer_identity,
    prefer_jsonb,
    prefer_repack,
    prefer_text,
    prefer_timestamptz,
    primary_key_using_nullable,
    publication_changed,
    redundant_index,
    refresh_matview_blocking,
    refresh_matview_concurrently_lock,
    refresh_matview_no_data,
    reindex_blocking,
    rename_column,
    rename_enum_value,
    rename_object,
    rename_table,
    repeated_column,
    replace_definition,
    replace_function_incompatible,
    replace_view_incompatible,
    replace_view_loses_options,
    replica_identity_change,
    require_application_name,
    require_idle_timeout,
    require_if_exists,
    require_lock_timeout,
    require_not_null,
    require_statement_timeout,
    require_table_schema,
    required_columns,
    revoke_rights,
    role_changes,
    rollback_missing,
    row_security_disabled,
    row_security_not_forced,
    row_security_without_policy,
    select_star_view_frozen,
    seed_violates_constraint,
    sequence_restart,
    session_setting_leaks,
    set_access_method,
    set_default,
    set_expression,
    set_logged_unlogged,
    set_not_null_scan,
    set_schema,
    set_tablespace,
    statement_after_access_exclusive,
    statement_refused,
    superuser_required,
    suppression_without_reason,
    syntax_error,
    table_has_dependents,
    table_rewritten,
    table_without_primary_key,
    tenant_table_without_row_security,
    timestamp_nullable,
    toggle_trigger,
    transaction_control,
    transaction_left_open,
    trigger_disabled,
    trigger_function_missing,
    truncate_cascade,
    truncate_table,
    type_narrowing,
    unique_index_on_rows,
    unknown_object,
    unreadable_script,
    unused_suppression,
    update_in_ddl_migration,
    update_without_where,
    uuid_as_text,
    vacuum_full_cluster,
    validate_in_same_transaction,
    version_duplicate,
    version_format,
    version_gap,
    version_out_of_order,
    wide_lock_window,
}

/// The rule with this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    static BY_ID: LazyLock<BTreeMap<&str, &Rule>> =
        LazyLock::new(|| RULES.iter().map(|rule| (rule.id, *rule)).collect());
    BY_ID.get(id).copied()
}

/// The rules that a name means: an id, a peer's id with its tool (`eugene:E5`), or a peer's id alone.
pub fn find(name: &str) -> Vec<&'static Rule> {
    if let Some(rule) = rule(name) {
        return vec![rule];
    }
    let same = |alias: &str| {
        alias == name || alias.split_once(':').is_some_and(|(_, id)| id.eq_ignore_ascii_case(name))
    };
    RULES.iter().filter(|rule| rule.aliases.iter().any(|alias| same(alias))).copied().collect()
}
