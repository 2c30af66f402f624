//! CloudTrail: the event history of an account in a region.

use serde::{Deserialize, Serialize};

use crate::hosts;
use crate::operation::Operation;
use crate::service::{Json, Protocol, Service};

/// The service.
pub static SERVICE: Service = Service {
    name: "cloudtrail",
    id: "CloudTrail",
    signing_name: "cloudtrail",
    version: "2013-11-01",
    host: &hosts::CLOUDTRAIL,
    protocol: Protocol::Json(Json {
        version: "1.1",
        target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
        was_query: false,
    }),
};

/// Looks up management events of the last 90 days, newest first.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LookupEvents {
    /// What the events have; one at most.
    pub lookup_attributes: Vec<LookupAttribute>,
    /// The beginning of the time, in seconds since 1970.
    pub start_time: Option<i64>,
    /// How many events a page has, 50 at most.
    pub max_results: Option<i32>,
    /// Where the page begins.
    pub next_token: Option<String>,
}

/// What events have.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LookupAttribute {
    /// Which attribute, such as `EventName`.
    pub attribute_key: String,
    /// Its value.
    pub attribute_value: String,
}

/// The answer to [`LookupEvents`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LookupEventsAnswer {
    /// The events.
    pub events: Vec<Event>,
    /// Where the next page begins.
    pub next_token: Option<String>,
}

/// A call that was recorded.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Event {
    /// Which service was called, such as `connect.amazonaws.com`.
    pub event_source: Option<String>,
    /// The whole event, a JSON document.
    pub cloud_trail_event: Option<String>,
}

impl Operation for LookupEvents {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "LookupEvents";
    type Answer = LookupEventsAnswer;
}
