//! A managed update: AWS makes a new image out of one of ours, with the newest base, drivers and agent.

use std::collections::BTreeMap;

use headset_core::{AwsError, Class};

use super::super::{listing, tags};
use super::{Images, UpdateSpec};
use crate::Aws;
use crate::attempt::changed_nothing;

/// What is to be made of which image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateRequest {
    /// The image that is there.
    pub existing: String,
    /// The image that is to be.
    pub new: String,
    /// Its description.
    pub description: Option<String>,
    /// The name that the console shows.
    pub display_name: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Asks whether there is anything newer and, if so, begins the update. `false`: the image is up to date. An update that was
/// begun under this name before counts as begun.
///
/// # Errors
/// AWS's; [`Class::NotFound`] where the image is not there.
pub async fn update(aws: &Aws, wanted: &UpdateRequest) -> Result<bool, AwsError> {
    let request = aws
        .appstream()
        .create_updated_image()
        .existing_image_name(&wanted.existing)
        .new_image_name(&wanted.new)
        .set_new_image_description(wanted.description.clone())
        .set_new_image_display_name(wanted.display_name.clone())
        .set_new_image_tags(tags::at_creation(&wanted.tags));
    let tried = aws
        .call("appstream", "CreateUpdatedImage", || {
            request.clone().dry_run(true).send()
        })
        .await;
    let tried = match tried {
        Ok(tried) => {
            changed_nothing();
            tried
        }
        Err(error) if error.class == Class::AlreadyThere => {
            return listing::made_before(aws, &Images::ByName, &wanted.new, &wanted.tags, error)
                .await
                .map(|_| true);
        }
        Err(error) => return Err(error),
    };
    // Assumption: appstream.nothing-newer. Without a word about it, AWS decides about the update itself.
    if tried.can_update_image == Some(false) {
        return Ok(false);
    }
    match aws
        .call("appstream", "CreateUpdatedImage", || request.clone().send())
        .await
    {
        Ok(_) => Ok(true),
        Err(error) => listing::made_before(aws, &Images::ByName, &wanted.new, &wanted.tags, error)
            .await
            .map(|_| true),
    }
}

/// Begins an update that a blueprint asks for, and returns the new image's name; [`Class::UpToDate`]: there is nothing newer.
pub(super) async fn make(aws: &Aws, spec: &UpdateSpec) -> Result<String, AwsError> {
    let wanted = UpdateRequest {
        existing: spec.update_of.resolved()?,
        new: spec.name.clone(),
        description: spec.description.clone(),
        display_name: spec.display_name.clone(),
        tags: spec.tags.clone(),
    };
    match update(aws, &wanted).await? {
        true => Ok(wanted.new),
        false => Err(AwsError::own(
            Class::UpToDate,
            format!(
                "`{}` is up to date, so that AWS makes no image out of it",
                wanted.existing
            ),
        )),
    }
}
