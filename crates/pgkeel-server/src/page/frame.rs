//! What surrounds each page: head, navigation, footer.

use maud::{DOCTYPE, Markup, html};
use pgkeel_core::health::Status;

use super::{View, shown};
use crate::snapshot::Moment;

/// The style sheet.
pub const STYLE: &str = include_str!("style.css");

/// The script; every page works without it.
pub const SCRIPT: &str = include_str!("page.js");

/// What stands beside the title in a browser.
pub const ICON: &str = include_str!("icon.svg");

const PAGES: [(&str, &str); 9] = [
    ("/", "Overview"),
    ("/migrations", "Migrations"),
    ("/drift", "Drift"),
    ("/checks", "Checks"),
    ("/schema", "Tables"),
    ("/schema/map", "Map"),
    ("/performance", "Performance"),
    ("/activity", "Activity"),
    ("/environments", "Environments"),
];

/// A whole page.
pub(super) fn frame(view: &View<'_>, title: &str, here: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (shown(title)) " · pgkeel" }
                link rel="icon" href="/favicon.ico" type="image/svg+xml";
                link rel="stylesheet" href="/assets/style.css";
                script src="/assets/page.js" defer {}
            }
            body data-live="/live" {
                a.skip href="#main" { "Skip to content" }
                header.top {
                    a.brand href="/" { "pgkeel" }
                    span.environment { (view.environment) }
                    nav aria-label="Pages" {
                        ul {
                            @for (link, name) in PAGES {
                                li { a href=(link) aria-current=[(link == here).then_some("page")] { (name) } }
                            }
                        }
                    }
                    (badge(view.verdict.status))
                    button.theme type="button" hidden data-theme-button { "Theme" }
                }
                main id="main" tabindex="-1" { (body) }
                footer {
                    p {
                        "Seen " (ago(view.snapshot.seen))
                        @if let Some(catalog) = view.snapshot.looks.catalog { "; tables and their checks " (ago(catalog)) }
                        @if view.stale { " — " strong { "stale" } }
                        ". " a href=(here) { "Reload" }
                    }
                    p.live role="status" aria-live="polite" data-live-text {}
                }
            }
        }
    }
}

/// A moment, and how long ago that was.
pub(super) fn ago(moment: Moment) -> Markup {
    let time = moment.rfc3339();
    html! { time datetime=(time) { (time) } ", " (moment.age().as_secs()) " s ago" }
}

/// A page for whoever may not see the others.
pub fn locked() -> Markup {
    notice(
        "A token is needed",
        "Open this page on the server's own machine (for example through an SSH tunnel), or send the header \
         Authorization: Bearer with the token.",
    )
}

/// A page that says one thing.
pub fn notice(title: &str, text: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · pgkeel" }
                link rel="icon" href="/favicon.ico" type="image/svg+xml";
                link rel="stylesheet" href="/assets/style.css";
            }
            body { main { h1 { (title) } p.words { (text) } p { a href="/" { "Overview" } } } }
        }
    }
}

/// A status as word, sign and colour; never by colour alone.
pub(super) fn badge(status: Status) -> Markup {
    let (sign, word) = match status {
        Status::Pass => ("✓", "pass"),
        Status::Warn => ("!", "warn"),
        Status::Fail => ("✕", "fail"),
        Status::Skipped => ("–", "skipped"),
    };
    html! { span class={ "badge " (word) } { span aria-hidden="true" { (sign) } " " (word) } }
}
