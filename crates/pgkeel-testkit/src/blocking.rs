//! SQL from tests that are not async: each call has a thread, a runtime and a connection of its own.

use tokio_postgres::{Client, Config, Error, NoTls, SimpleQueryMessage};

/// Runs `statements` (the simple-query protocol, so several are allowed).
///
/// # Errors
/// What the server says.
pub fn execute(config: &Config, statements: &str) -> Result<(), Error> {
    on_connection(config, async |client| client.batch_execute(statements).await)
}

/// The rows of `query` as text.
///
/// # Errors
/// What the server says.
pub fn rows(config: &Config, query: &str) -> Result<Vec<Vec<Option<String>>>, Error> {
    let messages = on_connection(config, async |client| client.simple_query(query).await)?;
    Ok(messages
        .into_iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect())
            }
            _ => None,
        })
        .collect())
}

/// Runs an async function to its end, on a runtime of its own.
///
/// # Panics
/// When the operating system refuses a runtime.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be made")
        .block_on(future)
}

fn on_connection<T: Send>(
    config: &Config,
    work: impl AsyncFnOnce(&Client) -> Result<T, Error> + Send,
) -> Result<T, Error> {
    // The caller may be inside a runtime, where blocking on another one is forbidden: so a thread.
    std::thread::scope(|scope| {
        scope
            .spawn(|| {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime can be made")
                    .block_on(async {
                        let (client, connection) = config.connect(NoTls).await?;
                        let connection = tokio::spawn(connection);
                        let result = work(&client).await;
                        drop(client);
                        // Its error, if any, is the one that the work has seen.
                        let _ = connection.await;
                        result
                    })
            })
            .join()
            .expect("the SQL thread does not panic")
    })
}
