//! The tags of everything that can carry tags.

use std::collections::BTreeMap;

use crate::setting::Setting;
use headset_blueprint::model::Blueprint;
use headset_kinds::tag;

/// The blueprint's tags, an entry's own over them, and the tags that prove ownership over both: nobody else may set those.
pub(super) fn of(
    blueprint: &Blueprint,
    setting: &Setting,
    own: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut tags = blueprint.tags.clone();
    tags.extend(own.clone());
    tags.insert(tag::ENVIRONMENT.to_owned(), blueprint.name.value.clone());
    tags.insert(tag::LINEAGE.to_owned(), setting.lineage.clone());
    if let Some(expires) = &setting.expires {
        tags.insert(tag::EXPIRES.to_owned(), expires.clone());
    }
    tags
}
