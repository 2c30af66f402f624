//! The table of UpdateFleet, row by row: which attribute each type of fleet lets change in which state.
//!
//! It is written down here once more, from the model's text and not from the code that it tests.

use serde_json::{Value, json};

use super::super::testing::Lab;
use super::update::SETTABLE;

/// The types of a fleet that take an attribute at all.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Takes {
    All,
    NotElastic,
    OnlyElastic,
}

use Takes::{All, NotElastic, OnlyElastic};

const ROLE: &str = "arn:aws:iam::123456789012:role/service-role/AmazonAppStreamServiceAccess";
const SUBNETS: [&str; 2] = ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"];

/// Attribute, what changes it, who takes it, and whether a RUNNING Always-On or On-Demand fleet and a RUNNING Elastic
/// fleet let it change.
fn rows() -> Vec<(&'static str, Value, Takes, bool, bool)> {
    let image = "AppStream-WinServer2022-11-13-2025";
    let delete = |attribute: &str| json!({ "AttributesToDelete": [attribute] });
    vec![
        (
            "ImageName",
            json!({ "ImageName": image }),
            NotElastic,
            true,
            false,
        ),
        (
            "ImageArn",
            json!({ "ImageArn": format!("arn:aws:appstream:eu-west-1::image/{image}") }),
            NotElastic,
            true,
            false,
        ),
        (
            "InstanceType",
            json!({ "InstanceType": "stream.standard.large" }),
            All,
            false,
            false,
        ),
        (
            "ComputeCapacity",
            json!({ "ComputeCapacity": { "DesiredInstances": 3 } }),
            NotElastic,
            true,
            false,
        ),
        (
            "VpcConfig",
            json!({ "VpcConfig": { "SubnetIds": SUBNETS } }),
            All,
            false,
            false,
        ),
        (
            "MaxUserDurationInSeconds",
            json!({ "MaxUserDurationInSeconds": 7200 }),
            All,
            false,
            false,
        ),
        (
            "DisconnectTimeoutInSeconds",
            json!({ "DisconnectTimeoutInSeconds": 600 }),
            All,
            true,
            true,
        ),
        ("Description", json!({ "Description": "new" }), All, false, false),
        ("DisplayName", json!({ "DisplayName": "New" }), All, true, true),
        (
            "EnableDefaultInternetAccess",
            json!({ "EnableDefaultInternetAccess": true }),
            All,
            false,
            false,
        ),
        (
            "DomainJoinInfo",
            json!({ "DomainJoinInfo": { "DirectoryName": "corp.example.com" } }),
            NotElastic,
            false,
            false,
        ),
        (
            "IdleDisconnectTimeoutInSeconds",
            json!({ "IdleDisconnectTimeoutInSeconds": 600 }),
            All,
            true,
            true,
        ),
        ("IamRoleArn", json!({ "IamRoleArn": ROLE }), All, false, false),
        (
            "StreamView",
            json!({ "StreamView": "DESKTOP" }),
            All,
            false,
            false,
        ),
        // What it has already: any other contradicts its image.
        ("Platform", json!({ "Platform": "as it is" }), All, false, false),
        (
            "MaxConcurrentSessions",
            json!({ "MaxConcurrentSessions": 7 }),
            OnlyElastic,
            false,
            true,
        ),
        (
            "UsbDeviceFilterStrings",
            json!({ "UsbDeviceFilterStrings": ["Dev,1,2,3,4,5,6,0,1"] }),
            All,
            false,
            true,
        ),
        (
            "SessionScriptS3Location",
            json!({ "SessionScriptS3Location": { "S3Bucket": "scripts", "S3Key": "a.zip" } }),
            OnlyElastic,
            false,
            true,
        ),
        (
            "MaxSessionsPerInstance",
            json!({ "MaxSessionsPerInstance": 4, "ComputeCapacity": { "DesiredSessions": 8 } }),
            NotElastic,
            false,
            false,
        ),
        (
            "RootVolumeConfig",
            json!({ "RootVolumeConfig": { "VolumeSizeInGb": 300 } }),
            All,
            false,
            false,
        ),
        (
            "DisableIMDSV1",
            json!({ "DisableIMDSV1": true }),
            All,
            false,
            false,
        ),
        (
            "DeleteVpcConfig",
            json!({ "DeleteVpcConfig": true }),
            NotElastic,
            false,
            false,
        ),
        (
            "VPC_CONFIGURATION",
            delete("VPC_CONFIGURATION"),
            NotElastic,
            false,
            false,
        ),
        (
            "VPC_CONFIGURATION_SECURITY_GROUP_IDS",
            delete("VPC_CONFIGURATION_SECURITY_GROUP_IDS"),
            All,
            false,
            false,
        ),
        ("DOMAIN_JOIN_INFO", delete("DOMAIN_JOIN_INFO"), All, false, false),
        ("IAM_ROLE_ARN", delete("IAM_ROLE_ARN"), All, false, false),
        (
            "USB_DEVICE_FILTER_STRINGS",
            delete("USB_DEVICE_FILTER_STRINGS"),
            All,
            false,
            true,
        ),
        (
            "SESSION_SCRIPT_S3_LOCATION",
            delete("SESSION_SCRIPT_S3_LOCATION"),
            All,
            false,
            true,
        ),
        (
            "MAX_SESSIONS_PER_INSTANCE",
            delete("MAX_SESSIONS_PER_INSTANCE"),
            All,
            false,
            false,
        ),
        (
            "VOLUME_CONFIGURATION",
            delete("VOLUME_CONFIGURATION"),
            All,
            false,
            false,
        ),
    ]
}

