//! `cloudfront.headers_policy`: the headers that a distribution adds to what it serves.

use std::time::Duration;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::output;
use crate::outward::Terraform;
use crate::seconds;
use crate::text::Text;

/// CloudFront's guide to response headers policies, in characters.
pub const LONGEST_NAME: usize = 128;

/// The header that says which of the browser's devices a page may use. It has no setting of its own in CloudFront.
///
/// Assumption: `cloudfront.permissions-policy-custom`.
pub const PERMISSIONS_POLICY: &str = "Permissions-Policy";

/// What a blueprint asks of a response headers policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "cloudfront.headers_policy", of = HeadersPolicy, live = HeadersPolicyLive)]
pub struct HeadersPolicySpec {
    /// Its name, 1 to 128 letters, digits, hyphens and underscores; an account has one of a name.
    #[field(in_place, always)]
    pub name: String,
    /// What it is for, at most 128 characters.
    #[field(in_place)]
    pub description: String,
    /// The Content-Security-Policy beside that of the pages themselves.
    #[field(in_place)]
    pub content_security_policy: String,
    /// What a browser says to other sites of the page that it comes from: Referrer-Policy.
    #[field(in_place)]
    pub referrer_policy: String,
    /// For how long browsers come by HTTPS only: Strict-Transport-Security, in seconds.
    #[field(in_place, reported = u64)]
    #[serde(with = "seconds")]
    pub transport_security: Duration,
    /// Whether browsers take the type for what it is said to be: X-Content-Type-Options.
    #[field(in_place)]
    pub no_sniff: bool,
    /// Which of the browser's devices a page may use: Permissions-Policy.
    #[field(in_place)]
    pub permissions_policy: Text,
}

/// The kind `cloudfront.headers_policy`.
#[derive(Debug)]
pub struct HeadersPolicy;

impl Kind for HeadersPolicy {
    fn about(&self) -> &'static str {
        "A response headers policy of Amazon CloudFront: the headers that a distribution adds to a page."
    }

    fn trace(&self) -> Trace {
        Trace::Within
    }

    fn identity(&self) -> &'static [FieldId] {
        &[HeadersPolicySpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(output::ID, "its id")]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_cloudfront_response_headers_policy", "ID"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "cloudfront:ListResponseHeadersPolicies",
                "cloudfront:GetResponseHeadersPolicy",
            ],
            write: &[
                "cloudfront:CreateResponseHeadersPolicy",
                "cloudfront:UpdateResponseHeadersPolicy",
            ],
            delete: &["cloudfront:DeleteResponseHeadersPolicy"],
        }
    }
}
