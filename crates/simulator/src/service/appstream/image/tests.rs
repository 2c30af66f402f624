//! Builders and the images they become.

use serde_json::{Value, json};

use super::super::testing::Lab;

const BASE: &str = "AppStream-WinServer2022-11-13-2025";

fn builder(lab: &mut Lab) {
    lab.ok(
        "CreateImageBuilder",
        json!({ "Name": "builder", "InstanceType": "stream.standard.medium", "ImageName": BASE }),
    );
}

fn state(lab: &mut Lab) -> Value {
    lab.ok("DescribeImageBuilders", json!({ "Names": ["builder"] }))["ImageBuilders"][0]["State"].clone()
}

fn capture() -> Value {
    json!({
        "name": "agent-desktop-1", "tags": { "headset:environment": "acme" },
        "applications": [{
            "name": "connect", "absolute_app_path": "C:\\Program Files\\Google\\Chrome\\chrome.exe",
            "launch_parameters": "--kiosk",
        }],
    })
}

fn captured(lab: &mut Lab) {
    builder(lab);
    lab.wait(8);
    lab.console(&["builder", "capture"], capture()).unwrap();
    lab.wait(25);
}

#[test]
fn a_builder_starts_by_itself_stops_starts_and_goes() {
    let mut lab = Lab::new();
    builder(&mut lab);
    assert_eq!(state(&mut lab), "PENDING");
    assert_eq!(
        lab.code("StopImageBuilder", json!({ "Name": "builder" })),
        "OperationNotPermittedException"
    );
    assert_eq!(
        lab.code("CreateImageBuilderStreamingURL", json!({ "Name": "builder" })),
        "OperationNotPermittedException"
    );
    lab.wait(8);
    assert_eq!(state(&mut lab), "RUNNING");
    let url = lab.ok("CreateImageBuilderStreamingURL", json!({ "Name": "builder" }));
    assert_eq!(url["Expires"], json!(lab.now.epoch_seconds() + 3600.0));
    assert_eq!(
        lab.code("StartImageBuilder", json!({ "Name": "builder" })),
        "ResourceNotAvailableException"
    );
    let update = json!({ "Name": "builder", "Description": "new" });
    assert_eq!(
        lab.code("UpdateImageBuilder", update.clone()),
        "OperationNotPermittedException"
    );
    lab.ok("StopImageBuilder", json!({ "Name": "builder" }));
    assert_eq!(state(&mut lab), "STOPPING");
    lab.wait(3);
    assert_eq!(
        lab.ok("UpdateImageBuilder", update)["ImageBuilder"]["Description"],
        "new"
    );
    lab.ok(
        "StartImageBuilder",
        json!({ "Name": "builder", "AppstreamAgentVersion": "LATEST" }),
    );
    lab.wait(8);
    assert_eq!(state(&mut lab), "UPDATING_AGENT");
    lab.wait(3);
    assert_eq!(state(&mut lab), "RUNNING");
    lab.ok("StopImageBuilder", json!({ "Name": "builder" }));
    lab.wait(3);
    lab.ok("DeleteImageBuilder", json!({ "Name": "builder" }));
    lab.wait(1);
    assert_eq!(
        lab.code("DescribeImageBuilders", json!({ "Names": ["builder"] })),
        "ResourceNotFoundException"
    );
}

#[test]
fn a_running_builder_can_be_deleted_unless_the_coin_says_no() {
    let mut lab = Lab::new();
    builder(&mut lab);
    lab.wait(8);
    assert_eq!(state(&mut lab), "RUNNING");
    lab.ok("DeleteImageBuilder", json!({ "Name": "builder" }));
    let mut lab = Lab::quirky(
        "appstream.running-builder-stays",
        &["appstream.builder-qualifies"],
    );
    builder(&mut lab);
    lab.wait(8);
    assert_eq!(
        lab.code("DeleteImageBuilder", json!({ "Name": "builder" })),
        "OperationNotPermittedException"
    );
}

#[test]
fn a_builder_takes_one_subnet_and_an_image_that_supports_builders() {
    let mut lab = Lab::new();
    let good = json!({ "Name": "builder", "InstanceType": "stream.standard.medium", "ImageName": BASE });
    for (member, value, code) in [
        (
            "VpcConfig",
            json!({ "SubnetIds": ["subnet-0a1b2c3d", "subnet-0a1b2c3e"] }),
            "InvalidParameterCombinationException",
        ),
        ("VpcConfig", json!({}), "InvalidParameterCombinationException"),
        (
            "VpcConfig",
            json!({ "SubnetIds": ["subnet-xyz"] }),
            "ResourceNotFoundException",
        ),
        (
            "ImageName",
            json!("Amazon-AppStream2-Sample-Image-06-17-2024"),
            "IncompatibleImageException",
        ),
        ("ImageName", json!(null), "InvalidParameterCombinationException"),
        (
            "AppstreamAgentVersion",
            json!("01-01-2001"),
            "InvalidParameterCombinationException",
        ),
        (
            "DomainJoinInfo",
            json!({ "DirectoryName": "corp.example.com" }),
            "ResourceNotFoundException",
        ),
    ] {
        let mut wrong = good.clone();
        wrong[member] = value;
        assert_eq!(lab.code("CreateImageBuilder", wrong), code, "{member}");
    }
}

