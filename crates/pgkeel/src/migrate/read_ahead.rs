//! What statements do is read while the server is connected to: parsing them takes as long as that.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pgkeel_core::migration::Migration;
use pgkeel_core::sql::script::Piece;

/// Other threads read statements until this is dropped. A statement that they have read is not parsed again.
pub(super) struct ReadAhead(Arc<AtomicBool>);

impl ReadAhead {
    /// Begins with the first of `migrations`. Which of them are pending is not known yet; it is soon.
    pub(super) fn of(migrations: &[Migration]) -> Self {
        let pieces: Vec<Arc<Vec<Piece>>> =
            migrations.iter().filter_map(|migration| migration.up.pieces.clone()).collect();
        let enough = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&enough);
        rayon::spawn(move || {
            for piece in pieces.iter().flat_map(|pieces| pieces.iter()) {
                if told.load(Ordering::Relaxed) {
                    return;
                }
                if let Piece::Statement(statement) = piece {
                    drop(statement.reading());
                }
            }
        });
        Self(enough)
    }
}

impl Drop for ReadAhead {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
