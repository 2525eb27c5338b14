//! The stop words of PostgreSQL's text search, which the engine needs and does not bring: without them even
//! `to_tsvector('english', ...)` is an error. The files are those of PostgreSQL 17 (share/tsearch_data), from the
//! Snowball project, under PostgreSQL's licence.

/// Language and file, as PostgreSQL names them.
pub(crate) const STOP_WORDS: &[(&str, &str)] = &[
    ("danish", include_str!("../stopwords/danish.stop")),
    ("dutch", include_str!("../stopwords/dutch.stop")),
    ("english", include_str!("../stopwords/english.stop")),
    ("finnish", include_str!("../stopwords/finnish.stop")),
    ("french", include_str!("../stopwords/french.stop")),
    ("german", include_str!("../stopwords/german.stop")),
    ("hungarian", include_str!("../stopwords/hungarian.stop")),
    ("italian", include_str!("../stopwords/italian.stop")),
    ("nepali", include_str!("../stopwords/nepali.stop")),
    ("norwegian", include_str!("../stopwords/norwegian.stop")),
    ("portuguese", include_str!("../stopwords/portuguese.stop")),
    ("russian", include_str!("../stopwords/russian.stop")),
    ("spanish", include_str!("../stopwords/spanish.stop")),
    ("swedish", include_str!("../stopwords/swedish.stop")),
    ("turkish", include_str!("../stopwords/turkish.stop")),
];
