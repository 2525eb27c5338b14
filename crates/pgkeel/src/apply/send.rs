//! Sending batches and COPY data, and telling what the server said under them.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, pin_mut};
use pgkeel_core::event::Event;
use pgkeel_core::sql::batch::{Batch, Purpose};
use tokio_postgres::{CopyInSink, SimpleQueryMessage};

use super::failure::Refusal;
use super::{Executor, Script};

impl Executor<'_> {
    /// Sends a batch and waits for its end. Rows are dropped as they come.
    pub(super) async fn send(&self, script: &Script<'_>, batch: &Batch) -> Result<(), Refusal> {
        let mut completed = 0;
        let result = self.send_counting(batch, &mut completed).await;
        self.tell_notices(script, batch);
        result.map_err(|error| Refusal { error, completed })
    }

    async fn send_counting(&self, batch: &Batch, completed: &mut usize) -> Result<(), tokio_postgres::Error> {
        let messages = self.session.client().simple_query_raw(batch.text()).await?;
        pin_mut!(messages);
        while let Some(message) = messages.next().await {
            if let SimpleQueryMessage::CommandComplete(_) = message? {
                *completed += 1;
            }
        }
        Ok(())
    }

    fn tell_notices(&self, script: &Script<'_>, batch: &Batch) {
        let (notices, dropped) = self.session.tap().take_notices();
        for notice in notices {
            let line = batch.segments().get(notice.statement).and_then(|segment| match segment.purpose {
                Purpose::User { position, .. } => Some(position.line),
                Purpose::Own(_) => None,
            });
            // Our own statements warn of nothing that a user could act on.
            let Some(line) = line else { continue };
            (self.observe)(Event::Notice {
                label: script.label.clone(),
                severity: notice.severity,
                message: notice.message,
                line: Some(line),
            });
        }
        if dropped > 0 {
            (self.observe)(Event::Notice {
                label: script.label.clone(),
                severity: "NOTICE".to_owned(),
                message: format!("{dropped} more messages of the server are not shown"),
                line: None,
            });
        }
    }

    /// Begins a `COPY ... FROM stdin`.
    pub(super) async fn begin_copy(&self, sql: &str) -> Result<CopyInSink<Bytes>, tokio_postgres::Error> {
        self.session.client().copy_in(sql).await
    }
}

/// Sends a portion of data.
pub(super) async fn copy_data(
    sink: &mut std::pin::Pin<Box<CopyInSink<Bytes>>>,
    data: &str,
) -> Result<(), tokio_postgres::Error> {
    sink.send(Bytes::copy_from_slice(data.as_bytes())).await
}
