//! All that the design may know beyond the blueprint.

use std::collections::BTreeMap;

use headset_kinds::Address;

/// Where and for whom: all that the design may know beyond the blueprint.
#[derive(Clone, Debug, PartialEq)]
pub struct DesignContext {
    /// The twelve-digit account.
    pub account: String,
    /// The partition: `aws` or `aws-us-gov`.
    pub partition: String,
    /// The region of Connect, the role's audiences and the bucket.
    pub region: String,
    /// The region of AppStream.
    pub appstream_region: String,
    /// The home region of IAM Identity Center.
    pub identity_center_region: String,
    /// The lineage of this environment's state: the value of the tag `headset:id`.
    pub lineage: String,
    /// When the environment expires (RFC 3339), if the blueprint sets `lifetime`.
    pub expires: Option<String>,
    /// What AWS gave.
    pub given: Given,
    /// Which copy of amazon-connect-streams the pages load.
    pub library: Library,
}

/// What AWS gave, and only state knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The host of CloudFront's that serves the pages, once there is one.
    pub pages_host: Option<String>,
    /// The origin of the instance, once there is one. Old instances have another host than their alias tells.
    pub instance_origin: Option<String>,
}

impl Given {
    /// Where it does not matter what AWS gives.
    pub fn sample() -> Given {
        Given {
            pages_host: Some(SAMPLE_HOST.to_owned()),
            instance_origin: None,
        }
    }

    /// This, and of the other what is not known here.
    #[must_use]
    pub fn or(self, other: &Given) -> Given {
        Given {
            pages_host: self.pages_host.or_else(|| other.pages_host.clone()),
            instance_origin: self.instance_origin.or_else(|| other.instance_origin.clone()),
        }
    }
}

/// A host such as CloudFront gives, where it does not matter which.
pub const SAMPLE_HOST: &str = "d111111abcdef8.cloudfront.net";

/// Which copy of amazon-connect-streams the pages load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    /// The file of the npm package, by its digest. The machine that uploads it has to have it.
    Package,
    /// A script that says that it stands in for it: for the simulator only.
    StandIn,
}

/// The keys under which entries were made, by their addresses now, where they were others: what is derived from a key
/// and cannot be given by name keeps the first one, so that a new key changes nothing in AWS.
pub type FirstKeys = BTreeMap<Address, String>;
