//! How the operator types and copies: with care, or with one mistake.

use crate::service::Fault;

/// A way to get a worksheet wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// A character of the relay state is left out.
    RelayState,
    /// A character of the role mapping is left out.
    RoleMapping,
    /// The answered metadata address lacks its end, as after a careless copy.
    MetadataAnswer,
    /// A character of an image's name is left out.
    ImageName,
}

/// A person at work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operator {
    mistake: Option<(Mistake, u64)>,
}

impl Operator {
    /// An operator who types everything exactly as the worksheet has it.
    pub fn careful() -> Operator {
        Operator::default()
    }

    /// An operator who makes one mistake in each worksheet in which it can be made. `seed` picks which one (in the order of
    /// [`Mistake`], `seed % 4`) and, with the rest of it, which character.
    pub fn mistype(seed: u64) -> Operator {
        let mistake = match seed % 4 {
            0 => Mistake::RelayState,
            1 => Mistake::RoleMapping,
            2 => Mistake::MetadataAnswer,
            _ => Mistake::ImageName,
        };
        Operator {
            mistake: Some((mistake, seed / 4)),
        }
    }

    /// The mistake that this operator will make, if any.
    pub fn mistake(&self) -> Option<Mistake> {
        self.mistake.map(|(mistake, _)| mistake)
    }

    /// The value as this operator types it.
    pub(super) fn typed(&self, mistake: Mistake, value: &str) -> String {
        match self.mistake {
            Some((made, seed)) if made == mistake => drop_character(value, seed),
            _ => value.to_owned(),
        }
    }

    /// An answer as this operator copies it off the screen.
    pub(super) fn copied(&self, key: &str, answer: &str) -> String {
        match self.mistake {
            Some((Mistake::MetadataAnswer, seed)) if key == "metadata" => truncate(answer, seed),
            _ => answer.to_owned(),
        }
    }
}

/// What the operator says when a console refuses something.
pub(super) fn refused(where_: &str, fault: &Fault) -> String {
    format!("{where_} refused: {} ({})", fault.message, fault.code)
}

/// Leaves one character out, in the second half of the text, where it is easily overlooked.
fn drop_character(value: &str, seed: u64) -> String {
    let count = value.chars().count();
    let half = count / 2;
    let span = (count - half).max(1) as u64;
    let dropped = half + (seed % span) as usize;
    let kept = value.chars().enumerate().filter(|(at, _)| *at != dropped);
    kept.map(|(_, character)| character).collect()
}

/// Leaves out one to eight characters at the end.
fn truncate(value: &str, seed: u64) -> String {
    let left = value.chars().count().saturating_sub(1 + (seed % 8) as usize);
    value.chars().take(left).collect()
}
