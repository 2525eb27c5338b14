//! The repairs, run: under the lock, on the schema they were made for and no other, and written into the audit before
//! and after, with the way back.

use pgkeel_core::history::Outcome;
use pgkeel_core::migration::Version;
use pgkeel_core::plan::Plan;
use serde_json::{Value, json};

use super::{AutoFixJob, Diagnosis, Error};
use crate::apply::down_script;
use crate::apply::plan::{self as executor, Allowed};
use crate::database::connect;
use crate::introspect;
use crate::lock::{self, Locked};

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
    /// Does what was planned.
    ///
    /// # Errors
    /// The schema is no longer the one that the plan was made for; nothing was done then. Or a step failed.
    pub async fn apply(&self, diagnosis: &Diagnosis) -> Result<Fixed, Error> {
        let session = connect(self.target, &self.connect).await.map_err(crate::error::Error::from)?;
        let locked = lock::acquire(session, self.store, self.lock_wait, self.observe).await?;
        let fixed = self.apply_locked(&locked, diagnosis).await;
        locked.release().await;
        fixed
    }

    async fn apply_locked(&self, locked: &Locked, diagnosis: &Diagnosis) -> Result<Fixed, Error> {
        if self.fingerprint(locked).await? != diagnosis.base {
            return Err(Error::Drifted);
        }
        let client = locked.session().client();
        if !self.store.read(client).await?.exists {
            self.store.create(client).await?;
        }
        let mut detail = self.detail(diagnosis);
        let begun = self.note(locked, "auto-fix-begun", &detail).await?;
        if let Some(plan) = diagnosis.plan() {
            let none = Allowed::default();
            let run = executor::run(locked, self.store, plan, &none, "auto-fix-steps", self.options).await;
            if let Err(error) = run {
                return Err(match error {
                    executor::Error::Stale => Error::Drifted,
                    error => Error::Step { error: Box::new(error), fix: begun },
                });
            }
        }
        let stamped = self.stamp(locked, diagnosis).await?;
        let after = self.fingerprint(locked).await?;
        detail["after"] = json!(after);
        detail["stamped"] = json!(stamped);
        let id = self.note(locked, "auto-fix", &detail).await?;
        Ok(Fixed { id, after, stamped })
    }

    async fn fingerprint(&self, locked: &Locked) -> Result<String, Error> {
        let schema = introspect::introspect(locked.session().client()).await;
        let schema = schema.map_err(|error| Box::new(crate::source::Error::Introspect(error)))?;
        Ok(schema.without_namespace(self.store.namespace()).fingerprint())
    }

    /// What, why, the schema before, and the way back.
    fn detail(&self, diagnosis: &Diagnosis) -> Value {
        let shown = |plan: &Plan| plan.steps.iter().map(|step| step.sql.clone()).collect::<Vec<_>>();
        let steps: Vec<Value> = diagnosis
            .plan()
            .into_iter()
            .flat_map(|plan| &plan.steps)
            .map(|step| json!({ "cause": step.cause, "sql": step.shown(), "why": diagnosis.why.get(&step.cause) }))
            .collect();
        json!({
            "steps": steps,
            "undo": shown(&diagnosis.undo),
            "before": diagnosis.base,
            "left": diagnosis.left,
        })
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
            let (Some(migration), false) = (migration, recorded.iter().any(|entry| entry.version == *version)) else {
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
