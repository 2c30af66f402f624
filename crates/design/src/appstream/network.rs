//! Security groups of fleets and builders: those that the blueprint names, or one that Headset makes.

use std::collections::BTreeMap;

use headset_blueprint::model::{AppstreamSection, Audio, Groups, Network};
use headset_kinds::ec2::SecurityGroupSpec;
use headset_kinds::ec2::security_group::rule;
use headset_kinds::names;
use headset_kinds::output;
use headset_kinds::{Address, KindId, Text};

use crate::draft::DesignDraft;

/// The key of the group of all that have no network of their own. Nothing in a blueprint has a colon in its key.
const SHARED: &str = "desktops";

/// Every address of IP version 4.
const ANYWHERE: &str = "0.0.0.0/0";

/// A fleet or builder with a network of its own.
pub(super) struct Own<'a> {
    /// The network.
    pub network: &'a Network,
    /// What it is.
    pub of: KindId,
    /// Its key.
    pub key: &'a str,
    /// The key that it was made with.
    pub first: &'a str,
}

/// The security groups of a fleet or builder. `own`: `None` for one in the network of all.
pub(super) fn groups(
    draft: &mut DesignDraft<'_>,
    section: &AppstreamSection,
    own: Option<&Own<'_>>,
) -> Vec<Text> {
    let network = own.map_or(&section.network, |own| own.network);
    let (place, vpc) = match &network.security_groups {
        Groups::Named(named) => return named.iter().map(|group| group.value.as_str().into()).collect(),
        Groups::Managed { place, vpc } => (place, vpc),
    };
    let (key, called) = match own {
        Some(own) => {
            let (_, noun) = own.of.name().rsplit_once('.').unwrap_or_default();
            (format!("{noun}:{}", own.key), format!("{noun}-{}", own.first))
        }
        None => (SHARED.to_owned(), SHARED.to_owned()),
    };
    let address = Address::new(SecurityGroupSpec::KIND, &key);
    if !draft.design.resources.contains_key(&address) {
        let environment = &draft.blueprint.name.value;
        let spec = SecurityGroupSpec {
            // In another VPC it has another name, so that the new one can come before the old one goes.
            name: names::name(&[environment, &called, vpc], names::SECURITY_GROUP),
            vpc: vpc.clone(),
            description: format!("Desktops of {environment}"),
            egress: egress(draft, network),
            ingress: Vec::new(),
            tags: draft.tags(&BTreeMap::new()),
        };
        draft.managed(key, &spec, false, place);
    }
    vec![Text::after(&address, output::ID)]
}

/// What a desktop sends: HTTPS and HTTP, its stream over UDP, its calls only where it is the desktop that has the audio, and
/// what its domain takes (AppStream's "Customer network ports").
fn egress(draft: &DesignDraft<'_>, network: &Network) -> Vec<String> {
    let peer = network
        .prefix_list
        .as_ref()
        .map_or(ANYWHERE, |list| list.value.as_str());
    let mut rules = vec![
        rule("tcp", 443, 443, peer),
        rule("tcp", 80, 80, peer),
        rule("udp", 8433, 8433, peer),
    ];
    // In a split center the calls are the local page's: a way out of the session would let it take them.
    let ccp = draft.blueprint.ccp.as_ref();
    if ccp.is_some_and(|ccp| ccp.audio == Audio::Session) {
        rules.push(rule("udp", 3478, 3478, peer));
    }
    if let Some(directory) = &network.directory {
        let of_domain = DOMAIN.iter();
        rules.extend(of_domain.map(|(protocol, from, to)| rule(protocol, *from, *to, &directory.value)));
    }
    rules
}

/// What a member of an Active Directory domain sends to its domain controllers.
const DOMAIN: &[(&str, u16, u16)] = &[
    ("tcp", 53, 53),
    ("udp", 53, 53),
    ("tcp", 88, 88),
    ("udp", 88, 88),
    ("udp", 123, 123),
    ("tcp", 135, 135),
    ("udp", 137, 138),
    ("tcp", 139, 139),
    ("tcp", 389, 389),
    ("udp", 389, 389),
    ("tcp", 445, 445),
    ("udp", 445, 445),
    ("tcp", 1024, 65535),
];
