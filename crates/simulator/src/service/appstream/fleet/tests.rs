//! The lifecycle of a fleet, and the traps that users of real AWS reported.

use serde_json::json;

use super::super::testing::Lab;
use crate::world::Settings;

#[test]
fn a_fleet_is_created_stopped_and_lives_through_four_states() {
    let mut lab = Lab::new();
    let fleet = lab.fleet(json!({ "Tags": { "team": "voice" } }));
    let created = lab.ok("CreateFleet", fleet.clone())["Fleet"].clone();
    assert_eq!(created["State"], "STOPPED");
    assert_eq!(
        created["Arn"],
        "arn:aws:appstream:eu-west-1:123456789012:fleet/agents"
    );
    assert_eq!(created["FleetType"], "ON_DEMAND");
    assert_eq!(created["StreamView"], "APP");
    assert!(created.get("Tags").is_none());
    assert_eq!(lab.code("CreateFleet", fleet), "ResourceAlreadyExistsException");
    lab.ok("StartFleet", json!({ "Name": "agents" }));
    assert_eq!(lab.agents()["State"], "STARTING");
    assert_eq!(
        lab.code("StartFleet", json!({ "Name": "agents" })),
        "OperationNotPermittedException"
    );
    lab.wait(10);
    let fleet = lab.agents();
    assert_eq!(
        (&fleet["State"], &fleet["ComputeCapacityStatus"]["Running"]),
        (&json!("RUNNING"), &json!(0))
    );
    lab.wait(2);
    assert_eq!(lab.agents()["ComputeCapacityStatus"]["Available"], 2);
    assert_eq!(
        lab.code("DeleteFleet", json!({ "Name": "agents" })),
        "ResourceInUseException"
    );
    lab.ok("StopFleet", json!({ "Name": "agents" }));
    assert_eq!(lab.agents()["State"], "STOPPING");
    lab.wait(5);
    let fleet = lab.agents();
    assert_eq!(
        (&fleet["State"], &fleet["ComputeCapacityStatus"]["Running"]),
        (&json!("STOPPED"), &json!(0))
    );
    lab.ok("DeleteFleet", json!({ "Name": "agents" }));
    assert_eq!(
        lab.code("DescribeFleets", json!({ "Names": ["agents"] })),
        "ResourceNotFoundException"
    );
}

#[test]
fn a_missing_name_is_an_exception_or_an_empty_list() {
    let mut lab = Lab::quirky("appstream.missing-is-empty.DescribeFleets", &[]);
    assert_eq!(
        lab.ok("DescribeFleets", json!({ "Names": ["agents"] }))["Fleets"],
        json!([])
    );
}

#[test]
fn capacity_is_exactly_one_of_instances_and_sessions() {
    let mut lab = Lab::new();
    for capacity in [
        json!({}),
        json!({ "DesiredInstances": 1, "DesiredSessions": 1 }),
        json!({ "DesiredSessions": 4 }),
    ] {
        let fleet = lab.fleet(json!({ "ComputeCapacity": capacity }));
        assert_eq!(
            lab.code("CreateFleet", fleet),
            "InvalidParameterCombinationException",
            "{capacity}"
        );
    }
    let lonely = lab.fleet(json!({ "MaxSessionsPerInstance": 4 }));
    assert_eq!(
        lab.code("CreateFleet", lonely),
        "InvalidParameterCombinationException"
    );
    let multi =
        lab.fleet(json!({ "ComputeCapacity": { "DesiredSessions": 10 }, "MaxSessionsPerInstance": 4 }));
    let created = lab.ok("CreateFleet", multi);
    assert_eq!(created["Fleet"]["ComputeCapacityStatus"]["Desired"], 3);
    assert_eq!(
        created["Fleet"]["ComputeCapacityStatus"]["DesiredUserSessions"],
        10
    );
}

#[test]
fn a_running_fleet_of_shared_instances_takes_another_number_of_sessions() {
    for (quirk, code) in [
        (None, None),
        (
            Some("appstream.sessions-need-a-stop"),
            Some("ResourceInUseException"),
        ),
    ] {
        let mut lab = quirk.map_or_else(Lab::new, |quirk| Lab::quirky(quirk, &["appstream.slow-reads"]));
        let multi =
            lab.fleet(json!({ "ComputeCapacity": { "DesiredSessions": 10 }, "MaxSessionsPerInstance": 4 }));
        lab.ok("CreateFleet", multi);
        lab.ok("StartFleet", json!({ "Name": "agents" }));
        lab.wait(20);
        let change = json!({ "Name": "agents", "ComputeCapacity": { "DesiredSessions": 12 }, "MaxSessionsPerInstance": 6 });
        let answer = lab.call("UpdateFleet", change);
        assert_eq!(answer.err().map(|fault| fault.code).as_deref(), code);
    }
}

