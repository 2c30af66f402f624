//! What Elastic fleets offer: app blocks, applications, and which entitlement lets whom see what.

use serde_json::{Value, json};

use super::testing::Lab;

fn block(name: &str) -> Value {
    json!({
        "Name": name, "SourceS3Location": { "S3Bucket": "acme-apps", "S3Key": "crm.vhdx" },
        "SetupScriptDetails": {
            "ScriptS3Location": { "S3Bucket": "acme-apps", "S3Key": "mount.ps1" },
            "ExecutablePath": "C:\\mount.ps1", "TimeoutInSeconds": 60,
        },
        "Tags": { "team": "a" },
    })
}

fn application(name: &str, block: &Value) -> Value {
    json!({
        "Name": name, "LaunchPath": "C:\\crm.exe", "LaunchParameters": "-x", "AppBlockArn": block,
        "IconS3Location": { "S3Bucket": "acme-apps", "S3Key": "crm.png" },
        "Platforms": ["WINDOWS_SERVER_2019"], "InstanceFamilies": ["GENERAL_PURPOSE"],
    })
}

fn with(mut input: Value, member: &str, value: Value) -> Value {
    input[member] = value;
    input
}

/// A lab with the Elastic fleet `elastic`, an app block and the application `crm`; and both ARNs.
fn lab() -> (Lab, Value, Value) {
    let mut lab = Lab::new();
    lab.ok(
        "CreateFleet",
        json!({
            "Name": "elastic", "InstanceType": "stream.standard.small", "FleetType": "ELASTIC",
            "Platform": "WINDOWS_SERVER_2019", "MaxConcurrentSessions": 5,
            "VpcConfig": { "SubnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-0f1e2d3c4b5a69788"] },
        }),
    );
    let block = lab.ok("CreateAppBlock", block("tools"))["AppBlock"]["Arn"].clone();
    let made = lab.ok("CreateApplication", application("crm", &block))["Application"].clone();
    (lab, block, made["Arn"].clone())
}

#[test]
fn app_blocks_are_custom_or_packaged() {
    let mut lab = Lab::new();
    for wrong in [
        with(block("no"), "SetupScriptDetails", Value::Null),
        with(
            block("no"),
            "SourceS3Location",
            json!({ "S3Bucket": "acme-apps" }),
        ),
        with(block("no"), "PackagingType", json!("APPSTREAM2")),
        with(
            block("no"),
            "PostSetupScriptDetails",
            block("no")["SetupScriptDetails"].clone(),
        ),
    ] {
        assert_eq!(
            lab.code("CreateAppBlock", wrong.clone()),
            "OperationNotPermittedException",
            "{wrong}"
        );
    }
    let made = lab.ok("CreateAppBlock", block("tools"))["AppBlock"].clone();
    assert_eq!(
        made["Arn"],
        "arn:aws:appstream:eu-west-1:123456789012:app-block/tools"
    );
    assert_eq!(
        (&made["State"], &made["PackagingType"]),
        (&json!("ACTIVE"), &json!("CUSTOM"))
    );
    assert_eq!(
        lab.code("CreateAppBlock", block("tools")),
        "ResourceAlreadyExistsException"
    );
    let packaged = json!({
        "Name": "packaged", "PackagingType": "APPSTREAM2", "SourceS3Location": { "S3Bucket": "acme-apps" },
    });
    assert_eq!(
        lab.ok("CreateAppBlock", packaged)["AppBlock"]["State"],
        "INACTIVE"
    );
    let all = lab.ok("DescribeAppBlocks", json!({}))["AppBlocks"].clone();
    assert_eq!(all.as_array().map(Vec::len), Some(2));
    let tags = lab.ok("ListTagsForResource", json!({ "ResourceArn": made["Arn"] }));
    assert_eq!(tags["Tags"], json!({ "team": "a" }));
    lab.ok("DeleteAppBlock", json!({ "Name": "tools" }));
    assert_eq!(
        lab.code("DescribeAppBlocks", json!({ "Arns": [made["Arn"]] })),
        "ResourceNotFoundException"
    );
    assert_eq!(
        lab.code("DeleteAppBlock", json!({ "Name": "tools" })),
        "ResourceNotFoundException"
    );
}

