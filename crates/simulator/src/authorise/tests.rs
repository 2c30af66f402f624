//! What calls need, and who may make them.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::*;
use crate::clock::Moment;
use crate::policy::Permissions;
use crate::service::{self, Caller};
use crate::world::{Settings, World};

const NOW: Moment = Moment(1_767_225_600_000);

fn call(operation: &str, input: Value, permissions: Option<Permissions>) -> Call {
    Call {
        operation: operation.to_owned(),
        input,
        body: Bytes::new(),
        headers: Vec::new(),
        region: "eu-west-1".to_owned(),
        caller: Caller {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/ci".to_owned(),
            access_key: Some("AKIA".to_owned()),
            permissions: permissions.map(Arc::new),
        },
        now: NOW,
        base_url: None,
    }
}

fn world() -> World {
    World::new(Settings::default(), NOW)
}

fn pairs(service: &str, operation: &str, input: Value) -> Vec<(String, String)> {
    needs(&world(), service, &call(operation, input, None))
        .into_iter()
        .map(|need| (need.action, need.resource))
        .collect()
}

fn may(statements: Value) -> Permissions {
    let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    Permissions::new(vec![Policy::parse(&document, Kind::Identity).unwrap()], None)
}

#[test]
fn every_operation_is_in_the_reference_with_types_that_it_describes() {
    for service in service::all().iter().filter(|service| service.name() != "s3") {
        let prefix = reference::prefix(service.name());
        for (operation, _) in service.table() {
            let operation = reference::action_of(service.name(), operation);
            let row = reference::action(prefix, &operation);
            let row = row.unwrap_or_else(|| panic!("{prefix}:{operation}"));
            for (name, _) in &row.types {
                assert!(
                    reference::resource_type(prefix, name).is_some(),
                    "{prefix} {name}"
                );
            }
        }
    }
}

#[test]
fn a_call_needs_its_action_on_each_resource_and_what_it_does_besides() {
    let fleet = json!({
        "Name": "acme-agents", "ImageName": "acme-desk-01234567", "IamRoleArn": "arn:aws:iam::123456789012:role/machine",
        "Tags": { "headset:environment": "acme" },
    });
    let arn = |rest: &str| format!("arn:aws:appstream:eu-west-1:123456789012:{rest}");
    assert_eq!(
        pairs("appstream", "CreateFleet", fleet),
        [
            ("appstream:CreateFleet".to_owned(), arn("fleet/acme-agents")),
            (
                "appstream:CreateFleet".to_owned(),
                arn("image/acme-desk-01234567")
            ),
            ("appstream:TagResource".to_owned(), arn("fleet/acme-agents")),
            (
                "iam:PassRole".to_owned(),
                "arn:aws:iam::123456789012:role/machine".to_owned()
            ),
        ]
    );
    let user =
        json!({ "InstanceId": "i-1", "RoutingProfileId": "r-1", "SecurityProfileIds": ["s-1", "s-2"] });
    let within = |rest: &str| format!("arn:aws:connect:eu-west-1:123456789012:instance/i-1/{rest}");
    let needed: Vec<String> = pairs("connect", "CreateUser", user)
        .into_iter()
        .map(|(_, arn)| arn)
        .collect();
    assert_eq!(
        needed,
        [
            within("routing-profile/r-1"),
            within("security-profile/s-1"),
            within("security-profile/s-2"),
            within("agent/*"),
        ]
    );
    for (service, operation, input, resource) in [
        ("appstream", "DescribeFleets", json!({}), "*"),
        (
            "iam",
            "GetRole",
            json!({ "RoleName": "AmazonAppStreamServiceAccess" }),
            "arn:aws:iam::123456789012:role/service-role/AmazonAppStreamServiceAccess",
        ),
        (
            "iam",
            "GetRole",
            json!({ "RoleName": "none" }),
            "arn:aws:iam::123456789012:role/none",
        ),
        (
            "iam",
            "CreateRole",
            json!({ "RoleName": "new", "Path": "/a/" }),
            "arn:aws:iam::123456789012:role/a/new",
        ),
        (
            "connect",
            "ListQueues",
            json!({ "InstanceId": "i-1" }),
            "arn:aws:connect:eu-west-1:123456789012:instance/i-1/queue/*",
        ),
        (
            "sso-admin",
            "DescribeApplication",
            json!({ "ApplicationArn": "arn:aws:sso::1:application/ssoins-1/apl-1" }),
            "arn:aws:sso::1:application/ssoins-1/apl-1",
        ),
        (
            "connect",
            "TagResource",
            json!({ "resourceArn": "arn:aws:connect:eu-west-2:123456789012:instance/i-1" }),
            "arn:aws:connect:eu-west-2:123456789012:instance/i-1",
        ),
        (
            "ssm",
            "GetParameter",
            json!({ "Name": "/acme/password" }),
            "arn:aws:ssm:eu-west-1:123456789012:parameter/acme/password",
        ),
    ] {
        let needed = pairs(service, operation, input);
        assert_eq!(needed.len(), 1, "{operation}: {needed:?}");
        assert_eq!(needed[0].1, resource, "{operation}");
    }
}

