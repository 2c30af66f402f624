//! Every variant of federation.

use std::time::Duration;

use super::*;
use headset_blueprint::model::{
    Application, DesktopEndpoint, DesktopRole, DesktopSignIn, IdpProduct, SessionTags, Stack,
};

pub(super) fn section(blueprint: &mut Blueprint) -> &mut headset_blueprint::model::SignInSection {
    blueprint.sign_in.as_mut().expect("there")
}

fn unnamed() -> Application {
    Application {
        place: place(),
        name: None,
        metadata: None,
        start_url: None,
        application_arn: None,
        provider: None,
    }
}

/// The example with the desktop by single sign-on, for these stacks.
pub(super) fn with_desktops(stacks: &[&str]) -> Blueprint {
    let mut blueprint = blueprint();
    let appstream = blueprint.appstream.as_mut().expect("there");
    for key in stacks {
        if let Some(Source::Ours(stack)) = appstream.stacks.get("agents") {
            let stack: Stack = stack.clone();
            appstream.stacks.insert((*key).to_owned(), Source::Ours(stack));
        }
    }
    section(&mut blueprint).appstream = Some(DesktopSignIn {
        place: place(),
        stacks: stacks.iter().map(|key| ((*key).to_owned(), unnamed())).collect(),
        role: DesktopRole::default(),
        attributes: SessionTags::default(),
        endpoint: DesktopEndpoint::Standard,
    });
    blueprint
}

pub(super) fn codes(blueprint: &Blueprint) -> Vec<&'static str> {
    let findings = design(blueprint, &context()).1;
    findings.into_iter().map(|finding| finding.code).collect()
}

/// A document in which unknown outputs stand as their names.
fn raw(spec: &Value, pointer: &str) -> Value {
    let text: headset_kinds::Text =
        serde_json::from_value(spec.pointer(pointer).expect("a field").clone()).expect("a text");
    serde_json::from_str(&text.to_string()).expect("JSON")
}

#[test]
fn a_desktop_has_an_application_and_a_provider_a_stack_and_one_role() {
    let design = designed(&with_desktops(&["agents", "leads"]), &context());
    for (stack, application) in [
        ("agents", "acme-support desktop agents"),
        ("leads", "acme-support desktop leads"),
    ] {
        let spec = spec(&design, &format!("identity_center.application/{application}"));
        assert_eq!(
            spec["relay_state"],
            format!(
                "https://appstream2.eu-west-1.aws.amazon.com/saml?stack=acme-support-{stack}&accountId=123456789012"
            )
        );
        assert_eq!(spec["acs_url"], "https://eu-west-1.signin.aws.amazon.com/saml");
        assert_eq!(
            spec["mappings"][0],
            json!({ "attribute": "Subject", "value": "${user:email}", "format": "persistent" })
        );
        assert_eq!(spec["mappings"][1]["value"], "${user:email}");
        assert_eq!(
            spec["mappings"][2]["value"],
            format!(
                "arn:aws:iam::123456789012:saml-provider/acme-support-desktop-{stack}-idp,\
                 arn:aws:iam::123456789012:role/acme-support-desktop"
            )
        );
        assert_eq!(spec["answers_at"], format!("sign_in.appstream.stacks.{stack}"));
        let provider = self::spec(&design, &format!("iam.saml_provider/desktop-{stack}"));
        assert_eq!(provider["name"], format!("acme-support-desktop-{stack}-idp"));
        for principal in ["GROUP:agents", "USER:lead@example.com"] {
            let assignment = self::spec(
                &design,
                &format!("identity_center.assignment/desktop-{stack}:{principal}"),
            );
            assert_eq!(assignment["application_name"], application);
        }
        let output = |name: &str| design.outputs[&format!("{name}_{stack}")].to_string();
        assert_eq!(
            output("desktop_url"),
            format!("(start_url of identity_center.link/{application})")
        );
        let link = headset_core::address!("identity_center.link", application);
        let link = &design.resources[&link];
        assert_eq!(link.spec["assigned"], true);
        for principal in ["GROUP:agents", "USER:lead@example.com"] {
            let assignment = format!("identity_center.assignment/desktop-{stack}:{principal}");
            assert!(
                link.after.iter().any(|before| before.to_string() == assignment),
                "{:?}",
                link.after
            );
        }
        assert!(output("desktop_relay_state").ends_with("&accountId=123456789012"));
    }
    let role = spec(&design, "iam.role/desktop");
    assert_eq!(role["name"], "acme-support-desktop");
    assert_eq!(role["max_session"], 43_200);
    assert_eq!(
        raw(role, "/trust")["Statement"],
        json!([{
            "Sid": "Headset",
            "Effect": "Allow",
            "Principal": { "Federated": [
                "(arn of iam.saml_provider/desktop-agents)", "(arn of iam.saml_provider/desktop-leads)",
            ] },
            "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
            "Condition": {
                "StringEquals": {
                    "SAML:aud": [
                        "https://signin.aws.amazon.com/saml", "https://eu-west-1.signin.aws.amazon.com/saml",
                    ],
                    "SAML:sub_type": "persistent",
                },
                // What AppStream reads of a session's tags, and nothing that other policies of the account may go by.
                "ForAllValues:StringEqualsIgnoreCase": { "aws:TagKeys": [
                    "roles", "department", "organization", "groups", "title", "costCenter", "userType",
                    "SessionContext", "UserPrincipalName", "ObjectSid", "Domain",
                ] },
            },
        }])
    );
    assert_eq!(
        raw(role, "/policies/headset-stream")["Statement"],
        json!([{
            "Sid": "StreamAsOneself",
            "Effect": "Allow",
            "Action": "appstream:Stream",
            "Resource": [
                "arn:aws:appstream:eu-west-1:123456789012:stack/acme-support-agents",
                "arn:aws:appstream:eu-west-1:123456789012:stack/acme-support-leads",
            ],
            "Condition": { "StringEquals": { "appstream:userId": "${saml:sub}" } },
        }])
    );
}

