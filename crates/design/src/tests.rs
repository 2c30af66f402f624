//! The whole design of one blueprint: every link leads somewhere, every policy is the documented one.

mod landing;
mod products;
mod sign_in;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use headset_blueprint::model::{At, FederationScope, Linked, Metadata, Owned, Source};
use headset_core::diagnostic::Place;
use headset_kinds::Address;
use headset_kinds::appstream::ImageSpec;
use headset_kinds::connect::InstanceSpec;
use headset_kinds::registry::kind;
use headset_kinds::text::{Outputs, references, resolve};

fn place() -> Place {
    Place {
        file: Arc::from("acme.yaml"),
        line: 1,
        column: 1,
        bytes: (0, 0),
    }
}

fn at(text: &str) -> At<String> {
    At {
        value: text.to_owned(),
        place: place(),
    }
}

fn context() -> DesignContext {
    DesignContext {
        account: "123456789012".to_owned(),
        partition: "aws".to_owned(),
        region: "eu-west-2".to_owned(),
        appstream_region: "eu-west-1".to_owned(),
        identity_center_region: "us-east-1".to_owned(),
        lineage: "6d8b4a5e-0000-4000-8000-000000000000".to_owned(),
        expires: None,
        given: Given::default(),
        library: crate::Library::StandIn,
    }
}

const ACME: &str = "\
version: 1
name: acme-support
aws: { region: eu-west-2 }
connect:
  alias: acme-support
  attributes: { contactflow_logs: true }
  tags: { team: voice }
  users:
    agent1@example.com: { first: Agent, last: One, security: [Agent] }
sign_in:
  idp: { identity_center: { application: acme-support, groups: [agents], users: [lead@example.com] } }
ccp: { hosting: s3 }
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718], internet: nat }
  images:
    agent-desktop:
      base: { newest: AppStream-WinServer2022 }
      builder: stream.standard.medium
      apps: { connect: { open: ccp.in_session } }
  fleets:
    agents: { image: agent-desktop, instance: stream.standard.medium, capacity: 2, view: desktop }
  stacks:
    agents: { fleet: agents, clipboard: in }
";

fn blueprint() -> Blueprint {
    let sources = headset_blueprint::Sources::alone("acme.yaml", ACME);
    let (blueprint, findings) = headset_blueprint::read(&sources);
    blueprint.unwrap_or_else(|| panic!("{findings:?}"))
}

fn designed(blueprint: &Blueprint, context: &DesignContext) -> Design {
    let (design, diagnostics) = design(blueprint, context);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    design
}

fn spec<'a>(design: &'a Design, address: &str) -> &'a Value {
    let address: Address = address.parse().unwrap();
    &design
        .resources
        .get(&address)
        .unwrap_or_else(|| panic!("{address} is not in the design"))
        .spec
}

/// The outputs that AWS would give.
fn outputs() -> Outputs {
    let of = |address: &str, values: &[(&str, &str)]| {
        let values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        (address.parse::<Address>().unwrap(), values)
    };
    BTreeMap::from([
        of(
            "connect.instance/main",
            &[
                ("id", "12345678-1234-1234-1234-123456789012"),
                (
                    "arn",
                    "arn:aws:connect:eu-west-2:123456789012:instance/12345678-1234-1234-1234-123456789012",
                ),
                ("url", "https://acme-support.my.connect.aws"),
            ],
        ),
        of(
            "iam.saml_provider/idp",
            &[("arn", "arn:aws:iam::123456789012:saml-provider/acme-support-idp")],
        ),
    ])
}

/// The JSON document in a field, with all references resolved.
fn document(spec: &Value, pointer: &str) -> Value {
    let resolved = resolve(spec, &outputs());
    serde_json::from_str(
        resolved
            .pointer(pointer)
            .and_then(Value::as_str)
            .expect("a known text"),
    )
    .expect("JSON")
}

fn text(spec: &Value, field: &str) -> String {
    resolve(spec, &outputs())[field]
        .as_str()
        .expect("a known text")
        .to_owned()
}

