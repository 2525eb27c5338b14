//! How a project wants to be reviewed.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobMatcher};
use regex::Regex;

use super::baseline::fingerprint;
use super::context::Found;
use super::source::File;
use crate::config::{self, ReviewConfig};
use crate::finding::Severity;
use crate::nearest::nearest;
use crate::rules::Rule;

/// The kinds of objects that can have a naming convention.
const NAMED: &[&str] =
    &["table", "column", "index", "constraint", "view", "function", "trigger", "sequence", "schema"];

/// What a project says about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Not asked for.
    Off,
    /// Reported, with this severity.
    At(Severity),
}

impl Level {
    /// Reads `off`, `info`, `warning`, `error`, `critical`.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "off" => Self::Off,
            "info" => Self::At(Severity::Info),
            "warning" => Self::At(Severity::Warning),
            "error" => Self::At(Severity::Error),
            "critical" => Self::At(Severity::Critical),
            _ => return None,
        })
    }
}

/// Levels by rule id, from levels by whatever name of the rule a project knows.
fn levels(config: &BTreeMap<String, config::Level>) -> Result<BTreeMap<String, Level>, String> {
    let mut levels = BTreeMap::new();
    for (name, level) in config {
        let rules = crate::rules::find(name);
        if rules.is_empty() {
            let ids = crate::rules::RULES.iter().map(|rule| rule.id);
            let hint = nearest(name, ids).map(|id| format!("; did you mean `{id}`?")).unwrap_or_default();
            return Err(format!("there is no rule `{name}`{hint}"));
        }
        let level = level.severity().map_or(Level::Off, Level::At);
        levels.extend(rules.into_iter().map(|rule| (rule.id.to_owned(), level)));
    }
    Ok(levels)
}

/// The rules for some paths.
#[derive(Debug, Clone)]
pub struct PathRules {
    matcher: GlobMatcher,
    rules: BTreeMap<String, Level>,
}

/// How a project wants to be reviewed.
#[derive(Debug, Clone)]
pub struct Settings {
    /// By rule id, or by a peer's id with its tool (`squawk:ban-drop-table`); over the rule's own default.
    pub rules: BTreeMap<String, Level>,
    /// By path; later ones win.
    pub paths: Vec<PathRules>,
    /// The least major version of PostgreSQL that migrations must work on.
    pub server_major: Option<u32>,
    /// Whether the runner wraps each file in a transaction, as pgkeel does.
    pub assume_transaction: bool,
    /// Whether the runner sets `lock_timeout` and tries again, as pgkeel does.
    pub runner_sets_lock_timeout: bool,
    /// Whether the files are all there ever were: what they do not make does not exist.
    pub complete: bool,
    /// They look like it, and use what none of them makes: only what the first of them misses is said. Found out by the review.
    pub excerpt: bool,
    /// Columns that say which tenant a row belongs to.
    pub tenant_columns: Vec<String>,
    /// Columns that every new table must have.
    pub required_columns: Vec<String>,
    /// Types that are not to be used, by name, and what to use instead.
    pub forbidden_types: BTreeMap<String, String>,
    /// How names must look, by kind of object.
    pub naming: BTreeMap<String, Regex>,
    /// Fingerprints of findings that are known and accepted.
    pub baseline: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rules: BTreeMap::new(),
            paths: Vec::new(),
            server_major: None,
            assume_transaction: true,
            runner_sets_lock_timeout: true,
            complete: false,
            excerpt: false,
            tenant_columns: ["tenant_id", "tenantId", "organization_id", "org_id", "workspace_id"]
                .map(str::to_owned)
                .to_vec(),
            required_columns: Vec::new(),
            forbidden_types: BTreeMap::new(),
            naming: BTreeMap::new(),
            baseline: BTreeSet::new(),
        }
    }
}

