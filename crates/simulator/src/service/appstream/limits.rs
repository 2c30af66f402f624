//! Quotas, pages, tags and names: the limits that every kind has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::testing::Lab;
use crate::world::Settings;

/// Settings with these quotas.
fn with_quotas(quotas: &[(&str, u64)]) -> Settings {
    let mut settings = Settings::default();
    for (name, quota) in quotas {
        settings.quotas.insert((*name).to_owned(), *quota);
    }
    settings
}

fn builder(name: &str) -> Value {
    json!({
        "Name": name, "InstanceType": "stream.standard.medium",
        "ImageName": "AppStream-WinServer2022-05-12-2026",
    })
}

fn fleet(lab: &mut Lab, name: &str) -> Value {
    let mut fleet = lab.fleet(json!({}));
    fleet["Name"] = json!(name);
    fleet
}

fn user(name: &str) -> Value {
    json!({ "UserName": format!("{name}@example.com"), "AuthenticationType": "USERPOOL" })
}

fn entitlement(name: &str) -> Value {
    json!({
        "StackName": "first", "Name": name, "AppVisibility": "ALL",
        "Attributes": [{ "Name": "roles", "Value": "agent" }],
    })
}

#[test]
fn one_more_than_the_quota_is_refused_and_a_deletion_makes_room() {
    let quotas = [
        ("appstream.fleets", 1),
        ("appstream.stacks", 1),
        ("appstream.image-builders", 1),
        ("appstream.users", 1),
        ("appstream.entitlements", 1),
    ];
    let mut lab = Lab::with(with_quotas(&quotas));
    lab.ok("CreateStack", json!({ "Name": "first" }));
    let refused = |lab: &mut Lab, operation: &str, input: Value| {
        assert_eq!(
            lab.code(operation, input),
            "LimitExceededException",
            "{operation}"
        );
    };
    refused(&mut lab, "CreateStack", json!({ "Name": "second" }));
    let (first, second) = (fleet(&mut lab, "first"), fleet(&mut lab, "second"));
    lab.ok("CreateFleet", first);
    refused(&mut lab, "CreateFleet", second.clone());
    lab.ok("CreateImageBuilder", builder("first"));
    refused(&mut lab, "CreateImageBuilder", builder("second"));
    lab.ok("CreateUser", user("first"));
    refused(&mut lab, "CreateUser", user("second"));
    lab.ok("CreateEntitlement", entitlement("first"));
    refused(&mut lab, "CreateEntitlement", entitlement("second"));
    // A name that is taken is reported before the quota.
    assert_eq!(
        lab.code("CreateStack", json!({ "Name": "first" })),
        "ResourceAlreadyExistsException"
    );
    lab.ok("DeleteFleet", json!({ "Name": "first" }));
    lab.ok("CreateFleet", second);
    // A builder counts, and holds its name, until it is gone.
    lab.wait(20);
    lab.ok("StopImageBuilder", json!({ "Name": "first" }));
    lab.wait(5);
    lab.ok("DeleteImageBuilder", json!({ "Name": "first" }));
    assert_eq!(
        lab.code("CreateImageBuilder", builder("first")),
        "ResourceAlreadyExistsException"
    );
    lab.wait(1);
    lab.ok("CreateImageBuilder", builder("first"));
}

#[test]
fn a_resource_has_at_most_fifty_tags() {
    let mut lab = Lab::new();
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    let arn = "arn:aws:appstream:eu-west-1:123456789012:stack/agents";
    let tags = |range: std::ops::Range<u32>| -> Value {
        range.map(|n| (format!("key{n}"), json!("value"))).collect()
    };
    lab.ok("TagResource", json!({ "ResourceArn": arn, "Tags": tags(0..50) }));
    assert_eq!(
        lab.code("TagResource", json!({ "ResourceArn": arn, "Tags": tags(50..51) })),
        "LimitExceededException"
    );
    // One that is there may change, and a refusal changed nothing.
    lab.ok(
        "TagResource",
        json!({ "ResourceArn": arn, "Tags": { "key0": "other" } }),
    );
    lab.ok(
        "UntagResource",
        json!({ "ResourceArn": arn, "TagKeys": ["key1", "nothing"] }),
    );
    let all = lab.ok("ListTagsForResource", json!({ "ResourceArn": arn }))["Tags"].clone();
    assert_eq!(
        (all.as_object().map(serde_json::Map::len), &all["key0"]),
        (Some(49), &json!("other"))
    );
}

