//! What a scratch database does not have because statements before were refused: a later statement that misses it fails only
//! for their sake.

use std::collections::BTreeSet;

use pgkeel_core::review::source::Statement;
use pgkeel_core::sql::effect::{Name, Origin, What};

/// What refused statements would have made, changed or taken away.
#[derive(Debug, Default)]
pub(super) struct Unknown {
    /// Tables, views, types, functions, indexes, constraints.
    names: BTreeSet<String>,
    /// Columns, with their tables.
    columns: BTreeSet<(String, String)>,
    /// Something that no text names: what an extension holds, what was put together when it ran.
    anything: bool,
}

impl Unknown {
    /// Takes note of a statement that was refused.
    pub fn learn(&mut self, statement: &Statement) {
        for effect in statement.reading.effects.iter().filter(|effect| effect.origin != Origin::Function) {
            self.effect(&effect.what);
        }
    }

    fn effect(&mut self, what: &What) {
        let mut name = |name: &Name| {
            self.names.insert(name.last().to_owned());
        };
        match what {
            What::CreateTable(table) => name(&table.name),
            What::CreateTableAs { name: made, .. }
            | What::CreateSequence { name: made, .. }
            | What::CreateEnum { name: made, .. }
            | What::CreateDomain { name: made, .. }
            | What::CreateType { name: made }
            | What::AddEnumValue { name: made, .. }
            | What::SetNamespace { name: made, .. } => name(made),
            What::CreateView(view) => name(&view.name),
            What::CreateFunction(function) => name(&function.name),
            What::CreateIndex(index) => index.name.iter().for_each(name),
            What::CreateTrigger(trigger) => name(&trigger.name),
            What::CreatePolicy(policy) => name(&policy.name),
            What::CreateNamespace { name: Some(made), .. } => name(made),
            What::AddConstraint { constraint, .. } => constraint.name.iter().for_each(name),
            What::DropConstraint { constraint, .. } => name(constraint),
            What::Rename { name: from, to, .. } => {
                name(from);
                name(to);
            }
            What::Drop { names, .. } => names.iter().for_each(name),
            What::AddColumn { table, column, .. } => self.column(table, &column.name),
            What::DropColumn { table, column, .. } | What::AlterColumnType { table, column, .. } => {
                self.column(table, column);
            }
            What::CreateExtension { .. }
            | What::Do { .. }
            | What::DynamicSql
            | What::Call { .. }
            | What::CreateOther { .. }
            | What::AlterOther { .. }
            | What::SetRole { .. }
            | What::Set { .. }
            | What::Unknown => self.anything = true,
            _ => {}
        }
    }

    fn column(&mut self, table: &Name, column: &Name) {
        self.columns.insert((table.last().to_owned(), column.last().to_owned()));
    }

    /// Whether it is why the server refuses a later statement of this text: the refusal is about something that is not there,
    /// or still there (PostgreSQL documentation, appendix A, class 42), and names it.
    pub fn explains(&self, code: &str, message: &str, text: &str) -> bool {
        if !(code.starts_with("42") || matches!(code, "3F000" | "2BP01")) {
            return false;
        }
        let (said, written) = (words(message), words(text));
        self.anything
            || self.names.iter().any(|name| said.contains(name.as_str()))
            || self.columns.iter().any(|(table, column)| {
                said.contains(column.as_str())
                    && (written.contains(table.as_str()) || said.contains(table.as_str()))
            })
    }
}

/// The words of a text, in which names are found.
fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
        .filter(|word| !word.is_empty())
        .collect()
}
