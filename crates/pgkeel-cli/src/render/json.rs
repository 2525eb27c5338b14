//! `pgkeel/findings/1`: one object, every field of a finding present, `null` where it does not apply.

use pgkeel_core::finding::{Finding, Fix, Severity};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

/// The whole document.
#[derive(Serialize)]
struct Report<'a> {
    format: &'static str,
    findings: Vec<Shown<'a>>,
}

/// A finding as the document has it.
#[derive(Serialize)]
struct Shown<'a> {
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    object: Option<&'a str>,
    help: Option<&'a str>,
    fix: Option<&'a Fix>,
}

fn shown(finding: &Finding) -> Shown<'_> {
    let span = finding.span.as_ref();
    Shown {
        rule: &finding.rule,
        severity: finding.severity,
        message: &finding.message,
        file: span.map(|span| span.file.as_str()),
        line: span.map(|span| span.line),
        column: span.map(|span| span.column),
        end_line: span.map(|span| span.end_line),
        end_column: span.map(|span| span.end_column),
        object: finding.object.as_deref(),
        help: finding.help.as_deref(),
        fix: finding.fix.as_ref(),
    }
}

/// So many findings are worth a task of their own.
const PORTION: usize = 256;

/// The document.
pub(super) fn render(findings: &[Finding]) -> String {
    let document = |findings: &[Finding]| {
        let report = Report { format: "pgkeel/findings/1", findings: findings.iter().map(shown).collect() };
        serde_json::to_string_pretty(&report).expect("findings are plain data")
    };
    // Portions are documents of their own, of which only what stands within the list is taken.
    let mut portions: Vec<String> = findings.par_chunks(PORTION).map(document).collect();
    let whole =
        if portions.len() > 1 { joined(&portions) } else { portions.pop().unwrap_or_else(|| document(&[])) };
    whole + "\n"
}

fn joined(portions: &[String]) -> String {
    let (mut text, mut tail) = (String::with_capacity(portions.iter().map(String::len).sum()), "");
    for portion in portions {
        let (head, rest) = portion.split_once("[\n").unwrap_or_default();
        let (list, end) = rest.rsplit_once("\n  ]").unwrap_or_default();
        text.push_str(if text.is_empty() { head } else { "," });
        text.push_str(if text.len() == head.len() { "[\n" } else { "\n" });
        text.push_str(list);
        tail = end;
    }
    text + "\n  ]" + tail
}

/// One finding.
pub(super) fn value(finding: &Finding) -> Value {
    serde_json::to_value(shown(finding)).expect("findings are plain data")
}

#[cfg(test)]
mod tests {
    use pgkeel_core::finding::{Finding, Severity};

    use super::{Report, render, shown};

    #[test]
    fn portions_make_the_same_document() {
        for count in [0, 1, 256, 257, 1000] {
            let findings: Vec<Finding> =
                (0..count).map(|n| Finding::new("x", Severity::Info, format!("[\n  ] {n}"))).collect();
            let report =
                Report { format: "pgkeel/findings/1", findings: findings.iter().map(shown).collect() };
            let whole = serde_json::to_string_pretty(&report).unwrap() + "\n";
            assert_eq!(render(&findings), whole);
        }
    }
}
