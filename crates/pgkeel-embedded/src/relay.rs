//! What the engine says on its way to the client, with two errors put into words that help.
//!
//! The engine cannot catch an error: PostgreSQL's inner recovery points do not work in this build of pglite-oxide, so the
//! EXCEPTION part of a PL/pgSQL block is never reached, the error reaches the client, and the session is of no more use:
//! every statement fails, ROLLBACK with "cannot drop active portal". Both places get an explanation.

use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::greeting;

/// What ends a session in which an error was to be caught.
const STUCK: &[u8] = b"cannot drop active portal \"\"";
/// Added to an error that came from PL/pgSQL after the client has sent a handler.
const HINT: &[u8] =
    b"HThe embedded PostgreSQL cannot catch errors: if the EXCEPTION part of a PL/pgSQL block was to \
handle this one, use a PostgreSQL server (docs/embedded.md).\0";

/// Whether the client has sent an EXCEPTION handler.
#[derive(Default)]
pub(crate) struct Handlers {
    sent: AtomicBool,
}

impl Handlers {
    /// Looks at what the client sends. A handler cut in two by the size of a read goes unnoticed, which costs a hint.
    pub(crate) fn look(&self, bytes: &[u8]) {
        if !self.sent.load(Ordering::Relaxed) && has_handler(bytes) {
            self.sent.store(true, Ordering::Relaxed);
        }
    }

    fn sent(&self) -> bool {
        self.sent.load(Ordering::Relaxed)
    }
}

fn has_handler(bytes: &[u8]) -> bool {
    const WORD: &[u8] = b"exception";
    bytes.windows(WORD.len()).enumerate().any(|(at, window)| {
        window.eq_ignore_ascii_case(WORD) && {
            let rest = bytes.get(at + WORD.len()..).unwrap_or_default();
            let next = rest.trim_ascii_start();
            next.len() < rest.len() && next.get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"when"))
        }
    })
}

/// Copies messages until the engine ends, the client is gone, or the session is stuck, which `true` says.
pub(crate) fn relay(
    engine: &mut impl Read,
    client: &mut impl Write,
    handlers: &Handlers,
) -> io::Result<bool> {
    let mut engine = io::BufReader::with_capacity(64 * 1024, engine);
    let mut client = io::BufWriter::with_capacity(64 * 1024, client);
    loop {
        // Nothing waits in the engine's stream: what was said so far has to reach the client now.
        if engine.buffer().is_empty() {
            client.flush()?;
        }
        let mut head = [0_u8; 5];
        engine.read_exact(&mut head)?;
        let [tag, l0, l1, l2, l3] = head;
        let length = u64::from(u32::from_be_bytes([l0, l1, l2, l3]).saturating_sub(4));
        if tag != b'E' {
            client.write_all(&head)?;
            io::copy(&mut engine.by_ref().take(length), &mut client)?;
            continue;
        }
        let mut fields = Vec::new();
        engine.by_ref().take(length).read_to_end(&mut fields)?;
        if field(&fields, b'M') == Some(STUCK) {
            client.write_all(&greeting::fatal(
                "0A000",
                "the embedded PostgreSQL cannot catch errors, and an EXCEPTION part of a PL/pgSQL block had one to catch",
                "The session is over; what was not committed is rolled back.",
                "Use a PostgreSQL server for this, for example --database postgres://...",
            ))?;
            client.flush()?;
            return Ok(true);
        }
        let from_block = field(&fields, b'W')
            .is_some_and(|text| text.starts_with(b"PL/pgSQL") || contains(text, b"\nPL/pgSQL"));
        if from_block && handlers.sent() && field(&fields, b'H').is_none() {
            // Before the zero byte that ends the fields.
            fields.pop();
            fields.extend_from_slice(HINT);
            fields.push(0);
        }
        client.write_all(b"E")?;
        client.write_all(&u32::try_from(fields.len() + 4).unwrap_or(u32::MAX).to_be_bytes())?;
        client.write_all(&fields)?;
    }
}

/// A field of an ErrorResponse, by its letter.
fn field(fields: &[u8], letter: u8) -> Option<&[u8]> {
    fields.split(|byte| *byte == 0).find_map(|field| field.strip_prefix(&[letter]))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).expect("short");
        [&[tag][..], &length.to_be_bytes(), body].concat()
    }

    /// What the client hears, and whether the session is stuck.
    fn heard(said: &[u8], sent: &[u8]) -> (Vec<u8>, bool) {
        let handlers = Handlers::default();
        handlers.look(sent);
        let mut client = Vec::new();
        let stuck = relay(&mut io::Cursor::new(said), &mut client, &handlers).unwrap_or(false);
        (client, stuck)
    }

    #[test]
    fn everything_else_passes_unchanged() {
        let said = [
            message(b'T', b"row"),
            message(b'D', &vec![b'E'; 200_000]),
            message(b'E', b"SERROR\0C22012\0Mdivision by zero\0\0"),
            message(b'E', b"SERROR\0Mown hint\0Hhint\0WPL/pgSQL function f() line 1\0\0"),
            message(b'Z', b"I"),
        ]
        .concat();
        assert_eq!(heard(&said, b"exception WHEN"), (said.clone(), false));
    }

    #[test]
    fn an_error_that_was_to_be_caught_is_explained() {
        let said = message(
            b'E',
            b"SERROR\0Mx\0WSQL statement \"s\"\nPL/pgSQL function inline_code_block line 1\0\0",
        );
        assert_eq!(heard(&said, b"BEGIN RAISE EXCEPTION 'when'; END"), (said.clone(), false));
        let (client, stuck) = heard(&said, b"DO $$ BEGIN x; Exception\n  WHEN OTHERS THEN END $$");
        assert!(contains(&client, b"\0HThe embedded PostgreSQL cannot catch errors") && !stuck);
        assert!(client.ends_with(b"(docs/embedded.md).\0\0"));
        let length = u32::try_from(client.len() - 1).expect("short").to_be_bytes();
        assert_eq!(client.get(1..5), Some(&length[..]));
    }

    #[test]
    fn a_stuck_session_ends() {
        let said =
            [message(b'E', b"SERROR\0Mcannot drop active portal \"\"\0\0"), message(b'Z', b"E")].concat();
        let (client, stuck) = heard(&said, b"");
        assert!(stuck && contains(&client, b"SFATAL\0") && contains(&client, b"C0A000\0"));
    }
}
