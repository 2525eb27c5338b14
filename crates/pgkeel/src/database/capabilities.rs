//! What a server is and what this role may do there, found in one round trip before anything else is done.

use super::error::Error;
use super::{Query, Tap};
use crate::answer::column;
use pgkeel_core::sql::ident::Ident;
use serde::Deserialize;
use tokio_postgres::SimpleQueryMessage;

const PROBE: &str = include_str!("capabilities.sql");

/// The oldest server that pgkeel supports, as `server_version_num`.
const OLDEST: u32 = 140_000;

/// A server and a role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, as the server reports them")]
pub struct Capabilities {
    /// `server_version_num`, e.g. 150012.
    pub version_number: u32,
    /// `version()`.
    pub version: String,
    /// The role whose rights count.
    pub user: String,
    /// The role that logged in.
    pub session_user: String,
    /// The database.
    pub database: String,
    /// Whether the server is a standby.
    pub in_recovery: bool,
    /// Whether transactions are read-only by default here.
    pub read_only: bool,
    /// The process that answered.
    pub backend_pid: i32,
    /// The address on which the server was reached; none for a Unix socket. Behind a pooler it is the pooler's way to it.
    pub server_address: Option<String>,
    /// The port on which the server was reached, or listens.
    pub server_port: u16,
    /// Whether the role is a superuser.
    pub superuser: bool,
    /// Whether the role may create namespaces in the database.
    pub can_create: bool,
    /// Extensions created in the database, by name.
    pub extensions: Vec<Extension>,
    /// Enabled event triggers.
    pub event_triggers: u32,
    /// `server_encoding`.
    pub encoding: String,
    /// `TimeZone` of this session.
    pub time_zone: String,
    /// Default transaction isolation.
    pub isolation: String,
    /// `statement_timeout` of this session.
    pub statement_timeout: String,
    /// `lock_timeout` of this session.
    pub lock_timeout: String,
    /// `standard_conforming_strings` of this session.
    pub standard_conforming_strings: bool,
    /// Whether a pooler stands between: the process that answers is not the one that was connected to.
    #[serde(skip)]
    pub pooled: bool,
    /// The managed service that this looks like.
    #[serde(skip)]
    pub service: Option<Service>,
    roles: Vec<String>,
    settings: Vec<String>,
    aurora: bool,
}

/// An extension created in the database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where its objects are, quoted where necessary.
    pub namespace: String,
}

/// A managed or distributed service, told by its roles and settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Amazon Aurora PostgreSQL.
    Aurora,
    /// Amazon RDS for PostgreSQL.
    Rds,
    /// Google Cloud SQL.
    CloudSql,
    /// Google AlloyDB.
    AlloyDb,
    /// Azure Database for PostgreSQL.
    Azure,
    /// Neon.
    Neon,
    /// Supabase.
    Supabase,
    /// Citus.
    Citus,
}

impl Capabilities {
    /// Asks the server. `tap` is that of the same session: it knows the process that was connected to.
    ///
    /// # Errors
    /// [`Error::Product`] for something that only speaks PostgreSQL's protocol, or is too old; [`Error::Query`] when
    /// the question failed.
    pub async fn probe(session: &impl Query, tap: &Tap) -> Result<Self, Error> {
        let answer = match session.simple_query(PROBE).await {
            Ok(answer) => answer,
            Err(source) => {
                // Something that is no PostgreSQL fails on the catalog; its version tells what it is.
                let version = session.simple_query("SELECT version()").await.ok();
                refuse(version.as_deref().and_then(text).unwrap_or_default())?;
                return Err(Error::Query { doing: "asking the server what it can do", source });
            }
        };
        let mut found: Self =
            text(&answer).and_then(|json| serde_json::from_str(json).ok()).ok_or_else(|| Error::Product {
                product: "this server".to_owned(),
                why: "it answers the catalog queries of PostgreSQL in another shape",
            })?;
        refuse(&found.version)?;
        if found.version_number < OLDEST {
            return Err(Error::Product {
                product: format!("PostgreSQL {}", found.version_number / 10_000),
                why: "pgkeel works with PostgreSQL 14 and later",
            });
        }
        // An engine that names no process has no pooler in front of it.
        found.pooled = tap.backend_pid().is_some_and(|pid| pid != 0 && pid != found.backend_pid);
        found.service = found.service();
        Ok(found)
    }