/// A fleet of this type in this state.
fn fleet(kind: &str, state: &str) -> Lab {
    let mut lab = Lab::new();
    lab.ok(
        "CreateDirectoryConfig",
        json!({ "DirectoryName": "corp.example.com", "OrganizationalUnitDistinguishedNames": ["OU=a"] }),
    );
    let input = match kind {
        "ELASTIC" => json!({
            "Name": "agents", "FleetType": kind, "InstanceType": "stream.standard.small",
            "Platform": "AMAZON_LINUX2", "MaxConcurrentSessions": 5, "VpcConfig": { "SubnetIds": SUBNETS },
        }),
        _ => lab.fleet(json!({ "FleetType": kind })),
    };
    lab.ok("CreateFleet", input);
    if state != "STOPPED" {
        lab.ok("StartFleet", json!({ "Name": "agents" }));
    }
    if matches!(state, "RUNNING" | "STOPPING") {
        lab.wait(20);
    }
    if state == "STOPPING" {
        lab.ok("StopFleet", json!({ "Name": "agents" }));
    }
    assert_eq!(lab.agents()["State"], state);
    lab
}

#[test]
fn every_attribute_changes_where_the_model_says_so_and_nowhere_else() {
    for kind in ["ALWAYS_ON", "ON_DEMAND", "ELASTIC"] {
        let elastic = kind == "ELASTIC";
        for state in ["STOPPED", "STARTING", "RUNNING", "STOPPING"] {
            for (attribute, change, takes, running, running_elastic) in rows() {
                let mut lab = fleet(kind, state);
                let mut input = change.clone();
                input["Name"] = json!("agents");
                if attribute == "Platform" {
                    input["Platform"] = lab.agents()["Platform"].clone();
                }
                let answer = lab.call("UpdateFleet", input);
                let code = answer.err().map(|fault| fault.code);
                let fits = match takes {
                    All => true,
                    NotElastic => !elastic,
                    OnlyElastic => elastic,
                };
                let open = if elastic { running_elastic } else { running };
                let expected = match state {
                    "STOPPED" if fits => None,
                    "STOPPED" => Some("InvalidParameterCombinationException"),
                    "RUNNING" if open => None,
                    "RUNNING" => Some("ResourceInUseException"),
                    _ => Some("OperationNotPermittedException"),
                };
                assert_eq!(code.as_deref(), expected, "{attribute} of {kind} in {state}");
            }
        }
    }
}

#[test]
fn the_table_has_a_row_for_each_attribute() {
    let rows = rows();
    let names: Vec<&str> = rows.iter().map(|(name, ..)| *name).take(SETTABLE.len()).collect();
    assert_eq!(names, SETTABLE);
    // AttributesToDelete has eight values, and DeleteVpcConfig is an older way to say one of them.
    assert_eq!(rows.len(), SETTABLE.len() + 9);
}

#[test]
fn what_is_deleted_is_gone_and_what_was_not_there_does_not_matter() {
    let mut lab = Lab::new();
    let set = json!({
        "VpcConfig": { "SubnetIds": SUBNETS, "SecurityGroupIds": ["sg-0a1b2c3d4e5f60718"] },
        "IamRoleArn": ROLE, "UsbDeviceFilterStrings": ["Dev,1,2,3,4,5,6,0,1"],
        "MaxSessionsPerInstance": 4, "ComputeCapacity": { "DesiredSessions": 8 },
        "RootVolumeConfig": { "VolumeSizeInGb": 300 },
    });
    let input = lab.fleet(set);
    lab.ok("CreateFleet", input);
    for (attribute, member, with) in [
        ("USB_DEVICE_FILTER_STRINGS", "UsbDeviceFilterStrings", json!({})),
        ("IAM_ROLE_ARN", "IamRoleArn", json!({})),
        ("VOLUME_CONFIGURATION", "RootVolumeConfig", json!({})),
        ("VPC_CONFIGURATION", "VpcConfig", json!({})),
        (
            "MAX_SESSIONS_PER_INSTANCE",
            "MaxSessionsPerInstance",
            json!({ "ComputeCapacity": { "DesiredInstances": 2 } }),
        ),
        ("DOMAIN_JOIN_INFO", "DomainJoinInfo", json!({})),
    ] {
        // Twice: the second time there is nothing to delete.
        for _ in 0..2 {
            let mut input = with.clone();
            input["Name"] = json!("agents");
            input["AttributesToDelete"] = json!([attribute]);
            lab.ok("UpdateFleet", input);
            assert!(lab.agents().get(member).is_none(), "{member}");
        }
    }
    // Sessions without their number on an instance mean nothing.
    let again =
        json!({ "Name": "agents", "MaxSessionsPerInstance": 4, "ComputeCapacity": { "DesiredSessions": 8 } });
    lab.ok("UpdateFleet", again);
    let alone = json!({ "Name": "agents", "AttributesToDelete": ["MAX_SESSIONS_PER_INSTANCE"] });
    assert_eq!(
        lab.code("UpdateFleet", alone),
        "InvalidParameterCombinationException"
    );
    let both = json!({
        "Name": "agents", "AttributesToDelete": ["VOLUME_CONFIGURATION"],
        "RootVolumeConfig": { "VolumeSizeInGb": 300 },
    });
    assert_eq!(
        lab.code("UpdateFleet", both),
        "InvalidParameterCombinationException"
    );
}

#[test]
fn a_fleet_that_changes_its_state_may_be_called_in_use() {
    let mut lab = Lab::quirky("appstream.changing-fleet-is-in-use", &["appstream.slow-reads"]);
    let input = lab.fleet(json!({}));
    lab.ok("CreateFleet", input);
    lab.ok("StartFleet", json!({ "Name": "agents" }));
    assert_eq!(
        lab.code("UpdateFleet", json!({ "Name": "agents", "DisplayName": "New" })),
        "ResourceInUseException"
    );
}