#[test]
fn a_single_desktop_is_called_after_the_connect_application_and_names_can_be_given() {
    let design = designed(&with_desktops(&["agents"]), &context());
    spec(&design, "identity_center.application/acme-support desktop");

    let mut named = with_desktops(&["agents"]);
    let desktops = section(&mut named).appstream.as_mut().expect("there");
    desktops.stacks.get_mut("agents").expect("there").name = Some(at("Desk"));
    desktops.role.name = Some(at("streamers"));
    let design = designed(&named, &context());
    spec(&design, "identity_center.application/Desk");
    assert_eq!(spec(&design, "iam.role/desktop")["name"], "streamers");
    assert_eq!(
        spec(&design, "iam.saml_provider/desktop-agents")["name"],
        "streamers-agents-idp"
    );

    let desktops = section(&mut named).appstream.as_mut().expect("there");
    desktops.stacks.get_mut("agents").expect("there").name = Some(at("acme-support"));
    assert_eq!(codes(&named), ["application-twice"]);
    let mut nowhere = with_desktops(&["agents"]);
    let desktops = section(&mut nowhere).appstream.as_mut().expect("there");
    desktops.stacks.insert("none".to_owned(), unnamed());
    assert_eq!(codes(&nowhere), ["desktop-without-stack"]);
}

fn in_region(region: &str) -> DesignContext {
    DesignContext {
        partition: match region.starts_with("us-gov-") {
            true => "aws-us-gov",
            false => "aws",
        }
        .to_owned(),
        region: region.to_owned(),
        appstream_region: region.to_owned(),
        ..context()
    }
}

#[test]
fn govcloud_desktops_are_in_its_partition() {
    let design = designed(&with_desktops(&["agents"]), &in_region("us-gov-west-1"));
    let role = spec(&design, "iam.role/desktop").to_string();
    assert!(role.contains("arn:aws-us-gov:appstream:us-gov-west-1:"), "{role}");
}

