//! What is checked before the first statement of a run: that the server can give every extension that the pending
//! statements need, whether they say so or only use a name that comes from one.

use std::collections::{BTreeMap, BTreeSet};

use crate::extension;
use crate::finding::{Finding, Severity, Span};
use crate::migration::Part;
use crate::sql::effect::{Effect, Name, ObjectKind, Origin, TextRange, What};
use crate::sql::ident::Ident;
use crate::sql::script::Statement;

use own::Own;
pub(crate) use own::own_names;

pub(crate) mod features;
pub mod needs;
mod own;
pub mod own_tables;
pub(crate) mod version;

/// What the server has of one extension (`pg_available_extensions`, `pg_available_extension_versions`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// The version installed in this database.
    pub installed: Option<String>,
    /// The version that CREATE EXTENSION would install.
    pub default_version: Option<String>,
    /// Every version there is.
    pub versions: Vec<String>,
    /// The extensions that its default version requires (`requires` of its control file).
    pub requires: Vec<String>,
    /// Whether this role may create it: it needs no superuser, or is trusted, or the role is one.
    pub allowed: bool,
}

/// The server, as far as extensions go.
#[derive(Debug, Clone, Default)]
pub struct Server {
    /// Major version.
    pub major: u32,
    /// The role that migrates.
    pub role: String,
    /// True for the embedded engine, into which nothing can be installed.
    pub embedded: bool,
    /// By name.
    pub extensions: BTreeMap<String, Offer>,
}

/// What pending statements lack. `all` are those of the project's migrations: a function that one of them creates comes
/// from no extension, whatever its name. Without them only what is said in words is looked for: `CREATE EXTENSION` and
/// `requires-extension`.
pub fn check(pending: &[&Part], all: Option<&[&Part]>, server: &Server) -> Vec<Finding> {
    let own = Own::of(all.unwrap_or_default());
    let missing = |extension: &str, created: &BTreeSet<String>| {
        let installed = server.extensions.get(extension).is_some_and(|offer| offer.installed.is_some());
        !installed && !created.contains(extension)
    };
    let mut created: BTreeSet<String> = BTreeSet::new();
    let mut findings = Vec::new();
    for part in pending {
        for required in &part.directives.extensions {
            let at = Place { file: &part.file, line: required.line, column: 1, end_column: 1 };
            if let Some(finding) = directive(required, &at, &created, server) {
                findings.push(finding);
            }
        }
        for statement in part.in_memory() {
            let reading = statement.reading();
            for effect in &reading.effects {
                if let What::CreateExtension { name, version, cascade, .. } = &effect.what {
                    let at = Place::of(part, statement, name.range);
                    findings.extend(creation(name.last(), version.as_deref(), &at, server));
                    findings.extend(required(name.last(), *cascade, &at, &mut created, server));
                    created.insert(name.last().to_owned());
                }
                if let Some(name) = spoken_of(effect).filter(|name| missing(name.last(), &created)) {
                    created.insert(name.last().to_owned());
                    let what = format!("extension {}", Ident(name.last()));
                    let at = Place::of(part, statement, name.range);
                    findings.push(lacking(name.last(), &format!("{what} is spoken of here"), &at, server));
                }
            }
            if all.is_none() {
                continue;
            }
            for effect in &reading.effects {
                for key in own.plain_keys(&effect.what) {
                    if missing(key.extension, &created) {
                        created.insert(key.extension.to_owned());
                        let at = Place::of(part, statement, key.range);
                        findings.push(implicit(key.extension, &key.words(), &at, server));
                    }
                }
            }
            for need in extension::needs(&reading).into_iter().chain(extension::spoken(&statement.text)) {
                if !missing(need.extension, &created) || own.names.contains(&need.symbol) {
                    continue;
                }
                created.insert(need.extension.to_owned());
                let what = format!("{} {}", need.kind.word(), need.symbol);
                findings.push(implicit(
                    need.extension,
                    &what,
                    &Place::of(part, statement, need.range),
                    server,
                ));
            }
        }
    }
    findings
}

struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_column: usize,
}

impl<'a> Place<'a> {
    fn of(part: &'a Part, statement: &Statement, range: TextRange) -> Self {
        let before = statement.text.get(..range.start).unwrap_or_default();
        let position = statement.position.after(before);
        let length = range.of(&statement.text).chars().count();
        Self {
            file: &part.file,
            line: position.line,
            column: position.column,
            end_column: position.column + length,
        }
    }

    fn finding(&self, extension: &str, message: String, help: String) -> Finding {
        let span = Span {
            file: self.file.to_owned(),
            line: self.line,
            column: self.column,
            end_line: self.line,
            end_column: self.end_column,
        };
        Finding::new("missing-extension", Severity::Error, message)
            .on(format!("extension {}", Ident(extension)))
            .at(span)
            .help(help)
    }
}

/// `CREATE EXTENSION` itself.
fn creation(name: &str, version: Option<&str>, at: &Place<'_>, server: &Server) -> Option<Finding> {
    let offer = server.extensions.get(name);
    if offer.is_some_and(|offer| offer.installed.is_some()) {
        return None;
    }
    let Some(offer) = offer else {
        return Some(at.finding(
            name,
            format!("the server does not have extension {}", Ident(name)),
            obtain(name, server),
        ));
    };
    if let Some(wanted) = version
        && !offer.versions.iter().any(|version| version == wanted)
    {
        let message = format!("the server has no version {wanted} of extension {}", Ident(name));
        return Some(at.finding(name, message, format!("it has {}", offer.versions.join(", "))));
    }
    (!offer.allowed).then(|| not_allowed(name, at, server))
}

