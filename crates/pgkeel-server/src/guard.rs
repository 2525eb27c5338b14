//! Who may see details, who may change things, and by which name the server may be called.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};

use crate::Config;

/// Headers by which a proxy says that the client is somewhere else.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// Whether this client may see details: with the token, or from this machine itself.
pub(crate) fn may_see_details(config: &Config, headers: &HeaderMap, peer: SocketAddr) -> bool {
    has_token(config, headers) || is_local(headers, peer)
}

/// Whether the request carries the token.
pub(crate) fn has_token(config: &Config, headers: &HeaderMap) -> bool {
    let (Some(token), Some(value)) = (&config.token, headers.get(header::AUTHORIZATION)) else {
        return false;
    };
    let Some((scheme, presented)) = value.to_str().ok().and_then(|text| text.split_once(' ')) else {
        return false;
    };
    scheme.eq_ignore_ascii_case("bearer") && token.is(presented.trim())
}

/// A browser on this machine that was led here by another site's name is not local, nor is whom a proxy brings.
fn is_local(headers: &HeaderMap, peer: SocketAddr) -> bool {
    let ip = peer.ip().to_canonical();
    ip.is_loopback()
        && !FORWARDED.iter().any(|name| headers.contains_key(*name))
        && host(headers).is_some_and(is_loopback_name)
}

/// Whether the `Host` is a name of this server; an address is, because no name can be rebound to it.
pub(crate) fn host_is_ours(config: &Config, headers: &HeaderMap) -> bool {
    let Some(host) = host(headers) else { return true };
    is_loopback_name(host)
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
        || config.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
}

/// A changing request must come from a page of ours: what browsers say of its origin must be our own host.
pub(crate) fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site")
        && site != "same-origin"
        && site != "none"
    {
        return false;
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
        // No browser sends a cross-site POST without an origin; the token is asked for in any case.
        (None, _) => true,
    }
}

fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    // `[::1]:8080` and `name:8080`, but also the bare `[::1]`.
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => Some(name),
        _ => Some(host),
    }
}

fn is_loopback_name(host: &str) -> bool {
    let bare = host.trim_matches(['[', ']']);
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Token;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_a_direct_client_of_this_machine_is_local() {
        let (here, away) = ("127.0.0.1:9".parse().unwrap(), "10.0.0.1:9".parse().unwrap());
        assert!(is_local(&headers(&[("host", "localhost:8080")]), here));
        assert!(is_local(&headers(&[("host", "[::1]:8080")]), "[::1]:9".parse().unwrap()));
        assert!(!is_local(&headers(&[("host", "localhost")]), away));
        assert!(!is_local(&headers(&[("host", "evil.example")]), here));
        assert!(!is_local(&headers(&[("host", "localhost"), ("x-forwarded-for", "10.0.0.1")]), here));
    }

    #[test]
    fn the_token_is_taken_from_the_header_only_and_as_a_whole() {
        let config = Config { token: Token::new("secret"), ..Config::default() };
        assert!(has_token(&config, &headers(&[("authorization", "Bearer secret")])));
        assert!(has_token(&config, &headers(&[("authorization", "bearer secret")])));
        assert!(!has_token(&config, &headers(&[("authorization", "Bearer secre")])));
        assert!(!has_token(&config, &headers(&[("authorization", "Basic secret")])));
        assert!(!has_token(&Config::default(), &headers(&[("authorization", "Bearer ")])));
    }

    #[test]
    fn another_sites_page_cannot_post() {
        assert!(is_same_origin(&headers(&[("host", "a:1"), ("origin", "http://a:1")])));
        assert!(!is_same_origin(&headers(&[("host", "a:1"), ("origin", "http://b:1")])));
        assert!(!is_same_origin(&headers(&[("host", "a:1"), ("origin", "null")])));
        assert!(!is_same_origin(&headers(&[("host", "a:1"), ("sec-fetch-site", "cross-site")])));
    }
}
