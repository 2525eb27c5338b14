//! What changes something: asks for the token, comes from our own page, and goes through the executor.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use pgkeel::apply::RunOptions;
use pgkeel::database::{ConnectOptions, Target};
use pgkeel::migrate::Job;
use pgkeel_core::count::counted;
use pgkeel_core::event::Event;
use pgkeel_core::migration::Migration;
use pgkeel_core::pending::Wish;
use serde::Deserialize;

use super::{answer, problem};
use crate::state::News;
use crate::{Sampler, Shared, guard, page};

/// What a migration started from the dashboard needs; one runs at a time.
#[derive(Clone)]
pub(crate) struct Action {
    target: Target,
    store: pgkeel::store::Store,
    folder: Option<PathBuf>,
    embedded: bool,
    options: RunOptions,
    shared: Arc<Shared>,
}

impl Action {
    pub(crate) fn of(sampler: &Sampler) -> Self {
        Self {
            target: sampler.target.clone(),
            store: sampler.subject.store.clone(),
            folder: sampler.folder.clone(),
            embedded: sampler.embedded,
            options: sampler.run.clone(),
            shared: Arc::clone(&sampler.shared),
        }
    }

    fn job<'a>(
        &'a self,
        folder: &'a Path,
        migrations: &'a [Migration],
        observe: &'a (dyn Fn(Event) + Send + Sync),
    ) -> Job<'a> {
        Job {
            target: &self.target,
            connect: ConnectOptions {
                application_name: "pgkeel-dashboard".to_owned(),
                ..ConnectOptions::default()
            },
            folder,
            migrations,
            embedded: self.embedded,
            store: &self.store,
            wish: Wish::default(),
            lock_wait: Duration::from_secs(10),
            run: self.options.clone(),
            observe,
        }
    }

    /// What is pending now, as the form names it.
    async fn pending(&self, folder: &Path, migrations: &[Migration]) -> Result<String, pgkeel::Error> {
        let pending = self.job(folder, migrations, &|_| {}).dry_run().await?;
        Ok(named(pending.iter().map(|migration| migration.label())))
    }

    async fn run(&self, folder: &Path, migrations: &[Migration]) -> Result<usize, pgkeel::Error> {
        let shared = Arc::clone(&self.shared);
        let observe = move |event| {
            // Nobody watching is fine.
            let _ = shared.news.send(News::Migration(event));
        };
        Ok(self.job(folder, migrations, &observe).migrate().await?.applied.len())
    }
}

/// Migrations as the form names what it was made for.
pub(crate) fn named(labels: impl Iterator<Item = String>) -> String {
    labels.collect::<Vec<_>>().join(" ")
}

/// What confirms a migration: a form of the dashboard, or the same as JSON.
#[derive(Debug, Deserialize)]
pub(crate) struct Confirmation {
    /// The token, unless the request carries it as `Authorization: Bearer`.
    #[serde(default)]
    token: String,
    /// The word.
    #[serde(default)]
    confirm: String,
    /// What is to be applied, as it was shown; without it, what the pages show now.
    pending: Option<String>,
}

/// The confirmation in a request's body.
async fn confirmation(request: Request) -> Result<Confirmation, (StatusCode, &'static str)> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let read = if kind.is_some_and(|kind| kind.starts_with("application/json")) {
        Json::from_request(request, &()).await.map(|Json(read)| read).map_err(|error| error.status())
    } else {
        Form::from_request(request, &()).await.map(|Form(read)| read).map_err(|error| error.status())
    };
    read.map_err(|status| match status {
        StatusCode::PAYLOAD_TOO_LARGE => (status, "the request is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            (status, "send confirm=migrate as a form (application/x-www-form-urlencoded) or as JSON")
        }
        status => (status, "the body cannot be read: it is a form or JSON with confirm, pending and token"),
    })
}

/// `POST /api/health/refresh`: one look soon, however many ask.
pub(crate) async fn refresh(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if !guard::has_token(&shared.config, &headers) || !guard::is_same_origin(&headers) {
        return problem(StatusCode::FORBIDDEN, "a token is needed");
    }
    shared.wake.notify_one();
    let mut response = StatusCode::ACCEPTED.into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/api/health/detailed"));
    response
}

