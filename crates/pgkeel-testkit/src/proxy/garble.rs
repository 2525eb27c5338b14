//! A server that speaks nonsense: one of its messages is spoiled.

/// Which message, and how.
#[derive(Debug)]
pub(super) struct Garble {
    /// How many messages pass before it.
    passes: usize,
    random: fastrand::Rng,
}

impl Garble {
    pub(super) fn new(number: usize, seed: u64) -> Self {
        Self { passes: number, random: fastrand::Rng::with_seed(seed) }
    }

    /// What is sent in place of a message; `None` when it passes.
    pub(super) fn spoil(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        if self.passes > 0 {
            self.passes -= 1;
            return None;
        }
        // No other is met.
        self.passes = usize::MAX;
        let mut spoiled = message.to_vec();
        match self.random.usize(..6) {
            // The body only: tag and length stay those of the protocol.
            0 | 1 => {
                for _ in 0..=self.random.usize(..4) {
                    let at = self.random.usize(..spoiled.len().max(1));
                    if let Some(byte) = spoiled.get_mut(at.max(5)) {
                        *byte = self.random.u8(..);
                    }
                }
            }
            2 => {
                if let Some(byte) = spoiled.get_mut(self.random.usize(..5)) {
                    *byte = self.random.u8(..);
                }
            }
            3 => spoiled.truncate(self.random.usize(..message.len().max(1))),
            4 => spoiled.extend_from_slice(message),
            _ => spoiled = std::iter::repeat_with(|| self.random.u8(..)).take(64).collect(),
        }
        Some(spoiled)
    }
}