#[test]
fn a_builder_without_a_network_fails() {
    let mut lab = Lab::new();
    lab.ok(
        "CreateImageBuilder",
        json!({
            "Name": "builder", "InstanceType": "stream.standard.medium", "ImageName": BASE,
            "VpcConfig": { "SubnetIds": ["subnet-0a1b2bad"] },
        }),
    );
    lab.wait(8);
    assert_eq!(state(&mut lab), "FAILED");
    lab.ok("DeleteImageBuilder", json!({ "Name": "builder" }));
}

#[test]
fn a_capture_takes_the_builder_through_snapshotting_to_stopped() {
    let mut lab = Lab::new();
    builder(&mut lab);
    lab.wait(8);
    let answer = lab.console(&["builder", "capture"], capture()).unwrap();
    assert_eq!(answer["status"], 0);
    assert_eq!(state(&mut lab), "SNAPSHOTTING");
    // Not listed at once.
    assert_eq!(
        lab.code("DescribeImages", json!({ "Names": ["agent-desktop-1"] })),
        "ResourceNotFoundException"
    );
    lab.wait(1);
    let image = lab.ok("DescribeImages", json!({ "Names": ["agent-desktop-1"] }))["Images"][0].clone();
    assert_eq!(image["State"], "PENDING");
    let fleet = lab.fleet(json!({ "ImageName": "agent-desktop-1" }));
    assert_eq!(
        lab.code("CreateFleet", fleet.clone()),
        "ResourceNotAvailableException"
    );
    lab.wait(24);
    let image = lab.ok("DescribeImages", json!({ "Names": ["agent-desktop-1"] }))["Images"][0].clone();
    assert_eq!(
        (&image["State"], &image["Visibility"]),
        (&json!("AVAILABLE"), &json!("PRIVATE"))
    );
    assert_eq!(image["ImageBuilderName"], "builder");
    assert_eq!(
        image["BaseImageArn"],
        format!("arn:aws:appstream:eu-west-1::image/{BASE}")
    );
    assert_eq!(state(&mut lab), "STOPPED");
    let arn = image["Arn"].clone();
    let tags = lab.ok("ListTagsForResource", json!({ "ResourceArn": arn }));
    assert_eq!(tags["Tags"], json!({ "headset:environment": "acme" }));
    lab.ok("CreateFleet", fleet);
    assert_eq!(
        lab.code("DeleteImage", json!({ "Name": "agent-desktop-1" })),
        "ResourceInUseException"
    );
}

#[test]
fn own_images_carry_null_metadata() {
    let mut lab = Lab::new();
    captured(&mut lab);
    let image = lab.ok("DescribeImages", json!({ "Names": ["agent-desktop-1"] }))["Images"][0].clone();
    assert_eq!(
        image["Applications"][0]["Metadata"],
        json!({ "WORKING_DIRECTORY": null })
    );
    assert_eq!(image["Applications"][0]["LaunchParameters"], "--kiosk");
}

#[test]
fn image_assistant_refuses_what_it_refuses() {
    let mut lab = Lab::new();
    captured(&mut lab);
    assert_eq!(
        lab.console(&["builder", "capture"], capture()).unwrap_err().code,
        "OperationNotPermittedException"
    );
    lab.ok("StartImageBuilder", json!({ "Name": "builder" }));
    lab.wait(8);
    let with = |member: &str, value: Value| {
        let mut input = capture();
        input["name"] = json!("agent-desktop-2");
        input["removed"] = json!(["connect"]);
        input[member] = value;
        input
    };
    for (member, value) in [
        ("name", json!("agent-desktop-1")),
        ("name", json!("Amazon-desktop")),
        ("name", json!("a b")),
        ("applications", json!([])),
        (
            "applications",
            json!([{ "name": "my app", "absolute_app_path": "C:\\a.exe" }]),
        ),
        (
            "applications",
            json!([{ "name": "app", "absolute_app_path": "a.exe" }]),
        ),
        (
            "applications",
            json!([{ "name": "app", "absolute_app_path": "C:\\a.ps1" }]),
        ),
        // It is still in the builder from the first capture.
        ("removed", json!([])),
        ("tags", json!({ "aws:owned": "yes" })),
    ] {
        let fault = lab
            .console(&["builder", "capture"], with(member, value.clone()))
            .unwrap_err();
        assert_eq!(fault.code, "ImageAssistantError", "{member} {value}");
    }
    lab.console(&["builder", "capture"], with("dry_run", json!(true)))
        .unwrap();
    assert_eq!(state(&mut lab), "RUNNING");
    lab.console(&["builder", "capture"], with("tags", json!({})))
        .unwrap();
    assert_eq!(state(&mut lab), "SNAPSHOTTING");
}

