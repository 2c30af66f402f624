//! Which user of the pool may stream from which stack.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_appstream::types::{
    AuthenticationType, UserStackAssociation, UserStackAssociationError, UserStackAssociationErrorCode,
};
use headset_core::{AwsError, Class};
pub use headset_kinds::appstream::user_association::*;
use headset_kinds::extra::{Extra, Holder, List};

use super::membership::{self, Membership};
use crate::attempt::changed_nothing;
use crate::kinds::kind::{Live, Lookup, Observation};
use crate::kinds::remote::{Remote, Work};
use crate::{Aws, pages};

/// A user or stack that was just made may be unknown to the batch operations for a moment: so often it is tried ...
const TRIES: u32 = 12;

/// ... with so long a pause.
/// Assumption: `appstream.user-visible-soon` — clients of DescribeUsers wait up to four minutes; that a minute is
/// enough here is a guess.
const PAUSE: Duration = Duration::from_secs(5);

#[async_trait]
impl Remote for UserAssociation {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let survey = membership::Survey::of(
            lookups,
            (UserAssociationSpec::USER, UserAssociationSpec::STACK),
            |stack| async move {
                let listed = aws.renewed(&stack, || users_listed(aws, &stack)).await?;
                Ok(listed.0.clone())
            },
        )
        .await;
        survey.observations(|one| {
            let observed = UserAssociationLive {
                user: Some(one.member.clone()),
                stack: Some(one.stack.clone()),
            };
            Observation::Present(Live::of(one.id(), "associated", observed))
        })
    }

    async fn extras(&self, aws: &Aws, _list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let stack = holder.live.id.as_str();
        let listed = aws.remembered(stack, None, || users_listed(aws, stack)).await?;
        let pairs = listed.0.iter().map(|user| Membership::new(user, stack));
        Ok(membership::unknown(pairs, holder, |pair| {
            format!("{}:{}", pair.member, pair.stack)
        }))
    }

    async fn create(&self, work: &Work<'_>, spec: &UserAssociationSpec) -> Result<String, AwsError> {
        let (user, stack) = (spec.user.resolved()?, spec.stack.resolved()?);
        let item = item(&user, &stack, spec.notify);
        let request = work
            .aws
            .appstream()
            .batch_associate_user_stack()
            .user_stack_associations(item);
        let mut tried = 0;
        loop {
            let answer = work
                .aws
                .call("appstream", "BatchAssociateUserStack", || request.clone().send())
                .await?;
            // The batch succeeds also where its items fail.
            match failure("BatchAssociateUserStack", answer.errors()) {
                None => return Ok(Membership::new(user, stack).id()),
                Some(error) => {
                    changed_nothing();
                    tried += 1;
                    if error.class != Class::NotFound || tried >= TRIES {
                        return Err(error);
                    }
                    work.aws.clock().sleep(PAUSE).await;
                }
            }
        }
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let Membership { member: user, stack } = Membership::of_id(&live.id)?;
        let request = work
            .aws
            .appstream()
            .batch_disassociate_user_stack()
            .user_stack_associations(item(&user, &stack, false));
        let answer = work
            .aws
            .call("appstream", "BatchDisassociateUserStack", || {
                request.clone().send()
            })
            .await?;
        match failure("BatchDisassociateUserStack", answer.errors()) {
            // The user or the stack is gone, and the association with it.
            Some(error) if error.is_not_found() => Ok(()),
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

fn item(user: &str, stack: &str, notify: bool) -> UserStackAssociation {
    UserStackAssociation::builder()
        .user_name(user)
        .stack_name(stack)
        .authentication_type(AuthenticationType::Userpool)
        .send_email_notification(notify)
        .build()
}

/// The first item's failure, classified like a call's.
fn failure(operation: &str, errors: &[UserStackAssociationError]) -> Option<AwsError> {
    let error = errors.first()?;
    let code = error.error_code();
    let class = match code {
        Some(
            UserStackAssociationErrorCode::StackNotFound
            | UserStackAssociationErrorCode::UserNameNotFound
            | UserStackAssociationErrorCode::DirectoryNotFound,
        ) => Class::NotFound,
        Some(UserStackAssociationErrorCode::InternalError) => Class::Transient,
        _ => Class::Other,
    };
    let message = error.error_message().unwrap_or("AWS gives no reason");
    let mut failed = AwsError::new("appstream", operation, class, message);
    failed.code = code.map(|code| code.as_str().to_owned());
    Some(failed)
}

/// The users of a stack, as they are remembered.
struct UserNames(Vec<String>);

async fn users_listed(aws: &Aws, stack: &str) -> Result<UserNames, AwsError> {
    users_of(aws, stack).await.map(UserNames)
}

/// The users of a stack.
async fn users_of(aws: &Aws, stack: &str) -> Result<Vec<String>, AwsError> {
    pages(|token| async move {
        let request = aws
            .appstream()
            .describe_user_stack_associations()
            .stack_name(stack)
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeUserStackAssociations", || {
                request.clone().send()
            })
            .await?;
        let items = answer
            .user_stack_associations
            .unwrap_or_default()
            .into_iter()
            .filter(|one| one.authentication_type == Some(AuthenticationType::Userpool))
            .filter_map(|one| one.user_name)
            .collect();
        Ok((items, answer.next_token))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_that_failed_is_a_failed_call() {
        let error = |code| {
            UserStackAssociationError::builder()
                .error_code(code)
                .error_message("no")
                .build()
        };
        assert!(failure("BatchAssociateUserStack", &[]).is_none());
        let missing = failure(
            "BatchAssociateUserStack",
            &[error(UserStackAssociationErrorCode::UserNameNotFound)],
        )
        .expect("a failure");
        assert_eq!(
            (missing.class, missing.code.as_deref()),
            (Class::NotFound, Some("USER_NAME_NOT_FOUND"))
        );
        let internal = failure(
            "BatchAssociateUserStack",
            &[error(UserStackAssociationErrorCode::InternalError)],
        );
        assert_eq!(internal.map(|error| error.class), Some(Class::Transient));
    }
}
