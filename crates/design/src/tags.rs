//! The tags of everything that can carry tags.

use std::collections::BTreeMap;

use crate::context::DesignContext;
use headset_blueprint::model::Blueprint;
use headset_kinds::tag;

/// The blueprint's tags, an entry's own over them, and the tags that prove ownership over both: only Headset sets
/// those.
pub(super) fn of(
    blueprint: &Blueprint,
    context: &DesignContext,
    own: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut tags = blueprint.tags.clone();
    tags.extend(own.clone());
    tags.insert(tag::ENVIRONMENT.to_owned(), blueprint.name.value.clone());
    tags.insert(tag::LINEAGE.to_owned(), context.lineage.clone());
    if let Some(expires) = &context.expires {
        tags.insert(tag::EXPIRES.to_owned(), expires.clone());
    }
    tags
}
