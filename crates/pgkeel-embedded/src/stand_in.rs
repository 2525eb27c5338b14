//! Extensions that the engine cannot load, rewritten in SQL under their own names and versions.

/// An extension rewritten in SQL.
pub(crate) struct StandIn {
    /// The name in SQL, which is that of the real extension.
    pub(crate) name: &'static str,
    /// The version, which is that of the real extension whose functions it has.
    pub(crate) version: &'static str,
    /// The control file.
    pub(crate) control: &'static str,
    /// Stands for `@owner@` in the parts, which keeps helpers apart that two extensions share the text of.
    owner: &'static str,
    /// The script, in parts.
    parts: &'static [&'static str],
    /// What differs from the real one.
    differs: &'static str,
}

impl StandIn {
    /// The text that `CREATE EXTENSION` runs.
    pub(crate) fn script(&self) -> String {
        self.parts.concat().replace("@owner@", self.owner)
    }
}

/// One sentence on all stand-ins, for every start.
pub(crate) fn note_on_all() -> String {
    let names: Vec<&str> = STAND_INS.iter().map(|stand_in| stand_in.name).collect();
    format!(
        "in the embedded engine {} are stand-ins written in SQL, not the real extensions",
        names.join(" and ")
    )
}

/// What differs in the stand-in for the extension `name`; `None` when the engine has the real one, or none. To be said
/// where a project uses it.
pub fn stand_in_note(name: &str) -> Option<String> {
    STAND_INS.iter().find(|stand_in| stand_in.name == name).map(|stand_in| {
        format!("{name} is a stand-in written in SQL, in the embedded engine only: {}", stand_in.differs)
    })
}

/// All of them.
pub(crate) const STAND_INS: &[StandIn] = &[
    StandIn {
        name: "uuid-ossp",
        version: "1.1",
        control: include_str!("../extensions/uuid-ossp.control"),
        owner: "uuid_ossp",
        parts: &[include_str!("../extensions/sha1.sql"), include_str!("../extensions/uuid-ossp.sql")],
        differs: "every function is there; uuid_generate_v1 uses a random node, not a network card's address",
    },
    StandIn {
        name: "pgcrypto",
        version: "1.3",
        control: include_str!("../extensions/pgcrypto.control"),
        owner: "pgcrypto",
        parts: &[
            include_str!("../extensions/sha1.sql"),
            include_str!("../extensions/pgcrypto/1-digest.sql"),
            include_str!("../extensions/pgcrypto/2-salt.sql"),
            include_str!("../extensions/pgcrypto/3-crypt-md5.sql"),
            include_str!("../extensions/pgcrypto/4-blowfish.sql"),
            include_str!("../extensions/pgcrypto/5-des.sql"),
            include_str!("../extensions/pgcrypto/6-crypt-des.sql"),
            include_str!("../extensions/pgcrypto/7-aes.sql"),
            include_str!("../extensions/pgcrypto/8-cipher.sql"),
            include_str!("../extensions/pgcrypto/9-armor.sql"),
            include_str!("../extensions/pgcrypto/A-deflate.sql"),
            include_str!("../extensions/pgcrypto/B-pgp.sql"),
            include_str!("../extensions/pgcrypto/C-pgp-pub.sql"),
        ],
        differs: "slower; without OpenPGP with ciphers other than AES, the hashes beyond \
                  MD5, SHA-1 and SHA-2, the cipher cast5, and crypt with Blowfish above cost 12, which say so when they \
                  are called",
    },
];
