//! A primary and a hot standby that follows it.

use std::process::Command;

use crate::cluster::{Cluster, finish};
use crate::server::PrivateServer;
use crate::{Server, run};

/// A private primary with one streaming standby.
#[derive(Debug)]
pub struct Standby {
    /// The server that accepts writes.
    pub primary: PrivateServer,
    /// The server that replays them and accepts reads only.
    pub standby: PrivateServer,
}

impl Standby {
    /// Starts both.
    ///
    /// # Panics
    /// When the major is not installed or a server does not start.
    pub fn start(major: u32) -> Self {
        Self::try_start(major).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_start(major: u32) -> Result<Self, String> {
        let primary = Server::start_private(major, &[]);
        // A copy of a cleanly stopped cluster is a base backup that needs no pg_basebackup of the same major.
        primary.cluster.stop("fast")?;
        let folder = run::private_folder("standby")?;
        let copied = Command::new("cp").arg("-a").arg(&primary.cluster.folder).arg(&folder).status();
        let restarted = primary.cluster.start();
        if !copied.is_ok_and(|status| status.success()) {
            return Err(format!("cp -a to {} failed", folder.display()));
        }
        restarted?;
        // Made by the servers' user, who then owns it.
        finish(Command::new("touch").arg(folder.join("data/standby.signal")), "touch")?;
        let upstream =
            format!("host={} port={} user=postgres", primary.socket_folder().display(), primary.port());
        let installation = primary.cluster.installation.clone();
        let cluster = Cluster::start_in(installation, &folder, &[("primary_conninfo", &upstream)])?;
        cluster.ends_with_process(std::process::id())?;
        Ok(Self { primary, standby: PrivateServer { server: Server { cluster } } })
    }
}
