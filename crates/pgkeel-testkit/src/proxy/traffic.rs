//! What passed through a proxy.

/// The longest part of a message that is kept.
pub(super) const KEPT: usize = 64 * 1024;

/// One message of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The number of its connection, from 1.
    pub connection: usize,
    /// Its type (`Q` a simple query, `P` parse, `S` sync, `d` copy data); 0 for the startup packet.
    pub tag: u8,
    /// Its body, at most 64 KiB of it.
    pub body: Vec<u8>,
}

impl Request {
    /// The body as text, for queries.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).trim_end_matches('\0').to_owned()
    }
}

/// Counts and records of all connections together.
#[derive(Debug, Clone, Default)]
pub struct Traffic {
    /// Connections accepted.
    pub connections: usize,
    /// Times that a client sent something after it had received something (the startup included, Terminate not): exact when the
    /// proxy has a latency, else an upper bound.
    pub round_trips: usize,
    /// `ReadyForQuery` messages of the server: one per simple query or sync, and one after the startup.
    pub ready_for_query: usize,
    /// Bytes from clients.
    pub sent: u64,
    /// Bytes to clients.
    pub received: u64,
    /// The clients' messages in the order of arrival.
    pub requests: Vec<Request>,
}

impl Traffic {
    /// The texts of simple queries and parsed statements, in order.
    pub fn queries(&self) -> Vec<String> {
        self.requests
            .iter()
            .filter_map(|request| match request.tag {
                b'Q' => Some(request.text()),
                // Parse: the statement's name, a zero byte, then its text up to the next one.
                b'P' => request
                    .body
                    .split(|byte| *byte == 0)
                    .nth(1)
                    .map(|text| String::from_utf8_lossy(text).into()),
                _ => None,
            })
            .collect()
    }
}