#[test]
fn everything_that_was_asked_for_is_there() {
    let design = designed(&blueprint(), &context());
    let addresses: Vec<String> = design.resources.keys().map(ToString::to_string).collect();
    for expected in [
        "appstream.fleet/agents",
        "appstream.fleet_association/agents:agents",
        "appstream.image/agent-desktop",
        "appstream.image/newest:AppStream-WinServer2022",
        "appstream.image_builder/agent-desktop",
        "appstream.stack/agents",
        "connect.approved_origin/https://acme-support-ccp-123456789012-eu-west-2.s3.eu-west-2.amazonaws.com",
        "connect.instance/main",
        "connect.user/agent1@example.com",
        "iam.role/connect",
        "iam.service_role/AmazonAppStreamServiceAccess",
        "iam.saml_provider/idp",
        "identity_center.application/acme-support",
        "identity_center.assignment/GROUP:agents",
        "identity_center.assignment/USER:lead@example.com",
        "identity_center.link/acme-support",
        "s3.bucket/ccp",
        "s3.object/audio-only.html",
        "s3.object/in-session.html",
    ] {
        assert!(
            addresses.iter().any(|address| address == expected),
            "{expected} is missing in {addresses:#?}"
        );
    }
    let outputs: Vec<&str> = design.outputs.keys().map(String::as_str).collect();
    assert_eq!(
        outputs,
        [
            "audio_only_page",
            "connect_url",
            "federation_url",
            "fleet_agents",
            "image_agent-desktop",
            "in_session_page",
            "role_arn",
            "sign_in",
            "stack_agents"
        ]
    );
}

#[test]
fn every_spec_is_its_kinds_and_every_link_leads_to_an_output() {
    let design = designed(&blueprint(), &context());
    for (address, desired) in &design.resources {
        let kind = kind(address.kind);
        if desired.mode == Mode::Managed {
            for field in desired.spec.as_object().expect("a spec").keys() {
                assert!(
                    kind.fields().iter().any(|known| known.name == field),
                    "{address} has a field `{field}` that its kind does not know"
                );
            }
        }
        let links = references(&desired.spec)
            .into_iter()
            .map(|(to, output)| (to, Some(output)));
        for (to, output) in links.chain(desired.after.iter().map(|to| (to.clone(), None))) {
            // What a thing takes the place of need not be there.
            if output.is_none() && to.kind == address.kind {
                continue;
            }
            assert!(
                design.resources.contains_key(&to),
                "{address} leads to {to}, which is not there"
            );
            let Some(output) = output else { continue };
            let outputs = headset_kinds::registry::kind(to.kind).outputs();
            assert!(
                outputs.iter().any(|(name, _)| *name == output),
                "{to} has no output `{output}`"
            );
        }
    }
}

#[test]
fn the_trust_names_the_provider_and_both_audiences() {
    let design = designed(&blueprint(), &context());
    assert_eq!(
        document(spec(&design, "iam.role/connect"), "/trust"),
        json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Sid": "Headset",
                "Effect": "Allow",
                "Principal": { "Federated": "arn:aws:iam::123456789012:saml-provider/acme-support-idp" },
                "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                "Condition": {
                    // The session tags that AppStream reads.
                    "ForAllValues:StringEqualsIgnoreCase": { "aws:TagKeys": [
                        "roles", "department", "organization", "groups", "title", "costCenter", "userType",
                        "SessionContext", "UserPrincipalName", "ObjectSid", "Domain",
                    ] },
                    "StringEquals": { "SAML:aud": [
                        "https://signin.aws.amazon.com/saml",
                        "https://eu-west-2.signin.aws.amazon.com/saml",
                    ] },
                },
            }],
        })
    );
}

#[test]
fn both_documented_permissions() {
    let mut blueprint = blueprint();
    let design = designed(&blueprint, &context());
    let user = document(spec(&design, "iam.role/connect"), "/policies/headset-federation");
    assert_eq!(user["Statement"][0]["Action"], "connect:GetFederationToken");
    assert_eq!(
        user["Statement"][0]["Resource"],
        json!([
            "arn:aws:connect:eu-west-2:123456789012:instance/12345678-1234-1234-1234-123456789012/user/${aws:userid}"
        ])
    );
    assert_eq!(user["Statement"].as_array().map(Vec::len), Some(1));

    blueprint.sign_in.as_mut().expect("there").connect.scope = FederationScope::Instance;
    let design = designed(&blueprint, &context());
    let instance = document(spec(&design, "iam.role/connect"), "/policies/headset-federation");
    assert_eq!(instance["Statement"][0]["Resource"], "*");
    assert_eq!(
        instance["Statement"][0]["Condition"],
        json!({ "StringEquals": { "connect:InstanceId": ["12345678-1234-1234-1234-123456789012"] } })
    );
}

