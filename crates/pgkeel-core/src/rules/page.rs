//! A rule's page, in Markdown: what `explain` prints and docs/reference/rules holds.

use std::fmt::Write as _;

use super::{RULES, Rule};
use crate::finding::Severity;

impl Rule {
    /// The page.
    pub fn page(&self) -> String {
        let severity = match self.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
            Severity::Critical => "critical",
        };
        let default = if self.default { "" } else { ", off unless asked for" };
        let mut page = format!(
            "# {}\n\n{} ({severity}{default}; {}).\n\n## Why\n\n{}\n\n## Instead\n\n{}\n\n",
            self.id,
            self.title,
            self.topic.heading().to_lowercase(),
            self.why,
            self.instead
        );
        let _ = write!(
            page,
            "## Objected to\n\n{}\n## Not objected to\n\n{}\n",
            block(self.bad),
            block(self.good)
        );
        if !self.aliases.is_empty() {
            let aliases: Vec<String> = self.aliases.iter().map(|alias| format!("`{alias}`")).collect();
            let _ = write!(
                page,
                "## Other linters call it\n\n{}\n\nTheir names work in `[review.rules]`, in `explain` and in suppressions.\n\n",
                aliases.join(", ")
            );
        }
        let _ = write!(
            page,
            "## Suppress\n\n```sql\n-- pgkeel: ignore {} reason=\"why it is right here\"\n```\n",
            self.id
        );
        page
    }
}

/// The list of all rules, by topic.
pub fn index() -> String {
    let mut topics: Vec<_> = RULES.iter().map(|rule| rule.topic).collect();
    topics.sort_unstable();
    topics.dedup();
    let mut page = format!("# Rules\n\n{} rules. `pgkeel explain RULE` prints a page.\n", RULES.len());
    for topic in topics {
        let _ = write!(page, "\n## {}\n\n| rule | severity | objects to |\n|---|---|---|\n", topic.heading());
        for rule in RULES.iter().filter(|rule| rule.topic == topic) {
            let severity = format!("{:?}", rule.severity).to_lowercase();
            let shown = if rule.default { severity } else { format!("{severity}, off") };
            let _ = writeln!(page, "| [{}]({}.md) | {shown} | {} |", rule.id, rule.id, rule.title);
        }
    }
    page
}

fn block(example: &str) -> String {
    format!("```sql\n{}\n```\n", example.trim_end())
}
