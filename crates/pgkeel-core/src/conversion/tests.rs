//! Conversions between types of PostgreSQL's own; with rows they are tried in tests/conversions.

use super::Conversion;
use crate::schema::Schema;

fn between(from: &str, to: &str) -> Conversion {
    let schema = Schema { version: 180_000, ..Schema::default() };
    Conversion::between(from, &schema, to, &schema)
}

#[test]
fn widening_is_free_of_marks() {
    for (from, to) in [
        ("character varying(5)", "character varying(10)"),
        ("character varying(5)", "text"),
        ("smallint", "integer"),
        ("integer", "bigint"),
        ("integer", "numeric"),
        ("integer", "numeric(12,2)"),
        ("integer", "text"),
        ("integer", "double precision"),
        ("numeric(6,0)", "numeric(10,2)"),
        ("numeric(6,2)", "numeric(10,2)"),
        ("numeric(10,2)", "double precision"),
        ("real", "double precision"),
        ("date", "timestamp without time zone"),
        ("timestamp(3) without time zone", "timestamp without time zone"),
        ("timestamp without time zone", "timestamp with time zone"),
        ("interval day", "interval"),
        ("bit(3)", "bit varying(3)"),
        ("boolean", "character varying(5)"),
        ("cidr", "inet"),
        ("integer[]", "bigint[]"),
        ("uuid", "text"),
    ] {
        let conversion = between(from, to);
        assert_eq!((&conversion.cuts, &conversion.refuses), (&None, &None), "{from} to {to}");
        assert_eq!(conversion.using("c", to), "", "{from} to {to}");
    }
}

#[test]
fn what_is_too_long_is_refused_and_not_cut() {
    for (from, to) in [
        ("character varying(10)", "character varying(5)"),
        ("text", "character varying(5)"),
        ("text[]", "character varying(2)[]"),
        ("integer", "character varying(5)"),
        ("bit varying(10)", "bit varying(3)"),
        ("bigint", "integer"),
        ("numeric(6,2)", "numeric(5,2)"),
        ("integer", "numeric(10,2)"),
    ] {
        let conversion = between(from, to);
        assert_eq!(conversion.cuts, None, "{from} to {to}");
        assert!(conversion.refuses.is_some(), "{from} to {to}");
        assert_eq!(conversion.using("c", to), "", "{from} to {to}");
    }
}

#[test]
fn what_is_rounded_is_said() {
    for (from, to, cut) in [
        ("numeric(10,2)", "numeric(6,0)", "the digits after the point"),
        ("numeric", "numeric(20,3)", "the digits beyond the 3rd after the point"),
        ("double precision", "integer", "the digits after the point"),
        ("double precision", "numeric", "the digits beyond the 15th"),
        ("bigint", "double precision", "the digits beyond the 15th"),
        ("timestamp with time zone", "date", "the time of day"),
        ("timestamp(6) without time zone", "timestamp(0) without time zone", "the fractions of a second"),
        ("interval", "interval day", "what is finer than days"),
        ("interval year", "interval month", ""),
        ("text", "name", "what is beyond 63 bytes"),
        ("inet", "cidr", "the bits to the right of the netmask"),
        ("integer", "boolean", "which number other than 0 it is"),
        ("text", "bit(3)", "the bits beyond the 3rd"),
        ("text", "character varying(2)[]", "the characters beyond the 2nd"),
        ("numeric[]", "integer[]", "the digits after the point"),
        ("tsrange", "daterange", "the time of day of the bounds"),
    ] {
        assert_eq!(between(from, to).cuts.unwrap_or_default(), cut, "{from} to {to}");
    }
}

#[test]
fn only_where_no_assignment_does_it_is_there_a_using() {
    for (from, to, using) in [
        ("text", "integer", " USING c::integer"),
        ("integer", "boolean", " USING c::boolean"),
        ("boolean", "uuid", " USING c::text::uuid"),
        ("date[]", "integer[]", " USING c::text[]::integer[]"),
        ("integer", "text[]", " USING c::text::text[]"),
        ("text[]", "text", ""),
        ("bigint", "bytea", " USING c::bytea"),
        ("public.vector(3)", "public.vector(4)", ""),
        ("public.citext", "character varying(3)", ""),
    ] {
        assert_eq!(between(from, to).using("c", to), using, "{from} to {to}");
    }
}
