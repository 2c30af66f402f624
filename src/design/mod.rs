//! From a blueprint to the resources it asks for: names, links, policies, pages. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::diagnostic::Place;
use crate::resource::Address;

/// Where and for whom: all that the design may know beyond the blueprint.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
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
}

/// How a resource is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Made, changed and deleted by Headset.
    Managed,
    /// Only read and linked to.
    Existing,
}

/// One resource that the blueprint asks for.
#[derive(Clone, Debug)]
pub struct Desired {
    /// Its address.
    pub address: Address,
    /// How it is held.
    pub mode: Mode,
    /// Its spec, by the kind's field table; texts may refer to other resources' outputs.
    pub spec: Value,
    /// What else must be there first, beyond what the spec refers to.
    pub after: Vec<Address>,
    /// Whether deleting and replacing it is refused.
    pub protect: bool,
    /// Where the blueprint asks for it.
    pub place: Option<Place>,
    /// Answers to its checkpoint that the blueprint gives.
    pub answers: BTreeMap<String, String>,
}

/// Everything that the blueprint asks for.
#[derive(Clone, Debug, Default)]
pub struct Design {
    /// The resources by address.
    pub resources: BTreeMap<Address, Desired>,
    /// What an administrator needs next, by name: may refer to outputs (`sign_in_url`, `in_session_page`, ...).
    pub outputs: BTreeMap<String, crate::resource::Text>,
}