#[test]
fn the_worksheet_is_known_but_for_the_instance() {
    let design = designed(&blueprint(), &context());
    let application = spec(&design, "identity_center.application/acme-support");
    assert_eq!(
        application["acs_url"],
        "https://eu-west-2.signin.aws.amazon.com/saml"
    );
    assert_eq!(application["audience"], "urn:amazon:webservices");
    assert_eq!(
        application["mappings"][2]["value"],
        "arn:aws:iam::123456789012:saml-provider/acme-support-idp,arn:aws:iam::123456789012:role/acme-support-connect"
    );
    assert_eq!(application["mappings"][3]["value"], "43200");
    let waits: BTreeSet<String> = references(application)
        .into_iter()
        .map(|(to, _)| to.to_string())
        .collect();
    assert_eq!(waits, BTreeSet::from(["connect.instance/main".to_owned()]));
    assert_eq!(
        text(application, "relay_state"),
        "https://eu-west-2.console.aws.amazon.com/connect/federate/12345678-1234-1234-1234-123456789012\
         ?destination=%2Fccp-v2&new_domain=true"
    );
}

#[test]
fn govcloud_has_its_own_hosts() {
    let context = DesignContext {
        partition: "aws-us-gov".to_owned(),
        region: "us-gov-west-1".to_owned(),
        ..context()
    };
    let design = designed(&blueprint(), &context);
    let application = spec(&design, "identity_center.application/acme-support");
    assert_eq!(
        text(application, "relay_state"),
        "https://console.amazonaws-us-gov.com/connect/federate/12345678-1234-1234-1234-123456789012\
         ?destination=%2Fccp-v2&new_domain=true"
    );
    let all: String = design
        .resources
        .values()
        .map(|desired| desired.spec.to_string())
        .collect();
    assert!(!all.contains("arn:aws:"), "an ARN of the wrong partition");
    assert!(
        !all.contains("signin.aws.amazon.com"),
        "a host of the wrong partition"
    );
}

