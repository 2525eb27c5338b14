//! Makes parts at random.

use fastrand::Rng;

use super::model::{
    Column, Composite, Constraint, Domain, Enum, Filled, Index, Model, Named, PartitionBy, Partitioning,
    Policy, Routine, RoutineShape, Sequence, Table, Trigger, View,
};
use super::names::name;
use super::types::{Type, any, for_key};

/// True once in `times`.
pub(super) fn once_in(random: &mut Rng, times: usize) -> bool {
    random.usize(..times) == 0
}

pub(super) fn pick<'list, T>(random: &mut Rng, list: &'list [T]) -> Option<&'list T> {
    if list.is_empty() { None } else { list.get(random.usize(..list.len())) }
}

pub(super) fn model(random: &mut Rng, tables: usize) -> Model {
    let mut model = Model { namespaces: vec!["public".to_owned()], ..Model::default() };
    for namespace in ["app", "Odd \"Name\""] {
        if random.bool() {
            model.namespaces.push(namespace.to_owned());
        }
    }
    for _ in 0..=tables / 4 {
        other(random, &mut model);
    }
    for _ in 0..tables {
        table(random, &mut model);
        if random.bool() {
            view(random, &mut model);
        }
        if once_in(random, 3) {
            routine(random, &mut model);
        }
    }
    model
}

/// One of the small kinds.
pub(super) fn other(random: &mut Rng, model: &mut Model) {
    let mut named = named(random, model);
    match random.usize(..4) {
        0 => {
            let labels =
                (0..random.usize(1..5)).map(|label| format!("{} {label}", named.name)).map(short).collect();
            model.enums.push(Enum { named, labels });
        }
        1 => {
            let base = for_key(random);
            let default = random.bool().then(|| random.usize(..4));
            model.domains.push(Domain {
                named,
                base,
                default,
                not_null: once_in(random, 4),
                check: random.bool(),
            });
        }
        2 => {
            let fields =
                (0..random.usize(1..4)).map(|field| (format!("field {field}"), any(random))).collect();
            model.composites.push(Composite { named, fields });
        }
        _ => {
            named.granted = random.bool();
            let (increment, cache) = (random.i32(1..100), random.u32(1..20));
            model.sequences.push(Sequence { named, increment, cache, cycle: random.bool() });
        }
    }
}

/// A label has at most 63 bytes.
fn short(label: String) -> String {
    if label.len() > 63 { label.chars().rev().take(30).collect() } else { label }
}

pub(super) fn named(random: &mut Rng, model: &mut Model) -> Named {
    let number = model.number();
    let namespace = pick(random, &model.namespaces).cloned().unwrap_or_default();
    let name = name(random, number);
    Named { number, namespace, comment: comment(random, &name), name, granted: once_in(random, 5) }
}

pub(super) fn comment(random: &mut Rng, about: &str) -> Option<String> {
    once_in(random, 4).then(|| format!("What {about} is for; it's number {}", random.u8(..)))
}

pub(super) fn routine(random: &mut Rng, model: &mut Model) {
    let named = named(random, model);
    let functions = model.routines.iter().filter(|routine| routine.shape == RoutineShape::Sql);
    let function = random.choice(functions.map(|routine| routine.named.number).collect::<Vec<_>>());
    let table = random.choice(model.tables.iter().map(|table| table.named.number));
    let shape = match (random.usize(..8), table, function) {
        (0 | 1, ..) => RoutineShape::Sql,
        (2, ..) => RoutineShape::Plpgsql,
        (3, ..) => RoutineShape::Atomic,
        (4, ..) => RoutineShape::Procedure,
        (5, Some(table), _) => RoutineShape::RowsOf(table),
        (6, _, Some(function)) => RoutineShape::Aggregate(function),
        _ => RoutineShape::Trigger,
    };
    model.routines.push(Routine { named, shape, constant: random.u32(..1000), attributes: random.usize(..) });
}