/// Every region that Amazon Connect or AppStream have, with where its sign-ins go and end.
#[test]
fn each_region_has_the_hosts_that_aws_lists_for_it() {
    let global = "https://signin.aws.amazon.com/saml";
    let gov = "https://signin.amazonaws-us-gov.com/saml";
    let regional = [
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
        "us-west-2",
    ];
    let own = |region: &str| format!("https://{region}.signin.aws.amazon.com/saml");
    let mut expected: Vec<(&str, String, Vec<String>, &str)> = regional
        .iter()
        .map(|region| {
            (
                *region,
                own(region),
                vec![global.to_owned(), own(region)],
                "aws.amazon.com",
            )
        })
        .collect();
    // AWS lists no host of their own for these.
    for region in ["ap-northeast-3", "ca-west-1", "eu-central-2"] {
        expected.push((
            region,
            global.to_owned(),
            vec![global.to_owned()],
            "aws.amazon.com",
        ));
    }
    let east = "https://us-gov-east-1.signin.amazonaws-us-gov.com/saml";
    expected.push((
        "us-gov-east-1",
        east.to_owned(),
        vec![gov.to_owned(), east.to_owned()],
        "amazonaws-us-gov.com",
    ));
    // Without a region in its name.
    expected.push((
        "us-gov-west-1",
        gov.to_owned(),
        vec![gov.to_owned()],
        "amazonaws-us-gov.com",
    ));
    for (region, acs_url, audiences, domain) in expected {
        let design = designed(&with_desktops(&["agents"]), &in_region(region));
        for (application, role) in [("acme-support", "connect"), ("acme-support desktop", "desktop")] {
            let application = spec(&design, &format!("identity_center.application/{application}"));
            assert_eq!(application["acs_url"], acs_url, "{region}");
            let trust = raw(spec(&design, &format!("iam.role/{role}")), "/trust");
            assert_eq!(
                trust["Statement"][0]["Condition"]["StringEquals"]["SAML:aud"],
                json!(audiences),
                "{region}"
            );
        }
        let desktop = spec(&design, "identity_center.application/acme-support desktop");
        assert_eq!(
            desktop["relay_state"],
            format!(
                "https://appstream2.{region}.{domain}/saml?stack=acme-support-agents&accountId=123456789012"
            )
        );
    }
}

#[test]
fn a_desktops_sign_in_ends_at_the_endpoint_that_is_asked_for_where_aws_lists_it() {
    let with = |endpoint: DesktopEndpoint, region: &str| {
        let mut blueprint = with_desktops(&["agents"]);
        let desktops = section(&mut blueprint).appstream.as_mut().expect("there");
        desktops.endpoint = endpoint;
        design(&blueprint, &in_region(region))
    };
    for (endpoint, region, host) in [
        (
            DesktopEndpoint::Fips,
            "us-east-1",
            "appstream2-fips.us-east-1.aws.amazon.com",
        ),
        (
            DesktopEndpoint::Fips,
            "us-gov-west-1",
            "appstream2-fips.us-gov-west-1.amazonaws-us-gov.com",
        ),
        (
            DesktopEndpoint::EucSso,
            "eu-west-2",
            "appstream2.euc-sso.eu-west-2.aws.amazon.com",
        ),
        (
            DesktopEndpoint::EucSso,
            "us-gov-east-1",
            "appstream2.euc-sso.us-gov-east-1.amazonaws-us-gov.com",
        ),
        (
            DesktopEndpoint::EucSsoFips,
            "us-west-2",
            "appstream2.euc-sso-fips.us-west-2.aws.amazon.com",
        ),
        (
            DesktopEndpoint::EucSsoFips,
            "us-gov-east-1",
            "appstream2.euc-sso-fips.us-gov-east-1.amazonaws-us-gov.com",
        ),
    ] {
        let (design, findings) = with(endpoint, region);
        assert!(findings.is_empty(), "{findings:?}");
        let application = spec(&design, "identity_center.application/acme-support desktop");
        let relay_state = application["relay_state"].as_str().expect("a text");
        assert!(
            relay_state.starts_with(&format!("https://{host}/saml?stack=")),
            "{relay_state}"
        );
    }
    for (endpoint, region) in [
        (DesktopEndpoint::Fips, "eu-west-2"),
        (DesktopEndpoint::Fips, "us-gov-east-1"),
        (DesktopEndpoint::EucSso, "ap-northeast-3"),
        (DesktopEndpoint::EucSsoFips, "us-east-2"),
    ] {
        let (_, findings) = with(endpoint, region);
        let [finding] = &findings[..] else {
            panic!("{findings:?}");
        };
        assert_eq!(finding.code, "no-such-endpoint");
        let dated = format!(
            "(AWS's list of {})",
            headset_kinds::evidence::dated::RELAY_HOSTS.as_of
        );
        let help = finding.help.as_deref().unwrap_or_default();
        assert!(help.ends_with(&dated), "{help}");
        assert!(finding.message.contains(region), "{finding:?}");
    }
}

