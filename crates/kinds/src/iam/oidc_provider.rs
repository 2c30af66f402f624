//! `iam.oidc_provider`: what vouches for pipelines in an AWS account.

use std::collections::{BTreeMap, BTreeSet};

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{Actions, Kind, Live};
use crate::output;
use crate::outward::Terraform;
use headset_core::Arn;

/// What a blueprint asks of an OpenID Connect provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "iam.oidc_provider", of = OidcProvider, live = OidcProviderLive)]
pub struct OidcProviderSpec {
    /// Its address, `https://` and no `/` at its end, as its tokens have it in `iss`. An account has one provider of an
    /// address.
    #[field(replace)]
    pub url: String,
    /// The audiences that tokens may be for, 100 at most. The provider has these and no other ones.
    #[field(in_place, compared = Set, reported = Vec<String>, always)]
    pub client_ids: BTreeSet<String>,
    /// SHA-1 thumbprints of the certificate that signs the provider's own, five at most. Left out: IAM trusts its own list of
    /// authorities, and what it found when the provider was made.
    #[field(in_place, compared = Set, reported = Vec<String>, always)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbprints: Option<BTreeSet<String>>,
    /// Tags; others' tags stay.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// How IAM calls a provider: its address without `https://`. Also how conditions call what its tokens say.
pub fn host_of(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url).trim_end_matches('/')
}

/// The ARN of the provider of this address.
pub fn arn_of(partition: &str, account: &str, url: &str) -> String {
    let resource = format!("{TYPE}{}", host_of(url));
    let arn = Arn {
        partition,
        service: "iam",
        region: "",
        account,
        resource: &resource,
    };
    arn.to_string()
}

/// How IAM calls the provider of this ARN; `None`: it is the ARN of something else.
pub fn host_in(arn: &str) -> Option<&str> {
    Arn::parse(arn)?.resource.strip_prefix(TYPE)
}

const TYPE: &str = "oidc-provider/";

/// The kind `iam.oidc_provider`.
#[derive(Debug)]
pub struct OidcProvider;

impl Kind for OidcProvider {
    fn about(&self) -> &'static str {
        "The OpenID Connect provider whose tokens an AWS account accepts, such as that of a pipeline."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn called_by(&self) -> &'static str {
        OidcProviderSpec::URL.name
    }

    fn is_called(&self, name: &str, wanted: &str) -> bool {
        name == host_of(wanted)
    }

    fn identity(&self) -> &'static [FieldId] {
        &[OidcProviderSpec::URL]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::ARN, "its ARN"),
            (
                output::NAME,
                "its address without `https://`, as conditions call it",
            ),
        ]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_iam_openid_connect_provider", "ARN"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "iam:GetOpenIDConnectProvider",
                "iam:ListOpenIDConnectProviderTags",
            ],
            write: &[
                "iam:AddClientIDToOpenIDConnectProvider",
                "iam:CreateOpenIDConnectProvider",
                "iam:RemoveClientIDFromOpenIDConnectProvider",
                "iam:TagOpenIDConnectProvider",
                "iam:UntagOpenIDConnectProvider",
                "iam:UpdateOpenIDConnectProviderThumbprint",
            ],
            delete: &["iam:DeleteOpenIDConnectProvider"],
        }
    }

    fn searching(&self) -> &'static [&'static str] {
        &["iam:ListOpenIDConnectProviders"]
    }

    fn removal(&self, _live: &Live) -> Option<String> {
        Some("no role of the account can be assumed through it any more".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_known_by_its_address_without_the_protocol() {
        let url = "https://gitlab.example.com/oidc/";
        let arn = arn_of("aws", "123456789012", url);
        assert_eq!(
            arn,
            "arn:aws:iam::123456789012:oidc-provider/gitlab.example.com/oidc"
        );
        assert_eq!(host_in(&arn), Some("gitlab.example.com/oidc"));
        assert_eq!(host_in("arn:aws:iam::123456789012:role/oidc-provider"), None);
        assert!(OidcProvider.is_called("gitlab.example.com/oidc", url));
    }
}