pub(super) fn table(random: &mut Rng, model: &mut Model) {
    let named = named(random, model);
    let by = once_in(random, 5).then(|| {
        *pick(random, &[PartitionBy::Range, PartitionBy::List, PartitionBy::Hash])
            .unwrap_or(&PartitionBy::Range)
    });
    let mut table = Table {
        named,
        columns: Vec::new(),
        primary_key: Vec::new(),
        partitioning: None,
        constraints: Vec::new(),
        indexes: Vec::new(),
        triggers: Vec::new(),
        policies: Vec::new(),
        statistics: None,
        row_security: false,
        unlogged: by.is_none() && once_in(random, 12),
        fillfactor: (by.is_none() && once_in(random, 6)).then(|| random.u32(50..100)),
        replica_identity_full: once_in(random, 12),
    };
    key(random, &mut table, by.is_some());
    if let Some(by) = by {
        let of = if by == PartitionBy::List { Type::BuiltIn(3) } else { Type::BuiltIn(0) };
        let column = "part of".to_owned();
        table.columns.push(Column {
            name: column.clone(),
            of,
            not_null: true,
            filled: Filled::Nothing,
            comment: None,
            fixed: true,
        });
        table.primary_key.push(column.clone());
        let partitions = (0..random.usize(1..4))
            .map(|place| (place, format!("p{place}_{}", table.named.number)))
            .collect();
        let default =
            (by != PartitionBy::Hash && random.bool()).then(|| format!("rest_{}", table.named.number));
        table.partitioning = Some(Partitioning { column, by, partitions, default });
    }
    for _ in 0..random.usize(1..7) {
        let column = column(random, model);
        table.columns.push(column);
    }
    let base = table
        .columns
        .iter_mut()
        .find(|column| column.of.is_integer() && !matches!(column.filled, Filled::Generated(_)));
    if once_in(random, 4)
        && let Some(base) = base
    {
        base.fixed = true;
        let filled = Filled::Generated(base.name.clone());
        table.columns.push(Column {
            name: "computed".to_owned(),
            of: Type::BuiltIn(1),
            not_null: false,
            filled,
            comment: None,
            fixed: true,
        });
    }
    for _ in 0..random.usize(..5) {
        belonging(random, model, &mut table);
    }
    model.tables.push(table);
}

fn key(random: &mut Rng, table: &mut Table, partitioned: bool) {
    let of = if random.bool() { Type::BuiltIn(random.usize(..2)) } else { for_key(random) };
    let filled = match random.usize(..3) {
        0 if of.is_integer() && !partitioned => Filled::IdentityAlways,
        1 if of.is_integer() && !partitioned => Filled::IdentityByDefault,
        _ => Filled::Nothing,
    };
    let column = Column { name: "id".to_owned(), of, not_null: true, filled, comment: None, fixed: true };
    table.columns.push(column);
    table.primary_key.push("id".to_owned());
}

/// A column of any type.
pub(super) fn column(random: &mut Rng, model: &mut Model) -> Column {
    let number = model.number();
    let of = match random.usize(..10) {
        0 => pick(random, &model.enums).map(|it| Type::Enum(it.named.number)),
        1 => pick(random, &model.domains).map(|it| Type::Domain(it.named.number)),
        2 if once_in(random, 3) => pick(random, &model.composites).map(|it| Type::Composite(it.named.number)),
        _ => None,
    };
    let of = of.unwrap_or_else(|| any(random));
    let name = name(random, number);
    let filled = filled(random, model, of);
    Column { of, not_null: once_in(random, 3), filled, comment: comment(random, &name), name, fixed: false }
}

pub(super) fn filled(random: &mut Rng, model: &Model, of: Type) -> Filled {
    match random.usize(..6) {
        0 | 1 => Filled::Default(random.usize(..4)),
        2 if of.is_integer() => {
            pick(random, &model.sequences).map_or(Filled::Nothing, |it| Filled::Sequence(it.named.number))
        }
        _ => Filled::Nothing,
    }
}

