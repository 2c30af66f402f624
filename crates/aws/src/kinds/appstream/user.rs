//! A user of AppStream's user pool, who signs in with a password of AppStream's.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_appstream::types::{self, AuthenticationType, MessageAction};
use headset_core::AwsError;
pub use headset_kinds::appstream::user::*;

use super::listing::{self, text};
use crate::error::gone;
use crate::kinds::field::{self, Diff};
use crate::kinds::kind::{Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::{Aws, pages};

#[async_trait]
impl Remote for User {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        // DescribeUsers knows no names: the whole pool is read, once for all who ask.
        let pool: BTreeMap<String, types::User> = match pool(aws).await {
            Ok(users) => users
                .into_iter()
                .filter_map(|user| Some((user.user_name.clone()?, user)))
                .collect(),
            Err(error) if error.is_not_found() => BTreeMap::new(),
            Err(error) => return vec![Observation::Unknown(error); lookups.len()],
        };
        lookups
            .iter()
            .map(|lookup| {
                let names = listing::names_of(lookup);
                if names.is_empty() {
                    return Observation::Unknown(AwsError::unnamed());
                }
                let found = names.iter().find_map(|name| pool.get(name));
                found.map_or(Observation::Absent, |user| Observation::Present(live(user)))
            })
            .collect()
    }

    async fn create(&self, work: &Work<'_>, spec: &UserSpec) -> Result<String, AwsError> {
        let request = work
            .aws
            .appstream()
            .create_user()
            .user_name(&spec.name)
            .authentication_type(AuthenticationType::Userpool)
            .set_first_name(spec.first_name.clone())
            .set_last_name(spec.last_name.clone())
            .set_message_action((!spec.notify).then_some(MessageAction::Suppress));
        work.aws
            .call("appstream", "CreateUser", || request.clone().send())
            .await?;
        Ok(spec.name.clone())
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &UserSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        if !field::differs(diff, &[UserSpec::ENABLED]) {
            return Ok(());
        }
        let client = work.aws.appstream();
        if spec.enabled {
            let request = client
                .enable_user()
                .user_name(&live.id)
                .authentication_type(AuthenticationType::Userpool);
            work.aws
                .call("appstream", "EnableUser", || request.clone().send())
                .await
                .map(drop)
        } else {
            let request = client
                .disable_user()
                .user_name(&live.id)
                .authentication_type(AuthenticationType::Userpool);
            work.aws
                .call("appstream", "DisableUser", || request.clone().send())
                .await
                .map(drop)
        }
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let request = work
            .aws
            .appstream()
            .delete_user()
            .user_name(&live.id)
            .authentication_type(AuthenticationType::Userpool);
        gone(
            work.aws
                .call("appstream", "DeleteUser", || request.clone().send())
                .await,
        )
    }
}

/// Sends a new temporary password to a user of the pool, valid for [`PASSWORD_DAYS`] days.
///
/// # Errors
/// What AWS answers.
pub async fn invite(aws: &Aws, name: &str) -> Result<(), AwsError> {
    // RESEND takes neither first nor last name (CreateUser's documentation).
    let request = aws
        .appstream()
        .create_user()
        .user_name(name)
        .authentication_type(AuthenticationType::Userpool)
        .message_action(MessageAction::Resend);
    aws.call("appstream", "CreateUser", || request.clone().send())
        .await
        .map(drop)
}

/// Everybody in the pool.
async fn pool(aws: &Aws) -> Result<Vec<types::User>, AwsError> {
    pages(|token| async move {
        let request = aws
            .appstream()
            .describe_users()
            .authentication_type(AuthenticationType::Userpool)
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeUsers", || request.clone().send())
            .await?;
        Ok((answer.users.unwrap_or_default(), answer.next_token))
    })
    .await
}

fn live(user: &types::User) -> Live {
    let name = user.user_name().unwrap_or_default();
    let observed = UserLive {
        name: text(user.user_name()),
        first_name: text(user.first_name()),
        last_name: text(user.last_name()),
        enabled: user.enabled(),
    };
    // UNCONFIRMED until the user has changed the temporary password.
    Live::of(name, user.status().unwrap_or("present"), observed)
        .output(output::NAME, name)
        .output(output::ARN, user.arn().unwrap_or_default())
}
