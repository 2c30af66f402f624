//! `cloudfront.distribution`: what serves the pages.

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{Actions, Condition, Declared, Kind};
use crate::output;
use crate::outward::Terraform;
use crate::text::Text;
use crate::verify::{Asked, Check, Checked};

/// CloudFront's guide to comments of distributions, in characters.
pub const LONGEST_NAME: usize = 128;
/// AWS's own cache policy for files of a bucket: what they say themselves counts (its page on managed cache policies,
/// `CachingOptimized`).
pub const CACHE_POLICY: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
/// The oldest TLS with CloudFront's own certificate: "CloudFront automatically sets the security policy to `TLSv1`
/// regardless of the value that you set here" (model, `MinimumProtocolVersion`).
pub const TLS_OF_CLOUDFRONT: &str = "TLSv1";
/// The oldest TLS with a certificate of one's own.
pub const TLS: &str = "TLSv1.2_2021";

/// What a blueprint asks of a distribution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "cloudfront.distribution", of = Distribution, live = DistributionLive)]
pub struct DistributionSpec {
    /// What it is called, at most 128 characters: a distribution has no name, so that it is its comment.
    #[field(in_place, always)]
    pub name: String,
    /// The host of the bucket that it serves.
    #[field(in_place)]
    pub bucket_host: String,
    /// Id of the origin access control by which it asks the bucket.
    #[field(in_place)]
    pub access_control: Text,
    /// Id of the policy that says which headers it adds.
    #[field(in_place)]
    pub headers_policy: Text,
    /// Ids of the policies for certain paths, by path.
    #[field(in_place)]
    #[serde(default)]
    pub path_policies: BTreeMap<String, Text>,
    /// The name of one's own that it answers to; null: CloudFront's alone.
    #[field(in_place)]
    pub domain: Option<String>,
    /// ARN of the certificate for that name, in Certificate Manager's us-east-1; null: CloudFront's.
    #[field(in_place)]
    pub certificate: Option<String>,
    /// The oldest TLS with which browsers come: `TLSv1.2_2021`; with CloudFront's certificate it is `TLSv1`.
    #[field(in_place)]
    pub minimum_tls: String,
    /// Which edges serve it: `PriceClass_100`, `PriceClass_200` or `PriceClass_All`.
    #[field(in_place)]
    pub price_class: String,
    /// What becomes of requests without TLS: `redirect-to-https`.
    #[field(in_place)]
    pub viewer_protocol: String,
    /// Id of the policy that says how long edges keep what.
    #[field(in_place)]
    pub cache_policy: String,
    /// Whether edges compress what they serve.
    #[field(in_place)]
    pub compress: bool,
    /// Up to which version of HTTP: `http2and3`.
    #[field(in_place)]
    pub http_version: String,
    /// Whether it has addresses of IP version 6, too.
    #[field(in_place)]
    pub ipv6: bool,
    /// Whether it serves at all.
    #[field(in_place)]
    pub enabled: bool,
    /// Tags; others' tags stay.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// `verify`: every edge serves the pages as they are configured.
static DEPLOYED: Check = Check {
    id: "distribution-deployed",
    about: "CloudFront serves the pages, and all of its edges know how",
    after: &[],
    across: &[],
};

/// The kind `cloudfront.distribution`.
#[derive(Debug)]
pub struct Distribution;

impl Kind for Distribution {
    fn about(&self) -> &'static str {
        "A distribution of Amazon CloudFront: it serves the pages from a bucket that nothing else may read, with headers that \
         S3 cannot send. A change takes some minutes until all edges have it."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[DistributionSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::ID, "its id"),
            (output::ARN, "its ARN"),
            (
                output::ORIGIN,
                "the web origin of what it serves, without a slash at the end: that of its own name, if it has one",
            ),
            (output::HOST, "the host name that CloudFront gave it"),
        ]
    }

    fn searching(&self) -> &'static [&'static str] {
        &["cloudfront:ListDistributions", "cloudfront:ListTagsForResource"]
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&DEPLOYED] }
    }

    fn check(&self, Asked { live, .. }: Asked<'_>) -> Vec<Checked> {
        let looked_at = format!("the distribution {}", live.id);
        vec![match (&live.condition, self.read(live).enabled) {
            (_, Some(false)) => {
                DEPLOYED.failed(looked_at, "it is disabled", "switch it on with `headset apply`")
            }
            (Condition::Settled { .. }, _) => DEPLOYED.passed(looked_at),
            (other, _) => DEPLOYED.failed(
                looked_at,
                format!("it is {}: some edges serve what was before", other.state()),
                "wait some minutes, and verify again",
            ),
        }]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_cloudfront_distribution", "ID"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "cloudfront:ListDistributions",
                "cloudfront:GetDistribution",
                "cloudfront:ListTagsForResource",
            ],
            write: &[
                "cloudfront:CreateDistribution",
                "cloudfront:UpdateDistribution",
                "cloudfront:TagResource",
                "cloudfront:UntagResource",
            ],
            // It is disabled first.
            delete: &["cloudfront:UpdateDistribution", "cloudfront:DeleteDistribution"],
        }
    }

    /// AWS's own waiter (`DistributionDeployed`) gives up after 35 minutes; mostly it takes five.
    fn timeout(&self) -> u64 {
        2_100
    }
}
