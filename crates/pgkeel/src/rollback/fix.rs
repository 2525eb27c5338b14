//! `rollback --fix ID`: a repair is undone by the statements that the audit keeps of it.

use std::time::Duration;

use pgkeel_core::event::Event;
use pgkeel_core::migration::Version;
use pgkeel_core::plan::{Plan, Step};
use pgkeel_core::rollback::loss::{self, Loss};
use serde_json::Value;

use super::down::parse;
use super::{forbidden, live, permit};
use crate::answer::{ask, text};
use crate::apply::RunOptions;
use crate::apply::plan::{Allowed, PlanJob};
use crate::database::{ConnectOptions, Target, connect};
use crate::error::Error;
use crate::introspect;
use crate::lock;
use crate::store::Store;

/// Everything that undoing a repair needs.
pub struct FixJob<'a> {
    /// The database.
    pub target: &'a Target,
    /// How to connect to it.
    pub connect: ConnectOptions,
    /// True for the embedded engine.
    pub embedded: bool,
    /// The history.
    pub store: &'a Store,
    /// The repair's number in the audit.
    pub id: i64,
    /// Objects whose data may be lost; `all` allows every loss.
    pub allowed: &'a [String],
    /// How long to wait for another runner.
    pub lock_wait: Duration,
    /// Timeouts and retries.
    pub run: RunOptions,
    /// Takes the events.
    pub observe: &'a (dyn Fn(Event) + Send + Sync),
}

/// What undoing a repair does.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FixPlan {
    /// The repair's number in the audit.
    pub id: i64,
    /// When it was made.
    pub at: String,
    /// The statements that undo it.
    pub statements: Vec<String>,
    /// What they lose.
    pub losses: Vec<Loss>,
    /// History rows that the repair made, and that go.
    pub stamped: Vec<Version>,
    /// Fingerprint of the schema that they are for.
    #[serde(skip)]
    base: String,
}

impl FixJob<'_> {
    /// What would be done.
    ///
    /// # Errors
    /// The number names no repair that can be undone, or one that is undone already.
    pub async fn plan(&self) -> Result<FixPlan, Error> {
        let session =
            connect(self.target, &self.connect.clone().setting("default_transaction_read_only", "on"))
                .await?;
        let plan = self.look(&session).await;
        session.close().await;
        plan
    }

    async fn look(&self, session: &crate::database::Session) -> Result<FixPlan, Error> {
        let id = self.id;
        let refused = |message: String| {
            Err(Error::Refused {
                message,
                help: "`pgkeel log --action auto-fix` lists the repairs".to_owned(),
            })
        };
        let rows = ask(session, "reading the audit", &self.store.read_repair(id)).await?;
        let Some(row) = rows.first() else { return refused(format!("there is no #{id} in the audit")) };
        let (action, detail) = (text(row, 0), serde_json::from_str(&text(row, 2)).unwrap_or(Value::Null));
        if !matches!(action.as_str(), "auto-fix" | "auto-fix-begun") {
            return refused(format!("#{id} in the audit is no repair, but {action}"));
        }
        if !text(row, 3).is_empty() {
            return refused(format!("repair #{id} was undone on {}", text(row, 3)));
        }
        let list = |key: &str| -> Vec<String> {
            let values = detail.get(key).and_then(Value::as_array).into_iter().flatten();
            values.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let (statements, stamped) = (list("undo"), list("stamped"));
        if statements.is_empty() && stamped.is_empty() {
            return refused(format!("nothing that undoes repair #{id} was recorded"));
        }
        let script = format!("{};\n", statements.join(";\n"));
        let part = parse(&format!("repair #{id}"), &script)?;
        let losses = live::losses(session, &loss::statements(&part)).await;
        let schema = introspect::introspect(session.client()).await;
        let schema = schema.map_err(|error| Box::new(crate::source::Error::Introspect(error)))?;
        Ok(FixPlan {
            id,
            at: text(row, 1),
            statements,
            losses,
            stamped: stamped.iter().filter_map(|version| Version::parse(version)).collect(),
            base: schema.without_namespace(self.store.namespace()).fingerprint(),
        })
    }

    /// Undoes it.
    ///
    /// # Errors
    /// Data would be lost that nobody allowed to be lost, the schema changed since the plan was made, or a statement failed:
    /// what was done before stays and is in the journal.
    pub async fn undo(&self, plan: &FixPlan) -> Result<(), crate::apply::plan::Error> {
        permit(&forbidden(plan.losses.iter(), self.allowed, false))?;
        let step = |(index, sql): (usize, &String)| Step {
            cause: format!("undo of repair #{}, statement {}", plan.id, index + 1),
            ..Step::new(sql.clone())
        };
        let steps = Plan {
            base: plan.base.clone(),
            steps: plan.statements.iter().enumerate().map(step).collect(),
            ..Plan::default()
        };
        let allowed = Allowed::default();
        PlanJob {
            target: self.target,
            connect: self.connect.clone(),
            embedded: self.embedded,
            store: self.store,
            plan: &steps,
            allowed: &allowed,
            action: "undo-fix-steps",
            lock_wait: self.lock_wait,
            run: self.run.clone(),
            observe: self.observe,
        }
        .run()
        .await?;
        self.note(plan).await?;
        Ok(())
    }

    /// Takes out the history rows that the repair made, and notes that it is undone.
    async fn note(&self, plan: &FixPlan) -> Result<(), Error> {
        let locked =
            lock::acquire(self.target, &self.connect, self.store, self.lock_wait, &self.run, self.observe)
                .await?;
        let detail = serde_json::json!({
            "undone": plan.statements,
            "unstamped": plan.stamped,
            "lost": plan.losses.iter().filter(|loss| loss.now).map(|loss| &loss.what).collect::<Vec<_>>(),
        });
        let mut whole: Vec<String> =
            plan.stamped.iter().flat_map(|version| self.store.undone(version)).collect();
        whole.push(self.store.audit("undo-fix", Some(&plan.id.to_string()), &detail));
        let sql = format!("BEGIN; {}; COMMIT", whole.join("; "));
        let written = locked.session().client().batch_execute(&sql).await;
        locked.release().await;
        written.map_err(|source| Error::History {
            namespace: self.store.namespace().to_owned(),
            doing: "write",
            source,
        })
    }
}
