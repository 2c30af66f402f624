//! IAM by its own calls.

use std::time::Duration;

use serde_json::{Value, json};

use super::fixture::metadata;
use super::*;
use crate::sim::service::Caller;

const START: Moment = Moment(1_790_000_000_000);
const ACCOUNT: &str = "123456789012";

fn world() -> World {
    World::new(Settings::default(), START)
}

fn at(world: &mut World, seconds: u64, operation: &str, input: Value) -> Result<Value, Fault> {
    let caller = Caller {
        account: ACCOUNT.into(),
        arn: format!("arn:aws:iam::{ACCOUNT}:user/deployer"),
        access_key: Some("AKIAEXAMPLE".into()),
    };
    let call = Call {
        operation: operation.into(),
        input,
        body: Default::default(),
        headers: Vec::new(),
        region: "us-east-1".into(),
        caller,
        now: START.after(Duration::from_secs(seconds)),
        base_url: None,
    };
    Iam.call(world, &call).map(|answer| answer.output)
}

fn ok(world: &mut World, operation: &str, input: Value) -> Value {
    at(world, 0, operation, input).unwrap()
}

fn code(world: &mut World, operation: &str, input: Value) -> String {
    at(world, 0, operation, input).unwrap_err().code
}

fn trust(principal: Value) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }],
    })
    .to_string()
}

fn service_trust() -> String {
    trust(json!({ "Service": "appstream.amazonaws.com" }))
}

fn document() -> String {
    json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "appstream:Stream", "Resource": "*" } })
        .to_string()
}

fn with_role(world: &mut World, name: &str) {
    ok(
        world,
        "CreateRole",
        json!({ "RoleName": name, "AssumeRolePolicyDocument": service_trust() }),
    );
}

fn with_policy(world: &mut World, name: &str) -> String {
    let made = ok(
        world,
        "CreatePolicy",
        json!({ "PolicyName": name, "PolicyDocument": document() }),
    );
    made["Policy"]["Arn"].as_str().unwrap().to_owned()
}

#[test]
fn every_operation_is_dispatched() {
    for operation in Iam.operations() {
        match at(&mut world(), 0, operation, json!({})) {
            Ok(_) => {}
            Err(fault) => assert_ne!(fault.code, "NotImplemented", "{operation}"),
        }
    }
    assert_eq!(code(&mut world(), "CreateGroup", json!({})), "NotImplemented");
}

#[test]
fn get_role_returns_description_tags_and_the_url_encoded_trust_policy() {
    let mut w = world();
    ok(
        &mut w,
        "CreateRole",
        json!({
            "RoleName": "agents", "Path": "/headset/", "AssumeRolePolicyDocument": service_trust(),
            "Description": "Agents of Zürich", "MaxSessionDuration": 43200,
            "Tags": [{ "Key": "b", "Value": "2" }, { "Key": "a", "Value": "1" }],
        }),
    );
    let role = &ok(&mut w, "GetRole", json!({ "RoleName": "agents" }))["Role"];
    assert_eq!(role["Description"], "Agents of Zürich");
    assert_eq!(role["MaxSessionDuration"], 43200);
    assert_eq!(role["Arn"], "arn:aws:iam::123456789012:role/headset/agents");
    assert_eq!(
        role["Tags"],
        json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }])
    );
    let encoded = role["AssumeRolePolicyDocument"].as_str().unwrap();
    assert!(
        encoded.starts_with("%7B%22") && !encoded.contains('{'),
        "{encoded}"
    );
    let decoded = percent_encoding::percent_decode_str(encoded)
        .decode_utf8()
        .unwrap();
    assert_eq!(decoded, service_trust());
}