#[test]
fn multi_session_needs_a_windows_server_image() {
    let mut lab = Lab::new();
    let fleet = lab.fleet(json!({
        "ImageName": "AppStream-AmazonLinux2-02-10-2026",
        "ComputeCapacity": { "DesiredSessions": 10 }, "MaxSessionsPerInstance": 4,
    }));
    assert_eq!(lab.code("CreateFleet", fleet), "IncompatibleImageException");
}

#[test]
fn every_type_of_fleet_takes_only_its_own_members() {
    let mut lab = Lab::new();
    for wrong in [
        json!({ "MaxConcurrentSessions": 5 }),
        json!({ "SessionScriptS3Location": { "S3Bucket": "scripts" } }),
    ] {
        let fleet = lab.fleet(wrong);
        assert_eq!(
            lab.code("CreateFleet", fleet),
            "InvalidParameterCombinationException"
        );
    }
    let elastic = json!({
        "Name": "pages", "FleetType": "ELASTIC", "InstanceType": "stream.standard.small",
        "Platform": "AMAZON_LINUX2", "MaxConcurrentSessions": 5,
        "VpcConfig": { "SubnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"] },
    });
    for (member, value) in [
        ("ComputeCapacity", json!({ "DesiredInstances": 1 })),
        ("ImageName", json!("AppStream-AmazonLinux2-02-10-2026")),
        ("VpcConfig", json!({ "SubnetIds": ["subnet-0a1b2c3d4e5f60718"] })),
        ("Platform", json!("WINDOWS_SERVER_2022")),
        ("InstanceType", json!("stream.compute.large")),
        ("MaxConcurrentSessions", json!(null)),
    ] {
        let mut wrong = elastic.clone();
        wrong[member] = value;
        assert_eq!(
            lab.code("CreateFleet", wrong),
            "InvalidParameterCombinationException",
            "{member}"
        );
    }
    lab.ok("CreateFleet", elastic);
}

#[test]
fn numbers_out_of_range_are_refused() {
    let mut lab = Lab::new();
    for (member, value) in [
        ("MaxUserDurationInSeconds", 599),
        ("MaxUserDurationInSeconds", 432_001),
        ("DisconnectTimeoutInSeconds", 59),
        ("IdleDisconnectTimeoutInSeconds", 30),
        ("IdleDisconnectTimeoutInSeconds", 36_001),
    ] {
        let fleet = lab.fleet(json!({ member: value }));
        assert_eq!(
            lab.code("CreateFleet", fleet),
            "InvalidParameterCombinationException",
            "{member} {value}"
        );
    }
    let fleet = lab.fleet(json!({ "RootVolumeConfig": { "VolumeSizeInGb": 199 } }));
    assert_eq!(
        lab.code("CreateFleet", fleet),
        "InvalidParameterCombinationException"
    );
    let fleet = lab.fleet(json!({ "IdleDisconnectTimeoutInSeconds": 0 }));
    lab.ok("CreateFleet", fleet);
}

#[test]
fn idle_timeouts_are_kept_or_rounded_to_minutes() {
    for (mut lab, shown) in [
        (Lab::new(), 70),
        (Lab::quirky("appstream.idle-timeout-rounded", &[]), 60),
    ] {
        let fleet = lab.fleet(json!({ "IdleDisconnectTimeoutInSeconds": 70 }));
        assert_eq!(
            lab.ok("CreateFleet", fleet)["Fleet"]["IdleDisconnectTimeoutInSeconds"],
            shown
        );
    }
}