#[test]
fn every_product_has_its_own_application_and_the_same_downstream() {
    let of = |product: IdpProduct| {
        let mut blueprint = with_desktops(&["agents"]);
        section(&mut blueprint).idp.product = product;
        designed(&blueprint, &context())
    };
    let center = of(IdpProduct::IdentityCenter);
    for (product, key, audience) in [
        (IdpProduct::Okta, "okta", "urn:amazon:webservices"),
        (
            IdpProduct::Entra,
            "entra",
            "https://signin.aws.amazon.com/saml#acme-support",
        ),
        (IdpProduct::Other, "other", "urn:amazon:webservices"),
    ] {
        let design = of(product);
        let application = spec(&design, "idp.application/acme-support");
        assert_eq!(application["product"], key);
        assert_eq!(application["audience"], audience);
        assert_eq!(application["session_name"], "email");
        assert_eq!(application["groups"], json!(["agents"]));
        assert_eq!(application["users"], json!(["lead@example.com"]));
        assert_eq!(application["answers_at"], format!("sign_in.idp.{key}"));
        let desktop = spec(&design, "idp.application/acme-support desktop");
        assert_ne!(
            desktop["audience"],
            "https://signin.aws.amazon.com/saml#acme-support"
        );
        assert_eq!(
            desktop["role_arn"],
            "arn:aws:iam::123456789012:role/acme-support-desktop"
        );
        // No other part depends on the product, but for the address that it refers to.
        let rest = |design: &Design| -> BTreeMap<String, String> {
            let others = design
                .resources
                .iter()
                .filter(|(address, _)| !address.kind.name().starts_with("id"));
            others
                .map(|(address, desired)| {
                    let spec = desired.spec.to_string();
                    (
                        address.to_string(),
                        spec.replace("identity_center.application", "idp.application")
                            .replace("identity_center.link", "idp.application"),
                    )
                })
                .collect()
        };
        assert_eq!(rest(&design), rest(&center));
        let page = spec(&design, "s3.object/in-session.html");
        assert!(
            references(page)
                .iter()
                .any(|(to, output)| to.to_string() == "idp.application/acme-support" && output == "start_url")
        );
        let kinds: BTreeSet<&str> = design.resources.keys().map(|one| one.kind.name()).collect();
        assert!(
            !kinds.iter().any(|kind| kind.starts_with("identity_center")),
            "{kinds:?}"
        );
    }
}

#[test]
fn entra_takes_239_characters_of_arns_and_the_others_take_more() {
    let with = |product: IdpProduct, path: &str| {
        let mut blueprint = blueprint();
        let section = section(&mut blueprint);
        section.idp.product = product;
        section.role.path = path.to_owned();
        codes(&blueprint)
    };
    // arn:aws:iam::123456789012:role/acme-support-connect and its provider have 110 characters with the path `/`.
    let path = |length: usize| format!("/{}/", "p".repeat(length));
    let design = designed(&blueprint(), &context());
    let pair = spec(&design, "identity_center.application/acme-support")["mappings"][2]["value"]
        .as_str()
        .expect("a text")
        .len()
        - 1;
    let fits = 239 - pair - 1;
    assert!(with(IdpProduct::Entra, &path(fits)).is_empty());
    assert_eq!(with(IdpProduct::Entra, &path(fits + 1)), ["role-attribute-long"]);
    assert!(with(IdpProduct::Okta, &path(fits + 1)).is_empty());
    assert!(with(IdpProduct::IdentityCenter, &path(fits + 1)).is_empty());
}

