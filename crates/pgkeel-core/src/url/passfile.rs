//! `.pgpass`: passwords by host, port, database and user (PostgreSQL documentation, section 34.16).

use super::Secret;

/// One line of a password file; `*` matches anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassEntry {
    fields: [String; 4],
    wild: [bool; 4],
    password: Secret,
}

/// The entries of a password file, in order: the first that matches wins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passfile(Vec<PassEntry>);

impl Passfile {
    /// Reads the text of a password file. As in libpq, lines that are not entries are passed over.
    pub fn parse(text: &str) -> Self {
        Self(text.lines().filter(|line| !line.starts_with('#')).filter_map(entry).collect())
    }

    /// The password for a connection. `host` is the host as written, a socket directory, or `localhost` for the
    /// default socket.
    pub fn find(&self, host: &str, port: u16, dbname: &str, user: &str) -> Option<&Secret> {
        let port = port.to_string();
        let wanted = [host, port.as_str(), dbname, user];
        let matches = |entry: &&PassEntry| {
            entry
                .fields
                .iter()
                .zip(entry.wild)
                .zip(wanted)
                .all(|((field, wild), wanted)| wild || field == wanted)
        };
        self.0.iter().find(matches).map(|entry| &entry.password)
    }
}

fn entry(line: &str) -> Option<PassEntry> {
    let mut fields = vec![(String::new(), String::new())];
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        if c == ':' && fields.len() < 5 {
            fields.push((String::new(), String::new()));
            continue;
        }
        let (raw, value) = fields.last_mut()?;
        raw.push(c);
        match c {
            '\\' => value.extend(rest.next().inspect(|escaped| raw.push(*escaped))),
            _ => value.push(c),
        }
    }
    let [host, port, dbname, user, password] = <[_; 5]>::try_from(fields).ok()?;
    let wild = [&host, &port, &dbname, &user].map(|(raw, _)| raw == "*");
    Some(PassEntry { fields: [host.1, port.1, dbname.1, user.1], wild, password: Secret(password.1) })
}
