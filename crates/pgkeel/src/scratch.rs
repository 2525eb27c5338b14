//! Scratch databases: where SQL files are loaded to be read back, and where plans are proven. Chosen in this order: a
//! server that the user names; a PostgreSQL installation of this machine, started as a private cluster; the embedded
//! engine. Never, unasked, a server that the user works with.

mod beginning;
mod cluster;
mod installation;
mod load;
mod roles;
mod said;
mod send;
mod transaction;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use pgkeel_core::sql::ident::{Ident, Literal};

use crate::answer::column;
use crate::database::{ConnectOptions, Provider, Running, Session, Target, connect};

pub use beginning::{Beginning, Found};
pub use cluster::ClusterError;
pub use load::{LoadError, Runs, Script, load};
pub(crate) use said::{refusal, said};
pub(crate) use send::{Attempts, ends_transactions, is_missing_role};

/// What a scratch server may be.
#[derive(Clone, Default)]
pub struct Choice {
    /// A server that the user names for it.
    pub url: Option<String>,
    /// The embedded engine, where it is compiled in.
    pub embedded: Option<Arc<dyn Provider>>,
    /// The major version that is wanted, when several are installed; otherwise the newest.
    pub major: Option<u32>,
}

/// The major version of the embedded engine.
const EMBEDDED_MAJOR: u32 = 17;

/// Why there is no scratch database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be reached, or refuses.
    #[error("the scratch database: {0}")]
    Database(#[from] crate::database::Error),
    /// It refuses.
    #[error("the scratch database: {}", said(.0))]
    Refused(#[from] tokio_postgres::Error),
    /// A private cluster could not be started.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// There is nothing to make one with.
    #[error(
        "a scratch database is needed, and there is none: name a server with --scratch-url, install PostgreSQL on this \
         machine, or use a pgkeel with the embedded engine"
    )]
    Nothing,
}

enum Kind {
    /// Named by the user: its databases are dropped again.
    Named,
    /// Ours, and gone with this value.
    Private { _cluster: cluster::Cluster },
    /// Ours, and good for one database.
    Embedded { _running: Box<dyn Running> },
}

/// A server for scratch databases.
pub struct Server {
    target: Target,
    kind: Kind,
    name: String,
    notes: Vec<String>,
    next: AtomicU32,
    /// Its databases that are open.
    open: Arc<AtomicU32>,
}

impl Server {
    /// Starts or reaches one.
    ///
    /// # Errors
    /// When nothing of `choice` can be used.
    pub async fn start(choice: &Choice) -> Result<Self, Error> {
        if let Some(url) = &choice.url {
            let target = Target::parse(url)?;
            if target.embedded().is_some() {
                return Self::engine(choice.embedded.as_ref().ok_or(Error::Nothing)?).await;
            }
            let name = format!("scratch databases on {}", target.masked());
            return Ok(Self::new(target, Kind::Named, name));
        }
        let wants_embedded = choice.major == Some(EMBEDDED_MAJOR) && choice.embedded.is_some();
        let installation = installation::find(choice.major)
            // PostgreSQL writes views differently from major to major: the same major tells more than an installation.
            .filter(|installation| !wants_embedded || installation.major == EMBEDDED_MAJOR);
        if let Some(installation) = installation {
            let cluster = cluster::Cluster::start(&installation).await?;
            let target = Target::parse(cluster.url())?;
            let name =
                format!("a private PostgreSQL {} from {}", installation.major, installation.bin.display());
            let kind = Kind::Private { _cluster: cluster };
            return Ok(Self::new(target, kind, name));
        }
        Self::engine(choice.embedded.as_ref().ok_or(Error::Nothing)?).await
    }

    /// The embedded engine, started for this.
    async fn engine(provider: &Arc<dyn Provider>) -> Result<Self, Error> {
        let running = provider.start(None).await?;
        let target = Target::parse(running.url())?;
        let notes = running.notes().to_vec();
        let kind = Kind::Embedded { _running: running };
        let name = format!("the embedded PostgreSQL {EMBEDDED_MAJOR}");
        Ok(Self { notes, ..Self::new(target, kind, name) })
    }

    fn new(target: Target, kind: Kind, name: String) -> Self {
        Self { target, kind, name, notes: vec![], next: AtomicU32::new(0), open: Arc::default() }
    }

