//! A check's documentation page, made from the check itself so that it cannot be stale.

use std::fmt::Write;

use super::{CHECKS, Check, Tier};

/// docs/reference/checks/<id>.md.
pub fn page(check: &Check) -> String {
    let mut text = format!("# {}\n\n{}.\n\n{}\n\n", check.id, check.title, check.why);
    let tier = match check.tier {
        Tier::Fast => "every few seconds",
        Tier::Catalog => "every minute",
        Tier::Slow => "every quarter of an hour",
    };
    let _ = writeln!(text, "Needs: {}. Asked by `pgkeel serve` {tier}.", check.needs);
    if !check.limits.is_empty() {
        let _ = write!(text, "\n## Limits\n\n| key | default | meaning |\n|---|---|---|\n");
        for limit in check.limits {
            let _ = writeln!(text, "| `{}` | {} | {} |", limit.key, limit.default, limit.meaning);
        }
        let first = check.limits[0];
        let _ = write!(
            text,
            "\n```toml\n[health.checks.{}]\n{} = {}\n```\n",
            check.id,
            first.key,
            toml_number(first.default)
        );
    }
    let _ = write!(
        text,
        "\n## Exceptions\n\n```toml\n[health.checks.{}]\nenabled = false                      # not at all, or:\n\
         ignore = [\"table public.example\"]    # not this object, named as the finding names it\n\
         required = true                      # its failure makes the instance not ready (503)\n```\n",
        check.id
    );
    for (since, sql) in check.queries {
        let from =
            if check.queries.len() > 1 { format!(" from PostgreSQL {since} on") } else { String::new() };
        let _ = write!(text, "\n## Query{from}\n\n```sql\n{sql}\n```\n");
    }
    text
}

fn toml_number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.1}") } else { value.to_string() }
}

/// docs/reference/checks/README.md.
pub fn index_page() -> String {
    let mut text = String::from(
        "# Health checks\n\nWhat `pgkeel health-check`, `pgkeel serve` and the start-up library ask of a database. A check \
         passes, warns, fails, or is skipped when it cannot be judged; skipped is never passed. No check writes, waits for \
         a lock longer than 100 ms, or holds a snapshot.\n\n| check | holds when it passes |\n|---|---|\n",
    );
    for check in CHECKS {
        let _ = writeln!(text, "| [{}]({}.md) | {} |", check.id, check.id, check.title);
    }
    text
}
