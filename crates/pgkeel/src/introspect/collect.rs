//! Answers to catalog queries become a schema, in whatever order they come.

use std::collections::{BTreeMap, BTreeSet};

use pgkeel_core::object::{Body, Kind};
use pgkeel_core::schema::{Id, Object, Schema};
use rayon::prelude::*;
use tokio_postgres::Row;

use super::Error;
use super::addresses::{Address, Addresses, Placed};
use super::definition::{self, Definition, Likes};
use super::names::{self, Names};
use super::questions::Question;
use super::row::{RowDeserializer, RowError};

/// How many objects there is space for at first: moving them often costs more than space that is not used.
const MANY: usize = 50_000;

/// An object, and the places of those that it needs.
pub struct Found {
    /// Its name.
    pub id: Id,
    /// The object.
    pub object: Object,
    /// What it needs, as places among all that was found.
    pub needs: Vec<usize>,
}

/// What has been answered so far.
#[derive(Default)]
pub struct Collected {
    unsupported: BTreeSet<String>,
    found: Vec<Found>,
    addresses: Addresses,
    names: Names,
    /// Questions about names that have been answered completely.
    named: usize,
    /// Answers that came before all those.
    early: Vec<(Kind, Vec<Row>, bool)>,
    /// Definitions that others of the same kind are like, and rows that wait for one. Two sessions answer about two kinds at
    /// the same time.
    likes: BTreeMap<Kind, Likes>,
    waiting: BTreeMap<Kind, Vec<Row>>,
    /// Objects whose definitions PostgreSQL has to be asked for: by oid their places.
    asked: BTreeMap<(Kind, u32), usize>,
    /// Answers about objects, for when all objects are known.
    later: Vec<(Question, Vec<Row>)>,
}

impl Collected {
    /// Takes a part of an answer; with `all` it is the last one.
    pub fn take(&mut self, question: Question, rows: Vec<Row>, all: bool) -> Result<(), Error> {
        match question {
            Question::Relations => rows.iter().try_for_each(|row| self.names.add_relation(row))?,
            Question::Keywords => rows.iter().try_for_each(|row| self.names.add_keyword(row))?,
            Question::Classes => rows.iter().try_for_each(|row| self.names.add_class(row))?,
            Question::Kind(kind) if kind != Kind::Column && self.named < Question::NAMES.len() => {
                self.early.push((kind, rows, all));
            }
            Question::Kind(kind) => self.objects(kind, rows, all)?,
            Question::HiddenSubscriptions => {
                for row in &rows {
                    let name: &str = row.try_get(0)?;
                    let told = format!("subscription {name}: only a superuser may read its connection");
                    self.unsupported.insert(told);
                }
            }
            Question::Uncovered => {
                for row in &rows {
                    self.unsupported.insert(row.try_get(0)?);
                }
            }
            Question::Same => self.addresses.same(&rows)?,
            Question::Dependencies => self.addresses.depend(&rows)?,
            Question::Comments | Question::Labels | Question::Access => self.later.push((question, rows)),
        }
        if all && Question::NAMES.contains(&question) {
            self.named += 1;
            if self.named == Question::NAMES.len() {
                for (kind, rows, all) in std::mem::take(&mut self.early) {
                    self.objects(kind, rows, all)?;
                }
            }
        }
        Ok(())
    }

    fn objects(&mut self, kind: Kind, rows: Vec<Row>, all: bool) -> Result<(), Error> {
        if self.found.capacity() == 0 {
            self.found.reserve(MANY);
        }
        for row in rows {
            if self.object(kind, &row, false)? {
                self.waiting.entry(kind).or_default().push(row);
            }
        }
        if all {
            for row in self.waiting.remove(&kind).unwrap_or_default() {
                self.object(kind, &row, true)?;
            }
            self.likes.remove(&kind);
        }
        Ok(())
    }

    /// Takes an object, or tells that it has to wait for another one; with `all` there is none to wait for.
    fn object(&mut self, kind: Kind, row: &Row, all: bool) -> Result<bool, Error> {
        let columns = row.columns();
        let end = columns.iter().position(|column| column.name().starts_with('_')).unwrap_or(columns.len());
        let definition = if definition::has(kind) {
            let likes = self.likes.entry(kind).or_default();
            Some(definition::of(kind, row, end, &self.names, likes, all)?)
        } else {
            None
        };
        let place = self.found.len();
        let definition = match definition {
            Some(Definition::Waits) => return Ok(true),
            Some(Definition::Text(text)) => Some(text),
            Some(Definition::Asked) => {
                self.asked.insert((kind, row.try_get(1)?), place);
                Some(String::new())
            }
            None => None,
        };
        let address = Address::of(row, 0)?;
        if kind == Kind::Default
            && let Some(column) = self.generated(row)?
        {
            self.addresses.stands_for(address, column);
            return Ok(false);
        }
        let wrong = |error: RowError| Error::Row { kind: kind.word(), message: error.to_string() };
        let body = kind
            .read(RowDeserializer { row, skip: 3, end, names: &self.names, definition })
            .map_err(wrong)?;
        let id = body.id();
        match &body {
            Body::UserMapping(mapping) if mapping.hidden => {
                self.unsupported.insert(format!("{id}: its options may not be read by this role"));
            }
            Body::SequenceOwner(_)
            | Body::Attachment(_)
            | Body::Inheritance(_)
            | Body::IndexAttachment(_) => {
                self.addresses.connects(row, place)?;
            }
            Body::Constraint(_) => {
                if let Some(index) = row.try_get(end + 4)? {
                    self.addresses.stands_for(Address::relation(index, 0), address);
                }
            }
            Body::Column(column) => {
                if let Some(how) = row.try_get(end)? {
                    self.addresses.generates(place, how);
                }
                let named = names::Column {
                    name: column.name.clone(),
                    generated: column.generated.is_some(),
                    taken_as: row.try_get(end + 1)?,
                    collation: row.try_get(end + 2)?,
                };
                self.names.add_column(
                    row.try_get(1)?,
                    i16::try_from(column.position).unwrap_or_default(),
                    named,
                );
            }
            _ => {}
        }
        self.addresses.register(address, place);
        self.found.push(Found { id, object: Object::new(body), needs: vec![] });
        Ok(false)
    }

