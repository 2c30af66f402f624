//! AWS's hosts on the way of a sign-in, as tables of what AWS lists for which region.
//!
//! Looked up on 2026-11-28 in
//!
//! * AppStream's guide, "Allowed Domains" (AWS Sign-in region endpoints; relay state region endpoints):
//!   <https://docs.aws.amazon.com/appstream2/latest/developerguide/allowed-domains.html>,
//! * its "Setting Up SAML", step 6, in the last edition that AWS published as source (March 2023), which alone has whole
//!   relay states: awsdocs/amazon-appstream2-developer-guide, `external-identity-providers-setting-up-saml.md`,
//! * the General Reference, "AWS Sign-In endpoints and quotas", for regions without AppStream:
//!   <https://docs.aws.amazon.com/general/latest/gr/signin-service.html>.

use serde_json::json;

use crate::blueprint::model::DesktopEndpoint;
use crate::design::Setting;

/// Regions with a sign-in host of their own. Elsewhere the host of the whole partition serves: of AppStream's regions, its
/// guide lists none for ap-northeast-3, ca-west-1 and eu-central-2. us-gov-west-1 is not here because its host is that of
/// the partition, without a region in it.
const SIGN_IN: [&str; 20] = [
    "af-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-5",
    "ca-central-1",
    "eu-central-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-west-2",
];

/// Regions whose relay states may have the host `appstream2-fips` (the guide of 2023).
const FIPS: [&str; 3] = ["us-east-1", "us-gov-west-1", "us-west-2"];

/// Regions with a host `appstream2.euc-sso` (the page of 2026).
const EUC_SSO: [&str; 20] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-5",
    "ca-central-1",
    "eu-central-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-2",
];

/// Regions with a host `appstream2.euc-sso-fips` (the page of 2026).
const EUC_SSO_FIPS: [&str; 4] = ["us-east-1", "us-gov-east-1", "us-gov-west-1", "us-west-2"];

/// What hosts of a partition end with.
fn domain(partition: &str) -> &'static str {
    match partition {
        "aws-us-gov" => "amazonaws-us-gov.com",
        _ => "aws.amazon.com",
    }
}

/// The hosts and names of AWS's sign-in for a region of a partition.
pub(super) struct Endpoints {
    /// The assertion URL of the region; that of the whole partition where the region has none.
    pub(super) regional: String,
    /// The assertion URL of the whole partition.
    pub(super) global: String,
    /// The audience.
    pub(super) urn: &'static str,
}

impl Endpoints {
    pub(super) fn of(setting: &Setting, region: &str) -> Endpoints {
        let domain = domain(&setting.partition);
        let global = format!("https://signin.{domain}/saml");
        let regional = match SIGN_IN.contains(&region) {
            true => format!("https://{region}.signin.{domain}/saml"),
            false => global.clone(),
        };
        Endpoints {
            regional,
            global,
            urn: match setting.partition.as_str() {
                // Assumption: gov-sign-in. The audience of GovCloud is established by no source that is at hand.
                "aws-us-gov" => "urn:amazon:webservices:govcloud",
                _ => "urn:amazon:webservices",
            },
        }
    }

    /// The assertion URLs, as a JSON array: AWS may answer a sign-in at either.
    pub(super) fn audiences(&self) -> String {
        match self.global == self.regional {
            true => json!([self.global]),
            false => json!([self.global, self.regional]),
        }
        .to_string()
    }
}

/// The regions in which AWS lists hosts of this sort for relay states. `None`: in all of them.
pub(super) fn regions_with(endpoint: DesktopEndpoint) -> Option<&'static [&'static str]> {
    match endpoint {
        DesktopEndpoint::Standard => None,
        DesktopEndpoint::Fips => Some(&FIPS),
        DesktopEndpoint::EucSso => Some(&EUC_SSO),
        DesktopEndpoint::EucSsoFips => Some(&EUC_SSO_FIPS),
    }
}

/// The host at which AppStream takes up a sign-in to a desktop.
///
/// Assumption: desktop-relay-host. The guide of 2023 lists whole relay states for nine regions, all of one form; the other
/// regions are taken to have that form, too.
pub(super) fn desktop(setting: &Setting, endpoint: DesktopEndpoint) -> String {
    let host = match endpoint {
        DesktopEndpoint::Standard => "appstream2",
        DesktopEndpoint::Fips => "appstream2-fips",
        DesktopEndpoint::EucSso => "appstream2.euc-sso",
        DesktopEndpoint::EucSsoFips => "appstream2.euc-sso-fips",
    };
    format!(
        "{host}.{}.{}",
        setting.appstream_region,
        domain(&setting.partition)
    )
}
