//! How names are written, and how many of each way there have been.

/// A way to write names of several words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Casing {
    /// `placed_at`
    Snake,
    /// `placedAt`
    Camel,
    /// `PlacedAt`
    Pascal,
}

impl Casing {
    const ALL: [Self; 3] = [Self::Snake, Self::Camel, Self::Pascal];

    /// The style that a name shows; a plain lower-case word shows none.
    fn of(name: &str) -> Option<Self> {
        let upper = name.chars().any(char::is_uppercase);
        let first = name.chars().next().is_some_and(char::is_uppercase);
        match (name.contains('_'), upper, first) {
            (true, false, _) => Some(Self::Snake),
            (false, true, true) => Some(Self::Pascal),
            (false, true, false) => Some(Self::Camel),
            _ => None,
        }
    }

    /// Whether a name can be of this style.
    pub fn fits(self, name: &str) -> bool {
        Self::of(name).is_none_or(|style| style == self)
            && !(self == Self::Pascal && name.chars().next().is_some_and(char::is_lowercase))
    }

    /// What people call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Snake => "snake_case",
            Self::Camel => "camelCase",
            Self::Pascal => "PascalCase",
        }
    }
}

/// How many names there have been of each style: what was dropped since is a precedent, too.
#[derive(Debug, Clone, Copy, Default)]
pub struct Styles([usize; 3]);

impl Styles {
    /// Counts a name.
    pub(super) fn saw(&mut self, name: &str) {
        if let Some(count) = Casing::of(name).and_then(|style| self.0.get_mut(style as usize)) {
            *count += 1;
        }
    }

    /// The style of at least four fifths of the names that show one, and its share in percent; five names at least.
    pub fn majority(&self) -> Option<(Casing, usize)> {
        let telling: usize = self.0.iter().sum();
        if telling < 5 {
            return None;
        }
        let shares = Casing::ALL.into_iter().zip(self.0.iter().map(|count| count * 100 / telling));
        shares.into_iter().find(|(_, share)| *share >= 80)
    }
}