    /// What it is, for the user to read.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the user should know about it.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether it is ours alone, and goes with this value.
    fn is_private(&self) -> bool {
        !matches!(self.kind, Kind::Named)
    }

    /// Whether it is the embedded engine.
    pub fn is_embedded(&self) -> bool {
        matches!(self.kind, Kind::Embedded { .. })
    }

    /// A new, empty database.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn database(&self) -> Result<Database, Error> {
        let options = ConnectOptions::default();
        if let Kind::Embedded { .. } = self.kind {
            let session = connect(&self.target, &options).await?;
            // There is one database and one connection: what an earlier use left is emptied out.
            session.client().batch_execute(EMPTY).await?;
            return Ok(Database::new(session, "postgres".to_owned(), None));
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let name = format!("pgkeel_scratch_{}_{number}_{:08x}", std::process::id(), fastrand::u32(..));
        let keeper = connect(&self.target, &options).await?;
        keeper.client().batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).await?;
        keeper.close().await;
        let session = connect(&self.target.with_database(&name)?, &options).await?;
        self.open.fetch_add(1, Ordering::Relaxed);
        let (open, stays) = (Arc::clone(&self.open), !self.is_private());
        let drop = Some(Leftover { target: self.target.clone(), stays, open });
        Ok(Database::new(session, name, drop))
    }
}

/// Drops what belongs to no namespace, every namespace, and the roles, and makes `public` anew.
const EMPTY: &str = "DO $$ DECLARE n text; BEGIN \
    EXECUTE pg_catalog.format('ALTER DATABASE %I OWNER TO %I', pg_catalog.current_database(), session_user); \
    EXECUTE pg_catalog.format('ALTER DATABASE %I RESET ALL', pg_catalog.current_database()); \
    PERFORM pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata; \
    FOR n IN SELECT pg_catalog.format('ALTER DEFAULT PRIVILEGES FOR ROLE %I ', pg_catalog.pg_get_userbyid(defaclrole)) || w.words \
        FROM pg_catalog.pg_default_acl, LATERAL (SELECT CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' \
            WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END) k (kind), \
            LATERAL (SELECT 1, pg_catalog.format('REVOKE ALL ON %s FROM %s', kind, \
                CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(grantee)) END) \
                FROM pg_catalog.aclexplode(defaclacl) \
            UNION SELECT 2, pg_catalog.format('GRANT ALL ON %s TO %I', kind, pg_catalog.pg_get_userbyid(defaclrole)) \
            UNION SELECT 3, 'GRANT ALL ON ' || kind || ' TO PUBLIC' WHERE defaclobjtype IN ('f', 'T')) w (turn, words) \
        WHERE defaclnamespace = 0 ORDER BY defaclrole, kind, w.turn LOOP EXECUTE n; END LOOP; \
    FOR n IN SELECT pg_catalog.format('DROP EVENT TRIGGER %I', evtname) FROM pg_catalog.pg_event_trigger \
        UNION ALL SELECT pg_catalog.format('DROP PUBLICATION %I', pubname) FROM pg_catalog.pg_publication \
        UNION ALL SELECT pg_catalog.format('DROP EXTENSION IF EXISTS %I CASCADE', extname) FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql' \
        UNION ALL SELECT pg_catalog.format('DROP SCHEMA %I CASCADE', nspname) FROM pg_catalog.pg_namespace \
            WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP EXECUTE n; END LOOP; \
    FOR n IN SELECT pg_catalog.format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname) FROM pg_catalog.pg_foreign_data_wrapper \
        UNION ALL SELECT pg_catalog.format('DROP LANGUAGE %I CASCADE', lanname) FROM pg_catalog.pg_language WHERE oid >= 16384 \
        UNION ALL SELECT pg_catalog.format('DROP ACCESS METHOD %I CASCADE', amname) FROM pg_catalog.pg_am WHERE oid >= 16384 \
        UNION ALL SELECT pg_catalog.format('DROP CAST (%s AS %s)', castsource::pg_catalog.regtype, casttarget::pg_catalog.regtype) \
            FROM pg_catalog.pg_cast WHERE oid >= 16384 LOOP EXECUTE n; END LOOP; \
    FOR n IN SELECT rolname FROM pg_catalog.pg_roles WHERE oid >= 16384 LOOP \
        EXECUTE pg_catalog.format('DROP OWNED BY %I CASCADE', n); EXECUTE pg_catalog.format('DROP ROLE %I', n); END LOOP; END $$; \
    CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC; \
    COMMENT ON SCHEMA public IS 'standard public schema'; ALTER SCHEMA public OWNER TO pg_database_owner";

