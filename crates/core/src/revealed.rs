//! The values of secrets on their way into the calls that need them, and what keeps them out of everything else.
//!
//! A value is a [`Revealed`]: it has no text form, and its `Debug` form does not hold it. What AWS, a library or another
//! program says may repeat a value all the same, such as an error about a password that is not taken. So every value that
//! this process has revealed is taken out of all that it says ([`withheld`]).

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// What stands in the place of a value.
pub const WITHHELD: &str = "(secret)";

/// Shorter values are taken out of nothing: they are words, and words are everywhere. No service takes such a password.
const SHORTEST: usize = 8;
/// Short enough to be a word, such as the secret key `simulated` of the simulator.
const SHORTEST_KEY: usize = 16;

/// Every form in which a value that was revealed may turn up, the longest first.
static KNOWN: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// The value of a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Revealed(String);

impl Revealed {
    /// A value, which from now on is taken out of all that this process says.
    pub fn new(value: String) -> Revealed {
        if value.chars().count() >= SHORTEST {
            remember(&value);
        }
        Revealed(value)
    }

    /// The value itself, for the call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Revealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WITHHELD)
    }
}

/// Takes a value that libraries read for themselves, such as AWS's secret access key, out of all that this process says.
pub fn keep_out(value: &str) {
    if value.chars().count() >= SHORTEST_KEY {
        remember(value);
    }
}

fn remember(value: &str) {
    let quoted = serde_json::Value::from(value).to_string();
    let percent: String = value.bytes().fold(String::new(), |mut out, byte| {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => out.push(char::from(byte)),
            // Writing to a string cannot fail.
            false => write!(out, "%{byte:02X}").unwrap_or_default(),
        }
        out
    });
    let forms = [
        value.to_owned(),
        quoted.trim_matches('"').to_owned(),
        value.escape_debug().to_string(),
        percent,
        STANDARD.encode(value),
        URL_SAFE_NO_PAD.encode(value),
    ];
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    for form in forms {
        if !known.contains(&form) {
            known.push(form);
        }
    }
    known.sort_by_key(|form| std::cmp::Reverse(form.len()));
}

/// A text without the values that this process has revealed.
pub fn withheld(text: &str) -> Cow<'_, str> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let mut out = Cow::Borrowed(text);
    for form in known.iter() {
        if out.contains(form.as_str()) {
            out = Cow::Owned(out.replace(form.as_str(), WITHHELD));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_out_in_every_form() {
        let value = "Pa\"ss wörd\\1/9";
        assert_eq!(withheld(value), value, "it was not revealed yet");
        let revealed = Revealed::new(value.to_owned());
        assert_eq!(format!("{revealed:?}"), WITHHELD);
        assert_eq!(revealed.expose(), value);
        for form in [
            value.to_owned(),
            serde_json::json!({ "Password": value }).to_string(),
            format!("{value:?}"),
            "a=Pa%22ss%20w%C3%B6rd%5C1%2F9&b".to_owned(),
            STANDARD.encode(value),
        ] {
            let left = withheld(&form);
            assert!(left.contains(WITHHELD), "{form}: {left}");
            assert!(!left.contains("ss w") && !left.contains("rd%5C"), "{left}");
        }
    }

    #[test]
    fn words_stay() {
        drop(Revealed::new("agent".to_owned()));
        keep_out("simulated");
        assert_eq!(withheld("the simulated agent"), "the simulated agent");
    }
}
