//! AWS's hosts on the way of a sign-in. Which region has which, `headset_kinds::regions` lists, and
//! `headset_kinds::evidence::dated` says when and where these lists were read.

use serde_json::Value;

use crate::context::DesignContext;
use headset_blueprint::model::DesktopEndpoint;
use headset_kinds::regions::{self, Has};

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
    pub(super) fn of(context: &DesignContext, region: &str) -> Endpoints {
        let domain = domain(&context.partition);
        let global = format!("https://signin.{domain}/saml");
        let regional = match regions::has(region, Has::SignIn) {
            true => format!("https://{region}.signin.{domain}/saml"),
            false => global.clone(),
        };
        Endpoints {
            regional,
            global,
            urn: match context.partition.as_str() {
                // Assumption: gov-sign-in. The audience of GovCloud is established by no source that is at hand.
                "aws-us-gov" => "urn:amazon:webservices:govcloud",
                _ => "urn:amazon:webservices",
            },
        }
    }

    /// The assertion URLs, as a JSON array: AWS may answer a sign-in at either.
    pub(super) fn audiences(&self) -> String {
        let mut urls = vec![self.global.as_str(), self.regional.as_str()];
        urls.dedup();
        Value::from(urls).to_string()
    }
}

/// The regions in which AWS lists hosts of this sort for relay states. `None`: in all of them.
pub(super) fn regions_with(endpoint: DesktopEndpoint) -> Option<Vec<&'static str>> {
    let listed = match endpoint {
        DesktopEndpoint::Standard => return None,
        DesktopEndpoint::Fips => Has::Fips,
        DesktopEndpoint::EucSso => Has::EucSso,
        DesktopEndpoint::EucSsoFips => Has::EucSsoFips,
    };
    Some(regions::with(listed))
}

/// The host at which AppStream takes up a sign-in to a desktop.
///
/// Assumption: desktop-relay-host. The guide of 2023 lists whole relay states for nine regions, all of one form; the other
/// regions are taken to have that form, too.
pub(super) fn desktop(context: &DesignContext, endpoint: DesktopEndpoint) -> String {
    let host = match endpoint {
        DesktopEndpoint::Standard => "appstream2",
        DesktopEndpoint::Fips => "appstream2-fips",
        DesktopEndpoint::EucSso => "appstream2.euc-sso",
        DesktopEndpoint::EucSsoFips => "appstream2.euc-sso-fips",
    };
    format!(
        "{host}.{}.{}",
        context.appstream_region,
        domain(&context.partition)
    )
}
