//! Security groups of fleets and builders, those that the blueprint names or one that Headset makes; and interface endpoints.

use std::collections::BTreeMap;

use headset_blueprint::model::{
    AppstreamSection, At, Audio, Endpoint, EndpointPolicy, Groups, Network, Owned,
};
use headset_core::diagnostic::Place;
use headset_kinds::ec2::security_group::rule;
use headset_kinds::ec2::{SecurityGroupSpec, VpcEndpointSpec, vpc_endpoint};
use headset_kinds::names;
use headset_kinds::output;
use headset_kinds::{Address, KindId, Text};
use serde_json::json;

use super::fields::values;
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
        Groups::Named(named) => return values(named).into_iter().map(Text::from).collect(),
        Groups::Managed { place, vpc } => (place, vpc),
    };
    let (key, called) = match own {
        Some(own) => {
            let (_, noun) = own.of.name().rsplit_once('.').unwrap_or_default();
            (format!("{noun}:{}", own.key), format!("{noun}-{}", own.first))
        }
        None => (SHARED.to_owned(), SHARED.to_owned()),
    };
    let wanted = Group {
        called: &called,
        vpc,
        description: format!("Desktops of {}", draft.blueprint.name.value),
        egress: egress(draft, network),
        ingress: Vec::new(),
        owned: network.owned.as_ref().map(|owned| owned.value),
    };
    vec![group(draft, &key, wanted, place)]
}

/// The id of the endpoint through which stacks stream.
pub(super) fn streaming() -> Text {
    Text::after(&Address::new(VpcEndpointSpec::KIND, STREAMING), output::ID)
}

/// A security group that is asked for.
struct Group<'a> {
    called: &'a str,
    vpc: &'a str,
    description: String,
    egress: Vec<String>,
    ingress: Vec<String>,
    owned: Option<Owned>,
}

/// Draws a security group, unless that is done, and returns its id.
fn group(draft: &mut DesignDraft<'_>, key: &str, wanted: Group<'_>, place: &Place) -> Text {
    let address = Address::new(SecurityGroupSpec::KIND, key);
    if !draft.design.resources.contains_key(&address) {
        let environment = &draft.blueprint.name.value;
        let spec = SecurityGroupSpec {
            // In another VPC it has another name, so that the new one can come before the old one goes.
            name: names::name(&[environment, wanted.called, wanted.vpc], names::SECURITY_GROUP),
            vpc: wanted.vpc.to_owned(),
            description: wanted.description,
            egress: wanted.egress,
            ingress: wanted.ingress,
            tags: draft.tags(&BTreeMap::new()),
        };
        draft.managed(key, &spec, false, place);
        draft.lists(&address, wanted.owned);
    }
    Text::after(&address, output::ID)
}

/// Draws the endpoints.
pub(super) fn endpoints(draft: &mut DesignDraft<'_>, section: &AppstreamSection) {
    let (Some(wanted), Some(vpc)) = (&section.endpoints, &section.network.vpc) else {
        return;
    };
    let region = &draft.context.appstream_region;
    let streaming = vpc_endpoint::streaming(region);
    let api = vpc_endpoint::api(region);
    let policy = wanted.api_policy.map(|policy| document(draft, policy));
    let both = [
        (STREAMING, streaming, &wanted.streaming, STREAMED, None),
        (API, api, &wanted.api, CALLED, policy),
    ];
    for (key, service, endpoint, ports, policy) in both {
        let Some(endpoint) = endpoint else { continue };
        let own = match endpoint.subnets.is_empty() {
            true => &section.network.subnets,
            false => &endpoint.subnets,
        };
        let spec = VpcEndpointSpec {
            service,
            vpc: vpc.value.clone(),
            subnets: values(own),
            security_groups: groups_of(draft, endpoint, (key, ports), &vpc.value),
            private_dns: endpoint.private_dns,
            policy,
            tags: draft.tags(&BTreeMap::new()),
        };
        draft.managed(key, &spec, false, &endpoint.place);
    }
}

/// The security groups of an endpoint: those that it names, or one that lets in what it serves.
fn groups_of(
    draft: &mut DesignDraft<'_>,
    endpoint: &Endpoint,
    (key, ports): (&str, &[(u16, u16)]),
    vpc: &str,
) -> Vec<Text> {
    if endpoint.from.is_empty() {
        return values(&endpoint.security_groups)
            .into_iter()
            .map(Text::from)
            .collect();
    }
    let rules = |peer: &At<String>| {
        let of_peer = ports
            .iter()
            .map(|(from, to)| rule("tcp", *from, *to, &peer.value));
        of_peer.collect::<Vec<_>>()
    };
    let wanted = Group {
        called: &format!("endpoint-{key}"),
        vpc,
        description: format!("Endpoint for {key} of {}", draft.blueprint.name.value),
        egress: Vec::new(),
        ingress: endpoint.from.iter().flat_map(rules).collect(),
        owned: None,
    };
    vec![group(draft, &format!("endpoint:{key}"), wanted, &endpoint.place)]
}

/// Who may do what through an endpoint.
fn document(draft: &DesignDraft<'_>, policy: EndpointPolicy) -> String {
    let mut statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" });
    match policy {
        // AWS's own, which names no version.
        EndpointPolicy::Open => json!({ "Statement": [statement] }).to_string(),
        EndpointPolicy::Account => {
            let account = &draft.context.account;
            statement["Condition"] = json!({ "StringEquals": { "aws:PrincipalAccount": account } });
            json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
        }
    }
}

/// The keys of endpoints, which are also in names.
const STREAMING: &str = "streaming";
const API: &str = "api";

/// The ports of TCP at which sessions are streamed, and at which programs call (AppStream's guide, "Creating and Streaming from
/// Interface VPC Endpoints" and "Access AppStream 2.0 API Operations and CLI Commands Through an Interface VPC Endpoint").
const STREAMED: &[(u16, u16)] = &[(443, 443), (1400, 1499)];
const CALLED: &[(u16, u16)] = &[(443, 443)];

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
