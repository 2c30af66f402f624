//! `connect.queue`: where contacts wait until an agent takes them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_connect::types::{
    OutboundCallerConfig, Queue as Described, QueueSearchFilter, QueueStatus as Status, QueueType,
};
use headset_core::{Address, AwsError, Class, KindId};
use headset_kinds::connect::InstanceSpec;
pub use headset_kinds::connect::queue::*;
use headset_kinds::discovery::Found;
use headset_kinds::extra::{Extra, Holder, List};
use serde_json::json;

use super::contents::{self, Contents, Entry};
use super::hours::{HOURS, Hours};
use super::names::Noted;
use super::{instance_id, names, tags};
use crate::error::gone;
use crate::kinds::field::{self, Diff, Field, FieldId};
use crate::kinds::kind::{Declared, Forbidden, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Inside, Remote, Work};
use crate::kinds::tag::TagChange;
use crate::kinds::text::Text;
use crate::{Aws, pages};

/// What outbound calls show and play: one call changes all of it.
const CALLER: [FieldId; 3] = [
    QueueSpec::CALLER_NAME,
    QueueSpec::CALLER_NUMBER,
    QueueSpec::WHISPER_FLOW,
];

/// What outbound calls show and play. A change replaces all of it, so that what the blueprint does not own is sent as it
/// is. `None`: nothing is said about it.
fn caller(spec: &QueueSpec, now: Option<&OutboundCallerConfig>) -> Option<OutboundCallerConfig> {
    let kept = |of: fn(&OutboundCallerConfig) -> Option<&str>| {
        let kept = now.and_then(of).filter(|kept| !kept.is_empty());
        kept.map(str::to_owned)
    };
    let name = spec.caller_name.clone();
    let number = spec.caller_number.clone();
    let flow = spec.whisper_flow.clone();
    if name.is_none() && number.is_none() && flow.is_none() {
        return None;
    }
    let config = OutboundCallerConfig::builder()
        .set_outbound_caller_id_name(name.or_else(|| kept(OutboundCallerConfig::outbound_caller_id_name)))
        .set_outbound_caller_id_number_id(
            number.or_else(|| kept(OutboundCallerConfig::outbound_caller_id_number_id)),
        )
        .set_outbound_flow_id(flow.or_else(|| kept(OutboundCallerConfig::outbound_flow_id)))
        .build();
    Some(config)
}

/// A number of contacts as AWS takes it.
fn contacts(most: Option<u32>) -> Result<Option<i32>, AwsError> {
    let number = |most: u32| {
        i32::try_from(most).map_err(|_| {
            let message = format!("a queue cannot hold {most} contacts: AWS takes 2,147,483,647 at most");
            AwsError::own(Class::Invalid, message)
        })
    };
    most.map(number).transpose()
}

/// A change of one queue.
struct Change<'a> {
    work: &'a Work<'a>,
    instance: &'a str,
    id: &'a str,
}