    /// The generated column whose expression a row about a default is.
    fn generated(&self, row: &Row) -> Result<Option<Address>, Error> {
        let (table, number): (u32, Option<i16>) = (row.try_get(3)?, row.try_get(4)?);
        let of = number.and_then(|number| Some((number, self.names.column(table, number)?)));
        Ok(of.filter(|(_, column)| column.generated).map(|(number, _)| Address::relation(table, number)))
    }

    /// What only PostgreSQL can tell: the definitions of these indexes, and of these constraints.
    pub fn to_ask(&self) -> (Vec<u32>, Vec<u32>) {
        let (indexes, constraints): (Vec<_>, Vec<_>) =
            self.asked.keys().copied().partition(|(kind, _)| *kind == Kind::Index);
        let oids = |keys: Vec<(Kind, u32)>| keys.into_iter().map(|(_, oid)| oid).collect();
        (oids(indexes), oids(constraints))
    }

    /// Takes the definitions that were asked for: whether it is an index, its oid, the definition.
    pub fn told(&mut self, rows: &[Row]) -> Result<(), Error> {
        for row in rows {
            let (is_index, oid): (bool, u32) = (row.try_get(0)?, row.try_get(1)?);
            let kinds: &[Kind] =
                if is_index { &[Kind::Index] } else { &[Kind::Constraint, Kind::ForeignKey] };
            let place = kinds.iter().find_map(|kind| self.asked.remove(&(*kind, oid)));
            let found = place.and_then(|place| self.found.get_mut(place));
            if let (Some(found), Some(text)) = (found, row.try_get::<_, Option<&str>>(2)?) {
                definition::put(&mut found.object.body, text, &self.names);
            } else {
                let message = format!("{oid} was dropped meanwhile; try again");
                return Err(Error::Row { kind: "definitions", message });
            }
        }
        Ok(())
    }

    /// The schema of a server of this version, and where the catalog keeps what is in it, when everything has been answered.
    pub fn schema(self, version: u32) -> Result<(Schema, Placed), Error> {
        let Self { unsupported, mut found, addresses, later, .. } = self;
        let addresses = addresses.complete();
        for (question, rows) in &later {
            match question {
                Question::Comments => addresses.comments(rows, &mut found)?,
                Question::Labels => addresses.labels(rows, &mut found)?,
                _ => addresses.access(rows, &mut found)?,
            }
        }
        addresses.dependencies(&mut found);
        // Nothing is left to wait for, so all processors are free. Maps are made fastest from what is sorted; objects are large,
        // so that their order is found first and each is moved once.
        let ids: Vec<Id> = found.iter().map(|found| found.id.clone()).collect();
        let mut order: Vec<usize> = (0..ids.len()).collect();
        order.par_sort_by(|one, other| ids.get(*one).cmp(&ids.get(*other)));
        let nothing = Schema::default();
        let needs_of = |place: &usize| {
            let Found { id, object, needs } = found.get(*place)?;
            let parent = object.body.parents(&nothing).into_iter().take(1);
            let others = needs.iter().filter_map(|place| ids.get(*place)).filter(|other| *other != id);
            Some((id.clone(), parent.chain(others.cloned()).collect::<BTreeSet<Id>>()))
        };
        let needs: Vec<_> = order.par_iter().filter_map(needs_of).collect();
        let (needs, objects) = rayon::join(
            || needs.into_iter().collect(),
            || {
                sort_by(&mut found, &order);
                found.into_iter().map(|Found { id, object, .. }| (id, object)).collect()
            },
        );
        let schema = Schema { version, objects, needs, unsupported, ..Schema::default() };
        Ok((schema, addresses.placed(ids)))
    }
}

/// Brings the values into this order, which names each place once.
fn sort_by<T>(values: &mut [T], order: &[usize]) {
    for place in 0..values.len() {
        // What was at an earlier place has been moved to where its own successor came from.
        let mut from = order.get(place).copied().unwrap_or(place);
        while from < place {
            from = order.get(from).copied().unwrap_or(place);
        }
        values.swap(place, from);
    }
}

#[cfg(test)]
mod tests {
    use super::sort_by;

    #[test]
    fn every_value_comes_to_its_place() {
        let values: Vec<u64> = (0..1000).map(|number| number * 7919 % 1009).collect();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by_key(|place| values.get(*place));
        let mut sorted = values;
        sort_by(&mut sorted, &order);
        assert!(sorted.is_sorted());
        sort_by::<u64>(&mut [], &[]);
    }
}
