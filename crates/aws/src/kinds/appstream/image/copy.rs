//! Copying an image within an account, from another region or the same one.

use std::time::Duration;

use aws_sdk_appstream::types;
use headset_core::{AwsError, Class};

use super::CopySpec;
use crate::{Aws, pages};

/// AWS copies two images to a region at a time (Service Quotas, L-60244546); the next one waits for its turn and looks so
/// often.
const TURN: Duration = Duration::from_secs(30);

/// A copy takes some quarters of an hour; after so many polls (two hours) the quota error is returned instead.
const LOOKS: u32 = 240;

/// Starts a copy and returns its name. It is called where the source is, and watched where the copy will be.
pub(super) async fn copy(aws: &Aws, spec: &CopySpec) -> Result<String, AwsError> {
    let source = aws.with_appstream_in(&spec.copy_of.region);
    let request = source
        .appstream()
        .copy_image()
        .source_image_name(&spec.copy_of.name)
        .destination_image_name(&spec.name)
        // AWS asks for it also where both regions are the same.
        .destination_region(&aws.regions().appstream)
        .set_destination_image_description(spec.description.clone());
    let mut looked = 0;
    loop {
        match source
            .call("appstream", "CopyImage", || request.clone().send())
            .await
        {
            // Assumption: `appstream.copies-take-turns`. The quota of images and that of copies at a time answer alike.
            Err(error) if error.class == Class::Quota && looked < LOOKS && copying(aws).await? => {
                looked += 1;
                aws.clock().sleep(TURN).await;
            }
            // Tags are not copied: they follow as an update.
            answer => return answer.map(|_| spec.name.clone()),
        }
    }
}

/// Whether an image is being copied to the region now.
async fn copying(aws: &Aws) -> Result<bool, AwsError> {
    let images = pages(|token| async move {
        let request = aws
            .appstream()
            .describe_images()
            .r#type(types::VisibilityType::Private)
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeImages", || request.clone().send())
            .await?;
        Ok((answer.images.unwrap_or_default(), answer.next_token))
    })
    .await?;
    let copying = |image: &types::Image| image.state() == Some(&types::ImageState::Copying);
    Ok(images.iter().any(copying))
}
