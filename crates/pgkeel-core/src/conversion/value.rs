//! What values a type holds: as much as tells whether all of them are values of another type, too.

use super::form::Shape;

/// The values of a type of PostgreSQL's own (documentation, chapter 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// Whole numbers: decimal digits of the largest, and bits.
    Integer(i64, i64),
    /// Precision and scale, where they are limited.
    Numeric(Option<(i64, i64)>),
    /// Decimal digits that are surely kept.
    Float(i64),
    /// `money`.
    Money,
    /// Text of at most so many characters.
    Text(Option<i64>),
    /// `name`: 63 bytes.
    Name,
    /// `"char"`: one byte.
    Char,
    /// Bits: how many, and whether fewer do.
    Bits(Option<i64>, bool),
    /// `date`.
    Date,
    /// A date and a time: with time zone, digits of a second.
    Moment(bool, i64),
    /// A time of day: with time zone, digits of a second.
    Time(bool, i64),
    /// The finest field, digits of a second.
    Interval(u8, i64),
    /// `boolean`.
    Boolean,
    /// `json`.
    Json,
    /// `jsonb`.
    Jsonb,
    /// Any other, by its name.
    Other(&'a str),
}

impl<'a> Value<'a> {
    /// The values of a type; `None` for what is made of other types or is not PostgreSQL's own.
    pub fn of(shape: &'a Shape) -> Option<Self> {
        let Shape::Plain { name, modifiers, finest } = shape else { return None };
        let first = modifiers.first().copied();
        let digits = first.unwrap_or(6).min(6);
        Some(match name.as_str() {
            "smallint" => Self::Integer(5, 16),
            "integer" => Self::Integer(10, 32),
            "bigint" => Self::Integer(19, 64),
            "numeric" => {
                Self::Numeric(first.map(|precision| (precision, modifiers.get(1).copied().unwrap_or(0))))
            }
            "real" => Self::Float(6),
            "double precision" => Self::Float(15),
            "money" => Self::Money,
            "text" => Self::Text(None),
            "character varying" | "character" => Self::Text(first),
            "name" => Self::Name,
            "\"char\"" => Self::Char,
            "bit" => Self::Bits(first, false),
            "bit varying" => Self::Bits(first, true),
            "date" => Self::Date,
            "timestamp without time zone" => Self::Moment(false, digits),
            "timestamp with time zone" => Self::Moment(true, digits),
            "time without time zone" => Self::Time(false, digits),
            "time with time zone" => Self::Time(true, digits),
            "interval" => Self::Interval(*finest, digits),
            "boolean" => Self::Boolean,
            "json" => Self::Json,
            "jsonb" => Self::Jsonb,
            other => Self::Other(other),
        })
    }

    /// Digits after the point; many where there is no limit.
    pub fn scale(self) -> i64 {
        match self {
            Self::Numeric(Some((_, scale))) => scale,
            Self::Numeric(None) | Self::Float(_) | Self::Text(_) | Self::Jsonb => i64::MAX,
            Self::Money => 2,
            _ => 0,
        }
    }

    /// Digits before the point; many where there is no limit.
    pub fn whole_digits(self) -> i64 {
        match self {
            Self::Integer(digits, _) => digits,
            Self::Numeric(Some((precision, scale))) => precision - scale,
            Self::Money => 17,
            _ => i64::MAX,
        }
    }

    /// Significant digits; many where there is no limit.
    pub fn digits(self) -> i64 {
        match self {
            Self::Integer(digits, _) | Self::Float(digits) => digits,
            Self::Numeric(Some((precision, _))) => precision,
            Self::Money => 19,
            Self::Numeric(None) | Self::Text(_) | Self::Jsonb => i64::MAX,
            _ => 0,
        }
    }

    /// Characters of the longest value as text; many where there is no limit, or where nobody has counted.
    pub fn length(self) -> i64 {
        match self {
            Self::Text(Some(length)) => length,
            Self::Boolean => 5,
            Self::Integer(digits, _) => digits + 1,
            // A sign and a point.
            Self::Numeric(Some((precision, scale))) if scale >= 0 => precision.max(scale + 1) + 2,
            Self::Name => 63,
            Self::Char => 4,
            Self::Bits(Some(bits), _) => bits,
            Self::Other("uuid") => 36,
            Self::Other("macaddr") => 17,
            Self::Other("macaddr8") => 23,
            _ => i64::MAX,
        }
    }
}
