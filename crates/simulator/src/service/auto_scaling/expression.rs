//! When a scheduled action happens: `at(...)`, `rate(...)` and `cron(...)`, as PutScheduledAction describes them.

use crate::service::zone::moment;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::cron::Cron;
use crate::clock::Moment;

/// A schedule that was understood.
#[derive(Debug, PartialEq)]
pub(super) enum Expression {
    /// Once, at a local time.
    At(DateTime),
    /// Again and again, every so many milliseconds. Time zones do not matter.
    Rate(u64),
    /// Whenever a local time matches.
    Cron(Box<Cron>),
}

impl Expression {
    /// Reads a schedule.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn read(text: &str) -> Result<Expression, String> {
        let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(inside) = inside("at") {
            return at(inside).map(Expression::At);
        }
        if let Some(inside) = inside("rate") {
            return rate(inside).map(Expression::Rate);
        }
        if let Some(inside) = inside("cron") {
            return Cron::read(inside).map(|cron| Expression::Cron(Box::new(cron)));
        }
        Err("a schedule is at(...), rate(...) or cron(...)".to_owned())
    }

    /// The first time after `after` that it is due. `origin` is what a rate counts from.
    pub(super) fn next(&self, after: Moment, origin: Moment, zone: &TimeZone) -> Option<Moment> {
        match self {
            Expression::At(local) => {
                let at = moment(zone.to_timestamp(*local).ok()?)?;
                (at > after).then_some(at)
            }
            Expression::Rate(every) => {
                let passed = after.0.checked_sub(origin.0);
                let count = passed.map_or(1, |passed| passed / every + 1);
                Some(Moment(origin.0.checked_add(every.checked_mul(count)?)?))
            }
            Expression::Cron(cron) => cron.next(after, zone),
        }
    }
}

/// `yyyy-mm-ddThh:mm:ss`, and nothing else.
fn at(text: &str) -> Result<DateTime, String> {
    let wrong = || format!("at({text}) is not at(yyyy-mm-ddThh:mm:ss)");
    let shape = b"0000-00-00T00:00:00";
    let fits = text.len() == shape.len()
        && text.bytes().zip(shape).all(|(is, should)| match should {
            b'0' => is.is_ascii_digit(),
            other => is == *other,
        });
    if !fits {
        return Err(wrong());
    }
    let number = |from: usize, to: usize| text[from..to].parse::<i16>().unwrap_or(-1);
    let small = |from: usize| i8::try_from(number(from, from + 2)).unwrap_or(-1);
    Date::new(number(0, 4), small(5), small(8))
        .and_then(|date| {
            let time = jiff::civil::Time::new(small(11), small(14), small(17), 0)?;
            Ok(date.to_datetime(time))
        })
        .map_err(|_| wrong())
}

