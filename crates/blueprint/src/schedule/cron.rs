//! AWS's cron expressions: minutes, hours, day of the month, month, day of the week, year.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::mistake::{Mistake, mistake};
use headset_core::nearest::nearest;
use headset_core::words::plural;

/// One of the six fields: what its values are called, and which there are.
#[derive(Debug)]
struct Field {
    /// `minute`.
    name: &'static str,
    least: u16,
    most: u16,
    /// Names of the values from the least one on.
    names: &'static [&'static str],
}

const MINUTE: Field = numbers("minute", 0, 59);
const HOUR: Field = numbers("hour", 0, 23);
const DAY: Field = numbers("day of the month", 1, 31);
const MONTH: Field = Field {
    names: &[
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ],
    ..numbers("month", 1, 12)
};
/// 1 is Sunday.
const WEEKDAY: Field = Field {
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    ..numbers("day of the week", 1, 7)
};
const YEAR: Field = numbers("year", 1970, 2199);
/// `2#1`: which one of the month.
const NTH: Field = numbers("number behind `#`", 1, 5);

const fn numbers(name: &'static str, least: u16, most: u16) -> Field {
    Field {
        name,
        least,
        most,
        names: &[],
    }
}

/// What of an expression decides whether it ever happens.
#[derive(Debug, PartialEq)]
pub(crate) struct Cron {
    /// The days of the month that are named; empty where the day of the week decides, or the month's end does.
    days: BTreeSet<u16>,
    months: BTreeSet<u16>,
    years: BTreeSet<u16>,
}

impl Cron {
    /// Reads what stands between the parentheses.
    pub(super) fn read(text: &str) -> Result<Cron, Mistake> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, of_month, months, of_week, years] = fields.as_slice() else {
            return Err(mistake(
                format!("it has {}, and AWS's cron has six", plural(fields.len(), "field")),
                "Write `cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR)`, such as `cron(0 8 ? * MON-FRI *)`: `?` in DAY or in \
                 WEEKDAY, and `*` for every year.",
            ));
        };
        MINUTE.set(minutes)?;
        HOUR.set(hours)?;
        let days = match (*of_month, *of_week) {
            ("?", "?") => {
                return Err(mistake(
                    "it names no day: both the day of the month and that of the week are `?`",
                    format!("Write `*` in one of them: `cron({minutes} {hours} * {months} ? {years})`."),
                ));
            }
            (of_month, "?") => day_of_month(of_month)?,
            ("?", of_week) => {
                day_of_week(of_week)?;
                BTreeSet::new()
            }
            (of_month, of_week) => return Err(both_days(&fields, of_month, of_week)),
        };
        let cron = Cron {
            days,
            months: MONTH.set(months)?,
            years: YEAR.set(years)?,
        };
        if cron.last_day().is_none() {
            return Err(mistake(
                format!("there is no day {of_month} in month {months} of the years {years}"),
                "Write a day that exists; `L` is the last day of a month.",
            ));
        }
        Ok(cron)
    }

    /// The last day on which it can be due: exact where it names days of the month, and the last of the month elsewhere.
    pub(super) fn last_day(&self) -> Option<Date> {
        let months = self
            .years
            .iter()
            .rev()
            .flat_map(|year| self.months.iter().rev().map(move |month| (*year, *month)));
        for (year, month) in months {
            let first = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
            let length = first.days_in_month();
            let day = if self.days.is_empty() {
                Some(length)
            } else {
                let days = self.days.iter().rev();
                days.filter_map(|day| i8::try_from(*day).ok())
                    .find(|day| *day <= length)
            };
            if let Some(day) = day {
                return first.with().day(day).build().ok();
            }
        }
        None
    }
}

/// Days are given in both fields. Where one of them is `*`, what was meant is plain.
fn both_days(fields: &[&str], of_month: &str, of_week: &str) -> Mistake {
    let mut meant = fields.to_vec();
    let help = match (of_month, of_week) {
        ("*", _) => {
            meant[2] = "?";
            format!("Write `cron({})`.", meant.join(" "))
        }
        (_, "*") => {
            meant[4] = "?";
            format!("Write `cron({})`.", meant.join(" "))
        }
        _ => "Write `?` in one of the two. For both, make two scheduled actions.".to_owned(),
    };
    mistake(
        "of the day of the month and the day of the week, AWS wants one to be `?`",
        help,
    )
}

