//! `[serve]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The HTTP server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServeConfig {
    /// Address and port. Anything but loopback needs a token.
    pub listen: String,
    /// What a client must send as `Authorization: Bearer ...` for details and for everything that changes something.
    /// Better `"${PGKEEL_TOKEN}"` than the token itself.
    pub token: Option<String>,
    /// Who is told about drift, failing checks and a changed schema version.
    pub webhooks: Vec<Webhook>,
    /// A program and its arguments that is run on the same occasions, the event as JSON on its standard input.
    pub on_event: Vec<String>,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self { listen: "127.0.0.1:7480".to_owned(), token: None, webhooks: Vec::new(), on_event: Vec::new() }
    }
}

/// A receiver of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Where events are posted.
    pub url: String,
    /// The key of the signature (HMAC-SHA-256) over the body.
    #[serde(default)]
    pub secret: Option<String>,
    /// Which events; all when it is empty.
    #[serde(default)]
    pub events: Vec<String>,
}
