//! A whole blueprint.

use std::collections::BTreeMap;
use std::time::Duration;

use super::address::Move;
use super::appstream::AppstreamSection;
use super::aws::AwsSection;
use super::bootstrap::BootstrapSection;
use super::ccp::CcpSection;
use super::connect::ConnectSection;
use super::sign_in::SignInSection;
use super::target::Target;
use super::waiver::Waiver;
use crate::account::OwnArn;
use crate::at::At;
use headset_kinds::Address;

/// A whole blueprint.
#[derive(Clone, Debug, PartialEq)]
pub struct Blueprint {
    /// The file it was read from, as the user named it.
    pub file: String,
    /// `name`: prefix of every name, and the tag `headset:environment`. 2 to 32 of `[a-z0-9-]`.
    pub name: At<String>,
    /// `aws`.
    pub aws: AwsSection,
    /// `lifetime`, if set: tags an expiry, and makes `protect` default to false.
    pub lifetime: Option<At<Duration>>,
    /// `state`: the shared store that state is kept in.
    pub state: Option<At<String>>,
    /// Whether things are protected unless they say otherwise: true without `lifetime`, false with it.
    pub protect: bool,
    /// Extra tags for everything that can carry tags (top-level `tags`).
    pub tags: BTreeMap<String, String>,
    /// `connect`.
    pub connect: Option<ConnectSection>,
    /// `sign_in`.
    pub sign_in: Option<SignInSection>,
    /// `ccp`.
    pub ccp: Option<CcpSection>,
    /// `appstream`.
    pub appstream: Option<AppstreamSection>,
    /// `bootstrap`.
    pub bootstrap: Option<BootstrapSection>,
    /// The blueprints that `bootstrap.ci` names, by their files as they are seen from here.
    pub environments: BTreeMap<String, Blueprint>,
    /// `moved`: what used to be at one address, and is at another now. State follows; AWS is not touched.
    pub moved: Vec<Move>,
    /// `removed`: what Headset lets go of without deleting it.
    pub removed: Vec<At<Address>>,
    /// `waivers`: drift that is known and let be for a while.
    pub waivers: BTreeMap<Address, Waiver>,
    /// `targets`: the environments of this one definition.
    pub targets: BTreeMap<String, Target>,
    /// What has to be of the account that is worked in, wherever it stands.
    pub own: Vec<OwnArn>,
}
