//! Overrides of hours of operation: things in a thing, which have ids and no tags.

use std::collections::BTreeMap;

use aws_sdk_connect::types::{
    HoursOfOperationOverride as Described, HoursOfOperationOverrideConfig, OverrideDays, OverrideTimeSlice,
    OverrideType as Sort, RecurrenceConfig, RecurrenceFrequency, RecurrencePattern,
};
use headset_core::{AwsError, Class};
use headset_kinds::connect::hours_of_operation::{Nth, Override, OverrideType, Repeat};
use headset_kinds::connect::period::{Day, Period, TimeOfDay};

use crate::error::gone;
use crate::{Aws, pages};

/// Every so often: what AWS wants to be said, and a blueprint need not.
const EACH: u8 = 1;

/// A time of AWS's that a period ends at: it writes midnight as the beginning of a day.
pub(super) fn end(hours: i32, minutes: i32) -> Option<TimeOfDay> {
    match (hours, minutes) {
        (0, 0) => Some(TimeOfDay::MIDNIGHT),
        (hours, minutes) => time(hours, minutes),
    }
}

/// A time of AWS's.
pub(super) fn time(hours: i32, minutes: i32) -> Option<TimeOfDay> {
    TimeOfDay::of(u16::try_from(hours).ok()?, u16::try_from(minutes).ok()?)
}

/// Hours and minutes as AWS writes them.
pub(super) fn clock(time: TimeOfDay) -> (i32, i32) {
    (i32::from(time.hours() % 24), i32::from(time.minutes()))
}

fn config(period: &Period) -> Result<HoursOfOperationOverrideConfig, AwsError> {
    let slice = |time: TimeOfDay| {
        let (hours, minutes) = clock(time);
        OverrideTimeSlice::builder()
            .hours(hours)
            .minutes(minutes)
            .build()
            .map_err(AwsError::bug)
    };
    let config = HoursOfOperationOverrideConfig::builder()
        .day(match period.day {
            Day::Monday => OverrideDays::Monday,
            Day::Tuesday => OverrideDays::Tuesday,
            Day::Wednesday => OverrideDays::Wednesday,
            Day::Thursday => OverrideDays::Thursday,
            Day::Friday => OverrideDays::Friday,
            Day::Saturday => OverrideDays::Saturday,
            Day::Sunday => OverrideDays::Sunday,
        })
        .start_time(slice(period.from)?)
        .end_time(slice(period.till)?);
    Ok(config.build())
}

fn period(config: &HoursOfOperationOverrideConfig) -> Option<Period> {
    let (from, till) = (config.start_time()?, config.end_time()?);
    Some(Period {
        day: Day::named(config.day()?.as_str())?,
        from: time(from.hours(), from.minutes())?,
        till: end(till.hours(), till.minutes())?,
    })
}

fn recurrence(wanted: &Override) -> Result<Option<RecurrenceConfig>, AwsError> {
    let Some(repeat) = wanted.repeat else {
        return Ok(None);
    };
    let one = |number: Option<i32>| number.map(|number| vec![number]);
    let pattern = RecurrencePattern::builder()
        .frequency(match repeat {
            Repeat::Weekly => RecurrenceFrequency::Weekly,
            Repeat::Monthly => RecurrenceFrequency::Monthly,
            Repeat::Yearly => RecurrenceFrequency::Yearly,
        })
        .interval(i32::from(wanted.interval.unwrap_or(EACH)))
        .set_by_month(one(wanted.month.map(i32::from)))
        .set_by_month_day(one(wanted.day.map(Nth::number)))
        .set_by_weekday_occurrence(one(wanted.week.map(Nth::number)))
        .build()
        .map_err(AwsError::bug)?;
    Ok(Some(
        RecurrenceConfig::builder().recurrence_pattern(pattern).build(),
    ))
}

fn sort(sort: OverrideType) -> Sort {
    match sort {
        OverrideType::Standard => Sort::Standard,
        OverrideType::Open => Sort::Open,
        OverrideType::Closed => Sort::Closed,
    }
}

/// An override as a blueprint would write it. `None`: it has something that no blueprint can write.
fn written(described: &Described) -> Option<Override> {
    let mut times: Vec<Period> = described.config().iter().map(period).collect::<Option<_>>()?;
    times.sort();
    let pattern = described
        .recurrence_config()
        .and_then(RecurrenceConfig::recurrence_pattern);
    let repeat = match pattern.map(RecurrencePattern::frequency) {
        None => None,
        Some(RecurrenceFrequency::Weekly) => Some(Repeat::Weekly),
        Some(RecurrenceFrequency::Monthly) => Some(Repeat::Monthly),
        Some(RecurrenceFrequency::Yearly) => Some(Repeat::Yearly),
        Some(_) => return None,
    };
    let first =
        |numbers: fn(&RecurrencePattern) -> &[i32]| pattern.and_then(|it| numbers(it).first().copied());
    let interval = pattern.and_then(|it| u8::try_from(it.interval()).ok());
    Some(Override {
        from: described.effective_from()?.to_owned(),
        till: described.effective_till()?.to_owned(),
        sort: match described.override_type() {
            None | Some(Sort::Standard) => OverrideType::Standard,
            Some(Sort::Open) => OverrideType::Open,
            Some(Sort::Closed) => OverrideType::Closed,
            Some(_) => return None,
        },
        times,
        description: described
            .description()
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        repeat,
        // A blueprint that says nothing means each.
        interval: interval.filter(|interval| *interval != EACH),
        month: first(RecurrencePattern::by_month).and_then(|month| u8::try_from(month).ok()),
        day: first(RecurrencePattern::by_month_day).and_then(Nth::of),
        week: first(RecurrencePattern::by_weekday_occurrence).and_then(Nth::of),
    })
}

