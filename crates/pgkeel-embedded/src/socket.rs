//! The address a server listens on and the byte streams between a client, the front and the engine.
//!
//! A Unix socket in a folder that only this user may enter, because the engine asks for no password; loopback TCP on a
//! free port where there are no Unix sockets, or where the folder's path is too long for one.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
#[cfg(unix)]
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// PostgreSQL's port, which is part of a Unix socket's name.
const PORT: u16 = 5432;
/// The longest path of a Unix socket in bytes that every system takes (`sun_path` of macOS has 104).
#[cfg(unix)]
const LONGEST: usize = 100;

/// Where a server can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// A Unix socket, by its file.
    #[cfg(unix)]
    Unix(PathBuf),
    /// A port of the loopback interface.
    Tcp(SocketAddr),
}

impl Address {
    /// A Unix socket in `folder` if it can be, otherwise a loopback port that the system chooses on binding.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        #[cfg(unix)]
        {
            let path = folder.join(format!(".s.PGSQL.{PORT}"));
            if path.as_os_str().len() <= LONGEST {
                return Self::Unix(path);
            }
        }
        #[cfg(not(unix))]
        let _ = folder;
        Self::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// The URL by which a PostgreSQL client reaches `database` as `user` here.
    pub(crate) fn url(&self, user: &str, database: &str) -> String {
        match self {
            #[cfg(unix)]
            Self::Unix(path) => {
                let folder = path.parent().map(Path::to_string_lossy).unwrap_or_default();
                format!(
                    "postgresql://{user}@/{database}?host={}&port={PORT}&sslmode=disable",
                    percent(&folder)
                )
            }
            Self::Tcp(address) => format!("postgresql://{user}@{address}/{database}?sslmode=disable"),
        }
    }

    /// Opens a stream to this address.
    pub(crate) fn connect(&self) -> io::Result<Socket> {
        match self {
            #[cfg(unix)]
            Self::Unix(path) => UnixStream::connect(path).map(Socket::Unix),
            Self::Tcp(address) => {
                let stream = TcpStream::connect(address)?;
                stream.set_nodelay(true)?;
                Ok(Socket::Tcp(stream))
            }
        }
    }
}

/// Percent-encodes what may not stand in the query part of a URL.
#[cfg(unix)]
fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Accepts clients.
pub(crate) enum Listener {
    #[cfg(unix)]
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Listener {
    /// Binds `address` and gives the address that clients can use.
    pub(crate) fn bind(address: &Address) -> io::Result<(Self, Address)> {
        match address {
            #[cfg(unix)]
            Address::Unix(path) => Ok((Self::Unix(UnixListener::bind(path)?), address.clone())),
            Address::Tcp(wanted) => {
                let listener = TcpListener::bind(wanted)?;
                let bound = listener.local_addr()?;
                Ok((Self::Tcp(listener), Address::Tcp(bound)))
            }
        }
    }

    /// Waits for the next client.
    pub(crate) fn accept(&self) -> io::Result<Socket> {
        match self {
            #[cfg(unix)]
            Self::Unix(listener) => listener.accept().map(|(stream, _)| Socket::Unix(stream)),
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nodelay(true)?;
                Ok(Socket::Tcp(stream))
            }
        }
    }
}

/// One byte stream.
pub(crate) enum Socket {
    #[cfg(unix)]
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Socket {
    /// A second handle to the same stream.
    pub(crate) fn again(&self) -> io::Result<Self> {
        match self {
            #[cfg(unix)]
            Self::Unix(stream) => stream.try_clone().map(Self::Unix),
            Self::Tcp(stream) => stream.try_clone().map(Self::Tcp),
        }
    }

    /// Closes one or both directions; a stream that is closed already stays so.
    pub(crate) fn close(&self, how: Shutdown) {
        let _ = match self {
            #[cfg(unix)]
            Self::Unix(stream) => stream.shutdown(how),
            Self::Tcp(stream) => stream.shutdown(how),
        };
    }

    /// How long a read may wait; `None` for ever.
    pub(crate) fn patience(&self, timeout: Option<Duration>) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Self::Unix(stream) => stream.set_read_timeout(timeout),
            Self::Tcp(stream) => stream.set_read_timeout(timeout),
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            #[cfg(unix)]
            Self::Unix(stream) => stream.read(buffer),
            Self::Tcp(stream) => stream.read(buffer),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            #[cfg(unix)]
            Self::Unix(stream) => stream.write(bytes),
            Self::Tcp(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Self::Unix(stream) => stream.flush(),
            Self::Tcp(stream) => stream.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_url_escapes_the_folder() {
        let address = Address::Unix(PathBuf::from("/home/a b&c/.s.PGSQL.5432"));
        assert_eq!(
            address.url("postgres", "postgres"),
            "postgresql://postgres@/postgres?host=/home/a%20b%26c&port=5432&sslmode=disable"
        );
    }

    #[test]
    fn a_folder_too_long_for_a_socket_gives_a_loopback_port() {
        let address = Address::in_folder(&PathBuf::from("/".to_owned() + &"x".repeat(120)));
        assert_eq!(address, Address::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
    }
}
