//! Addresses in the catalog (class, object, column) and the names they stand for. They end here: a schema has none.

use std::collections::BTreeMap;

use pgkeel_core::object::Kind;
use pgkeel_core::schema::{Attributes, Grant, Id, Schema};
use serde::Deserialize;
use tokio_postgres::Row;

use super::Error;

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

    fn whole(self) -> Self {
        Self(self.0, self.1, 0)
    }
}

#[derive(Deserialize)]
struct Acl {
    granted: bool,
    grant: Grant,
}

/// What addresses stand for.
#[derive(Debug, Default)]
pub struct Addresses {
    ids: BTreeMap<Address, Id>,
    same: BTreeMap<Address, Address>,
    /// Objects that the catalog has only as a dependency, by the oid of the object that depends.
    connections: BTreeMap<u32, Vec<Id>>,
}

impl Addresses {
    /// An object's address. Those without one have the class 0.
    pub fn register(&mut self, address: Address, id: Id) {
        if address.0 != 0 {
            self.ids.insert(address, id);
        }
    }

    /// An object that is nothing but a dependency between two relations.
    pub fn connects(&mut self, row: &Row, id: Id) -> Result<(), Error> {
        self.connections.entry(row.try_get(1)?).or_default().push(id);
        Ok(())
    }

    /// Reads which addresses stand for others.
    pub fn same(&mut self, rows: &[Row]) -> Result<(), Error> {
        for row in rows {
            self.same.insert(Address::of(row, 0)?, Address::of(row, 3)?);
        }
        Ok(())
    }

    /// The object at an address: its own, that of its whole, or what it stands for.
    fn resolve(&self, address: Address) -> Option<&Id> {
        let mut address = address;
        for _ in 0..4 {
            if let Some(id) = self.ids.get(&address).or_else(|| self.ids.get(&address.whole())) {
                return Some(id);
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
        schema: &'s mut Schema,
    ) -> Option<&'s mut Attributes> {
        // A member of an extension is the extension's business.
        let own = self.ids.get(&address);
        let id = own.or_else(|| {
            let whole = self.same.get(&address.whole()).copied().unwrap_or(address.whole());
            self.ids.get(&whole).filter(|id| !matches!(id.kind, Kind::Extension | Kind::Constraint))
        })?;
        let object = schema.objects.get_mut(id)?;
        match column {
            Some(column) if own.is_none() || id.kind != Kind::Column => {
                Some(object.columns.entry(column).or_default())
            }
            _ => Some(&mut object.attributes),
        }
    }

    /// Gives the objects their comments.
    pub fn comments(&self, rows: &[Row], schema: &mut Schema) -> Result<(), Error> {
        for row in rows {
            if let Some(attributes) = self.attributes(Address::of(row, 0)?, row.try_get(3)?, schema) {
                attributes.comment = row.try_get(4)?;
            }
        }
        Ok(())
    }

    /// Gives the objects their security labels.
    pub fn labels(&self, rows: &[Row], schema: &mut Schema) -> Result<(), Error> {
        for row in rows {
            if let Some(attributes) = self.attributes(Address::of(row, 0)?, row.try_get(3)?, schema) {
                attributes.labels.insert(row.try_get(4)?, row.try_get(5)?);
            }
        }
        Ok(())
    }

    /// Gives the objects their owners and grants.
    pub fn access(&self, rows: &[Row], schema: &mut Schema) -> Result<(), Error> {
        for row in rows {
            let (address, column): (Address, Option<String>) = (Address::of(row, 0)?, row.try_get(3)?);
            let of_column = column.is_some();
            let Some(attributes) = self.attributes(address, column, schema) else { continue };
            if !of_column {
                attributes.owner = row.try_get(4)?;
            }
            let Some(text) = row.try_get::<_, Option<String>>(5)? else { continue };
            let list: Vec<Acl> = serde_json::from_str(&text)
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

    /// Records what needs what.
    pub fn dependencies(&self, rows: &[Row], schema: &mut Schema) -> Result<(), Error> {
        for row in rows {
            let (from, to) = (Address::of(row, 0)?, Address::of(row, 3)?);
            let (Some(user), Some(needed)) = (self.resolve(from), self.resolve(to)) else { continue };
            if row.try_get::<_, &str>(6)? == "x"
                && let (Some(object), Some(extension)) = (schema.objects.get_mut(user), needed.parts.first())
            {
                object.attributes.extensions.insert(extension.clone());
            }
            // A sequence's owner and a partition's parent are objects of their own.
            let connection = self.connections.get(&from.1).into_iter().flatten().find(|connection| {
                from.0 == RELATIONS
                    && to.0 == RELATIONS
                    && from.2 == 0
                    && match connection.kind {
                        Kind::SequenceOwner => needed.kind == Kind::Column,
                        Kind::Attachment => needed.kind == Kind::Table,
                        Kind::Inheritance => {
                            needed.kind == Kind::Table && connection.parts.ends_with(&needed.parts)
                        }
                        _ => needed.kind == Kind::Index || needed.kind == Kind::Constraint,
                    }
            });
            if let Some(connection) = connection {
                schema.add_need(connection.clone(), user.clone());
                schema.add_need(connection.clone(), needed.clone());
            }
            // A partition's index goes with its parent's; a sequence and a partition live on without theirs.
            if connection.is_none_or(|connection| connection.kind == Kind::IndexAttachment) {
                schema.add_need(user.clone(), needed.clone());
            }
        }
        Ok(())
    }
}
