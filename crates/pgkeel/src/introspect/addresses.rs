//! Addresses in the catalog (class, object, column) and what is found at them. They end here: a schema has none.

use std::collections::BTreeMap;

use pgkeel_core::guard::Place;
use pgkeel_core::object::sequence::Identity;
use pgkeel_core::object::{Body, Kind};
use pgkeel_core::schema::{Attributes, Grant, Id, Name};
use serde::Deserialize;
use tokio_postgres::Row;

use super::Error;
use super::collect::Found;

/// The oid of `pg_class` itself, the same in every database.
const RELATIONS: u32 = 1259;

/// Where the catalog keeps something: class, object, column or 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address(u32, u32, i32);

impl Address {
    /// The address in three columns of a row, from column `start` on.
    pub fn of(row: &Row, start: usize) -> Result<Self, Error> {
        Ok(Self(row.try_get(start)?, row.try_get(start + 1)?, row.try_get(start + 2)?))
    }

    /// A relation's, or that of one of its columns.
    pub fn relation(oid: u32, column: i16) -> Self {
        Self(RELATIONS, oid, column.into())
    }

    fn whole(self) -> Self {
        Self(self.0, self.1, 0)
    }
}

#[derive(Deserialize)]
struct Acl {
    granted: bool,
    grant: Grant,
}

/// What addresses stand for, as it becomes known.
#[derive(Debug, Default)]
pub struct Addresses {
    places: Vec<(Address, usize)>,
    same: Vec<(Address, Address)>,
    /// Objects that the catalog has only as a dependency, by the oid of the object that depends.
    connections: BTreeMap<u32, Vec<usize>>,
    /// Columns whose values a sequence makes, and how: `ALWAYS` or `BY DEFAULT`.
    identities: BTreeMap<usize, &'static str>,
    /// Who depends on what, and how: `pg_depend.deptype`.
    depends: Vec<(Address, Address, u8)>,
}

impl Addresses {
    /// An object's address. Those without one have the class 0.
    pub fn register(&mut self, address: Address, place: usize) {
        if address.0 != 0 {
            self.places.push((address, place));
        }
    }

    /// An object that is nothing but a dependency between two relations.
    pub fn connects(&mut self, row: &Row, place: usize) -> Result<(), Error> {
        self.connections.entry(row.try_get(1)?).or_default().push(place);
        Ok(())
    }

    /// A column whose values a sequence makes: `a`lways or by `d`efault.
    pub fn generates(&mut self, column: usize, how: &str) {
        self.identities.insert(column, if how == "a" { "ALWAYS" } else { "BY DEFAULT" });
    }

    /// One address stands for another.
    pub fn stands_for(&mut self, one: Address, other: Address) {
        self.same.push((one, other));
    }

    /// Reads which addresses stand for others.
    pub fn same(&mut self, rows: &[Row]) -> Result<(), Error> {
        for row in rows {
            self.same.push((Address::of(row, 0)?, Address::of(row, 3)?));
        }
        Ok(())
    }

    /// Reads what depends on what.
    pub fn depend(&mut self, rows: &[Row]) -> Result<(), Error> {
        for row in rows {
            let sort: i8 = row.try_get(6)?;
            self.depends.push((Address::of(row, 0)?, Address::of(row, 3)?, sort.cast_unsigned()));
        }
        Ok(())
    }

    /// Everything is known; of two answers for one address the later one counts.
    pub fn complete(self) -> Known {
        let Self { places, same, .. } = self;
        let (places, same) = rayon::join(|| places.into_iter().collect(), || same.into_iter().collect());
        Known {
            places,
            same,
            connections: self.connections,
            identities: self.identities,
            depends: self.depends,
        }
    }
}

/// What every address stands for.
#[derive(Debug)]
pub struct Known {
    places: BTreeMap<Address, usize>,
    same: BTreeMap<Address, Address>,
    connections: BTreeMap<u32, Vec<usize>>,
    identities: BTreeMap<usize, &'static str>,
    depends: Vec<(Address, Address, u8)>,
}

/// Where the catalog of one database keeps which object: what is at the same place later is the same object, whatever it
/// is called by then.
#[derive(Debug, Default)]
pub struct Placed {
    places: BTreeMap<Address, usize>,
    names: Vec<Id>,
}

impl Placed {
    /// What has another name `later`, in the same database: the name here, and the name there.
    pub fn moved(&self, later: &Self) -> Vec<(Id, Id)> {
        let both = self.places.iter().filter_map(|(address, place)| {
            let other = later.names.get(*later.places.get(address)?)?;
            Some((self.names.get(*place)?, other))
        });
        both.filter(|(id, other)| id != other).map(|(id, other)| (id.clone(), other.clone())).collect()
    }

    /// Every object's place.
    pub fn by_name(&self) -> BTreeMap<Id, Place> {
        let places = self.places.iter().filter_map(|(Address(class, object, column), place)| {
            let id = self.names.get(*place)?.clone();
            Some((id, Place { class: *class, object: *object, column: *column }))
        });
        places.collect()
    }
}

impl Known {
    /// The places, with the names of what is found there.
    pub fn placed(self, names: Vec<Id>) -> Placed {
        Placed { places: self.places, names }
    }

    fn place(&self, address: Address) -> Option<usize> {
        self.places.get(&address).copied()
    }

    /// The object at an address: its own, that of its whole, or what it stands for.
    fn resolve(&self, address: Address) -> Option<usize> {
        let mut address = address;
        for _ in 0..4 {
            if let Some(place) = self.place(address).or_else(|| self.place(address.whole())) {
                return Some(place);
            }
            address = *self.same.get(&address).or_else(|| self.same.get(&address.whole()))?;
        }
        None
    }

