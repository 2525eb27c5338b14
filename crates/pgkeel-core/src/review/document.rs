//! The review as a document that a team lead reads: what is wrong, what is right, what it means for clients and for the
//! server, what to do, the corrected migration and the way back. Markdown.

mod precedent;

use std::fmt::Write as _;

use super::describe::describe;
use super::fixes;
use super::history_model::{Model, Origin};
use super::rollback::{Rollback, rollback};
use super::source::File;
use crate::finding::{Finding, Severity};
use crate::rules::{Topic, rule};
use crate::sql::effect::{
    Constraint, ConstraintKind, LockMode, Name, ObjectKind, Origin as Written, What, locks,
};

/// Writes the document.
pub fn markdown(files: &[File], reviewed: &[bool], findings: &[Finding]) -> String {
    let order = super::order(files);
    let subjects: Vec<usize> =
        order.into_iter().filter(|at| reviewed.get(*at).copied().unwrap_or(true)).collect();
    let mut text = String::from("# Review of migrations\n\n");
    summary(&mut text, files, &subjects, findings);
    let grave = |finding: &&Finding| finding.severity >= Severity::Error;
    section(&mut text, "Critical: to be settled before it runs", findings.iter().filter(grave));
    section(&mut text, "Important", findings.iter().filter(|finding| finding.severity == Severity::Warning));
    section(&mut text, "Worth knowing", findings.iter().filter(|finding| finding.severity == Severity::Info));
    correct(&mut text, files, &subjects, findings);
    let models = models(files, &subjects);
    precedent::precedent(&mut text, files, &models, findings);
    impact(&mut text, findings);
    application(&mut text, files, &models);
    locking(&mut text, files, &models, findings);
    actions(&mut text, findings);
    corrected(&mut text, files, &subjects, findings);
    way_back(&mut text, files, &models);
    text
}

/// What all migrations before each subject made.
fn models(files: &[File], subjects: &[usize]) -> Vec<(usize, Model)> {
    let mut models = Vec::new();
    let mut model = Model::default();
    for index in super::order(files) {
        let Some(file) = files.get(index) else { continue };
        if subjects.contains(&index) {
            models.push((index, model.clone()));
        }
        for (at, statement) in file.up() {
            model.apply(
                &statement.reading,
                Origin { file: index, statement: at, range: statement.range, order: 0 },
            );
        }
        model.end_file();
    }
    models
}

fn summary(text: &mut String, files: &[File], subjects: &[usize], findings: &[Finding]) {
    let count = |wanted: &dyn Fn(Severity) -> bool| findings.iter().filter(|f| wanted(f.severity)).count();
    let grave = count(&|severity| severity >= Severity::Error);
    let verdict = match (grave, count(&|s| s == Severity::Warning)) {
        (0, 0) => "Nothing stands against running this.",
        (0, _) => "It can run; look at the important points first.",
        _ => "It must not run as it is.",
    };
    text.push_str("## Summary\n\n");
    let _ = writeln!(
        text,
        "**{verdict}** {grave} critical, {} important, {} worth knowing, in {} of {} files ({} read for context).\n",
        count(&|s| s == Severity::Warning),
        count(&|s| s == Severity::Info),
        subjects
            .iter()
            .filter(|at| files.get(**at).is_some_and(|f| !of_file(findings, f).is_empty()))
            .count(),
        subjects.len(),
        files.len() - subjects.len(),
    );
    text.push_str("| file | critical | important | worth knowing |\n|---|---|---|---|\n");
    for file in subjects.iter().filter_map(|at| files.get(*at)) {
        let own = of_file(findings, file);
        let count = |wanted: &dyn Fn(Severity) -> bool| own.iter().filter(|f| wanted(f.severity)).count();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            file.path,
            count(&|s| s >= Severity::Error),
            count(&|s| s == Severity::Warning),
            count(&|s| s == Severity::Info)
        );
    }
    text.push('\n');
}

fn of_file<'a>(findings: &'a [Finding], file: &File) -> Vec<&'a Finding> {
    findings
        .iter()
        .filter(|finding| finding.span.as_ref().is_some_and(|span| span.file == file.path))
        .collect()
}

fn place(finding: &Finding) -> String {
    finding.span.as_ref().map_or_else(String::new, |span| format!("`{}:{}`", span.file, span.line))
}

/// Findings of one weight, those of one rule together.
fn section<'a>(text: &mut String, title: &str, findings: impl Iterator<Item = &'a Finding>) {
    let mut rules: Vec<(&str, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        match rules.iter_mut().find(|(id, _)| *id == finding.rule) {
            Some((_, list)) => list.push(finding),
            None => rules.push((&finding.rule, vec![finding])),
        }
    }
    if rules.is_empty() {
        return;
    }
    let _ = writeln!(text, "## {title}\n");
    for (id, list) in rules {
        let known = rule(id);
        let _ = writeln!(text, "### {}\n", known.map_or(id, |rule| rule.title));
        for finding in &list {
            let _ = writeln!(text, "- {} {}", place(finding), sentence(&finding.message));
            // What is said of this one alone; the rule's own advice stands below, once.
            if let Some(help) =
                finding.help.as_ref().filter(|help| known.is_none_or(|rule| rule.instead != help.as_str()))
            {
                let _ = writeln!(text, "  **Do:** {}", sentence(help));
            }
        }
        if let Some(rule) = known {
            let _ = writeln!(text, "\n{}\n\n**Instead:** {}\n\n`{id}`\n", rule.why, rule.instead);
        }
    }
}

