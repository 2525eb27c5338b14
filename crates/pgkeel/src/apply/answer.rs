//! The answer to what was sent ahead. The driver reads on only while somebody takes what it has read, so while the work
//! before is still busy in the session, with a retry or with setting it right after a failure, the answer is taken and kept.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use tokio_postgres::{Error, SimpleQueryMessage, SimpleQueryStream};

/// What the server says to one message.
pub(super) struct Answer {
    stream: Pin<Box<SimpleQueryStream>>,
    /// Taken, and not asked for yet.
    kept: VecDeque<Result<SimpleQueryMessage, Error>>,
    /// Statements that are answered among what is kept.
    completed: usize,
    /// The statement whose rows matter; those of others may be millions.
    wanted: Option<usize>,
    ended: bool,
}

impl Answer {
    pub(super) fn new(stream: SimpleQueryStream, wanted: Option<usize>) -> Self {
        Self { stream: Box::pin(stream), kept: VecDeque::new(), completed: 0, wanted, ended: false }
    }

    /// Takes what comes and keeps it; never ends.
    pub(super) async fn keep(&mut self) -> Infallible {
        while let Some(message) = self.stream.next().await {
            match &message {
                Ok(SimpleQueryMessage::CommandComplete(_)) => self.completed += 1,
                Ok(SimpleQueryMessage::Row(_)) if self.wanted != Some(self.completed) => continue,
                _ => {}
            }
            self.kept.push_back(message);
        }
        self.ended = true;
        pending().await
    }
}

impl Stream for Answer {
    type Item = Result<SimpleQueryMessage, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(message) = self.kept.pop_front() {
            return Poll::Ready(Some(message));
        }
        if self.ended {
            return Poll::Ready(None);
        }
        self.stream.as_mut().poll_next(context)
    }
}
