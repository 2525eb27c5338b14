//! What the project makes itself: it comes from no extension, whatever its name.

use std::collections::{BTreeMap, BTreeSet};

use crate::extension::{PlainKey, Symbol, plain_keys, providing};
use crate::migration::Part;
use crate::sql::effect::{Name, TypeName, What};
use crate::sql::words::leading;

/// The names, and the types of columns.
#[derive(Default)]
pub(super) struct Own {
    /// Of functions, types and the like.
    pub(super) names: BTreeSet<String>,
    /// The types of columns, by table and column; none where it is not always the same.
    columns: BTreeMap<(String, String), Option<TypeName>>,
    /// Whether there are operator classes among them, which may be for any type.
    operator_classes: bool,
}

impl Own {
    /// What these parts make.
    pub(super) fn of(all: &[&Part]) -> Self {
        let mut own = Self { names: own_names(all), ..Self::default() };
        for statement in all.iter().flat_map(|part| part.in_memory()) {
            own.operator_classes |= leading(&statement.text, 3) == ["CREATE", "OPERATOR", "CLASS"];
            for effect in &statement.reading().effects {
                match &effect.what {
                    What::CreateTable(made) => {
                        for column in &made.columns {
                            own.column(&made.name, &column.name, column.type_name.as_ref());
                        }
                    }
                    What::AddColumn { table, column, .. } => {
                        own.column(table, &column.name, column.type_name.as_ref());
                    }
                    What::AlterColumnType { table, column, to, .. } => own.column(table, column, Some(to)),
                    _ => {}
                }
            }
        }
        own
    }

    fn column(&mut self, table: &Name, column: &Name, known: Option<&TypeName>) {
        let spelled = |one: &TypeName| (one.stored().to_owned(), one.array);
        let place = (table.last().to_owned(), column.last().to_owned());
        let before = self.columns.entry(place).or_insert_with(|| known.cloned());
        if before.as_ref().map(spelled) != known.map(spelled) {
            *before = None;
        }
    }

    /// Keys for which the project has no operator class of its own.
    pub(super) fn plain_keys(&self, what: &What) -> Vec<PlainKey> {
        if self.operator_classes {
            return Vec::new();
        }
        plain_keys(what, &|table, column| {
            self.columns.get(&(table.last().to_owned(), column.last().to_owned()))?.clone()
        })
    }
}

/// Functions, types and the like that the project itself creates.
pub(crate) fn own_names(all: &[&Part]) -> BTreeSet<String> {
    let mut own = BTreeSet::new();
    for statement in all.iter().flat_map(|part| part.in_memory()) {
        own.extend(operator(&statement.text));
        for effect in &statement.reading().effects {
            match &effect.what {
                What::CreateFunction(function) => own.insert(function.name.last().to_owned()),
                What::CreateEnum { name, .. }
                | What::CreateDomain { name, .. }
                | What::CreateType { name }
                | What::CreateNamespace { name: Some(name), .. }
                | What::CreateOther { name: Some(name), .. } => own.insert(name.last().to_owned()),
                What::CreateTable(made) => insert_view(&mut own, &made.name),
                What::CreateTableAs { name, .. } => insert_view(&mut own, name),
                What::CreateView(made) => insert_view(&mut own, &made.name),
                _ => false,
            };
        }
    }
    own
}

/// A relation's name counts only where an extension has a view of that name: functions may be called as tables are.
fn insert_view(own: &mut BTreeSet<String>, name: &Name) -> bool {
    providing(Symbol::View, name.last()).is_some() && own.insert(name.last().to_owned())
}

/// The operator of a `CREATE OPERATOR`.
fn operator(statement: &str) -> Option<String> {
    let words = leading(statement, 3);
    let is_one = words.starts_with(&["CREATE".to_owned(), "OPERATOR".to_owned()])
        && !words.get(2).is_some_and(|word| word == "CLASS" || word == "FAMILY");
    let (head, _) = statement.split_once('(').filter(|_| is_one)?;
    let name = head.split_whitespace().next_back()?;
    Some(name.rsplit('.').next().unwrap_or(name).to_owned())
}