impl Settings {
    /// What `[review]` of `pgkeel.toml` says.
    ///
    /// # Errors
    /// A rule that there is not, or a glob that cannot be read.
    pub fn of_config(config: &ReviewConfig) -> Result<Self, String> {
        let mut settings = Self { server_major: config.oldest_server, ..Self::default() };
        settings.rules = levels(&config.rules)?;
        for path in &config.paths {
            settings.for_paths(&path.path, levels(&path.rules)?)?;
        }
        for ignore in &config.ignore {
            let off = if ignore.rule == "all" {
                crate::rules::RULES.iter().map(|rule| (rule.id.to_owned(), Level::Off)).collect()
            } else {
                levels(&BTreeMap::from([(ignore.rule.clone(), config::Level::Off)]))?
            };
            settings.for_paths(ignore.path.as_deref().unwrap_or("**"), off)?;
        }
        settings.required_columns.clone_from(&config.required_columns);
        settings.forbidden_types.clone_from(&config.forbidden_types);
        for (kind, pattern) in &config.naming {
            if !NAMED.contains(&kind.as_str()) {
                return Err(format!("`{kind}` has no naming convention; these have: {}", NAMED.join(", ")));
            }
            let whole = Regex::new(&format!("^(?:{pattern})$"));
            let whole = whole.map_err(|error| format!("the naming convention of `{kind}`: {error}"))?;
            settings.naming.insert(kind.clone(), whole);
        }
        if let Some(column) = &config.tenant_column {
            settings.tenant_columns = vec![column.clone()];
        }
        Ok(settings)
    }

    /// Sets the rules of the files that match a glob.
    ///
    /// # Errors
    /// The glob cannot be read.
    pub fn for_paths(&mut self, glob: &str, rules: BTreeMap<String, Level>) -> Result<(), String> {
        let glob = Glob::new(glob).map_err(|error| error.to_string())?;
        self.paths.push(PathRules { matcher: glob.compile_matcher(), rules });
        Ok(())
    }

    /// The severity with which a rule is run; `None` when no path asks for it.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        let wanted = match self.level(&self.rules, rule) {
            Some(Level::At(severity)) => Some(severity),
            Some(Level::Off) => None,
            None => rule.default.then_some(rule.severity),
        };
        let somewhere = || self.paths.iter().filter_map(|path| self.level(&path.rules, rule));
        wanted.or_else(|| {
            somewhere().find_map(|level| if let Level::At(severity) = level { Some(severity) } else { None })
        })
    }

    #[expect(clippy::unused_self, reason = "reads as a question to the settings")]
    fn level(&self, rules: &BTreeMap<String, Level>, rule: &Rule) -> Option<Level> {
        rules.get(rule.id).or_else(|| rule.aliases.iter().find_map(|alias| rules.get(*alias))).copied()
    }

    /// Leaves out what the baseline knows. After the suppressions: what is accepted may also be one of these.
    pub(super) fn accept(&self, files: &[File], found: &mut Vec<Found>) {
        if !self.baseline.is_empty() {
            found.retain(|hit| {
                files.get(hit.file).is_none_or(|file| !self.baseline.contains(&fingerprint(file, hit)))
            });
        }
    }

    /// Applies what the project says about severities, also per path.
    pub(super) fn adjust(&self, files: &[File], found: &mut Vec<Found>) {
        found.retain_mut(|hit| {
            let Some(rule) = crate::rules::rule(&hit.finding.rule) else { return true };
            let here = self.level(&self.rules, rule);
            if let Some(Level::At(severity)) = here {
                hit.finding.severity = severity;
            }
            let Some(file) = files.get(hit.file) else { return true };
            let matching = self.paths.iter().filter(|path| path.matcher.is_match(&file.path));
            match matching.filter_map(|path| self.level(&path.rules, rule)).next_back() {
                Some(Level::Off) => return false,
                Some(Level::At(severity)) => hit.finding.severity = severity,
                None => {
                    if here == Some(Level::Off) || here.is_none() && !rule.default {
                        return false;
                    }
                }
            }
            true
        });
    }
}
