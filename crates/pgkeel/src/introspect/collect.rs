//! Answers to catalog queries become a schema, in whatever order they come.

use std::collections::BTreeSet;

use pgkeel_core::object::{Body, Kind};
use pgkeel_core::schema::{Id, Object, Schema};
use rayon::prelude::*;
use tokio_postgres::Row;

use super::Error;
use super::addresses::{Address, Addresses, Placed};
use super::questions::Question;
use super::row::{Relations, RowDeserializer, RowError};

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
pub struct Collected {
    version: u32,
    unsupported: BTreeSet<String>,
    found: Vec<Found>,
    addresses: Addresses,
    /// Names of tables, views and sequences; other rows name them by their oid.
    relations: Option<Relations>,
    /// Answers that came before those names.
    early: Vec<(Kind, Vec<Row>)>,
    /// Answers about objects, for when all objects are known.
    later: Vec<(Question, Vec<Row>)>,
}

impl Collected {
    /// Of a server of this version.
    pub fn new(version: u32) -> Self {
        Self {
            version,
            unsupported: BTreeSet::new(),
            found: vec![],
            addresses: Addresses::default(),
            relations: None,
            early: vec![],
            later: vec![],
        }
    }

    /// Takes an answer.
    pub fn take(&mut self, question: Question, rows: Vec<Row>) -> Result<(), Error> {
        match question {
            Question::Relations => {
                self.relations = Some(Relations::of(&rows)?);
                for (kind, rows) in std::mem::take(&mut self.early) {
                    self.objects(kind, rows)?;
                }
            }
            Question::Kind(kind) => self.objects(kind, rows)?,
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
            Question::Comments | Question::Labels | Question::Access | Question::Dependencies => {
                self.later.push((question, rows));
            }
        }
        Ok(())
    }

    fn objects(&mut self, kind: Kind, rows: Vec<Row>) -> Result<(), Error> {
        let Some(relations) = &self.relations else {
            self.early.push((kind, rows));
            return Ok(());
        };
        let wrong = |error: RowError| Error::Row { kind: kind.word(), message: error.to_string() };
        self.found.reserve(rows.len());
        for row in &rows {
            let body = kind.read(RowDeserializer { row, skip: 3, relations }).map_err(wrong)?;
            let id = body.id();
            let place = self.found.len();
            if let Body::UserMapping(mapping) = &body
                && mapping.hidden
            {
                self.unsupported.insert(format!("{id}: its options may not be read by this role"));
            }
            if let Body::SequenceOwner(_)
            | Body::Attachment(_)
            | Body::Inheritance(_)
            | Body::IndexAttachment(_) = &body
            {
                self.addresses.connects(row, place)?;
            }
            self.addresses.register(Address::of(row, 0)?, place);
            self.found.push(Found { id, object: Object::new(body), needs: vec![] });
        }
        Ok(())
    }

    /// The schema, and where the catalog keeps what is in it, when everything has been answered.
    pub fn schema(self) -> Result<(Schema, Placed), Error> {
        let Self { version, unsupported, mut found, addresses, later, .. } = self;
        let addresses = addresses.complete();
        for (question, rows) in &later {
            match question {
                Question::Comments => addresses.comments(rows, &mut found)?,
                Question::Labels => addresses.labels(rows, &mut found)?,
                Question::Access => addresses.access(rows, &mut found)?,
                _ => addresses.dependencies(rows, &mut found)?,
            }
        }
        // Nothing is left to wait for, so all processors are free. Maps are made fastest from what is sorted.
        let ids: Vec<Id> = found.iter().map(|found| found.id.clone()).collect();
        let nothing = Schema::default();
        let mut found: Vec<(Id, Object, BTreeSet<Id>)> = found
            .into_par_iter()
            .map(|Found { id, object, needs }| {
                let parent = object.body.parents(&nothing).into_iter().take(1);
                let others = needs.iter().filter_map(|place| ids.get(*place)).filter(|other| **other != id);
                let needs = parent.chain(others.cloned()).collect();
                (id, object, needs)
            })
            .collect();
        found.par_sort_by(|(one, ..), (other, ..)| one.cmp(other));
        let needs = found.iter_mut().map(|(id, _, needs)| (id.clone(), std::mem::take(needs))).collect();
        let objects = found.into_iter().map(|(id, object, _)| (id, object)).collect();
        let schema = Schema { version, objects, needs, unsupported, ..Schema::default() };
        Ok((schema, addresses.placed(ids)))
    }
}
