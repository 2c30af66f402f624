//! Sharing an image with other accounts of the same region.

use std::collections::BTreeMap;

use aws_sdk_appstream::types;
use headset_core::AwsError;
pub use headset_kinds::appstream::image::share::*;

use super::ImageLive;
use crate::error::gone;
use crate::kinds::kind::Observation;
use crate::{Aws, pages};

/// The accounts that an image is shared with. One that is gone is shared with no account.
pub(super) async fn with(aws: &Aws, name: &str) -> Result<BTreeMap<String, Share>, AwsError> {
    let listed = pages(|token| async move {
        let request = aws
            .appstream()
            .describe_image_permissions()
            .name(name)
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeImagePermissions", || request.clone().send())
            .await?;
        let permissions = answer.shared_image_permissions_list.unwrap_or_default();
        Ok((permissions, answer.next_token))
    })
    .await;
    let permissions = match listed {
        Err(error) if error.is_not_found() => Vec::new(),
        listed => listed?,
    };
    let share = |permission: types::SharedImagePermissions| {
        let allowed = permission.image_permissions;
        let share = Share {
            fleet: allowed.as_ref().and_then(|allowed| allowed.allow_fleet) == Some(true),
            builder: allowed.as_ref().and_then(|allowed| allowed.allow_image_builder) == Some(true),
        };
        Some((permission.shared_account_id?, share))
    };
    Ok(permissions.into_iter().filter_map(share).collect())
}

/// Adds the accounts to what was seen of an image.
pub(super) async fn complete(aws: &Aws, observation: &mut Observation) {
    let Observation::Present(live) = observation else {
        return;
    };
    match with(aws, &live.id).await {
        Ok(accounts) => live.amend(|image: &mut ImageLive| image.share = Some(accounts)),
        Err(error) => *observation = Observation::Unknown(error),
    }
}

/// Shares with the accounts that should have it, one a call, and with no others.
pub(super) async fn update(
    aws: &Aws,
    name: &str,
    want: &BTreeMap<String, Share>,
    have: &BTreeMap<String, Share>,
) -> Result<(), AwsError> {
    for account in have.keys().filter(|account| !want.contains_key(*account)) {
        end(aws, name, account).await?;
    }
    for (account, share) in want {
        if have.get(account) == Some(share) {
            continue;
        }
        let permissions = types::ImagePermissions::builder()
            .allow_fleet(share.fleet)
            .allow_image_builder(share.builder)
            .build();
        let request = aws
            .appstream()
            .update_image_permissions()
            .name(name)
            .shared_account_id(account)
            .image_permissions(permissions);
        aws.call("appstream", "UpdateImagePermissions", || request.clone().send())
            .await?;
    }
    Ok(())
}

/// Shares with this account no longer.
pub(super) async fn end(aws: &Aws, name: &str, account: &str) -> Result<(), AwsError> {
    let request = aws
        .appstream()
        .delete_image_permissions()
        .name(name)
        .shared_account_id(account);
    gone(
        aws.call("appstream", "DeleteImagePermissions", || request.clone().send())
            .await,
    )
}