impl Change<'_> {
    async fn name(&self, spec: &QueueSpec) -> Result<(), AwsError> {
        let request = self
            .work
            .aws
            .connect()
            .update_queue_name()
            .instance_id(self.instance)
            .queue_id(self.id)
            .name(&spec.name)
            .set_description(spec.description.clone());
        self.work
            .aws
            .call("connect", "UpdateQueueName", || request.clone().send())
            .await
            .map(drop)
    }

    async fn hours(&self, name: &Text) -> Result<(), AwsError> {
        let hours = Hours::id(self.work.aws, self.instance, &name.resolved()?).await?;
        let request = self
            .work
            .aws
            .connect()
            .update_queue_hours_of_operation()
            .instance_id(self.instance)
            .queue_id(self.id)
            .hours_of_operation_id(hours);
        self.work
            .aws
            .call("connect", "UpdateQueueHoursOfOperation", || {
                request.clone().send()
            })
            .await
            .map(drop)
    }

    async fn max_contacts(&self, most: Option<u32>) -> Result<(), AwsError> {
        let request = self
            .work
            .aws
            .connect()
            .update_queue_max_contacts()
            .instance_id(self.instance)
            .queue_id(self.id)
            .set_max_contacts(contacts(most)?);
        self.work
            .aws
            .call("connect", "UpdateQueueMaxContacts", || request.clone().send())
            .await
            .map(drop)
    }

    async fn status(&self, status: QueueStatus) -> Result<(), AwsError> {
        let request = self
            .work
            .aws
            .connect()
            .update_queue_status()
            .instance_id(self.instance)
            .queue_id(self.id)
            .status(match status {
                QueueStatus::Enabled => Status::Enabled,
                QueueStatus::Disabled => Status::Disabled,
            });
        self.work
            .aws
            .call("connect", "UpdateQueueStatus", || request.clone().send())
            .await
            .map(drop)
    }

    async fn caller(&self, spec: &QueueSpec) -> Result<(), AwsError> {
        let Some(now) = Queue::describe(self.work.aws, self.instance, self.id).await? else {
            // Deleted meanwhile: the engine reads again and finds it absent.
            return Ok(());
        };
        let request = self
            .work
            .aws
            .connect()
            .update_queue_outbound_caller_config()
            .instance_id(self.instance)
            .queue_id(self.id)
            .set_outbound_caller_config(caller(spec, now.outbound_caller_config()));
        self.work
            .aws
            .call("connect", "UpdateQueueOutboundCallerConfig", || {
                request.clone().send()
            })
            .await
            .map(drop)
    }
}

/// The queues that an instance's index has, of this filter. It lags behind.
pub(super) async fn search(
    aws: &Aws,
    instance: &str,
    filter: Option<QueueSearchFilter>,
) -> Result<Vec<Described>, AwsError> {
    let filter = &filter;
    pages(|token| async move {
        let request = aws
            .connect()
            .search_queues()
            .instance_id(instance)
            .max_results(500)
            .set_search_filter(filter.clone())
            .set_next_token(token);
        let page = aws
            .call("connect", "SearchQueues", || request.clone().send())
            .await?;
        Ok((page.queues.unwrap_or_default(), page.next_token))
    })
    .await
}

/// The queues of an instance that carry a lineage: SearchQueues filters by tag.
async fn marked(aws: &Aws, instance: &str) -> Result<Vec<Found>, AwsError> {
    let filter = QueueSearchFilter::builder()
        .tag_filter(tags::with_lineage())
        .build();
    let mut found = Vec::new();
    let queues = match search(aws, instance, Some(filter)).await {
        // An instance that is being made or unmade has no queues that could be searched.
        Err(error) if error.is_not_found() => Vec::new(),
        listed => listed?,
    };
    for queue in queues {
        let (Some(id), Some(name)) = (queue.queue_id, queue.name) else {
            continue;
        };
        let spec = json!({ QueueSpec::INSTANCE_ID.name: instance, QueueSpec::NAME.name: name });
        let thing = (Address::new(QueueSpec::KIND, &name), id, spec);
        found.extend(tags::marked(aws, thing, queue.queue_arn.as_deref(), queue.tags).await?);
    }
    Ok(found)
}

/// The names of the routing profiles that serve a queue or make their outbound calls from it.
async fn profiles_of(aws: &Aws, instance: &str, queue: &str) -> Result<Vec<String>, AwsError> {
    let profiles = pages(|token| async move {
        let request = aws
            .connect()
            .search_routing_profiles()
            .instance_id(instance)
            .max_results(500)
            .set_next_token(token);
        let page = aws
            .call("connect", "SearchRoutingProfiles", || request.clone().send())
            .await?;
        Ok((page.routing_profiles.unwrap_or_default(), page.next_token))
    })
    .await?;
    let names = profiles.into_iter().filter(|profile| {
        profile.default_outbound_queue_id() == Some(queue)
            || profile.associated_queue_ids().iter().any(|id| id == queue)
    });
    Ok(names.filter_map(|profile| profile.name).collect())
}

#[async_trait]
impl Contents for Queue {
    type Described = Described;
    type Names = Hours;

