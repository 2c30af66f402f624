//! Stacks, what they are associated with, and how they are tagged.

use serde_json::{Value, json};

use super::super::testing::Lab;

fn setting(stack: &Value, action: &str) -> Value {
    let list = stack["UserSettings"]
        .as_array()
        .expect("the full set is always answered");
    list.iter()
        .find(|it| it["Action"] == action)
        .cloned()
        .unwrap_or_default()
}

#[test]
fn user_settings_are_always_answered_in_full() {
    let mut lab = Lab::new();
    let created = lab.ok(
        "CreateStack",
        json!({
            "Name": "agents",
            "UserSettings": [{ "Action": "FILE_UPLOAD", "Permission": "DISABLED" }],
        }),
    );
    let stack = &created["Stack"];
    assert_eq!(stack["UserSettings"].as_array().map(Vec::len), Some(8));
    assert_eq!(setting(stack, "FILE_UPLOAD")["Permission"], "DISABLED");
    assert_eq!(setting(stack, "FILE_DOWNLOAD")["Permission"], "ENABLED");
    assert_eq!(
        setting(stack, "CLIPBOARD_COPY_TO_LOCAL_DEVICE")["MaximumLength"],
        20_971_520
    );
    let update = json!({ "Name": "agents", "UserSettings": [{ "Action": "FILE_DOWNLOAD", "Permission": "DISABLED" }] });
    let stack = lab.ok("UpdateStack", update)["Stack"].clone();
    assert_eq!(setting(&stack, "FILE_UPLOAD")["Permission"], "DISABLED");
    assert_eq!(setting(&stack, "FILE_DOWNLOAD")["Permission"], "DISABLED");
}

#[test]
fn aws_adds_actions_that_no_client_knows() {
    let mut lab = Lab::quirky("appstream.new-user-setting", &["appstream.newest-user-setting"]);
    let created = lab.ok("CreateStack", json!({ "Name": "agents" }));
    assert_eq!(created["Stack"]["UserSettings"].as_array().map(Vec::len), Some(9));
    let mut lab = Lab::quirky("appstream.newest-user-setting", &["appstream.new-user-setting"]);
    let created = lab.ok("CreateStack", json!({ "Name": "agents" }));
    assert_eq!(
        setting(&created["Stack"], "SMART_CARD_REDIRECTION")["Permission"],
        "DISABLED"
    );
    let mut lab = Lab::new();
    let set = json!({ "Name": "agents", "UserSettings": [{ "Action": "SMART_CARD_REDIRECTION", "Permission": "ENABLED" }] });
    let created = lab.ok("CreateStack", set);
    assert_eq!(
        setting(&created["Stack"], "SMART_CARD_REDIRECTION")["Permission"],
        "ENABLED"
    );
}

#[test]
fn contradicting_settings_are_refused() {
    let mut lab = Lab::new();
    for settings in [
        json!([{ "Action": "FILE_UPLOAD", "Permission": "ENABLED", "MaximumLength": 5 }]),
        json!([{ "Action": "CLIPBOARD_COPY_TO_LOCAL_DEVICE", "Permission": "DISABLED", "MaximumLength": 5 }]),
        json!([{ "Action": "CLIPBOARD_COPY_TO_LOCAL_DEVICE", "Permission": "ENABLED", "MaximumLength": 0 }]),
        json!([
            { "Action": "FILE_UPLOAD", "Permission": "ENABLED" },
            { "Action": "FILE_UPLOAD", "Permission": "DISABLED" },
        ]),
    ] {
        let code = lab.code(
            "CreateStack",
            json!({ "Name": "agents", "UserSettings": settings }),
        );
        assert_eq!(code, "InvalidParameterCombinationException", "{settings}");
    }
}

#[test]
fn attributes_are_cleared_by_name_and_connectors_one_by_one() {
    let mut lab = Lab::new();
    lab.ok(
        "CreateStack",
        json!({
            "Name": "agents", "RedirectURL": "https://example.com/bye", "Description": "agents",
            "StorageConnectors": [
                { "ConnectorType": "HOMEFOLDERS" },
                { "ConnectorType": "ONE_DRIVE", "Domains": ["example.com"] },
            ],
        }),
    );
    let stack = lab.ok("DescribeStacks", json!({ "Names": ["agents"] }))["Stacks"][0].clone();
    assert_eq!(
        stack["StorageConnectors"][0]["ResourceIdentifier"],
        "appstream2-36fb080bb8-eu-west-1-123456789012"
    );
    let clear =
        json!({ "Name": "agents", "AttributesToDelete": ["STORAGE_CONNECTOR_ONE_DRIVE", "REDIRECT_URL"] });
    let stack = lab.ok("UpdateStack", clear)["Stack"].clone();
    assert_eq!(stack["StorageConnectors"].as_array().map(Vec::len), Some(1));
    assert!(stack.get("RedirectURL").is_none());
    assert_eq!(stack["Description"], "agents");
}