/// A refusal as the client reads it: people who pressed a button get a page.
fn refusal(headers: &HeaderMap, status: StatusCode, title: &str) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if accepted.is_some_and(|kinds| kinds.contains("text/html")) {
        let text = format!("Nothing was changed: {title}.");
        return answer(status, "text/html; charset=utf-8", page::notice("Not done", &text).into_string());
    }
    problem(status, title)
}

/// `POST /migrations/run`: applies what is pending and was shown, after the word and the token.
pub(crate) async fn migrate(State(action): State<Action>, headers: HeaderMap, request: Request) -> Response {
    if !guard::is_same_origin(&headers) {
        return refusal(&headers, StatusCode::FORBIDDEN, "the request comes from another site");
    }
    let confirmation = match confirmation(request).await {
        Ok(confirmation) => confirmation,
        Err((status, title)) => return refusal(&headers, status, title),
    };
    let config = &action.shared.config;
    let by_form = config.token.as_ref().is_some_and(|token| token.is(confirmation.token.trim()));
    if !by_form && !guard::has_token(config, &headers) {
        return refusal(&headers, StatusCode::FORBIDDEN, "the token is not right");
    }
    if confirmation.confirm.trim() != "migrate" {
        return refusal(
            &headers,
            StatusCode::UNPROCESSABLE_ENTITY,
            "the confirmation is missing: type the word migrate (confirm=migrate)",
        );
    }
    let Some(folder) = action.folder.clone() else {
        return refusal(&headers, StatusCode::CONFLICT, "this server has no folder of migrations");
    };
    let Ok(changing) = Arc::clone(&action.shared.changing).try_lock_owned() else {
        return refusal(&headers, StatusCode::CONFLICT, "a migration is already running");
    };
    let migrations = match as_shown(&action, &folder, confirmation.pending).await {
        Ok(migrations) => migrations,
        Err((status, title)) => return refusal(&headers, status, &title),
    };
    // Its own task: a browser that goes away must not cut a migration in half.
    tokio::spawn(async move {
        let begun = Instant::now();
        let sentence = match action.run(&folder, &migrations).await {
            Ok(applied) => {
                action.shared.counters.migrated("ok", begun.elapsed());
                format!("{} applied", counted(applied, "migration"))
            }
            Err(error) => {
                action.shared.counters.migrated("failed", begun.elapsed());
                tracing::error!(%error, "a migration started from the dashboard failed");
                error.to_string()
            }
        };
        let _ = action.shared.news.send(News::Ended(sentence));
        drop(changing);
        action.shared.wake.notify_one();
    });
    Redirect::to("/migrations").into_response()
}

/// The migrations, when what is pending is what was shown to whoever confirmed it: nobody applies what no page showed.
async fn as_shown(
    action: &Action,
    folder: &Path,
    shown: Option<String>,
) -> Result<Vec<Migration>, (StatusCode, String)> {
    let failed = |error: pgkeel::Error| {
        tracing::error!(%error, "a migration could not be started from the dashboard");
        let status = match &error {
            pgkeel::Error::Database(_) | pgkeel::Error::Lost { .. } => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::CONFLICT,
        };
        (status, error.to_string())
    };
    let migrations = pgkeel::discover::migrations(folder, folder).map_err(failed)?;
    let now = action.pending(folder, &migrations).await.map_err(failed)?;
    let shown = shown.unwrap_or_else(|| {
        let snapshot = action.shared.snapshot();
        named(snapshot.report.migrations.iter().flat_map(|standing| standing.pending.iter().cloned()))
    });
    if now == shown.trim() {
        return Ok(migrations);
    }
    action.shared.wake.notify_one();
    let now = if now.is_empty() { "nothing".to_owned() } else { now };
    let title = format!(
        "what is pending is not what was shown: it is {now} now; look at /migrations and confirm again"
    );
    Err((StatusCode::CONFLICT, title))
}
