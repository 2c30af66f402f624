//! S3 Control: what of S3 belongs to an account rather than a bucket.

use serde::{Deserialize, Serialize};

use crate::hosts;
use crate::operation::{Answered, Body, Http, Operation};
use crate::service::{Protocol, Service};

/// The service. It signs as S3.
pub static SERVICE: Service = Service {
    name: "s3control",
    id: "S3 Control",
    signing_name: "s3",
    version: "2018-08-20",
    host: &hosts::S3_CONTROL,
    protocol: Protocol::RestXml {
        namespace: "http://awss3control.amazonaws.com/doc/2018-08-20/",
    },
};

/// Reads what an account blocks for all of its buckets.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetPublicAccessBlock {
    /// Whose: the account of the caller.
    pub account_id: String,
}

/// The answer to [`GetPublicAccessBlock`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PublicAccessBlock {
    /// The four flags.
    pub public_access_block_configuration: Flags,
}

/// What is blocked; a flag that is not there is off.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Flags {
    /// Policies that make a bucket public are refused.
    pub block_public_policy: bool,
    /// Where a policy makes a bucket public, only the account gets in.
    pub restrict_public_buckets: bool,
}

impl Operation for GetPublicAccessBlock {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "GetPublicAccessBlock";
    type Answer = PublicAccessBlock;
    const HTTP: Http = Http {
        headers: &[("x-amz-account-id", "AccountId")],
        answer: Answered {
            headers: &[],
            status: None,
            body: Body::Member("PublicAccessBlockConfiguration", "PublicAccessBlockConfiguration"),
        },
        ..Http::of("GET", "/v20180820/configuration/publicAccessBlock")
    };

    fn account(&self) -> Option<&str> {
        Some(&self.account_id)
    }
}
