//! `pg_service.conf`: named sets of connection options (PostgreSQL documentation, section 34.17).

use super::{Options, UrlError};

/// The options of the service `name` in the text of a service file; `None` when the file has no such section.
///
/// # Errors
/// A line that libpq would refuse, with its number.
pub fn service(text: &str, name: &str) -> Result<Option<Options>, UrlError> {
    let mut options: Option<Options> = None;
    for (index, line) in text.lines().enumerate() {
        let at = |problem: String| UrlError::Syntax(format!("service file, line {}: {problem}", index + 1));
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(section) = line.strip_prefix('[') {
            if options.is_some() {
                break;
            }
            if section.strip_suffix(']') == Some(name) {
                options = Some(Options::default());
            }
            continue;
        }
        let Some(options) = &mut options else { continue };
        if line.starts_with("ldap") {
            return Err(at(
                "pgkeel does not look up services by LDAP; write the options themselves".to_owned()
            ));
        }
        let Some((keyword, value)) = line.split_once('=') else {
            return Err(at("expected keyword=value".to_owned()));
        };
        if matches!(keyword, "service" | "servicefile") {
            return Err(at(format!("\"{keyword}\" cannot stand inside a service")));
        }
        options.set(keyword.trim_end(), value).map_err(|error| at(error.to_string()))?;
    }
    Ok(options)
}