#[test]
fn published_objects_and_no_others_are_readable() {
    let design = designed(&blueprint(), &context());
    let policy = document(spec(&design, "s3.bucket/ccp"), "/policy");
    let allowed: BTreeSet<&str> = policy["Statement"][0]["Resource"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let published: Vec<String> = design
        .resources
        .keys()
        .filter(|address| address.kind.name() == "s3.object")
        .map(|address| {
            format!(
                "arn:aws:s3:::acme-support-ccp-123456789012-eu-west-2/{}",
                address.key
            )
        })
        .collect();
    assert_eq!(allowed, published.iter().map(String::as_str).collect());
    assert_eq!(policy["Statement"][0]["Effect"], "Allow");
    assert_eq!(policy["Statement"][0]["Action"], "s3:GetObject");
    assert_eq!(policy["Statement"][1]["Effect"], "Deny");
    assert_eq!(
        policy["Statement"][1]["Condition"],
        json!({ "Bool": { "aws:SecureTransport": "false" } })
    );
}

#[test]
fn page_approved_origin_and_launch_agree() {
    let design = designed(&blueprint(), &context());
    let approved = design
        .resources
        .keys()
        .find(|address| address.kind.name() == "connect.approved_origin")
        .map(|address| address.key.clone())
        .expect("an origin");
    assert!(
        !approved.ends_with('/') && approved.matches('/').count() == 2,
        "{approved} has a path"
    );
    let image = spec(&design, "appstream.image/agent-desktop");
    let parameters = image["apps"][0]["parameters"].as_str().expect("parameters");
    assert!(
        parameters.starts_with(&format!("{approved}/in-session.html ")),
        "{parameters}"
    );
    let hash = image["recipe"].as_str().expect("a hash");
    assert_eq!(
        image["name"],
        format!("acme-support-agent-desktop-{}", &hash[..8])
    );
    assert_eq!(image["tags"]["headset:recipe"], hash);
    assert!(
        references(image)
            .iter()
            .all(|(to, _)| to.kind.name() == "appstream.image_builder")
    );
}

#[test]
fn ours_wins_over_anybodys_tags() {
    let mut blueprint = blueprint();
    blueprint
        .tags
        .insert("headset:id".to_owned(), "forged".to_owned());
    let mut context = context();
    context.expires = Some("2030-01-01T00:00:00Z".to_owned());
    let design = designed(&blueprint, &context);
    let tags = &spec(&design, "connect.instance/main")["tags"];
    assert_eq!(tags["headset:id"], context.lineage);
    assert_eq!(tags["headset:environment"], "acme-support");
    assert_eq!(tags["headset:expires"], "2030-01-01T00:00:00Z");
    assert_eq!(tags["team"], "voice");
}

#[test]
fn stacks_are_closed_unless_opened() {
    let design = designed(&blueprint(), &context());
    let settings = spec(&design, "appstream.stack/agents")["user_settings"]
        .as_object()
        .expect("settings");
    let open: Vec<&String> = settings
        .iter()
        .filter(|(_, value)| *value == "ENABLED")
        .map(|(name, _)| name)
        .collect();
    // At least one way to sign in to a domain has to be open.
    assert_eq!(
        open,
        ["CLIPBOARD_COPY_FROM_LOCAL_DEVICE", "DOMAIN_PASSWORD_SIGNIN"]
    );
    assert_eq!(settings.len(), 9);
}

#[test]
fn answers_of_the_blueprint_reach_the_checkpoint() {
    let mut blueprint = blueprint();
    let idp = &mut blueprint.sign_in.as_mut().expect("there").idp.application;
    idp.start_url = Some(at(
        "https://d-1234567890.awsapps.com/start/#/saml/custom/acme/abcdef",
    ));
    idp.metadata = Some(At {
        value: Metadata::File("idp.xml".into(), "<EntityDescriptor/>".to_owned()),
        place: place(),
    });
    let design = designed(&blueprint, &context());
    let application: Address = "identity_center.application/acme-support"
        .parse()
        .expect("an address");
    let answers = &design.resources[&application].answers;
    assert_eq!(answers["metadata"], "<EntityDescriptor/>");
    assert_eq!(answers.len(), 1);
    let link = headset_core::address!("identity_center.link", "acme-support");
    let link = &design.resources[&link];
    assert_eq!(
        link.answers["start_url"],
        "https://d-1234567890.awsapps.com/start/#/saml/custom/acme/abcdef"
    );
    assert!(
        link.after.is_empty(),
        "it waits for no assignment: {:?}",
        link.after
    );
}

#[test]
fn the_link_of_another_application_is_told() {
    // 123456789012_ins-0123456789abcdef_p-fedcba9876543210 and 123456789012_ins-fedcba9876543210, in base64.
    let link = "https://d-1234567890.awsapps.com/start/#/saml/custom/acme/\
                MTIzNDU2Nzg5MDEyX2lucy0wMTIzNDU2Nzg5YWJjZGVmX3AtZmVkY2JhOTg3NjU0MzIxMA==";
    let metadata = |token: &str| {
        let url = format!("https://portal.sso.us-east-1.amazonaws.com/saml/metadata/{token}");
        Some(At {
            value: Metadata::Url(url),
            place: place(),
        })
    };
    let mut blueprint = blueprint();
    let warned = |blueprint: &Blueprint| {
        let (_, findings) = design(blueprint, &context());
        findings
            .iter()
            .filter(|finding| finding.code == "start-url")
            .count()
    };
    for (token, count) in [
        ("MTIzNDU2Nzg5MDEyX2lucy0wMTIzNDU2Nzg5YWJjZGVm", 0),
        ("MTIzNDU2Nzg5MDEyX2lucy1mZWRjYmE5ODc2NTQzMjEw", 1),
    ] {
        let idp = &mut blueprint.sign_in.as_mut().expect("there").idp.application;
        idp.start_url = Some(at(link));
        idp.metadata = metadata(token);
        assert_eq!(warned(&blueprint), count, "{token}");
    }
}

#[test]
fn what_exists_is_only_looked_up() {
    let mut blueprint = blueprint();
    blueprint.connect.as_mut().expect("there").existing = Some(at("acme-live"));
    let appstream = blueprint.appstream.as_mut().expect("there");
    appstream.images.insert(
        "agent-desktop".to_owned(),
        Source::Existing(Linked {
            name: at("golden-7"),
            owned: Some(Owned::All),
        }),
    );
    let design = designed(&blueprint, &context());
    assert_eq!(
        spec(&design, "connect.instance/main"),
        &json!({ "alias": "acme-live" })
    );
    assert_eq!(
        spec(&design, "appstream.image/agent-desktop"),
        &json!({ "name": "golden-7" })
    );
    let image = Address::new(ImageSpec::KIND, "agent-desktop");
    assert_eq!(design.lists_of(&design.resources[&image]), Lists::All);
    let instance = Address::new(InstanceSpec::KIND, "main");
    assert_eq!(design.lists_of(&design.resources[&instance]), Lists::OnlyDeclared);
    assert!(
        design
            .resources
            .keys()
            .all(|address| address.kind.name() != "appstream.image_builder")
    );

    let id = "12345678-1234-1234-1234-123456789012";
    for name in [
        id.to_owned(),
        format!("arn:aws:connect:eu-west-2:123456789012:instance/{id}"),
    ] {
        blueprint.connect.as_mut().expect("there").existing = Some(at(&name));
        assert_eq!(
            spec(&designed(&blueprint, &context()), "connect.instance/main"),
            &json!({ "id": id })
        );
    }
}

#[test]
fn what_does_not_fit_together_is_said() {
    let codes = |blueprint: &Blueprint| -> Vec<&'static str> {
        design(blueprint, &context())
            .1
            .into_iter()
            .map(|diagnostic| diagnostic.code)
            .collect()
    };
    let mut alone = blueprint();
    alone.connect = None;
    assert_eq!(
        codes(&alone),
        [
            "sign-in-without-connect",
            "ccp-without-connect",
            "instance-without-alias"
        ]
    );

    let mut pageless = blueprint();
    pageless.ccp = None;
    assert_eq!(codes(&pageless), ["image-without-page"]);

    let mut dotted = blueprint();
    dotted.ccp.as_mut().expect("there").bucket = Some(at("pages.example"));
    assert_eq!(codes(&dotted), ["bucket-name-dots"]);

    let mut twice = blueprint();
    let origin = "https://acme-support-ccp-123456789012-eu-west-2.s3.eu-west-2.amazonaws.com";
    twice.connect.as_mut().expect("there").origins = vec![at(origin), at("https://crm.example.com")];
    assert_eq!(codes(&twice), ["origin-twice"]);
    let design = design(&twice, &context()).0;
    let audio = |key: &str| spec(&design, &format!("connect.approved_origin/{key}"))["audio"].clone();
    assert_eq!(
        [audio(origin), audio("https://crm.example.com")],
        ["local", "elsewhere"]
    );

    let mut unsafe_url = blueprint();
    unsafe_url
        .sign_in
        .as_mut()
        .expect("there")
        .idp
        .application
        .start_url = Some(at("https://a\"><script>"));
    assert_eq!(codes(&unsafe_url), ["start-url"]);

    // Letters need a contrast to what they stand on; what is not chosen goes with the rest.
    let mut faint = blueprint();
    let pages = faint.ccp.as_mut().expect("there");
    pages.background = Some(at("#10202e"));
    assert!(codes(&faint).is_empty());
    faint.ccp.as_mut().expect("there").text = Some(at("#16191f"));
    assert_eq!(codes(&faint), ["ccp-contrast"]);
}

