//! A primary and a standby behind one address.

use super::{open, target};
use pgkeel::database::{Capabilities, ConnectOptions, Query, ReadOnly};
use pgkeel_testkit::standby::Standby;
use std::path::Path;

#[tokio::test]
async fn private_server_and_its_standby_are_told_apart() {
    let pair = Standby::start(15);
    let (primary, standby) = (pair.primary.port(), pair.standby.port());
    let both = |wanted: &str| {
        format!(
            "postgres://postgres@127.0.0.1:{standby},127.0.0.1:{primary}/postgres?target_session_attrs={wanted}"
        )
    };
    for (wanted, expected) in [
        ("any", standby),
        ("read-write", primary),
        ("primary", primary),
        ("standby", standby),
        ("read-only", standby),
        ("prefer-standby", standby),
    ] {
        let session = open(&both(wanted)).await.unwrap_or_else(|error| panic!("{wanted}: {error}"));
        assert!(session.place().ends_with(&expected.to_string()), "{wanted}: {}", session.place());
    }
    let session = open(&both("standby")).await.expect("connects");
    let found = Capabilities::probe(&session, session.tap()).await.expect("answers");
    assert!(found.in_recovery && found.obstacle().expect("refused").contains("standby"));
    let reader = target(&both("standby"), Path::new("/nonexistent"));
    let reader = ReadOnly::open(&reader, &ConnectOptions::default()).await.expect("connects");
    reader.query("SELECT 1", &[]).await.expect("reads");
    pair.primary.stop();
    let error = open(&both("primary")).await.expect_err("there is none");
    assert!(error.to_string().contains("not a primary"), "{error}");
    open(&both("prefer-standby")).await.expect("the standby is left");
}