#[test]
fn the_image_must_exist_be_usable_and_fit_the_instance_type() {
    let mut lab = Lab::new();
    for (members, code) in [
        (json!({ "ImageName": "nothing" }), "ResourceNotFoundException"),
        (
            json!({ "ImageName": "AppStream-WinServer2012R2-12-07-2023" }),
            "ResourceNotAvailableException",
        ),
        (
            json!({ "InstanceType": "stream.graphics.g5.xlarge" }),
            "IncompatibleImageException",
        ),
        (
            json!({ "InstanceType": "GeneralPurpose.m6i.large" }),
            "IncompatibleImageException",
        ),
        (
            json!({ "InstanceType": "stream.standard.huge" }),
            "InvalidParameterCombinationException",
        ),
        (
            json!({ "ImageArn": "arn:aws:appstream:eu-west-1::image/AppStream-WinServer2022-05-12-2026" }),
            "InvalidParameterCombinationException",
        ),
        (
            json!({ "ImageName": "AppStream-Graphics-G5-WinServer2022-11-13-2025" }),
            "IncompatibleImageException",
        ),
    ] {
        let fleet = lab.fleet(members.clone());
        assert_eq!(lab.code("CreateFleet", fleet), code, "{members}");
    }
}

#[test]
fn an_image_arn_of_another_region_means_nothing() {
    let mut lab = Lab::new();
    let mut fleet = lab.fleet(
        json!({ "ImageArn": "arn:aws:appstream:us-east-1::image/AppStream-WinServer2022-05-12-2026" }),
    );
    fleet["ImageName"] = json!(null);
    assert_eq!(
        lab.code("CreateFleet", fleet.clone()),
        "ResourceNotFoundException"
    );
    fleet["ImageArn"] = json!("arn:aws:appstream:eu-west-1::image/AppStream-WinServer2022-05-12-2026");
    lab.ok("CreateFleet", fleet);
}

#[test]
fn a_role_that_does_not_exist_is_an_invalid_role() {
    let mut lab = Lab::new();
    let fleet = lab.fleet(json!({ "IamRoleArn": "arn:aws:iam::123456789012:role/absent" }));
    let fault = lab.call("CreateFleet", fleet).unwrap_err();
    assert_eq!(fault.code, "InvalidRoleException");
    assert!(
        fault
            .message
            .contains("encountered an error because your IAM role")
    );
}

#[test]
fn a_running_fleet_lets_only_six_members_change() {
    let mut lab = Lab::new();
    lab.running();
    for (member, value) in [
        ("Description", json!("new")),
        ("InstanceType", json!("stream.standard.large")),
        ("StreamView", json!("APP")),
        ("MaxUserDurationInSeconds", json!(3600)),
        ("EnableDefaultInternetAccess", json!(false)),
        ("AttributesToDelete", json!(["VPC_CONFIGURATION"])),
        ("DeleteVpcConfig", json!(true)),
    ] {
        let code = lab.code("UpdateFleet", json!({ "Name": "agents", member: value }));
        assert_eq!(code, "ResourceInUseException", "{member}");
    }
    let updated = lab.ok(
        "UpdateFleet",
        json!({
            "Name": "agents", "DisplayName": "Agents", "ImageName": "AppStream-WinServer2022-11-13-2025",
            "DisconnectTimeoutInSeconds": 600, "IdleDisconnectTimeoutInSeconds": 600,
            "ComputeCapacity": { "DesiredInstances": 5 },
        }),
    )["Fleet"]
        .clone();
    assert_eq!(updated["ImageName"], "AppStream-WinServer2022-11-13-2025");
    assert_eq!(updated["ComputeCapacityStatus"]["Desired"], 5);
    assert_eq!(updated["ComputeCapacityStatus"]["Running"], 2);
    lab.wait(5);
    assert_eq!(lab.agents()["ComputeCapacityStatus"]["Running"], 5);
    let other_system = json!({ "Name": "agents", "ImageName": "AppStream-WinServer2019-02-10-2026" });
    assert_eq!(
        lab.code("UpdateFleet", other_system.clone()),
        "IncompatibleImageException"
    );
    lab.ok("StopFleet", json!({ "Name": "agents" }));
    lab.wait(5);
    assert_eq!(
        lab.ok("UpdateFleet", other_system)["Fleet"]["Platform"],
        "WINDOWS_SERVER_2019"
    );
}

#[test]
fn a_fleet_that_changes_its_state_takes_no_update() {
    let mut lab = Lab::new();
    lab.running();
    lab.ok("StopFleet", json!({ "Name": "agents" }));
    let update = json!({ "Name": "agents", "DisplayName": "Agents" });
    assert_eq!(
        lab.code("UpdateFleet", update.clone()),
        "OperationNotPermittedException"
    );
    lab.wait(5);
    lab.ok("StartFleet", json!({ "Name": "agents" }));
    assert_eq!(lab.code("UpdateFleet", update), "OperationNotPermittedException");
}

