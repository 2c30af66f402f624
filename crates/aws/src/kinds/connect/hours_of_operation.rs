//! `connect.hours_of_operation`: when a contact center takes contacts.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_connect::types::{
    HoursOfOperation as Schedule, HoursOfOperationConfig, HoursOfOperationDays, HoursOfOperationOverride,
    HoursOfOperationSearchFilter, HoursOfOperationTimeSlice,
};
use headset_core::{Address, AwsError, Class, KindId};
use headset_kinds::connect::InstanceSpec;
pub use headset_kinds::connect::hours_of_operation::*;
use headset_kinds::connect::period::{Day, Period, TimeOfDay};
use headset_kinds::discovery::Found;
use headset_kinds::extra::{Extra, Holder, List};
use serde_json::json;

use super::contents::{self, Contents, Entry};
use super::hours::{self, HOURS, Hours};
use super::names::{self, Known, Listed, Noted};
use super::overrides::{self, clock, end, time};
use super::{instance_id, queue, tags};
use crate::error::gone;
use crate::kinds::field::{self, Diff, Field, FieldId};
use crate::kinds::kind::{Declared, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Inside, Remote, Work};
use crate::kinds::tag::TagChange;
use crate::{Aws, pages};

/// What one call changes.
const UPDATED: [FieldId; 4] = [
    HoursOfOperationSpec::NAME,
    HoursOfOperationSpec::DESCRIPTION,
    HoursOfOperationSpec::TIME_ZONE,
    HoursOfOperationSpec::OPEN,
];

/// Hours of operation as AWS describes them, with their overrides, where those were asked for.
pub(super) struct Described {
    schedule: Schedule,
    overrides: Option<Vec<HoursOfOperationOverride>>,
}

/// Hours of operation refer to nothing by its name.
#[derive(Debug)]
pub(super) struct Nothing;

#[async_trait]
impl Listed for Nothing {
    async fn list(_aws: &Aws, _instance: &str) -> Result<Nothing, AwsError> {
        Ok(Nothing)
    }

    fn recall(_noted: &Noted) -> Nothing {
        Nothing
    }

    fn with(&self, _known: &Known) -> Nothing {
        Nothing
    }
}

fn config(period: &Period) -> Result<HoursOfOperationConfig, AwsError> {
    let slice = |time: TimeOfDay| {
        let (hours, minutes) = clock(time);
        HoursOfOperationTimeSlice::builder()
            .hours(hours)
            .minutes(minutes)
            .build()
            .map_err(AwsError::bug)
    };
    HoursOfOperationConfig::builder()
        .day(match period.day {
            Day::Monday => HoursOfOperationDays::Monday,
            Day::Tuesday => HoursOfOperationDays::Tuesday,
            Day::Wednesday => HoursOfOperationDays::Wednesday,
            Day::Thursday => HoursOfOperationDays::Thursday,
            Day::Friday => HoursOfOperationDays::Friday,
            Day::Saturday => HoursOfOperationDays::Saturday,
            Day::Sunday => HoursOfOperationDays::Sunday,
        })
        .start_time(slice(period.from)?)
        .end_time(slice(period.till)?)
        .build()
        .map_err(AwsError::bug)
}

/// The periods of a spec as AWS takes them.
fn configs(spec: &HoursOfOperationSpec) -> Result<Vec<HoursOfOperationConfig>, AwsError> {
    spec.open.iter().map(config).collect()
}

fn period(config: &HoursOfOperationConfig) -> Option<Period> {
    let (from, till) = (config.start_time()?, config.end_time()?);
    Some(Period {
        day: Day::named(config.day().as_str())?,
        from: time(from.hours(), from.minutes())?,
        till: end(till.hours(), till.minutes())?,
    })
}

/// The hours of operation that an instance's index has, of this filter. It lags behind, and shows no overrides.
async fn search(
    aws: &Aws,
    instance: &str,
    filter: Option<HoursOfOperationSearchFilter>,
) -> Result<Vec<Schedule>, AwsError> {
    let filter = &filter;
    pages(|token| async move {
        let request = aws
            .connect()
            .search_hours_of_operations()
            .instance_id(instance)
            .max_results(100)
            .set_search_filter(filter.clone())
            .set_next_token(token);
        let page = aws
            .call("connect", "SearchHoursOfOperations", || request.clone().send())
            .await?;
        Ok((page.hours_of_operations.unwrap_or_default(), page.next_token))
    })
    .await
}

