//! The colours of texts, as marks. Of escape sequences, it cannot be known whether they are ours or of others; of marks it can.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;

use anstyle::{AnsiColor, Style};

pub(super) const ADD: Colour = Colour::new('+', AnsiColor::Green.on_default());
pub(super) const CHANGE: Colour = Colour::new('~', AnsiColor::Yellow.on_default());
pub(super) const REMOVE: Colour = Colour::new('-', AnsiColor::Red.on_default());
pub(super) const ASK: Colour = Colour::new('?', AnsiColor::Cyan.on_default());
pub(super) const DIM: Colour = Colour::new(' ', Style::new().dimmed());
pub(super) const LOUD: Colour = Colour::new('!', AnsiColor::Red.on_default().bold());

/// All of them.
pub(super) const COLOURS: [Colour; 6] = [ADD, CHANGE, REMOVE, ASK, DIM, LOUD];

/// The letter of the mark that ends a colour.
const END: char = '.';

/// What every mark begins with: noncharacters in an order that this process has drawn, so that no text from outside can hold
/// one.
pub(super) static BEGIN: LazyLock<String> = LazyLock::new(|| {
    let random = RandomState::new().hash_one("marks");
    let letters = (0..16).map(|at| (random >> (4 * at)) as u32 & 0xf);
    letters
        .filter_map(|letter| char::from_u32(0xfdd0 + letter))
        .collect()
});

/// A colour of a text that becomes [`super::painted::Painted::marked`]: `{colour}text{colour:#}`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Colour {
    /// What stands for it behind the beginning of a mark.
    pub(super) letter: char,
    /// The colour.
    pub(super) style: Style,
}

impl Colour {
    const fn new(letter: char, style: Style) -> Colour {
        Colour { letter, style }
    }

    /// The escape sequence that a letter behind the beginning of a mark stands for.
    pub(super) fn sequence(letter: char) -> Option<String> {
        if letter == END {
            return Some(format!("{:#}", ADD.style));
        }
        let colour = COLOURS.iter().find(|colour| colour.letter == letter)?;
        Some(colour.style.to_string())
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = if f.alternate() { END } else { self.letter };
        write!(f, "{}{letter}", *BEGIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_look_has_a_letter_of_its_own() {
        let letters: std::collections::BTreeSet<char> =
            COLOURS.iter().map(|colour| colour.letter).chain([END]).collect();
        assert_eq!(letters.len(), COLOURS.len() + 1);
    }
}
