//! The configuration of a distribution, whole.

use serde::{Deserialize, Serialize};

use super::common::list;
use crate::values::{Flat, Verbatim};

/// What a distribution reads of a bucket, if it is of the older sort that has identities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct S3OriginConfig {
    /// The identity; empty: none.
    pub origin_access_identity: String,
    /// How long it waits.
    pub origin_read_timeout: Option<Verbatim>,
}

/// Where a distribution has from what it serves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Origin {
    /// What behaviors call it.
    pub id: String,
    /// Its host.
    pub domain_name: String,
    /// The folder there.
    pub origin_path: Option<Verbatim>,
    /// Headers that it is asked with.
    pub custom_headers: Option<Verbatim>,
    /// That it is a bucket.
    pub s3_origin_config: Option<S3OriginConfig>,
    /// That it is another server.
    pub custom_origin_config: Option<Verbatim>,
    /// That it is in a private network.
    pub vpc_origin_config: Option<Verbatim>,
    /// How often it is tried.
    pub connection_attempts: Option<Verbatim>,
    /// How long each time.
    pub connection_timeout: Option<Verbatim>,
    /// How long an answer may take.
    pub response_completion_timeout: Option<Verbatim>,
    /// A cache before it.
    pub origin_shield: Option<Verbatim>,
    /// Id of the origin access control by which it is asked.
    pub origin_access_control_id: Option<String>,
}

list!(
    /// Origins.
    Origins,
    OriginItems of Origin,
    "Origin"
);

/// What a distribution does with requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CacheBehavior {
    /// For which paths; the default behavior has none.
    pub path_pattern: Option<String>,
    /// The origin.
    pub target_origin_id: String,
    /// Who signs addresses.
    pub trusted_signers: Option<Verbatim>,
    /// Whose keys sign addresses.
    pub trusted_key_groups: Option<Verbatim>,
    /// What becomes of requests without TLS.
    pub viewer_protocol_policy: String,
    /// Which methods it takes.
    pub allowed_methods: Option<Verbatim>,
    /// A format of Microsoft's.
    pub smooth_streaming: Option<Verbatim>,
    /// Whether it compresses what it serves.
    pub compress: Option<bool>,
    /// Functions.
    pub lambda_function_associations: Option<Verbatim>,
    /// Functions.
    pub function_associations: Option<Verbatim>,
    /// Fields that are encrypted on the way.
    pub field_level_encryption_id: Option<Verbatim>,
    /// Logs.
    pub realtime_log_config_arn: Option<Verbatim>,
    /// Id of the policy that says how long what is kept.
    pub cache_policy_id: Option<String>,
    /// Id of the policy that says with which headers the origin is asked.
    pub origin_request_policy_id: Option<Verbatim>,
    /// Id of the policy that says which headers are added.
    pub response_headers_policy_id: Option<String>,
    /// gRPC.
    pub grpc_config: Option<Verbatim>,
    /// With which headers the origin is asked, in the older form.
    pub forwarded_values: Option<Verbatim>,
    /// How long things are kept, in the older form.
    #[serde(rename = "MinTTL")]
    pub min_ttl: Option<Verbatim>,
    /// How long things are kept, in the older form.
    #[serde(rename = "DefaultTTL")]
    pub default_ttl: Option<Verbatim>,
    /// How long things are kept, in the older form.
    #[serde(rename = "MaxTTL")]
    pub max_ttl: Option<Verbatim>,
}

list!(
    /// Behaviors for paths.
    CacheBehaviors,
    CacheBehaviorItems of CacheBehavior,
    "CacheBehavior"
);

list!(
    /// Names of one's own.
    Aliases,
    AliasItems of String,
    "CNAME"
);

/// The certificate that browsers see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ViewerCertificate {
    /// CloudFront's own.
    pub cloud_front_default_certificate: Option<bool>,
    /// One that is kept in IAM.
    #[serde(rename = "IAMCertificateId")]
    pub iam_certificate_id: Option<String>,
    /// One of Certificate Manager's, in us-east-1.
    #[serde(rename = "ACMCertificateArn")]
    pub acm_certificate_arn: Option<String>,
    /// `sni-only`.
    #[serde(rename = "SSLSupportMethod")]
    pub ssl_support_method: Option<String>,
    /// The oldest version of TLS, with its ciphers: `TLSv1.2_2021`.
    pub minimum_protocol_version: Option<String>,
}

/// A distribution's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DistributionConfig {
    /// What makes the creation one that is not repeated.
    pub caller_reference: String,
    /// Names of one's own.
    pub aliases: Option<Aliases>,
    /// What is served at `/`.
    pub default_root_object: Option<Verbatim>,
    /// Where it has from what it serves.
    pub origins: Origins,
    /// Origins that stand in for each other.
    pub origin_groups: Option<Verbatim>,
    /// What it does with requests.
    pub default_cache_behavior: CacheBehavior,
    /// What it does with requests for certain paths.
    pub cache_behaviors: Option<CacheBehaviors>,
    /// What it answers in place of errors.
    pub custom_error_responses: Option<Verbatim>,
    /// A text for people.
    pub comment: String,
    /// Logs.
    pub logging: Option<Verbatim>,
    /// Which edges serve it.
    pub price_class: Option<String>,
    /// Whether it serves at all.
    pub enabled: bool,
    /// The certificate that browsers see.
    pub viewer_certificate: Option<ViewerCertificate>,
    /// Countries.
    pub restrictions: Option<Verbatim>,
    /// A firewall.
    #[serde(rename = "WebACLId")]
    pub web_acl_id: Option<Verbatim>,
    /// Up to which version of HTTP.
    pub http_version: Option<String>,
    /// Whether it has addresses of IP version 6.
    #[serde(rename = "IsIPV6Enabled")]
    pub is_ipv6_enabled: Option<bool>,
    /// A trial of another configuration.
    pub continuous_deployment_policy_id: Option<Verbatim>,
    /// Whether it is such a trial.
    pub staging: Option<Verbatim>,
    /// Addresses of one's own.
    pub anycast_ip_list_id: Option<Verbatim>,
    /// What tenants may decide.
    pub tenant_config: Option<Verbatim>,
    /// Whether tenants use it.
    pub connection_mode: Option<Verbatim>,
    /// Certificates of browsers.
    pub viewer_mtls_config: Option<Verbatim>,
    /// A function.
    pub connection_function_association: Option<Verbatim>,
    /// Tags of what is kept.
    pub cache_tag_config: Option<Verbatim>,
}
