//! One provider of an embedded PostgreSQL: throw-away or kept in a folder.
