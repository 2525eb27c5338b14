//! Programs as hooks. They get the database's address in their environment, as every program of PostgreSQL reads it, and what
//! they say becomes events.

use std::process::Stdio;
use std::time::Duration;

use pgkeel_core::config::Hook;
use pgkeel_core::event::Event;
use pgkeel_core::migration::Migration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::Command;

use super::{Job, Ran, name};

/// How long a program that has ended is still listened to: one that it has started may hold its output open.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A longer line is cut.
const LONGEST: u64 = 8 * 1024;

impl Job<'_> {
    /// Runs a hook's program.
    pub(super) async fn command(
        &self,
        hook: &Hook,
        when: &str,
        migration: Option<&Migration>,
    ) -> Result<(), Ran> {
        let Some((program, arguments)) = hook.command.split_first() else { return Ok(()) };
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.run.hook_folder)
            .env("PGKEEL_HOOK", when)
            .env("PGKEEL_MIGRATION", migration.map(Migration::label).unwrap_or_default())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // Whatever this process has of it may be meant for another database.
        for (variable, value) in self.target.variables() {
            match value {
                Some(value) => command.env(variable, value),
                None => command.env_remove(variable),
            };
        }
        let mut child =
            command.spawn().map_err(|error| Ran::Failed(format!("could not be started: {error}")))?;
        let what = name(hook);
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let said = async {
            tokio::join!(self.listen(&what, out), self.listen(&what, err));
        };
        tokio::pin!(said);
        let mut silent = false;
        let status = loop {
            tokio::select! {
                status = child.wait() => break status,
                () = &mut said, if !silent => silent = true,
                () = self.run.cancel.cancelled() => return Err(Ran::Failed("was interrupted".to_owned())),
            }
        };
        if !silent {
            // Nothing depends on what comes later than that.
            let _ = tokio::time::timeout(LAST_WORDS, said).await;
        }
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Ran::Failed(format!("ended with {status}"))),
            Err(error) => Err(Ran::Failed(format!("could not be waited for: {error}"))),
        }
    }

    async fn listen(&self, what: &str, output: Option<impl AsyncRead + Unpin>) {
        let Some(output) = output else { return };
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        loop {
            line.clear();
            match (&mut output).take(LONGEST).read_until(b'\n', &mut line).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {
                    let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                    (self.observe)(Event::HookOutput { what: what.to_owned(), line });
                }
            }
        }
    }
}
