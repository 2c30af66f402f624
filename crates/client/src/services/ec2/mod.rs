//! EC2: networks, security groups, interface endpoints and tags.

mod endpoint;
mod group;
mod network;

use serde::{Deserialize, Serialize};

use crate::hosts;
use crate::operation::{Nothing, Operation};
use crate::service::{Protocol, Service};

pub use endpoint::*;
pub use group::*;
pub use network::*;

/// The service.
pub static SERVICE: Service = Service {
    name: "ec2",
    id: "EC2",
    signing_name: "ec2",
    version: "2016-11-15",
    host: &hosts::EC2,
    protocol: Protocol::Ec2Query,
};

/// Which things are listed: those of which one value fits.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Filter {
    /// What is looked at, such as `group-id`.
    pub name: String,
    /// Values; `*` and `?` stand for anything.
    pub value: Vec<String>,
}

/// A tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "PascalCase", deserialize = "camelCase"), default)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value; `None` takes the key away with any value.
    pub value: Option<String>,
}

impl From<(String, Option<String>)> for Tag {
    fn from((key, value): (String, Option<String>)) -> Tag {
        Tag { key, value }
    }
}

impl From<Tag> for (String, Option<String>) {
    fn from(tag: Tag) -> (String, Option<String>) {
        (tag.key, tag.value)
    }
}

/// Tags of what is made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagSpecification {
    /// What it is, such as `security-group`.
    pub resource_type: String,
    /// Its tags.
    pub tag: Vec<Tag>,
}

/// Sets tags.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateTags {
    /// The ids of things.
    pub resource_id: Vec<String>,
    /// The tags.
    pub tag: Vec<Tag>,
}

impl Operation for CreateTags {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "CreateTags";
    type Answer = Nothing;
}

/// Takes tags away.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteTags {
    /// The ids of things.
    pub resource_id: Vec<String>,
    /// The tags.
    pub tag: Vec<Tag>,
}

impl Operation for DeleteTags {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DeleteTags";
    type Answer = Nothing;
}