#[test]
fn a_role_of_others_keeps_its_own_policies_and_provider() {
    let provider = "arn:aws:iam::123456789012:saml-provider/connect-integration";
    let trust = |provider: &str| {
        format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":"sts:AssumeRoleWithSAML"}}}}"#
        )
    };
    let policy = "arn:aws:iam::123456789012:policy/connect-integration";
    let with = |trust: &str, policies: &[(&str, &str)], managed: &[&str]| {
        let mut blueprint = blueprint();
        let role = &mut section(&mut blueprint).role;
        role.provider = Some(at("connect-integration"));
        role.description = Some(at(""));
        role.trust = Some(at(trust));
        let policies = policies.iter().map(|(name, text)| ((*name).to_owned(), at(text)));
        role.policies = Some(policies.collect());
        role.managed_policies = managed.iter().map(|arn| at(arn)).collect();
        blueprint
    };
    let design = designed(&with(&trust(provider), &[], &[policy]), &context());
    let role = spec(&design, "iam.role/connect");
    assert_eq!(
        (&role["description"], &role["policies"]),
        (&json!(""), &json!({}))
    );
    assert_eq!(role["managed_policies"], json!([policy]));
    assert_eq!(role["trust"], json!(trust(provider)));
    assert_eq!(
        spec(&design, "iam.saml_provider/idp")["name"],
        "connect-integration"
    );
    let application = spec(&design, "identity_center.application/acme-support");
    let pair = application["mappings"][2]["value"].as_str();
    assert!(
        pair.is_some_and(|pair| pair.starts_with(&format!("{provider},"))),
        "{application}"
    );
    let another = trust("arn:aws:iam::123456789012:saml-provider/another");
    assert_eq!(codes(&with(&another, &[], &[policy])), ["role-trust"]);
    assert_eq!(
        codes(&with("trust", &[], &[policy])),
        ["policy-document", "role-trust"]
    );
    assert_eq!(
        codes(&with(&trust(provider), &[("one", "{}")], &[])),
        ["policy-document"]
    );
    assert_eq!(
        codes(&with(&trust(provider), &[], &[])),
        ["role-without-policies"]
    );
}

#[test]
fn one_role_leads_to_several_instances() {
    let id = "87654321-1234-1234-1234-123456789012";
    let here = format!("arn:aws:connect:eu-west-2:123456789012:instance/{id}");
    let there = "arn:aws:connect:us-west-2:123456789012:instance/99999999-1234-1234-1234-123456789012";
    let mut blueprint = blueprint();
    section(&mut blueprint).connect.instances = vec![at("acme-billing"), at(&here), at(there)];
    let design = designed(&blueprint, &context());
    assert_eq!(
        spec(&design, "connect.instance/existing:acme-billing"),
        &json!({ "alias": "acme-billing" })
    );
    assert_eq!(
        spec(&design, &format!("connect.instance/existing:{id}")),
        &json!({ "id": id })
    );
    let lookups = design
        .resources
        .keys()
        .filter(|one| one.kind.name() == "connect.instance");
    assert_eq!(
        lookups.count(),
        3,
        "an instance of another region cannot be looked up"
    );
    assert_eq!(
        raw(spec(&design, "iam.role/connect"), "/policies/headset-federation")["Statement"][0]["Resource"],
        json!([
            "(arn of connect.instance/main)/user/${aws:userid}",
            "(arn of connect.instance/existing:acme-billing)/user/${aws:userid}",
            format!("(arn of connect.instance/existing:{id})/user/${{aws:userid}}"),
            format!("{there}/user/${{aws:userid}}"),
        ])
    );
    assert_eq!(
        design.outputs["federation_url_99999999-1234-1234-1234-123456789012"].to_string(),
        "https://us-west-2.console.aws.amazon.com/connect/federate/99999999-1234-1234-1234-123456789012\
         ?destination=%2Fccp-v2&new_domain=true"
    );
    assert!(
        design.outputs["federation_url_acme-billing"]
            .to_string()
            .contains("(id of connect.instance/existing:acme-billing)")
    );

    section(&mut blueprint).connect.scope = FederationScope::Instance;
    let design = designed(&blueprint, &context());
    assert_eq!(
        raw(spec(&design, "iam.role/connect"), "/policies/headset-federation")["Statement"][0]["Condition"],
        json!({ "StringEquals": { "connect:InstanceId": [
            "(id of connect.instance/main)",
            "(id of connect.instance/existing:acme-billing)",
            format!("(id of connect.instance/existing:{id})"),
            "99999999-1234-1234-1234-123456789012",
        ] } })
    );
    section(&mut blueprint).connect.instances = vec![at("acme-support")];
    assert_eq!(codes(&blueprint), ["instance-twice"]);
}

