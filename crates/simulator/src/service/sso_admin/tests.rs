use super::*;
use crate::service::{Caller, Service};
use crate::world::Settings;
use base64::Engine as _;

const NOW: Moment = Moment(1_750_000_000_000);

fn call_as(
    world: &mut World,
    account: &str,
    region: &str,
    operation: &str,
    input: Value,
) -> Result<Value, Fault> {
    let call = Call {
        operation: operation.to_owned(),
        input,
        body: Default::default(),
        headers: Vec::new(),
        region: region.to_owned(),
        caller: Caller {
            account: account.to_owned(),
            arn: format!("arn:aws:iam::{account}:user/tester"),
            access_key: None,
            permissions: None,
        },
        now: NOW,
        base_url: None,
    };
    SsoAdmin.call(world, &call).map(|answer| answer.output)
}

fn call(world: &mut World, operation: &str, input: Value) -> Result<Value, Fault> {
    call_as(world, "123456789012", "us-east-1", operation, input)
}

fn world() -> World {
    World::new(Settings::default(), NOW)
}

fn typed() -> Value {
    json!({
        "display_name": "Acme support",
        "description": "Contact center",
        "acs_url": "https://signin.aws.amazon.com/saml",
        "audience": "urn:amazon:webservices",
        "relay_state": "https://eu-west-2.console.aws.amazon.com/connect/federate/x?destination=%2Fccp-v2",
        "session_duration": "12 hours",
        "attribute_mappings": [
            { "attribute": "Subject", "value": "${user:email}", "format": "emailAddress" },
            {
                "attribute": "https://aws.amazon.com/SAML/Attributes/RoleSessionName",
                "value": "${user:email}", "format": "unspecified",
            },
            {
                "attribute": "https://aws.amazon.com/SAML/Attributes/Role",
                "value": "arn:aws:iam::123456789012:saml-provider/p,arn:aws:iam::123456789012:role/r",
                "format": "unspecified",
            },
        ],
    })
}

fn made(world: &mut World) -> Value {
    console(world, &["applications", "create"], &typed(), NOW).unwrap()
}

