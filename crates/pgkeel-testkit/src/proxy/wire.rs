//! Cuts a byte stream of PostgreSQL's protocol 3 into messages (documentation: "Message Formats").

/// The code of a startup packet that asks for TLS.
pub(super) const TLS_REQUEST: [u8; 4] = [0x04, 0xd2, 0x16, 0x2f];
/// The code of a startup packet that asks for GSSAPI encryption.
pub(super) const GSS_REQUEST: [u8; 4] = [0x04, 0xd2, 0x16, 0x30];
/// The code of a startup packet that cancels another connection's query.
pub(super) const CANCEL_REQUEST: [u8; 4] = [0x04, 0xd2, 0x16, 0x2e];

/// Bytes that are not a whole message yet.
#[derive(Debug, Default)]
pub(super) struct Messages {
    buffer: Vec<u8>,
}

impl Messages {
    /// Adds bytes as they arrive.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole message with its header: a type byte when `typed`, then four bytes of length.
    pub(super) fn next(&mut self, typed: bool) -> Option<Vec<u8>> {
        let header = usize::from(typed);
        let length = self.buffer.get(header..header + 4)?;
        let length =
            u32::from_be_bytes([*length.first()?, *length.get(1)?, *length.get(2)?, *length.get(3)?]);
        let whole = header + usize::try_from(length).ok()?.max(4);
        if self.buffer.len() < whole {
            return None;
        }
        let rest = self.buffer.split_off(whole);
        Some(std::mem::replace(&mut self.buffer, rest))
    }

    /// Everything that is left, for streams that are not protocol any more.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buffer)
    }
}

/// What a packet without type byte asks for: the bytes behind its length.
pub(super) fn startup_code(packet: &[u8]) -> [u8; 4] {
    packet.get(4..8).and_then(|code| code.try_into().ok()).unwrap_or_default()
}
