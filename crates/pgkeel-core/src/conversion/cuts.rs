//! What a change of type cuts off or rounds without an error, also where PostgreSQL casts by itself.

use super::Way;
use super::form::Shape;
use super::value::Value;

/// In words; `None` when every value stays what it is or is refused.
pub fn what(from: &Shape, to: &Shape, way: Way) -> Option<String> {
    match (from, to) {
        (Shape::Array(from), Shape::Array(to)) => return what(from, to, way),
        // The elements of an array that is read from a text.
        (from, Shape::Array(to)) if from.is_string() => return what(from, to, way),
        (Shape::Composite(from), Shape::Composite(to)) => {
            // Read attribute by attribute, with the modifiers of each.
            let pairs = to.iter().filter_map(|(name, to)| {
                let (_, from) = from.iter().find(|(other, _)| other == name)?;
                Some(format!("{} of attribute {name}", what(&from.as_read(to), to, Way::Assigned)?))
            });
            let cut: Vec<String> = pairs.collect();
            return (!cut.is_empty()).then(|| cut.join(", and "));
        }
        _ => {}
    }
    if let (Some(from), Some(to)) = (from.subtype(), to.subtype()) {
        return what(&from.as_read(&to), &to, Way::Assigned).map(|cut| format!("{cut} of the bounds"));
    }
    let known = || {
        let source = Value::of(from).or_else(|| from.is_string().then_some(Value::Text(None)));
        let (from, to) = (source?, Value::of(to)?);
        numbers(from, to).or_else(|| times(from, to)).or_else(|| others(from, to, way))
    };
    let is_same = from == to || matches!((from, to), (Shape::Enum(_), Shape::Enum(_)));
    known().or_else(|| {
        // Types that have nothing to do with each other: what reads the other's text may skip a part of it.
        (way == Way::Text && !is_same)
            .then(|| "what the new type does not read in the old one's text".to_owned())
    })
}

fn ordinal(number: i64) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn numbers(from: Value, to: Value) -> Option<String> {
    let kept_digits = |digits: i64| format!("the digits beyond the {}", ordinal(digits));
    let beyond = |scale: i64| match scale {
        ..=-1 => format!("the last {} digits before the point", -scale),
        0 => "the digits after the point".to_owned(),
        _ => format!("the digits beyond the {} after the point", ordinal(scale)),
    };
    match (from, to) {
        // A text with a point is refused.
        (Value::Text(_), Value::Integer(..)) => None,
        (from, Value::Integer(..)) => (from.scale() > 0).then(|| beyond(0)),
        // PostgreSQL takes over only the digits that are sure.
        (Value::Float(digits), Value::Numeric(None)) => Some(kept_digits(digits)),
        (from, Value::Numeric(Some((_, scale)))) => (from.scale() > scale).then(|| beyond(scale)),
        (Value::Integer(_, 16), Value::Float(_)) | (Value::Integer(_, 32), Value::Float(15)) => None,
        (from, Value::Float(digits)) => (from.digits() > digits).then(|| kept_digits(digits)),
        (from, Value::Money) => (from.scale() > 2).then(|| beyond(2)),
        _ => None,
    }
}

fn times(from: Value, to: Value) -> Option<String> {
    const FIELDS: [&str; 6] = ["years", "months", "days", "hours", "minutes", "seconds"];
    let zone = "the offset from UTC".to_owned();
    let seconds = |digits: i64| match digits {
        0 => "the fractions of a second".to_owned(),
        _ => format!("the digits of a second beyond the {}", ordinal(digits)),
    };
    let finer = |before: i64, after: i64| (before > after).then(|| seconds(after));
    let both = |one: String, other: Option<String>| match other {
        Some(other) => format!("{one} and {other}"),
        None => one,
    };
    match (from, to) {
        (Value::Moment(..) | Value::Text(_), Value::Date) => Some("the time of day".to_owned()),
        (Value::Moment(true, before), Value::Moment(false, after)) => Some(both(zone, finer(before, after))),
        (Value::Moment(_, before), Value::Moment(_, after)) => finer(before, after),
        (Value::Text(_), Value::Moment(false, after)) => Some(both(zone, Some(seconds(after)))),
        (Value::Text(_), Value::Moment(true, after) | Value::Interval(6, after)) => Some(seconds(after)),
        (Value::Moment(_, before), Value::Time(_, after)) => {
            Some(both("the date".to_owned(), finer(before, after)))
        }
        (Value::Interval(_, before), Value::Time(_, after)) => {
            Some(both("the days".to_owned(), finer(before, after)))
        }
        (Value::Text(_), Value::Time(_, after)) => Some(both("the date".to_owned(), Some(seconds(after)))),
        (Value::Time(true, before), Value::Time(false, after)) => Some(both(zone, finer(before, after))),
        (Value::Time(_, before), Value::Time(_, after)) => finer(before, after),
        (from @ (Value::Interval(..) | Value::Time(..) | Value::Text(_)), Value::Interval(finest, after)) => {
            let (had, before) = match from {
                Value::Interval(had, before) => (had, before),
                Value::Time(_, before) => (6, before),
                _ => (6, 6),
            };
            if had > finest {
                let field = FIELDS.get(usize::from(finest).saturating_sub(1)).copied().unwrap_or("seconds");
                return Some(format!("what is finer than {field}"));
            }
            if finest == 6 { finer(before, after) } else { None }
        }
        _ => None,
    }
}

fn others(from: Value, to: Value, way: Way) -> Option<String> {
    match (from, to) {
        (Value::Integer(..) | Value::Boolean | Value::Name, Value::Name) => None,
        // A character takes up to four bytes.
        (from, Value::Name) => (from.length() > 15).then(|| "what is beyond 63 bytes".to_owned()),
        (Value::Char | Value::Integer(..), Value::Char) => None,
        (_, Value::Char) => Some("all but the first byte".to_owned()),
        (Value::Integer(_, bits), Value::Bits(Some(kept), false)) => {
            (bits > kept).then(|| format!("all but the last {kept} bits"))
        }
        // An explicit cast cuts where an assignment refuses.
        (from, Value::Bits(Some(kept), _)) if way != Way::Assigned => {
            (from.length() > kept).then(|| format!("the bits beyond the {}", ordinal(kept)))
        }
        (Value::Text(None), Value::Text(Some(kept))) if way != Way::Assigned => {
            Some(format!("the characters beyond the {}", ordinal(kept)))
        }
        (Value::Integer(..), Value::Boolean) => Some("which number other than 0 it is".to_owned()),
        (Value::Json | Value::Text(_), Value::Jsonb) => {
            Some("the order of keys, and all but the last of equal ones".to_owned())
        }
        (Value::Other("inet"), Value::Other("cidr")) => {
            Some("the bits to the right of the netmask".to_owned())
        }
        (Value::Other("bytea"), Value::Integer(..)) => Some("the zeros in front".to_owned()),
        (Value::Other("xid8"), Value::Other("xid")) => Some("the epoch".to_owned()),
        (Value::Other(from), Value::Other(to)) => {
            const FIGURES: [&str; 6] = ["box", "circle", "lseg", "path", "point", "polygon"];
            let figures = from != to && FIGURES.contains(&from) && FIGURES.contains(&to);
            // Only these are the same figure in other words.
            let whole = [("point", "box"), ("box", "polygon"), ("path", "polygon"), ("polygon", "path")];
            (figures && !whole.contains(&(from, to))).then(|| format!("all of the {from} that is no {to}"))
        }
        _ => None,
    }
}