#[test]
fn absent_members_stay_and_only_attributes_to_delete_clears() {
    let mut lab = Lab::new();
    let fleet = lab.fleet(json!({
        "Description": "agents",
        "VpcConfig": { "SubnetIds": ["subnet-0a1b2c3d4e5f60718"], "SecurityGroupIds": ["sg-0a1b2c3d4e5f60718"] },
    }));
    lab.ok("CreateFleet", fleet);
    lab.ok(
        "UpdateFleet",
        json!({ "Name": "agents", "StreamView": "DESKTOP" }),
    );
    assert_eq!(lab.agents()["Description"], "agents");
    lab.ok(
        "UpdateFleet",
        json!({ "Name": "agents", "AttributesToDelete": ["VPC_CONFIGURATION_SECURITY_GROUP_IDS"] }),
    );
    assert_eq!(
        lab.agents()["VpcConfig"],
        json!({ "SubnetIds": ["subnet-0a1b2c3d4e5f60718"] })
    );
    lab.ok(
        "UpdateFleet",
        json!({ "Name": "agents", "AttributesToDelete": ["VPC_CONFIGURATION"] }),
    );
    assert!(lab.agents().get("VpcConfig").is_none());
    assert_eq!(
        lab.code("UpdateFleet", json!({ "StreamView": "APP" })),
        "InvalidParameterCombinationException"
    );
}

#[test]
fn a_bad_subnet_keeps_the_fleet_starting_with_errors() {
    let mut lab = Lab::new();
    let fleet = lab.fleet(json!({ "VpcConfig": { "SubnetIds": ["subnet-0a1b2c3d4e5f60bad"] } }));
    lab.ok("CreateFleet", fleet);
    lab.ok("StartFleet", json!({ "Name": "agents" }));
    lab.wait(600);
    let fleet = lab.agents();
    assert_eq!(fleet["State"], "STARTING");
    assert_eq!(
        fleet["FleetErrors"][0]["ErrorCode"],
        "SUBNET_HAS_INSUFFICIENT_IP_ADDRESSES"
    );
    lab.ok("StopFleet", json!({ "Name": "agents" }));
    lab.wait(5);
    assert_eq!(lab.agents()["State"], "STOPPED");
}

#[test]
fn an_api_only_account_lacks_the_service_role() {
    let mut lab = Lab::with(Settings {
        fresh_account: true,
        ..Settings::default()
    });
    let fleet = lab.fleet(json!({}));
    lab.ok("CreateFleet", fleet);
    lab.ok("StartFleet", json!({ "Name": "agents" }));
    lab.wait(60);
    assert_eq!(lab.agents()["State"], "STARTING");
    assert_eq!(
        lab.agents()["FleetErrors"][0]["ErrorCode"],
        "IAM_SERVICE_ROLE_IS_MISSING"
    );
}

#[test]
fn fleet_errors_may_come_and_go_in_a_start_that_succeeds() {
    let mut lab = Lab::quirky("appstream.fleet-errors-flicker", &["appstream.slow-reads"]);
    let fleet = lab.fleet(json!({}));
    lab.ok("CreateFleet", fleet);
    lab.ok("StartFleet", json!({ "Name": "agents" }));
    lab.wait(4);
    assert_eq!(lab.agents()["FleetErrors"].as_array().map(Vec::len), Some(1));
    lab.wait(6);
    assert_eq!(
        (&lab.agents()["State"], &lab.agents()["FleetErrors"]),
        (&json!("RUNNING"), &json!([]))
    );
}

#[test]
fn stopping_a_starting_fleet_works_or_has_to_wait() {
    let name = "appstream.no-stop-while-starting";
    for (mut lab, works) in [
        (Lab::new(), true),
        (Lab::quirky(name, &["appstream.fleet-errors-flicker"]), false),
    ] {
        let fleet = lab.fleet(json!({}));
        lab.ok("CreateFleet", fleet);
        lab.ok("StartFleet", json!({ "Name": "agents" }));
        let stopped = lab.call("StopFleet", json!({ "Name": "agents" }));
        assert_eq!(stopped.is_ok(), works);
    }
}

