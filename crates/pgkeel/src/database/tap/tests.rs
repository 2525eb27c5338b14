//! Messages as a server sends them, cut at every place.

use super::messages::Messages;
use super::{Notice, TransactionStatus};

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("small");
    [&[kind], length.to_be_bytes().as_slice(), body].concat()
}

fn notice(text: &str) -> Vec<u8> {
    message(b'N', format!("SHINWEIS\0VNOTICE\0C00000\0M{text}\0Hhint\0\0").as_bytes())
}

/// Start-up, then a batch whose second statement warns and whose third fails.
fn conversation() -> Vec<u8> {
    [
        message(b'R', &[0, 0, 0, 0]),
        message(b'S', b"server_version\0" as &[u8]),
        message(b'K', &[0, 0, 0, 42, 1, 2, 3, 4]),
        message(b'Z', b"I"),
        message(b'C', b"CREATE TABLE\0"),
        notice("careful"),
        message(b'C', b"DROP TABLE\0"),
        message(b'E', b"SERROR\0VERROR\0C42P01\0Mno\0\0"),
        message(b'Z', b"E"),
    ]
    .concat()
}

#[test]
fn counts_however_the_bytes_are_cut() {
    let bytes = conversation();
    for size in 1..bytes.len() {
        let mut messages = Messages::default();
        for piece in bytes.chunks(size) {
            messages.read(piece);
        }
        assert_eq!(messages.backend_pid, Some(42));
        assert_eq!(messages.cancel_key, [1, 2, 3, 4]);
        assert_eq!(messages.completed, 2, "the third statement failed");
        assert_eq!(messages.round_trips(), 1);
        assert_eq!(messages.status, TransactionStatus::Failed);
        let expected = Notice {
            cycle: 0,
            statement: 1,
            severity: "NOTICE".to_owned(),
            code: "00000".to_owned(),
            message: "careful".to_owned(),
            hint: Some("hint".to_owned()),
            ..Notice::default()
        };
        assert_eq!(messages.take_notices(), (vec![expected], 0));
        assert_eq!(messages.take_notices(), (vec![], 0));
    }
}

#[test]
fn a_notice_before_the_first_statement_completes_belongs_to_it() {
    let mut messages = Messages::default();
    messages.read(&conversation());
    messages.take_notices();
    messages.read(&notice("first"));
    messages.read(&message(b'C', b"DROP TABLE\0"));
    let (notices, _) = messages.take_notices();
    assert_eq!((notices[0].statement, notices[0].cycle), (0, 1));
    assert_eq!(messages.completed, 1);
}

#[test]
fn memory_is_bounded() {
    let mut messages = Messages::default();
    let long = notice(&"x".repeat(100_000));
    for _ in 0..1_500 {
        messages.read(&long);
    }
    let (notices, dropped) = messages.take_notices();
    assert_eq!((notices.len(), dropped), (1_000, 500));
    assert!(notices[0].message.len() <= 8 * 1024);
}

#[test]
fn nonsense_does_not_panic() {
    for seed in 0..500 {
        let mut random = fastrand::Rng::with_seed(seed);
        let bytes: Vec<u8> = (0..300).map(|_| random.u8(..)).collect();
        Messages::default().read(&bytes);
    }
}
