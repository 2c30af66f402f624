//! `connect.hours_of_operation`: when a contact center takes contacts.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use headset_derive::Fields;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::instance::InstanceSpec;
use super::period::Period;
use crate::discovery::Trace;
use crate::extra::List;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::output;
use crate::outward::{Quota, Terraform};
use crate::text::Text;

/// Model: connect `CommonNameLength127`, in characters; the same of an override (`CommonHumanReadableName`).
pub const LONGEST_NAME: usize = 127;
/// Model: connect `HoursOfOperationDescription`, in characters; the same of an override.
pub const LONGEST_DESCRIPTION: usize = 250;
/// Model: connect `HoursOfOperationConfigList`; the same of an override.
pub const MOST_PERIODS: usize = 100;
/// Administrator guide, "Set overrides for extended, reduced, and holiday hours": it cannot be raised.
pub const MOST_OVERRIDES: usize = 50;
/// Model: connect `IntervalPositiveInteger`.
pub const INTERVAL: RangeInclusive<u64> = 1..=6;
/// Model: connect `Month`.
pub const MONTH: RangeInclusive<u64> = 1..=12;
/// Model: connect `MonthDay`, beside -1 for the last.
pub const DAY: RangeInclusive<u64> = 1..=31;
/// Model: connect `WeekdayOccurrenceInteger`, beside -1 for the last.
pub const WEEK: RangeInclusive<u64> = 1..=4;
/// The hours of operation that Amazon Connect makes with each instance.
pub const BUILT_IN: &str = "Basic Hours";

/// What an override does to the hours of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverrideType {
    /// Its times hold in place of the week's.
    Standard,
    /// It is open at its times, beside the week's.
    Open,
    /// It is closed at its times.
    Closed,
}

/// How often an override comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeat {
    /// Every so many weeks.
    Weekly,
    /// Every so many months.
    Monthly,
    /// Every so many years.
    Yearly,
}

/// Which one of several: a number from 1 on, or the last one. In JSON a number, or `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nth {
    /// This one.
    At(u8),
    /// The last one, which AWS calls -1.
    Last,
}

impl Nth {
    /// The word for the last one.
    pub const LAST: &str = "last";

    /// As AWS counts.
    #[must_use]
    pub fn number(self) -> i32 {
        match self {
            Nth::At(number) => i32::from(number),
            Nth::Last => -1,
        }
    }

    /// From AWS's number; `None`: it is none.
    #[must_use]
    pub fn of(number: i32) -> Option<Nth> {
        match number {
            -1 => Some(Nth::Last),
            number => u8::try_from(number).ok().map(Nth::At),
        }
    }
}

impl Serialize for Nth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Nth::At(number) => serializer.serialize_u8(*number),
            Nth::Last => serializer.serialize_str(Nth::LAST),
        }
    }
}

impl<'de> Deserialize<'de> for Nth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Nth, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let number = value.as_u64().and_then(|number| u8::try_from(number).ok());
        match number {
            Some(number) => Ok(Nth::At(number)),
            None if value == Nth::LAST => Ok(Nth::Last),
            None => Err(D::Error::custom("neither a number nor `last`")),
        }
    }
}

/// Other hours on certain dates, as a blueprint writes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Override {
    /// The first date, such as `2026-12-24`.
    pub from: String,
    /// The last date.
    pub till: String,
    /// What it does to the hours of the week.
    #[serde(rename = "type")]
    pub sort: OverrideType,
    /// Its times, in the order of the week.
    pub times: Vec<Period>,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How often it comes again between the dates; without it, it holds on each of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
    /// Every so many weeks, months or years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<u8>,
    /// In which month of a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<u8>,
    /// On which day of a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Nth>,
    /// On which of a month's weekdays, of the day of its times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub week: Option<Nth>,
}

/// What a blueprint asks of hours of operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "connect.hours_of_operation", of = HoursOfOperation, live = HoursOfOperationLive)]
pub struct HoursOfOperationSpec {
    /// Id of the Connect instance.
    #[field(replace)]
    pub instance_id: Text,
    /// Their name, 1 to 127 characters; an instance has one of a name.
    #[field(in_place, always)]
    pub name: String,
    /// A description, 1 to 250 characters; without one in the blueprint it is left as it is.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The time zone that the times are in: a name of the IANA database.
    #[field(in_place, always)]
    pub time_zone: String,
    /// When contacts are taken, day by day, such as `monday 09:00-17:30`; at most 100.
    #[field(in_place, compared = Set)]
    pub open: Vec<Period>,
    /// Other hours on certain dates, by name, at most 50; all others are deleted. Without any in the blueprint they are left
    /// as they are.
    #[field(in_place, reported = BTreeMap<String, Option<Override>>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrides: Option<BTreeMap<String, Override>>,
    /// Tags; others' tags stay.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The kind `connect.hours_of_operation`.
#[derive(Debug)]
pub struct HoursOfOperation;

impl Kind for HoursOfOperation {
    fn about(&self) -> &'static str {
        "Hours of operation of an Amazon Connect instance: when queues take contacts, in which time zone."
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[List {
                holder: InstanceSpec::KIND,
                one: "hours of operation",
                what: "hours of operation",
            }]
        }
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[HoursOfOperationSpec::INSTANCE_ID, HoursOfOperationSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::ID, "their id"),
            (output::ARN, "their ARN"),
            (output::NAME, "their name, by which queues refer to them"),
        ]
    }

    fn searching(&self) -> &'static [&'static str] {
        &["connect:SearchHoursOfOperations"]
    }

    fn quotas(&self) -> &'static [Quota] {
        const { &[Quota::connect("L-20CD02F7", "hours of operation", 100, true)] }
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform {
            resource: "aws_connect_hours_of_operation",
            form: "INSTANCE_ID:HOURS_OF_OPERATION_ID",
            import_id: |id, spec| Some(format!("{}:{id}", HoursOfOperationSpec::INSTANCE_ID.text(spec)?)),
        })
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "connect:ListHoursOfOperations",
                "connect:SearchHoursOfOperations",
                "connect:DescribeHoursOfOperation",
                "connect:ListHoursOfOperationOverrides",
                "connect:ListTagsForResource",
            ],
            write: &[
                "connect:CreateHoursOfOperation",
                "connect:UpdateHoursOfOperation",
                "connect:CreateHoursOfOperationOverride",
                "connect:UpdateHoursOfOperationOverride",
                "connect:DeleteHoursOfOperationOverride",
                "connect:TagResource",
                "connect:UntagResource",
            ],
            delete: &["connect:DeleteHoursOfOperation", "connect:SearchQueues"],
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_override_is_written_as_a_blueprint_says_it() {
        let text = json!({
            "from": "2026-01-01", "till": "2030-12-31", "type": "closed", "times": ["friday 12:00-24:00"],
            "repeat": "monthly", "interval": 1, "week": "last",
        });
        let read: Override = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(read.week.map(Nth::number), Some(-1));
        assert_eq!(serde_json::to_value(&read).unwrap(), text);
        assert_eq!(Nth::of(31), Some(Nth::At(31)));
        assert!(serde_json::from_value::<Nth>(json!("first")).is_err());
    }
}