/// With a capital letter and a full stop, unless it begins with a name.
fn sentence(message: &str) -> String {
    let stop = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{message}{stop}")
}

fn correct(text: &mut String, files: &[File], subjects: &[usize], findings: &[Finding]) {
    let mut lines = String::new();
    for file in subjects.iter().filter_map(|at| files.get(*at)) {
        let own = of_file(findings, file);
        for (_, statement) in file.up() {
            let (first, last) = (file.line(statement.range.start), file.line(statement.range.end));
            let objected = own.iter().any(|finding| {
                finding.severity >= Severity::Warning
                    && finding.span.as_ref().is_some_and(|span| span.line >= first && span.line <= last)
            });
            if objected {
                continue;
            }
            for effect in statement.reading.effects.iter().filter(|effect| effect.origin != Written::Function)
            {
                if let Some(words) = describe(effect) {
                    let _ = writeln!(lines, "- `{}:{first}` {words}", file.name());
                }
            }
        }
    }
    if !lines.is_empty() {
        let _ = writeln!(text, "## Correct\n\n{lines}");
    }
}

fn impact(text: &mut String, findings: &[Finding]) {
    text.push_str("## Impact on running clients\n\n");
    let breaking: Vec<&Finding> = findings
        .iter()
        .filter(|finding| {
            rule(&finding.rule).is_some_and(|rule| matches!(rule.topic, Topic::Clients | Topic::DataLoss))
                && finding.severity >= Severity::Warning
        })
        .collect();
    if breaking.is_empty() {
        text.push_str("None found: what is new is added beside what is there.\n\n");
        return;
    }
    for finding in breaking {
        let _ = writeln!(text, "- {} {}", place(finding), sentence(&finding.message));
    }
    text.push('\n');
}

/// What the application has to do differently from now on.
fn application(text: &mut String, files: &[File], models: &[(usize, Model)]) {
    let mut lines = String::new();
    for (index, before) in models {
        let Some(file) = files.get(*index) else { continue };
        for (_, statement) in file.up() {
            for effect in statement.reading.effects.iter().filter(|effect| effect.origin != Written::Function)
            {
                let Some(words) = demand(&effect.what, before) else { continue };
                let line = file.line(statement.range.start + effect.range.start);
                let _ = writeln!(lines, "- `{}:{line}` {}", file.name(), sentence(&words));
            }
        }
    }
    if lines.is_empty() {
        lines.push_str("Nothing has to change for it.\n");
    }
    let _ = writeln!(text, "## Impact on the application's code\n\n{lines}");
}

fn demand(what: &What, before: &Model) -> Option<String> {
    let key = |constraint: &Constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some(key.table.to_string()),
        _ => None,
    };
    Some(match what {
        What::AddColumn { table, column, .. } => {
            let kind = column.type_name.as_ref().map(ToString::to_string).unwrap_or_default();
            match column.constraints.iter().find_map(key) {
                Some(target) => format!(
                    "{table}.{} holds the key of {target} ({kind}): write that, and join {target} to show more of it",
                    column.name
                ),
                None if column.not_null && column.default.is_none() => {
                    format!("every insert into {table} must give {} ({kind})", column.name)
                }
                None => return None,
            }
        }
        What::AddConstraint { table, constraint } if before.table(table).is_some() => match key(constraint) {
            Some(target) => format!("{table} accepts only keys that {target} has"),
            None => return None,
        },
        What::AlterColumnType { table, column, to, .. } => {
            format!("{table}.{column} is read and written as {to}")
        }
        What::Rename { kind: ObjectKind::Table | ObjectKind::Column, name, to, .. } => {
            format!("{name} is called {to}")
        }
        What::DropColumn { table, column, .. } => format!("nothing may name {table}.{column} any more"),
        _ => return None,
    })
}

fn locking(text: &mut String, files: &[File], models: &[(usize, Model)], findings: &[Finding]) {
    let mut rows = String::new();
    for (index, before) in models {
        let Some(file) = files.get(*index) else { continue };
        for (_, statement) in file.up() {
            for effect in statement.reading.effects.iter().filter(|effect| effect.origin != Written::Function)
            {
                for (table, mode) in locks(&effect.what) {
                    if mode.blocks_writes() && before.table(&table).is_some() {
                        let line = file.line(statement.range.start + effect.range.start);
                        let work = work(file, line, findings);
                        let _ = writeln!(
                            rows,
                            "| `{}:{line}` | {} | {mode} | {} | {work} |",
                            file.name(),
                            name(&table),
                            blocks(mode)
                        );
                    }
                }
            }
        }
    }
    if rows.is_empty() {
        text.push_str("## Locks and rewrites\n\nNo lock on an existing table that others would notice.\n\n");
        return;
    }
    let _ = writeln!(
        text,
        "## Locks and rewrites\n\n| statement | table | lock | keeps out | work under it |\n|---|---|---|---|---|\n{rows}"
    );
}

