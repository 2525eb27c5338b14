//! `host=localhost dbname='my db'`: the grammar of libpq's `conninfo_parse`.

use super::{Options, UrlError};
use std::iter::Peekable;
use std::str::Chars;

/// Reads a `key=value` string. Single quotes hold a value with spaces; a backslash takes the next character.
pub(super) fn parse(text: &str) -> Result<Options, UrlError> {
    let mut options = Options::default();
    let mut rest = text.chars().peekable();
    loop {
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        if rest.peek().is_none() {
            return Ok(options);
        }
        let keyword = keyword(&mut rest)?;
        let value = value(&mut rest).ok_or_else(|| {
            UrlError::Syntax(format!(
                "the quoted value of \"{keyword}\" never ends; close it with a single quote"
            ))
        })?;
        options.set(&keyword, value).map_err(|error| match error {
            // Not shown: without quotes it may be the rest of the password.
            UrlError::UnknownOption { help, .. } if options.get("password").is_some() => {
                let meant = help.map(|help| format!(" ({help})")).unwrap_or_default();
                UrlError::Syntax(format!(
                    "a word behind the password is no connection option{meant}; \
                     put a password that holds a space in single quotes"
                ))
            }
            error => error,
        })?;
    }
}

fn keyword(rest: &mut Peekable<Chars<'_>>) -> Result<String, UrlError> {
    let mut keyword = String::new();
    while let Some(c) = rest.next_if(|c| *c != '=' && !c.is_whitespace()) {
        keyword.push(c);
    }
    while rest.next_if(|c| c.is_whitespace()).is_some() {}
    if rest.next() != Some('=') {
        // The word is not shown: it may be the rest of a password that should have been quoted.
        return Err(UrlError::Syntax(
            "a \"=\" is missing after a word of the connection string; put values that hold a space in single quotes"
                .to_owned(),
        ));
    }
    while rest.next_if(|c| c.is_whitespace()).is_some() {}
    Ok(keyword)
}

/// `None` when a quoted value has no end.
fn value(rest: &mut Peekable<Chars<'_>>) -> Option<String> {
    let quoted = rest.next_if_eq(&'\'').is_some();
    let mut value = String::new();
    loop {
        match rest.next() {
            Some('\'') if quoted => return Some(value),
            Some('\\') => value.extend(rest.next()),
            Some(c) if !quoted && c.is_whitespace() => return Some(value),
            Some(c) => value.push(c),
            None => return (!quoted).then_some(value),
        }
    }
}
