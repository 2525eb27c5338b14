//! What PostgreSQL takes over instead of making it under its lock, made beforehand: an index, a foreign key, or a CHECK of
//! the bounds of a partition (documentation of ALTER TABLE, ATTACH PARTITION, and of CREATE INDEX on partitioned tables).

use pgkeel_core::sql::ident::Ident;
use tokio_postgres::Client;

use super::Observed;

/// What the catalog knows of the parts that a statement made.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Whether it was about a partitioned table.
    pub partitioned: bool,
    /// Tables that were read, and their bounds as a condition.
    bounds: Vec<(String, String)>,
    indexes: Vec<Index>,
    /// Foreign keys: table, name, definition.
    keys: Vec<(String, String, String)>,
}

#[derive(Debug)]
struct Index {
    table: String,
    name: String,
    definition: String,
    /// `p` or `u`, for one that a constraint stands on.
    constraint: Option<String>,
}

const BOUNDS: &str = "SELECT pg_catalog.pg_get_partition_constraintdef($1::text::pg_catalog.regclass)";

const INDEX: &str = "SELECT pg_catalog.pg_get_indexdef(i.indexrelid), k.contype::text FROM pg_catalog.pg_index i \
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
    LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = c.oid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u') \
    WHERE i.indrelid = $1::text::pg_catalog.regclass AND c.relname = $2";

const KEY: &str = "SELECT pg_catalog.pg_get_constraintdef(k.oid), k.conparentid <> 0 FROM pg_catalog.pg_constraint k \
    WHERE k.conrelid = $1::text::pg_catalog.regclass AND k.conname = $2 AND k.contype = 'f'";

impl Facts {
    /// Asks for the parts of a statement that was just run.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn ask(client: &Client, seen: &Observed) -> Result<Self, tokio_postgres::Error> {
        let mut facts = Self::default();
        for table in &seen.read {
            let row = client.query_one(BOUNDS, &[table]).await?;
            if let Some(bounds) = row.try_get::<_, Option<String>>(0)? {
                facts.bounds.push((table.clone(), bounds));
            }
        }
        for built in &seen.built {
            for row in client.query(INDEX, &[&built.table, &built.index]).await? {
                facts.indexes.push(Index {
                    table: built.table.clone(),
                    name: built.index.clone(),
                    definition: row.try_get(0)?,
                    constraint: row.try_get(1)?,
                });
            }
        }
        for looked in &seen.foreign_keys {
            for row in client.query(KEY, &[&looked.table, &looked.key]).await? {
                facts.partitioned |= row.try_get::<_, bool>(1)?;
                facts.keys.push((looked.table.clone(), looked.key.clone(), row.try_get(0)?));
            }
        }
        Ok(facts)
    }

    /// The statements to run before, and those to run after.
    ///
    /// # Errors
    /// Why there are none, as a sentence.
    pub fn beforehand(&self) -> Result<(Vec<String>, Vec<String>), String> {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for Index { table, name, definition, constraint } in &self.indexes {
            let (words, rest) =
                definition.split_once(" INDEX ").ok_or_else(|| format!("{name} has no form of its own"))?;
            before.push(format!("{words} INDEX CONCURRENTLY {rest}"));
            if let Some(kind) = constraint {
                let kind = if kind == "p" { "PRIMARY KEY" } else { "UNIQUE" };
                let name = Ident(name);
                before.push(format!("ALTER TABLE {table} ADD CONSTRAINT {name} {kind} USING INDEX {name}"));
            }
        }
        for (table, key, definition) in &self.keys {
            let key = Ident(key);
            before.push(format!("ALTER TABLE {table} ADD CONSTRAINT {key} {definition} NOT VALID"));
            before.push(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {key}"));
        }
        for (number, (table, bounds)) in self.bounds.iter().enumerate() {
            if bounds.contains("satisfies_hash_partition(") {
                return Err(format!(
                    "reads every row of {table}: the bounds of a hash partition name their table by its number, so no CHECK says \
                     them beforehand"
                ));
            }
            let name = format!("pgkeel_bounds_{}", number + 1);
            before.push(format!("ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({bounds}) NOT VALID"));
            before.push(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}"));
            after.push(format!("ALTER TABLE {table} DROP CONSTRAINT {name}"));
        }
        Ok((before, after))
    }
}
