//! The repairs, run: under the lock, on the schema they were made for and no other, and written into the audit before
//! and after, with the way back.

use pgkeel_core::history::Outcome;
use pgkeel_core::migration::Version;
use pgkeel_core::plan::Plan;
use serde_json::{Value, json};

use super::{AutoFixJob, Diagnosis, Error};
use crate::apply::down_script;
use crate::apply::plan::{self as executor, Allowed, PlanJob};
use crate::introspect;
use crate::lock::{self, Locked};
use crate::snapshot;

/// What was done.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// The audit's number of it, for `rollback --fix`.
    pub id: i64,
    /// Fingerprint of the schema after it.
    pub after: String,
    /// The migrations that were recorded.
    pub stamped: Vec<Version>,
}

impl AutoFixJob<'_> {
    /// Does what was planned. The executor takes the lock for itself; before it and after it the audit is written.
    ///
    /// # Errors
    /// The schema is no longer the one that the plan was made for; nothing was done then. Or a step failed.
    pub async fn apply(&self, diagnosis: &Diagnosis) -> Result<Fixed, Error> {
        let mut detail = detail(diagnosis);
        let locked = self.lock().await?;
        let begun = self.begin(&locked, diagnosis, &detail).await;
        let locked = match (&begun, diagnosis.plan()) {
            // What is only recorded is recorded under the same lock.
            (Ok(_), None) => Some(locked),
            _ => {
                locked.release().await;
                None
            }
        };
        let begun = begun?;
        if let Some(plan) = diagnosis.plan() {
            let run = PlanJob {
                target: self.target,
                connect: self.connect.clone(),
                embedded: self.embedded,
                store: self.store,
                plan,
                allowed: &Allowed::default(),
                action: "auto-fix-steps",
                lock_wait: self.lock_wait,
                run: self.options.clone(),
                observe: self.observe,
            };
            Box::pin(run.run()).await.map_err(|error| match error {
                executor::Error::Stale => Error::Drifted,
                executor::Error::Run(error) => Error::Library(error),
                error => Error::Step { error: Box::new(error), fix: begun },
            })?;
        }
        let locked = match locked {
            Some(locked) => locked,
            None => self.lock().await?,
        };
        let fixed = self.end(&locked, diagnosis, &mut detail).await;
        locked.release().await;
        fixed
    }

    /// Before the first step: the schema is still what it was, and the way back is written down.
    async fn begin(&self, locked: &Locked, diagnosis: &Diagnosis, detail: &Value) -> Result<i64, Error> {
        if self.fingerprint(locked).await? != diagnosis.base {
            return Err(Error::Drifted);
        }
        let client = locked.session().client();
        let history = self.store.read(client).await?;
        let recorded = |version: &Version| history.entries.iter().any(|entry| entry.version == *version);
        // Somebody else has recorded it meanwhile.
        if (diagnosis.create_history && history.exists) || diagnosis.stamp.iter().any(recorded) {
            return Err(Error::Drifted);
        }
        if !history.exists {
            self.store.create(client).await?;
        }
        if diagnosis.plan().is_none() {
            // The steps of a plan are checked by what runs them.
            self.store.record_skipped(client, &self.options.skipped_checks).await?;
        }
        self.note(locked, "auto-fix-begun", detail).await
    }

    /// After the last step: what the objects prove now is recorded.
    async fn end(&self, locked: &Locked, diagnosis: &Diagnosis, detail: &mut Value) -> Result<Fixed, Error> {
        let stamped = self.stamp(locked, diagnosis).await?;
        let after = self.fingerprint(locked).await?;
        detail["after"] = json!(after);
        detail["stamped"] = json!(stamped);
        let id = self.note(locked, "auto-fix", detail).await?;
        // What is still damaged is not what is expected from now on.
        if diagnosis.left.is_empty() {
            snapshot::record(locked.session().client(), self.store).await?;
        }
        Ok(Fixed { id, after, stamped })
    }

    async fn lock(&self) -> Result<Locked, Error> {
        Ok(lock::acquire(self.target, &self.connect, self.store, self.lock_wait, self.options, self.observe)
            .await?)
    }

    async fn fingerprint(&self, locked: &Locked) -> Result<String, Error> {
        let schema = introspect::introspect(locked.session().client()).await;
        let schema = schema.map_err(|error| Box::new(crate::source::Error::Introspect(error)))?;
        Ok(schema.without_namespace(self.store.namespace()).fingerprint())
    }

    async fn note(&self, locked: &Locked, action: &str, detail: &Value) -> Result<i64, Error> {
        let sql = format!("{} RETURNING id", self.store.audit(action, None, detail));
        let row = locked.session().client().query_one(&sql, &[]).await;
        let id = row.and_then(|row| row.try_get(0)).map_err(|error| self.unwritten(error))?;
        Ok(id)
    }

    /// Records the migrations whose objects are there now.
    async fn stamp(&self, locked: &Locked, diagnosis: &Diagnosis) -> Result<Vec<Version>, Error> {
        let client = locked.session().client();
        let recorded = self.store.read(client).await?.entries;
        let mut statements = vec!["BEGIN".to_owned()];
        let mut stamped = Vec::new();
        for version in &diagnosis.stamp {
            let migration = self.migrations.iter().find(|migration| migration.version == *version);
            let (Some(migration), false) =
                (migration, recorded.iter().any(|entry| entry.version == *version))
            else {
                continue;
            };
            let down = down_script(migration);
            statements.push(self.store.insert(migration, Outcome::Stamped, down.as_deref()));
            let reason = json!({ "reason": "auto-fix: its objects are there, and its history row was not" });
            statements.push(self.store.audit("stamp", Some(version.as_str()), &reason));
            stamped.push(version.clone());
        }
        statements.push("COMMIT".to_owned());
        if !stamped.is_empty() {
            client.batch_execute(&statements.join("; ")).await.map_err(|error| self.unwritten(error))?;
        }
        Ok(stamped)
    }

    fn unwritten(&self, source: tokio_postgres::Error) -> crate::error::Error {
        crate::error::Error::History { namespace: self.store.namespace().to_owned(), doing: "write", source }
    }
}

/// What, why, the schema before, and the way back.
fn detail(diagnosis: &Diagnosis) -> Value {
    let shown = |plan: &Plan| plan.steps.iter().map(|step| step.shown().to_owned()).collect::<Vec<_>>();
    let steps: Vec<Value> = diagnosis
        .plan()
        .into_iter()
        .flat_map(|plan| &plan.steps)
        .map(
            |step| json!({ "cause": step.cause, "sql": step.shown(), "why": diagnosis.why.get(&step.cause) }),
        )
        .collect();
    json!({
        "steps": steps,
        "undo": shown(&diagnosis.undo),
        "before": diagnosis.base,
        "left": diagnosis.left,
    })
}
