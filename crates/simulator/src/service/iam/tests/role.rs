//! Roles, and what holds for all of IAM.

use super::*;

#[test]
fn every_operation_is_dispatched() {
    for operation in Iam.operations() {
        match at(&mut world(), 0, operation, json!({})) {
            Ok(_) => {}
            Err(fault) => assert_ne!(fault.code, "NotImplemented", "{operation}"),
        }
    }
    assert_eq!(
        code(&mut world(), "CreateVirtualMFADevice", json!({})),
        "NotImplemented"
    );
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
    let decoded: Value = serde_json::from_str(&decoded).unwrap();
    assert_eq!(decoded, serde_json::from_str::<Value>(&service_trust()).unwrap());
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
    // As recordings have it; the model's enumeration says something else.
    assert_eq!(full["PermissionsBoundary"]["PermissionsBoundaryType"], "Policy");
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
    // Its tags and its description are its owner's, the rest is not.
    let tags = json!({ "RoleName": name, "Tags": [{ "Key": "team", "Value": "voice" }] });
    ok(&mut w, "TagRole", tags);
    ok(
        &mut w,
        "UpdateRole",
        json!({ "RoleName": name, "Description": "scales fleets" }),
    );
    let longer = json!({ "RoleName": name, "MaxSessionDuration": 7200 });
    assert_eq!(code(&mut w, "UpdateRole", longer), "UnmodifiableEntity");
    let role = ok(&mut w, "GetRole", json!({ "RoleName": name }))["Role"].clone();
    assert_eq!(
        (role["Description"].as_str(), role["Tags"][0]["Key"].as_str()),
        (Some("scales fleets"), Some("team"))
    );
    let deletion = ok(&mut w, "DeleteServiceLinkedRole", json!({ "RoleName": name }));
    let again = ok(&mut w, "DeleteServiceLinkedRole", json!({ "RoleName": name }));
    assert_eq!(again, deletion, "the earlier task is not complete");
    let status = at(&mut w, 1, "GetServiceLinkedRoleDeletionStatus", deletion.clone()).unwrap();
    assert_eq!(status["Status"], "IN_PROGRESS");
    let status = at(&mut w, 6, "GetServiceLinkedRoleDeletionStatus", deletion).unwrap();
    assert_eq!(status["Status"], "SUCCEEDED");
    let gone = at(&mut w, 6, "GetRole", json!({ "RoleName": name })).unwrap_err();
    assert_eq!(gone.code, "NoSuchEntity");
}

#[test]
fn an_update_without_a_duration_makes_it_an_hour() {
    for (quirks, description) in [(0, Some("Agents")), (dropping(), None)] {
        let mut w = world();
        w.settings.quirks = quirks;
        let role = json!({
            "RoleName": "agents", "AssumeRolePolicyDocument": service_trust(),
            "Description": "Agents", "MaxSessionDuration": 43200,
        });
        ok(&mut w, "CreateRole", role);
        ok(&mut w, "UpdateRole", json!({ "RoleName": "agents" }));
        let role = at(&mut w, 60, "GetRole", json!({ "RoleName": "agents" })).unwrap()["Role"].clone();
        assert_eq!(role["MaxSessionDuration"], 3600);
        assert_eq!(role["Description"].as_str(), description);
    }
}

