//! JUnit's XML: a test case per finding, failed from warning on, so that CI systems without anything else can show them.

use std::fmt::Write as _;

use pgkeel_core::finding::{Finding, Severity};

use super::word;

/// The document.
pub(super) fn render(findings: &[Finding]) -> String {
    let failures = findings.iter().filter(|finding| finding.severity >= Severity::Warning).count();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // An empty suite is shown as "no tests ran", which reads as a failure of the job.
    let tests = findings.len().max(1);
    let _ = writeln!(text, "<testsuites name=\"pgkeel\" tests=\"{tests}\" failures=\"{failures}\">");
    let _ = writeln!(
        text,
        "  <testsuite name=\"pgkeel\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
    );
    if findings.is_empty() {
        text.push_str("    <testcase classname=\"pgkeel\" name=\"no findings\"/>\n");
    }
    for finding in findings {
        let place = finding
            .span
            .as_ref()
            .map_or_else(String::new, |span| format!("{}:{}:{}", span.file, span.line, span.column));
        let class = finding
            .span
            .as_ref()
            .map_or_else(|| finding.object.clone().unwrap_or_default(), |span| span.file.clone());
        let name = format!("{} {place}", finding.rule);
        let _ =
            write!(text, "    <testcase classname=\"{}\" name=\"{}\"", escape(&class), escape(name.trim()));
        let body = format!("{place}: {}\n{}", finding.message, finding.help.as_deref().unwrap_or_default());
        if finding.severity >= Severity::Warning {
            let _ = write!(
                text,
                ">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>\n",
                word(finding.severity),
                escape(&finding.message),
                escape(&body)
            );
        } else {
            let _ = write!(text, ">\n      <system-out>{}</system-out>\n    </testcase>\n", escape(&body));
        }
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

/// Text for XML 1.0: its five characters escaped, control characters it does not allow left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}