/// Something that belongs to a table.
pub(super) fn belonging(random: &mut Rng, model: &mut Model, table: &mut Table) {
    let number = model.number();
    let part_name = name(random, number);
    let Some(column) = pick(random, &table.columns).cloned() else { return };
    let plain = table.partitioning.is_none();
    match random.usize(..10) {
        0..=2 => {
            let index = index(random, table, part_name, &column, plain);
            table.indexes.push(index);
        }
        3 => {
            let check = Constraint::Check { column: column.name, not_valid: once_in(random, 5) };
            table.constraints.push((part_name, check));
        }
        4 if plain => {
            let key = column.of.built_in().is_some_and(|of| of.key);
            if key && let Some(column) = table.columns.iter_mut().find(|it| it.name == column.name) {
                column.fixed = true;
                let columns = vec![column.name.clone()];
                table
                    .constraints
                    .push((part_name, Constraint::Unique { columns, deferrable: random.bool() }));
            }
        }
        5 | 6 => foreign_key(random, model, table, part_name),
        7 => {
            let routines = model.routines.iter().filter(|routine| routine.shape == RoutineShape::Trigger);
            if let Some(routine) =
                random.choice(routines.map(|routine| routine.named.number).collect::<Vec<_>>())
            {
                let shape = random.usize(..6);
                let trigger = Trigger {
                    name: part_name,
                    routine,
                    shape,
                    column: column.name,
                    enabled: !once_in(random, 6),
                };
                table.triggers.push(trigger);
            }
        }
        8 => {
            table.row_security = true;
            let (command, restrictive) = (random.usize(..5), once_in(random, 4));
            table.policies.push(Policy { name: part_name, column: column.name, command, restrictive });
        }
        _ => {
            let second = pick(random, &table.columns).map(|it| it.name.clone()).unwrap_or_default();
            if second != column.name {
                table.statistics = Some((part_name, column.name, second));
            }
        }
    }
}

fn index(random: &mut Rng, table: &Table, name: String, column: &Column, plain: bool) -> Index {
    let other = |random: &mut Rng| pick(random, &table.columns).map(|it| it.name.clone());
    let only_where = if once_in(random, 4) { other(random) } else { None };
    let include = if once_in(random, 6) { other(random) } else { None };
    let comment = comment(random, &name);
    let (way, unique) = (random.usize(..8), plain && once_in(random, 5));
    Index { name, column: column.name.clone(), way, only_where, include, unique, comment }
}

fn foreign_key(random: &mut Rng, model: &mut Model, table: &mut Table, name: String) {
    let targets = model.tables.iter().filter(|target| !target.unlogged || table.unlogged);
    let Some(target) = random.choice(targets.collect::<Vec<_>>()) else { return };
    let (number, prefix) =
        (target.named.number, format!("to_{}_{}", target.named.number, table.columns.len()));
    let types: Vec<Type> =
        target.primary_key.iter().filter_map(|key| target.column(key)).map(|key| key.of).collect();
    let mut columns = Vec::new();
    for (place, of) in types.into_iter().enumerate() {
        let name = format!("{prefix}_{place}");
        columns.push(name.clone());
        table.columns.push(Column {
            name,
            of,
            not_null: false,
            filled: Filled::Nothing,
            comment: None,
            fixed: true,
        });
    }
    let (action, deferrable) = (random.usize(..5), once_in(random, 4));
    table.constraints.push((name, Constraint::Foreign { columns, table: number, action, deferrable }));
}

pub(super) fn view(random: &mut Rng, model: &mut Model) {
    let named = named(random, model);
    let from_view = !model.views.is_empty() && once_in(random, 3);
    let (source, columns) = if from_view {
        let Some(source) = pick(random, &model.views) else { return };
        (source.named.number, source.columns.clone())
    } else {
        let Some(source) = pick(random, &model.tables) else { return };
        (source.named.number, source.columns.iter().map(|column| column.name.clone()).collect())
    };
    let columns: Vec<String> = columns.into_iter().filter(|_| !once_in(random, 3)).collect();
    let (materialized, counted) = (once_in(random, 5), once_in(random, 4));
    let (filtered, barrier) = (random.bool(), once_in(random, 4));
    model.views.push(View { named, source, columns, materialized, counted, filtered, barrier });
}
