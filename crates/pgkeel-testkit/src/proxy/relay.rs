//! One proxied connection: a thread for each direction.

use std::io::{Read, Result, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::cut::Cut;
use super::stream::Stream;
use super::traffic::{KEPT, Request};
use super::wire::{CANCEL_REQUEST, GSS_REQUEST, Messages, TLS_REQUEST, startup_code};
use super::{Shared, locked};

/// What both directions of one connection know.
#[derive(Debug)]
struct Link {
    number: usize,
    /// The client has received something since it last sent something (true at first: connecting counts).
    answered: AtomicBool,
    /// The server owes a single byte: whether it accepts encryption.
    negotiating: AtomicBool,
    /// Encrypted, or a cancel request: bytes pass unread.
    opaque: AtomicBool,
}

/// What to do with a message.
enum Verdict {
    Pass,
    Cut { halfway: bool },
}

/// Connects to the upstream and relays in both directions.
pub(super) fn start(client: TcpStream, shared: &Arc<Shared>) -> Result<()> {
    client.set_nodelay(true)?;
    let client = Stream::Tcp(client);
    let server = Stream::connect(&shared.upstream)?;
    let number = {
        let mut traffic = locked(&shared.traffic);
        traffic.connections += 1;
        traffic.connections
    };
    let link = Arc::new(Link {
        number,
        answered: AtomicBool::new(true),
        negotiating: AtomicBool::new(false),
        opaque: AtomicBool::new(false),
    });
    let ends = (client.twin()?, server.twin()?);
    locked(&shared.open).extend([client.twin()?, server.twin()?]);
    let (up, up_link) = (Arc::clone(shared), Arc::clone(&link));
    std::thread::spawn(move || {
        // Either side closing ends the relay: there is nobody to report to but the other side.
        let _ = requests(client, server, &up, &up_link);
    });
    let (mut to_client, from_server) = ends;
    let down = Arc::clone(shared);
    std::thread::spawn(move || {
        let _ = replies(from_server, &mut to_client, &down, &link);
        to_client.close();
    });
    Ok(())
}

fn requests(mut client: Stream, mut server: Stream, shared: &Shared, link: &Link) -> Result<()> {
    let mut messages = Messages::default();
    let mut started = false;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = client.read(&mut buffer)?;
        if count == 0 {
            if !shared.half_open.load(Ordering::SeqCst) {
                server.close();
            }
            return Ok(());
        }
        wait_while_frozen(shared);
        let bytes = buffer.get(..count).unwrap_or_default();
        messages.push(bytes);
        locked(&shared.traffic).sent += count as u64;
        while !link.opaque.load(Ordering::SeqCst) {
            let Some(message) = messages.next(started) else { break };
            let tag = message.first().copied().filter(|_| started).unwrap_or(0);
            // Nobody waits for an answer to a Terminate.
            if tag != b'X' {
                count_turn(shared, link);
            }
            if started {
                record(shared, link, tag, message.get(5..));
                if let Verdict::Cut { halfway } = judge(shared, |cut| cut.meets_request(&message)) {
                    return sever(&mut server, &client, &message, halfway);
                }
            } else {
                started = packet(shared, link, &message);
            }
            server.write_all(&message)?;
        }
        if link.opaque.load(Ordering::SeqCst) {
            count_turn(shared, link);
            server.write_all(&messages.take())?;
        }
    }
}

fn count_turn(shared: &Shared, link: &Link) {
    if link.answered.swap(false, Ordering::SeqCst) {
        locked(&shared.traffic).round_trips += 1;
    }
}

/// A packet before the session: returns whether it was the startup itself.
fn packet(shared: &Shared, link: &Link, packet: &[u8]) -> bool {
    match startup_code(packet) {
        TLS_REQUEST | GSS_REQUEST => {
            link.negotiating.store(true, Ordering::SeqCst);
            false
        }
        CANCEL_REQUEST => {
            link.opaque.store(true, Ordering::SeqCst);
            false
        }
        _ => {
            record(shared, link, 0, packet.get(8..));
            true
        }
    }
}

fn replies(mut server: Stream, client: &mut Stream, shared: &Shared, link: &Link) -> Result<()> {
    let mut messages = Messages::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = server.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        let latency = *locked(&shared.latency);
        if latency > Duration::ZERO {
            std::thread::sleep(latency);
        }
        wait_while_frozen(shared);
        let bytes = buffer.get(..count).unwrap_or_default();
        locked(&shared.traffic).received += count as u64;
        if link.negotiating.swap(false, Ordering::SeqCst) {
            // 'S' or 'G': encryption follows and nothing can be read any more.
            link.opaque.store(matches!(bytes, [b'S' | b'G', ..]), Ordering::SeqCst);
            link.answered.store(true, Ordering::SeqCst);
            client.write_all(bytes)?;
            continue;
        }
        messages.push(bytes);
        if link.opaque.load(Ordering::SeqCst) {
            link.answered.store(true, Ordering::SeqCst);
            client.write_all(&messages.take())?;
            continue;
        }
        while let Some(message) = messages.next(true) {
            if let Verdict::Cut { halfway } = judge(shared, |cut| cut.meets_reply(&message)) {
                return sever(client, &server, &message, halfway);
            }
            if message.first() == Some(&b'Z') {
                locked(&shared.traffic).ready_for_query += 1;
            }
            link.answered.store(true, Ordering::SeqCst);
            let spoiled = locked(&shared.garble).as_mut().and_then(|garble| garble.spoil(&message));
            if let Some(spoiled) = spoiled {
                client.write_all(&spoiled)?;
                // What follows would be read as a part of it: the client must not wait for the rest for ever.
                return sever(client, &server, &[], false);
            }
            client.write_all(&message)?;
        }
    }
}

fn judge(shared: &Shared, meets: impl FnOnce(&mut Cut) -> bool) -> Verdict {
    let mut armed = locked(&shared.cut);
    if !armed.as_mut().is_some_and(meets) {
        return Verdict::Pass;
    }
    let halfway = armed.take().is_some_and(|cut| cut.halfway);
    shared.cuts.fetch_add(1, Ordering::SeqCst);
    Verdict::Cut { halfway }
}

/// Ends both connections at `message`, which was on its way to `target`.
fn sever(target: &mut Stream, source: &Stream, message: &[u8], halfway: bool) -> Result<()> {
    if halfway {
        target.write_all(message.get(..message.len() / 2).unwrap_or_default())?;
    }
    target.close();
    source.close();
    Ok(())
}

fn record(shared: &Shared, link: &Link, tag: u8, body: Option<&[u8]>) {
    let body = body.unwrap_or_default();
    let body = body.get(..KEPT).unwrap_or(body).to_vec();
    locked(&shared.traffic).requests.push(Request { connection: link.number, tag, body });
}

fn wait_while_frozen(shared: &Shared) {
    while shared.frozen.load(Ordering::SeqCst) && !shared.closed.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(5));
    }
}
