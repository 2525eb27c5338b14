//! Which values make a change of type fail.

use super::Way;
use super::form::{Form, Shape};
use super::value::Value;
use crate::sql::ident::Literal;

/// In words that follow "a value"; `None` when all are taken. `to_name` is the new type as it is written.
pub fn what(from: &Shape, to: &Shape, to_name: &str, way: Way) -> Option<String> {
    let is_no = || Some(format!("is no {to_name}"));
    match (from, to) {
        (Shape::Array(from), Shape::Array(to)) => {
            return what(from, to, to_name.strip_suffix("[]").unwrap_or(to_name), way)
                .map(|words| format!("has an element that {words}"));
        }
        (Shape::Enum(before), Shape::Enum(after)) => {
            let gone: Vec<String> = before
                .iter()
                .filter(|label| !after.contains(label))
                .map(|label| Literal(label).to_string())
                .collect();
            return (!gone.is_empty()).then(|| format!("is {}", gone.join(" or ")));
        }
        (Shape::Composite(from), Shape::Composite(to)) => {
            let pairs = to.iter().filter_map(|(name, to)| {
                let (_, from) = from.iter().find(|(other, _)| other == name)?;
                Some(format!(
                    "has an attribute {name} that {}",
                    what(&from.as_read(to), to, "value of its new type", Way::Assigned)?
                ))
            });
            let refused: Vec<String> = pairs.collect();
            return (!refused.is_empty()).then(|| refused.join(", or "));
        }
        (Shape::Enum(labels), Shape::Plain { .. }) if to.is_string() => {
            let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
            return match Value::of(to) {
                Some(Value::Text(Some(length)))
                    if usize::try_from(length).is_ok_and(|length| longest > length) =>
                {
                    Some(format!("is longer than {length} characters"))
                }
                _ => None,
            };
        }
        (from, to) if from == to => return None,
        (Shape::Own { name: from, modifiers: before, .. }, Shape::Own { name: to, modifiers: after, .. })
            if from == to =>
        {
            return (before != after && !after.is_empty()).then(|| format!("is no {to_name}"));
        }
        _ => {}
    }
    if let (Some(from), Some(to)) = (from.subtype(), to.subtype()) {
        return what(&from.as_read(&to), &to, "value of its new type", Way::Assigned)
            .map(|words| format!("has a bound that {words}"));
    }
    let Some(target) = Value::of(to) else {
        // A string that takes everything.
        return if to.is_string() { None } else { is_no() };
    };
    let source = Value::of(from).filter(|_| way != Way::Text).unwrap_or(Value::Text(None));
    match target {
        Value::Text(_) | Value::Name | Value::Char | Value::Bits(..) => strings(source, target),
        Value::Integer(..) | Value::Numeric(_) | Value::Float(_) | Value::Money => {
            numbers(source, target, to_name)
        }
        _ => (!all_are_taken(source, target)).then(is_no).flatten(),
    }
}

/// Whether a type limits the length of its texts or bits.
pub fn has_length(shape: &Shape) -> bool {
    match shape {
        Shape::Array(element) => has_length(element),
        shape => matches!(Value::of(shape), Some(Value::Text(Some(_)) | Value::Bits(Some(_), _))),
    }
}

/// The domains that a value has to fulfil from now on.
pub fn by_domains(from: &Form, to: &Form) -> Vec<String> {
    let new = to.demands.iter().filter(|demand| !from.demands.contains(demand));
    new.map(|demand| format!("does not fulfil domain {}", demand.domain)).collect()
}

fn strings(from: Value, to: Value) -> Option<String> {
    match (from, to) {
        (from, Value::Text(Some(length))) => {
            (from.length() > length).then(|| format!("is longer than {length} characters"))
        }
        (Value::Integer(..), Value::Char) => Some("is no number of a byte".to_owned()),
        (Value::Bits(..), Value::Bits(None, _)) | (Value::Integer(..), Value::Bits(Some(_), false)) => None,
        (Value::Bits(had, varying), Value::Bits(Some(bits), true)) => {
            let fits = had.is_some_and(|had| had <= bits);
            (!fits || had.is_none() && varying).then(|| format!("has more than {bits} bits"))
        }
        (Value::Bits(had, varying), Value::Bits(Some(bits), false)) => {
            (varying || had != Some(bits)).then(|| format!("has not {bits} bits"))
        }
        (_, Value::Bits(..)) => Some("is not made of 0 and 1".to_owned()),
        _ => None,
    }
}

fn numbers(from: Value, to: Value, to_name: &str) -> Option<String> {
    let large = || Some(format!("is out of range for {to_name}"));
    let is_number = matches!(from, Value::Integer(..) | Value::Numeric(_) | Value::Float(_) | Value::Money);
    if !is_number {
        return match (from, to) {
            (Value::Boolean | Value::Char, Value::Integer(_, 32)) => None,
            (Value::Bits(Some(had), _), Value::Integer(_, bits)) if had <= bits => None,
            (Value::Bits(..), Value::Integer(..)) => large(),
            _ => Some(format!("is no {to_name}")),
        };
    }
    // Rounding can add a digit.
    let rounded = |scale: i64| i64::from(from.scale() > scale);
    let whole = from.whole_digits();
    match to {
        Value::Integer(digits, bits) => match from {
            Value::Integer(_, had) => (had > bits).then(large).flatten(),
            // The largest number of all digits is not in range, but one digit less is, and one more by rounding.
            _ => (whole >= digits).then(large).flatten(),
        },
        Value::Numeric(Some((precision, scale))) => {
            let kept = precision - scale;
            (whole.saturating_add(rounded(scale)) > kept)
                .then(|| format!("has more than {} digits before the point", kept.max(0)))
        }
        Value::Float(digits) => {
            let most = if digits > 6 { 307 } else { 37 };
            let fits = matches!(from, Value::Float(had) if had <= digits) || whole <= most;
            (!fits).then(large).flatten()
        }
        Value::Money => (whole > 15 && from != Value::Money).then(large).flatten(),
        _ => None,
    }
}

/// Whether a type takes every value of another, for types that are neither numbers nor strings.
fn all_are_taken(from: Value, to: Value) -> bool {
    match (from, to) {
        (Value::Integer(_, 32), Value::Boolean)
        | (Value::Date, Value::Moment(..))
        | (Value::Moment(..), Value::Date | Value::Moment(..) | Value::Time(..))
        | (Value::Time(..), Value::Time(..) | Value::Interval(..))
        | (Value::Interval(..), Value::Interval(..))
        | (Value::Jsonb, Value::Json)
        | (Value::Integer(_, 16 | 32), Value::Other("oid")) => true,
        // Binary forms of numbers.
        (Value::Integer(..), Value::Other("bytea")) => true,
        (Value::Other(from), Value::Other(to)) => {
            let same = from == to;
            let names = from.starts_with("reg") && to == "oid" || from == "oid" && to.starts_with("reg");
            let figures = [
                ("point", "box"),
                ("box", "polygon"),
                ("box", "point"),
                ("box", "lseg"),
                ("box", "circle"),
                ("lseg", "point"),
                ("polygon", "path"),
                ("polygon", "point"),
                ("polygon", "box"),
                ("polygon", "circle"),
                ("circle", "point"),
                ("circle", "box"),
                ("circle", "polygon"),
            ];
            let addresses = [("inet", "cidr"), ("cidr", "inet"), ("macaddr", "macaddr8")];
            same || names
                || addresses.contains(&(from, to))
                || figures.contains(&(from, to))
                || (from, to) == ("xid8", "xid")
        }
        _ => false,
    }
}
