//! Histories that other tools left in a database, known by their table and its columns.

use serde::Serialize;

/// How a tool's history table is told from others of the same name.
struct Signature {
    tool: &'static str,
    table: &'static str,
    /// Columns it has.
    with: &'static [&'static str],
    /// Columns it does not have.
    without: &'static [&'static str],
}

const fn sign(
    tool: &'static str,
    table: &'static str,
    with: &'static [&'static str],
    without: &'static [&'static str],
) -> Signature {
    Signature { tool, table, with, without }
}

/// The first that fits counts.
const SIGNATURES: &[Signature] = &[
    sign("Flyway", "flyway_schema_history", &["installed_rank", "checksum"], &[]),
    sign("waypoint", "waypoint_schema_history", &["installed_rank"], &[]),
    sign("Liquibase", "databasechangelog", &["md5sum", "orderexecuted"], &[]),
    sign("Sqitch", "changes", &["change_id", "script_hash"], &[]),
    sign("golang-migrate", "schema_migrations", &["version", "dirty"], &[]),
    sign("Supabase", "schema_migrations", &["version", "statements"], &[]),
    sign("Ecto", "schema_migrations", &["version", "inserted_at"], &[]),
    sign("Rails or dbmate", "schema_migrations", &["version"], &["dirty"]),
    sign("goose", "goose_db_version", &["version_id", "is_applied"], &[]),
    sign("sqlx", "_sqlx_migrations", &["version", "checksum"], &[]),
    sign("refinery", "refinery_schema_history", &["version", "checksum"], &[]),
    sign("diesel", "__diesel_schema_migrations", &["version", "run_on"], &[]),
    sign("Alembic", "alembic_version", &["version_num"], &[]),
    sign("Drizzle", "__drizzle_migrations", &["hash", "created_at"], &[]),
    sign("Prisma", "_prisma_migrations", &["checksum", "migration_name"], &[]),
    sign("Sequelize", "SequelizeMeta", &["name"], &[]),
    sign("Django", "django_migrations", &["app", "name", "applied"], &[]),
    sign("Knex", "knex_migrations", &["name", "batch"], &[]),
    sign("TypeORM", "migrations", &["timestamp", "name"], &["batch"]),
    sign("Laravel", "migrations", &["migration", "batch"], &[]),
    sign("node-pg-migrate", "pgmigrations", &["name", "run_on"], &[]),
    sign("graphile-migrate", "migrations", &["hash", "previous_hash"], &[]),
    sign("Atlas", "atlas_schema_revisions", &["partial_hashes", "operator_version"], &[]),
    sign("pgmt", "pgmt_migrations", &[], &[]),
    sign("pgroll", "migrations", &["resulting_schema"], &[]),
    sign("reshape", "migrations", &["migration", "index"], &["batch"]),
];

/// A table of the database that may be a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its columns' names.
    pub columns: Vec<String>,
}

/// Another tool's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForeignHistory {
    /// The tool.
    pub tool: String,
    /// `namespace.table`.
    pub table: String,
}

/// Every table name worth looking at.
pub fn table_names() -> impl Iterator<Item = &'static str> {
    SIGNATURES.iter().map(|signature| signature.table)
}

/// The histories among `tables`; those in pgkeel's own namespace are its own.
pub fn recognise(tables: &[Table], own_namespace: &str) -> Vec<ForeignHistory> {
    let foreign = tables.iter().filter(|table| table.namespace != own_namespace);
    foreign
        .filter_map(|table| {
            let has = |column: &&str| table.columns.iter().any(|name| name == column);
            let fits = |signature: &&Signature| {
                signature.table == table.name
                    && signature.with.iter().all(has)
                    && !signature.without.iter().any(has)
            };
            SIGNATURES.iter().find(fits).map(|signature| ForeignHistory {
                tool: signature.tool.to_owned(),
                table: format!("{}.{}", table.namespace, table.name),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Table, recognise};

    #[test]
    fn tables_of_one_name_are_told_by_their_columns() {
        let table = |namespace: &str, name: &str, columns: &[&str]| Table {
            namespace: namespace.into(),
            name: name.into(),
            columns: columns.iter().map(|&c| c.to_owned()).collect(),
        };
        let found = recognise(
            &[
                table("public", "schema_migrations", &["version", "dirty"]),
                table("old", "schema_migrations", &["version"]),
                table("public", "alembic_version", &["version_num"]),
                table("public", "migrations", &["id", "what"]),
                table("pgkeel", "migrations", &["timestamp", "name"]),
            ],
            "pgkeel",
        );
        let tools: Vec<_> = found.iter().map(|history| history.tool.as_str()).collect();
        assert_eq!(tools, ["golang-migrate", "Rails or dbmate", "Alembic"]);
    }
}
