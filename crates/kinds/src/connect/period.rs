//! Times of a week at which a contact center is open.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Day {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl Day {
    /// The week, from Monday on.
    pub const WEEK: [Day; 7] = [
        Day::Monday,
        Day::Tuesday,
        Day::Wednesday,
        Day::Thursday,
        Day::Friday,
        Day::Saturday,
        Day::Sunday,
    ];

    /// Its name, in lower case.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Day::Monday => "monday",
            Day::Tuesday => "tuesday",
            Day::Wednesday => "wednesday",
            Day::Thursday => "thursday",
            Day::Friday => "friday",
            Day::Saturday => "saturday",
            Day::Sunday => "sunday",
        }
    }

    /// The day of this name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Day> {
        Day::WEEK
            .into_iter()
            .find(|day| day.word().eq_ignore_ascii_case(name))
    }
}

/// Hours and minutes of a day; 24:00 is its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay {
    minutes: u16,
}

impl TimeOfDay {
    /// The end of a day.
    pub const MIDNIGHT: TimeOfDay = TimeOfDay { minutes: 24 * 60 };

    /// The time of these hours and minutes; `None`: there is no such time.
    #[must_use]
    pub fn of(hours: u16, minutes: u16) -> Option<TimeOfDay> {
        let time = TimeOfDay {
            minutes: hours.checked_mul(60)?.checked_add(minutes)?,
        };
        (minutes < 60 && time <= TimeOfDay::MIDNIGHT).then_some(time)
    }

    /// Its hours, 0 to 24.
    #[must_use]
    pub const fn hours(self) -> u16 {
        self.minutes / 60
    }

    /// Its minutes, 0 to 59.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.minutes % 60
    }

    fn read(text: &str) -> Option<TimeOfDay> {
        let (hours, minutes) = text.split_once(':')?;
        let number = |text: &str| {
            let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        TimeOfDay::of(number(hours)?, number(minutes)?)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hours(), self.minutes())
    }
}

/// A time of the week: a day, and from when to when. As a text it is `monday 09:00-17:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The day.
    pub day: Day,
    /// When it begins.
    pub from: TimeOfDay,
    /// When it ends.
    pub till: TimeOfDay,
}

/// Why a text is no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPeriod {
    /// It does not read like one.
    Shape,
    /// It ends before it begins, or when it begins.
    Backwards,
}

impl NoPeriod {
    /// What to do about it, in whole sentences.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            NoPeriod::Shape => {
                "Write a day or several in a row, and two times: `monday-friday 09:00-17:30`, `saturday 10:00-24:00`."
            }
            NoPeriod::Backwards => {
                "It has to end after it begins. Past midnight the next day goes on: `monday 22:00-24:00` and `tuesday \
                 00:00-06:00`."
            }
        }
    }
}

impl fmt::Display for NoPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoPeriod::Shape => "it is no time of the week, such as `monday 09:00-17:30`",
            NoPeriod::Backwards => "it ends before it begins",
        })
    }
}

impl std::error::Error for NoPeriod {}

impl Period {
    /// The periods of a text of a blueprint, one for each of its days: `monday-friday 09:00-17:30`.
    ///
    /// # Errors
    /// [`NoPeriod`] says what is wrong with the text.
    pub fn each(text: &str) -> Result<Vec<Period>, NoPeriod> {
        let (days, times) = text.split_once(' ').ok_or(NoPeriod::Shape)?;
        let (from, till) = times.split_once('-').ok_or(NoPeriod::Shape)?;
        let time = |text: &str| TimeOfDay::read(text).ok_or(NoPeriod::Shape);
        let (from, till) = (time(from)?, time(till)?);
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let day = |name: &str| Day::named(name).ok_or(NoPeriod::Shape);
        let (first, last) = (day(first)?, day(last)?);
        if till <= from {
            return Err(NoPeriod::Backwards);
        }
        // From Saturday to Monday a week begins anew.
        let length = (last as usize + 7 - first as usize) % 7 + 1;
        let days = Day::WEEK.into_iter().cycle().skip(first as usize).take(length);
        Ok(days.map(|day| Period { day, from, till }).collect())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}-{}", self.day.word(), self.from, self.till)
    }
}

/// One period, also one that ends on another day: what AWS has may be like that.
impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Period, NoPeriod> {
        let (day, times) = text.split_once(' ').ok_or(NoPeriod::Shape)?;
        let (from, till) = times.split_once('-').ok_or(NoPeriod::Shape)?;
        let time = |text: &str| TimeOfDay::read(text).ok_or(NoPeriod::Shape);
        Ok(Period {
            day: Day::named(day).ok_or(NoPeriod::Shape)?,
            from: time(from)?,
            till: time(till)?,
        })
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each(text: &str) -> Result<Vec<String>, NoPeriod> {
        Ok(Period::each(text)?.iter().map(Period::to_string).collect())
    }

    #[test]
    fn days_in_a_row_are_a_period_each() {
        assert_eq!(each("Monday 09:00-17:30").unwrap(), ["monday 09:00-17:30"]);
        assert_eq!(
            each("saturday-monday 00:00-24:00").unwrap(),
            ["saturday 00:00-24:00", "sunday 00:00-24:00", "monday 00:00-24:00"]
        );
        assert_eq!(each("monday-sunday 08:00-20:00").unwrap().len(), 7);
    }

    #[test]
    fn what_is_no_period_says_why() {
        for text in [
            "monday",
            "monday 9:00-17:00",
            "monday 09:00",
            "monday 09:00-24:01",
            "monday 09:60-10:00",
            "montag 09:00-17:00",
            "monday-friday-sunday 09:00-17:00",
        ] {
            assert_eq!(each(text), Err(NoPeriod::Shape), "{text}");
        }
        for text in ["monday 22:00-06:00", "monday 09:00-09:00", "monday 24:00-24:00"] {
            assert_eq!(each(text), Err(NoPeriod::Backwards), "{text}");
        }
    }

    #[test]
    fn a_period_past_midnight_is_read_as_aws_has_it() {
        let period: Period = "monday 22:00-06:00".parse().unwrap();
        assert_eq!(period.to_string(), "monday 22:00-06:00");
        assert_eq!((period.till.hours(), period.till.minutes()), (6, 0));
    }
}
