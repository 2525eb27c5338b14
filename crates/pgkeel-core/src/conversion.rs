//! How a column's values get from one type into another: whether PostgreSQL casts them by itself, what is cut on the way,
//! and which values make the change fail.
//!
//! `ALTER COLUMN ... TYPE` casts as an assignment does, which refuses a text that is too long where an explicit cast
//! would cut it silently (documentation, sections 4.2.9 and 8.3). So `USING` is written only where there is no
//! assignment cast.

mod cuts;
mod form;
mod refuses;
mod value;

use crate::plan::Step;
use crate::schema::Schema;
use crate::sql::ident::Ident;
use form::{Form, Shape};

/// The way from one type to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// PostgreSQL casts by itself when a value is stored.
    Assigned,
    /// It does when it is asked to.
    Cast,
    /// Only through what the value looks like as text.
    Text,
}

/// What it takes to change a type, and what it means for the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    way: Way,
    arrays: bool,
    /// An explicit cast would cut what an assignment refuses.
    pub is_cut_by_a_cast: bool,
    /// What is cut or rounded without an error, such as `the digits after the point`; `None` when nothing is.
    pub cuts: Option<String>,
    /// The values that cannot be had in the new type, as `is longer than 5 characters`; `None` when all can.
    pub refuses: Option<String>,
}

impl Conversion {
    /// From a type of one schema to a type of another, both as `format_type` writes them.
    pub fn between(from: &str, old: &Schema, to: &str, new: &Schema) -> Self {
        let before = Form::of(from, old);
        let after = Form::of(to, new);
        let way = way(&before.shape, &after.shape, old.version);
        let arrays = matches!((&before.shape, &after.shape), (Shape::Array(_), Shape::Array(_)));
        let cuts = cuts::what(&before.shape, &after.shape, way);
        let refuses = refuses::what(&before.shape, &after.shape, to, way);
        let refuses = refuses.into_iter().chain(refuses::by_domains(&before, &after));
        let refuses: Vec<String> = refuses.collect();
        let is_cut_by_a_cast =
            way == Way::Assigned && !refuses.is_empty() && refuses::has_length(&after.shape);
        Self {
            way,
            arrays,
            is_cut_by_a_cast,
            cuts,
            refuses: (!refuses.is_empty()).then(|| refuses.join(", or ")),
        }
    }

    /// The expression that casts `value`; `None` when an assignment does it.
    pub fn expression(&self, value: &str, to: &str) -> Option<String> {
        match (self.way, self.arrays) {
            (Way::Assigned, _) => None,
            (Way::Cast, _) => Some(format!("{value}::{to}")),
            (Way::Text, true) => Some(format!("{value}::text[]::{to}")),
            (Way::Text, false) => Some(format!("{value}::text::{to}")),
        }
    }

    /// The step that changes a type, with what it means for the values of `what`.
    pub fn told(self, step: Step, what: &str) -> Step {
        let step = match self.cuts {
            Some(cuts) => step.loses(format!("{cuts} of {what}")),
            None => step,
        };
        Step { fails: self.refuses.map(|words| format!("a value of {what} {words}")), ..step }
    }

    /// ` USING c::t` for a column; nothing when an assignment does it.
    pub fn using(&self, column: &str, to: &str) -> String {
        let expression = self.expression(&Ident(column).to_string(), to);
        expression.map(|expression| format!(" USING {expression}")).unwrap_or_default()
    }
}

/// PostgreSQL's `find_coercion_pathway`. Casts that users and extensions define are not counted on.
fn way(from: &Shape, to: &Shape, version: u32) -> Way {
    match (from, to) {
        (Shape::Array(from), Shape::Array(to)) => return way(from, to, version),
        // The same type with another modifier: an extension's, such as `vector(3)`. With the same one it is made anew.
        (Shape::Own { name: from, modifiers: before, .. }, Shape::Own { name: to, modifiers: after, .. })
            if from == to && before != after =>
        {
            return Way::Assigned;
        }
        (Shape::Plain { name: from, .. }, Shape::Plain { name: to, .. }) if from == to => {
            return Way::Assigned;
        }
        _ => {}
    }
    let context = match (from, to) {
        (Shape::Plain { name: from, .. }, Shape::Plain { name: to, .. }) => context(from, to, version),
        _ => None,
    };
    match context {
        Some("i" | "a") => Way::Assigned,
        Some(_) => Way::Cast,
        // What a value looks like is assigned to a string, and asked for from one.
        None if to.is_string() => Way::Assigned,
        None if from.is_string() => Way::Cast,
        None => Way::Text,
    }
}

/// `pg_cast.castcontext` of PostgreSQL's own casts: `i` and `a` also for an assignment, `e` only explicitly.
fn context(from: &str, to: &str, version: u32) -> Option<&'static str> {
    let major = version / 10_000;
    include_str!("conversion/casts.txt").lines().find_map(|line| {
        let mut parts = line.split('\t');
        let (source, target, context) = (parts.next()?, parts.next()?, parts.next()?);
        let known = parts.all(|limit| match limit.split_once(' ') {
            Some(("from", first)) => first.parse().is_ok_and(|first: u32| major >= first),
            Some(("until", last)) => last.parse().is_ok_and(|last: u32| major <= last),
            _ => false,
        });
        (source == from && target == to && known).then_some(context)
    })
}

#[cfg(test)]
mod tests;