/// The hours of operation of an instance that carry a lineage: SearchHoursOfOperations filters by tag.
async fn marked(aws: &Aws, instance: &str) -> Result<Vec<Found>, AwsError> {
    let filter = HoursOfOperationSearchFilter::builder()
        .tag_filter(tags::with_lineage())
        .build();
    let mut found = Vec::new();
    let schedules = match search(aws, instance, Some(filter)).await {
        // An instance that is being made or unmade has none that could be searched.
        Err(error) if error.is_not_found() => Vec::new(),
        listed => listed?,
    };
    for one in schedules {
        let (Some(id), Some(name)) = (one.hours_of_operation_id, one.name) else {
            continue;
        };
        let spec = json!({
            HoursOfOperationSpec::INSTANCE_ID.name: instance,
            HoursOfOperationSpec::NAME.name: name,
        });
        let thing = (Address::new(HoursOfOperationSpec::KIND, &name), id, spec);
        found.extend(tags::marked(aws, thing, one.hours_of_operation_arn.as_deref(), one.tags).await?);
    }
    Ok(found)
}

/// The names of the queues that have these hours.
async fn queues_of(aws: &Aws, instance: &str, id: &str) -> Result<Vec<String>, AwsError> {
    let queues = queue::search(aws, instance, None).await?.into_iter();
    let with_them = queues.filter(|queue| queue.hours_of_operation_id() == Some(id));
    Ok(with_them.filter_map(|queue| queue.name).collect())
}

fn known(name: &str, id: &str) -> Known {
    Known {
        sort: HOURS,
        name: name.to_owned(),
        id: id.to_owned(),
    }
}

#[async_trait]
impl Contents for HoursOfOperation {
    type Described = Described;
    type Names = Nothing;

    const INSTANCE: FieldId = HoursOfOperationSpec::INSTANCE_ID;
    const NAME: FieldId = HoursOfOperationSpec::NAME;
    const FIELDS: &'static [Field] = HoursOfOperationSpec::FIELDS;
    const NAMED: &'static [FieldId] = &[];
    const HIDDEN: &'static [FieldId] = &[HoursOfOperationSpec::OVERRIDES];
    const PAGE: usize = 100;

    /// All hours of operation of an instance by name, page by page (1,000 each).
    async fn list(aws: &Aws, instance: &str) -> Result<BTreeMap<String, Entry>, AwsError> {
        let listed = hours::listed(aws, instance).await?;
        let named = listed
            .into_iter()
            .filter_map(|one| Some((one.name?, Entry::new(one.id?, one.last_modified_time))));
        Ok(named.collect())
    }

    async fn search(aws: &Aws, instance: &str) -> Result<BTreeMap<String, Described>, AwsError> {
        let schedules = search(aws, instance, None).await?.into_iter();
        // Without tags nothing can be said about whose they are.
        let tagged = schedules.filter(|one| one.tags.is_some());
        let described = tagged.filter_map(|schedule| {
            let overrides = None;
            Some((
                schedule.hours_of_operation_id.clone()?,
                Described { schedule, overrides },
            ))
        });
        Ok(described.collect())
    }