fn name(table: &Name) -> String {
    format!("`{table}`")
}

fn blocks(mode: LockMode) -> &'static str {
    if mode.blocks_reads() { "reads and writes" } else { "writes" }
}

fn work(file: &File, line: usize, findings: &[Finding]) -> &'static str {
    let here = |finding: &&&Finding| finding.span.as_ref().is_some_and(|span| span.line == line);
    let own = of_file(findings, file);
    let mut rules = own.iter().filter(here).map(|finding| finding.rule.as_str());
    let heavy = rules.find_map(|rule| match rule {
        "alter-column-type-rewrite"
        | "add-column-volatile-default"
        | "add-column-serial"
        | "add-column-identity"
        | "add-column-stored-generated"
        | "add-column-constrained-domain"
        | "set-logged-unlogged" => Some("the table is rewritten"),
        "create-index-blocking" | "add-unique-builds-index" | "add-primary-key-builds-index" => {
            Some("an index is built")
        }
        "set-not-null-scan"
        | "add-check-validates"
        | "add-foreign-key-validates"
        | "attach-partition-scan" => Some("every row is read"),
        _ => None,
    });
    heavy.unwrap_or("none: the catalog only")
}

fn actions(text: &mut String, findings: &[Finding]) {
    let mut rules: Vec<(&str, usize)> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.severity >= Severity::Warning) {
        match rules.iter_mut().find(|(rule, _)| *rule == finding.rule) {
            Some((_, count)) => *count += 1,
            None => rules.push((&finding.rule, 1)),
        }
    }
    if rules.is_empty() {
        return;
    }
    text.push_str("## Required actions\n\n");
    for (at, (id, count)) in rules.iter().enumerate() {
        let places: Vec<String> = findings.iter().filter(|finding| finding.rule == *id).map(place).collect();
        let instead =
            findings.iter().find(|finding| finding.rule == *id).and_then(|finding| finding.help.clone());
        let more = if *count > 3 { format!(" and {} more", count - 3) } else { String::new() };
        let shown: Vec<String> = places.into_iter().take(3).collect();
        let _ =
            writeln!(text, "{}. [ ] {} ({}{more})", at + 1, instead.unwrap_or_default(), shown.join(", "));
    }
    text.push('\n');
}

fn corrected(text: &mut String, files: &[File], subjects: &[usize], findings: &[Finding]) {
    let mut shown = String::new();
    let of = |path: &str| subjects.iter().filter_map(|at| files.get(*at)).find(|file| file.path == path);
    let mut own: Vec<&Finding> = Vec::new();
    for file in subjects.iter().filter_map(|at| files.get(*at)) {
        own.extend(of_file(findings, file));
    }
    for mended in fixes::mend(files, &own) {
        let _ = writeln!(shown, "### {}\n", mended.path);
        if let Some(file) = of(&mended.path).filter(|_| mended.findings > 0) {
            let all = of_file(findings, file).len();
            let _ = writeln!(shown, "{} of {all} findings mended mechanically:\n", mended.findings);
        }
        let unchanged = files.iter().any(|file| file.path == mended.path && file.text == mended.text);
        if !unchanged {
            let _ = writeln!(shown, "```sql\n{}\n```\n", mended.text.trim_end());
        }
        for migration in &mended.migrations {
            let back = migration.down.as_ref().map(|down| format!("\n-- pgkeel:down\n{down}"));
            let _ = writeln!(
                shown,
                "Then, in a migration of its own (`{}`):\n\n```sql\n{}\n```\n",
                migration.name,
                format!("{}{}", migration.text, back.unwrap_or_default()).trim_end()
            );
        }
    }
    if !shown.is_empty() {
        let _ = writeln!(text, "## Corrected migration\n\n{shown}");
    }
}

fn way_back(text: &mut String, files: &[File], models: &[(usize, Model)]) {
    let mut shown = String::new();
    for (index, before) in models {
        let Some(file) = files.get(*index) else { continue };
        let Rollback { statements, notes } = rollback(file, before, files);
        if statements.is_empty() && notes.is_empty() {
            continue;
        }
        let _ = writeln!(shown, "### {}\n", file.path);
        if file.statements.iter().any(|statement| statement.down) {
            shown.push_str("The file has its own way back; this is what its statements ask for.\n\n");
        }
        if !statements.is_empty() {
            let _ = writeln!(shown, "```sql\n{};\n```\n", statements.join(";\n"));
        }
        for note in notes {
            let _ = writeln!(shown, "- {}", sentence(&note));
        }
        shown.push('\n');
    }
    if !shown.is_empty() {
        let _ = writeln!(text, "## Rollback script\n\n{shown}");
    }
}
