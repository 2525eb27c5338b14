//! The review document as Markdown or as one HTML page.

use clap::ValueEnum;
use pgkeel_core::review::document::markdown;
use pulldown_cmark::{Options, Parser, html};

/// The forms of the review document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Document {
    /// Markdown.
    Md,
    /// One HTML page without anything from elsewhere.
    Html,
}

/// Writes the document.
pub fn document(form: Document, reviewed: &pgkeel::review::Reviewed) -> String {
    let text = markdown(&reviewed.files, &reviewed.reviewed, &reviewed.findings);
    match form {
        Document::Md => text,
        Document::Html => page(&text),
    }
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;\
background:#fff}table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.3rem .6rem;text-align:left}\
pre{background:#f4f4f4;padding:1rem;overflow:auto}code{font-family:ui-monospace,monospace;font-size:.92em}\
h2{border-bottom:2px solid #ddd;margin-top:2.5rem}\
@media(prefers-color-scheme:dark){body{background:#181818;color:#e6e6e6}pre{background:#242424}td,th{border-color:#444}}";

fn page(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    let mut body = String::new();
    html::push_html(&mut body, Parser::new_ext(text, options));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Review of migrations</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}
