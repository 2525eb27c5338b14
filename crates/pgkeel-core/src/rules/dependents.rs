//! What depends on a column, as far as the migrations tell: views upon views, rules, policies, triggers, generated columns, functions
//! whose body PostgreSQL knows, foreign keys of other tables.

use crate::review::context::Context;
use crate::review::history_model::{Origin, View, short};
use crate::sql::effect::{ConstraintKind, Name};

/// Those that stand in a column's way.
pub(super) struct Dependents<'a> {
    /// The views, nearest first.
    pub views: Vec<&'a View>,
    /// All of them in words, with the places where they were made.
    pub names: Vec<String>,
}

/// What keeps a column from being dropped without `CASCADE`; with `drops` false, from getting another type.
pub(super) fn of_column<'a>(
    context: &Context<'a>,
    key: &'a str,
    column: &str,
    drops: bool,
) -> Dependents<'a> {
    let model = context.model;
    let views = model.views_using(key, column);
    let mut names = Vec::new();
    let mut add = |kind: &str, name: &str, origin: Origin| {
        names.push(format!("{kind} {name} ({})", context.place(origin)));
    };
    for view in &views {
        add(if view.materialized { "materialized view" } else { "view" }, short(&view.name), view.origin);
    }
    for ((on, name), (uses, origin)) in &model.rules {
        if model.rule_uses_column(on, uses, key, column) {
            add("rule", name, *origin);
        }
    }
    for ((on, name), (policy, origin)) in &model.policies {
        let mut used = policy.using.iter().chain(&policy.check).flat_map(|expression| &expression.columns);
        if on == key && used.any(|used| used.last() == column) {
            add("policy", name, *origin);
        }
    }
    for ((on, name), trigger) in &model.triggers {
        if on == key && trigger.columns.iter().any(|used| used == column) {
            add("trigger", name, trigger.origin);
        }
    }
    for other in model.tables.get(key).into_iter().flat_map(|table| &table.columns) {
        if other.name != column && other.computed_from.iter().any(|from| from == column) {
            add("generated column", &other.name, other.origin);
        }
    }
    for routine in model.functions.values().flatten() {
        if routine.parsed_body && model.body_uses_column(routine, key, column) {
            add("function", short(&routine.name), routine.origin);
        }
    }
    // Another type is taken by a foreign key as long as it can be compared.
    for table in model.tables.values().filter(|table| drops && table.key() != key) {
        for constraint in &table.constraints {
            let ConstraintKind::ForeignKey(foreign) = &constraint.kind else { continue };
            let referenced = || match foreign.referred.as_slice() {
                [] => model.tables.get(key).is_some_and(|known| known.primary_key().contains(&column)),
                columns => columns.iter().map(Name::last).any(|name| name == column),
            };
            if model.key(&foreign.table) == key && referenced() {
                add(&format!("foreign key {} of", constraint.name), &table.name, constraint.origin);
            }
        }
    }
    Dependents { views, names }
}
