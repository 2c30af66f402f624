//! `connect.hours`: hours of operation.

use std::collections::BTreeMap;

use super::appstream::time_zone;
use crate::at::At;
use crate::declare::Value as _;
use crate::entry::{self, Entry};
use crate::limits;
use crate::node::Value;
use crate::reader::{Fields, Item, Reader};
use crate::table::{Between, Key, Shape, rule};
use headset_core::diagnostic::Diagnostic;
use headset_derive::{Choice, Section};
use headset_kinds::connect::hours_of_operation::{self, Nth};
use headset_kinds::connect::period::Period;
use jiff::civil::Date;

/// An entry of `connect.hours`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(later(
    existing = "Hours that the instance has already are written by their name where they are used. To take them over, write \
                them as an entry and run `headset import`.",
    parents = "Overrides of other hours are linked to in the Connect console for now.",
))]
pub struct ConnectHours {
    /// What they are for.
    #[key(
        text = hours_of_operation::LONGEST_DESCRIPTION,
        example = "When orders are taken",
        to(hours_of_operation::HoursOfOperationSpec::DESCRIPTION)
    )]
    pub description: Option<String>,
    /// The time zone that all times are in.
    #[key(
        pattern = limits::TIME_ZONE,
        read = time_zone,
        example = "Europe/London",
        to(hours_of_operation::HoursOfOperationSpec::TIME_ZONE)
    )]
    pub time_zone: At<String>,
    /// When contacts are taken: a day or several in a row, and two times. A day may be there several times; one that is not is
    /// closed, and none at all is closed for good.
    #[key(
        pattern = limits::PERIOD,
        count = (0, hours_of_operation::MOST_PERIODS),
        read = periods,
        required,
        example = "[monday-friday 09:00-17:30, saturday 10:00-14:00]",
        to(hours_of_operation::HoursOfOperationSpec::OPEN)
    )]
    pub open: Vec<Period>,
    /// Other hours on certain dates, by name. All others that Connect has are deleted.
    #[key(
        entries = "an override",
        names = limits::OVERRIDE_NAME,
        count = (0, hours_of_operation::MOST_OVERRIDES),
        hint = "Write `overrides: { New Year: { from: 2027-01-01, till: 2027-01-01 } }`.",
        example = "{ New Year: { from: 2027-01-01, till: 2027-01-01 } }",
        otherwise = "as they are",
        to(hours_of_operation::HoursOfOperationSpec::OVERRIDES)
    )]
    pub overrides: Option<BTreeMap<String, HoursOverride>>,
    /// The entry; its name is what the hours are called.
    #[key(
        from = entry::entry,
        keys(
            HOURS_NAME,
            entry::PROTECT,
            entry::tags(
                "Tags of the hours, beside those of the blueprint.",
                &[hours_of_operation::HoursOfOperationSpec::TAGS]
            ),
            entry::TIMEOUTS
        )
    )]
    pub entry: Entry,
}

/// `name` of hours of operation.
const HOURS_NAME: Key = Key::new(
    "name",
    Shape::Text(hours_of_operation::LONGEST_NAME),
    "Office hours",
    "What they are called in Connect. Another name renames them.",
)
.otherwise("the entry's key")
.sets(&[hours_of_operation::HoursOfOperationSpec::NAME]);

impl ConnectHours {
    /// What the hours of this key are called in Connect.
    pub fn name<'a>(&'a self, key: &'a str) -> &'a str {
        self.entry.name.as_ref().map_or(key, |name| &name.value)
    }
}

/// An entry of `connect.hours.*.overrides`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    rules(
        rule(Between::Needs("interval", &["repeat"]), "Say what is counted: `repeat: weekly`, `monthly` or `yearly`."),
        rule(Between::Needs("month", &["repeat"]), "Add `repeat: yearly`."),
        rule(Between::Needs("day", &["repeat"]), "Add `repeat: monthly` or `repeat: yearly`."),
        rule(Between::Needs("week", &["repeat"]), "Add `repeat: monthly` or `repeat: yearly`."),
        rule(
            Between::Excludes("day", &["week"]),
            "It comes on a day of the month, or on a weekday of one of its weeks. Delete one of them.",
        ),
    ),
    check = HoursOverride::check
)]
pub struct HoursOverride {
    /// The first date.
    #[key(pattern = limits::DATE, read = date, required, example = "2026-12-24")]
    pub from: At<Date>,
    /// The last date.
    #[key(pattern = limits::DATE, read = date, required, example = "2026-12-26")]
    pub till: At<Date>,
    /// What it does to the hours of the week: `standard` hours hold in their place, `open` ones besides, and at `closed` ones
    /// nothing is open.
    #[key(name = "type", default = "standard", example = "closed")]
    pub sort: OverrideType,
    /// Its times, as in `open` of the hours.
    #[key(
        pattern = limits::PERIOD,
        count = (0, hours_of_operation::MOST_PERIODS),
        read = periods,
        example = "[thursday 09:00-12:00]",
        otherwise = "none: it is closed, where the type is `standard`"
    )]
    pub times: Vec<Period>,
    /// What it is for.
    #[key(text = hours_of_operation::LONGEST_DESCRIPTION, example = "The office party")]
    pub description: Option<String>,
    /// How often it comes again between the dates.
    #[key(example = "yearly", otherwise = "it holds on each of the dates")]
    pub repeat: Option<Repeat>,
    /// Every so many weeks, months or years.
    #[key(number = hours_of_operation::INTERVAL, unit = "weeks, months or years", example = "2", otherwise = "each")]
    pub interval: Option<u64>,
    /// In which month of the year, where it repeats yearly.
    #[key(number = hours_of_operation::MONTH, unit = "the month's number", example = "12", otherwise = "any")]
    pub month: Option<u64>,
    /// On which day of the month, where it repeats monthly or yearly.
    #[key(shape = DAY, read = nth, example = "24", otherwise = "any")]
    pub day: Option<Nth>,
    /// On which of the month's weekdays, where it repeats monthly or yearly: the weekday is that of its times.
    #[key(shape = WEEK, read = nth, example = "last", otherwise = "any")]
    pub week: Option<Nth>,
}

