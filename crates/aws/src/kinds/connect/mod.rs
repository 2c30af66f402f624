//! Amazon Connect: the instance, the origins that may embed its pages, its hours of operation, its queues and its users.

pub mod approved_origin;
mod contents;
mod hours;
pub mod hours_of_operation;
pub mod instance;
mod names;
mod overrides;
mod profiles;
pub mod queue;
pub mod tags;
pub mod user;

pub use headset_kinds::connect::*;

use std::collections::BTreeMap;

use headset_core::AwsError;

use crate::Aws;

/// Ids of all users of an instance, by the names that their sign-ins come with.
pub(crate) async fn users(aws: &Aws, instance: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let users = <User as contents::Contents>::list(aws, instance).await?;
    Ok(users.into_iter().map(|(name, entry)| (name, entry.id)).collect())
}