#[test]
fn a_failed_image_still_occupies_its_name() {
    let mut lab = Lab::new();
    builder(&mut lab);
    lab.wait(8);
    lab.console(&["builder", "capture"], capture()).unwrap();
    lab.console(&["images", "agent-desktop-1", "fail"], json!({}))
        .unwrap();
    lab.wait(25);
    let image = lab.ok("DescribeImages", json!({ "Names": ["agent-desktop-1"] }))["Images"][0].clone();
    assert_eq!(image["State"], "FAILED");
    lab.ok("StartImageBuilder", json!({ "Name": "builder" }));
    lab.wait(8);
    let mut again = capture();
    again["removed"] = json!(["connect"]);
    assert!(lab.console(&["builder", "capture"], again.clone()).is_err());
    lab.ok("DeleteImage", json!({ "Name": "agent-desktop-1" }));
    lab.wait(1);
    lab.console(&["builder", "capture"], again).unwrap();
}

#[test]
fn public_images_have_no_account_and_names_do_not_sort_by_age() {
    let mut lab = Lab::new();
    let images = lab.ok("DescribeImages", json!({ "Type": "PUBLIC" }))["Images"].clone();
    let family: Vec<Value> = images
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| {
            it["Name"]
                .as_str()
                .unwrap()
                .starts_with("AppStream-WinServer2022")
        })
        .cloned()
        .collect();
    assert!(family.len() > 2);
    assert!(family.iter().all(|it| {
        it["Arn"]
            .as_str()
            .unwrap()
            .starts_with("arn:aws:appstream:eu-west-1::image/")
    }));
    let newest = family
        .iter()
        .max_by_key(|it| it["PublicBaseImageReleasedDate"].as_f64().unwrap() as u64)
        .unwrap();
    let last = family
        .iter()
        .max_by_key(|it| it["Name"].as_str().unwrap())
        .unwrap();
    assert_ne!(newest["Name"], last["Name"]);
}

#[test]
fn no_page_of_images_is_larger_than_asked() {
    let mut lab = Lab::new();
    let (mut seen, mut token) = (0, Value::Null);
    loop {
        let page = lab.ok("DescribeImages", json!({ "MaxResults": 5, "NextToken": token }));
        let length = page["Images"].as_array().unwrap().len();
        assert!(length <= 5);
        seen += length;
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, 12);
    assert!(
        lab.call("DescribeImages", json!({ "NextToken": "nonsense" }))
            .is_err()
    );
}

#[test]
fn first_pages_may_be_empty_and_still_carry_a_token() {
    let mut lab = Lab::quirky("appstream.empty-first-page", &[]);
    let page = lab.ok("DescribeImages", json!({}));
    assert_eq!(page["Images"], json!([]));
    let next = lab.ok("DescribeImages", json!({ "NextToken": page["NextToken"] }));
    assert_eq!(next["Images"].as_array().map(Vec::len), Some(12));
}

#[test]
fn shared_images_answer_to_their_arn_only() {
    let mut lab = Lab::new();
    captured(&mut lab);
    let share = json!({
        "Name": "agent-desktop-1", "SharedAccountId": "111122223333",
        "ImagePermissions": { "allowFleet": true, "allowImageBuilder": false },
    });
    lab.ok("UpdateImagePermissions", share);
    assert_eq!(
        lab.code("DeleteImage", json!({ "Name": "agent-desktop-1" })),
        "ResourceInUseException"
    );
    let arn = "arn:aws:appstream:eu-west-1:123456789012:image/agent-desktop-1";
    lab.account = "111122223333".to_owned();
    assert_eq!(
        lab.code("DescribeImages", json!({ "Names": ["agent-desktop-1"] })),
        "ResourceNotFoundException"
    );
    let image = lab.ok("DescribeImages", json!({ "Arns": [arn] }))["Images"][0].clone();
    assert_eq!(image["Visibility"], "SHARED");
    let mut fleet = lab.fleet(json!({ "ImageArn": arn }));
    fleet["ImageName"] = json!(null);
    lab.ok("CreateFleet", fleet);
    let builder = json!({ "Name": "builder", "InstanceType": "stream.standard.medium", "ImageArn": arn });
    assert_eq!(
        lab.code("CreateImageBuilder", builder),
        "ResourceNotFoundException"
    );
}