#[test]
fn applications_change_but_for_where_they_run_and_hold_their_app_block() {
    let (mut lab, block, arn) = lab();
    let valid = application("other", &block);
    for (wrong, code) in [
        (
            with(valid.clone(), "Platforms", json!(["WINDOWS_SERVER_2022"])),
            "OperationNotPermittedException",
        ),
        (
            with(valid.clone(), "InstanceFamilies", json!(["MEMORY"])),
            "OperationNotPermittedException",
        ),
        (
            with(
                valid.clone(),
                "IconS3Location",
                json!({ "S3Bucket": "acme-apps" }),
            ),
            "OperationNotPermittedException",
        ),
        (
            with(
                valid.clone(),
                "AppBlockArn",
                json!("arn:aws:appstream:eu-west-1:123456789012:app-block/no"),
            ),
            "ResourceNotFoundException",
        ),
        (
            with(valid, "Name", json!("crm")),
            "ResourceAlreadyExistsException",
        ),
    ] {
        assert_eq!(lab.code("CreateApplication", wrong.clone()), code, "{wrong}");
    }
    let changed = lab.ok(
        "UpdateApplication",
        json!({
            "Name": "crm", "DisplayName": "Customers", "LaunchPath": "C:\\new.exe",
            "AttributesToDelete": ["LAUNCH_PARAMETERS"],
        }),
    );
    let read = lab.ok("DescribeApplications", json!({ "Arns": [arn] }))["Applications"][0].clone();
    assert_eq!(changed["Application"], read);
    assert_eq!(
        (&read["DisplayName"], &read["LaunchPath"]),
        (&json!("Customers"), &json!("C:\\new.exe"))
    );
    assert!(read.get("LaunchParameters").is_none());
    assert_eq!(
        lab.code("DeleteAppBlock", json!({ "Name": "tools" })),
        "ResourceInUseException"
    );
    lab.ok("DeleteApplication", json!({ "Name": "crm" }));
    lab.ok("DeleteAppBlock", json!({ "Name": "tools" }));
    assert_eq!(
        lab.code("UpdateApplication", json!({ "Name": "crm" })),
        "ResourceNotFoundException"
    );
}

#[test]
fn only_elastic_fleets_offer_applications() {
    let (mut lab, block, arn) = lab();
    let fleet = lab.fleet(json!({}));
    lab.ok("CreateFleet", fleet);
    let link = json!({ "FleetName": "elastic", "ApplicationArn": arn });
    for (wrong, code) in [
        (
            json!({ "FleetName": "absent", "ApplicationArn": arn }),
            "ResourceNotFoundException",
        ),
        (
            json!({ "FleetName": "elastic", "ApplicationArn": block }),
            "ResourceNotFoundException",
        ),
        (
            json!({ "FleetName": "agents", "ApplicationArn": arn }),
            "OperationNotPermittedException",
        ),
    ] {
        assert_eq!(lab.code("AssociateApplicationFleet", wrong), code);
    }
    let linux = with(
        application("linux", &block),
        "Platforms",
        json!(["AMAZON_LINUX2"]),
    );
    let linux = lab.ok("CreateApplication", linux)["Application"]["Arn"].clone();
    assert_eq!(
        lab.code(
            "AssociateApplicationFleet",
            json!({ "FleetName": "elastic", "ApplicationArn": linux })
        ),
        "InvalidParameterCombinationException"
    );
    let made = lab.ok("AssociateApplicationFleet", link.clone());
    assert_eq!(made["ApplicationFleetAssociation"], link);
    for filter in [
        json!({ "FleetName": "elastic" }),
        json!({ "ApplicationArn": arn }),
    ] {
        let found = lab.ok("DescribeApplicationFleetAssociations", filter);
        assert_eq!(found["ApplicationFleetAssociations"], json!([link]));
    }
    assert_eq!(
        lab.code("DescribeApplicationFleetAssociations", json!({})),
        "InvalidParameterCombinationException"
    );
    assert_eq!(
        lab.code("DeleteApplication", json!({ "Name": "crm" })),
        "ResourceInUseException"
    );
    lab.ok("DisassociateApplicationFleet", link.clone());
    assert_eq!(
        lab.code("DisassociateApplicationFleet", link.clone()),
        "InvalidParameterCombinationException"
    );
    // A fleet that goes takes its associations along.
    lab.ok("AssociateApplicationFleet", link);
    lab.ok("DeleteFleet", json!({ "Name": "elastic" }));
    lab.ok("DeleteApplication", json!({ "Name": "crm" }));
}

#[test]
fn once_more_is_a_coin_for_applications_too() {
    let (mut plain, _, arn) = lab();
    let link = json!({ "FleetName": "elastic", "ApplicationArn": arn });
    plain.ok("AssociateApplicationFleet", link.clone());
    plain.ok("AssociateApplicationFleet", link.clone());
    let found = plain.ok(
        "DescribeApplicationFleetAssociations",
        json!({ "FleetName": "elastic" }),
    );
    assert_eq!(found["ApplicationFleetAssociations"], json!([link]));
    let quirky = Lab::quirky(
        "appstream.association-again-refused",
        &["appstream.busy-after-change"],
    );
    plain.world.settings.quirks = quirky.world.settings.quirks;
    assert_eq!(
        plain.code("AssociateApplicationFleet", link.clone()),
        "OperationNotPermittedException"
    );
    let quirky = Lab::quirky(
        "appstream.disassociation-of-nothing",
        &["appstream.busy-after-change"],
    );
    plain.world.settings.quirks = quirky.world.settings.quirks;
    plain.ok("DisassociateApplicationFleet", link.clone());
    plain.ok("DisassociateApplicationFleet", link);
}

