//! Words for numbers and times.

use std::fmt::Write as _;
use std::time::Duration;

/// `1 change`, `2 changes`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

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

pub(super) fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short_and_exact() {
        let of = |seconds| span(Duration::from_secs(seconds));
        assert_eq!(
            (of(45), of(190), of(7500)),
            ("45s".into(), "3m10s".into(), "2h05m".into())
        );
    }
}
