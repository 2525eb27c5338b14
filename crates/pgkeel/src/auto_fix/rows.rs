//! What the rows and the server say to a repair: which tables hold any, which extensions can be had, and what the rows
//! would violate.

use std::collections::BTreeSet;

use pgkeel_core::diff::{Change, diff};
use pgkeel_core::object::{Body, Kind};
use pgkeel_core::repair::{Facts, probes};
use pgkeel_core::schema::{Id, Schema};
use pgkeel_core::sql::ident::qualified;

use crate::answer::{ask, text};
use crate::database::Query;
use crate::error::Error;
use crate::preflight;

/// Which of the tables concerned hold rows, and which extensions the server has not.
pub async fn look(
    client: &impl Query,
    live: &Schema,
    expected: &Schema,
    facts: &mut Facts,
) -> Result<(), Error> {
    let changes = diff(live, expected);
    let tables: Vec<(Id, String)> = live
        .objects
        .iter()
        .filter_map(|(id, object)| match &object.body {
            Body::Table(table) if table.foreign.is_none() => {
                Some((id.clone(), qualified(&table.namespace, &table.name)))
            }
            _ => None,
        })
        .collect();
    facts.filled = filled(client, &tables).await;
    let missing =
        changes.iter().filter(|(id, change)| id.kind == Kind::Extension && matches!(change, Change::Create));
    let missing: Vec<&Id> = missing.map(|(id, _)| id).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let server = preflight::server(client, false).await?;
    for id in missing {
        let name = id.parts.first().cloned().unwrap_or_default();
        match server.extensions.get(&name) {
            None => {
                let why = format!("the server does not have extension {name}: install its package there");
                facts.refused.insert(id.clone(), why);
            }
            Some(offer) if !offer.allowed => {
                let why = format!("role {} may not create extension {name}: ask one that may", server.role);
                facts.refused.insert(id.clone(), why);
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The tables that hold rows. One that cannot be asked is taken for one that does.
async fn filled(client: &impl Query, tables: &[(Id, String)]) -> BTreeSet<Id> {
    let mut filled = BTreeSet::new();
    for portion in tables.chunks(200) {
        let question = |(index, (_, name)): (usize, &(Id, String))| {
            format!("SELECT {index} WHERE EXISTS (SELECT FROM {name})")
        };
        let questions: Vec<String> = portion.iter().enumerate().map(question).collect();
        match ask(client, "looking for rows", &questions.join(" UNION ALL ")).await {
            Ok(rows) => filled.extend(
                rows.iter()
                    .filter_map(|row| portion.get(text(row, 0).parse::<usize>().ok()?))
                    .map(|(id, _)| id.clone()),
            ),
            Err(_) => filled.extend(portion.iter().map(|(id, _)| id.clone())),
        }
    }
    filled
}

/// Asks the rows whether they allow what the goal demands of them.
pub async fn probe(
    client: &impl Query,
    live: &Schema,
    goal: &Schema,
    facts: &mut Facts,
) -> Result<(), Error> {
    for probe in probes(live, goal, &facts.filled) {
        // A question that cannot be asked is left to the proof and to the server.
        let Ok(rows) = ask(client, "looking for rows that violate a constraint", &probe.sql).await else {
            continue;
        };
        let count = rows.first().map(|row| text(row, 0)).unwrap_or_default();
        if count != "0" {
            let many = if count == "1000" { "1000 or more".to_owned() } else { count };
            let reason = format!("{many} rows {}", probe.complaint);
            let facts = if probe.may_be_unchecked { &mut facts.violated } else { &mut facts.refused };
            facts.insert(probe.id, reason);
        }
    }
    Ok(())
}
