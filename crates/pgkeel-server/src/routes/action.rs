//! What changes something: asks for the token, comes from our own page, and goes through the executor.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use pgkeel::apply::RunOptions;
use pgkeel::database::{ConnectOptions, Target};
use pgkeel::migrate::Job;
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

    async fn run(&self) -> Result<usize, pgkeel::Error> {
        let Some(folder) = &self.folder else { return Ok(0) };
        let migrations = pgkeel::discover::migrations(folder, folder)?;
        let shared = Arc::clone(&self.shared);
        let observe = move |event| {
            // Nobody watching is fine.
            let _ = shared.news.send(News::Migration(event));
        };
        let job = Job {
            target: &self.target,
            connect: ConnectOptions {
                application_name: "pgkeel-dashboard".to_owned(),
                ..ConnectOptions::default()
            },
            folder,
            migrations: &migrations,
            embedded: self.embedded,
            store: &self.store,
            wish: Wish::default(),
            lock_wait: Duration::from_secs(10),
            run: self.options.clone(),
            observe: &observe,
        };
        Ok(job.migrate().await?.applied.len())
    }
}

/// The form that confirms a migration.
#[derive(Debug, Deserialize)]
pub(crate) struct Confirmation {
    token: String,
    confirm: String,
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

/// `POST /migrations/run`: applies what is pending, after the word and the token.
pub(crate) async fn migrate(
    State(action): State<Action>,
    headers: HeaderMap,
    Form(confirmation): Form<Confirmation>,
) -> Response {
    let right = action.shared.config.token.as_ref().is_some_and(|token| token.is(confirmation.token.trim()));
    if !guard::is_same_origin(&headers) || !right {
        return refusal(&headers, StatusCode::FORBIDDEN, "the token is not right");
    }
    if confirmation.confirm.trim() != "migrate" {
        return refusal(
            &headers,
            StatusCode::UNPROCESSABLE_ENTITY,
            "the confirmation is missing: type the word migrate",
        );
    }
    if action.folder.is_none() {
        return refusal(&headers, StatusCode::CONFLICT, "this server has no folder of migrations");
    }
    let Ok(changing) = Arc::clone(&action.shared.changing).try_lock_owned() else {
        return refusal(&headers, StatusCode::CONFLICT, "a migration is already running");
    };
    // Its own task: a browser that goes away must not cut a migration in half.
    tokio::spawn(async move {
        let begun = Instant::now();
        let sentence = match action.run().await {
            Ok(applied) => {
                action.shared.counters.migrated("ok", begun.elapsed());
                format!("{applied} migrations applied")
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
