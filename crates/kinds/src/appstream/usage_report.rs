//! The account's usage reports: who streamed when, as files in a bucket that AppStream makes.

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::output;

/// What a blueprint says about usage reports. There is one subscription for an account and region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Fields)]
#[fields(kind = "appstream.usage_report", of = UsageReport, live = UsageReportLive)]
pub struct UsageReportSpec {
    /// The region whose sessions are reported: AppStream's.
    #[field(replace)]
    pub region: String,
}

/// The kind `appstream.usage_report`.
#[derive(Clone, Copy, Debug)]
pub struct UsageReport;

impl Kind for UsageReport {
    fn about(&self) -> &'static str {
        "The account's daily usage reports in a region: shared, made where they are off, and never switched off."
    }

    fn trace(&self) -> Trace {
        Trace::Kept
    }

    fn identity(&self) -> &'static [FieldId] {
        &[UsageReportSpec::REGION]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(output::BUCKET, "the bucket that AppStream writes them to")]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["appstream:DescribeUsageReportSubscriptions"],
            write: &["appstream:CreateUsageReportSubscription"],
            delete: &["appstream:DeleteUsageReportSubscription"],
        }
    }
}
