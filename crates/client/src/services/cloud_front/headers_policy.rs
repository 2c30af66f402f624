//! Response headers policies: the headers that distributions add to what they serve.

use serde::{Deserialize, Serialize};

use super::common::{IF_MATCH, NO_ANSWER, SERVICE, list, member, operation, versioned};
use crate::operation::{Body, Http, Nothing, Operation};
use crate::service::Service;
use crate::values::{Flat, Verbatim};

/// A text in a header, and whether it takes the place of the origin's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ContentSecurityPolicy {
    /// Whether it takes the place of what the origin sends.
    pub r#override: bool,
    /// The policy.
    pub content_security_policy: String,
}

/// What a browser tells other sites of the page that it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ReferrerPolicy {
    /// Whether it takes the place of what the origin sends.
    pub r#override: bool,
    /// The policy.
    pub referrer_policy: String,
}

/// That a browser does not guess types.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ContentTypeOptions {
    /// Whether it takes the place of what the origin sends.
    pub r#override: bool,
}

/// That a browser comes by HTTPS only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct StrictTransportSecurity {
    /// Whether it takes the place of what the origin sends.
    pub r#override: bool,
    /// Whether it counts for names below, too.
    pub include_subdomains: Option<bool>,
    /// Whether browsers may have it built in.
    pub preload: Option<bool>,
    /// For how many seconds.
    pub access_control_max_age_sec: u64,
}

/// The headers that have a setting of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SecurityHeadersConfig {
    /// X-XSS-Protection.
    #[serde(rename = "XSSProtection")]
    pub xss_protection: Option<Verbatim>,
    /// X-Frame-Options.
    pub frame_options: Option<Verbatim>,
    /// Referrer-Policy.
    pub referrer_policy: Option<ReferrerPolicy>,
    /// Content-Security-Policy.
    pub content_security_policy: Option<ContentSecurityPolicy>,
    /// X-Content-Type-Options.
    pub content_type_options: Option<ContentTypeOptions>,
    /// Strict-Transport-Security.
    pub strict_transport_security: Option<StrictTransportSecurity>,
}

/// Another header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CustomHeader {
    /// Its name.
    pub header: String,
    /// Its value.
    pub value: String,
    /// Whether it takes the place of what the origin sends.
    pub r#override: bool,
}

list!(
    /// Other headers.
    CustomHeaders,
    CustomHeaderItems of CustomHeader,
    "ResponseHeadersPolicyCustomHeader"
);

/// Which headers a distribution adds to what it serves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResponseHeadersPolicyConfig {
    /// What it is for.
    pub comment: Option<String>,
    /// Its name.
    pub name: String,
    /// Which other sites may read what is served.
    pub cors_config: Option<Verbatim>,
    /// The headers that have a setting of their own.
    pub security_headers_config: Option<SecurityHeadersConfig>,
    /// Server-Timing.
    pub server_timing_headers_config: Option<Verbatim>,
    /// Others.
    pub custom_headers_config: Option<CustomHeaders>,
    /// Headers of the origin that are taken away.
    pub remove_headers_config: Option<Verbatim>,
}

/// A response headers policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResponseHeadersPolicy {
    /// Its id.
    pub id: String,
    /// What it says.
    pub response_headers_policy_config: ResponseHeadersPolicyConfig,
}

/// One with its version.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct FoundResponseHeadersPolicy {
    /// The version.
    #[serde(rename = "ETag")]
    pub etag: String,
    /// The thing.
    #[serde(rename = "ResponseHeadersPolicy")]
    pub found: ResponseHeadersPolicy,
}

/// Makes a response headers policy.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateResponseHeadersPolicy {
    /// What it says.
    pub response_headers_policy_config: ResponseHeadersPolicyConfig,
}

operation!(
    CreateResponseHeadersPolicy,
    FoundResponseHeadersPolicy,
    Http {
        body: Body::Member("ResponseHeadersPolicyConfig", "ResponseHeadersPolicyConfig"),
        answer: versioned("ResponseHeadersPolicy"),
        ..Http::of("POST", "/2020-05-31/response-headers-policy")
    }
);

/// Reads a response headers policy.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetResponseHeadersPolicy {
    /// Its id.
    pub id: String,
}

operation!(
    GetResponseHeadersPolicy,
    FoundResponseHeadersPolicy,
    Http {
        answer: versioned("ResponseHeadersPolicy"),
        ..Http::of("GET", "/2020-05-31/response-headers-policy/{Id}")
    }
);

/// Writes another configuration over that of a response headers policy.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateResponseHeadersPolicy {
    /// Its id.
    pub id: String,
    /// The version that is changed.
    pub if_match: String,
    /// What it says from now on.
    pub response_headers_policy_config: ResponseHeadersPolicyConfig,
}

operation!(
    UpdateResponseHeadersPolicy,
    Nothing,
    Http {
        headers: &[IF_MATCH],
        body: Body::Member("ResponseHeadersPolicyConfig", "ResponseHeadersPolicyConfig"),
        answer: NO_ANSWER,
        ..Http::of("PUT", "/2020-05-31/response-headers-policy/{Id}")
    }
);

/// Deletes a response headers policy.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteResponseHeadersPolicy {
    /// Its id.
    pub id: String,
    /// The version that is deleted.
    pub if_match: String,
}

operation!(
    DeleteResponseHeadersPolicy,
    Nothing,
    Http {
        headers: &[IF_MATCH],
        answer: NO_ANSWER,
        ..Http::of("DELETE", "/2020-05-31/response-headers-policy/{Id}")
    }
);

/// Lists response headers policies, page by page.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListResponseHeadersPolicies {
    /// `custom`: those of the account.
    pub r#type: Option<String>,
    /// What the page comes after.
    pub marker: Option<String>,
}

/// A response headers policy in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResponseHeadersPolicySummary {
    /// The policy.
    pub response_headers_policy: ResponseHeadersPolicy,
}

list!(
    /// Response headers policies.
    ResponseHeadersPolicies,
    ResponseHeadersPolicyItems of ResponseHeadersPolicySummary,
    "ResponseHeadersPolicySummary",
    next_marker
);

/// The answer to [`ListResponseHeadersPolicies`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResponseHeadersPolicyList {
    /// The page.
    pub response_headers_policy_list: ResponseHeadersPolicies,
}

operation!(
    ListResponseHeadersPolicies,
    ResponseHeadersPolicyList,
    Http {
        query: &[("Type", "Type"), ("Marker", "Marker")],
        answer: member("ResponseHeadersPolicyList"),
        ..Http::of("GET", "/2020-05-31/response-headers-policy")
    }
);
