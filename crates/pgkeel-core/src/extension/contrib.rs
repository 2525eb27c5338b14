//! PostgreSQL's own contrib modules, which most systems package together.

const CONTRIB: &[&str] = &[
    "adminpack",
    "amcheck",
    "autoinc",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "hstore",
    "insert_username",
    "intagg",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "old_snapshot",
    "pageinspect",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_surgery",
    "pg_trgm",
    "pg_visibility",
    "pg_walinspect",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "postgres_fdw",
    "refint",
    "seg",
    "sslinfo",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "xml2",
];

/// Whether an extension comes with PostgreSQL itself.
pub fn is_contrib(extension: &str) -> bool {
    CONTRIB.contains(&extension)
}

/// Whether it is known which tables and views an extension brings: `symbols.tsv` names those of all that it has.
pub fn brings_known_relations(extension: &str) -> bool {
    extension == "plpgsql"
        || is_contrib(extension)
        || super::SYMBOLS.values().any(|known| *known == extension)
}
