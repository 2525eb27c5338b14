//! Changes a random schema as a team would.

use fastrand::Rng;

use super::create::{self, belonging, comment, filled, once_in, pick};
use super::model::{Column, Filled, Model, Named, Table};
use super::types::{Type, any};

/// One change, which may happen to change nothing.
pub(super) fn one(random: &mut Rng, model: &mut Model) {
    match random.usize(..20) {
        0 => create::table(random, model),
        1 => create::view(random, model),
        2 => create::routine(random, model),
        3 => create::other(random, model),
        4 => remove(random, model),
        5 | 6 => routine(random, model),
        7 | 8 => view(random, model),
        9 | 10 => small(random, model),
        11 => about(random, model),
        _ => in_table(random, model),
    }
}

/// Removes a whole part; what refers to it is left out from then on.
fn remove(random: &mut Rng, model: &mut Model) {
    fn from<T>(random: &mut Rng, list: &mut Vec<T>) {
        if !list.is_empty() {
            list.remove(random.usize(..list.len()));
        }
    }
    match random.usize(..8) {
        0 | 1 => from(random, &mut model.views),
        2 => from(random, &mut model.routines),
        3 => from(random, &mut model.sequences),
        4 => from(random, &mut model.domains),
        5 => from(random, &mut model.enums),
        6 => from(random, &mut model.composites),
        _ => from(random, &mut model.tables),
    }
}

fn routine(random: &mut Rng, model: &mut Model) {
    if let Some(routine) = random.choice(model.routines.iter_mut()) {
        match random.usize(..3) {
            0 => routine.attributes = random.usize(..100),
            _ => routine.constant = random.u32(..1000),
        }
    }
}

fn view(random: &mut Rng, model: &mut Model) {
    if let Some(view) = random.choice(model.views.iter_mut()) {
        match random.usize(..4) {
            0 => view.filtered = !view.filtered,
            1 => view.counted = !view.counted,
            2 => view.barrier = !view.barrier,
            _ if view.columns.len() > 1 => {
                view.columns.remove(random.usize(..view.columns.len()));
            }
            _ => {}
        }
    }
}

/// Types and sequences.
fn small(random: &mut Rng, model: &mut Model) {
    let number = model.number();
    match random.usize(..4) {
        0 => {
            if let Some(it) = random.choice(model.enums.iter_mut()) {
                it.labels.insert(random.usize(..=it.labels.len()), format!("added {number}"));
            }
        }
        1 => {
            if let Some(it) = random.choice(model.domains.iter_mut()) {
                match random.usize(..3) {
                    0 => it.check = !it.check,
                    1 => it.not_null = !it.not_null,
                    _ => it.default = random.bool().then(|| random.usize(..4)),
                }
            }
        }
        2 => {
            if let Some(it) = random.choice(model.composites.iter_mut()) {
                it.fields.push((format!("added {number}"), any(random)));
            }
        }
        _ => {
            if let Some(it) = random.choice(model.sequences.iter_mut()) {
                it.increment = random.i32(1..100);
                it.cycle = !it.cycle;
            }
        }
    }
}

/// A comment or a privilege of anything.
fn about(random: &mut Rng, model: &mut Model) {
    let named: Vec<&mut Named> = model
        .tables
        .iter_mut()
        .map(|it| &mut it.named)
        .chain(model.views.iter_mut().map(|it| &mut it.named))
        .chain(model.routines.iter_mut().map(|it| &mut it.named))
        .chain(model.enums.iter_mut().map(|it| &mut it.named))
        .chain(model.domains.iter_mut().map(|it| &mut it.named))
        .chain(model.sequences.iter_mut().map(|it| &mut it.named))
        .collect();
    if let Some(named) = random.choice(named) {
        if random.bool() {
            named.granted = !named.granted;
        } else {
            named.comment = comment(random, &named.name);
        }
    }
}

