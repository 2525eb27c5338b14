//! A proxy between a client and a server that counts round trips, records, delays, and cuts the connection.

mod cut;
mod garble;
mod relay;
mod stream;
mod traffic;
mod wire;

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

pub use cut::Cut;
pub use traffic::{Request, Traffic};

use crate::{Server, TestDatabase};

/// Where a proxy's connections go.
#[derive(Debug, Clone)]
pub enum Upstream {
    /// A host and port.
    Tcp(String, u16),
    /// A server's Unix socket.
    Unix(PathBuf),
}

impl From<&Server> for Upstream {
    fn from(server: &Server) -> Self {
        Self::Unix(server.socket_folder().join(format!(".s.PGSQL.{}", server.port())))
    }
}

impl From<&TestDatabase<'_>> for Upstream {
    fn from(database: &TestDatabase<'_>) -> Self {
        Self::from(database.server())
    }
}

/// A listening proxy on 127.0.0.1; dropped, it closes every connection.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

/// What a proxy's threads share.
#[derive(Debug)]
pub(crate) struct Shared {
    upstream: Upstream,
    traffic: Mutex<Traffic>,
    cut: Mutex<Option<Cut>>,
    garble: Mutex<Option<garble::Garble>>,
    latency: Mutex<Duration>,
    open: Mutex<Vec<stream::Stream>>,
    cuts: AtomicUsize,
    frozen: AtomicBool,
    /// Whether the server's side of a connection stays open when the client's ends.
    half_open: AtomicBool,
    refusing: AtomicBool,
    closed: AtomicBool,
}

impl Proxy {
    /// Starts a proxy in front of a server.
    ///
    /// # Panics
    /// When no port is free.
    pub fn start(upstream: impl Into<Upstream>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("a bound listener has an address").port();
        let shared = Arc::new(Shared {
            upstream: upstream.into(),
            traffic: Mutex::default(),
            cut: Mutex::default(),
            garble: Mutex::default(),
            latency: Mutex::default(),
            open: Mutex::default(),
            cuts: AtomicUsize::new(0),
            frozen: AtomicBool::new(false),
            half_open: AtomicBool::new(false),
            refusing: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        });
        let listening = Arc::clone(&shared);
        std::thread::spawn(move || accept(&listener, &listening));
        Self { port, shared }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of a database through this proxy, as the superuser, without TLS.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// Holds each answer back for so long: a network with this round-trip time. It also makes
    /// [`Traffic::round_trips`] exact: without it an answer may arrive between two messages that the client sends
    /// without waiting, and they count as two trips.
    pub fn set_latency(&self, round_trip: Duration) {
        *locked(&self.shared.latency) = round_trip;
    }

    /// Cuts the connection that next meets `cut`, once; the connections after it pass.
    pub fn arm(&self, cut: Cut) {
        *locked(&self.shared.cut) = Some(cut);
    }

    /// Spoils the server's message number `number` (from 0), once, in a way that `seed` chooses: bytes of it change, it is cut
    /// short, it comes twice, or noise comes in its place.
    pub fn garble(&self, number: usize, seed: u64) {
        *locked(&self.shared.garble) = Some(garble::Garble::new(number, seed));
    }

    /// Closes every open connection now.
    pub fn cut_all(&self) {
        for stream in locked(&self.shared.open).drain(..) {
            stream.close();
        }
    }

    /// Closes the client's side of every open connection and keeps the server's open: a network that lost the way back, of
    /// which the server learns nothing.
    pub fn lose_clients(&self) {
        self.shared.half_open.store(true, Ordering::SeqCst);
        // Each connection has put its two ends there, the client's first.
        for client in locked(&self.shared.open).iter().step_by(2) {
            client.close();
        }
    }

    /// How many connections were cut by what [`Proxy::arm`] armed.
    pub fn cuts(&self) -> usize {
        self.shared.cuts.load(Ordering::SeqCst)
    }

    /// Stops passing anything without closing anything: a network that went silent.
    pub fn freeze(&self) {
        self.shared.frozen.store(true, Ordering::SeqCst);
    }

    /// Passes again what [`Proxy::freeze`] held.
    pub fn thaw(&self) {
        self.shared.frozen.store(false, Ordering::SeqCst);
    }

    /// While true, new connections are closed at once.
    pub fn refuse_connections(&self, refuse: bool) {
        self.shared.refusing.store(refuse, Ordering::SeqCst);
    }

    /// What passed since the start or the last [`Proxy::reset`].
    pub fn traffic(&self) -> Traffic {
        locked(&self.shared.traffic).clone()
    }

    /// Forgets what passed.
    pub fn reset(&self) {
        *locked(&self.shared.traffic) = Traffic::default();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        self.cut_all();
        // Wakes the listening thread so that it sees the end.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if shared.closed.load(Ordering::SeqCst) {
            return;
        }
        let Ok(client) = client else { continue };
        if shared.refusing.load(Ordering::SeqCst) {
            continue;
        }
        // A server that is down looks to the client like a connection closed at once.
        drop(relay::start(client, shared));
    }
}

/// A poisoned lock means that a relay panicked, which the test then shows anyway: the values stay usable.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
