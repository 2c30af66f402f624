//! Policy documents as IAM gives them.

use headset_core::{AwsError, Class};
use percent_encoding::percent_decode_str;

use crate::Aws;

/// A policy document as text: IAM returns documents percent-encoded (RFC 3986).
pub(super) fn decoded(document: &str) -> Result<String, AwsError> {
    percent_decode_str(document)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|error| {
            let message = format!("the policy in the answer is not text: {error}");
            AwsError::new("iam", "GetRole", Class::Unproven, message)
        })
}

/// What a version of a policy says.
pub(super) async fn document(aws: &Aws, arn: &str, version: &str) -> Result<String, AwsError> {
    let request = aws.iam().get_policy_version().policy_arn(arn).version_id(version);
    let answer = aws
        .call("iam", "GetPolicyVersion", || request.clone().send())
        .await?;
    let document = answer.policy_version.and_then(|version| version.document);
    let document =
        document.ok_or_else(|| AwsError::lacking("iam", "GetPolicyVersion", "PolicyVersion.Document"))?;
    decoded(&document)
}

/// What a policy says now.
pub(super) async fn in_force(aws: &Aws, arn: &str) -> Result<String, AwsError> {
    let request = aws.iam().get_policy().policy_arn(arn);
    let answer = aws.call("iam", "GetPolicy", || request.clone().send()).await?;
    let version = answer.policy.and_then(|policy| policy.default_version_id);
    let version = version.ok_or_else(|| AwsError::lacking("iam", "GetPolicy", "Policy.DefaultVersionId"))?;
    document(aws, arn, &version).await
}