/// With desk phones, each user whom calls can reach has one, under whichever profile, and the instance makes calls.
#[test]
fn desk_phones_need_numbers_and_outbound_calls() {
    let with = |profile: &str, number: Option<&str>, outbound: bool| -> Vec<&'static str> {
        let mut phones = blueprint();
        phones.ccp.as_mut().expect("there").audio = headset_blueprint::model::Audio::Phone;
        let connect = phones.connect.as_mut().expect("there");
        connect.calls.outbound = outbound;
        let user = connect.users.get_mut("agent1@example.com").expect("there");
        user.security = vec![at(profile)];
        user.desk_phone = number.map(at);
        design(&phones, &context())
            .1
            .into_iter()
            .map(|diagnostic| diagnostic.code)
            .collect()
    };
    let number = Some("+442079460123");
    assert!(with("Agent", number, true).is_empty());
    assert_eq!(with("Agent", number, false), ["phone-without-outbound"]);
    for profile in ["Agent", "Admin", "Night Shift"] {
        assert_eq!(with(profile, None, true), ["phone-without-number"], "{profile}");
    }
    assert!(with("QualityAnalyst", None, true).is_empty());
}

#[test]
fn the_same_blueprint_gives_the_same_design() {
    let once = designed(&blueprint(), &context());
    let again = designed(&blueprint(), &context());
    let specs = |design: &Design| -> Vec<String> {
        design
            .resources
            .values()
            .map(|desired| desired.spec.to_string())
            .collect()
    };
    assert_eq!(specs(&once), specs(&again));
}