#[test]
fn entitlements_list_the_applications_that_they_let_through() {
    let mut lab = Lab::new();
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    let about = json!({ "StackName": "agents", "EntitlementName": "leads" });
    let one = with(about.clone(), "ApplicationIdentifier", json!("crm"));
    assert_eq!(
        lab.code("AssociateApplicationToEntitlement", one.clone()),
        "EntitlementNotFoundException"
    );
    lab.ok(
        "CreateEntitlement",
        json!({
            "StackName": "agents", "Name": "leads", "AppVisibility": "ASSOCIATED",
            "Attributes": [{ "Name": "roles", "Value": "lead" }],
        }),
    );
    lab.ok("AssociateApplicationToEntitlement", one.clone());
    lab.ok("AssociateApplicationToEntitlement", one.clone());
    let found = lab.ok("ListEntitledApplications", about.clone());
    assert_eq!(
        found["EntitledApplications"],
        json!([{ "ApplicationIdentifier": "crm" }])
    );
    lab.ok("DisassociateApplicationFromEntitlement", one.clone());
    assert_eq!(
        lab.code("DisassociateApplicationFromEntitlement", one),
        "ResourceNotFoundException"
    );
    let other_stack = with(about, "StackName", json!("absent"));
    assert_eq!(
        lab.code("ListEntitledApplications", other_stack),
        "ResourceNotFoundException"
    );
}

#[test]
fn an_instance_that_drains_takes_no_more_sessions() {
    let mut lab = Lab::new();
    let fleet =
        lab.fleet(json!({ "ComputeCapacity": { "DesiredSessions": 4 }, "MaxSessionsPerInstance": 2 }));
    lab.ok("CreateFleet", fleet);
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    let pair = json!({ "FleetName": "agents", "StackName": "agents" });
    lab.ok("AssociateFleet", pair.clone());
    lab.ok("StartFleet", json!({ "Name": "agents" }));
    lab.wait(20);
    let open = |lab: &mut Lab, user: &str| {
        let input = json!({ "fleet": "agents", "stack": "agents", "user": user, "authentication": "API" });
        lab.console(&["sessions", "open"], input)
    };
    let first = open(&mut lab, "one").expect("room for one")["id"].clone();
    open(&mut lab, "two").expect("room for another");
    let listed = |lab: &mut Lab| lab.ok("DescribeSessions", pair.clone())["Sessions"].clone();
    let sessions = listed(&mut lab);
    assert_eq!(sessions[0]["InstanceId"], sessions[1]["InstanceId"]);
    assert_eq!(sessions[0]["InstanceDrainStatus"], "ACTIVE");
    open(&mut lab, "three").expect("room on a second instance");
    assert_ne!(listed(&mut lab)[2]["InstanceId"], sessions[0]["InstanceId"]);
    let third = listed(&mut lab)[2]["Id"].clone();
    lab.ok("DrainSessionInstance", json!({ "SessionId": third }));
    assert_eq!(listed(&mut lab)[2]["InstanceDrainStatus"], "DRAINING");
    assert_eq!(listed(&mut lab)[0]["InstanceDrainStatus"], "ACTIVE");
    let status = lab.agents()["ComputeCapacityStatus"].clone();
    for (member, value) in [
        ("Running", 2),
        ("InUse", 2),
        ("Draining", 1),
        ("DrainModeActiveUserSessions", 1),
        ("DrainModeUnusedUserSessions", 1),
        ("ActualUserSessions", 3),
        ("AvailableUserSessions", 0),
    ] {
        assert_eq!(status[member], value, "{member}");
    }
    assert!(open(&mut lab, "four").is_err(), "the only free place drains");
    lab.ok("ExpireSession", json!({ "SessionId": third }));
    // The instance was replaced.
    open(&mut lab, "four").expect("room on a new instance");
    assert_eq!(lab.agents()["ComputeCapacityStatus"]["Draining"], 0);
    assert_eq!(
        lab.code("DrainSessionInstance", json!({ "SessionId": third })),
        "ResourceNotFoundException"
    );
    lab.ok("DrainSessionInstance", json!({ "SessionId": first }));
    assert_eq!(listed(&mut lab)[1]["InstanceDrainStatus"], "DRAINING");
}

#[test]
fn instances_of_one_session_do_not_drain() {
    let mut lab = Lab::new();
    lab.running();
    let input = json!({ "fleet": "agents", "stack": "agents", "user": "one", "authentication": "API" });
    let id = lab.console(&["sessions", "open"], input).expect("room")["id"].clone();
    let pair = json!({ "FleetName": "agents", "StackName": "agents" });
    let session = lab.ok("DescribeSessions", pair)["Sessions"][0].clone();
    assert_eq!(session["InstanceDrainStatus"], "NOT_APPLICABLE");
    assert_eq!(
        lab.code("DrainSessionInstance", json!({ "SessionId": id })),
        "OperationNotPermittedException"
    );
}
