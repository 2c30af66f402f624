//! What the whole account blocks, over everything that its buckets allow.

use headset_client::services::s3_control::{Flags, GetPublicAccessBlock};
use headset_core::{AwsError, Class};
use headset_kinds::kind::Forbidden;

use super::unset::unset;
use crate::Aws;

/// What the account of the caller blocks; nothing where it has no such settings. Read once for all environments of a command.
async fn blocked(aws: &Aws) -> Result<Flags, AwsError> {
    match aws.is_shared() {
        true => Ok(*aws.remembered("", None, || read(aws)).await?),
        false => read(aws).await,
    }
}

async fn read(aws: &Aws) -> Result<Flags, AwsError> {
    let account_id = aws.who().await?.account;
    let request = GetPublicAccessBlock { account_id };
    let answer = unset(aws.ask(request).await)?;
    Ok(answer.unwrap_or_default().public_access_block_configuration)
}

/// What the account forbids about a public policy of this bucket.
pub(super) async fn forbidden(aws: &Aws, bucket: &str) -> Result<Option<Forbidden>, AwsError> {
    let flags = blocked(aws).await?;
    let on = [
        ("BlockPublicPolicy", flags.block_public_policy),
        ("RestrictPublicBuckets", flags.restrict_public_buckets),
    ];
    let on: Vec<&str> = on
        .into_iter()
        .filter(|(_, on)| *on)
        .map(|(name, _)| name)
        .collect();
    if on.is_empty() {
        return Ok(None);
    }
    let account = aws.who().await?.account;
    Ok(Some(Forbidden {
        code: "account-forbids",
        is_refused: true,
        message: format!(
            "browsers could not read the pages in the bucket `{bucket}`: the Block Public Access settings of the account \
             {account} have {} on, which holds for all of its buckets",
            on.join(" and ")
        ),
        help: format!(
            "name the addresses that may read the pages with `ccp.from`, which is not public; or have {} switched off for \
             the account (in the console: S3, Block Public Access settings for this account), if no other bucket relies \
             on that",
            on.join(" and ")
        ),
    }))
}

/// S3 says AccessDenied for two things that have nothing to do with each other. This says which it is.
pub(super) async fn refused(aws: &Aws, mut error: AwsError, bucket: &str) -> AwsError {
    let permission = "these credentials may not do s3:PutBucketPolicy";
    let why = match forbidden(aws, bucket).await {
        Ok(Some(Forbidden { message, help, .. })) => format!("{message}; {help}"),
        Ok(None) => format!(
            "the Block Public Access settings of the whole account allow it, so {permission}, or a policy of the \
             organization forbids it"
        ),
        Err(unread) => format!(
            "either the Block Public Access settings of the whole account forbid public policies (switch \
             BlockPublicPolicy and RestrictPublicBuckets off there), or {permission}; the settings could not be read: \
             {unread}"
        ),
    };
    error.message = format!(
        "S3 does not take the policy of the bucket `{bucket}`, although the bucket's own Block Public Access allows it: \
         {why}; S3 said: {}",
        error.message
    );
    error.class = Class::Denied;
    error
}