/// The overrides of hours of operation, page by page (100 each).
pub(super) async fn list(aws: &Aws, instance: &str, hours: &str) -> Result<Vec<Described>, AwsError> {
    pages(|token| async move {
        let request = aws
            .connect()
            .list_hours_of_operation_overrides()
            .instance_id(instance)
            .hours_of_operation_id(hours)
            .max_results(100)
            .set_next_token(token);
        let page = aws
            .call("connect", "ListHoursOfOperationOverrides", || {
                request.clone().send()
            })
            .await?;
        let overrides = page.hours_of_operation_override_list.unwrap_or_default();
        Ok((overrides, page.next_token))
    })
    .await
}

/// Overrides by name, as a blueprint would write them. One that no blueprint can write is `null`: another one than any that is
/// wanted.
pub(super) fn by_name(overrides: &[Described]) -> BTreeMap<String, Option<Override>> {
    let named = overrides.iter();
    let named = named.filter_map(|one| Some((one.name()?.to_owned(), written(one))));
    named.collect()
}

/// Whether an update makes an override what is wanted: AWS leaves what an update does not name as it is, so that what no longer
/// repeats, or loses its description, is made anew.
fn can_become(now: Option<&Option<Override>>, wanted: &Override) -> bool {
    match now {
        Some(Some(now)) => {
            (now.repeat.is_none() || wanted.repeat.is_some())
                && (now.description.is_none() || wanted.description.is_some())
        }
        Some(None) | None => false,
    }
}

/// The hours whose overrides are changed.
pub(super) struct Hours<'a> {
    pub(super) aws: &'a Aws,
    pub(super) instance: &'a str,
    pub(super) id: &'a str,
}

impl Hours<'_> {
    /// Makes, changes and deletes overrides until there are those that are wanted.
    pub(super) async fn put(&self, wanted: &BTreeMap<String, Override>) -> Result<(), AwsError> {
        for _ in wanted {
            match self.put_once(wanted).await {
                // The answer to its creation was lost, and the call was made again: a list shows what is there by now.
                Err(error) if error.class == Class::AlreadyThere => {}
                done => return done,
            }
        }
        self.put_once(wanted).await
    }

    /// The same by one list. What is deleted goes first: there may be 50.
    async fn put_once(&self, wanted: &BTreeMap<String, Override>) -> Result<(), AwsError> {
        let there = list(self.aws, self.instance, self.id).await?;
        let written = by_name(&there);
        let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
        for one in &there {
            let (Some(name), Some(id)) = (one.name(), one.hours_of_operation_override_id()) else {
                continue;
            };
            match wanted.contains_key(name) {
                true => {
                    ids.insert(name, id);
                }
                false => self.delete(id).await?,
            }
        }
        for (name, one) in wanted {
            match ids.get(name.as_str()) {
                Some(_) if written.get(name) == Some(&Some(one.clone())) => {}
                Some(id) if !can_become(written.get(name), one) => {
                    self.delete(id).await?;
                    self.create(name, one).await?;
                }
                Some(id) => self.update(id, name, one).await?,
                None => self.create(name, one).await?,
            }
        }
        Ok(())
    }

    async fn create(&self, name: &str, wanted: &Override) -> Result<(), AwsError> {
        let request = self
            .aws
            .connect()
            .create_hours_of_operation_override()
            .instance_id(self.instance)
            .hours_of_operation_id(self.id)
            .name(name)
            .set_description(wanted.description.clone())
            // Assumption: connect.override-without-times. There may be none.
            .set_config(Some(configs(wanted)?))
            .effective_from(&wanted.from)
            .effective_till(&wanted.till)
            .set_recurrence_config(recurrence(wanted)?)
            .override_type(sort(wanted.sort));
        self.aws
            .call("connect", "CreateHoursOfOperationOverride", || {
                request.clone().send()
            })
            .await
            .map(drop)
    }

    async fn update(&self, id: &str, name: &str, wanted: &Override) -> Result<(), AwsError> {
        let request = self
            .aws
            .connect()
            .update_hours_of_operation_override()
            .instance_id(self.instance)
            .hours_of_operation_id(self.id)
            .hours_of_operation_override_id(id)
            .name(name)
            .set_description(wanted.description.clone())
            .set_config(Some(configs(wanted)?))
            .effective_from(&wanted.from)
            .effective_till(&wanted.till)
            .set_recurrence_config(recurrence(wanted)?)
            .override_type(sort(wanted.sort));
        self.aws
            .call("connect", "UpdateHoursOfOperationOverride", || {
                request.clone().send()
            })
            .await
            .map(drop)
    }

    async fn delete(&self, id: &str) -> Result<(), AwsError> {
        let request = self
            .aws
            .connect()
            .delete_hours_of_operation_override()
            .instance_id(self.instance)
            .hours_of_operation_id(self.id)
            .hours_of_operation_override_id(id);
        gone(
            self.aws
                .call("connect", "DeleteHoursOfOperationOverride", || {
                    request.clone().send()
                })
                .await,
        )
    }
}

fn configs(wanted: &Override) -> Result<Vec<HoursOfOperationOverrideConfig>, AwsError> {
    wanted.times.iter().map(config).collect()
}