/// Everything that an operation lists, page by page, with the number of pages.
fn walk(lab: &mut Lab, operation: &str, input: &Value, list: &str, name: &str) -> (BTreeSet<String>, usize) {
    let (mut seen, mut pages, mut token) = (BTreeSet::new(), 0, None::<Value>);
    loop {
        let mut input = input.clone();
        if let Some(token) = &token {
            input["NextToken"] = token.clone();
        }
        let page = lab.ok(operation, input);
        pages += 1;
        for item in page[list].as_array().into_iter().flatten() {
            let item = if name.is_empty() { item } else { &item[name] };
            let is_new = seen.insert(item.to_string());
            assert!(is_new, "{operation} lists {item} twice");
        }
        token = page.get("NextToken").cloned();
        if token.is_none() {
            return (seen, pages);
        }
    }
}

#[test]
fn every_list_has_pages_and_every_thing_is_on_one_of_them() {
    const COUNT: usize = 45;
    let quotas = [
        ("appstream.fleets", 100),
        ("appstream.stacks", 100),
        ("appstream.image-builders", 100),
        ("appstream.users", 100),
        ("appstream.entitlements", 100),
    ];
    let plain = ["appstream.slow-reads", "appstream.busy-after-change"];
    let turned = Lab::quirky("appstream.empty-first-page", &plain)
        .world
        .settings
        .quirks;
    for quirks in [0, turned] {
        let mut lab = Lab::with(Settings {
            quirks,
            ..with_quotas(&quotas)
        });
        lab.ok("CreateStack", json!({ "Name": "first" }));
        let shared = fleet(&mut lab, "shared");
        lab.ok("CreateFleet", shared);
        for n in 0..COUNT {
            let name = format!("thing{n}");
            let made = fleet(&mut lab, &name);
            lab.ok("CreateFleet", made);
            lab.ok("CreateStack", json!({ "Name": name }));
            lab.ok(
                "AssociateFleet",
                json!({ "FleetName": "shared", "StackName": name }),
            );
            lab.ok("CreateImageBuilder", builder(&name));
            lab.ok("CreateUser", user(&name));
            lab.ok("CreateEntitlement", entitlement(&name));
            lab.ok(
                "CreateDirectoryConfig",
                json!({ "DirectoryName": format!("{name}.example.com"), "OrganizationalUnitDistinguishedNames": ["OU=a"] }),
            );
        }
        lab.wait(5);
        for n in 0..COUNT {
            lab.ok(
                "BatchAssociateUserStack",
                json!({ "UserStackAssociations": [{
                    "StackName": "first", "UserName": format!("thing{n}@example.com"),
                    "AuthenticationType": "USERPOOL",
                }] }),
            );
        }
        let none = json!({});
        let first = json!({ "StackName": "first" });
        let pool = json!({ "AuthenticationType": "USERPOOL" });
        let by_ten = json!({ "StackName": "first", "MaxResults": 10 });
        for (operation, input, list, name, count) in [
            ("DescribeFleets", &none, "Fleets", "Name", COUNT + 1),
            ("DescribeStacks", &none, "Stacks", "Name", COUNT + 1),
            ("DescribeImageBuilders", &none, "ImageBuilders", "Name", COUNT),
            (
                "DescribeDirectoryConfigs",
                &none,
                "DirectoryConfigs",
                "DirectoryName",
                COUNT,
            ),
            ("DescribeUsers", &pool, "Users", "UserName", COUNT),
            ("DescribeEntitlements", &first, "Entitlements", "Name", COUNT),
            (
                "DescribeUserStackAssociations",
                &by_ten,
                "UserStackAssociations",
                "UserName",
                COUNT,
            ),
            (
                "ListAssociatedStacks",
                &json!({ "FleetName": "shared" }),
                "Names",
                "",
                COUNT,
            ),
        ] {
            let (seen, pages) = walk(&mut lab, operation, input, list, name);
            assert_eq!(seen.len(), count, "{operation} (quirks {quirks})");
            assert!(pages >= 3, "{operation} has {pages} pages");
        }
        // A token of another list, or of none, is refused.
        let token = lab.ok("DescribeStacks", json!({}))["NextToken"].clone();
        for (operation, token) in [("DescribeFleets", token), ("DescribeStacks", json!("nonsense"))] {
            assert_eq!(
                lab.code(operation, json!({ "NextToken": token })),
                "InvalidParameterCombinationException"
            );
        }
    }
}
