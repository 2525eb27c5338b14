//! `postgres://user:password@host:port,host:port/dbname?option=value`: the grammar of libpq's `conninfo_uri_parse`.

use super::{Options, UrlError};
use percent_encoding::percent_decode_str;

/// Reads what stands behind `postgres://`.
pub(super) fn parse(rest: &str) -> Result<Options, UrlError> {
    let mut options = Options::default();
    let (credentials, rest) = split_credentials(rest);
    if let Some(credentials) = credentials {
        let (user, password) = credentials
            .split_once(':')
            .map_or((credentials, None), |(user, password)| (user, Some(password)));
        if !user.is_empty() {
            options.set("user", decode(user, "the user")?)?;
        }
        if let Some(password) = password.filter(|password| !password.is_empty()) {
            options.set("password", decode(password, "the password")?)?;
        }
    }
    let rest = hosts(rest, &mut options)?;
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    if let Some(dbname) = path.strip_prefix('/').filter(|dbname| !dbname.is_empty()) {
        // libpq would look for a database of this name; a password with a "/" or "@" is by far the likelier story.
        if dbname.contains('@') {
            return Err(encoding("a \"/\" stands before the last \"@\""));
        }
        options.set("dbname", decode(dbname, "the database name")?)?;
    }
    if let Some(query) = query {
        parameters(query, &mut options)?;
    }
    Ok(options)
}

/// libpq looks for the `@` no further than the first `/`.
fn split_credentials(rest: &str) -> (Option<&str>, &str) {
    let end = rest.find(['@', '/']).unwrap_or(rest.len());
    match rest.split_at_checked(end) {
        Some((credentials, tail)) => {
            tail.strip_prefix('@').map_or((None, rest), |tail| (Some(credentials), tail))
        }
        None => (None, rest),
    }
}

/// Reads the host list and returns what follows it: nothing, `/...` or `?...`.
fn hosts<'a>(mut rest: &'a str, options: &mut Options) -> Result<&'a str, UrlError> {
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    loop {
        let host;
        (host, rest) = one_host(rest)?;
        let mut port = "";
        if let Some(after) = rest.strip_prefix(':') {
            (port, rest) = cut(after, &['/', '?', ',']);
        }
        if host.contains('@') || port.contains('@') || port.contains(':') {
            return Err(encoding("there is a second \"@\" or \":\" where a host or port is expected"));
        }
        if !port.is_empty() && !port.bytes().all(|b| b.is_ascii_digit() || b == b'%') {
            return Err(encoding("what stands where the port is expected is not a number"));
        }
        hosts.push(decode(host, "the host")?);
        ports.push(decode(port, "the port")?);
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None => break,
        }
    }
    if hosts.iter().any(|host| !host.is_empty()) || hosts.len() > 1 {
        options.set("host", hosts.join(","))?;
    }
    if ports.iter().any(|port| !port.is_empty()) {
        options.set("port", ports.join(","))?;
    }
    Ok(rest)
}

fn one_host(rest: &str) -> Result<(&str, &str), UrlError> {
    let Some(literal) = rest.strip_prefix('[') else {
        return Ok(cut(rest, &[':', '/', '?', ',']));
    };
    let Some((address, after)) = literal.split_once(']') else {
        return Err(encoding("\"[\" opens an IPv6 address and no \"]\" closes it"));
    };
    if address.is_empty() {
        return Err(UrlError::Syntax("the IPv6 address between \"[\" and \"]\" is empty".to_owned()));
    }
    if !after.is_empty() && !after.starts_with([':', '/', '?', ',']) {
        return Err(encoding(
            "after the \"]\" of an IPv6 address only \":\", \"/\", \"?\" or \",\" may stand",
        ));
    }
    Ok((address, after))
}

fn parameters(query: &str, options: &mut Options) -> Result<(), UrlError> {
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(encoding("an option after the \"?\" has no \"=\""));
        };
        let name = decode(name, "the name of an option")?;
        if name.contains('@') || name.contains('/') {
            return Err(encoding("what stands after the \"?\" is not a list of options"));
        }
        let value = decode(value, "the value of an option")?;
        // libpq's own concession to JDBC.
        if name == "ssl" && value == "true" {
            options.set("sslmode", "require")?;
        } else if let Err(error) = options.set(&name, value) {
            // With an "@" still to come, the name may be the middle of a password.
            return Err(match error {
                UrlError::UnknownOption { .. } if query.contains('@') => {
                    encoding("what stands after the \"?\" is not a list of options")
                }
                error => error,
            });
        }
    }
    Ok(())
}

/// The text up to the first of `ends`, and the rest from there on.
fn cut<'a>(text: &'a str, ends: &[char]) -> (&'a str, &'a str) {
    text.split_at_checked(text.find(ends).unwrap_or(text.len())).unwrap_or((text, ""))
}

fn decode(text: &str, what: &str) -> Result<String, UrlError> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' && !(0..2).all(|_| bytes.next().is_some_and(|b| b.is_ascii_hexdigit())) {
            return Err(encoding(&format!("in {what} a \"%\" is not followed by two hexadecimal digits")));
        }
    }
    let decoded = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| UrlError::Syntax(format!("{what} is not UTF-8 after percent-decoding")))?;
    if decoded.contains('\0') {
        return Err(UrlError::Syntax(format!("{what} holds %00, which PostgreSQL cannot take")));
    }
    Ok(decoded.into_owned())
}

fn encoding(problem: &str) -> UrlError {
    UrlError::Encoding { problem: problem.to_owned() }
}
