//! The seeds, loaded behind all files: a row that a new constraint refuses is seen before anybody's run is stopped by it.

use std::collections::BTreeSet;

use pgkeel_core::review::order;
use pgkeel_core::review::seeds::SeedRefusal;

use super::{Error, Evidence, Replay, Run};
use crate::scratch::Server;
use crate::seed::{Refused, refusals};
use crate::source::Workshop;

impl Replay<'_> {
    /// Whether there is a seed to load.
    pub(super) fn has_seeds(&self) -> bool {
        self.seeds.is_some() && self.files.iter().any(|file| file.seed_rows.is_some())
    }
}

impl Run<'_> {
    /// Loads the seeds into what the files have made. The database is good for nothing else after it.
    pub(super) async fn load_seeds(&mut self) -> Result<(), Error> {
        let Some((folder, display)) = self.request.seeds.as_ref().filter(|_| self.request.has_seeds()) else {
            return Ok(());
        };
        let spares = |sql: &str| self.database.spares_its_server(sql);
        match refusals(self.database.session(), folder, display, &spares).await {
            Ok((refused, notes)) => {
                self.evidence.seeds = Some(refused.into_iter().map(told).collect());
                self.notes.extend(notes);
            }
            Err(error) if error.is_disconnect() => return Err(Error::Seeds(Box::new(error))),
            Err(error) => self.notes.push(format!("the seeds are judged by their text: {error}")),
        }
        Ok(())
    }
}

/// Loads the seeds into what the files make from nothing. `None` when they cannot be replayed so, with the reason.
pub(super) async fn from_nothing(
    request: &Replay<'_>,
    server: &Server,
    workshop: &Workshop,
) -> Result<(Option<Vec<SeedRefusal>>, Vec<String>), Error> {
    let database = server.database().await?;
    let whole = Replay {
        files: request.files,
        reviewed: &[],
        start: None,
        applied: BTreeSet::new(),
        seeds: request.seeds.clone(),
    };
    let mut run = Run {
        request: &whole,
        client: database.session().client(),
        database: &database,
        workshop,
        evidence: Evidence::default(),
        notes: Vec::new(),
        unknown: None,
        broken: false,
    };
    let result = run.replay_and_load().await;
    let (evidence, notes) = (run.evidence, run.notes);
    database.close().await;
    result?;
    Ok((evidence.seeds, notes))
}

impl Run<'_> {
    async fn replay_and_load(&mut self) -> Result<(), Error> {
        self.client.batch_execute(super::QUIET).await?;
        for file in order(self.request.files).into_iter().filter_map(|index| self.request.files.get(index)) {
            if let Some(refusal) = self.unwatched(file).await? {
                let path = &file.path;
                self.notes.push(format!(
                    "the seeds are judged by their text: {path} cannot be replayed ({refusal})"
                ));
                return Ok(());
            }
        }
        self.load_seeds().await
    }
}

fn told(refused: Refused) -> SeedRefusal {
    let Refused { file, line, error } = refused;
    let names = error.names;
    let namespace = names.namespace.unwrap_or_else(|| "public".to_owned());
    SeedRefusal {
        file,
        line,
        code: error.sqlstate.unwrap_or_default(),
        message: names.message,
        detail: error.detail,
        table: names.table.map(|table| format!("{namespace}.{table}")),
        column: names.column,
        data_type: names.data_type,
        constraint: names.constraint,
    }
}