/// A seed with which UpdateRole takes a description away that it is not given.
fn dropping() -> u64 {
    (1..)
        .find(|seed| crate::evidence::is_on(*seed, "iam.update-role-drops-description"))
        .unwrap()
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

#[test]
fn a_principal_made_anew_is_another_one_and_shows_as_its_old_unique_id() {
    let mut w = world();
    with_role(&mut w, "source");
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/source");
    let old = ok(&mut w, "GetRole", json!({ "RoleName": "source" }))["Role"]["RoleId"]
        .as_str()
        .unwrap()
        .to_owned();
    let target = json!({ "RoleName": "target", "AssumeRolePolicyDocument": trust(json!({ "AWS": [arn] })) });
    at(&mut w, 11, "CreateRole", target).unwrap();
    let shown = |w: &mut World| {
        let role = ok(w, "GetRole", json!({ "RoleName": "target" }));
        let text = role["Role"]["AssumeRolePolicyDocument"]
            .as_str()
            .unwrap()
            .to_owned();
        let text = percent_encoding::percent_decode_str(&text)
            .decode_utf8()
            .unwrap()
            .into_owned();
        serde_json::from_str::<Value>(&text).unwrap()["Statement"][0]["Principal"]["AWS"].clone()
    };
    assert_eq!(shown(&mut w), arn.as_str());
    ok(&mut w, "DeleteRole", json!({ "RoleName": "source" }));
    assert_eq!(shown(&mut w), old.as_str());
    with_role(&mut w, "source");
    assert_eq!(shown(&mut w), old.as_str());
    let again = json!({ "RoleName": "target", "PolicyDocument": trust(json!({ "AWS": arn })) });
    at(&mut w, 30, "UpdateAssumeRolePolicy", again).unwrap();
    assert_eq!(shown(&mut w), arn.as_str());
}

#[test]
fn reads_may_lag_by_quirk() {
    let mut w = (1..100)
        .map(|quirks| {
            World::new(
                Settings {
                    quirks,
                    ..Settings::default()
                },
                START,
            )
        })
        .find(|w| w.quirk("iam.reads-lag"))
        .unwrap();
    with_role(&mut w, "agents");
    let name = json!({ "RoleName": "agents" });
    assert_eq!(code(&mut w, "GetRole", name.clone()), "NoSuchEntity");
    let again = json!({ "RoleName": "agents", "AssumeRolePolicyDocument": service_trust() });
    assert_eq!(code(&mut w, "CreateRole", again), "EntityAlreadyExists");
    at(&mut w, 3, "GetRole", name).unwrap();
}

#[test]
fn the_caller_is_a_user_whom_policies_can_name() {
    let mut w = world();
    let me = ok(&mut w, "GetUser", json!({}));
    assert_eq!(me["User"]["UserName"], "deployer");
    let by_me = trust(json!({ "AWS": me["User"]["Arn"] }));
    ok(
        &mut w,
        "CreateRole",
        json!({ "RoleName": "mine", "AssumeRolePolicyDocument": by_me }),
    );
}

#[test]
fn a_user_that_is_there_has_neither_groups_nor_keys() {
    let mut world = world();
    ok(&mut world, "CreateUser", json!({ "UserName": "ann" }));
    for (operation, member) in [
        ("ListGroupsForUser", "Groups"),
        ("ListAccessKeys", "AccessKeyMetadata"),
        ("ListAttachedUserPolicies", "AttachedPolicies"),
    ] {
        let listed = ok(&mut world, operation, json!({ "UserName": "ann" }));
        assert_eq!(listed[member], json!([]), "{operation}");
        let missing = code(&mut world, operation, json!({ "UserName": "bob" }));
        assert_eq!(missing, "NoSuchEntity", "{operation}");
    }
}

#[test]
fn create_role_answers_the_trust_policy_as_it_was_sent_and_no_longest_session() {
    let mut w = world();
    // IAM itself keeps it in another form: lists of one entry as that entry, accounts as the ARNs of their roots.
    let sent = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "AWS": [ACCOUNT] }, "Action": ["sts:AssumeRole"] }],
    })
    .to_string();
    let input = json!({ "RoleName": "agents", "AssumeRolePolicyDocument": sent, "MaxSessionDuration": 7200 });
    let made = ok(&mut w, "CreateRole", input)["Role"].clone();
    let decoded = |role: &Value| {
        let text = role["AssumeRolePolicyDocument"].as_str().unwrap();
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .unwrap()
            .into_owned()
    };
    assert_eq!(decoded(&made), sent);
    assert_eq!(made.get("MaxSessionDuration"), None);
    let read = ok(&mut w, "GetRole", json!({ "RoleName": "agents" }))["Role"].clone();
    assert_eq!(read["MaxSessionDuration"], 7200);
    assert!(decoded(&read).contains(&format!("arn:aws:iam::{ACCOUNT}:root")));
}

#[test]
fn trust_policies_name_real_services_identity_providers_and_actions() {
    let mut w = world();
    let with = |principal: Value, action: &str| {
        json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Principal": principal, "Action": action }],
        })
        .to_string()
    };
    let saml = "sts:AssumeRoleWithSAML";
    for (name, document, good) in [
        (
            "a",
            with(json!({ "Service": "appstream.amazonaws.com" }), "sts:AssumeRole"),
            true,
        ),
        (
            "b",
            with(json!({ "Service": "appstrem.amazonaws.com" }), "sts:AssumeRole"),
            false,
        ),
        (
            "c",
            with(json!({ "Federated": "accounts.google.com" }), saml),
            true,
        ),
        (
            "d",
            with(json!({ "Federated": "our identity provider" }), saml),
            false,
        ),
        (
            "e",
            with(json!({ "Federated": "https://idp.example.com/saml" }), saml),
            false,
        ),
        ("f", with(json!({ "AWS": ACCOUNT }), "sts:TagSession"), true),
        ("g", with(json!({ "AWS": ACCOUNT }), "sts:AssumeRole*"), true),
        (
            "h",
            with(json!({ "AWS": ACCOUNT }), "sts:GetCallerIdentity"),
            false,
        ),
        ("i", with(json!({ "AWS": ACCOUNT }), "sts:*"), false),
    ] {
        let input = json!({ "RoleName": name, "AssumeRolePolicyDocument": document });
        let outcome = at(&mut w, 0, "CreateRole", input).err().map(|fault| fault.code);
        let expected = (!good).then(|| "MalformedPolicyDocument".to_owned());
        assert_eq!(outcome, expected, "{document}");
    }
}

#[test]
fn lists_of_users_leave_tags_out() {
    let mut w = world();
    let tags = json!([{ "Key": "team", "Value": "support" }]);
    let made = ok(
        &mut w,
        "CreateUser",
        json!({ "UserName": "jo", "Path": "/team/", "Tags": tags }),
    );
    assert_eq!(made["User"]["Tags"], tags);
    let listed = ok(&mut w, "ListUsers", json!({ "PathPrefix": "/team/" }))["Users"].clone();
    assert_eq!(
        (&listed[0]["UserName"], listed[0].get("Tags")),
        (&json!("jo"), None)
    );
    let read = ok(&mut w, "GetUser", json!({ "UserName": "jo" }));
    assert_eq!(read["User"]["Tags"], tags);
}