    async fn describe(aws: &Aws, instance: &str, id: &str) -> Result<Option<Described>, AwsError> {
        let request = aws
            .connect()
            .describe_hours_of_operation()
            .instance_id(instance)
            .hours_of_operation_id(id);
        let answer = aws
            .call("connect", "DescribeHoursOfOperation", || request.clone().send())
            .await;
        let mut schedule = match answer {
            Ok(answer) => answer.hours_of_operation.ok_or_else(|| {
                AwsError::lacking("connect", "DescribeHoursOfOperation", "HoursOfOperation")
            })?,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        };
        let described = schedule.tags.take();
        let arn = schedule.hours_of_operation_arn().unwrap_or_default();
        schedule.tags = Some(tags::complete(aws, arn, described).await?);
        match overrides::list(aws, instance, id).await {
            Ok(overrides) => Ok(Some(Described {
                schedule,
                overrides: Some(overrides),
            })),
            // They were deleted between the two calls.
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn is_named(_described: &Described, _names: &Nothing) -> bool {
        true
    }

    async fn seen(aws: &Aws, instance: &str, live: &Live) {
        if let Some(name) = &HoursOfOperation.read(live).name {
            names::learn::<Hours>(aws, instance, known(name, &live.id)).await;
        }
    }

    fn live(instance: &str, described: &Described, _names: &Nothing) -> Live {
        let schedule = &described.schedule;
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let maybe = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
        let mut open: Vec<Period> = schedule.config().iter().filter_map(period).collect();
        open.sort();
        let observed = HoursOfOperationLive {
            instance_id: Some(instance.to_owned()),
            name: Some(text(schedule.name())),
            description: maybe(schedule.description()),
            time_zone: maybe(schedule.time_zone()),
            open: Some(open),
            overrides: described.overrides.as_deref().map(overrides::by_name),
        };
        Live::of(text(schedule.hours_of_operation_id()), "present", observed)
            .tagged(schedule.tags().cloned().unwrap_or_default().into_iter().collect())
            .output(output::ID, text(schedule.hours_of_operation_id()))
            .output(output::ARN, text(schedule.hours_of_operation_arn()))
            .output(output::NAME, text(schedule.name()))
    }
}

#[async_trait]
impl Remote for HoursOfOperation {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        contents::survey::<HoursOfOperation>(aws, lookups).await
    }

    async fn extras(&self, aws: &Aws, _list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let listed = contents::unknown::<HoursOfOperation>(aws, holder).await?;
        let mut extras = Vec::new();
        for (name, id) in listed.into_iter().filter(|(name, _)| name != BUILT_IN) {
            // The list has no tags, and what another environment has made carries that one's.
            if let Some(one) = HoursOfOperation::describe(aws, &holder.live.id, &id).await? {
                extras.push(Extra {
                    tags: Some(one.schedule.tags.unwrap_or_default().into_iter().collect()),
                    ..Extra::new(id, name)
                });
            }
        }
        Ok(extras)
    }

    async fn create(&self, work: &Work<'_>, spec: &HoursOfOperationSpec) -> Result<String, AwsError> {
        let instance = instance_id(&spec.instance_id.resolved()?).to_owned();
        let tags = (!spec.tags.is_empty()).then(|| spec.tags.clone().into_iter().collect());
        // Overrides follow by an update: CreateHoursOfOperation does not take any.
        let request = work
            .aws
            .connect()
            .create_hours_of_operation()
            .instance_id(&instance)
            .name(&spec.name)
            .set_description(spec.description.clone())
            .time_zone(&spec.time_zone)
            .set_config(Some(configs(spec)?))
            .set_tags(tags);
        let answer = work
            .aws
            .call("connect", "CreateHoursOfOperation", || request.clone().send())
            .await?;
        let id = answer
            .hours_of_operation_id
            .ok_or_else(|| AwsError::lacking("connect", "CreateHoursOfOperation", "HoursOfOperationId"))?;
        names::learn::<Hours>(work.aws, &instance, known(&spec.name, &id)).await;
        Ok(id)
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &HoursOfOperationSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let instance = instance_id(&spec.instance_id.resolved()?).to_owned();
        if field::differs(diff, &[HoursOfOperationSpec::INSTANCE_ID]) {
            return Err(AwsError::bug("hours of operation cannot go to another instance"));
        }
        if field::differs(diff, &UPDATED) {
            let request = work
                .aws
                .connect()
                .update_hours_of_operation()
                .instance_id(&instance)
                .hours_of_operation_id(&live.id)
                .name(&spec.name)
                .set_description(spec.description.clone())
                .time_zone(&spec.time_zone)
                .set_config(Some(configs(spec)?));
            work.aws
                .call("connect", "UpdateHoursOfOperation", || request.clone().send())
                .await?;
            names::learn::<Hours>(work.aws, &instance, known(&spec.name, &live.id)).await;
        }
        if let Some(wanted) = &spec.overrides
            && field::differs(diff, &[HoursOfOperationSpec::OVERRIDES])
        {
            let hours = overrides::Hours {
                aws: work.aws,
                instance: &instance,
                id: &live.id,
            };
            hours.put(wanted).await?;
        }
        Ok(())
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        tags::change(work.aws, live, change).await
    }

    /// Overrides go with their hours.
    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let instance = self.read(live).instance_id.clone().unwrap_or_default();
        let request = work
            .aws
            .connect()
            .delete_hours_of_operation()
            .instance_id(&instance)
            .hours_of_operation_id(&live.id);
        let answer = work
            .aws
            .call("connect", "DeleteHoursOfOperation", || request.clone().send())
            .await;
        match gone(answer) {
            Ok(()) => {
                names::forget::<Hours>(work.aws, &instance, &live.id).await;
                Ok(())
            }
            // Assumption: connect.hours-in-use. The operation declares no error for what is in use.
            Err(error) if error.class == Class::Invalid => {
                let queues = queues_of(work.aws, &instance, &live.id).await;
                Err(match queues.is_ok_and(|queues| !queues.is_empty()) {
                    true => AwsError {
                        class: Class::InUse,
                        ..error
                    },
                    false => error,
                })
            }
            Err(error) => Err(error),
        }
    }

    async fn in_use_by(&self, aws: &Aws, live: &Live) -> Option<String> {
        let queues = queues_of(aws, self.read(live).instance_id.as_deref()?, &live.id)
            .await
            .ok()?;
        (!queues.is_empty()).then(|| {
            format!(
                "these queues have them: {}; in the Connect console, give them other hours, and run this again",
                queues.join(", ")
            )
        })
    }

    async fn inside(&self, aws: &Aws, holder: KindId, id: &str) -> Option<Inside> {
        if holder != InstanceSpec::KIND {
            return None;
        }
        let found = marked(aws, id).await;
        Some(Inside {
            what: "hours of operation",
            found,
        })
    }
}