const DAY: Shape = Shape::Either(&[
    Shape::number(&hours_of_operation::DAY, "the day's number"),
    Shape::Word(Nth::LAST),
]);

const WEEK: Shape = Shape::Either(&[
    Shape::number(&hours_of_operation::WEEK, "the weekday's number in the month"),
    Shape::Word(Nth::LAST),
]);

/// `type` of an override.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum OverrideType {
    /// Its times hold in place of the week's.
    Standard,
    /// It is open at its times, beside the week's.
    Open,
    /// It is closed at its times.
    Closed,
}

/// `repeat` of an override.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Repeat {
    /// Every so many weeks.
    Weekly,
    /// Every so many months.
    Monthly,
    /// Every so many years.
    Yearly,
}

impl HoursOverride {
    fn check(
        reader: &mut Reader<'_>,
        item: &Item<'_>,
        _: &Fields<'_>,
        one: HoursOverride,
    ) -> Option<HoursOverride> {
        let mut complain = |message: String, help: &str| {
            reader.report(
                Diagnostic::error("bad-value", message)
                    .at(item.place())
                    .help(help),
            );
            None
        };
        if one.till.value < one.from.value {
            let message = format!(
                "`{}` is till {} and from {}",
                item.path, one.till.value, one.from.value
            );
            return complain(message, "The last date cannot be before the first: swap them.");
        }
        match one.repeat {
            Some(Repeat::Weekly) if one.day.is_some() || one.week.is_some() => complain(
                format!("`{}` repeats weekly on a day of the month", item.path),
                "Delete `day` and `week`: the weekdays are those of its `times`.",
            ),
            Some(Repeat::Weekly | Repeat::Monthly) if one.month.is_some() => complain(
                format!("`{}` has a month, and does not repeat yearly", item.path),
                "Write `repeat: yearly`, or delete `month`.",
            ),
            _ => Some(one),
        }
    }
}

fn date(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<Date>> {
    reader.date(item)
}

/// A number, or the word for the last one.
fn nth(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Nth> {
    if matches!(&item.node.value, Value::Text(text) if text == Nth::LAST) {
        return Some(Nth::Last);
    }
    let number = reader.number(item)?;
    u8::try_from(number).ok().map(Nth::At)
}

/// Times of the week, each day for itself and in the week's order.
fn periods(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Vec<Period>> {
    let mut periods = Vec::new();
    let mut is_good = true;
    for text in reader.texts(item)? {
        match Period::each(&text.value) {
            Ok(each) => periods.extend(each),
            Err(mistake) => {
                is_good = false;
                reader.bad_value(&item.path, &text.value, text.place, mistake.help());
            }
        }
    }
    periods.sort();
    let overlap = periods
        .windows(2)
        .find(|two| two[0].day == two[1].day && two[1].from < two[0].till);
    if let Some(two) = overlap {
        is_good = false;
        let message = format!("`{}` has {} and {}", item.path, two[0], two[1]);
        reader.report(
            Diagnostic::error("bad-value", message)
                .at(item.place())
                .help("Times of a day cannot overlap: make one of them."),
        );
    }
    if periods.len() > hours_of_operation::MOST_PERIODS {
        is_good = false;
        let message = format!("`{}` has {} times, day by day", item.path, periods.len());
        let help = format!("Connect takes {} at most.", hours_of_operation::MOST_PERIODS);
        reader.report(
            Diagnostic::error("bad-value", message)
                .at(item.place())
                .help(help),
        );
    }
    is_good.then_some(periods)
}

/// The hours by key. Names are an instance's, so that two entries have two.
#[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
pub(super) fn hours(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<BTreeMap<String, ConnectHours>> {
    let mut hours = BTreeMap::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for entry in reader.entries(item) {
        let Some(one) = ConnectHours::read(reader, &entry.item) else {
            continue;
        };
        let name = one.name(&entry.name).to_owned();
        let place = entry.item.place();
        let mut good = entry.good;
        if name == hours_of_operation::BUILT_IN {
            good = false;
            reader.report(
                Diagnostic::error("reserved-name", format!("hours of operation cannot be called `{name}`"))
                    .at(place.clone())
                    .help("Amazon Connect makes these hours with the instance, and Headset leaves them alone. Choose another name."),
            );
        }
        if let Some(other) = seen.insert(name.clone(), entry.name.clone()) {
            good = false;
            reader.report(
                Diagnostic::error(
                    "same-name",
                    format!(
                        "the hours `{}` and `{other}` are both called `{name}`",
                        entry.name
                    ),
                )
                .at(place)
                .help("An instance has one of a name. Give one of them another `name`."),
            );
        }
        if good {
            hours.insert(entry.name, one);
        }
    }
    Some(hours)
}
