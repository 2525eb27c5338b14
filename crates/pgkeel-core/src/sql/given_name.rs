//! The names that PostgreSQL gives to what a statement leaves without one (`makeObjectName`, `ChooseRelationName`,
//! `ChooseIndexColumnNames` and `ChooseIndexNameAddition` in `src/backend/commands/indexcmds.c`).

/// Bytes that the catalog keeps of a name (`NAMEDATALEN - 1`).
pub const LONGEST: usize = 63;

/// The first name of the form `first_second_label` that is free: where it is taken, with the numbers 1, 2, ... at its end.
pub fn free(first: &str, second: Option<&str>, label: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let plain = joined(first, second, label);
    if !taken(&plain) {
        return plain;
    }
    let numbered = (1_u32..).map(|number| joined(first, second, &format!("{label}{number}")));
    numbered.into_iter().find(|name| !taken(name)).unwrap_or(plain)
}

/// `first_second_label` in at most [`LONGEST`] bytes: the longer of the first two is cut, the label never.
pub fn joined(first: &str, second: Option<&str>, label: &str) -> String {
    let left = LONGEST.saturating_sub(label.len() + 1 + usize::from(second.is_some()));
    let (mut of_first, mut of_second) = (first.len(), second.map_or(0, str::len));
    while of_first + of_second > left {
        if of_first > of_second {
            of_first -= 1;
        } else {
            of_second -= 1;
        }
    }
    let mut name = cut(first, of_first).to_owned();
    for part in second.map(|second| cut(second, of_second)).into_iter().chain([label]) {
        name.push('_');
        name.push_str(part);
    }
    name
}

/// What the keys of an index add to its name: each by its own name or `expr`, a second one of a name with a number.
pub fn of_keys<'a>(keys: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let mut names: Vec<String> = Vec::new();
    for key in keys {
        let own = key.unwrap_or("expr");
        let numbered = (1_usize..).map(|number| {
            let number = number.to_string();
            format!("{}{number}", cut(own, LONGEST.saturating_sub(number.len())))
        });
        let name = std::iter::once(own.to_owned()).chain(numbered).find(|name| !names.contains(name));
        names.extend(name);
    }
    // PostgreSQL stops here too, and cuts what is too long with the rest.
    let mut addition = String::new();
    for name in names {
        if !addition.is_empty() {
            addition.push('_');
        }
        addition.push_str(&name);
        if addition.len() > LONGEST {
            break;
        }
    }
    addition
}

/// At most so many bytes, and no half character.
pub fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.get(..end).unwrap_or(text)
}
