//! AWS's wire protocols, driven by tables that are generated from AWS's models.
//!
//! A request goes through [`route`] (which service, which operation), the protocol's decoder, and
//! [`validate`]; an answer through the protocol's encoder. Values between the codecs and the services are JSON
//! with AWS's member names: blobs in base64, timestamps as seconds since the epoch.

pub(crate) mod bounds;
pub(crate) mod cbor;
pub(crate) mod checksum;
pub(crate) mod chunked;
pub(crate) mod codec;
pub(crate) mod json;
pub(crate) mod message;
pub(crate) mod pattern;
pub(crate) mod query;
pub(crate) mod refusal;
pub(crate) mod rest;
pub(crate) mod route;
pub(crate) mod scope;
pub mod table;
pub(crate) mod timestamp;
pub(crate) mod validate;
pub(crate) mod xml;

#[cfg(test)]
mod tests;

/// How a request was written, and how its answer will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Smithy RPC v2 with CBOR bodies: AppStream for the Rust SDK.
    Cbor,
    /// JSON 1.1 with `X-Amz-Target`: AppStream for boto3 and Terraform, SSO Admin, Identity Store.
    Json,
    /// REST with JSON bodies: Connect.
    RestJson,
    /// Form in, XML out: IAM and STS.
    Query,
    /// The same in EC2's way: all lists flat, names of their own, no element around answers.
    Ec2,
    /// REST with XML bodies: S3.
    RestXml,
}

/// A request that cannot be read as the operation's input at all (wrong type, broken document).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Malformed(pub String);

impl Malformed {
    /// A value of another type than the model's.
    pub(crate) fn wrong_type(path: &str, expected: &str) -> Malformed {
        Malformed(format!("{path} is not a {expected}"))
    }
}
