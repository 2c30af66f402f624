//! The account's usage reports: who streamed when, as files in a bucket that AppStream makes.

use async_trait::async_trait;
use aws_sdk_appstream::types::UsageReportSubscription;
use headset_core::AwsError;
pub use headset_kinds::appstream::usage_report::*;

use crate::error::gone;
use crate::kinds::kind::{Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::{Aws, pages};

#[async_trait]
impl Remote for UsageReport {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let observation = observe(aws).await;
        vec![observation; lookups.len()]
    }

    async fn create(&self, work: &Work<'_>, spec: &UsageReportSpec) -> Result<String, AwsError> {
        let request = work.aws.appstream().create_usage_report_subscription();
        work.aws
            .call("appstream", "CreateUsageReportSubscription", || {
                request.clone().send()
            })
            .await?;
        Ok(spec.region.clone())
    }

    async fn delete(&self, work: &Work<'_>, _live: &Live) -> Result<(), AwsError> {
        // The bucket and its reports stay.
        let request = work.aws.appstream().delete_usage_report_subscription();
        gone(
            work.aws
                .call("appstream", "DeleteUsageReportSubscription", || {
                    request.clone().send()
                })
                .await,
        )
    }
}

/// The subscription, if there is one. Where there is none, AWS answers an empty list or ResourceNotFoundException: its model
/// allows both.
pub(crate) async fn subscription(aws: &Aws) -> Result<Option<UsageReportSubscription>, AwsError> {
    let listed = pages(|token| async move {
        let request = aws
            .appstream()
            .describe_usage_report_subscriptions()
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeUsageReportSubscriptions", || {
                request.clone().send()
            })
            .await?;
        let subscriptions = answer.usage_report_subscriptions.unwrap_or_default();
        Ok((subscriptions, answer.next_token))
    })
    .await;
    match listed {
        Err(error) if error.is_not_found() => Ok(None),
        listed => Ok(listed?.into_iter().next()),
    }
}

async fn observe(aws: &Aws) -> Observation {
    let subscription = match subscription(aws).await {
        Err(error) => return Observation::Unknown(error),
        Ok(None) => return Observation::Absent,
        Ok(Some(subscription)) => subscription,
    };
    let region = aws.regions().appstream.clone();
    let observed = UsageReportLive {
        region: Some(region.clone()),
    };
    let bucket = subscription.s3_bucket_name().unwrap_or_default();
    Observation::Present(Live::of(region, "DAILY", observed).output(output::BUCKET, bucket))
}
