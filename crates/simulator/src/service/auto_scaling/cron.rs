//! AWS's cron expressions: minutes, hours, day of month, month, day of week, year. They are Quartz's without the
//! seconds: `?` stands in exactly one of the two day fields, days of the week count from 1 (Sunday).

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::Moment;
use crate::service::zone::{moment, timestamp};

/// The last year that a schedule may name (the user guide's table of cron fields).
const LAST_YEAR: u16 = 2099;

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// One expression.
#[derive(Debug, PartialEq)]
pub(super) struct Cron {
    minutes: BTreeSet<u16>,
    hours: BTreeSet<u16>,
    day: Day,
    months: BTreeSet<u16>,
    years: BTreeSet<u16>,
}

/// Which days of a month.
#[derive(Debug, PartialEq)]
enum Day {
    /// By number.
    OfMonth(BTreeSet<u16>),
    /// `L`: the last one.
    Last,
    /// `LW`: the last one that is not on a weekend.
    LastWorkday,
    /// `15W`: the weekday nearest to it, within its month.
    Nearest(u16),
    /// By day of the week, 1 is Sunday.
    OfWeek(BTreeSet<u16>),
    /// `6L`: the last one of the month.
    LastOfWeek(u16),
    /// `2#1`: the nth one of the month.
    NthOfWeek(u16, u16),
}

impl Cron {
    /// Reads what stands between the parentheses.
    pub(super) fn read(text: &str) -> Result<Cron, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, of_month, months, of_week, years] = fields.as_slice() else {
            return Err(format!("cron({text}) needs six fields"));
        };
        let day = match (*of_month, *of_week) {
            ("?", "?") => return Err("only one of the day fields can be ?".to_owned()),
            (of_month, "?") => day_of_month(of_month)?,
            ("?", of_week) => day_of_week(of_week)?,
            // Quartz: both at once are not implemented.
            _ => return Err("one of the day fields must be ?".to_owned()),
        };
        let cron = Cron {
            minutes: set(minutes, 0, 59, &[])?,
            hours: set(hours, 0, 23, &[])?,
            day,
            months: set(months, 1, 12, &MONTHS)?,
            years: set(years, 1970, LAST_YEAR, &[])?,
        };
        // AWS refuses a date that no calendar has, such as 30 February.
        if cron.has_a_date() {
            Ok(cron)
        } else {
            Err(format!("there is no day {of_month} in month {months}"))
        }
    }

    /// Whether any of its years has a date that it names.
    fn has_a_date(&self) -> bool {
        let earliest = match &self.day {
            Day::OfMonth(days) => days.first().copied().unwrap_or(1),
            Day::Nearest(wanted) => *wanted,
            Day::Last | Day::LastWorkday | Day::OfWeek(_) | Day::LastOfWeek(_) | Day::NthOfWeek(..) => 1,
        };
        self.years.iter().any(|year| {
            self.months.iter().any(|month| {
                Date::new(*year as i16, *month as i8, 1)
                    .is_ok_and(|first| earliest <= first.days_in_month() as u16)
            })
        })
    }

    /// The first matching minute after `after`.
    pub(super) fn next(&self, after: Moment, zone: &TimeZone) -> Option<Moment> {
        let mut date = zone.to_datetime(timestamp(after)?).date();
        loop {
            let year = u16::try_from(date.year()).ok()?;
            if year > LAST_YEAR {
                return None;
            }
            if !self.years.contains(&year) {
                let next = *self.years.range(year..).next()?;
                date = Date::new(i16::try_from(next).ok()?, 1, 1).ok()?;
                continue;
            }
            if !self.months.contains(&(date.month() as u16)) {
                date = date.last_of_month().tomorrow().ok()?;
                continue;
            }
            if self.day.is(date) {
                for (hour, minute) in self
                    .hours
                    .iter()
                    .flat_map(|hour| self.minutes.iter().map(move |minute| (*hour, *minute)))
                {
                    let local = date.at(hour as i8, minute as i8, 0, 0);
                    let at = zone.to_timestamp(local).ok().and_then(moment)?;
                    if at > after {
                        return Some(at);
                    }
                }
            }
            date = date.tomorrow().ok()?;
        }
    }
}

