//! A setting that a bucket does not have: S3 answers with an error of its own for each.

use headset_core::AwsError;

/// What was answered, or none where S3 says that the setting is not there. That the whole bucket is not there
/// stays an error.
pub(super) fn unset<T>(answer: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_not_found() && error.code.as_deref() != Some("NoSuchBucket") => Ok(None),
        Err(error) => Err(error),
    }
}