#[test]
fn a_stack_has_one_fleet_and_a_fleet_many_stacks() {
    let mut lab = Lab::new();
    for name in ["agents", "other"] {
        let mut fleet = lab.fleet(json!({}));
        fleet["Name"] = json!(name);
        lab.ok("CreateFleet", fleet);
        lab.ok("CreateStack", json!({ "Name": format!("{name}-stack") }));
    }
    let pair = |fleet: &str, stack: &str| json!({ "FleetName": fleet, "StackName": stack });
    lab.ok("AssociateFleet", pair("agents", "agents-stack"));
    lab.ok("AssociateFleet", pair("agents", "agents-stack"));
    lab.ok("AssociateFleet", pair("agents", "other-stack"));
    assert_eq!(
        lab.code("AssociateFleet", pair("other", "agents-stack")),
        "OperationNotPermittedException"
    );
    assert_eq!(
        lab.code("AssociateFleet", pair("nothing", "agents-stack")),
        "ResourceNotFoundException"
    );
    // Which of the two names is the stack's was once mixed up (terraform-provider-aws issue 22625).
    assert_eq!(
        lab.ok("ListAssociatedFleets", json!({ "StackName": "agents-stack" }))["Names"],
        json!(["agents"])
    );
    let stacks = lab.ok("ListAssociatedStacks", json!({ "FleetName": "agents" }));
    assert_eq!(stacks["Names"], json!(["agents-stack", "other-stack"]));
    assert_eq!(
        lab.ok("ListAssociatedStacks", json!({ "FleetName": "nothing" }))["Names"],
        json!([])
    );
}

#[test]
fn tags_live_on_the_arn_of_the_own_account_only() {
    let mut lab = Lab::new();
    let stack = lab.ok("CreateStack", json!({ "Name": "agents", "Tags": { "a": "1" } }))["Stack"].clone();
    assert!(stack.get("Tags").is_none());
    let arn = stack["Arn"].clone();
    lab.ok("TagResource", json!({ "ResourceArn": arn, "Tags": { "b": "2" } }));
    lab.ok(
        "UntagResource",
        json!({ "ResourceArn": arn, "TagKeys": ["a", "c"] }),
    );
    assert_eq!(
        lab.ok("ListTagsForResource", json!({ "ResourceArn": arn }))["Tags"],
        json!({ "b": "2" })
    );
    let many: serde_json::Map<String, Value> = (0..50).map(|key| (key.to_string(), json!(""))).collect();
    let code = lab.code("TagResource", json!({ "ResourceArn": arn, "Tags": many }));
    assert_eq!(code, "LimitExceededException");
    let foreign = "arn:aws:appstream:eu-west-1:111122223333:stack/agents";
    assert_eq!(
        lab.code("ListTagsForResource", json!({ "ResourceArn": foreign })),
        "ResourceNotFoundException"
    );
}

#[test]
fn names_are_unique_within_account_and_region_only() {
    let mut lab = Lab::new();
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    assert_eq!(
        lab.code("CreateStack", json!({ "Name": "agents" })),
        "ResourceAlreadyExistsException"
    );
    lab.region = "us-east-1".to_owned();
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    lab.account = "111122223333".to_owned();
    assert_eq!(lab.ok("DescribeStacks", json!({}))["Stacks"], json!([]));
}

#[test]
fn a_streaming_url_needs_a_running_associated_fleet() {
    let mut lab = Lab::new();
    let fleet = lab.fleet(json!({}));
    lab.ok("CreateFleet", fleet);
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    let url = json!({ "FleetName": "agents", "StackName": "agents", "UserId": "probe" });
    assert_eq!(
        lab.code("CreateStreamingURL", url.clone()),
        "OperationNotPermittedException"
    );
    lab.ok(
        "AssociateFleet",
        json!({ "FleetName": "agents", "StackName": "agents" }),
    );
    assert_eq!(
        lab.code("CreateStreamingURL", url.clone()),
        "ResourceNotAvailableException"
    );
    lab.ok("StartFleet", json!({ "Name": "agents" }));
    lab.wait(10);
    let answer = lab.ok("CreateStreamingURL", url);
    assert_eq!(answer["Expires"], json!(lab.now.epoch_seconds() + 60.0));
    assert!(
        answer["StreamingURL"]
            .as_str()
            .unwrap()
            .starts_with("https://appstream2.eu-west-1.aws.amazon.com/")
    );
}

#[test]
fn creations_may_stay_invisible_to_reads_for_a_moment_but_not_stacks() {
    let mut lab = Lab::quirky(
        "appstream.slow-reads",
        &["appstream.missing-is-empty.DescribeFleets"],
    );
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    lab.ok("DescribeStacks", json!({ "Names": ["agents"] }));
    let fleet = lab.fleet(json!({}));
    lab.ok("CreateFleet", fleet);
    assert_eq!(
        lab.code("DescribeFleets", json!({ "Names": ["agents"] })),
        "ResourceNotFoundException"
    );
    lab.seconds(2);
    lab.ok("DescribeFleets", json!({ "Names": ["agents"] }));
}
