//! `[seeds]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reference data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SeedsConfig {
    /// The folder of the seeds, relative to `pgkeel.toml`.
    pub dir: String,
}

impl Default for SeedsConfig {
    fn default() -> Self {
        Self { dir: "seeds".to_owned() }
    }
}