#[test]
fn copies_leave_tags_behind_and_are_bounded() {
    let mut lab = Lab::new();
    captured(&mut lab);
    let copy = |name: &str, region: &str| json!({ "SourceImageName": "agent-desktop-1", "DestinationImageName": name, "DestinationRegion": region });
    lab.ok("CopyImage", copy("one", "us-east-1"));
    lab.ok("CopyImage", copy("two", "us-east-1"));
    assert_eq!(
        lab.code("CopyImage", copy("three", "us-east-1")),
        "LimitExceededException"
    );
    assert_eq!(
        lab.code("CopyImage", copy("four", "mars-north-1")),
        "ResourceNotAvailableException"
    );
    lab.region = "us-east-1".to_owned();
    assert_eq!(
        lab.ok("DescribeImages", json!({ "Names": ["one"] }))["Images"][0]["State"],
        "COPYING"
    );
    lab.wait(15);
    let image = lab.ok("DescribeImages", json!({ "Names": ["one"] }))["Images"][0].clone();
    assert_eq!(image["State"], "AVAILABLE");
    assert!(image.get("ImageBuilderName").is_none());
    assert_eq!(
        lab.ok("ListTagsForResource", json!({ "ResourceArn": image["Arn"] }))["Tags"],
        json!({})
    );
}

#[test]
fn dry_runs_of_import_and_update_answer_in_different_ways() {
    let mut lab = Lab::new();
    captured(&mut lab);
    let import = json!({ "Name": "office", "WorkspaceImageId": "wsi-0a1b2c3d4", "DryRun": true });
    assert_eq!(
        lab.code("CreateImportedImage", import),
        "DryRunOperationException"
    );
    let update =
        json!({ "existingImageName": "agent-desktop-1", "newImageName": "agent-desktop-2", "dryRun": true });
    assert_eq!(lab.ok("CreateUpdatedImage", update)["canUpdateImage"], true);
    let bare = json!({ "Name": "office", "SourceAmiId": "ami-0a1b2c3d4" });
    assert_eq!(
        lab.code("CreateImportedImage", bare),
        "InvalidParameterCombinationException"
    );
}

#[test]
fn a_retired_public_image_is_gone() {
    let mut lab = Lab::new();
    lab.console(&["images", BASE, "retire"], json!({})).unwrap();
    assert_eq!(
        lab.code("DescribeImages", json!({ "Names": [BASE] })),
        "ResourceNotFoundException"
    );
}

#[test]
fn a_snapshot_of_the_world_holds_everything() {
    let mut lab = Lab::new();
    captured(&mut lab);
    lab.running();
    let text = serde_json::to_string(&lab.world).unwrap();
    let again: crate::world::World = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
    lab.world = again;
    assert_eq!(lab.agents()["State"], "RUNNING");
}

#[test]
fn an_export_runs_for_a_while_under_a_name_of_its_own() {
    let mut lab = Lab::new();
    captured(&mut lab);
    let role = "arn:aws:iam::123456789012:role/service-role/AmazonAppStreamServiceAccess";
    let asked = json!({ "ImageName": "agent-desktop-1", "AmiName": "desktop", "IamRoleArn": role });
    for (member, value, code) in [
        ("ImageName", "absent", "ResourceNotFoundException"),
        (
            "IamRoleArn",
            "arn:aws:iam::123456789012:role/absent",
            "InvalidRoleException",
        ),
    ] {
        let mut wrong = asked.clone();
        wrong[member] = json!(value);
        assert_eq!(lab.code("CreateExportImageTask", wrong), code);
    }
    let task = lab.ok("CreateExportImageTask", asked.clone())["ExportImageTask"].clone();
    assert_eq!(task["State"], "EXPORTING");
    assert!(task.get("AmiId").is_none());
    assert_eq!(
        lab.code("CreateExportImageTask", asked),
        "OperationNotPermittedException"
    );
    let running = json!({ "Filters": [{ "Name": "State", "Values": ["EXPORTING"] }] });
    let list = lab.ok("ListExportImageTasks", running.clone());
    assert_eq!(list["ExportImageTasks"], json!([task]));
    lab.wait(30);
    assert_eq!(
        lab.ok("ListExportImageTasks", running)["ExportImageTasks"],
        json!([])
    );
    let done = lab.ok("GetExportImageTask", json!({ "TaskId": task["TaskId"] }));
    assert_eq!(done["ExportImageTask"]["State"], "COMPLETED");
    assert!(done["ExportImageTask"]["AmiId"].is_string());
    assert_eq!(
        lab.code("GetExportImageTask", json!({})),
        "ResourceNotFoundException"
    );
    let unknown = json!({ "Filters": [{ "Name": "Color", "Values": ["red"] }] });
    assert_eq!(
        lab.code("ListExportImageTasks", unknown),
        "OperationNotPermittedException"
    );
}
