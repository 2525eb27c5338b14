//! The user that servers run as: PostgreSQL refuses to run as root.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// A user of this machine by number.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    user: u32,
    group: u32,
}

/// As root, the user `postgres` (Debian's package makes it) or else `nobody`; otherwise `None`: ourselves.
pub fn account() -> Option<Account> {
    static FOUND: OnceLock<Option<Account>> = OnceLock::new();
    *FOUND.get_or_init(|| {
        if crate::install::own_user_id() != 0 {
            return None;
        }
        let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"].into_iter().find_map(|name| find(&users, name))
    })
}

fn find(users: &str, name: &str) -> Option<Account> {
    users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find_map(|fields| match fields.as_slice() {
        [user_name, _, user, group, ..] if *user_name == name => {
            Some(Account { user: user.parse().ok()?, group: group.parse().ok()? })
        }
        _ => None,
    })
}

/// The numbers of the servers' user and group.
///
/// # Errors
/// When this process cannot see its own.
pub fn ids() -> std::io::Result<(u32, u32)> {
    use std::os::unix::fs::MetadataExt as _;
    if let Some(account) = account() {
        return Ok((account.user, account.group));
    }
    std::fs::metadata("/proc/self").map(|own| (own.uid(), own.gid()))
}

/// Lets `command` run as the servers' user.
pub fn run_as_server(command: &mut Command) -> &mut Command {
    if let Some(account) = account() {
        command.uid(account.user).gid(account.group).current_dir("/");
    }
    command
}

/// Gives `path` to the servers' user.
///
/// # Errors
/// What the operating system says.
pub fn give_to_server(path: &Path) -> std::io::Result<()> {
    match account() {
        Some(account) => std::os::unix::fs::chown(path, Some(account.user), Some(account.group)),
        None => Ok(()),
    }
}
