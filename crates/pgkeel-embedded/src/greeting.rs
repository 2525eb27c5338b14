//! The first packets of a connection (PostgreSQL documentation, 53.7 "Message Formats": StartupMessage, SSLRequest,
//! GSSENCRequest, CancelRequest), and the error that refuses one.

use std::io::{self, Read, Write};

const PROTOCOL_MAJOR: u32 = 3;
const CANCEL: u32 = 80_877_102;
const SSL: u32 = 80_877_103;
const GSS: u32 = 80_877_104;
/// The server's own limit, `MAX_STARTUP_PACKET_LENGTH` in PostgreSQL's source.
const LONGEST: usize = 10_000;

/// What a client wants when it connects.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Greeting {
    /// A session.
    Session {
        /// The packet as it came, length included.
        packet: Vec<u8>,
        /// `application_name`, if the client gave one.
        application: Option<String>,
    },
    /// To interrupt the statement of another connection.
    Cancel,
    /// Nothing: it closed the connection, or it does not speak PostgreSQL's protocol.
    Nothing,
}

/// Reads packets until the client says what it wants; encryption is declined, the stream never leaves this machine.
pub(crate) fn read(stream: &mut (impl Read + Write)) -> io::Result<Greeting> {
    loop {
        let mut head = [0_u8; 8];
        match stream.read_exact(&mut head) {
            Ok(()) => {}
            Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => return Ok(Greeting::Nothing),
            Err(error) => return Err(error),
        }
        let [l0, l1, l2, l3, c0, c1, c2, c3] = head;
        let length = usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
        let code = u32::from_be_bytes([c0, c1, c2, c3]);
        match code {
            SSL | GSS => stream.write_all(b"N")?,
            CANCEL => return Ok(Greeting::Cancel),
            _ if code >> 16 != PROTOCOL_MAJOR || !(8..=LONGEST).contains(&length) => {
                return Ok(Greeting::Nothing);
            }
            _ => {
                let mut packet = head.to_vec();
                packet.resize(length, 0);
                let Some(rest) = packet.get_mut(head.len()..) else { return Ok(Greeting::Nothing) };
                stream.read_exact(rest)?;
                let application = parameter(rest, b"application_name");
                return Ok(Greeting::Session { packet, application });
            }
        }
    }
}

/// The value of a parameter in a startup packet: names and values by turns, each ended by a zero byte.
fn parameter(body: &[u8], wanted: &[u8]) -> Option<String> {
    let mut fields = body.split(|byte| *byte == 0);
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        if name == wanted && !value.is_empty() {
            return Some(String::from_utf8_lossy(value).into_owned());
        }
    }
    None
}

/// Reads the backend's first message that is not a notice, header and body. Before it has let a client in, the engine
/// may say what went wrong on its disk; a client expects nothing but the verdict then.
pub(crate) fn verdict(backend: &mut impl Read) -> io::Result<Vec<u8>> {
    loop {
        let mut message = vec![0_u8; 5];
        backend.read_exact(&mut message)?;
        let (tag, length) = match message.as_slice() {
            [tag, l0, l1, l2, l3] => (*tag, u32::from_be_bytes([*l0, *l1, *l2, *l3])),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        let mut body = Vec::new();
        backend.by_ref().take(u64::from(length.saturating_sub(4))).read_to_end(&mut body)?;
        if tag != b'N' {
            message.extend(body);
            return Ok(message);
        }
    }
}

/// An ErrorResponse of severity FATAL, after which the server closes the connection.
pub(crate) fn fatal(sqlstate: &str, message: &str, detail: &str, hint: &str) -> Vec<u8> {
    let mut fields = Vec::new();
    for (field, text) in
        [(b'S', "FATAL"), (b'V', "FATAL"), (b'C', sqlstate), (b'M', message), (b'D', detail), (b'H', hint)]
    {
        if !text.is_empty() {
            fields.push(field);
            fields.extend(text.bytes().filter(|byte| *byte != 0));
            fields.push(0);
        }
    }
    fields.push(0);
    let length = u32::try_from(fields.len() + 4).unwrap_or(u32::MAX);
    let mut packet = vec![b'E'];
    packet.extend(length.to_be_bytes());
    packet.extend(fields);
    packet
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client that has said `said` and hears what is written.
    struct Client {
        said: io::Cursor<Vec<u8>>,
        heard: Vec<u8>,
    }

    impl Read for Client {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.said.read(buffer)
        }
    }

    impl Write for Client {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.heard.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn client(parts: &[&[u8]]) -> Client {
        Client { said: io::Cursor::new(parts.concat()), heard: Vec::new() }
    }

    fn packet(code: u32, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 8).expect("short");
        [&length.to_be_bytes()[..], &code.to_be_bytes(), body].concat()
    }

    #[test]
    fn encryption_is_declined_and_the_name_is_read() {
        let start = packet(196_608, b"user\0u\0application_name\0psql\0\0");
        let mut client = client(&[&packet(GSS, b""), &packet(SSL, b""), &start]);
        let greeting = read(&mut client).expect("reads");
        assert_eq!(greeting, Greeting::Session { packet: start, application: Some("psql".to_owned()) });
        assert_eq!(client.heard, b"NN");
    }

    #[test]
    fn what_is_not_a_session_is_told_apart() {
        assert_eq!(read(&mut client(&[&packet(CANCEL, b"12345678")])).expect("reads"), Greeting::Cancel);
        assert_eq!(read(&mut client(&[b"GET / HTTP/1.1\r\n"])).expect("reads"), Greeting::Nothing);
        assert_eq!(read(&mut client(&[b""])).expect("reads"), Greeting::Nothing);
        assert_eq!(
            read(&mut client(&[&u32::MAX.to_be_bytes(), &[0, 3, 0, 0]])).expect("reads"),
            Greeting::Nothing
        );
    }

    #[test]
    fn notices_before_the_verdict_are_dropped() {
        let said = [&b"N\0\0\0\x06x\0"[..], b"R\0\0\0\x08\0\0\0\0", b"Z\0\0\0\x05I"].concat();
        let mut backend = io::Cursor::new(said);
        assert_eq!(verdict(&mut backend).expect("reads"), b"R\0\0\0\x08\0\0\0\0");
        assert_eq!(backend.position(), 16);
    }

    #[test]
    fn a_refusal_has_the_protocols_shape() {
        let bytes = fatal("53300", "m", "", "h");
        assert_eq!(bytes, b"E\0\0\0 SFATAL\0VFATAL\0C53300\0Mm\0Hh\0\0");
    }
}
