//! What makes a bucket more than a place for pages that are read over HTTPS: a website of S3's own, and other sites'
//! scripts that may read it. The pages need neither, so the only value that is offered is none.

use aws_sdk_s3::types;
use headset_core::AwsError;
use serde_json::{Value, json};

use super::unset::unset;
use crate::Aws;

/// The bucket's website configuration in AWS's names.
pub(super) async fn website(aws: &Aws, name: &str) -> Result<Option<Value>, AwsError> {
    let request = aws.s3().get_bucket_website().bucket(name);
    let answer = unset(
        aws.call("s3", "GetBucketWebsite", || request.clone().send())
            .await,
    )?;
    Ok(answer.map(|website| {
        let index = website.index_document().map(types::IndexDocument::suffix);
        let error = website.error_document().map(types::ErrorDocument::key);
        let with_regions = website
            .redirect_all_requests_to()
            .map(types::RedirectAllRequestsTo::host_name);
        json!({
            "IndexDocument": index, "ErrorDocument": error, "RedirectAllRequestsTo": with_regions,
            "RoutingRules": website.routing_rules().len(),
        })
    }))
}

/// Who may read the bucket's objects from pages of other sites, rule by rule.
pub(super) async fn cors(aws: &Aws, name: &str) -> Result<Option<Value>, AwsError> {
    let request = aws.s3().get_bucket_cors().bucket(name);
    let answer = unset(aws.call("s3", "GetBucketCors", || request.clone().send()).await)?;
    Ok(answer.map(|cors| {
        let rules = cors.cors_rules().iter().map(|rule| {
            json!({
                "AllowedOrigins": rule.allowed_origins(), "AllowedMethods": rule.allowed_methods(),
                "AllowedHeaders": rule.allowed_headers(), "ExposeHeaders": rule.expose_headers(),
            })
        });
        rules.collect()
    }))
}

/// Takes the website away.
pub(super) async fn delete_website(aws: &Aws, name: &str) -> Result<(), AwsError> {
    let request = aws.s3().delete_bucket_website().bucket(name);
    aws.call("s3", "DeleteBucketWebsite", || request.clone().send())
        .await
        .map(drop)
}

/// Takes every rule for other sites away.
pub(super) async fn delete_cors(aws: &Aws, name: &str) -> Result<(), AwsError> {
    let request = aws.s3().delete_bucket_cors().bucket(name);
    aws.call("s3", "DeleteBucketCors", || request.clone().send())
        .await
        .map(drop)
}
