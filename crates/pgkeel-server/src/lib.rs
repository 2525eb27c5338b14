//! pgkeel over HTTP.
