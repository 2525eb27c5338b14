//! A migration's number or timestamp.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Digits, compared as the number they write: `014` and `14` are the same version. Any length, so that timestamps
/// with fractions of a second fit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(String);

impl Version {
    /// A version from its digits; `None` when `text` is empty or holds anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| Self(text.to_owned()))
    }

    /// As it was written, leading zeros included.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number without leading zeros: equal versions have equal keys.
    pub fn key(&self) -> &str {
        let key = self.0.trim_start_matches('0');
        if key.is_empty() { "0" } else { key }
    }

    /// The version after this one, written at least as long.
    #[must_use]
    pub fn next(&self) -> Self {
        let mut digits: Vec<u8> = self.0.bytes().collect();
        for digit in digits.iter_mut().rev() {
            if *digit == b'9' {
                *digit = b'0';
            } else {
                *digit += 1;
                return Self(digits.iter().map(|&b| char::from(b)).collect());
            }
        }
        Self(format!("1{}", "0".repeat(digits.len())))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (self.key(), other.key());
        a.len().cmp(&b.len()).then_with(|| a.cmp(b))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_compare_as_numbers_of_any_length() {
        let v = |text| Version::parse(text).unwrap();
        assert_eq!(v("014"), v("14"));
        assert!(v("9") < v("0010") && v("99999999999999999999") < v("100000000000000000000"));
        assert_eq!(v("0099").next().as_str(), "0100");
        assert_eq!(v("99").next().as_str(), "100");
        assert!(Version::parse("").is_none() && Version::parse("1a").is_none());
    }
}
