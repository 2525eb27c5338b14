//! The same as one file: styles inside, no script, nothing loaded from anywhere.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::cluster::clusters;
use super::frame::{STYLE, badge};
use super::schema::list;
use super::{View, checks, diagram, drift, escaped, migrations, overview, performance, shown, table};

/// Tables that get a section of their own; a larger schema is listed only.
const TABLES: usize = 300;

/// Parts of the schema that are drawn.
const PICTURES: usize = 12;

/// The report.
pub fn report(view: &View<'_>) -> Markup {
    let view = &View { alone: true, ..*view };
    let policy =
        format!("default-src 'none'; style-src 'sha256-{}'; img-src data:", base64(&Sha256::digest(STYLE)));
    let outline = &view.snapshot.outline;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "pgkeel report" }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                header.top {
                    span.brand { "pgkeel report" } span.environment { (view.environment) } (badge(view.verdict.status))
                }
                main {
                    (overview::body(view))
                    (migrations::body(view))
                    (drift::body(view))
                    (checks::body(view))
                    (performance::body(view))
                    h1 { "Tables" }
                    (list(view, outline.tables.iter()))
                    @for part in clusters(outline).iter().take(PICTURES) {
                        h2 { (shown(&part.title)) }
                        (diagram::draw(outline, &part.tables, None, &part.title))
                    }
                    @for one in outline.tables.iter().take(TABLES) {
                        section id={ (escaped(&one.namespace)) "/" (escaped(&one.name)) } { (table::body(view, one)) }
                    }
                }
                footer { p { "Seen " (view.snapshot.seen.rfc3339()) } }
            }
        }
    }
}

/// RFC 4648, for the one hash that the policy needs.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let at = |nr: usize| u32::from(group.get(nr).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let known = digit <= group.len();
            let place = (bits >> (18 - 6 * digit)) & 63;
            let letter = DIGITS.get(place as usize).copied().unwrap_or(b'=');
            out.push(if known { char::from(letter) } else { '=' });
        }
    }
    out
}