    /// The major version, e.g. 15.
    pub fn major(&self) -> u32 {
        self.version_number / 10_000
    }

    /// The version of an extension created in the database.
    pub fn extension(&self, name: &str) -> Option<&str> {
        self.extensions
            .iter()
            .find(|extension| extension.name == name)
            .map(|extension| extension.version.as_str())
    }

    /// Why migrations cannot run through this connection, and what to do: a standby, a read-only default, a pooler.
    pub fn obstacle(&self) -> Option<String> {
        if self.in_recovery {
            return Some(
                "the server is a standby; connect to the primary (target_session_attrs=read-write)"
                    .to_owned(),
            );
        }
        if self.read_only {
            return Some(format!(
                "transactions are read-only by default for \"{}\" in \"{}\" (default_transaction_read_only); SHOW, and \
                 pg_db_role_setting, tell where it is set: ALTER DATABASE {} RESET default_transaction_read_only, or ALTER \
                 ROLE {} RESET default_transaction_read_only",
                self.user,
                self.database,
                Ident(&self.database),
                Ident(&self.user),
            ));
        }
        self.pooled.then(|| {
            format!("a connection pooler stands between pgkeel and the server: {}", self.direct_address())
        })
    }

    /// How the server is reached without the pooler that stands before it.
    pub fn direct_address(&self) -> String {
        match (self.service, &self.server_address) {
            (Some(Service::Neon), _) => "leave \"-pooler\" out of the host".to_owned(),
            (Some(Service::Supabase), _) => "use port 5432 instead of 6543".to_owned(),
            (_, address) => direct_words(address.as_deref(), &self.server_port.to_string()),
        }
    }

    fn service(&self) -> Option<Service> {
        let role = |name: &str| self.roles.iter().any(|role| role == name);
        let setting = |prefix: &str| self.settings.iter().any(|setting| setting == prefix);
        let signs = [
            (self.aurora, Service::Aurora),
            (role("rds_superuser"), Service::Rds),
            (role("alloydbsuperuser") || setting("alloydb"), Service::AlloyDb),
            (role("cloudsqlsuperuser") || setting("cloudsql"), Service::CloudSql),
            (role("azure_pg_admin") || setting("azure"), Service::Azure),
            (role("neon_superuser") || setting("neon"), Service::Neon),
            (role("supabase_admin"), Service::Supabase),
            (self.extension("citus").is_some(), Service::Citus),
        ];
        signs.into_iter().find(|(sign, _)| *sign).map(|(_, service)| service)
    }
}

/// Where the server itself is, as the pooler reaches it.
pub(super) fn direct_words(address: Option<&str>, port: &str) -> String {
    match address {
        Some(address) => {
            let host = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
            format!("use the address of the server itself, which the pooler reaches at {host}:{port}")
        }
        None => format!(
            "use the address of the server itself, which the pooler reaches through a Unix socket of its own machine, port \
             {port}"
        ),
    }
}

/// Refuses what is known to break pgkeel's promises.
fn refuse(version: &str) -> Result<(), Error> {
    const NO_LOCK: &str =
        "it has no working advisory locks, and its DDL does not commit together with the history";
    const NO_DDL: &str = "its DDL does not commit together with the history row that records it";
    let products = [
        ("CockroachDB", "CockroachDB", NO_LOCK),
        ("-YB-", "YugabyteDB", NO_DDL),
        ("Redshift", "Amazon Redshift", "it lacks most of PostgreSQL's catalog"),
        ("Greenplum", "Greenplum", "its catalog and DDL differ from PostgreSQL's"),
        ("Materialize", "Materialize", NO_DDL),
        ("RisingWave", "RisingWave", NO_DDL),
        ("QuestDB", "QuestDB", NO_DDL),
        ("CrateDB", "CrateDB", NO_DDL),
    ];
    match products.into_iter().find(|(sign, ..)| version.contains(sign)) {
        Some((_, product, why)) => Err(Error::Product { product: product.to_owned(), why }),
        None => Ok(()),
    }
}

fn text(answer: &[SimpleQueryMessage]) -> Option<&str> {
    answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => column(row, 0),
        _ => None,
    })
}
