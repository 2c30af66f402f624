//! Tags by key, as every service keeps them.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// Reads tags that older snapshots have as a list of `Key` and `Value`.
pub(super) fn of_map_or_list<'de, D: Deserializer<'de>>(from: D) -> Result<Tags, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Map(Tags),
        List(Vec<Tag>),
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Tag {
        key: String,
        value: String,
    }

    Ok(match Either::deserialize(from)? {
        Either::Map(tags) => tags,
        Either::List(list) => list.into_iter().map(|tag| (tag.key, tag.value)).collect(),
    })
}