    /// The attributes at an address: the object's, or those of one of its columns.
    fn attributes<'s>(
        &self,
        address: Address,
        column: Option<String>,
        found: &'s mut [Found],
    ) -> Option<&'s mut Attributes> {
        // A member of an extension is the extension's business, and what stands for an object, such as a table's row type,
        // has no other part in it than columns.
        let own = self.place(address);
        let place = own.or_else(|| {
            column.as_ref()?;
            let whole = self.same.get(&address.whole()).copied().unwrap_or(address.whole());
            let kind = |place: &usize| found.get(*place).map(|found| found.id.kind);
            self.place(whole).filter(|place| !matches!(kind(place), Some(Kind::Extension | Kind::Constraint)))
        })?;
        let Found { id, object, .. } = found.get_mut(place)?;
        match column {
            Some(column) if own.is_none() || id.kind != Kind::Column => {
                Some(object.columns.entry(column).or_default())
            }
            _ => Some(&mut object.attributes),
        }
    }

    /// Gives the objects their comments.
    pub fn comments(&self, rows: &[Row], found: &mut [Found]) -> Result<(), Error> {
        for row in rows {
            if let Some(attributes) = self.attributes(Address::of(row, 0)?, row.try_get(3)?, found) {
                attributes.comment = row.try_get(4)?;
            }
        }
        Ok(())
    }

    /// Gives the objects their security labels.
    pub fn labels(&self, rows: &[Row], found: &mut [Found]) -> Result<(), Error> {
        for row in rows {
            if let Some(attributes) = self.attributes(Address::of(row, 0)?, row.try_get(3)?, found) {
                attributes.labels.insert(row.try_get(4)?, row.try_get(5)?);
            }
        }
        Ok(())
    }

    /// Gives the objects their owners and grants.
    pub fn access(&self, rows: &[Row], found: &mut [Found]) -> Result<(), Error> {
        for row in rows {
            let (address, column): (Address, Option<String>) = (Address::of(row, 0)?, row.try_get(3)?);
            let of_column = column.is_some();
            let Some(attributes) = self.attributes(address, column, found) else { continue };
            if !of_column {
                attributes.owner = row.try_get(4)?;
            }
            let Some(text) = row.try_get::<_, Option<&str>>(5)? else { continue };
            let list: Vec<Acl> = serde_json::from_str(text)
                .map_err(|error| Error::Row { kind: "grants", message: error.to_string() })?;
            for acl in list {
                if acl.granted {
                    attributes.granted.push(acl.grant);
                } else {
                    attributes.revoked.push(acl.grant);
                }
            }
        }
        Ok(())
    }

    /// A sequence and the column whose identity it makes know each other.
    fn identify(&self, sequence: usize, column: usize, found: &mut [Found]) {
        let Some(generated) = self.identities.get(&column) else { return };
        let Some(Body::Column(of)) = found.get(column).map(|column| &column.object.body) else { return };
        let identity =
            Identity { table: of.table.clone(), column: of.name.clone(), generated: (*generated).to_owned() };
        let Some(Body::Sequence(by)) = found.get_mut(sequence).map(|found| &mut found.object.body) else {
            return;
        };
        by.identity = Some(identity);
        let name = Name(by.namespace.clone(), by.name.clone());
        if let Some(Body::Column(of)) = found.get_mut(column).map(|column| &mut column.object.body) {
            of.identity = Some(name);
        }
    }

    /// Records what needs what.
    pub fn dependencies(&self, found: &mut [Found]) {
        for (from, to, sort) in self.depends.iter().copied() {
            let (Some(user), Some(needed)) = (self.resolve(from), self.resolve(to)) else { continue };
            if sort == b'x' {
                let extension = found.get(needed).and_then(|needed| needed.id.parts.first().cloned());
                if let (Some(user), Some(extension)) = (found.get_mut(user), extension) {
                    user.object.attributes.extensions.insert(extension);
                }
            }
            if sort == b'i' && from.0 == RELATIONS && to.0 == RELATIONS && to.2 > 0 {
                self.identify(user, needed, found);
            }
            // A sequence's owner and a partition's parent are objects of their own.
            let connection = if from.0 == RELATIONS && to.0 == RELATIONS && from.2 == 0 {
                let connections = self.connections.get(&from.1).into_iter().flatten().copied();
                connections.filter(|connection| connects(found, *connection, needed)).min()
            } else {
                None
            };
            let connection = connection.and_then(|place| found.get_mut(place));
            // A partition's index goes with its parent's; a sequence and a partition live on without theirs.
            let together =
                connection.as_ref().is_none_or(|connection| connection.id.kind == Kind::IndexAttachment);
            if let Some(connection) = connection {
                connection.needs.extend([user, needed]);
            }
            if together && let Some(user) = found.get_mut(user) {
                user.needs.push(needed);
            }
        }
    }
}

/// Whether a connection is the one with this object.
fn connects(found: &[Found], connection: usize, needed: usize) -> bool {
    let (Some(connection), Some(needed)) = (found.get(connection), found.get(needed)) else { return false };
    let (connection, needed) = (&connection.id, &needed.id);
    match connection.kind {
        Kind::SequenceOwner => needed.kind == Kind::Column,
        Kind::Attachment => needed.kind == Kind::Table,
        Kind::Inheritance => needed.kind == Kind::Table && connection.parts.ends_with(&needed.parts),
        _ => needed.kind == Kind::Index || needed.kind == Kind::Constraint,
    }
}
