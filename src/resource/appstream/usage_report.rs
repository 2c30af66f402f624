//! The account's usage reports: who streamed when, as files in a bucket that AppStream makes.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fleet::gone;
use crate::aws::{Aws, AwsError, pages};
use crate::resource::field::{Change, Diff, Field};
use crate::resource::kind::{Actions, Kind, Live, Lookup, Sight, Work, parse};

/// What a blueprint says about usage reports. There is one subscription for an account and region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageReportSpec {
    /// The region whose sessions are reported: AppStream's.
    pub region: String,
}

/// The kind `appstream.usage_report`.
#[derive(Clone, Copy, Debug)]
pub struct UsageReport;

const FIELDS: &[Field] = &[Field::new(
    "region",
    Change::Replace,
    "the region whose sessions are reported",
)];

#[async_trait]
impl Kind for UsageReport {
    fn name(&self) -> &'static str {
        "appstream.usage_report"
    }

    fn about(&self) -> &'static str {
        "The account's daily usage reports in a region: shared, made where they are off, and never switched off."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn identity(&self) -> &'static [&'static str] {
        &["region"]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[("bucket", "the bucket that AppStream writes them to")]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["appstream:DescribeUsageReportSubscriptions"],
            write: &["appstream:CreateUsageReportSubscription"],
            delete: &["appstream:DeleteUsageReportSubscription"],
        }
    }

    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Sight> {
        let sight = look(aws).await;
        vec![sight; lookups.len()]
    }

    async fn create(&self, work: &Work<'_>, want: &Value) -> Result<String, AwsError> {
        let spec: UsageReportSpec = parse(want)?;
        let request = work.aws.appstream().create_usage_report_subscription();
        work.aws
            .call("appstream", "CreateUsageReportSubscription", || {
                request.clone().send()
            })
            .await?;
        Ok(spec.region)
    }

    async fn update(&self, _: &Work<'_>, _: &Value, _: &Live, _: &Diff) -> Result<(), AwsError> {
        // It has no settings.
        Ok(())
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

/// Where there is none, AWS answers an empty list or ResourceNotFoundException: its model allows both.
async fn look(aws: &Aws) -> Sight {
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
    let subscriptions = match listed {
        Err(error) if error.is_not_found() => return Sight::Absent,
        Err(error) => return Sight::Unknown(error),
        Ok(subscriptions) => subscriptions,
    };
    let Some(subscription) = subscriptions.first() else {
        return Sight::Absent;
    };
    let region = aws.regions().appstream.clone();
    Sight::Present(
        Live::new(region.clone(), "DAILY")
            .field("region", region)
            .output("bucket", subscription.s3_bucket_name().unwrap_or_default()),
    )
}
