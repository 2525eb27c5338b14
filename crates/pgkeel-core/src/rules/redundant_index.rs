//! Rule `redundant-index`: an index that another one already covers.

use crate::review::context::{Context, Out};
use crate::sql::effect::{ConstraintKind, CreateIndex, Effect, Name, What};

rule! {
    id: "redundant-index",
    severity: Warning,
    topic: Design,
    title: "An index that another one already covers",
    why: "An index on (a) serves no query that an index on (a, b), a primary key or a unique constraint over a does not; every write keeps both.",
    instead: "Leave it out, or drop the shorter one.",
    aliases: ["splinter:0009", "pglinter:B002", "pg-index-health:intersected_indexes", "bytebase:815"],
    check: Effect(check),
}

fn check(context: &Context<'_>, effect: &Effect, out: &mut Out<'_>) {
    let What::CreateIndex(index) = &effect.what else { return };
    let columns: Option<Vec<&str>> = index
        .elements
        .iter()
        .map(|element| element.column.as_ref().filter(|_| element.operator_class.is_none()).map(Name::last))
        .collect();
    let Some(columns) = columns.filter(|_| index.method == "btree" && index.predicate.is_none()) else { return };
    let plain_order = ascending(index);
    let key = context.model.key(&index.table);
    if plain_order {
        covers_another(context, index, &key, &columns, out);
    }
    if index.unique {
        return;
    }
    let covers = |other: &[&str]| other.len() >= columns.len() && other.iter().zip(&columns).all(|(a, b)| a == b);
    let by_index = context.model.indexes_of(&key).find(|other| {
        let theirs: Vec<&str> = other.definition.elements.iter().map_while(|e| e.column.as_ref()).map(Name::last).collect();
        let same_name = index.name.as_ref().is_some_and(|name| name.last() == other.name);
        other.definition.method == "btree" && other.definition.predicate.is_none() && covers(&theirs) && !same_name
            && other.definition.elements.iter().all(|e| e.operator_class.is_none())
            && (theirs.len() > columns.len() || index.include.is_empty())
    });
    let constraints = context.model.tables.get(&key).into_iter().flat_map(|table| &table.constraints);
    let by_constraint = constraints.into_iter().find(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
            covers(&columns.iter().map(Name::last).collect::<Vec<_>>())
        }
        _ => false,
    });
    let other = by_index.map(|other| (other.name.as_str(), other.origin));
    let Some((name, origin)) = other.or_else(|| by_constraint.map(|c| (c.name.as_str(), c.origin))).filter(|_| plain_order) else { return };
    let message = format!("{name} (at {}) already begins with ({})", context.place(origin), columns.join(", "));
    out.at(effect.range, message).on(format!("table {}", index.table));
}

/// The index that this one makes superfluous: it begins with the other's columns.
fn covers_another(context: &Context<'_>, index: &CreateIndex, key: &str, columns: &[&str], out: &mut Out<'_>) {
    let dropped = |name: &str| {
        let effects = context.file.up().flat_map(|(_, statement)| &statement.reading.effects);
        effects.into_iter().any(|effect| matches!(&effect.what, What::Drop { names, .. } if names.iter().any(|gone| gone.last() == name)))
    };
    let shorter = context.model.indexes_of(key).find(|other| {
        let definition = &other.definition;
        let theirs: Option<Vec<&str>> = definition.elements.iter().map(|e| e.column.as_ref().filter(|_| e.operator_class.is_none()).map(Name::last)).collect();
        // Of an earlier file, it may be dropped once this one is built; that is for another review.
        let here = other.origin.file == context.index;
        let plain = definition.method == "btree" && definition.predicate.is_none() && !definition.unique && definition.include.is_empty();
        let begins = theirs.is_some_and(|theirs| theirs.len() < columns.len() && theirs.iter().zip(columns).all(|(a, b)| a == b));
        here && ascending(definition) && plain && begins && !dropped(&other.name)
    });
    if let Some(other) = shorter {
        let message = format!("{} (at {}) is superfluous: this one begins with its columns", other.name, context.place(other.origin));
        out.at(index.index_word, message).on(format!("table {}", index.table));
    }
}

fn ascending(index: &CreateIndex) -> bool {
    !index.elements.iter().any(|element| element.descending)
}
