//! The states of builders and images, one by one: what can be done in each, and what a blocked one says.

use serde_json::{Value, json};

use super::testing::Lab;
use crate::world::Settings;

/// All states that the model has for builders.
const BUILDER: [&str; 14] = [
    "PENDING",
    "UPDATING_AGENT",
    "RUNNING",
    "STOPPING",
    "STOPPED",
    "REBOOTING",
    "SNAPSHOTTING",
    "DELETING",
    "FAILED",
    "UPDATING",
    "PENDING_QUALIFICATION",
    "PENDING_SYNCING_APPS",
    "SYNCING_APPS",
    "PENDING_IMAGE_IMPORT",
];

/// All states that the model has for images.
const IMAGE: [&str; 8] = [
    "PENDING",
    "AVAILABLE",
    "FAILED",
    "COPYING",
    "DELETING",
    "CREATING",
    "IMPORTING",
    "VALIDATING",
];

fn make_builder(lab: &mut Lab, members: Value) -> Value {
    let mut input = json!({
        "Name": "workbench", "InstanceType": "stream.standard.medium",
        "ImageName": "AppStream-WinServer2022-05-12-2026",
    });
    for (name, value) in members.as_object().expect("members are an object") {
        input[name] = value.clone();
    }
    lab.ok("CreateImageBuilder", input)["ImageBuilder"].clone()
}

fn builder(lab: &mut Lab) -> Value {
    lab.ok("DescribeImageBuilders", json!({ "Names": ["workbench"] }))["ImageBuilders"][0].clone()
}

#[test]
fn a_builder_takes_each_call_in_its_states_only() {
    let named = json!({ "Name": "workbench" });
    let update = json!({ "Name": "workbench", "Description": "new" });
    let calls: [(&str, &Value, &[&str], &str); 5] = [
        (
            "StartImageBuilder",
            &named,
            &["STOPPED"],
            "ResourceNotAvailableException",
        ),
        (
            "StopImageBuilder",
            &named,
            &["RUNNING"],
            "OperationNotPermittedException",
        ),
        (
            "DeleteImageBuilder",
            &named,
            &["STOPPED", "FAILED", "RUNNING"],
            "OperationNotPermittedException",
        ),
        (
            "UpdateImageBuilder",
            &update,
            &["STOPPED"],
            "OperationNotPermittedException",
        ),
        (
            "CreateImageBuilderStreamingURL",
            &named,
            &["RUNNING"],
            "OperationNotPermittedException",
        ),
    ];
    for state in BUILDER {
        for (operation, input, states, otherwise) in calls {
            let mut lab = Lab::new();
            make_builder(&mut lab, json!({}));
            let later = lab.now.after(std::time::Duration::from_secs(3600));
            let place = lab.world.appstream.place("123456789012", "eu-west-1");
            let found = place.builders.get_mut("workbench").expect("the builder");
            state.clone_into(&mut found.state);
            found.due = Some(later);
            let code = lab.call(operation, input.clone()).err().map(|fault| fault.code);
            let expected = (!states.contains(&state)).then_some(otherwise);
            assert_eq!(code.as_deref(), expected, "{operation} in {state}");
        }
    }
}

#[test]
fn a_builder_reboots() {
    let mut lab = Lab::new();
    assert_eq!(make_builder(&mut lab, json!({}))["State"], "PENDING");
    lab.wait(8);
    assert_eq!(builder(&mut lab)["State"], "RUNNING");
    lab.console(&["workbench", "reboot"], json!({})).unwrap();
    assert_eq!(builder(&mut lab)["State"], "REBOOTING");
    assert!(lab.console(&["workbench", "reboot"], json!({})).is_err());
    lab.wait(3);
    assert_eq!(builder(&mut lab)["State"], "RUNNING");
}

