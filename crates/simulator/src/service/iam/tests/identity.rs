//! Users, groups, their policies and keys, and what policies come to.

use super::*;

fn statement(effect: &str, action: &str, resource: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": effect, "Action": action, "Resource": resource }],
    })
    .to_string()
}

fn user(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{name}")
}

/// The decisions about actions on a resource, in their order.
fn decisions(world: &mut World, source: &str, actions: &[&str], resource: &str) -> Vec<String> {
    let input = json!({ "PolicySourceArn": source, "ActionNames": actions, "ResourceArns": [resource] });
    let answer = ok(world, "SimulatePrincipalPolicy", input);
    let results = answer["EvaluationResults"].as_array().unwrap();
    results
        .iter()
        .map(|result| result["EvalDecision"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_user_may_what_its_own_and_its_groups_policies_say() {
    let mut world = world();
    ok(&mut world, "CreateUser", json!({ "UserName": "ci" }));
    ok(&mut world, "CreateGroup", json!({ "GroupName": "builders" }));
    let put = json!({ "UserName": "ci", "PolicyName": "own", "PolicyDocument": statement("Allow", "s3:Get*", "*") });
    ok(&mut world, "PutUserPolicy", put);
    let put = json!({ "GroupName": "builders", "PolicyName": "group", "PolicyDocument": statement("Deny", "s3:GetObjectAcl", "*") });
    ok(&mut world, "PutGroupPolicy", put);
    let actions = ["s3:GetObject", "s3:GetObjectAcl", "s3:PutObject"];
    let bucket = "arn:aws:s3:::bucket/key";
    assert_eq!(
        decisions(&mut world, &user("ci"), &actions, bucket),
        ["allowed", "allowed", "implicitDeny"]
    );
    ok(
        &mut world,
        "AddUserToGroup",
        json!({ "UserName": "ci", "GroupName": "builders" }),
    );
    assert_eq!(
        decisions(&mut world, &user("ci"), &actions, bucket),
        ["allowed", "explicitDeny", "implicitDeny"]
    );
    let attach =
        json!({ "GroupName": "builders", "PolicyArn": "arn:aws:iam::aws:policy/AmazonS3FullAccess" });
    ok(&mut world, "AttachGroupPolicy", attach);
    assert_eq!(
        decisions(&mut world, &user("ci"), &actions, bucket),
        ["allowed", "explicitDeny", "allowed"]
    );
    let entities = ok(
        &mut world,
        "ListEntitiesForPolicy",
        json!({ "PolicyArn": "arn:aws:iam::aws:policy/AmazonS3FullAccess" }),
    );
    assert_eq!(entities["PolicyGroups"][0]["GroupName"], "builders");
    assert_eq!(entities["PolicyUsers"], json!([]));
}

#[test]
fn a_boundary_takes_away_and_gives_nothing() {
    let mut world = world();
    let boundary = statement("Allow", "s3:GetObject", "*");
    let made = ok(
        &mut world,
        "CreatePolicy",
        json!({ "PolicyName": "limits", "PolicyDocument": boundary }),
    );
    let arn = made["Policy"]["Arn"].clone();
    let role = json!({
        "RoleName": "bounded", "AssumeRolePolicyDocument": service_trust(), "PermissionsBoundary": arn,
    });
    let role = ok(&mut world, "CreateRole", role)["Role"]["Arn"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        decisions(&mut world, &role, &["s3:GetObject"], "*"),
        ["implicitDeny"]
    );
    let put = json!({ "RoleName": "bounded", "PolicyName": "all", "PolicyDocument": statement("Allow", "s3:*", "*") });
    ok(&mut world, "PutRolePolicy", put);
    assert_eq!(
        decisions(&mut world, &role, &["s3:GetObject", "s3:PutObject"], "*"),
        ["allowed", "implicitDeny"]
    );
    let input = json!({ "PolicySourceArn": role, "ActionNames": ["s3:PutObject"] });
    let answer = ok(&mut world, "SimulatePrincipalPolicy", input);
    let detail = &answer["EvaluationResults"][0]["PermissionsBoundaryDecisionDetail"];
    assert_eq!(detail["AllowedByPermissionsBoundary"], false);
}

#[test]
fn a_condition_without_its_value_is_told_as_missing() {
    let mut world = world();
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Action": "connect:GetFederationToken", "Resource": "*",
            "Condition": { "StringEquals": { "connect:InstanceId": "one" } },
        }],
    })
    .to_string();
    let mut input = json!({ "PolicyInputList": [policy], "ActionNames": ["connect:GetFederationToken"] });
    let answer = ok(&mut world, "SimulateCustomPolicy", input.clone());
    let result = &answer["EvaluationResults"][0];
    assert_eq!(result["EvalDecision"], "implicitDeny");
    assert_eq!(result["MissingContextValues"], json!(["connect:InstanceId"]));
    input["ContextEntries"] = json!([
        { "ContextKeyName": "connect:instanceid", "ContextKeyValues": ["one"], "ContextKeyType": "string" },
    ]);
    let answer = ok(&mut world, "SimulateCustomPolicy", input);
    let result = &answer["EvaluationResults"][0];
    assert_eq!(result["EvalDecision"], "allowed");
    assert_eq!(
        result["MatchedStatements"][0]["SourcePolicyId"],
        "PolicyInputList.1"
    );
    let unknown = json!({ "PolicySourceArn": user("nemo"), "ActionNames": ["s3:GetObject"] });
    assert_eq!(
        code(&mut world, "SimulatePrincipalPolicy", unknown),
        "NoSuchEntity"
    );
    // What names no role, user or group is no principal that could be missing.
    for (operation, member) in [
        (
            "SimulatePrincipalPolicy",
            json!({ "ActionNames": ["s3:GetObject"] }),
        ),
        ("GetContextKeysForPrincipalPolicy", json!({})),
    ] {
        let mut input = member;
        input["PolicySourceArn"] = "arn:aws:iam::123456789012:userXXXX/ci".into();
        assert_eq!(code(&mut world, operation, input), "InvalidInput", "{operation}");
    }
    let malformed = json!({ "OpenIDConnectProviderArn": "token.actions.example.com" });
    assert_eq!(
        code(&mut world, "GetOpenIDConnectProvider", malformed),
        "ValidationError"
    );
}