fn group(world: &World) -> String {
    let store = serde_json::to_value(&world.identity_store).unwrap();
    store["groups"][0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn instances_are_listed_only_in_their_region() {
    let mut world = world();
    let here = call(&mut world, "ListInstances", json!({})).unwrap();
    assert_eq!(here["Instances"][0]["IdentityStoreId"], IDENTITY_STORE_ID);
    let there = call_as(
        &mut world,
        "123456789012",
        "eu-west-2",
        "ListInstances",
        json!({}),
    );
    assert_eq!(there.unwrap()["Instances"], json!([]));
}

#[test]
fn another_accounts_instance_is_seen_and_not_administered() {
    let settings = Settings {
        identity_center_account: "111122223333".to_owned(),
        ..Settings::default()
    };
    let mut world = World::new(settings, NOW);
    let seen = call(&mut world, "ListInstances", json!({})).unwrap();
    assert_eq!(seen["Instances"][0]["OwnerAccountId"], "111122223333");
    let input = json!({ "InstanceArn": instance_arn() });
    let refused = call(&mut world, "ListApplications", input.clone()).unwrap_err();
    assert_eq!(refused.code, "AccessDeniedException");
    assert!(call_as(&mut world, "111122223333", "us-east-1", "ListApplications", input).is_ok());
}

#[test]
fn saml_applications_cannot_be_created_by_api() {
    let mut world = world();
    let mut input = json!({
        "InstanceArn": instance_arn(), "ApplicationProviderArn": application::CUSTOM_SAML, "Name": "x",
    });
    let refused = call(&mut world, "CreateApplication", input.clone()).unwrap_err();
    assert_eq!(refused.code, "ValidationException");
    input["ApplicationProviderArn"] = json!("arn:aws:sso::aws:applicationProvider/catalog/AmazonConnect");
    let refused = call(&mut world, "CreateApplication", input.clone()).unwrap_err();
    assert_eq!(refused.code, "ValidationException");
    input["ApplicationProviderArn"] = json!("arn:aws:sso::aws:applicationProvider/custom");
    input["ClientToken"] = json!("t");
    let made = call(&mut world, "CreateApplication", input.clone()).unwrap();
    assert_eq!(call(&mut world, "CreateApplication", input).unwrap(), made);
}

#[test]
fn what_the_console_makes_the_api_reads() {
    let mut world = world();
    let made = made(&mut world);
    let listed = call(
        &mut world,
        "ListApplications",
        json!({ "InstanceArn": instance_arn() }),
    )
    .unwrap();
    assert_eq!(listed["Applications"].as_array().unwrap().len(), 1);
    let named = json!({ "ApplicationArn": made["application_arn"] });
    let seen = call(&mut world, "DescribeApplication", named.clone()).unwrap();
    assert_eq!(seen["Name"], "Acme support");
    assert_eq!(seen["ApplicationProviderArn"], application::CUSTOM_SAML);
    // Nothing of what makes it a SAML application can be read.
    let text = seen.to_string();
    assert!(
        !text.contains("federate") && !text.contains("saml-provider"),
        "{text}"
    );
    call(
        &mut world,
        "UpdateApplication",
        json!({ "ApplicationArn": made["application_arn"], "Name": "Other", "Status": "DISABLED" }),
    )
    .unwrap();
    let seen = call(&mut world, "DescribeApplication", named.clone()).unwrap();
    assert_eq!(
        (&seen["Name"], &seen["Status"]),
        (&json!("Other"), &json!("DISABLED"))
    );
    call(&mut world, "DeleteApplication", named.clone()).unwrap();
    let gone = call(&mut world, "DescribeApplication", named).unwrap_err();
    assert_eq!(gone.code, "ResourceNotFoundException");
}

#[test]
fn the_metadata_address_holds_account_and_an_id_of_its_own() {
    let mut world = world();
    let made = made(&mut world);
    let address = made["metadata_url"].as_str().unwrap();
    let token = address
        .strip_prefix("https://portal.sso.us-east-1.amazonaws.com/saml/metadata/")
        .unwrap();
    assert!(!token.contains('='));
    let plain = base64::engine::general_purpose::STANDARD_NO_PAD
        .decode(token)
        .unwrap();
    let plain = String::from_utf8(plain).unwrap();
    assert!(plain.starts_with("123456789012_ins-"), "{plain}");
    let suffix = &plain["123456789012_ins-".len()..];
    assert!(!made["application_arn"].as_str().unwrap().contains(suffix));
    let mut input = typed();
    input["base_url"] = json!("http://127.0.0.1:4566");
    let local = console(&mut world, &["applications", "create"], &input, NOW).unwrap();
    let local = local["metadata_url"].as_str().unwrap();
    assert!(
        local.starts_with("http://127.0.0.1:4566/saml/metadata/"),
        "{local}"
    );
}

#[test]
fn the_portal_shows_a_link_to_those_who_are_assigned() {
    let mut world = world();
    let made = made(&mut world);
    let named = json!({ "application_arn": made["application_arn"] });
    let early = console(&mut world, &["applications", "link"], &named, NOW).unwrap_err();
    assert!(
        early.message.contains("no user or group is assigned"),
        "{}",
        early.message
    );
    let assign = json!({ "application_arn": made["application_arn"], "groups": ["agents"] });
    console(&mut world, &["applications", "assign"], &assign, NOW).unwrap();
    let shown = console(&mut world, &["applications", "link"], &named, NOW).unwrap();
    let link = shown["start_url"].as_str().unwrap();

    // Its token says what that of the metadata says, and a part of its own.
    let token = |url: &str| url.rsplit('/').next().unwrap().replace("%3D", "=");
    let decoded = |token: &str, engine: base64::engine::GeneralPurpose| {
        String::from_utf8(engine.decode(token).unwrap()).unwrap()
    };
    let of_link = decoded(&token(link), base64::engine::general_purpose::STANDARD);
    let of_metadata = token(made["metadata_url"].as_str().unwrap());
    let of_metadata = decoded(&of_metadata, base64::engine::general_purpose::STANDARD_NO_PAD);
    let (start, own) = of_link.split_once("_p-").unwrap();
    assert_eq!(start, of_metadata);
    assert_eq!(own.len(), 16);

    // It leads to the application, and another one to none.
    let input = |link: &str| json!({ "start_url": link, "user": "agent1@example.com" });
    let posted = console(&mut world, &["applications", "sign-in"], &input(link), NOW).unwrap();
    assert!(
        posted["saml_response"]
            .as_str()
            .is_some_and(|response| !response.is_empty())
    );
    for wrong in [
        &link[..link.len() - 9],
        "https://d-9067f1c2a3.awsapps.com/start",
        "nothing",
    ] {
        let refused = console(&mut world, &["applications", "sign-in"], &input(wrong), NOW).unwrap_err();
        assert_eq!(refused.code, "ResourceNotFoundException", "{wrong}");
    }
}

#[test]
fn the_metadata_document_is_one_that_iam_takes() {
    let mut world = world();
    let made = made(&mut world);
    let address = made["metadata_url"].as_str().unwrap();
    let token = address.rsplit('/').next().unwrap().to_owned();
    let document = saml_metadata(&world, &token).unwrap();
    assert!((1000..10_000_000).contains(&document.len()));
    let tree = roxmltree::Document::parse(&document).unwrap();
    let root = tree.root_element();
    assert_eq!(root.tag_name().name(), "EntityDescriptor");
    assert_eq!(root.attribute("entityID"), made["sign_in_url"].as_str());
    let certificate = tree
        .descendants()
        .find(|node| node.tag_name().name() == "X509Certificate")
        .and_then(|node| node.text())
        .unwrap();
    let der = base64::engine::general_purpose::STANDARD
        .decode(certificate)
        .unwrap();
    let (_, parsed) = x509_parser::parse_x509_certificate(&der).unwrap();
    let validity = parsed.validity();
    let years = (validity.not_after.timestamp() - validity.not_before.timestamp()) / (365 * 24 * 3600);
    assert_eq!(years, 30);
    let sign_on = tree
        .descendants()
        .filter(|node| node.tag_name().name() == "SingleSignOnService");
    assert_eq!(sign_on.count(), 2);
    assert_eq!(saml_metadata(&world, "unknown"), None);
    let named = json!({ "ApplicationArn": made["application_arn"] });
    call(&mut world, "DeleteApplication", named).unwrap();
    assert_eq!(saml_metadata(&world, &token), None);
}

#[test]
fn the_console_marks_wrong_fields() {
    let wrong = [
        ("display_name", json!("")),
        ("acs_url", json!("http://signin.aws.amazon.com/saml")),
        ("audience", json!("")),
        ("session_duration", json!("13 hours")),
        ("session_duration", json!("long")),
        ("attribute_mappings", json!([])),
        ("start_url", json!("not a url")),
        ("description", json!("x".repeat(129))),
        (
            "attribute_mappings",
            json!([{ "attribute": "Subject", "value": "${user:Email}", "format": "emailAddress" }]),
        ),
        (
            "attribute_mappings",
            json!([{ "attribute": "Subject", "value": "${user:email}", "format": "odd" }]),
        ),
        (
            "attribute_mappings",
            json!([
                { "attribute": "Subject", "value": "${user:email}", "format": "persistent" },
                { "attribute": "Subject", "value": "${user:name}", "format": "persistent" },
            ]),
        ),
    ];
    for (member, value) in wrong {
        let mut world = world();
        let mut input = typed();
        input[member] = value.clone();
        let refused = console(&mut world, &["applications", "create"], &input, NOW);
        assert_eq!(
            refused.unwrap_err().code,
            "ValidationException",
            "{member}: {value}"
        );
        assert!(world.sso_admin.applications.is_empty());
    }
    let unknown = console(&mut world(), &["applications", "paint"], &json!({}), NOW);
    assert_eq!(unknown.unwrap_err().status, Some(501));
}

#[test]
fn what_was_typed_can_be_shown_and_changed() {
    let mut world = world();
    let arn = made(&mut world)["application_arn"].clone();
    let change = json!({ "application_arn": arn, "relay_state": "https://other.example.com" });
    console(&mut world, &["applications", "update"], &change, NOW).unwrap();
    let named = json!({ "application_arn": arn });
    let seen = console(&mut world, &["applications", "show"], &named, NOW).unwrap();
    assert_eq!(seen["relay_state"], "https://other.example.com");
    assert_eq!(seen["session_seconds"], 43_200);
    assert_eq!(seen["attribute_mappings"], typed()["attribute_mappings"]);
}

#[test]
fn assignments_are_unique_and_name_real_principals() {
    let mut world = world();
    let arn = made(&mut world)["application_arn"].clone();
    let id = group(&world);
    let with = |id: &str| json!({ "ApplicationArn": arn, "PrincipalType": "GROUP", "PrincipalId": id });
    call(&mut world, "CreateApplicationAssignment", with(&id)).unwrap();
    let again = call(&mut world, "CreateApplicationAssignment", with(&id)).unwrap_err();
    assert_eq!(again.code, "ConflictException");
    let absent = with("11111111-1111-1111-1111-111111111111");
    let unknown = call(&mut world, "CreateApplicationAssignment", absent).unwrap_err();
    assert_eq!(unknown.code, "ResourceNotFoundException");
    let listed = call(
        &mut world,
        "ListApplicationAssignments",
        json!({ "ApplicationArn": arn }),
    )
    .unwrap();
    assert_eq!(listed["ApplicationAssignments"], json!([with(&id)]));
    call(&mut world, "DescribeApplicationAssignment", with(&id)).unwrap();
    call(&mut world, "DeleteApplicationAssignment", with(&id)).unwrap();
    let gone = call(&mut world, "DeleteApplicationAssignment", with(&id)).unwrap_err();
    assert_eq!(gone.code, "ResourceNotFoundException");
}

#[test]
fn assignments_on_saml_applications_may_be_refused() {
    let seed = (1..).find(|seed| {
        let mut world = World::default();
        world.settings.quirks = *seed;
        world.quirk("sso.assignment-on-saml")
    });
    let settings = Settings {
        quirks: seed.unwrap(),
        ..Settings::default()
    };
    let mut world = World::new(settings, NOW);
    let arn = made(&mut world)["application_arn"].clone();
    let input = json!({ "ApplicationArn": arn, "PrincipalType": "GROUP", "PrincipalId": group(&world) });
    let refused = call(&mut world, "CreateApplicationAssignment", input).unwrap_err();
    assert_eq!(refused.code, "ValidationException");
}

#[test]
fn assignment_is_required_by_default() {
    let mut world = world();
    let arn = made(&mut world)["application_arn"].clone();
    let named = json!({ "ApplicationArn": arn });
    let seen = call(&mut world, "GetApplicationAssignmentConfiguration", named.clone()).unwrap();
    assert_eq!(seen["AssignmentRequired"], true);
    let change = json!({ "ApplicationArn": arn, "AssignmentRequired": false });
    call(&mut world, "PutApplicationAssignmentConfiguration", change).unwrap();
    let seen = call(&mut world, "GetApplicationAssignmentConfiguration", named).unwrap();
    assert_eq!(seen["AssignmentRequired"], false);
}

#[test]
fn tags_belong_to_applications_and_the_instance() {
    let mut world = world();
    let arn = made(&mut world)["application_arn"].clone();
    for arn in [arn, json!(instance_arn())] {
        let tag = json!({ "ResourceArn": arn, "Tags": [{ "Key": "a", "Value": "b" }] });
        call(&mut world, "TagResource", tag).unwrap();
        let named = json!({ "ResourceArn": arn });
        let seen = call(&mut world, "ListTagsForResource", named.clone()).unwrap();
        assert_eq!(seen["Tags"], json!([{ "Key": "a", "Value": "b" }]));
        call(
            &mut world,
            "UntagResource",
            json!({ "ResourceArn": arn, "TagKeys": ["a"] }),
        )
        .unwrap();
        let seen = call(&mut world, "ListTagsForResource", named).unwrap();
        assert_eq!(seen["Tags"], json!([]));
    }
}

#[test]
fn a_users_assignments_include_those_of_groups() {
    let mut world = world();
    let arn = made(&mut world)["application_arn"].clone();
    let store = serde_json::to_value(&world.identity_store).unwrap();
    let (user, group) = (store["users"][0]["id"].clone(), store["groups"][0]["id"].clone());
    let assign = json!({ "ApplicationArn": arn, "PrincipalType": "GROUP", "PrincipalId": group });
    call(&mut world, "CreateApplicationAssignment", assign.clone()).unwrap();
    let asked = json!({ "InstanceArn": instance_arn(), "PrincipalType": "USER", "PrincipalId": user });
    let seen = call(&mut world, "ListApplicationAssignmentsForPrincipal", asked).unwrap();
    assert_eq!(seen["ApplicationAssignments"], json!([assign]));
}

#[test]
fn the_catalogue_lists_more_than_can_be_created() {
    let mut world = world();
    let listed = call(&mut world, "ListApplicationProviders", json!({})).unwrap();
    let providers = listed["ApplicationProviders"].as_array().unwrap();
    let protocol = |of: &str| {
        let of = providers.iter().filter(|one| one["FederationProtocol"] == of);
        of.count()
    };
    assert!(protocol("SAML") > 0 && protocol("OAUTH") > 0);
    let named = json!({ "ApplicationProviderArn": application::CUSTOM_SAML });
    let seen = call(&mut world, "DescribeApplicationProvider", named).unwrap();
    assert_eq!(seen["FederationProtocol"], "SAML");
    let instance = call(
        &mut world,
        "DescribeInstance",
        json!({ "InstanceArn": instance_arn() }),
    )
    .unwrap();
    assert_eq!(instance["Status"], "ACTIVE");
}

#[test]
fn portal_options_need_an_address_only_for_the_applications_own_sign_in() {
    let mut world = world();
    let arn = made(&mut world)["application_arn"].clone();
    let with =
        |options: Value| json!({ "ApplicationArn": arn, "PortalOptions": { "SignInOptions": options } });
    let refused = call(
        &mut world,
        "UpdateApplication",
        with(json!({ "Origin": "APPLICATION" })),
    )
    .unwrap_err();
    assert_eq!(refused.code, "ValidationException");
    let own = json!({ "Origin": "APPLICATION", "ApplicationUrl": "https://ccp.example.com" });
    call(&mut world, "UpdateApplication", with(own.clone())).unwrap();
    let seen = call(
        &mut world,
        "DescribeApplication",
        json!({ "ApplicationArn": arn }),
    )
    .unwrap();
    assert_eq!(seen["PortalOptions"]["SignInOptions"], own);
    assert_eq!(seen["PortalOptions"]["Visibility"], "ENABLED");
}

#[test]
fn a_rotated_certificate_changes_the_metadata_and_not_its_address() {
    let mut world = world();
    let made = made(&mut world);
    let token = made["metadata_url"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let before = saml_metadata(&world, &token).unwrap();
    let named = json!({ "application_arn": made["application_arn"] });
    let rotated = console(&mut world, &["applications", "rotate-certificate"], &named, NOW).unwrap();
    assert_ne!(rotated["certificate"], made["certificate"]);
    let after = saml_metadata(&world, &token).unwrap();
    assert_ne!(before, after);
    assert!(after.contains(rotated["certificate"].as_str().unwrap().lines().nth(1).unwrap()));
}

#[test]
fn the_console_assigns_by_name() {
    let mut world = world();
    let arn = made(&mut world)["application_arn"].clone();
    let input = json!({ "application_arn": arn, "groups": ["agents"], "users": ["admin@example.com"] });
    for _ in 0..2 {
        console(&mut world, &["applications", "assign"], &input, NOW).unwrap();
    }
    let listed = call(
        &mut world,
        "ListApplicationAssignments",
        json!({ "ApplicationArn": arn }),
    )
    .unwrap();
    assert_eq!(listed["ApplicationAssignments"].as_array().unwrap().len(), 2);
    let absent = json!({ "application_arn": arn, "groups": ["absent"] });
    let unknown = console(&mut world, &["applications", "assign"], &absent, NOW).unwrap_err();
    assert_eq!(unknown.code, "ResourceNotFoundException");
}

#[test]
fn an_assignment_that_is_not_there_may_go_in_silence() {
    let silent = (1..)
        .find(|seed| crate::evidence::is_on(*seed, "sso.missing-assignment-goes"))
        .unwrap();
    for (quirks, is_silent) in [(0, false), (silent, true)] {
        let mut world = world();
        world.settings.quirks = quirks;
        let arn = made(&mut world)["application_arn"].clone();
        let input = json!({ "ApplicationArn": arn, "PrincipalType": "GROUP", "PrincipalId": group(&world) });
        let answer = call(&mut world, "DeleteApplicationAssignment", input);
        assert_eq!(answer.is_ok(), is_silent);
    }
}

#[test]
fn a_resource_has_seventy_five_tags_at_most() {
    let mut world = world();
    let arn = made(&mut world)["application_arn"].clone();
    let tags = |from: usize, count: usize| -> Vec<Value> {
        (from..from + count)
            .map(|n| json!({ "Key": format!("key-{n}"), "Value": "" }))
            .collect()
    };
    let input = json!({ "ResourceArn": arn, "Tags": tags(0, 75) });
    call(&mut world, "TagResource", input).unwrap();
    // The same keys again are no more tags.
    call(
        &mut world,
        "TagResource",
        json!({ "ResourceArn": arn, "Tags": tags(0, 10) }),
    )
    .unwrap();
    let refused = call(
        &mut world,
        "TagResource",
        json!({ "ResourceArn": arn, "Tags": tags(75, 1) }),
    );
    assert_eq!(refused.unwrap_err().code, "ServiceQuotaExceededException");
}

#[test]
fn an_application_without_sign_in_options_shows_its_visibility_alone_and_keeps_its_scopes() {
    let mut world = world();
    let input = json!({
        "InstanceArn": instance_arn(), "Name": "portal",
        "ApplicationProviderArn": "arn:aws:sso::aws:applicationProvider/custom",
    });
    let arn = call(&mut world, "CreateApplication", input).unwrap()["ApplicationArn"].clone();
    let shown = call(
        &mut world,
        "DescribeApplication",
        json!({ "ApplicationArn": arn }),
    )
    .unwrap();
    assert_eq!(shown["PortalOptions"], json!({ "Visibility": "ENABLED" }));
    let scope = |targets: Option<&[&str]>| json!({ "ApplicationArn": arn, "Scope": "sso:account:access", "AuthorizedTargets": targets });
    let missing = call(&mut world, "GetApplicationAccessScope", scope(None)).unwrap_err();
    assert_eq!(missing.code, "ResourceNotFoundException");
    call(
        &mut world,
        "PutApplicationAccessScope",
        scope(Some(&["a-target"])),
    )
    .unwrap();
    let listed = call(
        &mut world,
        "ListApplicationAccessScopes",
        json!({ "ApplicationArn": arn }),
    )
    .unwrap();
    assert_eq!(
        listed["Scopes"],
        json!([{ "Scope": "sso:account:access", "AuthorizedTargets": ["a-target"] }])
    );
    call(&mut world, "DeleteApplicationAccessScope", scope(None)).unwrap();
    let missing = call(&mut world, "DeleteApplicationAccessScope", scope(None)).unwrap_err();
    assert_eq!(missing.code, "ResourceNotFoundException");
}