#[test]
fn a_builder_from_an_image_of_ones_own_may_have_to_qualify() {
    let plain = ["appstream.slow-reads", "appstream.builder-errors-flicker"];
    for (lab, after_boot) in [
        (Lab::new(), "RUNNING"),
        (
            Lab::quirky("appstream.builder-qualifies", &plain),
            "PENDING_QUALIFICATION",
        ),
    ] {
        // The image is captured in a builder from a public one, which goes straight on.
        let mut lab = with_image_in(lab);
        let own = json!({ "Name": "second", "InstanceType": "stream.standard.medium", "ImageName": "desk" });
        lab.ok("CreateImageBuilder", own);
        let state = |lab: &mut Lab| {
            let found = lab.ok("DescribeImageBuilders", json!({ "Names": ["second"] }));
            found["ImageBuilders"][0]["State"].clone()
        };
        lab.wait(8);
        assert_eq!(state(&mut lab), after_boot);
        lab.wait(1);
        assert_eq!(state(&mut lab), "RUNNING");
    }
}

#[test]
fn a_builder_that_cannot_boot_says_why() {
    let stays = "appstream.blocked-builder-stays-pending";
    let bad = json!({ "VpcConfig": {
        "SubnetIds": ["subnet-0a1b2c3d4e5f60bad"], "SecurityGroupIds": ["sg-0a1b2c3d4e5f60bad"],
    } });
    let plain = ["appstream.slow-reads", "appstream.busy-after-change"];
    for (mut lab, state) in [(Lab::new(), "FAILED"), (Lab::quirky(stays, &plain), "PENDING")] {
        make_builder(&mut lab, bad.clone());
        lab.wait(600);
        let seen = builder(&mut lab);
        assert_eq!(seen["State"], state);
        let codes: Vec<&Value> = seen["ImageBuilderErrors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| &error["ErrorCode"])
            .collect();
        assert_eq!(
            codes,
            [
                "SUBNET_HAS_INSUFFICIENT_IP_ADDRESSES",
                "SECURITY_GROUPS_NOT_FOUND"
            ]
        );
        // Either way it can be removed.
        lab.ok("DeleteImageBuilder", json!({ "Name": "workbench" }));
    }
}

#[test]
fn a_builder_of_an_account_without_the_service_role_does_not_boot() {
    let mut lab = Lab::with(Settings {
        fresh_account: true,
        ..Settings::default()
    });
    make_builder(&mut lab, json!({}));
    lab.wait(60);
    let seen = builder(&mut lab);
    assert_eq!(seen["State"], "FAILED");
    assert_eq!(
        seen["ImageBuilderErrors"][0]["ErrorCode"],
        "IAM_SERVICE_ROLE_IS_MISSING"
    );
    assert_eq!(seen["StateChangeReason"]["Code"], "INTERNAL_ERROR");
}

#[test]
fn builder_errors_may_come_and_go_in_a_boot_that_succeeds() {
    let mut lab = Lab::quirky("appstream.builder-errors-flicker", &["appstream.slow-reads"]);
    make_builder(&mut lab, json!({}));
    lab.wait(4);
    let errors = builder(&mut lab)["ImageBuilderErrors"].as_array().map(Vec::len);
    assert_eq!(errors, Some(1));
    lab.wait(8);
    let seen = builder(&mut lab);
    assert_eq!(
        (&seen["State"], &seen["ImageBuilderErrors"]),
        (&json!("RUNNING"), &json!([]))
    );
}

#[test]
fn builders_have_a_quota_for_each_instance_type() {
    let mut settings = Settings::default();
    let quota = "appstream.builder-instances.stream.standard.medium".to_owned();
    settings.quotas.insert(quota, 1);
    let mut lab = Lab::with(settings);
    make_builder(&mut lab, json!({}));
    let more = json!({
        "Name": "second", "InstanceType": "stream.standard.medium",
        "ImageName": "AppStream-WinServer2022-05-12-2026",
    });
    assert_eq!(
        lab.code("CreateImageBuilder", more.clone()),
        "LimitExceededException"
    );
    let mut large = more;
    large["InstanceType"] = json!("stream.standard.large");
    lab.ok("CreateImageBuilder", large.clone());
    // Large sizes are zero until AWS raises them.
    large["Name"] = json!("third");
    large["InstanceType"] = json!("stream.compute.4xlarge");
    assert_eq!(lab.code("CreateImageBuilder", large), "LimitExceededException");
}

/// A world with the image `desk` of its own, AVAILABLE, and the builder that it was captured on.
fn with_image() -> Lab {
    with_image_in(Lab::new())
}

fn with_image_in(mut lab: Lab) -> Lab {
    make_builder(&mut lab, json!({}));
    lab.wait(15);
    lab.console(
        &["workbench", "capture"],
        json!({ "name": "desk", "applications": [{ "name": "crm", "absolute_app_path": "C:\\crm.exe" }] }),
    )
    .unwrap();
    lab.wait(60);
    lab
}

#[test]
fn an_image_takes_each_call_in_its_states_only() {
    let other = json!({ "Name": "desk", "SharedAccountId": "111122223333" });
    let shared = json!({
        "Name": "desk", "SharedAccountId": "111122223333", "ImagePermissions": { "allowFleet": true },
    });
    let calls: [(&str, Value, &[&str], &str); 7] = [
        (
            "CreateFleet",
            json!({
                "Name": "agents", "InstanceType": "stream.standard.medium", "ImageName": "desk",
                "ComputeCapacity": { "DesiredInstances": 1 },
            }),
            &["AVAILABLE"],
            "ResourceNotAvailableException",
        ),
        (
            "CreateImageBuilder",
            json!({ "Name": "other", "InstanceType": "stream.standard.medium", "ImageName": "desk" }),
            &["AVAILABLE"],
            "ResourceNotAvailableException",
        ),
        (
            "CopyImage",
            json!({
                "SourceImageName": "desk", "DestinationImageName": "copy", "DestinationRegion": "eu-west-1",
            }),
            &["AVAILABLE"],
            "ResourceNotAvailableException",
        ),
        (
            "CreateUpdatedImage",
            json!({ "existingImageName": "desk", "newImageName": "newer", "dryRun": true }),
            &["AVAILABLE"],
            "OperationNotPermittedException",
        ),
        (
            "UpdateImagePermissions",
            shared.clone(),
            &["AVAILABLE"],
            "ResourceNotAvailableException",
        ),
        (
            "DeleteImagePermissions",
            other,
            &["AVAILABLE"],
            "ResourceNotAvailableException",
        ),
        (
            "DeleteImage",
            json!({ "Name": "desk" }),
            &["AVAILABLE", "FAILED"],
            "OperationNotPermittedException",
        ),
    ];
    for state in IMAGE {
        for (operation, input, states, otherwise) in &calls {
            let mut lab = with_image();
            if *operation == "DeleteImagePermissions" {
                lab.ok("UpdateImagePermissions", shared.clone());
            }
            let later = lab.now.after(std::time::Duration::from_secs(3600));
            let place = lab.world.appstream.place("123456789012", "eu-west-1");
            let image = place.images.get_mut("desk").expect("the image");
            state.clone_into(&mut image.state);
            image.due = Some(later);
            let code = lab.call(operation, input.clone()).err().map(|fault| fault.code);
            let expected = (!states.contains(&state)).then_some(*otherwise);
            assert_eq!(
                code.as_deref(),
                expected,
                "{operation} of an image that is {state}"
            );
        }
    }
}

#[test]
fn an_image_may_be_held_by_the_builder_that_started_from_it() {
    let quirk = "appstream.image-in-use-by-builder";
    let plain = ["appstream.slow-reads", "appstream.builder-errors-flicker"];
    for (lab, held) in [(Lab::new(), false), (Lab::quirky(quirk, &plain), true)] {
        let mut lab = with_image_in(lab);
        lab.ok(
            "CreateImageBuilder",
            json!({ "Name": "other", "InstanceType": "stream.standard.medium", "ImageName": "desk" }),
        );
        let deleted = lab.call("DeleteImage", json!({ "Name": "desk" }));
        assert_eq!(
            deleted.err().map(|fault| fault.code).as_deref(),
            held.then_some("ResourceInUseException")
        );
    }
}

#[test]
fn an_import_that_is_to_be_tried_out_is_validated_first() {
    let mut lab = Lab::new();
    let role = "arn:aws:iam::123456789012:role/service-role/AmazonAppStreamServiceAccess";
    let import = |name: &str, ami: &str| {
        json!({
            "Name": name, "SourceAmiId": ami, "IamRoleArn": role,
            "RuntimeValidationConfig": { "IntendedInstanceType": "GeneralPurpose.m6i.large" },
        })
    };
    assert_eq!(
        lab.code("CreateImportedImage", import("bad", "ami-0123456789abcdbad")),
        "IncompatibleImageException"
    );
    lab.ok("CreateImportedImage", import("desk", "ami-0123456789abcdef0"));
    let state =
        |lab: &mut Lab| lab.ok("DescribeImages", json!({ "Names": ["desk"] }))["Images"][0]["State"].clone();
    assert_eq!(state(&mut lab), "IMPORTING");
    lab.wait(45);
    assert_eq!(state(&mut lab), "VALIDATING");
    lab.wait(15);
    assert_eq!(state(&mut lab), "AVAILABLE");
}

#[test]
fn a_failed_image_names_the_failure_and_keeps_its_name() {
    let mut lab = with_image();
    let copy = json!({
        "SourceImageName": "desk", "DestinationImageName": "copy", "DestinationRegion": "eu-west-1",
    });
    lab.ok("CopyImage", copy.clone());
    lab.console(&["images", "copy", "fail"], json!({})).unwrap();
    let seen = lab.ok("DescribeImages", json!({ "Names": ["copy"] }))["Images"][0].clone();
    assert_eq!(
        (&seen["State"], &seen["StateChangeReason"]["Code"]),
        (&json!("FAILED"), &json!("IMAGE_COPY_FAILURE"))
    );
    assert_eq!(seen["ImageErrors"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        lab.code("CopyImage", copy.clone()),
        "ResourceAlreadyExistsException"
    );
    lab.ok("DeleteImage", json!({ "Name": "copy" }));
    lab.wait(1);
    lab.ok("CopyImage", copy);
}

#[test]
fn a_fleet_whose_image_is_no_longer_shared_does_not_start() {
    let mut lab = with_image();
    let share = |fleet: bool| {
        json!({
            "Name": "desk", "SharedAccountId": "111122223333", "ImagePermissions": { "allowFleet": fleet },
        })
    };
    lab.ok("UpdateImagePermissions", share(true));
    let arn = "arn:aws:appstream:eu-west-1:123456789012:image/desk";
    lab.account = "111122223333".to_owned();
    let seen = lab.ok("DescribeImages", json!({ "Arns": [arn] }))["Images"][0].clone();
    assert_eq!(seen["ImagePermissions"], json!({ "allowFleet": true }));
    assert_eq!(
        lab.code(
            "CreateImageBuilder",
            json!({ "Name": "b", "InstanceType": "stream.standard.medium", "ImageArn": arn })
        ),
        "ResourceNotFoundException"
    );
    let mut fleet = lab.fleet(json!({ "ImageArn": arn }));
    fleet["ImageName"] = Value::Null;
    lab.ok("CreateFleet", fleet);
    lab.account = "123456789012".to_owned();
    lab.ok("UpdateImagePermissions", share(false));
    lab.account = "111122223333".to_owned();
    lab.ok("StartFleet", json!({ "Name": "agents" }));
    lab.wait(30);
    let codes: Vec<Value> = lab.agents()["FleetErrors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| error["ErrorCode"].clone())
        .collect();
    assert!(codes.contains(&json!("IMAGE_NOT_FOUND")), "{codes:?}");
    // Shared again, it starts by itself.
    lab.account = "123456789012".to_owned();
    lab.ok("UpdateImagePermissions", share(true));
    lab.account = "111122223333".to_owned();
    lab.wait(15);
    assert_ne!(lab.agents()["State"], "STOPPED");
    assert!(
        !lab.agents()["FleetErrors"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|error| error["ErrorCode"] == "IMAGE_NOT_FOUND")
    );
}