/// Drops the database's subscriptions, which keep it from being dropped: each without its slot, which nobody made.
const UNSUBSCRIBE: &str = "ROLLBACK; RESET SESSION AUTHORIZATION; RESET ROLE; \
    DO $$ DECLARE s name; BEGIN \
    FOR s IN SELECT subname FROM pg_catalog.pg_subscription JOIN pg_catalog.pg_database d ON d.oid = subdbid \
        WHERE d.datname = pg_catalog.current_database() LOOP \
    EXECUTE pg_catalog.format('ALTER SUBSCRIPTION %I DISABLE', s); \
    EXECUTE pg_catalog.format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', s); \
    EXECUTE pg_catalog.format('DROP SUBSCRIPTION %I', s); END LOOP; END $$";

/// A scratch database and a session in it.
pub struct Database {
    session: Session,
    name: String,
    drop: Option<Leftover>,
    /// Roles that were made for it.
    made: Mutex<roles::Made>,
    /// The transaction that is open.
    transaction: Mutex<Option<transaction::Open>>,
}

/// What has to be cleaned up, and where.
struct Leftover {
    target: Target,
    /// The server stays, and only the roles made for this database go.
    stays: bool,
    /// How many databases of this server are open.
    open: Arc<AtomicU32>,
}

impl Database {
    fn new(session: Session, name: String, drop: Option<Leftover>) -> Self {
        Self { session, name, drop, made: Mutex::default(), transaction: Mutex::default() }
    }

    /// The session.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Its name on its server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Another session in it; `None` where there can be only one, as in the embedded engine.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn second(&self) -> Result<Option<Session>, Error> {
        let Some(Leftover { target, .. }) = &self.drop else { return Ok(None) };
        let session = connect(&target.with_database(&self.name)?, &ConnectOptions::default()).await?;
        Ok(Some(session))
    }

    /// Makes a role that a schema speaks of, unless there is one: it may not log in and owns nothing but what is here.
    ///
    /// # Errors
    /// When the server refuses, for example because the role of the session may not make any.
    pub async fn make_role(&self, role: &str) -> Result<(), tokio_postgres::Error> {
        // Another run may be making the same one.
        let sql = format!(
            "DO $pgkeel$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN \
             BEGIN CREATE ROLE {} NOLOGIN; PERFORM pg_catalog.set_config('pgkeel.made', 'yes', false); \
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END; END IF; END $pgkeel$; \
             SELECT pg_catalog.current_setting('pgkeel.made', true); RESET pgkeel.made",
            Literal(role),
            Ident(role)
        );
        let answer = self.session.client().simple_query(&sql).await?;
        let made = answer.iter().any(|message| {
            matches!(message, tokio_postgres::SimpleQueryMessage::Row(row) if column(row, 0) == Some("yes"))
        });
        if made && let Ok(mut made) = self.made.lock() {
            made.roles.insert(role.to_owned());
        }
        Ok(())
    }

    /// Drops it, and the roles made for it on a server that stays.
    pub async fn close(self) {
        // A schema without any leaves nothing to do, and one whose session is lost is left to its server.
        let _ = self.session.client().batch_execute(UNSUBSCRIBE).await;
        self.session.close().await;
        let Some(Leftover { target, stays, open }) = self.drop else { return };
        let Ok(keeper) = connect(&target, &ConnectOptions::default()).await else { return };
        // A database that stays behind is named after us, and nothing depends on its going.
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", Ident(&self.name));
        let _ = keeper.client().batch_execute(&drop).await;
        // One that is open may be about to use them.
        let is_last = open.fetch_sub(1, Ordering::Relaxed) == 1;
        if !stays && is_last {
            let _ = keeper.client().batch_execute(roles::DROP_ALL).await;
        }
        let made = self.made.into_inner().unwrap_or_default();
        for role in made.roles.iter().filter(|_| stays) {
            // Another scratch database may have come to use it: then that one's owner keeps it.
            let _ = keeper.client().batch_execute(&format!("DROP ROLE IF EXISTS {}", Ident(role))).await;
        }
        keeper.close().await;
    }
}