#[test]
fn a_user_has_two_keys_at_most_and_goes_only_without_what_hangs_on_it() {
    let mut world = world();
    let ci = json!({ "UserName": "ci" });
    ok(&mut world, "CreateUser", ci.clone());
    let first = ok(&mut world, "CreateAccessKey", ci.clone());
    let id = first["AccessKey"]["AccessKeyId"].as_str().unwrap().to_owned();
    assert!(id.starts_with("AKIA") && id.len() == 20, "{id}");
    assert!(
        first["AccessKey"]["SecretAccessKey"]
            .as_str()
            .is_some_and(|secret| secret.len() == 40)
    );
    ok(&mut world, "CreateAccessKey", ci.clone());
    assert_eq!(code(&mut world, "CreateAccessKey", ci.clone()), "LimitExceeded");
    let listed = ok(&mut world, "ListAccessKeys", ci.clone());
    assert_eq!(listed["AccessKeyMetadata"].as_array().unwrap().len(), 2);
    assert_eq!(listed["AccessKeyMetadata"][0].get("SecretAccessKey"), None);
    // The key stands for its user, as long as it is active.
    let arn = |world: &World| caller_of_key(&world.iam, &id).map(|caller| caller.map(|caller| caller.arn));
    assert_eq!(arn(&world), Some(Some(user("ci"))));
    let off = json!({ "UserName": "ci", "AccessKeyId": id, "Status": "Inactive" });
    ok(&mut world, "UpdateAccessKey", off);
    assert_eq!(arn(&world), Some(None));
    assert_eq!(code(&mut world, "DeleteUser", ci.clone()), "DeleteConflict");
    for key in listed["AccessKeyMetadata"].as_array().unwrap() {
        let key = json!({ "UserName": "ci", "AccessKeyId": key["AccessKeyId"] });
        ok(&mut world, "DeleteAccessKey", key);
    }
    assert_eq!(arn(&world), None);
    ok(&mut world, "CreateGroup", json!({ "GroupName": "builders" }));
    let member = json!({ "UserName": "ci", "GroupName": "builders" });
    ok(&mut world, "AddUserToGroup", member.clone());
    assert_eq!(code(&mut world, "DeleteUser", ci.clone()), "DeleteConflict");
    assert_eq!(
        code(&mut world, "DeleteGroup", json!({ "GroupName": "builders" })),
        "DeleteConflict"
    );
    let group = ok(&mut world, "GetGroup", json!({ "GroupName": "builders" }));
    assert_eq!(group["Users"][0]["UserName"], "ci");
    ok(&mut world, "RemoveUserFromGroup", member);
    ok(&mut world, "DeleteUser", ci);
    ok(&mut world, "DeleteGroup", json!({ "GroupName": "builders" }));
}

#[test]
fn policies_of_a_user_have_the_users_own_quota() {
    let mut world = world();
    ok(&mut world, "CreateUser", json!({ "UserName": "ci" }));
    let long = statement(
        "Allow",
        "s3:GetObject",
        &format!("arn:aws:s3:::bucket/{}", "x".repeat(2000)),
    );
    let put = |holder: &str, name: &str| json!({ holder: name, "PolicyName": "p", "PolicyDocument": long });
    assert_eq!(
        code(&mut world, "PutUserPolicy", put("UserName", "ci")),
        "LimitExceeded"
    );
    ok(&mut world, "CreateGroup", json!({ "GroupName": "g" }));
    ok(&mut world, "PutGroupPolicy", put("GroupName", "g"));
    let policy = ok(
        &mut world,
        "GetGroupPolicy",
        json!({ "GroupName": "g", "PolicyName": "p" }),
    );
    assert_eq!(policy["GroupName"], "g");
    assert_eq!(
        code(
            &mut world,
            "GetUserPolicy",
            json!({ "UserName": "ci", "PolicyName": "p" })
        ),
        "NoSuchEntity"
    );
}