#[test]
fn quotas_bound_fleets_and_running_instances() {
    let mut settings = Settings::default();
    settings.quotas.insert("appstream.fleets".to_owned(), 1);
    settings
        .quotas
        .insert("appstream.fleet-instances.stream.standard.medium".to_owned(), 2);
    let mut lab = Lab::with(settings);
    lab.running();
    let mut second = lab.fleet(json!({}));
    second["Name"] = json!("more");
    assert_eq!(lab.code("CreateFleet", second), "LimitExceededException");
    let more = json!({ "Name": "agents", "ComputeCapacity": { "DesiredInstances": 3 } });
    assert_eq!(lab.code("UpdateFleet", more), "LimitExceededException");
}

#[test]
fn stopping_cuts_sessions_off_and_a_stack_in_use_stays_associated() {
    let mut lab = Lab::new();
    lab.running();
    let pair = json!({ "FleetName": "agents", "StackName": "agents" });
    let agent = json!({ "fleet": "agents", "stack": "agents", "user": "agent1@example.com" });
    lab.console(&["sessions", "open"], agent.clone()).unwrap();
    lab.console(&["sessions", "open"], agent.clone()).unwrap();
    assert_eq!(
        lab.console(&["sessions", "open"], agent).unwrap_err().code,
        "ResourceNotAvailableException"
    );
    assert_eq!(lab.agents()["ComputeCapacityStatus"]["InUse"], 2);
    assert_eq!(
        lab.code("DisassociateFleet", pair.clone()),
        "ResourceInUseException"
    );
    // The model: without a type only the sessions of streaming URLs are described.
    assert_eq!(lab.ok("DescribeSessions", pair.clone())["Sessions"], json!([]));
    let saml = json!({ "FleetName": "agents", "StackName": "agents", "AuthenticationType": "SAML" });
    let sessions = lab.ok("DescribeSessions", saml.clone())["Sessions"].clone();
    assert_eq!(
        (&sessions[0]["State"], &sessions[1]["State"]),
        (&json!("ACTIVE"), &json!("ACTIVE"))
    );
    lab.ok("ExpireSession", json!({ "SessionId": sessions[0]["Id"] }));
    assert_eq!(lab.agents()["ComputeCapacityStatus"]["InUse"], 1);
    lab.ok("StopFleet", json!({ "Name": "agents" }));
    let states: Vec<_> = lab.ok("DescribeSessions", saml.clone())["Sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["State"].clone())
        .collect();
    assert_eq!(states, ["EXPIRED", "EXPIRED"]);
    lab.wait(6);
    assert_eq!(lab.ok("DescribeSessions", saml)["Sessions"], json!([]));
    assert_eq!(
        lab.code("DeleteFleet", json!({ "Name": "agents" })),
        "ResourceInUseException"
    );
    assert_eq!(
        lab.code("DeleteStack", json!({ "Name": "agents" })),
        "ResourceInUseException"
    );
    lab.ok("DisassociateFleet", pair);
    lab.ok("DeleteFleet", json!({ "Name": "agents" }));
    lab.ok("DeleteStack", json!({ "Name": "agents" }));
}

#[test]
fn scaling_in_leaves_instances_in_use_alone() {
    let mut lab = Lab::new();
    lab.running();
    let agent = json!({ "fleet": "agents", "stack": "agents", "user": "agent1@example.com" });
    lab.console(&["sessions", "open"], agent).unwrap();
    lab.ok(
        "UpdateFleet",
        json!({ "Name": "agents", "ComputeCapacity": { "DesiredInstances": 0 } }),
    );
    lab.wait(5);
    assert_eq!(lab.agents()["ComputeCapacityStatus"]["Running"], 1);
}

#[test]
fn disassociation_may_block_a_deletion_for_a_moment() {
    let plain = ["appstream.slow-reads", "appstream.busy-after-change"];
    let mut lab = Lab::quirky("appstream.disassociation-lingers", &plain);
    let fleet = lab.fleet(json!({}));
    lab.ok("CreateFleet", fleet);
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    let pair = json!({ "FleetName": "agents", "StackName": "agents" });
    lab.ok("AssociateFleet", pair.clone());
    lab.ok("DisassociateFleet", pair);
    assert_eq!(
        lab.ok("ListAssociatedFleets", json!({ "StackName": "agents" }))["Names"],
        json!([])
    );
    // Terraform deletes the stack at once, and succeeds.
    lab.seconds(1);
    lab.ok("DeleteStack", json!({ "Name": "agents" }));
    assert_eq!(
        lab.code("DeleteFleet", json!({ "Name": "agents" })),
        "ResourceInUseException"
    );
    lab.seconds(10);
    lab.ok("DeleteFleet", json!({ "Name": "agents" }));
}
