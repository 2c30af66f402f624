//! Emptying a bucket: S3 deletes only empty ones.

use aws_sdk_s3::types;
use headset_core::{AwsError, Class};

use crate::{Aws, Complete};

/// DeleteObjects takes at most a thousand keys, which is also what one page of ListObjectVersions has.
const KEYS: usize = 1000;

/// Deletes every version of every object, every delete marker and every unfinished upload.
///
/// # Errors
/// AWS's. DeleteObjects answers 200 with errors key by key: the first of those becomes the error here.
pub(super) async fn empty(aws: &Aws, bucket: &str) -> Result<(), AwsError> {
    loop {
        // Always the first page: what was on it is gone by the next look.
        let request = aws.s3().list_object_versions().bucket(bucket);
        let page = aws
            .call("s3", "ListObjectVersions", || request.clone().send())
            .await?;
        let versions = page
            .versions()
            .iter()
            .map(|version| (version.key(), version.version_id()));
        let markers = page
            .delete_markers()
            .iter()
            .map(|marker| (marker.key(), marker.version_id()));
        let mut doomed = Vec::new();
        for (key, version) in versions.chain(markers) {
            let Some(key) = key else { continue };
            doomed.push(
                types::ObjectIdentifier::builder()
                    .key(key)
                    .set_version_id(version.map(str::to_owned))
                    .build()
                    .complete()?,
            );
        }
        if doomed.is_empty() {
            break;
        }
        for some in doomed.chunks(KEYS) {
            delete(aws, bucket, some.to_vec()).await?;
        }
    }
    abort_uploads(aws, bucket).await
}

async fn delete(aws: &Aws, bucket: &str, keys: Vec<types::ObjectIdentifier>) -> Result<(), AwsError> {
    let keys = types::Delete::builder()
        .set_objects(Some(keys))
        .quiet(true)
        .build()
        .complete()?;
    let request = aws.s3().delete_objects().bucket(bucket).delete(keys);
    let answer = aws.call("s3", "DeleteObjects", || request.clone().send()).await?;
    match answer.errors().first() {
        None => Ok(()),
        Some(error) => {
            let code = error.code().unwrap_or_default();
            let class = match code {
                "AccessDenied" => Class::Denied,
                "InternalError" => Class::Transient,
                "SlowDown" => Class::Throttled,
                _ => Class::Other,
            };
            let mut failure = AwsError::new(
                "s3",
                "DeleteObjects",
                class,
                format!(
                    "{} of the objects could not be deleted, first `{}`: {}",
                    answer.errors().len(),
                    error.key().unwrap_or_default(),
                    error.message().unwrap_or_default()
                ),
            );
            failure.code = Some(code.to_owned());
            Err(failure)
        }
    }
}

async fn abort_uploads(aws: &Aws, bucket: &str) -> Result<(), AwsError> {
    let (mut key_marker, mut upload_marker) = (None, None);
    loop {
        let request = aws
            .s3()
            .list_multipart_uploads()
            .bucket(bucket)
            .set_key_marker(key_marker.take())
            .set_upload_id_marker(upload_marker.take());
        let page = aws
            .call("s3", "ListMultipartUploads", || request.clone().send())
            .await?;
        for upload in page.uploads() {
            let request = aws
                .s3()
                .abort_multipart_upload()
                .bucket(bucket)
                .set_key(upload.key().map(str::to_owned))
                .set_upload_id(upload.upload_id().map(str::to_owned));
            match aws
                .call("s3", "AbortMultipartUpload", || request.clone().send())
                .await
            {
                // It ended meanwhile. `NoSuchUpload` is a code that only this operation has.
                Err(error) if error.is_not_found() || error.code.as_deref() == Some("NoSuchUpload") => {}
                answer => drop(answer?),
            }
        }
        if page.is_truncated() != Some(true) {
            return Ok(());
        }
        key_marker = page.next_key_marker().map(str::to_owned);
        upload_marker = page.next_upload_id_marker().map(str::to_owned);
    }
}