    const INSTANCE: FieldId = QueueSpec::INSTANCE_ID;
    const NAME: FieldId = QueueSpec::NAME;
    const FIELDS: &'static [Field] = QueueSpec::FIELDS;
    const NAMED: &'static [FieldId] = &[QueueSpec::HOURS];
    const HIDDEN: &'static [FieldId] = &[];

    /// All queues of an instance by name, page by page (1,000 each). Without `QueueTypes` the list has a queue for
    /// each agent, too.
    ///
    /// ListQueues and not SearchQueues: the latter is an index that lags behind.
    async fn list(aws: &Aws, instance: &str) -> Result<BTreeMap<String, Entry>, AwsError> {
        let queues = pages(|token| async move {
            let request = aws
                .connect()
                .list_queues()
                .instance_id(instance)
                .queue_types(QueueType::Standard)
                .max_results(1000)
                .set_next_token(token);
            let page = aws
                .call("connect", "ListQueues", || request.clone().send())
                .await?;
            Ok((page.queue_summary_list.unwrap_or_default(), page.next_token))
        })
        .await?;
        let named = queues
            .into_iter()
            .filter_map(|queue| Some((queue.name?, Entry::new(queue.id?, queue.last_modified_time))));
        Ok(named.collect())
    }

    async fn search(aws: &Aws, instance: &str) -> Result<BTreeMap<String, Described>, AwsError> {
        let queues = search(aws, instance, None).await?.into_iter();
        // Without tags nothing can be said about whose it is.
        let tagged = queues.filter(|queue| queue.tags.is_some());
        Ok(tagged
            .filter_map(|queue| Some((queue.queue_id.clone()?, queue)))
            .collect())
    }

