//! Sockets: TCP with keepalives, Unix sockets by folder or abstract name, and TLS on top.

use super::tls;
use pgkeel_core::url::{Connection, Place};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_postgres::tls::ChannelBinding;

/// Where a socket can be opened, after names were resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Endpoint {
    Tcp(SocketAddr),
    Socket(PathBuf),
    Abstract(String),
}

impl Endpoint {
    /// For messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Tcp(address) => address.to_string(),
            Self::Socket(path) => path.display().to_string(),
            Self::Abstract(name) => format!("@{name}"),
        }
    }

    pub(super) fn is_tcp(&self) -> bool {
        matches!(self, Self::Tcp(_))
    }
}

/// Every endpoint of a place, in the order in which to try them.
pub(super) async fn endpoints(place: &Place, port: u16) -> io::Result<Vec<Endpoint>> {
    Ok(match place {
        Place::Address(address) => vec![Endpoint::Tcp(SocketAddr::new(*address, port))],
        Place::Directory(folder) => vec![Endpoint::Socket(socket_in(folder, port))],
        Place::Abstract(name) => vec![Endpoint::Abstract(format!("{name}/.s.PGSQL.{port}"))],
        Place::Name(name) => lookup(name, port).await?,
        Place::Default => match default_socket(port) {
            Some(socket) => vec![Endpoint::Socket(socket)],
            None => lookup("localhost", port).await?,
        },
    })
}

/// Whether connecting to a place uses TCP, where alone there is TLS.
pub(super) fn uses_tcp(place: &Place, port: u16) -> bool {
    match place {
        Place::Address(_) | Place::Name(_) => true,
        Place::Directory(_) | Place::Abstract(_) => false,
        Place::Default => default_socket(port).is_none(),
    }
}

/// libpq has one folder compiled in; Debian's and PostgreSQL's own differ.
fn default_socket(port: u16) -> Option<PathBuf> {
    ["/var/run/postgresql", "/tmp"]
        .map(|folder| socket_in(folder, port))
        .into_iter()
        .find(|path| path.exists())
}

fn socket_in(folder: &str, port: u16) -> PathBuf {
    Path::new(folder).join(format!(".s.PGSQL.{port}"))
}

async fn lookup(name: &str, port: u16) -> io::Result<Vec<Endpoint>> {
    let found: Vec<Endpoint> = tokio::net::lookup_host((name, port)).await?.map(Endpoint::Tcp).collect();
    if found.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
    }
    Ok(found)
}

/// Opens a socket.
pub(super) async fn dial(endpoint: &Endpoint, connection: &Connection) -> io::Result<Wire> {
    match endpoint {
        Endpoint::Tcp(address) => {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            keep_alive(&stream, connection)?;
            Ok(Wire::Tcp(stream))
        }
        #[cfg(unix)]
        Endpoint::Socket(path) => Ok(Wire::Unix(UnixStream::connect(path).await?)),
        #[cfg(target_os = "linux")]
        Endpoint::Abstract(name) => {
            use std::os::linux::net::SocketAddrExt;
            let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
            let stream = std::os::unix::net::UnixStream::connect_addr(&address)?;
            stream.set_nonblocking(true)?;
            Ok(Wire::Unix(UnixStream::from_std(stream)?))
        }
        #[cfg(not(target_os = "linux"))]
        other => Err(io::Error::new(
            io::ErrorKind::Unsupported,
            format!("this system cannot open the socket {}", other.describe()),
        )),
    }
}

fn keep_alive(stream: &TcpStream, connection: &Connection) -> io::Result<()> {
    let socket = socket2::SockRef::from(stream);
    if let Some(wanted) = connection.keepalives {
        let mut settings = socket2::TcpKeepalive::new();
        if let Some(idle) = wanted.idle {
            settings = settings.with_time(idle);
        }
        if let Some(interval) = wanted.interval {
            settings = settings.with_interval(interval);
        }
        #[cfg(not(windows))]
        if let Some(count) = wanted.count {
            settings = settings.with_retries(count);
        }
        socket.set_tcp_keepalive(&settings)?;
    }
    #[cfg(target_os = "linux")]
    if connection.tcp_user_timeout.is_some() {
        socket.set_tcp_user_timeout(connection.tcp_user_timeout)?;
    }
    Ok(())
}

/// An open stream of any kind.
pub(super) enum Wire {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    Tls(Box<tokio_rustls::client::TlsStream<TcpStream>>),
}

impl Wire {
    pub(super) fn channel_binding(&self) -> ChannelBinding {
        match self {
            Self::Tls(stream) => tls::channel_binding(stream.get_ref().1),
            _ => ChannelBinding::none(),
        }
    }

    /// The version of TLS, when there is TLS.
    pub(super) fn tls_version(&self) -> Option<&'static str> {
        let Self::Tls(stream) = self else { return None };
        match stream.get_ref().1.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_2) => Some("TLSv1.2"),
            _ => Some("TLSv1.3"),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            #[cfg(unix)]
            Self::Unix(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, bytes),
            #[cfg(unix)]
            Self::Unix(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            #[cfg(unix)]
            Self::Unix(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            #[cfg(unix)]
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
