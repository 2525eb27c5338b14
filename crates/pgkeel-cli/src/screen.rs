//! The only place that prints. Results go to standard output; talk, progress and errors to standard error. Colours only
//! on a terminal that wants them.

pub use pgkeel_core::count::counted as count;
use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use clap::ColorChoice;
use pgkeel_core::event::Event;
use pgkeel_core::finding::{Finding, Severity};
use pgkeel_core::sql::position::beneath;
use serde_json::Value;

use crate::arguments::Global;
use crate::failure::Failure;
use crate::render::Format;

/// Good news.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Something to look at.
pub const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// Bad news.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Of less weight.
pub const DIM: Style = Style::new().dimmed();
/// Of more weight.
pub const BOLD: Style = Style::new().bold();

/// Where one run prints.
pub struct Screen {
    color: anstream::ColorChoice,
    quiet: bool,
    /// How much of what is being done is told.
    pub verbose: u8,
    /// True when standard error is a terminal and people read along.
    pub live: bool,
    /// True when programs read along: events are JSON lines on standard error.
    pub machine: bool,
    /// Whether a result was printed.
    printed: AtomicBool,
}

/// Whether a terminal would take no byte of the text for an order: no control character but blanks and line ends.
fn is_plain(text: &str) -> bool {
    // 0xC2 begins the control characters of Latin 1.
    text.bytes()
        .all(|byte| byte >= 0x20 && byte != 0x7f && byte != 0xc2 || matches!(byte, b'\n' | b'\t' | b'\r'))
}

impl Screen {
    /// From the options of every command.
    pub fn new(global: &Global) -> Self {
        let color = match global.color {
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
            ColorChoice::Auto => anstream::ColorChoice::Auto,
        };
        let live = std::io::stderr().is_terminal() && global.format == Format::Human && !global.quiet;
        let machine = global.format == Format::Json;
        Self {
            color,
            quiet: global.quiet,
            verbose: global.verbose,
            live,
            machine,
            printed: AtomicBool::new(false),
        }
    }

    /// For programs, when the command line could not be read.
    pub fn for_programs() -> Self {
        Self {
            color: anstream::ColorChoice::Never,
            quiet: false,
            verbose: 0,
            live: false,
            machine: true,
            printed: AtomicBool::new(false),
        }
    }

    /// Whether results may be coloured.
    pub fn colors_results(&self) -> bool {
        match self.color {
            anstream::ColorChoice::Auto => {
                AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
            }
            choice => choice != anstream::ColorChoice::Never,
        }
    }

    /// Prints a result on standard output.
    pub fn result(&self, text: &str) -> Result<(), Failure> {
        self.printed.store(true, Ordering::Relaxed);
        // Looking for colours takes out of a large text longer than writing it.
        if !self.colors_results() && is_plain(text) {
            let mut out = std::io::stdout().lock();
            let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n"));
            return unless_unread(written.and_then(|()| out.flush()));
        }
        let mut out = AutoStream::new(std::io::stdout(), self.color);
        unless_unread(writeln!(out, "{text}").and_then(|()| out.flush()))
    }

    /// Prints a large text without colors, which is there in portions, on standard output as it is.
    pub fn portions(&self, text: &[Vec<u8>]) -> Result<(), Failure> {
        self.printed.store(true, Ordering::Relaxed);
        let mut out = std::io::stdout().lock();
        let mut portions = text.iter().map(Vec::as_slice).chain([b"\n".as_slice()]);
        unless_unread(portions.try_for_each(|portion| out.write_all(portion)).and_then(|()| out.flush()))
    }

    /// Prints a script on standard output; nothing at all when there is none.
    pub fn script(&self, text: &str) -> Result<(), Failure> {
        if text.is_empty() { Ok(()) } else { self.result(text.trim_end()) }
    }

    /// Prints a JSON document on standard output.
    pub fn json(&self, document: &serde_json::Value) -> Result<(), Failure> {
        self.result(&serde_json::to_string_pretty(document).unwrap_or_default())
    }

    /// Says something on standard error, unless `--quiet`.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            self.tell(text);
        }
    }

    /// Writes one event as a line of JSON on standard error, unless `--quiet`.
    pub fn event(&self, event: &Event) {
        self.say(&event_line(event));
    }

    /// Says something that a user should know, unless `--quiet`.
    pub fn note(&self, text: &str) {
        self.say(&format!("{DIM}note:{DIM:#} {text}"));
    }

    /// Says something that may cost the user something, unless `--quiet`.
    pub fn warn(&self, text: &str) {
        self.say(&format!("{WARN}warning:{WARN:#} {text}"));
    }

    /// Says something on standard error in any case.
    fn tell(&self, text: &str) {
        let mut out = AutoStream::new(std::io::stderr(), self.color);
        // Nobody is left to be told when standard error is closed.
        let _ = writeln!(out, "{text}");
    }

    /// Says why a command failed, what is wrong and what to do.
    pub fn failure(&self, failure: &Failure) {
        if self.machine {
            self.tell(&event_line(&failure.event()));
            // One document: that of the command, when it has printed one.
            if !self.printed.load(Ordering::Relaxed) {
                // Nobody is left to be told when standard output is closed, too.
                let _ = self.json(&failure.document());
            }
            return;
        }
        self.tell(&format!("{BAD}error:{BAD:#} {}", failure.message()));
        if let Some((line, column, text)) = failure.line() {
            self.tell(&frame(line, column, text));
        }
        for finding in failure.findings() {
            self.tell(&one_finding(finding));
        }
        if let Some(help) = failure.help() {
            let indented = help.lines().collect::<Vec<_>>().join("\n      ");
            self.tell(&format!("{GOOD}help:{GOOD:#} {indented}"));
        }
    }
}

/// What was printed; that whoever reads has read enough is no failure.
fn unless_unread(printed: std::io::Result<()>) -> Result<(), Failure> {
    match printed {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        printed => Ok(printed?),
    }
}

/// An event as a line of JSON.
fn event_line(event: &Event) -> String {
    let mut line = serde_json::Map::new();
    line.insert("format".to_owned(), "pgkeel/event/1".into());
    if let Ok(Value::Object(fields)) = serde_json::to_value(event) {
        line.extend(fields);
    }
    Value::Object(line).to_string()
}

/// A line of a file with a caret under column `column`.
fn frame(line: usize, column: usize, text: &str) -> String {
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    let indent = beneath(&text.chars().take(column.saturating_sub(1)).collect::<String>());
    format!(
        "{margin} {DIM}|{DIM:#}\n{number} {DIM}|{DIM:#} {text}\n{margin} {DIM}|{DIM:#} {indent}{BAD}^{BAD:#}"
    )
}

/// One finding in a few lines.
pub fn one_finding(finding: &Finding) -> String {
    let style = match finding.severity {
        Severity::Critical | Severity::Error => BAD,
        Severity::Warning => WARN,
        Severity::Info => DIM,
    };
    let word = match finding.severity {
        Severity::Critical => "critical",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let mut text = format!("{style}{word}[{}]{style:#}: {}", finding.rule, finding.message);
    if let Some(span) = &finding.span {
        text.push_str(&format!("\n  {DIM}-->{DIM:#} {}:{}:{}", span.file, span.line, span.column));
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!("\n  {GOOD}help:{GOOD:#} {help}"));
    }
    text
}
