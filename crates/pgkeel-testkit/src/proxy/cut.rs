//! When a connection is cut.

/// The moment at which a proxy cuts a connection.
#[derive(Debug, Clone)]
pub struct Cut {
    pub(super) at: Moment,
    /// How many matches pass before the one that is cut.
    pub(super) passes: usize,
    /// Whether half of the message is still delivered.
    pub(super) halfway: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Moment {
    /// Any message of the client after the startup packet.
    Request,
    /// A message of the client that contains these bytes.
    RequestWith(Vec<u8>),
    /// A message of the server that contains these bytes.
    ReplyWith(Vec<u8>),
}

impl Cut {
    /// Before the client's message number `number` (from 0, the startup packet not counted) reaches the server.
    pub fn before_message(number: usize) -> Self {
        Self { at: Moment::Request, passes: number, halfway: false }
    }

    /// Before a client's message with `bytes` in it reaches the server.
    pub fn before_request(bytes: impl AsRef<[u8]>) -> Self {
        Self { at: Moment::RequestWith(bytes.as_ref().to_vec()), passes: 0, halfway: false }
    }

    /// When the server has answered with `bytes`, before the client hears of it: the work is done, unknown to it.
    pub fn before_reply(bytes: impl AsRef<[u8]>) -> Self {
        Self { at: Moment::ReplyWith(bytes.as_ref().to_vec()), passes: 0, halfway: false }
    }

    /// Before a message with the word COMMIT reaches the server.
    pub fn before_commit() -> Self {
        Self::before_request("COMMIT")
    }

    /// When the server has committed by a COMMIT, before the client hears of it.
    pub fn after_commit() -> Self {
        Self::before_reply("COMMIT\0")
    }

    /// Lets `count` matches pass and cuts at the next one.
    #[must_use]
    pub fn after_passing(mut self, count: usize) -> Self {
        self.passes = count;
        self
    }

    /// Delivers half of the message that is cut: the other side sees a torn message.
    #[must_use]
    pub fn halfway(mut self) -> Self {
        self.halfway = true;
        self
    }

    /// Whether a client's message meets the cut; counts the ones that pass.
    pub(super) fn meets_request(&mut self, message: &[u8]) -> bool {
        let matched = match &self.at {
            Moment::Request => true,
            Moment::RequestWith(bytes) => contains(message, bytes),
            Moment::ReplyWith(_) => false,
        };
        self.counted(matched)
    }

    /// Whether a server's message meets the cut; counts the ones that pass.
    pub(super) fn meets_reply(&mut self, message: &[u8]) -> bool {
        let matched = matches!(&self.at, Moment::ReplyWith(bytes) if contains(message, bytes));
        self.counted(matched)
    }

    fn counted(&mut self, matched: bool) -> bool {
        if matched && self.passes > 0 {
            self.passes -= 1;
            return false;
        }
        matched
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    !needle.is_empty() && haystack.windows(needle.len()).any(|window| window == needle)
}
