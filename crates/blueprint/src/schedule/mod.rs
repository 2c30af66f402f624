//! When a scheduled action of Application Auto Scaling happens: `at(...)`, `rate(...)` and `cron(...)`.
//!
//! AWS judges a schedule when the action is made, which is after image and fleet. Here it is judged when it is read.
//! Sources: PutScheduledAction in the API reference; the cron table and rules of the EventBridge user guide
//! (eb-cron-expressions), to which the user guide of Application Auto Scaling refers.

mod alias;
mod cron;
mod mistake;
pub(super) mod zone;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

pub(super) use mistake::Mistake;

use cron::Cron;
use mistake::mistake;

/// A schedule that AWS takes.
#[derive(Debug, PartialEq)]
pub(super) enum Schedule {
    /// Once, at a local time.
    At(DateTime),
    /// Again and again.
    Rate,
    /// Whenever a local time matches.
    Cron(Box<Cron>),
}

const FORMS: &str =
    "Write `cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR)`, `rate(2 hours)` or `at(2026-05-01T08:00:00)`.";

impl Schedule {
    /// Reads a schedule.
    pub(super) fn read(text: &str) -> Result<Schedule, Mistake> {
        let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(inside) = inside("at") {
            return at(inside).map(Schedule::At);
        }
        if let Some(inside) = inside("rate") {
            return rate(inside).map(|()| Schedule::Rate);
        }
        if let Some(inside) = inside("cron") {
            return Cron::read(inside).map(|cron| Schedule::Cron(Box::new(cron)));
        }
        // A crontab's line, without the year.
        let fields = text.split_whitespace().count();
        let help = if (fields == 5 || fields == 6) && !text.to_lowercase().starts_with("cron") {
            format!("Cron expressions stand in `cron(...)` and have a sixth field, the year. {FORMS}")
        } else {
            FORMS.to_owned()
        };
        Err(mistake("it is none of the forms that AWS knows", help))
    }

    /// Whether it will never be due again after this moment.
    pub(super) fn is_over(&self, now: Timestamp, zone: &TimeZone) -> bool {
        let last = match self {
            Schedule::Rate => return false,
            Schedule::At(at) => *at,
            Schedule::Cron(cron) => match cron.last_day() {
                Some(day) => day.at(23, 59, 59, 0),
                None => return false,
            },
        };
        zone.to_timestamp(last).is_ok_and(|last| last <= now)
    }
}

/// `yyyy-mm-ddThh:mm:ss`.
fn at(text: &str) -> Result<DateTime, Mistake> {
    let shape = b"0000-00-00T00:00:00";
    let fits = text.len() == shape.len()
        && text.bytes().zip(shape).all(|(is, should)| match should {
            b'0' => is.is_ascii_digit(),
            other => is == *other,
        });
    if !fits {
        return Err(mistake(
            "it is no date and time of the form that AWS knows",
            "Write `at(2026-05-01T08:00:00)`: local time, without a zone behind it; `time_zone` says which zone.",
        ));
    }
    let two = |from: usize| text[from..from + 2].parse::<i8>().unwrap_or(-1);
    let year = text[..4].parse::<i16>().unwrap_or(-1);
    let date = Date::new(year, two(5), two(8)).map_err(|_| {
        mistake(
            format!("there is no day {}", &text[..10]),
            "Write a day that exists.",
        )
    })?;
    let time = Time::new(two(11), two(14), two(17), 0).map_err(|_| {
        mistake(
            format!("there is no time {}", &text[11..]),
            "Hours are 00 to 23, minutes and seconds 00 to 59.",
        )
    })?;
    Ok(date.to_datetime(time))
}

/// A number and a unit.
fn rate(text: &str) -> Result<(), Mistake> {
    let wrong = || {
        mistake(
            "it is no rate that AWS knows",
            "Write a whole number from 1 on and `minutes`, `hours` or `days`, such as `rate(2 hours)`.",
        )
    };
    let (number, unit) = text.split_once(' ').ok_or_else(wrong)?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let count: u32 = if digits { number.parse().unwrap_or(0) } else { 0 };
    let one = unit.strip_suffix('s').unwrap_or(unit);
    if count == 0 || !["minute", "hour", "day"].contains(&one) {
        return Err(wrong());
    }
    // "If the value is equal to 1, then the unit must be singular" (EventBridge user guide, rate expressions).
    let (is_plural, wants_plural) = (unit.ends_with('s'), count != 1);
    if is_plural == wants_plural {
        return Ok(());
    }
    let right = if wants_plural {
        format!("{one}s")
    } else {
        one.to_owned()
    };
    Err(mistake(
        format!("the unit of {count} is `{right}`"),
        format!("Write `rate({count} {right})`."),
    ))
}

#[cfg(test)]
mod tests;
