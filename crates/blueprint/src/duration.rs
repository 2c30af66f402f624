//! Durations as a blueprint has them: a number and a unit.

/// The seconds of `90s`, `15m`, `12h` or `3d`; a bare `0` needs no unit.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let unit = match text.bytes().last().map(char::from)? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86400,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

/// Seconds as a person would write them in a blueprint.
pub(crate) fn duration_text(seconds: u64) -> String {
    for (unit, letter) in [(86400, 'd'), (3600, 'h'), (60, 'm')] {
        if seconds >= unit && seconds.is_multiple_of(unit) {
            return format!("{}{letter}", seconds / unit);
        }
    }
    if seconds == 0 {
        "0".to_owned()
    } else {
        format!("{seconds}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_number_and_a_unit() {
        assert_eq!(seconds("15m"), Some(900));
        assert_eq!(seconds("12h"), Some(43200));
        assert_eq!(seconds("3d"), Some(259_200));
        assert_eq!(seconds("0"), Some(0));
        for wrong in [
            "",
            "15",
            "m",
            "1h30m",
            "-1m",
            "1.5h",
            "15 m",
            "99999999999999999999d",
            "3tage",
            "5é",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_duration_is_shown_in_its_largest_whole_unit() {
        for text in ["90s", "15m", "12h", "3d", "0"] {
            assert_eq!(duration_text(seconds(text).expect("a duration")), text);
        }
    }
}
