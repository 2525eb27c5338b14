//! How a session is opened, beside where.

use std::time::Duration;

/// How to open a session.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// `application_name`, unless the address gives one.
    pub application_name: String,
    /// Server settings for the whole session, sent with the start-up packet so that they cost no round trip. A
    /// pooler that refuses them is noticed: see [`super::Session::settings_accepted`].
    pub settings: Vec<(String, String)>,
    /// How long one address may take to answer, unless the address gives `connect_timeout`.
    pub timeout: Duration,
    /// How long to wait for a database that is starting, sleeping or out of connections; `None` fails at once.
    pub wait: Option<Duration>,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            application_name: "pgkeel".to_owned(),
            settings: Vec::new(),
            timeout: Duration::from_secs(15),
            wait: None,
        }
    }
}

impl ConnectOptions {
    /// The same options with one more server setting.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// The same options, waiting up to `wait` for a database that is not there yet.
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Self {
        self.wait = Some(wait);
        self
    }
}
