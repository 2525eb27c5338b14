//! What the tests stand on: real servers of every major, pg_dump as the oracle, a counting proxy.
