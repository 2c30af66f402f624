//! Words for numbers and times.

use std::fmt::Write as _;
use std::time::Duration;

pub use headset_core::words::{agreeing, plural};

/// `45s`, `3m10s`, `2h05m`.
pub fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

/// The span between two moments, as [`span`] writes it.
pub(super) fn between(earlier: jiff::Timestamp, later: jiff::Timestamp) -> String {
    span(later.duration_since(earlier).unsigned_abs())
}

/// The width that texts for people keep to: that of a terminal that was not widened. What cannot be broken, such as an
/// address on the web, may be wider.
pub const WIDTH: usize = 80;

/// Names and values in two columns; where one line would be wider than a terminal, each value stands below its name.
pub fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
    let pairs: Vec<(&String, &String)> = pairs.into_iter().collect();
    let columns = |text: &str| unicode_width::UnicodeWidthStr::width(text);
    let widest = pairs
        .iter()
        .map(|(name, _)| columns(name))
        .max()
        .unwrap_or_default();
    let fits = pairs
        .iter()
        .all(|(_, value)| widest + 2 + columns(value) <= WIDTH);
    let mut out = String::new();
    for (name, value) in pairs {
        if fits {
            put(&mut out, format_args!("{name:widest$}  {value}\n"));
        } else {
            put(&mut out, format_args!("{name}\n  {value}\n"));
        }
    }
    out
}

pub(super) fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_columns_only_where_they_fit() {
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        };
        let text = |pairs_of: &[(String, String)]| pairs(pairs_of.iter().map(|(name, value)| (name, value)));
        assert_eq!(text(&owned(&[("a", "1"), ("long", "2")])), "a     1\nlong  2\n");
        let long = "x".repeat(79);
        assert_eq!(
            text(&owned(&[("a", "1"), ("b", &long)])),
            format!("a\n  1\nb\n  {long}\n")
        );
    }

    #[test]
    fn spans_are_short_and_exact() {
        let of = |seconds| span(Duration::from_secs(seconds));
        assert_eq!(
            (of(45), of(190), of(7500)),
            ("45s".into(), "3m10s".into(), "2h05m".into())
        );
    }
}