/// A positive integer and a unit; milliseconds.
fn rate(text: &str) -> Result<u64, String> {
    let wrong = || format!("rate({text}) is not rate(value unit)");
    let (value, unit) = text.split_once(' ').ok_or_else(wrong)?;
    let digits = !value.is_empty() && value.bytes().all(|it| it.is_ascii_digit());
    let value: u64 = if digits { value.parse().unwrap_or(0) } else { 0 };
    let minutes = match unit {
        "minute" | "minutes" => 1,
        "hour" | "hours" => 60,
        "day" | "days" => 1440,
        _ => return Err(wrong()),
    };
    value
        .checked_mul(minutes * 60_000)
        .filter(|every| *every > 0)
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::zone::{self, timestamp};

    fn at_utc(text: &str) -> Moment {
        moment(text.parse().expect("a timestamp")).expect("after 1970")
    }

    fn next(schedule: &str, after: &str, zone_name: &str) -> Option<String> {
        let zone = zone::named(zone_name).expect("a zone");
        let at = Expression::read(schedule).expect("a schedule").next(
            at_utc(after),
            at_utc("2026-01-01T00:00:00Z"),
            &zone,
        )?;
        Some(timestamp(at).expect("a timestamp").to_string())
    }

    #[test]
    fn schedules_are_due_in_their_zone() {
        for (schedule, after, zone, due) in [
            (
                "at(2026-07-01T08:00:00)",
                "2026-06-01T00:00:00Z",
                "UTC",
                Some("2026-07-01T08:00:00Z"),
            ),
            (
                "at(2026-07-01T08:00:00)",
                "2026-06-01T00:00:00Z",
                "Europe/London",
                Some("2026-07-01T07:00:00Z"),
            ),
            ("at(2026-07-01T08:00:00)", "2026-07-01T08:00:00Z", "UTC", None),
            (
                "rate(90 minutes)",
                "2026-01-01T00:00:00Z",
                "UTC",
                Some("2026-01-01T01:30:00Z"),
            ),
            (
                "rate(1 day)",
                "2026-01-02T00:00:00Z",
                "UTC",
                Some("2026-01-03T00:00:00Z"),
            ),
            (
                "cron(0 8 ? * MON-FRI *)",
                "2026-03-27T08:00:00Z",
                "Europe/London",
                Some("2026-03-30T07:00:00Z"),
            ),
            (
                "cron(0 8 ? * MON-FRI *)",
                "2026-03-26T08:00:00Z",
                "Europe/London",
                Some("2026-03-27T08:00:00Z"),
            ),
            (
                "cron(30 18 * * ? *)",
                "2026-03-26T18:29:59Z",
                "UTC",
                Some("2026-03-26T18:30:00Z"),
            ),
            (
                "cron(0/15 * * * ? *)",
                "2026-03-26T18:31:00Z",
                "UTC",
                Some("2026-03-26T18:45:00Z"),
            ),
            (
                "cron(0 0 L * ? *)",
                "2026-02-01T00:00:00Z",
                "UTC",
                Some("2026-02-28T00:00:00Z"),
            ),
            (
                "cron(0 9 15W * ? *)",
                "2026-08-01T00:00:00Z",
                "UTC",
                Some("2026-08-14T09:00:00Z"),
            ),
            (
                "cron(0 9 ? * 2#1 *)",
                "2026-08-04T00:00:00Z",
                "UTC",
                Some("2026-09-07T09:00:00Z"),
            ),
            (
                "cron(0 9 ? * 6L *)",
                "2026-08-04T00:00:00Z",
                "UTC",
                Some("2026-08-28T09:00:00Z"),
            ),
            (
                "cron(0 9 1 JAN,JUL ? 2027)",
                "2026-08-04T00:00:00Z",
                "UTC",
                Some("2027-01-01T09:00:00Z"),
            ),
            (
                "cron(0 9 29 2 ? *)",
                "2026-08-04T00:00:00Z",
                "UTC",
                Some("2028-02-29T09:00:00Z"),
            ),
            ("cron(0 9 1 1 ? 2020)", "2026-08-04T00:00:00Z", "UTC", None),
            // The clocks jump over half past one: it happens an hour later by the clock on the wall.
            (
                "cron(30 1 29 3 ? 2026)",
                "2026-03-01T00:00:00Z",
                "Europe/London",
                Some("2026-03-29T01:30:00Z"),
            ),
        ] {
            assert_eq!(
                next(schedule, after, zone).as_deref(),
                due,
                "{schedule} after {after} in {zone}"
            );
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for schedule in [
            "",
            "at()",
            "at(2026-07-01)",
            "at(2026-13-01T00:00:00)",
            "at(2026-02-30T00:00:00)",
            "at(2026-07-01T25:00:00)",
            "at(2026-07-01T08:00:00Z)",
            "rate(0 minutes)",
            "rate(-1 hours)",
            "rate(1 week)",
            "rate(5)",
            "cron(0 8 * * *)",
            "cron(0 8 * * MON *)",
            "cron(0 8 ? * ? *)",
            "cron(60 8 * * ? *)",
            "cron(0 24 * * ? *)",
            "cron(0 8 0 * ? *)",
            "cron(0 8 ? * 8 *)",
            "cron(0 8 ? * MOON *)",
            "cron(0 8 ? 13 MON *)",
            "cron(5-1 8 ? * MON *)",
            "cron(0/0 8 ? * MON *)",
            "cron(0 8 ? * MON 1969)",
            "cron(0 8 ? * MON#6 *)",
            "cron(0 8 ? * FRI-MON *)",
            "cron(0 9 30 2 ? *)",
            "cron(0 9 31W 4 ? *)",
            "cron(0 9 29 2 ? 2027)",
            "every day",
            "cron(0 8 * * ? *) ",
        ] {
            assert!(Expression::read(schedule).is_err(), "{schedule:?} was read");
        }
    }
}