/// The extensions without which an extension cannot be created; `CASCADE` creates them.
fn required(
    name: &str,
    cascade: bool,
    at: &Place<'_>,
    created: &mut BTreeSet<String>,
    server: &Server,
) -> Vec<Finding> {
    let offer = server.extensions.get(name).filter(|offer| offer.installed.is_none());
    let mut findings = Vec::new();
    for other in offer.iter().flat_map(|offer| &offer.requires) {
        let installed = server.extensions.get(other).is_some_and(|offer| offer.installed.is_some());
        if installed || !created.insert(other.clone()) {
            continue;
        }
        if cascade {
            findings.extend(creation(other, None, at, server));
            continue;
        }
        findings.push(at.finding(
            other,
            format!(
                "extension {} requires extension {}, which nothing creates before it",
                Ident(name),
                Ident(other)
            ),
            format!(
                "write `CREATE EXTENSION IF NOT EXISTS {};` before it, or CASCADE behind it",
                Ident(other)
            ),
        ));
    }
    findings
}

/// The extension that `ALTER EXTENSION` and `COMMENT ON EXTENSION` are about: it has to be there.
fn spoken_of(effect: &Effect) -> Option<&Name> {
    match &effect.what {
        What::AlterOther { kind: ObjectKind::Extension, name }
        | What::Comment { kind: ObjectKind::Extension, name, .. }
            if effect.origin == Origin::Statement =>
        {
            name.as_ref()
        }
        _ => None,
    }
}

/// A name that comes from an extension which nothing creates.
fn implicit(name: &str, what: &str, at: &Place<'_>, server: &Server) -> Finding {
    lacking(name, &format!("{what} comes from extension {}", Ident(name)), at, server)
}

/// An extension that is needed and that nothing creates; `what` says why.
fn lacking(name: &str, what: &str, at: &Place<'_>, server: &Server) -> Finding {
    match server.extensions.get(name) {
        None => at.finding(name, format!("{what}, which the server does not have"), obtain(name, server)),
        Some(offer) if offer.allowed => at.finding(
            name,
            format!("{what}, which is not installed in this database and no migration creates"),
            format!("add `CREATE EXTENSION IF NOT EXISTS {};` to a migration before it", Ident(name)),
        ),
        Some(_) => at.finding(
            name,
            format!("{what}, which is not installed in this database"),
            format!(
                "{} may not install it: as a superuser run `CREATE EXTENSION {};`",
                server.role,
                Ident(name)
            ),
        ),
    }
}

/// `-- pgkeel: requires-extension`.
fn directive(
    required: &crate::migration::directive::RequiredExtension,
    at: &Place<'_>,
    created: &BTreeSet<String>,
    server: &Server,
) -> Option<Finding> {
    let name = required.name.as_str();
    let Some(offer) = server.extensions.get(name) else {
        return Some(at.finding(
            name,
            format!("the server does not have extension {}", Ident(name)),
            obtain(name, server),
        ));
    };
    let have = offer.installed.as_deref().or(offer.default_version.as_deref()).unwrap_or_default();
    if let Some(wanted) = &required.at_least
        && version::compare(have, wanted).is_lt()
    {
        let message =
            format!("extension {} {wanted} or newer is required, and the server has {have}", Ident(name));
        let help = if offer.installed.is_some() {
            format!(
                "install a newer version on the server, then run `ALTER EXTENSION {} UPDATE;`",
                Ident(name)
            )
        } else {
            obtain(name, server)
        };
        return Some(at.finding(name, message, help));
    }
    let there = offer.installed.is_some() || created.contains(name) || offer.allowed;
    (!there).then(|| not_allowed(name, at, server))
}

fn not_allowed(name: &str, at: &Place<'_>, server: &Server) -> Finding {
    at.finding(
        name,
        format!("role {} may not create extension {}", Ident(&server.role), Ident(name)),
        format!(
            "run `CREATE EXTENSION {};` as a superuser in this database, then migrate again",
            Ident(name)
        ),
    )
}

/// How an extension comes onto a server.
fn obtain(name: &str, server: &Server) -> String {
    let create = format!("`CREATE EXTENSION {};`", Ident(name));
    if server.embedded {
        return format!(
            "the embedded engine cannot have it: use a real PostgreSQL (--database URL) with {create}"
        );
    }
    if crate::extension::is_contrib(name) {
        return format!(
            "install PostgreSQL's contrib modules on the server (Debian: `apt-get install postgresql-contrib-{}`; \
             managed services list what they allow), then {create}",
            server.major
        );
    }
    let package = match name {
        "vector" => Some("pgvector"),
        "postgis" => Some("postgis-3"),
        "pg_cron" => Some("cron"),
        "pg_partman" => Some("partman"),
        "timescaledb" => Some("timescaledb"),
        _ => None,
    };
    match package {
        Some(package) => format!(
            "install it on the server (Debian: `apt-get install postgresql-{}-{package}`), then {create}",
            server.major
        ),
        None => format!("install it on the server, then {create}"),
    }
}

#[cfg(test)]
mod tests;