fn day_of_month(text: &str) -> Result<BTreeSet<u16>, Mistake> {
    if text == "L" || text == "LW" {
        return Ok(BTreeSet::new());
    }
    // The weekday that is nearest to a day: in months that have that day.
    if let Some(day) = text.strip_suffix('W') {
        return DAY.value(day).map(|day| BTreeSet::from([day]));
    }
    DAY.set(text)
}

fn day_of_week(text: &str) -> Result<(), Mistake> {
    if text == "L" {
        return Ok(());
    }
    if let Some((day, nth)) = text.split_once('#') {
        WEEKDAY.value(day)?;
        return NTH.value(nth).map(drop);
    }
    if let Some(day) = text.strip_suffix('L') {
        return WEEKDAY.value(day).map(drop);
    }
    WEEKDAY.set(text).map(drop)
}

impl Field {
    /// A list of values, ranges and steps.
    fn set(&self, text: &str) -> Result<BTreeSet<u16>, Mistake> {
        let mut all = BTreeSet::new();
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, Some(self.step(step)?)),
                None => (part, None),
            };
            let (from, to) = if range == "*" {
                (self.least, self.most)
            } else if let Some((from, to)) = range.split_once('-') {
                let (first, last) = (self.value(from)?, self.value(to)?);
                if first > last {
                    return Err(self.backwards(range, from, to));
                }
                (first, last)
            } else {
                let from = self.value(range)?;
                // `5/15` begins at five and goes on to the end.
                (from, if step.is_some() { self.most } else { from })
            };
            all.extend((from..=to).step_by(usize::from(step.unwrap_or(1))));
        }
        Ok(all)
    }

    /// A number or a name.
    fn value(&self, text: &str) -> Result<u16, Mistake> {
        let named = (self.least..)
            .zip(self.names)
            .find(|(_, name)| name.eq_ignore_ascii_case(text))
            .map(|(value, _)| value);
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { text.parse().ok() } else { None };
        named
            .or(number)
            .filter(|value| (self.least..=self.most).contains(value))
            .ok_or_else(|| self.no_value(text))
    }

    fn step(&self, text: &str) -> Result<u16, Mistake> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let step = if digits { text.parse().unwrap_or(0) } else { 0 };
        if (1..=self.most).contains(&step) {
            return Ok(step);
        }
        Err(mistake(
            format!("`{text}` behind `/` is no step of a {}", self.name),
            format!("A step is a whole number from 1 to {}.", self.most),
        ))
    }

    fn no_value(&self, text: &str) -> Mistake {
        let near = nearest(&text.to_uppercase(), self.names.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("Did you mean `{near}`? "));
        let names = match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => format!(", or from {first} to {last}"),
            _ => String::new(),
        };
        mistake(
            format!("`{text}` is no {}", self.name),
            format!("{near}It is from {} to {}{names}.", self.least, self.most),
        )
    }

    /// A range whose end comes before its beginning: the two that were meant.
    fn backwards(&self, range: &str, from: &str, to: &str) -> Mistake {
        let ends = |value: &str| {
            let named = value.bytes().all(|byte| byte.is_ascii_alphabetic());
            match (self.names.first(), self.names.last()) {
                (Some(first), Some(last)) if named => ((*first).to_owned(), (*last).to_owned()),
                _ => (self.least.to_string(), self.most.to_string()),
            }
        };
        let span = |from: &str, to: &str| {
            if from.eq_ignore_ascii_case(to) {
                from.to_owned()
            } else {
                format!("{from}-{to}")
            }
        };
        let meant = format!("{},{}", span(from, &ends(from).1), span(&ends(to).0, to));
        mistake(
            format!("the range `{range}` runs backwards, and AWS's do not begin anew at the end"),
            format!("Write `{meant}`."),
        )
    }
}
