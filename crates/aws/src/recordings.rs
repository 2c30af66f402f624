//! Where an instance of Amazon Connect keeps recordings of calls: what a case with AWS Support asks for.

use aws_sdk_connect::types::{InstanceStorageConfig, InstanceStorageResourceType};
use headset_core::AwsError;

use crate::clients::Aws;
use crate::pages::pages;

/// The places of an instance's recordings of calls: `s3://BUCKET/PREFIX`, or the sort of storage where it is another one.
///
/// # Errors
/// What AWS says.
pub async fn recordings(aws: &Aws, instance: &str) -> Result<Vec<String>, AwsError> {
    let listed = pages(|token| async move {
        let request = aws
            .connect()
            .list_instance_storage_configs()
            .instance_id(instance)
            .resource_type(InstanceStorageResourceType::CallRecordings)
            .set_next_token(token);
        let page = aws
            .call("connect", "ListInstanceStorageConfigs", || request.clone().send())
            .await?;
        Ok((page.storage_configs.unwrap_or_default(), page.next_token))
    })
    .await?;
    Ok(listed.iter().map(place).collect())
}

fn place(config: &InstanceStorageConfig) -> String {
    match config.s3_config() {
        Some(s3) => format!("s3://{}/{}", s3.bucket_name(), s3.bucket_prefix()),
        None => config.storage_type().as_str().to_owned(),
    }
}
