//! `pgkeel serve [--listen ADDR]`.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use pgkeel::database::Target;
use pgkeel::health::Subject;
use pgkeel::load::{Choice, Found, LoadError, Project};
use pgkeel_core::health::HealthSettings;
use pgkeel_server::{Config, Environment, Intervals, Sampler, Shared, Token, serve};
use tokio::sync::watch;

use super::health_check::subject;
use crate::context::{Context, run_options};
use crate::failure::Failure;

/// Serve health endpoints, metrics and the dashboard over HTTP.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port; [serve] listen in pgkeel.toml, or 127.0.0.1:7480, when not given
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Host names by which the dashboard may be called, beside addresses and localhost
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Seconds between two looks at the database
    #[arg(long, value_name = "SECONDS")]
    interval: Option<u64>,
}

impl Serve {
    /// Runs the command until it is asked to stop.
    pub async fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        crate::log::start(context.global.verbose, context.global.quiet);
        let project = context.project()?;
        let opened = context.open(&project).await?;
        project.config.is_set("serve").map_err(LoadError::Config)?;
        let config = &project.config.serve;
        let listen = self.listen.as_deref().unwrap_or(&config.listen);
        let address = address(listen)?;
        let fast = self.interval.map_or(project.config.health.interval.0, Duration::from_secs);
        let token = project.variables.get("PGKEEL_TOKEN").or(config.token.as_deref());
        let settings = Config {
            token: token.and_then(Token::new),
            hosts: self.host,
            intervals: Intervals { fast: fast.max(Duration::from_millis(200)), ..Intervals::default() },
            look_timeout: project.config.health.timeout.0.max(Duration::from_secs(1)),
            environment: project.environment.clone(),
            ..Config::default()
        };
        let watcher = pgkeel_server::Watcher::new(&config.webhooks, &config.on_event);
        let shared = Shared::new(settings);
        let sampler = Sampler {
            target: opened.target.clone(),
            subject: subject(&project)?,
            folder: (project.found != Found::Nothing).then(|| project.migrations_dir.clone()),
            embedded: opened.embedded,
            environments: environments(context, &project),
            run: run_options(&project),
            heal: project.config.health.auto_heal,
            shared,
        };
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(async move {
            stop_signal().await;
            // Nobody is left to be told when the server has ended by itself.
            let _ = stop.send(true);
        });
        let bound = |address: SocketAddr| context.screen.say(&format!("pgkeel serves on http://{address}"));
        serve(address, sampler, watcher, stopping, bound)
            .await
            .map_err(|error| Failure::usage(error.to_string(), error.help()))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The project's other environments that name a database of their own.
fn environments(context: &Context, project: &Project) -> Vec<Environment> {
    let Ok(text) = std::fs::read_to_string(project.root.join("pgkeel.toml")) else { return Vec::new() };
    let names = pgkeel_core::config::environments(&text, "pgkeel.toml").unwrap_or_default();
    let others = names.into_iter().filter(|name| *name != project.environment);
    let read = |name: String| {
        let choice =
            Choice { project: Some(project.root.clone()), environment: Some(name.clone()), database: None };
        let other = Project::load(&choice).ok()?;
        let target = Target::parse(other.config.database.url.as_deref()?).ok()?;
        // One that shares the address is not another database.
        let own = target.embedded().is_none() && project.config.database.url != other.config.database.url;
        own.then_some(())?;
        let subject = Subject { settings: HealthSettings::default(), ..subject(&other).ok()? };
        Some(Environment { name, target, subject })
    };
    let mut found = Vec::new();
    for name in others {
        match read(name.clone()) {
            Some(environment) => found.push(environment),
            None => context.screen.note(&format!("environment {name} names no database of its own")),
        }
    }
    found
}

fn address(text: &str) -> Result<SocketAddr, Failure> {
    let full = if text.starts_with(':') { format!("127.0.0.1{text}") } else { text.to_owned() };
    let found = full.to_socket_addrs().ok().and_then(|mut found| found.next());
    found.ok_or_else(|| {
        Failure::usage(
            format!("`{text}` is no address to listen on"),
            "write it like 127.0.0.1:7480 or [::1]:7480",
        )
    })
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    // Without a handler there is nothing to wait for but the end of the process.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
