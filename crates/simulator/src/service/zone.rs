//! Time zones by name.
//!
//! Their rules are jiff's, compiled in, so that a schedule means the same on every machine. Jiff's data does not say which
//! names are aliases, and AWS takes canonical names only (those that Joda-Time knows; no `US/Eastern`): the list of them is
//! written by `tests/interop/make_zones.py` from the IANA database.

use crate::clock::Moment;
use jiff::Timestamp;
use jiff::tz::TimeZone;

const CANONICAL: &str = include_str!("zones.txt");

/// The zone of this canonical name; `None` if there is none of that name.
pub(super) fn named(name: &str) -> Option<TimeZone> {
    // Jiff asks without regard to letter case, the list does not.
    let known = CANONICAL.lines().any(|zone| zone == name);
    TimeZone::get(name).ok().filter(|_| known)
}

/// A timestamp as a moment; none before 1970.
pub(super) fn moment(at: Timestamp) -> Option<Moment> {
    u64::try_from(at.as_millisecond()).ok().map(Moment)
}

/// A moment as a timestamp; none beyond the year 9999.
pub(super) fn timestamp(at: Moment) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(at.0).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_of_the_list_has_its_rules() {
        let mut count = 0;
        for name in CANONICAL.lines() {
            assert!(named(name).is_some(), "{name}");
            count += 1;
        }
        assert!(count > 400, "{count} zones");
        for alias in ["US/Eastern", "", "europe/london", "Mars/Olympus", "+01:00"] {
            assert!(named(alias).is_none(), "{alias}");
        }
    }
}
