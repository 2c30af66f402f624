//! Who uses an image.

use headset_core::AwsError;

use super::super::fleet::Fleets;
use super::super::image_builder::ImageBuilders;
use super::super::listing;
use super::share;
use crate::Aws;
use crate::kinds::kind::Live;
use crate::kinds::output;

/// The fleets and builders of the account that use it, and the accounts with which it is shared. Where AWS does not say, it
/// counts as used: what is deleted does not come back.
pub(super) async fn by(aws: &Aws, live: &Live) -> Option<String> {
    match users(aws, live).await {
        Ok(users) if users.is_empty() => None,
        Ok(users) => Some(format!("it is used: {}", users.join(", "))),
        Err(error) => Some(format!("AWS does not say who uses it ({error})")),
    }
}

async fn users(aws: &Aws, live: &Live) -> Result<Vec<String>, AwsError> {
    let arn = live.outputs.get(output::ARN).map_or("", String::as_str);
    let is_it = |name: Option<&str>, of: Option<&str>| {
        name == Some(live.id.as_str()) || (of == Some(arn) && !arn.is_empty())
    };
    let mut users = Vec::new();
    for fleet in listing::all(aws, &Fleets).await? {
        if is_it(fleet.image_name(), fleet.image_arn()) {
            users.push(format!("by the fleet `{}`", fleet.name().unwrap_or_default()));
        }
    }
    for builder in listing::all(aws, &ImageBuilders).await? {
        if is_it(None, builder.image_arn()) {
            users.push(format!(
                "by the image builder `{}`",
                builder.name().unwrap_or_default()
            ));
        }
    }
    for account in share::with(aws, &live.id).await?.keys() {
        users.push(format!("by the account {account}, with which it is shared"));
    }
    Ok(users)
}
