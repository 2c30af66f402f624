//! Tags, which only distributions have of what is used here.

use serde::{Deserialize, Serialize};

use super::common::{NO_ANSWER, SERVICE, member, operation};
use crate::operation::{Body, Http, Nothing, Operation};
use crate::service::Service;
use crate::values::Flat;

/// A tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value.
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

/// The items of a list of tags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TagItems {
    /// They themselves.
    #[serde(rename = "Tag")]
    pub all: Flat<Vec<Tag>>,
}

/// Tags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tags {
    /// They themselves.
    pub items: TagItems,
}

impl From<Vec<Tag>> for Tags {
    fn from(tags: Vec<Tag>) -> Tags {
        Tags {
            items: TagItems { all: Flat(tags) },
        }
    }
}

/// The items of a list of keys.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TagKeyItems {
    /// They themselves.
    #[serde(rename = "Key")]
    pub all: Flat<Vec<String>>,
}

/// Keys of tags.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagKeys {
    /// They themselves.
    pub items: TagKeyItems,
}

impl From<Vec<String>> for TagKeys {
    fn from(keys: Vec<String>) -> TagKeys {
        TagKeys {
            items: TagKeyItems { all: Flat(keys) },
        }
    }
}

/// Reads the tags of a thing.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListTagsForResource {
    /// Its ARN.
    pub resource: String,
}

/// The answer to [`ListTagsForResource`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TagList {
    /// The tags.
    pub tags: Tags,
}

operation!(
    ListTagsForResource,
    TagList,
    Http {
        query: &[("Resource", "Resource")],
        answer: member("Tags"),
        ..Http::of("GET", "/2020-05-31/tagging")
    }
);

/// Sets tags.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagResource {
    /// The ARN of the thing.
    pub resource: String,
    /// The tags.
    pub tags: Tags,
}

operation!(
    TagResource,
    Nothing,
    Http {
        query: &[("Resource", "Resource")],
        body: Body::Member("Tags", "Tags"),
        answer: NO_ANSWER,
        ..Http::of("POST", "/2020-05-31/tagging?Operation=Tag")
    }
);

/// Removes tags.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UntagResource {
    /// The ARN of the thing.
    pub resource: String,
    /// The keys.
    pub tag_keys: TagKeys,
}

operation!(
    UntagResource,
    Nothing,
    Http {
        query: &[("Resource", "Resource")],
        body: Body::Member("TagKeys", "TagKeys"),
        answer: NO_ANSWER,
        ..Http::of("POST", "/2020-05-31/tagging?Operation=Untag")
    }
);
