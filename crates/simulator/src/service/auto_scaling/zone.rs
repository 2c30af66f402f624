//! Time zones by name, each with the rule that is in force from now on.
//!
//! The list is written by `tests/interop/make_zones.py` from the IANA database: the canonical names (AWS takes
//! those that Joda-Time knows; it does not take aliases such as `US/Eastern`), and POSIX rules. It is part of the
//! program, so that a schedule means the same on every machine. Rules of the past are not in it: scheduled scaling
//! only ever looks ahead.

use crate::clock::Moment;
use jiff::Timestamp;
use jiff::tz::TimeZone;

const ZONES: &str = include_str!("zones.txt");

/// The zone of this name; `None` if there is none of that name.
pub(super) fn named(name: &str) -> Option<TimeZone> {
    let rule = ZONES
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(zone, _)| *zone == name)?
        .1;
    TimeZone::posix(rule).ok()
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
    fn every_zone_has_a_rule_that_can_be_read() {
        let mut count = 0;
        for line in ZONES.lines() {
            let (name, _) = line.split_once(' ').expect("a name and a rule");
            assert!(named(name).is_some(), "{line}");
            count += 1;
        }
        assert!(count > 400, "{count} zones");
        for alias in ["US/Eastern", "", "europe/london", "Mars/Olympus", "+01:00"] {
            assert!(named(alias).is_none(), "{alias}");
        }
    }
}
