//! What AppStream lists, to the last page, as AWS's own client reads it.

use aws_sdk_appstream::types::{Fleet, Image, ImageBuilder, Stack, VisibilityType};
use headset_aws::{Aws, pages};
use headset_core::AwsError;

/// An empty account may answer with an exception.
fn or_none<T>(listed: Result<Vec<T>, AwsError>) -> Vec<T> {
    match listed {
        Err(error) if error.is_not_found() => Vec::new(),
        listed => listed.unwrap(),
    }
}

macro_rules! listing {
    ($($(#[$about:meta])* $name:ident: $item:ty, $operation:literal, $call:ident, $member:ident;)*) => {$(
        $(#[$about])*
        pub(crate) async fn $name(aws: &Aws) -> Vec<$item> {
            let listed = pages(|token| async move {
                let request = aws.appstream().$call().set_next_token(token);
                let page = aws.call("appstream", $operation, || request.clone().send()).await?;
                Ok((page.$member.unwrap_or_default(), page.next_token))
            });
            or_none(listed.await)
        }
    )*};
}

listing! {
    /// The region's fleets.
    fleets: Fleet, "DescribeFleets", describe_fleets, fleets;
    /// The region's stacks.
    stacks: Stack, "DescribeStacks", describe_stacks, stacks;
    /// The region's image builders.
    builders: ImageBuilder, "DescribeImageBuilders", describe_image_builders, image_builders;
}

/// The region's images that are public, or the account's own.
pub(crate) async fn images(aws: &Aws, whose: VisibilityType) -> Vec<Image> {
    let whose = &whose;
    let listed = pages(|token| async move {
        let request = aws.appstream().describe_images().r#type(whose.clone());
        let request = request.set_next_token(token);
        // Through the chokepoint, which copes with the nulls in AWS's answer.
        let page = aws
            .call("appstream", "DescribeImages", || request.clone().send())
            .await?;
        Ok((page.images.unwrap_or_default(), page.next_token))
    });
    or_none(listed.await)
}
