//! Setting a type or a collation aside while a new one takes its name: rows of the old one are carried over, not dropped.

use crate::plan::Step;
use crate::sql::ident::{Ident, qualified};

/// What is done around the creation of a new object of the same name.
#[derive(Debug, Clone, PartialEq)]
pub struct Aside {
    /// Frees the name.
    pub before: Vec<Step>,
    /// Removes the old object, which nothing uses any more.
    pub after: Vec<Step>,
}

impl Aside {
    /// For an object that is altered and dropped under that keyword, e.g. `TYPE`.
    pub fn renaming(keyword: &str, namespace: &str, name: &str) -> Self {
        let after = Step::new(format!("DROP {keyword} {}", aside_name(namespace, name)));
        Self { before: vec![rename(keyword, &qualified(namespace, name), name)], after: vec![after] }
    }
}

/// `ALTER <keyword> <reference> RENAME TO <the name that it has aside>`.
pub fn rename(keyword: &str, reference: &str, name: &str) -> Step {
    Step::new(format!("ALTER {keyword} {reference} RENAME TO {}", Ident(&short(name))))
}

/// The name, with its namespace, that an object has while it is aside.
pub fn aside_name(namespace: &str, name: &str) -> String {
    qualified(namespace, &short(name))
}

/// A name has 63 bytes at most, and PostgreSQL would cut off the end that makes the difference.
pub fn short(name: &str) -> String {
    const END: &str = "_pgkeel_old";
    let mut length = name.len().min(63 - END.len());
    while !name.is_char_boundary(length) {
        length -= 1;
    }
    format!("{}{END}", name.get(..length).unwrap_or_default())
}