#[test]
fn policies_are_asked_with_the_tags_of_request_and_resource() {
    let tagged = json!([
        { "Effect": "Allow", "Action": "iam:CreateRole", "Resource": "*",
          "Condition": { "StringEquals": { "aws:RequestTag/team": "a", "iam:PermissionsBoundary": "arn:aws:iam::1:policy/b" } } },
        { "Effect": "Allow", "Action": "iam:TagRole", "Resource": "*" },
    ]);
    let role = |team: &str| {
        json!({ "RoleName": "x", "PermissionsBoundary": "arn:aws:iam::1:policy/b",
                                     "Tags": [{ "Key": "team", "Value": team }] })
    };
    let made = |input| {
        admit(
            &world(),
            "iam",
            &call("CreateRole", input, Some(may(tagged.clone()))),
        )
    };
    made(role("a")).unwrap();
    let refused = made(role("b")).unwrap_err();
    assert_eq!(refused.code, "AccessDenied");
    assert!(refused.message.contains("iam:CreateRole"), "{}", refused.message);
    let own = json!([{ "Effect": "Allow", "Action": "iam:DeleteRole", "Resource": "*",
                       "Condition": { "StringEquals": { "aws:ResourceTag/team": "a" } } }]);
    let mut world = world();
    let delete = || {
        call(
            "DeleteRole",
            json!({ "RoleName": "AmazonAppStreamServiceAccess" }),
            Some(may(own.clone())),
        )
    };
    assert_eq!(admit(&world, "iam", &delete()).unwrap_err().code, "AccessDenied");
    let account = world.iam.accounts.get_mut("123456789012").unwrap();
    let role = account.roles.get_mut("amazonappstreamserviceaccess").unwrap();
    role.tags.insert("team".to_owned(), "a".to_owned());
    admit(&world, "iam", &delete()).unwrap();
    // The fixed credentials are an administrator's.
    admit(
        &world,
        "iam",
        &call("DeleteRole", json!({ "RoleName": "x" }), None),
    )
    .unwrap();
}

/// A distribution with one tag.
fn with_distribution() -> World {
    let mut world = world();
    let account = world
        .cloud_front
        .accounts
        .entry("123456789012".to_owned())
        .or_default();
    let distribution = json!({
        "config": {}, "etag": "E1", "modified": NOW, "deployed": NOW, "domain": "d1.cloudfront.net",
        "tags": { "team": "a" }, "invalidations": {}, "cache": {},
    });
    account
        .distributions
        .insert("E1".to_owned(), serde_json::from_value(distribution).unwrap());
    world
}

#[test]
fn distributions_have_arns_and_tags_like_everything_else() {
    let arn = "arn:aws:cloudfront::123456789012:distribution/E1";
    let team = json!({ "Items": [{ "Key": "team", "Value": "a" }] });
    let with_tags = json!({ "DistributionConfigWithTags": { "DistributionConfig": {}, "Tags": team } });
    assert_eq!(
        pairs("cloudfront", "CreateDistributionWithTags", with_tags.clone()),
        ["CreateDistribution", "TagResource"].map(|action| (
            format!("cloudfront:{action}"),
            "arn:aws:cloudfront::123456789012:distribution/*".to_owned()
        ))
    );
    let own = "aws:ResourceTag/team";
    let given = "aws:RequestTag/team";
    for (operation, action, input, key) in [
        (
            "UpdateDistribution",
            "UpdateDistribution",
            json!({ "Id": "E1" }),
            own,
        ),
        (
            "CreateInvalidation",
            "CreateInvalidation",
            json!({ "DistributionId": "E1" }),
            own,
        ),
        (
            "GetInvalidation",
            "GetInvalidation",
            json!({ "DistributionId": "E1", "Id": "I1" }),
            own,
        ),
        (
            "TagResource",
            "TagResource",
            json!({ "Resource": arn, "Tags": team }),
            own,
        ),
        (
            "TagResource",
            "TagResource",
            json!({ "Resource": arn, "Tags": team }),
            given,
        ),
        (
            "CreateDistributionWithTags",
            "TagResource",
            with_tags.clone(),
            given,
        ),
        (
            "UntagResource",
            "UntagResource",
            json!({ "Resource": arn, "TagKeys": { "Items": ["team"] } }),
            "aws:TagKeys",
        ),
    ] {
        let value = |right: bool| match (key, right) {
            ("aws:TagKeys", true) => "team",
            (_, true) => "a",
            (_, false) => "b",
        };
        for right in [true, false] {
            let statements = json!([
                { "Effect": "Allow", "Action": "cloudfront:CreateDistribution", "Resource": "*" },
                { "Effect": "Allow", "Action": format!("cloudfront:{action}"),
                  "Resource": "arn:aws:cloudfront::123456789012:distribution/*",
                  "Condition": { "StringEquals": { key: value(right) } } },
            ]);
            let call = call(operation, input.clone(), Some(may(statements)));
            let admitted = admit(&with_distribution(), "cloudfront", &call);
            assert_eq!(admitted.is_ok(), right, "{operation} {key}: {admitted:?}");
        }
    }
}

#[test]
fn a_boundary_and_an_explicit_deny_win_over_what_is_allowed() {
    let all =
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    let some = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}]}"#;
    let deny = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "iam:GetUser", "Resource": "*"}]}"#;
    let policy = |text: &str| Policy::parse(text, Kind::Identity).unwrap();
    let asks = |permissions, operation: &str| {
        admit(
            &world(),
            "iam",
            &call(operation, json!({ "RoleName": "x" }), Some(permissions)),
        )
    };
    let bounded = || Permissions::new(vec![policy(all)], Some(vec![policy(some)]));
    asks(bounded(), "GetRole").unwrap();
    asks(bounded(), "DeleteRole").unwrap_err();
    let denied = || Permissions::new(vec![policy(all), policy(deny)], None);
    asks(denied(), "GetRole").unwrap();
    let refused = asks(denied(), "GetUser").unwrap_err();
    assert!(refused.message.contains("explicit deny"), "{}", refused.message);
}
