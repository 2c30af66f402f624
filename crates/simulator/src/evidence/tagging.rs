//! Resource Groups Tagging API.

use super::entry::Evidence;

pub(super) const ENTRIES: &[Evidence] = &[Evidence {
    id: "tagging.at-once",
    belief: "the index shows tags as soon as they are set",
    source: "its API reference says that it returns all tagged or previously tagged resources, and nothing of delay",
    fallback: Some("the index has nothing yet of what was made in the last minute"),
    signals: &["resourcegroupstaggingapi:GetResources.ResourceTagMappingList"],
}];
