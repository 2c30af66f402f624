//! Inline and managed policies.

use super::*;

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
fn a_new_policy_may_not_be_attachable_at_once_by_quirk() {
    for (quirk, at_once) in [(false, None), (true, Some("NoSuchEntity"))] {
        let mut w = (0..100)
            .map(|quirks| {
                let settings = Settings {
                    quirks,
                    ..Settings::default()
                };
                World::new(settings, START)
            })
            .find(|w| w.quirk("iam.policy-lags") == quirk)
            .unwrap();
        with_role(&mut w, "agents");
        let arn = with_policy(&mut w, "stream");
        let attach = json!({ "RoleName": "agents", "PolicyArn": arn });
        let outcome = at(&mut w, 0, "AttachRolePolicy", attach.clone());
        assert_eq!(outcome.err().map(|fault| fault.code).as_deref(), at_once);
        at(&mut w, 10, "AttachRolePolicy", attach).unwrap();
    }
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
fn what_is_no_arn_is_no_policy_that_could_be_missing() {
    let mut w = world();
    with_role(&mut w, "agents");
    with_policy(&mut w, "stream");
    for name in ["longpolicynamebutnoarn", "stream"] {
        let input = json!({ "RoleName": "agents", "PolicyArn": name });
        for operation in [
            "AttachRolePolicy",
            "DetachRolePolicy",
            "GetPolicy",
            "DeletePolicy",
        ] {
            let fault = at(&mut w, 0, operation, input.clone()).unwrap_err();
            let answered = (fault.code.as_str(), fault.status);
            assert_eq!(answered, ("ValidationError", Some(400)), "{operation} {name}");
        }
    }
    let absent =
        json!({ "RoleName": "agents", "PolicyArn": format!("arn:aws:iam::{ACCOUNT}:policy/stream123") });
    assert_eq!(code(&mut w, "AttachRolePolicy", absent), "NoSuchEntity");
}
