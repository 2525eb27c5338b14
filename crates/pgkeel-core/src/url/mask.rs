//! How an address is shown: as a URL, its secrets replaced by `***`.

use super::Options;
use super::keywords::{KEYWORDS, Keyword};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const VALUE: &AsciiSet = &PART.remove(b'/').remove(b':').remove(b',').remove(b'*');
const HIDDEN: &str = "***";

/// The options as a URL; with `hide`, no secret is in it.
pub(super) fn url(options: &Options, hide: bool) -> String {
    let mut out = String::from("postgres://");
    let user = options.get("user");
    if let Some(user) = user {
        out += &part(user);
        if let Some(password) = options.get("password") {
            out.push(':');
            out += &if hide { HIDDEN.to_owned() } else { part(password) };
        }
        out.push('@');
    }
    let authority = authority(options);
    if let Some(authority) = &authority {
        out += authority;
    }
    if let Some(dbname) = options.get("dbname") {
        out.push('/');
        out += &part(dbname);
    } else if authority.is_none() {
        out.push('/');
    }
    let mut separator = '?';
    for (name, value) in options.iter() {
        let shown_above = match name {
            "user" | "dbname" => true,
            "password" => user.is_some(),
            "host" | "port" => authority.is_some(),
            _ => false,
        };
        if shown_above {
            continue;
        }
        out.push(separator);
        separator = '&';
        out += name;
        out.push('=');
        out += &shown(name, value, hide);
    }
    out
}

fn part(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}

fn shown(name: &str, value: &str, hide: bool) -> String {
    if hide && KEYWORDS.iter().any(|Keyword { name: known, secret, .. }| *known == name && *secret) {
        return HIDDEN.to_owned();
    }
    let value = if hide && name == "options" { hide_settings(value) } else { value.to_owned() };
    utf8_percent_encode(&value, VALUE).to_string()
}

/// `-c app.token=...` in the server's options may be a secret too.
fn hide_settings(options: &str) -> String {
    let words = options.split(' ').map(|word| match word.split_once('=') {
        Some((name, _))
            if ["password", "secret", "token", "key"].iter().any(|s| name.to_lowercase().contains(s)) =>
        {
            format!("{name}={HIDDEN}")
        }
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Hosts and ports, when they fit into the middle of a URL: no socket directory among them, and one port for each.
fn authority(options: &Options) -> Option<String> {
    let hosts: Vec<&str> = options.get("host")?.split(',').collect();
    let ports: Vec<&str> = options.get("port").map(|ports| ports.split(',').collect()).unwrap_or_default();
    let is_ipv6 = |host: &str| host.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'));
    let fits = |host: &str| {
        !host.is_empty() && !host.starts_with(['/', '@']) && (!host.contains(':') || is_ipv6(host))
    };
    if !hosts.iter().all(|host| fits(host)) || ports.len() > hosts.len() {
        return None;
    }
    let shown = hosts.iter().enumerate().map(|(index, host)| {
        let host = if host.contains(':') { format!("[{host}]") } else { part(host) };
        match ports.get(index).or(ports.first()).filter(|port| !port.is_empty()) {
            Some(port) => format!("{host}:{}", part(port)),
            None => host,
        }
    });
    Some(shown.collect::<Vec<_>>().join(","))
}

/// Any text with the passwords of the URLs and `password=` pairs in it replaced by `***`. For text that pgkeel did
/// not write itself, such as an argument that could not be parsed or a message of the server.
pub fn redact(text: &str) -> String {
    // Pairs first: an "@" in the value of a pair is not the end of credentials.
    redact_urls(&redact_pairs(text))
}

fn redact_urls(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        out += before;
        out += "://";
        let end = after
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>'))
            .unwrap_or(after.len());
        let (token, tail) = after.split_at_checked(end).unwrap_or((after, ""));
        match token.rsplit_once('@') {
            Some((credentials, place)) if credentials.contains(':') => {
                out += credentials.split(':').next().unwrap_or_default();
                out.push(':');
                out += HIDDEN;
                out.push('@');
                out += place;
            }
            _ => out += token,
        }
        rest = tail;
    }
    out + rest
}

fn redact_pairs(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::new();
    let mut from = 0;
    while let Some(found) = lower.get(from..).and_then(|rest| rest.find("password")) {
        let word_end = from + found + "password".len();
        let after = text.get(word_end..).unwrap_or_default();
        let spaces = after.len() - after.trim_start_matches(' ').len();
        let value = after.trim_start_matches(' ');
        let Some(value) = value.strip_prefix('=') else {
            out += text.get(from..word_end).unwrap_or_default();
            from = word_end;
            continue;
        };
        let padding = value.len() - value.trim_start_matches(' ').len();
        let value = value.trim_start_matches(' ');
        let start = word_end + spaces + 1 + padding;
        out += text.get(from..start).unwrap_or_default();
        out += HIDDEN;
        from = start + value_length(value);
    }
    out + text.get(from..).unwrap_or_default()
}

/// How many bytes the value of a pair takes: up to the closing quote, or to the first blank, `&` or quote.
fn value_length(value: &str) -> usize {
    let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let mut escaped = false;
    for (index, c) in value.char_indices().skip(usize::from(quote.is_some())) {
        let ends = match quote {
            Some(quote) => c == quote && !escaped,
            None => c.is_whitespace() || matches!(c, '&' | '"' | '\'' | '`'),
        };
        if ends {
            return index + usize::from(quote.is_some());
        }
        escaped = c == '\\' && !escaped;
    }
    value.len()
}
