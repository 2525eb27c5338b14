//! The stream that the driver gets: a socket or a TLS stream, with the tap on its incoming side.

use super::super::socket::Wire;
use super::Tap;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// An open, already encrypted or deliberately plain, stream with its tap.
pub(in super::super) struct Tapped {
    wire: Wire,
    tap: Tap,
}

impl Tapped {
    pub(in super::super) fn new(wire: Wire, tap: Tap) -> Self {
        Self { wire, tap }
    }
}

impl AsyncRead for Tapped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        if let Err(error) = ready!(Pin::new(&mut self.wire).poll_read(cx, buf)) {
            self.tap.read(&[]);
            return Poll::Ready(Err(error));
        }
        self.tap.read(buf.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tapped {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}

impl TlsStream for Tapped {
    fn channel_binding(&self) -> ChannelBinding {
        self.wire.channel_binding()
    }
}

/// Encryption was settled before the driver is called, by our own rules; it is told to start "direct TLS", which then
/// means to take the stream as it is.
pub(in super::super) struct AsIs;

impl TlsConnect<Tapped> for AsIs {
    type Stream = Tapped;
    type Error = Infallible;
    type Future = Ready<Result<Tapped, Infallible>>;

    fn connect(self, stream: Tapped) -> Self::Future {
        ready(Ok(stream))
    }
}

impl Drop for Tapped {
    fn drop(&mut self) {
        self.tap.read(&[]);
    }
}