    async fn describe(aws: &Aws, instance: &str, id: &str) -> Result<Option<Described>, AwsError> {
        let request = aws.connect().describe_queue().instance_id(instance).queue_id(id);
        match aws
            .call("connect", "DescribeQueue", || request.clone().send())
            .await
        {
            Ok(answer) => {
                let mut queue = answer
                    .queue
                    .ok_or_else(|| AwsError::lacking("connect", "DescribeQueue", "Queue"))?;
                let described = queue.tags.take();
                let arn = queue.queue_arn().unwrap_or_default();
                queue.tags = Some(tags::complete(aws, arn, described).await?);
                Ok(Some(queue))
            }
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn is_named(queue: &Described, hours: &Hours) -> bool {
        hours.know(queue.hours_of_operation_id().unwrap_or_default())
    }

    fn live(instance: &str, queue: &Described, hours: &Hours) -> Live {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let maybe = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
        let id = queue.hours_of_operation_id().unwrap_or_default();
        let noted = Noted::default().with(HOURS, hours.ids(), [id]);
        let hours = names::name(hours.ids(), id);
        let caller = queue.outbound_caller_config();
        let observed = QueueLive {
            instance_id: Some(instance.to_owned()),
            name: Some(text(queue.name())),
            description: maybe(queue.description()),
            hours: Some(hours),
            max_contacts: queue.max_contacts(),
            status: maybe(queue.status().map(Status::as_str)),
            caller_name: maybe(caller.and_then(OutboundCallerConfig::outbound_caller_id_name)),
            caller_number: maybe(caller.and_then(OutboundCallerConfig::outbound_caller_id_number_id)),
            whisper_flow: maybe(caller.and_then(OutboundCallerConfig::outbound_flow_id)),
        };
        Live::of(text(queue.queue_id()), "present", observed)
            .tagged(queue.tags().cloned().unwrap_or_default().into_iter().collect())
            .output(output::ID, text(queue.queue_id()))
            .output(output::ARN, text(queue.queue_arn()))
            .output(output::NAMES, noted.text())
    }
}

#[async_trait]
impl Remote for Queue {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        contents::survey::<Queue>(aws, lookups).await
    }

    async fn extras(&self, aws: &Aws, _list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let listed = contents::unknown::<Queue>(aws, holder).await?;
        let mut extras = Vec::new();
        for (name, id) in listed.into_iter().filter(|(name, _)| name != BUILT_IN) {
            // The list has no tags, and a queue of another environment carries that one's.
            if let Some(queue) = Queue::describe(aws, &holder.live.id, &id).await? {
                extras.push(Extra {
                    tags: Some(queue.tags.unwrap_or_default().into_iter().collect()),
                    ..Extra::new(id, name)
                });
            }
        }
        Ok(extras)
    }

    /// Hours that are misspelt are found before anything is changed, where the instance is there.
    async fn forbidden(&self, aws: &Aws, want: &QueueSpec) -> Option<Result<Option<Forbidden>, AwsError>> {
        let instance = want.instance_id.resolved().ok()?;
        let hours = want.hours.resolved().ok()?;
        Some(match Hours::id(aws, instance_id(&instance), &hours).await {
            Ok(_) => Ok(None),
            Err(error) => Forbidden::missing(
                error,
                "write them as the instance has them, or make them: an entry of `connect.hours` has its key for a name here",
            ),
        })
    }

    async fn create(&self, work: &Work<'_>, spec: &QueueSpec) -> Result<String, AwsError> {
        let instance = instance_id(&spec.instance_id.resolved()?).to_owned();
        let hours = Hours::id(work.aws, &instance, &spec.hours.resolved()?).await?;
        let tags = (!spec.tags.is_empty()).then(|| spec.tags.clone().into_iter().collect());
        // The status follows by an update: CreateQueue does not take it.
        let request = work
            .aws
            .connect()
            .create_queue()
            .instance_id(&instance)
            .name(&spec.name)
            .set_description(spec.description.clone())
            .hours_of_operation_id(hours)
            .set_max_contacts(contacts(spec.max_contacts)?)
            .set_outbound_caller_config(caller(spec, None))
            .set_tags(tags);
        let answer = work
            .aws
            .call("connect", "CreateQueue", || request.clone().send())
            .await?;
        answer
            .queue_id
            .ok_or_else(|| AwsError::lacking("connect", "CreateQueue", "QueueId"))
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &QueueSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let instance = instance_id(&spec.instance_id.resolved()?).to_owned();
        let differs = |fields: &[FieldId]| field::differs(diff, fields);
        let change = Change {
            work,
            instance: &instance,
            id: &live.id,
        };
        if differs(&[QueueSpec::INSTANCE_ID]) {
            return Err(AwsError::bug("a queue cannot go to another instance"));
        }
        if differs(&[QueueSpec::NAME, QueueSpec::DESCRIPTION]) {
            change.name(spec).await?;
        }
        if differs(&[QueueSpec::HOURS]) {
            change.hours(&spec.hours).await?;
        }
        if differs(&[QueueSpec::MAX_CONTACTS]) {
            change.max_contacts(spec.max_contacts).await?;
        }
        if differs(&[QueueSpec::STATUS]) {
            change.status(spec.status).await?;
        }
        if differs(&CALLER) {
            change.caller(spec).await?;
        }
        Ok(())
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        tags::change(work.aws, live, change).await
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let request = work
            .aws
            .connect()
            .delete_queue()
            .set_instance_id(self.read(live).instance_id.clone())
            .queue_id(&live.id);
        gone(
            work.aws
                .call("connect", "DeleteQueue", || request.clone().send())
                .await,
        )
    }

    async fn in_use_by(&self, aws: &Aws, live: &Live) -> Option<String> {
        let profiles = profiles_of(aws, self.read(live).instance_id.as_deref()?, &live.id)
            .await
            .ok()?;
        Some(match profiles.is_empty() {
            true => "no routing profile has the queue, so that a flow uses it: in the Connect console, let the flow go \
                     to another queue, publish it, and run this again"
                .to_owned(),
            false => format!(
                "it is in these routing profiles, or their default outbound queue: {}; in the Connect console, give \
                 them another one, and run this again",
                profiles.join(", ")
            ),
        })
    }

    async fn inside(&self, aws: &Aws, holder: KindId, id: &str) -> Option<Inside> {
        if holder != InstanceSpec::KIND {
            return None;
        }
        let found = marked(aws, id).await;
        Some(Inside {
            what: "queues",
            found,
        })
    }
}