#[test]
fn list_roles_omits_tags_and_boundary() {
    let mut w = world();
    ok(
        &mut w,
        "CreateRole",
        json!({
            "RoleName": "agents", "Path": "/headset/", "AssumeRolePolicyDocument": service_trust(),
            "Tags": [{ "Key": "a", "Value": "1" }], "PermissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess",
        }),
    );
    let full = ok(&mut w, "GetRole", json!({ "RoleName": "agents" }))["Role"].clone();
    assert_eq!(
        full["PermissionsBoundary"]["PermissionsBoundaryArn"],
        "arn:aws:iam::aws:policy/PowerUserAccess"
    );
    let listed = ok(&mut w, "ListRoles", json!({ "PathPrefix": "/headset/" }))["Roles"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert!(listed[0].get("Tags").is_none() && listed[0].get("PermissionsBoundary").is_none());
}

#[test]
fn names_are_unique_regardless_of_case() {
    let mut w = world();
    with_role(&mut w, "Agents");
    let again = json!({ "RoleName": "AGENTS", "AssumeRolePolicyDocument": service_trust() });
    assert_eq!(code(&mut w, "CreateRole", again), "EntityAlreadyExists");
}

#[test]
fn documents_are_parsed() {
    let mut w = world();
    with_role(&mut w, "agents");
    let bad = json!({ "RoleName": "x", "AssumeRolePolicyDocument": "{}" });
    assert_eq!(code(&mut w, "CreateRole", bad), "MalformedPolicyDocument");
    let bad = json!({ "RoleName": "agents", "PolicyDocument": document() });
    assert_eq!(
        code(&mut w, "UpdateAssumeRolePolicy", bad),
        "MalformedPolicyDocument"
    );
    let bad = json!({ "RoleName": "agents", "PolicyName": "p", "PolicyDocument": service_trust() });
    assert_eq!(code(&mut w, "PutRolePolicy", bad), "MalformedPolicyDocument");
    let bad = json!({ "PolicyName": "p", "PolicyDocument": "{\"Statement\":[]}" });
    assert_eq!(code(&mut w, "CreatePolicy", bad), "MalformedPolicyDocument");
}

#[test]
fn a_principal_that_was_just_made_is_not_visible_for_a_moment() {
    let mut w = world();
    with_role(&mut w, "source");
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/source");
    let target = json!({ "RoleName": "target", "AssumeRolePolicyDocument": trust(json!({ "AWS": arn })) });
    assert_eq!(
        at(&mut w, 1, "CreateRole", target.clone()).unwrap_err().code,
        "MalformedPolicyDocument"
    );
    at(&mut w, 11, "CreateRole", target).unwrap();
    let never = trust(json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:role/never") }));
    let update = json!({ "RoleName": "target", "PolicyDocument": never });
    assert_eq!(
        at(&mut w, 99, "UpdateAssumeRolePolicy", update).unwrap_err().code,
        "MalformedPolicyDocument"
    );
}

#[test]
fn a_role_is_usable_by_services_only_after_it_has_spread() {
    let mut w = world();
    with_role(&mut w, "builder");
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/builder");
    assert!(w.iam.role_exists(&arn) && !w.iam.role_usable(&arn, START));
    assert!(w.iam.role_usable(&arn, START.after(PROPAGATION)));
    assert!(!w.iam.role_exists("arn:aws:iam::123456789012:role/else/builder"));
}

#[test]
fn a_fresh_account_lacks_the_appstream_role() {
    let arn = "arn:aws:iam::123456789012:role/service-role/AmazonAppStreamServiceAccess";
    assert!(world().iam.role_usable(arn, START));
    let fresh = World::new(
        Settings {
            fresh_account: true,
            ..Settings::default()
        },
        START,
    );
    assert!(!fresh.iam.role_exists(arn));
}

#[test]
fn deleting_a_role_conflicts_with_its_policies() {
    let mut w = world();
    with_role(&mut w, "agents");
    let role = json!({ "RoleName": "agents" });
    let inline = json!({ "RoleName": "agents", "PolicyName": "p", "PolicyDocument": document() });
    ok(&mut w, "PutRolePolicy", inline);
    assert_eq!(code(&mut w, "DeleteRole", role.clone()), "DeleteConflict");
    ok(
        &mut w,
        "DeleteRolePolicy",
        json!({ "RoleName": "agents", "PolicyName": "p" }),
    );
    let attach = json!({ "RoleName": "agents", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess" });
    ok(&mut w, "AttachRolePolicy", attach.clone());
    assert_eq!(code(&mut w, "DeleteRole", role.clone()), "DeleteConflict");
    ok(&mut w, "DetachRolePolicy", attach.clone());
    assert_eq!(code(&mut w, "DetachRolePolicy", attach), "NoSuchEntity");
    ok(&mut w, "DeleteRole", role.clone());
    assert_eq!(code(&mut w, "GetRole", role), "NoSuchEntity");
}

#[test]
fn aws_managed_policies_can_be_attached_and_unknown_ones_cannot() {
    let mut w = world();
    with_role(&mut w, "agents");
    for (arn, expected) in [
        ("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", None),
        ("arn:aws:iam::aws:policy/NoSuchThing", Some("NoSuchEntity")),
        (
            "arn:aws:iam::aws:policy/aws-service-role/AmazonConnectServiceLinkedRolePolicy",
            Some("PolicyNotAttachable"),
        ),
    ] {
        let outcome = at(
            &mut w,
            0,
            "AttachRolePolicy",
            json!({ "RoleName": "agents", "PolicyArn": arn }),
        );
        assert_eq!(outcome.err().map(|f| f.code).as_deref(), expected, "{arn}");
    }
    let listed = ok(
        &mut w,
        "ListAttachedRolePolicies",
        json!({ "RoleName": "agents" }),
    );
    assert_eq!(
        listed["AttachedPolicies"][0]["PolicyName"],
        "AmazonS3ReadOnlyAccess"
    );
}

#[test]
fn a_policy_has_five_versions_and_conflicts_while_in_use() {
    let mut w = world();
    with_role(&mut w, "agents");
    let arn = with_policy(&mut w, "stream");
    for _ in 0..4 {
        ok(
            &mut w,
            "CreatePolicyVersion",
            json!({ "PolicyArn": arn, "PolicyDocument": document(), "SetAsDefault": true }),
        );
    }
    let sixth = json!({ "PolicyArn": arn, "PolicyDocument": document() });
    assert_eq!(
        code(&mut w, "CreatePolicyVersion", sixth.clone()),
        "LimitExceeded"
    );
    assert_eq!(
        code(
            &mut w,
            "DeletePolicyVersion",
            json!({ "PolicyArn": arn, "VersionId": "v5" })
        ),
        "DeleteConflict"
    );
    ok(
        &mut w,
        "DeletePolicyVersion",
        json!({ "PolicyArn": arn, "VersionId": "v1" }),
    );
    assert_eq!(
        ok(&mut w, "CreatePolicyVersion", sixth)["PolicyVersion"]["VersionId"],
        "v6"
    );
    ok(
        &mut w,
        "AttachRolePolicy",
        json!({ "RoleName": "agents", "PolicyArn": arn }),
    );
    let entities = ok(&mut w, "ListEntitiesForPolicy", json!({ "PolicyArn": arn }));
    assert_eq!(entities["PolicyRoles"][0]["RoleName"], "agents");
    assert_eq!(
        code(&mut w, "DeletePolicy", json!({ "PolicyArn": arn })),
        "DeleteConflict"
    );
    ok(
        &mut w,
        "DetachRolePolicy",
        json!({ "RoleName": "agents", "PolicyArn": arn }),
    );
    assert_eq!(
        code(&mut w, "DeletePolicy", json!({ "PolicyArn": arn })),
        "DeleteConflict"
    );
    for version in ["v2", "v3", "v4", "v6"] {
        ok(
            &mut w,
            "DeletePolicyVersion",
            json!({ "PolicyArn": arn, "VersionId": version }),
        );
    }
    ok(&mut w, "DeletePolicy", json!({ "PolicyArn": arn }));
}

#[test]
fn marker_and_max_items_page() {
    let mut w = world();
    for n in 0..5 {
        with_role(&mut w, &format!("role{n}"));
    }
    let mut seen = Vec::new();
    let mut input = json!({ "MaxItems": 2, "PathPrefix": "/" });
    loop {
        let page = ok(&mut w, "ListRoles", input.clone());
        seen.extend(
            page["Roles"]
                .as_array()
                .unwrap()
                .iter()
                .map(|r| r["RoleName"].as_str().unwrap().to_owned()),
        );
        if page["IsTruncated"] == false {
            assert!(page.get("Marker").is_none());
            break;
        }
        assert_eq!(page["Roles"].as_array().unwrap().len(), 2);
        input["Marker"] = page["Marker"].clone();
    }
    assert_eq!(
        seen,
        [
            "AmazonAppStreamServiceAccess",
            "role0",
            "role1",
            "role2",
            "role3",
            "role4"
        ]
    );
    assert_eq!(
        code(&mut w, "ListRoles", json!({ "Marker": "nonsense" })),
        "ValidationError"
    );
}

#[test]
fn saml_metadata_is_parsed_and_returned_as_put() {
    let mut w = world();
    let document = metadata(r#" validUntil="2030-01-01T00:00:00Z""#);
    let made = ok(
        &mut w,
        "CreateSAMLProvider",
        json!({ "Name": "idp", "SAMLMetadataDocument": document }),
    );
    assert_eq!(
        made["SAMLProviderArn"],
        "arn:aws:iam::123456789012:saml-provider/idp"
    );
    let arn = json!({ "SAMLProviderArn": made["SAMLProviderArn"] });
    let got = ok(&mut w, "GetSAMLProvider", arn.clone());
    assert_eq!(got["SAMLMetadataDocument"], document.as_str());
    assert_eq!(got["ValidUntil"], 1_893_456_000.0);
    let again = json!({ "Name": "IDP", "SAMLMetadataDocument": document });
    assert_eq!(code(&mut w, "CreateSAMLProvider", again), "EntityAlreadyExists");
    ok(&mut w, "DeleteSAMLProvider", arn.clone());
    assert_eq!(code(&mut w, "GetSAMLProvider", arn), "NoSuchEntity");
}

#[test]
fn metadata_without_an_end_is_valid_for_a_hundred_years() {
    let mut w = world();
    let made = ok(
        &mut w,
        "CreateSAMLProvider",
        json!({ "Name": "idp", "SAMLMetadataDocument": metadata("") }),
    );
    let got = ok(
        &mut w,
        "GetSAMLProvider",
        json!({ "SAMLProviderArn": made["SAMLProviderArn"] }),
    );
    let year = |value: &Value| {
        jiff::Timestamp::from_second(value.as_f64().unwrap() as i64)
            .unwrap()
            .to_string()
    };
    assert_eq!(year(&got["CreateDate"])[4..], year(&got["ValidUntil"])[4..]);
    assert!(year(&got["ValidUntil"]).starts_with("2126"));
}

#[test]
fn bad_metadata_is_refused() {
    let good = metadata("");
    let padding = " ".repeat(1000);
    for (why, document) in [
        ("too short", "<EntityDescriptor/>".to_owned()),
        ("byte order mark", format!("\u{feff}{good}")),
        ("not closed", good.replace("</md:EntityDescriptor>", &padding)),
        ("crossed tags", good.replace("</md:KeyDescriptor>", "</md:Other>")),
        (
            "other root",
            good.replace("md:EntityDescriptor", "md:EntitiesDescriptor"),
        ),
        (
            "other namespace",
            good.replace("SAML:2.0:metadata", "SAML:1.1:metadata"),
        ),
        ("unbound prefix", good.replace("xmlns:md", "xmlns:mx")),
        ("no entity", good.replace("entityID", "entity")),
        (
            "service provider",
            good.replace("IDPSSODescriptor", "SPSSODescriptor"),
        ),
        (
            "no certificate",
            good.replace("X509Certificate", "X509SubjectName"),
        ),
        (
            "only for encryption",
            good.replace("\"signing\"", "\"encryption\""),
        ),
        ("not base64", good.replace("MII", "M!!")),
        (
            "not a certificate",
            good.replace(super::fixture::CERTIFICATE, "bm90IGEgY2VydGlmaWNhdGU="),
        ),
        ("text after the root", format!("{good}x")),
        (
            "document type",
            good.replace("<md:EntityDescriptor", "<!DOCTYPE x><md:EntityDescriptor"),
        ),
    ] {
        let mut w = world();
        let input = json!({ "Name": "idp", "SAMLMetadataDocument": format!("{document}{}", if why == "too short" { "" } else { &padding }) });
        assert_eq!(code(&mut w, "CreateSAMLProvider", input), "InvalidInput", "{why}");
    }
}

#[test]
fn a_trust_policy_names_an_existing_provider_or_the_coin_says_otherwise() {
    let federated = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": format!("arn:aws:iam::{ACCOUNT}:saml-provider/idp") },
        "Action": "sts:AssumeRoleWithSAML",
        "Condition": { "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    }]});
    let input = json!({ "RoleName": "agents", "AssumeRolePolicyDocument": federated.to_string() });
    let mut w = world();
    assert_eq!(
        code(&mut w, "CreateRole", input.clone()),
        "MalformedPolicyDocument"
    );
    ok(
        &mut w,
        "CreateSAMLProvider",
        json!({ "Name": "idp", "SAMLMetadataDocument": metadata("") }),
    );
    ok(&mut w, "CreateRole", input.clone());
    let mut lenient = (1..100)
        .map(|quirks| {
            World::new(
                Settings {
                    quirks,
                    ..Settings::default()
                },
                START,
            )
        })
        .find(|w| w.quirk("iam.federated-principal-may-be-missing"))
        .unwrap();
    ok(&mut lenient, "CreateRole", input);
}

#[test]
fn tags_are_added_replaced_and_removed() {
    let mut w = world();
    with_role(&mut w, "agents");
    let tag = |pairs: &[(&str, &str)]| -> Value {
        let tags: Vec<Value> = pairs
            .iter()
            .map(|(k, v)| json!({ "Key": k, "Value": v }))
            .collect();
        json!({ "RoleName": "agents", "Tags": tags })
    };
    ok(&mut w, "TagRole", tag(&[("team", "a"), ("cost", "b")]));
    ok(&mut w, "TagRole", tag(&[("Team", "c")]));
    ok(
        &mut w,
        "UntagRole",
        json!({ "RoleName": "agents", "TagKeys": ["cost", "absent"] }),
    );
    let listed = ok(&mut w, "ListRoleTags", json!({ "RoleName": "agents" }));
    assert_eq!(listed["Tags"], json!([{ "Key": "Team", "Value": "c" }]));
    assert_eq!(
        code(&mut w, "TagRole", tag(&[("x", "1"), ("X", "2")])),
        "InvalidInput"
    );
    assert_eq!(code(&mut w, "TagRole", tag(&[("aws:x", "1")])), "InvalidInput");
    let many: Vec<(String, String)> = (0..50).map(|n| (format!("k{n}"), String::new())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(code(&mut w, "TagRole", tag(&many)), "LimitExceeded");
}

#[test]
fn quotas_are_kept() {
    let mut w = world();
    with_role(&mut w, "agents");
    let statement = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::{}", "b".repeat(9000)) });
    let large = json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
    ok(
        &mut w,
        "PutRolePolicy",
        json!({ "RoleName": "agents", "PolicyName": "one", "PolicyDocument": large }),
    );
    ok(
        &mut w,
        "PutRolePolicy",
        json!({ "RoleName": "agents", "PolicyName": "one", "PolicyDocument": large }),
    );
    let second = json!({ "RoleName": "agents", "PolicyName": "two", "PolicyDocument": large });
    assert_eq!(code(&mut w, "PutRolePolicy", second), "LimitExceeded");
    assert_eq!(
        code(
            &mut w,
            "CreatePolicy",
            json!({ "PolicyName": "p", "PolicyDocument": large })
        ),
        "LimitExceeded"
    );
    let wide = trust(json!({ "Service": format!("{}.amazonaws.com", "a".repeat(2100)) }));
    assert_eq!(
        code(
            &mut w,
            "CreateRole",
            json!({ "RoleName": "x", "AssumeRolePolicyDocument": wide })
        ),
        "LimitExceeded"
    );
}

#[test]
fn service_linked_roles_belong_to_their_service() {
    let mut w = world();
    let service = "appstream.application-autoscaling.amazonaws.com";
    let made = ok(
        &mut w,
        "CreateServiceLinkedRole",
        json!({ "AWSServiceName": service }),
    );
    let name = made["Role"]["RoleName"].as_str().unwrap().to_owned();
    assert_eq!(name, "AWSServiceRoleForApplicationAutoScaling_AppStreamFleet");
    assert_eq!(
        code(
            &mut w,
            "CreateServiceLinkedRole",
            json!({ "AWSServiceName": service })
        ),
        "InvalidInput"
    );
    assert_eq!(
        code(&mut w, "DeleteRole", json!({ "RoleName": name })),
        "UnmodifiableEntity"
    );
    let deletion = ok(&mut w, "DeleteServiceLinkedRole", json!({ "RoleName": name }));
    let status = ok(&mut w, "GetServiceLinkedRoleDeletionStatus", deletion);
    assert_eq!(status["Status"], "SUCCEEDED");
}

#[test]
fn a_snapshot_brings_everything_back() {
    let mut w = world();
    with_role(&mut w, "agents");
    with_policy(&mut w, "stream");
    ok(
        &mut w,
        "CreateSAMLProvider",
        json!({ "Name": "idp", "SAMLMetadataDocument": metadata("") }),
    );
    let text = serde_json::to_string(&w.iam).unwrap();
    let back: Store = serde_json::from_str(&text).unwrap();
    assert_eq!(back.accounts[ACCOUNT].roles, w.iam.accounts[ACCOUNT].roles);
    assert_eq!(
        back.accounts[ACCOUNT].providers,
        w.iam.accounts[ACCOUNT].providers
    );
    assert_eq!(back.accounts[ACCOUNT].policies, w.iam.accounts[ACCOUNT].policies);
}
