//! The backend's messages, counted as their bytes pass by. Memory is bounded: bodies are kept only for the few kinds
//! that matter, and cut.

use std::collections::BTreeMap;

use super::written::{self, Written};
use super::{Notice, TransactionStatus};

/// More notices than this are counted and dropped.
const MOST_NOTICES: usize = 1_000;
/// A message is kept up to this many bytes.
const MOST_BYTES: usize = 8 * 1024;

/// Type and length of a message.
const HEADER: usize = 5;

/// The state of one connection's incoming side.
pub(super) struct Messages {
    header: [u8; HEADER],
    header_filled: usize,
    body: Vec<u8>,
    body_left: usize,
    ready: u64,
    in_answer: bool,
    ended: bool,
    notices: Vec<Notice>,
    /// How many were dropped, by the number of the answer.
    dropped: BTreeMap<u64, u64>,
    pub(super) completed: usize,
    pub(super) status: TransactionStatus,
    pub(super) backend_pid: Option<i32>,
    pub(super) cancel_key: Vec<u8>,
    pub(super) fatal: Option<Notice>,
    /// What statements wrote, while somebody wants to know.
    pub(super) written: Option<Vec<Written>>,
}

impl Default for Messages {
    fn default() -> Self {
        Self {
            header: [0; HEADER],
            header_filled: 0,
            body: Vec::new(),
            body_left: 0,
            ready: 0,
            in_answer: false,
            ended: false,
            notices: Vec::new(),
            dropped: BTreeMap::new(),
            completed: 0,
            status: TransactionStatus::Idle,
            backend_pid: None,
            cancel_key: Vec::new(),
            fatal: None,
            written: None,
        }
    }
}

impl Messages {
    pub(super) fn round_trips(&self) -> u64 {
        self.ready.saturating_sub(1)
    }

    /// Whether no answer is half-way.
    pub(super) fn is_settled(&self) -> bool {
        self.ended || !self.in_answer
    }

    /// The connection has ended: nothing more will come.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    pub(super) fn take_notices(&mut self) -> (Vec<Notice>, u64) {
        (std::mem::take(&mut self.notices), std::mem::take(&mut self.dropped).into_values().sum())
    }

    pub(super) fn take_notices_until(&mut self, cycle: u64) -> (Vec<Notice>, u64) {
        let later = self.notices.partition_point(|notice| notice.cycle <= cycle);
        let left = self.notices.split_off(later);
        let dropped = self.dropped.split_off(&(cycle + 1));
        let dropped = std::mem::replace(&mut self.dropped, dropped);
        (std::mem::replace(&mut self.notices, left), dropped.into_values().sum())
    }

    /// Takes the next bytes that the server sent, however they were cut.
    pub(super) fn read(&mut self, mut bytes: &[u8]) {
        while let Some(&first) = bytes.first() {
            if self.header_filled < HEADER {
                if let Some(slot) = self.header.get_mut(self.header_filled) {
                    *slot = first;
                }
                self.header_filled += 1;
                bytes = bytes.get(1..).unwrap_or_default();
                if self.header_filled == HEADER {
                    let [_, length @ ..] = self.header;
                    self.body_left = (u32::from_be_bytes(length) as usize).saturating_sub(4);
                    self.body.clear();
                    self.finish_if_whole();
                }
                continue;
            }
            let take = bytes.len().min(self.body_left);
            let (now, later) = bytes.split_at_checked(take).unwrap_or((bytes, &[]));
            if matches!(self.kind(), b'N' | b'E' | b'Z' | b'K' | b'C') {
                let room = MOST_BYTES.saturating_sub(self.body.len());
                self.body.extend(now.iter().take(room));
            }
            self.body_left -= take;
            bytes = later;
            self.finish_if_whole();
        }
    }

    fn kind(&self) -> u8 {
        let [kind, ..] = self.header;
        kind
    }

    fn finish_if_whole(&mut self) {
        if self.body_left > 0 {
            return;
        }
        self.header_filled = 0;
        match self.kind() {
            b'Z' => {
                self.ready += 1;
                self.in_answer = false;
                self.status = match self.body.first() {
                    Some(b'T') => TransactionStatus::InTransaction,
                    Some(b'E') => TransactionStatus::Failed,
                    _ => TransactionStatus::Idle,
                };
            }
            b'C' | b'I' => {
                self.open_answer();
                self.completed += 1;
                if let Some(all) = &mut self.written {
                    all.extend(written::read(&self.body));
                }
            }
            b'N' => {
                self.open_answer();
                let notice = self.notice();
                self.keep(notice);
            }
            b'E' => {
                self.open_answer();
                let error = self.notice();
                if matches!(error.severity.as_str(), "FATAL" | "PANIC") {
                    self.fatal = Some(error);
                }
            }
            b'K' => {
                if let Some((pid, key)) = self.body.split_first_chunk::<4>() {
                    self.backend_pid = Some(i32::from_be_bytes(*pid));
                    self.cancel_key = key.to_vec();
                }
            }
            // A changed parameter or a notification may come between answers.
            b'S' | b'A' => {}
            _ => self.open_answer(),
        }
    }

    /// The first message of an answer forgets the count of the one before, which stays readable until then.
    fn open_answer(&mut self) {
        if !self.in_answer {
            self.in_answer = true;
            self.completed = 0;
        }
    }

    fn keep(&mut self, notice: Notice) {
        if self.notices.len() < MOST_NOTICES {
            self.notices.push(notice);
        } else {
            *self.dropped.entry(notice.cycle).or_default() += 1;
        }
    }

    /// The body of `NoticeResponse` or `ErrorResponse`: fields of one letter and a string, each ended by zero.
    fn notice(&self) -> Notice {
        let mut notice = Notice { cycle: self.round_trips(), statement: self.completed, ..Notice::default() };
        for field in self.body.split(|byte| *byte == 0) {
            let Some((letter, text)) = field.split_first() else { continue };
            let text = String::from_utf8_lossy(text).into_owned();
            match letter {
                b'V' => notice.severity = text,
                b'C' => notice.code = text,
                b'M' => notice.message = text,
                b'D' => notice.detail = Some(text),
                b'H' => notice.hint = Some(text),
                b'W' => notice.context = Some(text),
                _ => {}
            }
        }
        notice
    }
}