#[test]
fn boundary_and_path_are_the_roles_and_part_of_what_is_typed() {
    let mut blueprint = with_desktops(&["agents"]);
    let boundary = "arn:aws:iam::123456789012:policy/teams";
    let role = &mut section(&mut blueprint).role;
    role.path = "/contact-center/".to_owned();
    role.permissions_boundary = Some(at(boundary));
    section(&mut blueprint).appstream.as_mut().expect("there").role = DesktopRole {
        session: Some(Duration::from_hours(2)),
        ..DesktopRole::default()
    };
    let design = designed(&blueprint, &context());
    for (role, application, session) in [
        ("connect", "acme-support", 43_200),
        ("desktop", "acme-support desktop", 7_200),
    ] {
        let spec = spec(&design, &format!("iam.role/{role}"));
        assert_eq!(spec["path"], "/contact-center/");
        assert_eq!(spec["permissions_boundary"], boundary);
        assert_eq!(spec["max_session"], session);
        let application = self::spec(&design, &format!("identity_center.application/{application}"));
        let typed = application["mappings"][2]["value"].as_str().expect("a text");
        assert!(
            typed.ends_with(&format!(":role/contact-center/acme-support-{role}")),
            "{typed}"
        );
        assert_eq!(application["mappings"][3]["value"], session.to_string());
    }
}

#[test]
fn the_voice_in_the_session_is_one_page_and_another_image() {
    let mut blueprint = blueprint();
    let split = designed(&blueprint, &context());
    blueprint.ccp.as_mut().expect("there").audio = headset_blueprint::model::Audio::Session;
    let whole = designed(&blueprint, &context());
    let pages = |design: &Design| -> Vec<String> {
        let keys = design
            .resources
            .keys()
            .filter(|one| one.kind.name() == "s3.object");
        keys.map(|one| one.key.clone())
            .filter(|key| key.ends_with(".html"))
            .collect()
    };
    assert_eq!(pages(&split), ["audio-only.html", "in-session.html"]);
    assert_eq!(pages(&whole), ["in-session.html"]);
    assert!(!whole.outputs.contains_key("audio_only_page"));
    assert!(whole.outputs.contains_key("in_session_page"));
    let recipe = |design: &Design| spec(design, "appstream.image/agent-desktop")["recipe"].clone();
    assert_ne!(recipe(&split), recipe(&whole));

    if let Some(Source::Ours(image)) = blueprint
        .appstream
        .as_mut()
        .expect("there")
        .images
        .get_mut("agent-desktop")
        && let headset_blueprint::model::ImageOrigin::Built(build) = &mut image.origin
    {
        build.browser = headset_blueprint::model::Browser::Firefox;
    }
    assert_eq!(codes(&blueprint), ["audio-in-firefox"]);
}

#[test]
fn users_of_connects_own_directory_have_a_password_and_an_address() {
    let mut blueprint = blueprint();
    let secret = headset_kinds::Secret::Env("AGENT1".to_owned());
    let connect = blueprint.connect.as_mut().expect("there");
    let user = connect.users.get_mut("agent1@example.com").expect("there");
    let spec_of = |design: &Design| spec(design, "connect.user/agent1@example.com").clone();
    user.password = Some(At {
        value: secret,
        place: place(),
    });
    user.email = Some(at("agent1@example.com"));
    let managed = spec_of(&designed(&blueprint, &context()));
    assert_eq!(managed["password"], json!({ "$secret": { "env": "AGENT1" } }));
    assert_eq!(managed["email"], "agent1@example.com");
    let saml = spec_of(&designed(&super::blueprint(), &context()));
    assert!(saml.get("password").is_none() && saml.get("email").is_none());
}

#[test]
fn a_role_trusts_no_more_providers_than_its_policy_can_hold() {
    let keys: Vec<String> = (0..30).map(|index| format!("desk{index:02}")).collect();
    let stacks = |most: usize| -> Vec<&str> { keys.iter().take(most).map(String::as_str).collect() };
    assert_eq!(codes(&with_desktops(&stacks(10))), [""; 0]);
    assert_eq!(codes(&with_desktops(&stacks(30))), ["too-many-desktops"]);
}
