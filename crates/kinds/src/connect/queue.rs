//! `connect.queue`: where contacts wait until an agent takes them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use super::instance::InstanceSpec;
use crate::discovery::Trace;
use crate::extra::List;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::output;
use crate::outward::{Quota, Terraform};
use crate::text::Text;

/// Model: connect `CommonNameLength127`, in characters.
pub const LONGEST_NAME: usize = 127;
/// Model: connect `QueueDescription`, in characters.
pub const LONGEST_DESCRIPTION: usize = 250;
/// Model: connect `OutboundCallerIdName`, in characters.
pub const LONGEST_CALLER_NAME: usize = 255;
/// Model: connect `HoursOfOperationName`, in characters.
pub const LONGEST_HOURS: usize = 127;
/// Model: connect `QueueMaxContacts`, an integer of 32 bits from 0 on.
pub const CONTACTS: RangeInclusive<u64> = 0..=2_147_483_647;
/// The queue that Amazon Connect makes with each instance.
pub const BUILT_IN: &str = "BasicQueue";

/// Whether contacts can come into a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum QueueStatus {
    /// They can.
    Enabled,
    /// They cannot.
    Disabled,
}

/// What a blueprint asks of a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "connect.queue", of = Queue, live = QueueLive)]
pub struct QueueSpec {
    /// Id of the Connect instance.
    #[field(replace)]
    pub instance_id: Text,
    /// Its name, 1 to 127 characters; an instance has one queue of a name.
    #[field(in_place, always)]
    pub name: String,
    /// A description, 1 to 250 characters; without one in the blueprint it is left as it is.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Name of the hours of operation.
    #[field(in_place)]
    pub hours: Text,
    /// How many contacts may wait before it counts as full; without a number in the blueprint it is left as it is.
    #[field(in_place, reported = i32)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_contacts: Option<u32>,
    /// `ENABLED` or `DISABLED`; a new queue is enabled.
    #[field(in_place, reported = String)]
    pub status: QueueStatus,
    /// The name that outbound calls show, 1 to 255 characters; without one in the blueprint it is left as it is.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_name: Option<String>,
    /// Id of the phone number that outbound calls show; without one in the blueprint it is left as it is.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_number: Option<String>,
    /// Id of the flow that agents hear before an outbound call; without one in the blueprint it is left as it is.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whisper_flow: Option<String>,
    /// Tags; others' tags stay.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The kind `connect.queue`.
#[derive(Debug)]
pub struct Queue;

impl Kind for Queue {
    fn about(&self) -> &'static str {
        "A queue of an Amazon Connect instance: where contacts wait until an agent takes them."
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[List {
                holder: InstanceSpec::KIND,
                one: "a queue",
                what: "queues",
            }]
        }
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[QueueSpec::INSTANCE_ID, QueueSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::ID, "the queue's id"),
            (output::ARN, "the queue's ARN"),
            (output::NAMES, "what its hours of operation are called, by id"),
        ]
    }

    fn searching(&self) -> &'static [&'static str] {
        &["connect:SearchQueues"]
    }

    fn quotas(&self) -> &'static [Quota] {
        const { &[Quota::connect("L-19A87C94", "queues", 100, true)] }
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform {
            resource: "aws_connect_queue",
            form: "INSTANCE_ID:QUEUE_ID",
            import_id: |id, spec| Some(format!("{}:{id}", QueueSpec::INSTANCE_ID.text(spec)?)),
        })
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "connect:ListQueues",
                "connect:SearchQueues",
                "connect:DescribeQueue",
                "connect:ListHoursOfOperations",
                "connect:ListTagsForResource",
            ],
            write: &[
                "connect:CreateQueue",
                "connect:UpdateQueueName",
                "connect:UpdateQueueHoursOfOperation",
                "connect:UpdateQueueMaxContacts",
                "connect:UpdateQueueStatus",
                "connect:UpdateQueueOutboundCallerConfig",
                "connect:TagResource",
                "connect:UntagResource",
            ],
            delete: &["connect:DeleteQueue", "connect:SearchRoutingProfiles"],
        }
    }
}
