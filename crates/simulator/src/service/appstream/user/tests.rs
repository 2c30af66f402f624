//! The user pool, directories, usage reports.

use serde_json::json;

use super::super::testing::Lab;

#[test]
fn a_new_user_is_not_listed_at_once() {
    let mut lab = Lab::new();
    let user =
        json!({ "UserName": "agent1@example.com", "AuthenticationType": "USERPOOL", "FirstName": "Agent" });
    lab.ok("CreateUser", user.clone());
    let all = json!({ "AuthenticationType": "USERPOOL" });
    assert_eq!(lab.ok("DescribeUsers", all.clone())["Users"], json!([]));
    lab.seconds(10);
    assert_eq!(lab.ok("DescribeUsers", all.clone())["Users"][0]["Enabled"], true);
    assert_eq!(lab.code("CreateUser", user), "ResourceAlreadyExistsException");
    let saml = json!({ "UserName": "agent2@example.com", "AuthenticationType": "SAML" });
    assert_eq!(
        lab.code("CreateUser", saml),
        "InvalidParameterCombinationException"
    );
    lab.ok(
        "DisableUser",
        json!({ "UserName": "agent1@example.com", "AuthenticationType": "USERPOOL" }),
    );
    assert_eq!(lab.ok("DescribeUsers", all)["Users"][0]["Enabled"], false);
}

#[test]
fn a_batch_answers_200_and_lists_what_failed() {
    let mut lab = Lab::new();
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    lab.ok(
        "CreateUser",
        json!({ "UserName": "agent1@example.com", "AuthenticationType": "USERPOOL" }),
    );
    let item = |stack: &str, user: &str| json!({ "StackName": stack, "UserName": user, "AuthenticationType": "USERPOOL" });
    let answer = lab.ok(
        "BatchAssociateUserStack",
        json!({ "UserStackAssociations": [
            item("agents", "agent1@example.com"), item("none", "agent1@example.com"), item("agents", "Agent1@example.com"),
        ] }),
    );
    let codes: Vec<_> = answer["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["ErrorCode"].clone())
        .collect();
    assert_eq!(codes, ["STACK_NOT_FOUND", "USER_NAME_NOT_FOUND"]);
    let listed = lab.ok("DescribeUserStackAssociations", json!({ "StackName": "agents" }));
    assert_eq!(listed["UserStackAssociations"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        lab.code("DescribeUserStackAssociations", json!({})),
        "InvalidParameterCombinationException"
    );
    lab.ok("DeleteStack", json!({ "Name": "agents" }));
    let user = json!({ "UserName": "agent1@example.com", "AuthenticationType": "USERPOOL" });
    assert_eq!(
        lab.ok("DescribeUserStackAssociations", user)["UserStackAssociations"],
        json!([])
    );
}

#[test]
fn a_directory_in_use_stays_and_never_tells_its_password() {
    let mut lab = Lab::new();
    let directory = json!({
        "DirectoryName": "corp.example.com", "OrganizationalUnitDistinguishedNames": ["OU=agents"],
        "ServiceAccountCredentials": { "AccountName": "joiner", "AccountPassword": "placeholder" },
    });
    let created = lab.ok("CreateDirectoryConfig", directory);
    assert_eq!(
        created["DirectoryConfig"]["ServiceAccountCredentials"]["AccountPassword"],
        ""
    );
    let fleet = lab.fleet(json!({ "DomainJoinInfo": { "DirectoryName": "corp.example.com" } }));
    lab.ok("CreateFleet", fleet);
    let name = json!({ "DirectoryName": "corp.example.com" });
    assert_eq!(
        lab.code("DeleteDirectoryConfig", name.clone()),
        "ResourceInUseException"
    );
    lab.ok(
        "UpdateFleet",
        json!({ "Name": "agents", "AttributesToDelete": ["DOMAIN_JOIN_INFO"] }),
    );
    lab.ok("DeleteDirectoryConfig", name);
}

#[test]
fn the_usage_report_subscription_is_one_of_its_kind() {
    let mut lab = Lab::new();
    let first = lab.ok("CreateUsageReportSubscription", json!({}));
    assert_eq!(lab.ok("CreateUsageReportSubscription", json!({})), first);
    lab.ok("DeleteUsageReportSubscription", json!({}));
    assert_eq!(
        lab.code("DeleteUsageReportSubscription", json!({})),
        "ResourceNotFoundException"
    );
    assert_eq!(
        lab.ok("DescribeUsageReportSubscriptions", json!({}))["UsageReportSubscriptions"],
        json!([])
    );
}

#[test]
fn a_domain_joined_fleet_takes_no_new_assignments_and_lets_old_ones_go() {
    let mut lab = Lab::new();
    lab.ok(
        "CreateDirectoryConfig",
        json!({ "DirectoryName": "corp.example.com", "OrganizationalUnitDistinguishedNames": ["OU=Agents"],
            "ServiceAccountCredentials": { "AccountName": "joiner", "AccountPassword": "Simulated-Passw0rd" } }),
    );
    let fleet = lab.fleet(json!({}));
    lab.ok("CreateFleet", fleet);
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    lab.ok(
        "AssociateFleet",
        json!({ "FleetName": "agents", "StackName": "agents" }),
    );
    lab.ok(
        "CreateUser",
        json!({ "UserName": "agent1@example.com", "AuthenticationType": "USERPOOL" }),
    );
    let item = json!({ "UserStackAssociations": [
        { "StackName": "agents", "UserName": "agent1@example.com", "AuthenticationType": "USERPOOL" },
    ] });
    lab.ok("BatchAssociateUserStack", item.clone());
    let join =
        json!({ "DirectoryName": "corp.example.com", "OrganizationalUnitDistinguishedName": "OU=Agents" });
    lab.ok("UpdateFleet", json!({ "Name": "agents", "DomainJoinInfo": join }));
    assert_eq!(
        lab.code("BatchAssociateUserStack", item.clone()),
        "OperationNotPermittedException"
    );
    lab.ok("BatchDisassociateUserStack", item);
    let listed = lab.ok("DescribeUserStackAssociations", json!({ "StackName": "agents" }));
    assert_eq!(listed["UserStackAssociations"], json!([]));
}
