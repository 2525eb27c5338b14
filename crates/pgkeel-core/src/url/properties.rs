//! What holds for any text, not only for the examples.

use super::*;
use proptest::prelude::*;

/// Text that looks like an address often enough to reach every part of the parsers.
fn almost_an_address() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("postgres://".to_owned()),
        Just("embedded:".to_owned()),
        "[@:/?#%&=,\\[\\]' \\\\-]",
        "%[0-9a-fg]{0,2}",
        Just("sslmode=require".to_owned()),
        Just("host=".to_owned()),
        Just("password=".to_owned()),
        Just("hostaddr=::1".to_owned()),
        Just("port=5432".to_owned()),
        "[a-zñ0-9]{0,4}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn options() -> impl Strategy<Value = Options> {
    let value = prop_oneof!["[^\0]{0,12}", "[a-z/@:,%?#\\[\\] ]{0,8}"];
    let port = "[0-9]{0,5}";
    (prop::collection::btree_map(0..KEYWORDS.len(), value, 0..8), port).prop_map(|(values, port)| {
        let mut options = Options::default();
        for (index, value) in values {
            // Those that pgkeel refuses cannot be set, and are not in any options.
            let _ = options.set(KEYWORDS[index].name, value);
        }
        let _ = options.set("port", port);
        options
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_makes_the_parsers_panic(text in almost_an_address()) {
        if let Ok(Address::Server(options)) = Address::parse(&text) {
            let _ = options.resolve(&Defaults { os_user: Some("os".to_owned()) });
            let _ = options.masked();
        }
        let _ = redact(&text);
        let _ = service(&text, "x");
        let _ = Passfile::parse(&text).find("h", 1, "d", "u");
    }

    #[test]
    fn a_url_of_options_is_read_back_as_the_same_options(options in options()) {
        // One port for several hosts is written out for each, which means the same.
        let several = options.get("host").is_some_and(|hosts| hosts.contains(','));
        prop_assume!(!(several && options.get("port").is_some()));
        let given = |options: &Options| -> Vec<_> {
            options.iter().filter(|(_, value)| !value.is_empty()).map(|(k, v)| (k, v.to_owned())).collect()
        };
        let read = Options::parse(&options.to_url()).expect("its own URL");
        prop_assert_eq!(given(&read), given(&options), "{}", options.to_url());
    }

    #[test]
    fn no_secret_is_in_a_masked_address(mut options in options(), secret in "[^\0a-z0-9*]{1,3}[a-z]{9}S3cr3t") {
        options.set("password", secret.as_str()).expect("known");
        let shown = [options.masked(), format!("{options:?}"), redact(&format!("cannot use {}", options.to_url()))];
        for text in shown {
            prop_assert!(!text.contains("S3cr3t"), "{text}");
        }
    }

    #[test]
    fn no_error_shows_what_stands_before_the_last_at_sign(secret in "[a-z@:/?#%\\[\\]&= ]{0,6}S3cr3t[a-z@:/?#%\\[\\]&= ]{0,6}") {
        for text in [format!("postgres://user:{secret}@host/db"), format!("host=h password={secret}")] {
            if let Err(error) = Options::parse(&text) {
                prop_assert!(!format!("{error} {error:?}").contains("S3cr3t"), "{text}: {error}");
            }
        }
    }
}
