//! The Resource Groups Tagging API: what finds things of many services by their tags.

use serde::{Deserialize, Serialize};

use crate::hosts;
use crate::operation::Operation;
use crate::service::{Json, Protocol, Service};

/// The service.
pub static SERVICE: Service = Service {
    name: "resourcegroupstaggingapi",
    id: "Resource Groups Tagging API",
    signing_name: "tagging",
    version: "2017-01-26",
    host: &hosts::TAGGING,
    protocol: Protocol::Json(Json {
        version: "1.1",
        target: "ResourceGroupsTaggingAPI_20170126",
        was_query: false,
    }),
};

/// Lists things of a region with their tags.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetResources {
    /// Where the next page begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination_token: Option<String>,
    /// Which tags they carry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag_filters: Vec<TagFilter>,
    /// How many on a page: 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources_per_page: Option<i32>,
    /// Services, or types such as `appstream:fleet`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_type_filters: Vec<String>,
}

/// Tags that a thing carries.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagFilter {
    /// The key.
    pub key: String,
    /// Its value is one of these; of any value, where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// The answer to [`GetResources`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetResourcesAnswer {
    /// Where the next page begins; nothing, or an empty text: this is the last one.
    pub pagination_token: Option<String>,
    /// Things and their tags.
    pub resource_tag_mapping_list: Option<Vec<ResourceTagMapping>>,
}

/// A thing and its tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResourceTagMapping {
    /// Its ARN.
    #[serde(rename = "ResourceARN")]
    pub resource_arn: Option<String>,
    /// Its tags.
    pub tags: Option<Vec<Tag>>,
}

/// A tag.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

impl Operation for GetResources {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "GetResources";
    type Answer = GetResourcesAnswer;
}
