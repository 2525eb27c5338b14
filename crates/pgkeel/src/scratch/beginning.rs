//! What the sessions of a run start from, for a replay to start from the same: where a name without a namespace lands
//! depends on it.

use std::collections::BTreeMap;

use pgkeel_core::migration::Migration;
use pgkeel_core::object::Kind;
use pgkeel_core::schema::{Id, Object, Schema};
use pgkeel_core::sql::ident::{Ident, Literal};
use tokio_postgres::Client;

use super::Database;
use crate::answer::{ask, text};
use crate::database::Query;
use crate::error::Error;

/// Settings that say who runs, where files are or what may be written, and not what is made. A scratch server has other
/// roles and other disks.
const OF_THE_SERVER: [&str; 6] = [
    "role",
    "session_authorization",
    "default_tablespace",
    "temp_tablespaces",
    "default_transaction_read_only",
    "transaction_read_only",
];

/// What sessions start from.
#[derive(Debug, Clone, Default)]
pub struct Beginning {
    settings: Vec<(String, String)>,
    /// Namespaces that are there already, and that no migration makes.
    given: BTreeMap<Id, Object>,
}

/// What is found in the database that the migrations are for.
#[derive(Debug, Clone)]
pub struct Found {
    search_path: String,
    role: String,
    given: BTreeMap<Id, Object>,
}

impl Found {
    /// Asks a session in which nothing was set yet.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn ask(client: &impl Query, live: &Schema, migrations: &[Migration]) -> Result<Self, Error> {
        let sql = "SELECT pg_catalog.current_setting('search_path'), current_user";
        let rows = ask(client, "asking for the search path", sql).await?;
        let (search_path, role) = rows.first().map(|row| (text(row, 0), text(row, 1))).unwrap_or_default();
        let namespaces = live.objects.iter().filter(|(id, _)| id.kind == Kind::Namespace);
        let given = namespaces.filter(|(id, _)| !makes(migrations, name(id))).map(|(id, object)| {
            let mut object = object.clone();
            object.attributes.owner = object.attributes.owner.filter(|owner| *owner != role);
            (id.clone(), object)
        });
        Ok(Self { search_path, given: given.collect(), role })
    }
}

/// Whether a statement may make a namespace of this name, in whatever way.
fn makes(migrations: &[Migration], namespace: &str) -> bool {
    let name = namespace.to_lowercase();
    migrations.iter().flat_map(|migration| migration.up.in_memory()).any(|statement| {
        let text = statement.text.to_lowercase();
        text.contains("schema") && text.contains(&name) && text.contains("create")
    })
}

impl Beginning {
    /// Of `[migrations.settings]`, and of what the database itself sets.
    pub fn new(project: &BTreeMap<String, String>, found: Option<&Found>) -> Self {
        let mut beginning = Self::default();
        for (name, value) in project {
            let lower = name.to_lowercase();
            if lower != "search_path" && !OF_THE_SERVER.contains(&lower.as_str()) {
                beginning.settings.push((name.clone(), value.clone()));
            }
        }
        let set = |wanted: &str| {
            project
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.as_str())
        };
        let role = set("role").or(found.map(|found| found.role.as_str()));
        let Some(path) = set("search_path").or(found.map(|found| found.search_path.as_str())) else {
            return beginning;
        };
        let mut names = Vec::new();
        for name in names_of(path) {
            let name = if name == "$user" { role.unwrap_or("$user").to_owned() } else { name };
            let id = Id::new(Kind::Namespace, [name.as_str()]);
            let given = found.and_then(|found| found.given.get(&id)).filter(|_| name != "public");
            if let Some(object) = given {
                beginning.given.insert(id, object.clone());
            }
            names.push(Ident(&name).to_string());
        }
        beginning.settings.push(("search_path".to_owned(), names.join(", ")));
        beginning
    }

    /// Makes the namespaces that are there before the first migration.
    ///
    /// # Errors
    /// The scratch server refuses.
    pub async fn make(&self, database: &Database) -> Result<(), tokio_postgres::Error> {
        for id in self.given.keys() {
            let sql = format!("CREATE SCHEMA IF NOT EXISTS {}", Ident(name(id)));
            database.session().client().batch_execute(&sql).await?;
        }
        Ok(())
    }

    /// Sets what the sessions start from, after everything was reset. What this server does not know is passed over.
    pub async fn set(&self, client: &Client) {
        let call = |(name, value): &(String, String)| {
            format!("pg_catalog.set_config({}, {}, false)", Literal(name), Literal(value))
        };
        if self.settings.is_empty() {
            return;
        }
        let calls: Vec<String> = self.settings.iter().map(call).collect();
        if client.batch_execute(&format!("SELECT {}", calls.join(", "))).await.is_ok() {
            return;
        }
        for call in calls {
            if let Err(error) = client.batch_execute(&format!("SELECT {call}")).await {
                tracing::debug!(%error, "a setting that the scratch server does not take");
            }
        }
    }

    /// Puts what was there before the migrations into the schema that they made, as the database has it.
    pub fn complete(&self, schema: &mut Schema) {
        for (id, object) in &self.given {
            schema.objects.insert(id.clone(), object.clone());
        }
    }
}

fn name(id: &Id) -> &str {
    id.parts.first().map_or("", String::as_str)
}

/// The names in a search path, as SQL reads them.
pub(crate) fn names_of(path: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = path.trim();
    while !rest.is_empty() {
        let (name, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let end = quoted.find('"').unwrap_or(quoted.len());
                let (name, after) = quoted.split_at(end);
                (name.to_owned(), after.trim_start_matches('"'))
            }
            None => {
                let (name, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                (name.trim().trim_matches('\'').to_lowercase(), after)
            }
        };
        names.push(name);
        rest = after.trim_start().trim_start_matches(',').trim_start();
    }
    names.retain(|name| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::{Beginning, names_of};
    use std::collections::BTreeMap;

    #[test]
    fn a_search_path_is_read_as_sql_reads_it() {
        assert_eq!(names_of("\"$user\", public"), ["$user", "public"]);
        assert_eq!(names_of("App2,\"Mixed, case\" , public"), ["app2", "Mixed, case", "public"]);
        assert!(names_of("").is_empty() && names_of("\"\"").is_empty());
    }

    #[test]
    fn who_runs_is_not_replayed_but_decides_where_names_land() {
        let project = BTreeMap::from([
            ("role".to_owned(), "app_owner".to_owned()),
            ("search_path".to_owned(), "\"$user\", public".to_owned()),
        ]);
        let settings = Beginning::new(&project, None).settings;
        assert_eq!(settings, [("search_path".to_owned(), "app_owner, public".to_owned())]);
    }
}