impl Day {
    fn is(&self, date: Date) -> bool {
        let (day, last) = (date.day() as u16, date.days_in_month() as u16);
        let of_week = date.weekday().to_sunday_one_offset() as u16;
        match self {
            Day::OfMonth(days) => days.contains(&day),
            Day::Last => day == last,
            Day::LastWorkday => day == nearest_workday(date, last),
            Day::Nearest(wanted) => *wanted <= last && day == nearest_workday(date, *wanted),
            Day::OfWeek(days) => days.contains(&of_week),
            Day::LastOfWeek(wanted) => of_week == *wanted && day + 7 > last,
            Day::NthOfWeek(wanted, nth) => of_week == *wanted && (day - 1) / 7 + 1 == *nth,
        }
    }
}

/// The day from Monday to Friday that is nearest to `wanted` without leaving the month of `date`.
fn nearest_workday(date: Date, wanted: u16) -> u16 {
    let last = date.days_in_month() as u16;
    // Days of the week repeat every seven days, so that no other date has to be built.
    let shift = i32::from(wanted) - i32::from(date.day());
    let of_week = (i32::from(date.weekday().to_sunday_zero_offset()) + shift).rem_euclid(7);
    match of_week {
        6 if wanted == 1 => 3,
        6 => wanted - 1,
        0 if wanted == last => wanted.saturating_sub(2),
        0 => wanted + 1,
        _ => wanted,
    }
}

fn day_of_month(text: &str) -> Result<Day, String> {
    if text == "L" {
        return Ok(Day::Last);
    }
    if text == "LW" {
        return Ok(Day::LastWorkday);
    }
    if let Some(day) = text.strip_suffix('W') {
        return value(day, 1, 31, &[]).map(Day::Nearest);
    }
    set(text, 1, 31, &[]).map(Day::OfMonth)
}

fn day_of_week(text: &str) -> Result<Day, String> {
    if text == "L" {
        // Alone it is the last day of the week (Quartz).
        return Ok(Day::OfWeek(BTreeSet::from([7])));
    }
    if let Some((day, nth)) = text.split_once('#') {
        return Ok(Day::NthOfWeek(value(day, 1, 7, &DAYS)?, value(nth, 1, 5, &[])?));
    }
    if let Some(day) = text.strip_suffix('L') {
        return value(day, 1, 7, &DAYS).map(Day::LastOfWeek);
    }
    set(text, 1, 7, &DAYS).map(Day::OfWeek)
}

/// A list of values, ranges and steps.
fn set(text: &str, low: u16, high: u16, names: &[&str]) -> Result<BTreeSet<u16>, String> {
    let mut all = BTreeSet::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(value(step, 1, high, &[])?)),
            None => (part, None),
        };
        let (from, to) = if range == "*" {
            (low, high)
        } else if let Some((from, to)) = range.split_once('-') {
            (value(from, low, high, names)?, value(to, low, high, names)?)
        } else {
            let from = value(range, low, high, names)?;
            // `5/15` begins at five and goes on to the end.
            (from, if step.is_some() { high } else { from })
        };
        if from > to {
            return Err(format!("{part} runs backwards"));
        }
        all.extend((from..=to).step_by(usize::from(step.unwrap_or(1))));
    }
    Ok(all)
}

/// A number or a name (of which the first one stands for `low`).
fn value(text: &str, low: u16, high: u16, names: &[&str]) -> Result<u16, String> {
    let named = names
        .iter()
        .position(|name| name.eq_ignore_ascii_case(text))
        .and_then(|index| u16::try_from(index).ok())
        .map(|index| index + low);
    let digits = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    named
        .or(number)
        .filter(|value| (low..=high).contains(value))
        .ok_or_else(|| format!("{text:?} is not between {low} and {high}"))
}