fn in_table(random: &mut Rng, model: &mut Model) {
    if model.tables.is_empty() {
        return;
    }
    let place = random.usize(..model.tables.len());
    // Taken out, so that the rest of the model can be read meanwhile.
    let mut table = model.tables.remove(place);
    match random.usize(..12) {
        0 | 1 => {
            let added = create::column(random, model);
            // A table with rows takes a column that may not be null only with a default.
            let not_null = added.not_null && matches!(added.filled, Filled::Default(_));
            table.columns.push(Column { not_null, ..added });
        }
        2 => remove_column(random, &mut table),
        3..=5 => change_column(random, model, &mut table),
        6 | 7 => {
            // A foreign key goes to an earlier table: tables are written in order, foreign keys after all of them.
            belonging(random, model, &mut table);
        }
        8 | 9 => remove_belonging(random, &mut table),
        10 => partition(random, &mut table),
        _ => property(random, &mut table),
    }
    model.tables.insert(place, table);
}

fn remove_column(random: &mut Rng, table: &mut Table) {
    let free: Vec<usize> =
        (0..table.columns.len()).filter(|at| table.columns.get(*at).is_some_and(|it| !it.fixed)).collect();
    if let Some(at) = pick(random, &free) {
        table.columns.remove(*at);
    }
}

fn change_column(random: &mut Rng, model: &Model, table: &mut Table) {
    let is_key = |name: &str| table.primary_key.iter().any(|key| key == name);
    let free = table.columns.iter().filter(|column| !is_key(&column.name)).map(|column| column.name.clone());
    let Some(name) = random.choice(free.collect::<Vec<_>>()) else { return };
    let Some(column) = table.columns.iter_mut().find(|column| column.name == name) else { return };
    match random.usize(..5) {
        0 => column.not_null = !column.not_null,
        1 if !column.fixed => column.filled = filled(random, model, column.of),
        2 => column.comment = comment(random, &column.name),
        _ if !column.fixed => retype(random, column),
        _ => {}
    }
}

/// Mostly to a type that takes all values of the old one.
fn retype(random: &mut Rng, column: &mut Column) {
    let wider = match column.of {
        Type::BuiltIn(2) => Some(0),
        Type::BuiltIn(0) => Some(1),
        Type::BuiltIn(1) => Some(8),
        Type::BuiltIn(4 | 6) => Some(5),
        Type::BuiltIn(5) => Some(3),
        Type::BuiltIn(11) => Some(12),
        _ => None,
    };
    if let Some(wider) = wider {
        column.of = Type::BuiltIn(wider);
    } else if once_in(random, 3) {
        // Everything can be cast to text.
        column.of = Type::BuiltIn(3);
    }
    if !column.of.is_integer() && matches!(column.filled, Filled::Sequence(_)) {
        column.filled = Filled::Nothing;
    }
}

fn remove_belonging(random: &mut Rng, table: &mut Table) {
    fn from<T>(random: &mut Rng, list: &mut Vec<T>) {
        if !list.is_empty() {
            list.remove(random.usize(..list.len()));
        }
    }
    match random.usize(..5) {
        0 => from(random, &mut table.indexes),
        1 => from(random, &mut table.constraints),
        2 => from(random, &mut table.triggers),
        3 => from(random, &mut table.policies),
        _ => table.statistics = None,
    }
}

fn partition(random: &mut Rng, table: &mut Table) {
    let number = table.named.number;
    let Some(partitioning) = &mut table.partitioning else { return };
    let taken: Vec<usize> = partitioning.partitions.iter().map(|(place, _)| *place).collect();
    if random.bool() {
        let free: Vec<usize> = (0..8).filter(|place| !taken.contains(place)).collect();
        if let Some(place) = pick(random, &free) {
            partitioning.partitions.push((*place, format!("p{place}_{number}")));
        }
    } else if partitioning.partitions.len() > 1 {
        partitioning.partitions.remove(random.usize(..partitioning.partitions.len()));
    }
}

fn property(random: &mut Rng, table: &mut Table) {
    match random.usize(..5) {
        0 => table.row_security = !table.row_security,
        1 if table.partitioning.is_none() => table.fillfactor = random.bool().then(|| random.u32(50..100)),
        2 => table.replica_identity_full = !table.replica_identity_full,
        3 => {
            if let Some(trigger) = random.choice(table.triggers.iter_mut()) {
                trigger.enabled = !trigger.enabled;
            }
        }
        _ => {
            if let Some(index) = random.choice(table.indexes.iter_mut()) {
                index.way += 1;
            }
        }
    }
}
