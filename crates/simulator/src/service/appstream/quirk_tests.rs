//! Quirks on and off, as far as no other test covers them.

use serde_json::{Value, json};

use super::testing::Lab;

/// Quirks that would get in the way of what these tests check.
const PLAIN: [&str; 4] = [
    "appstream.empty-first-page",
    "appstream.slow-reads",
    "appstream.busy-after-change",
    "appstream.disassociation-lingers",
];

fn both(quirk: &str) -> [(Lab, bool); 2] {
    [(Lab::new(), false), (Lab::quirky(quirk, &PLAIN), true)]
}

fn code(answer: Result<Value, crate::service::Fault>) -> Option<String> {
    answer.err().map(|fault| fault.code)
}

fn pair(fleet: &str) -> Value {
    json!({ "FleetName": fleet, "StackName": "agents" })
}

/// Two stopped fleets, `agents` and `others`, of which the first serves the stack `agents`.
fn associated(lab: &mut Lab) {
    let mut fleet = lab.fleet(json!({}));
    lab.ok("CreateFleet", fleet.clone());
    fleet["Name"] = json!("others");
    lab.ok("CreateFleet", fleet);
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    lab.ok("AssociateFleet", pair("agents"));
}

#[test]
fn an_association_asked_for_again_is_fine_or_refused() {
    for (mut lab, turned) in both("appstream.association-again-refused") {
        associated(&mut lab);
        let again = code(lab.call("AssociateFleet", pair("agents")));
        assert_eq!(
            again.as_deref(),
            turned.then_some("OperationNotPermittedException")
        );
    }
}

#[test]
fn a_second_fleet_is_not_permitted_or_one_too_many() {
    for (mut lab, turned) in both("appstream.second-fleet-is-a-limit") {
        associated(&mut lab);
        let expected = match turned {
            true => "LimitExceededException",
            false => "OperationNotPermittedException",
        };
        assert_eq!(lab.code("AssociateFleet", pair("others")), expected);
    }
}

#[test]
fn the_end_of_an_association_that_is_not_there_is_an_error_or_none() {
    for (mut lab, turned) in both("appstream.disassociation-of-nothing") {
        associated(&mut lab);
        let answer = code(lab.call("DisassociateFleet", pair("others")));
        assert_eq!(
            answer.as_deref(),
            (!turned).then_some("ResourceNotFoundException")
        );
        // Fleets and stacks that do not exist are not found either way.
        assert_eq!(
            lab.code("DisassociateFleet", pair("absent")),
            "ResourceNotFoundException"
        );
    }
}

#[test]
fn a_new_user_is_listed_and_known_sooner_or_later() {
    let user = json!({ "UserName": "agent1@example.com", "AuthenticationType": "USERPOOL" });
    let item = json!({ "UserStackAssociations": [{
        "StackName": "agents", "UserName": "agent1@example.com", "AuthenticationType": "USERPOOL",
    }] });
    for (mut lab, turned) in both("appstream.users-listed-late") {
        lab.ok("CreateUser", user.clone());
        let listed = |lab: &mut Lab| {
            let all = lab.ok("DescribeUsers", json!({ "AuthenticationType": "USERPOOL" }));
            all["Users"].as_array().map_or(0, Vec::len)
        };
        lab.seconds(10);
        assert_eq!(listed(&mut lab), usize::from(!turned));
        lab.seconds(200);
        assert_eq!(listed(&mut lab), 1);
    }
    for (mut lab, turned) in both("appstream.new-user-unknown") {
        lab.ok("CreateStack", json!({ "Name": "agents" }));
        lab.ok("CreateUser", user.clone());
        let errors = lab.ok("BatchAssociateUserStack", item.clone())["errors"].clone();
        assert_eq!(errors.as_array().map(Vec::len), Some(usize::from(turned)));
        lab.seconds(20);
        assert_eq!(
            lab.ok("BatchAssociateUserStack", item.clone())["errors"],
            json!([])
        );
    }
}

#[test]
fn a_user_is_named_by_an_address() {
    let mut lab = Lab::new();
    for wrong in ["agent1", "agent1@example", "@example.com", "a@b@example.com"] {
        let user = json!({ "UserName": wrong, "AuthenticationType": "USERPOOL" });
        assert_eq!(
            lab.code("CreateUser", user),
            "InvalidParameterCombinationException",
            "{wrong}"
        );
    }
}

#[test]
fn a_stack_may_be_held_by_its_users() {
    for (mut lab, turned) in both("appstream.stack-in-use-by-users") {
        lab.ok("CreateStack", json!({ "Name": "agents" }));
        lab.ok(
            "CreateUser",
            json!({ "UserName": "agent1@example.com", "AuthenticationType": "USERPOOL" }),
        );
        lab.seconds(20);
        let item = json!({ "UserStackAssociations": [{
            "StackName": "agents", "UserName": "agent1@example.com", "AuthenticationType": "USERPOOL",
        }] });
        lab.ok("BatchAssociateUserStack", item.clone());
        let deleted = code(lab.call("DeleteStack", json!({ "Name": "agents" })));
        assert_eq!(deleted.as_deref(), turned.then_some("ResourceInUseException"));
        if turned {
            lab.ok("BatchDisassociateUserStack", item);
            lab.ok("DeleteStack", json!({ "Name": "agents" }));
        }
    }
}

#[test]
fn a_password_comes_back_empty_or_not_at_all() {
    for (mut lab, turned) in both("appstream.directory-without-password") {
        let made = lab.ok(
            "CreateDirectoryConfig",
            json!({
                "DirectoryName": "corp.example.com", "OrganizationalUnitDistinguishedNames": ["OU=a"],
                "ServiceAccountCredentials": { "AccountName": "join", "AccountPassword": "not told" },
            }),
        );
        let credentials = &made["DirectoryConfig"]["ServiceAccountCredentials"];
        assert_eq!(credentials["AccountName"], "join");
        assert_eq!(credentials.get("AccountPassword").is_none(), turned);
        assert!(!made.to_string().contains("not told"));
    }
}

#[test]
fn a_directory_is_held_by_builders_too() {
    let mut lab = Lab::new();
    let name = json!({ "DirectoryName": "corp.example.com" });
    lab.ok(
        "CreateDirectoryConfig",
        json!({ "DirectoryName": "corp.example.com", "OrganizationalUnitDistinguishedNames": ["OU=a"] }),
    );
    lab.ok(
        "CreateImageBuilder",
        json!({
            "Name": "workbench", "InstanceType": "stream.standard.medium",
            "ImageName": "AppStream-WinServer2022-05-12-2026", "DomainJoinInfo": name,
        }),
    );
    assert_eq!(lab.code("DeleteDirectoryConfig", name), "ResourceInUseException");
}

#[test]
fn a_fleet_whose_role_is_gone_is_refused_or_stalls() {
    for (mut lab, turned) in both("appstream.start-checks-role") {
        let role = "arn:aws:iam::123456789012:role/service-role/AmazonAppStreamServiceAccess";
        let fleet = lab.fleet(json!({ "IamRoleArn": role }));
        lab.ok("CreateFleet", fleet);
        let place = lab.world.appstream.place("123456789012", "eu-west-1");
        let fleet = place.fleets.get_mut("agents").expect("the fleet");
        fleet.fields["IamRoleArn"] = json!("arn:aws:iam::123456789012:role/gone");
        let started = code(lab.call("StartFleet", json!({ "Name": "agents" })));
        assert_eq!(started.as_deref(), turned.then_some("InvalidRoleException"));
        if !turned {
            lab.wait(30);
            let fleet = lab.agents();
            assert_eq!(fleet["State"], "STARTING");
            assert_eq!(fleet["FleetErrors"][0]["ErrorCode"], "MACHINE_ROLE_IS_MISSING");
        }
    }
}

#[test]
fn a_running_fleet_may_tell_of_an_instance_that_failed() {
    for (mut lab, turned) in both("appstream.running-fleet-errors") {
        let fleet = lab.fleet(json!({}));
        lab.ok("CreateFleet", fleet);
        lab.ok("StartFleet", json!({ "Name": "agents" }));
        lab.wait(10);
        let fleet = lab.agents();
        assert_eq!(fleet["State"], "RUNNING");
        assert_eq!(
            fleet["FleetErrors"].as_array().map(Vec::len),
            Some(usize::from(turned))
        );
        lab.wait(10);
        assert_eq!(lab.agents()["FleetErrors"], json!([]));
    }
}

#[test]
fn the_default_volume_is_told_or_not() {
    for (mut lab, turned) in both("appstream.default-volume-answered") {
        let fleet = lab.fleet(json!({}));
        lab.ok("CreateFleet", fleet);
        let volume = &lab.agents()["RootVolumeConfig"];
        assert_eq!(*volume == json!({ "VolumeSizeInGb": 200 }), turned, "{volume}");
    }
}

#[test]
fn an_agents_access_is_merged_and_has_to_make_sense() {
    let mut lab = Lab::new();
    let setting = |action: &str, on: bool| json!({ "AgentAction": action, "Permission": if on { "ENABLED" } else { "DISABLED" } });
    let key =
        |region: &str| format!("arn:aws:kms:{region}:123456789012:key/11111111-2222-4333-8444-555555555555");
    let whole = json!({
        "Settings": [setting("COMPUTER_VISION", true), setting("COMPUTER_INPUT", true)],
        "ScreenResolution": "W_1280xH_720", "ScreenImageFormat": "PNG", "ReplaySessionEnabled": true,
        "S3BucketArn": "arn:aws:s3:::acme-replays", "KmsKeyArn": key("eu-west-1"),
    });
    for (member, value) in [
        ("Settings", json!([setting("COMPUTER_INPUT", true)])),
        ("Settings", json!([setting("COMPUTER_VISION", false)])),
        ("S3BucketArn", Value::Null),
        ("ScreenResolution", Value::Null),
        ("ReplaySessionEnabled", json!(false)),
        ("KmsKeyArn", json!(key("us-east-1"))),
    ] {
        let mut wrong = whole.clone();
        wrong[member] = value;
        let stack = json!({ "Name": "agents", "AgentAccessConfig": wrong });
        assert_eq!(
            lab.code("CreateStack", stack),
            "InvalidParameterCombinationException",
            "{member}"
        );
    }
    lab.ok(
        "CreateStack",
        json!({ "Name": "agents", "AgentAccessConfig": whole }),
    );
    let update = |change: Value| json!({ "Name": "agents", "AgentAccessConfig": change });
    // One action's setting is replaced, the others stay.
    let seen = lab.ok(
        "UpdateStack",
        update(json!({ "Settings": [setting("COMPUTER_INPUT", false)] })),
    );
    assert_eq!(
        seen["Stack"]["AgentAccessConfig"]["Settings"],
        json!([setting("COMPUTER_VISION", true), setting("COMPUTER_INPUT", false)])
    );
    let vision = update(json!({ "Settings": [setting("COMPUTER_VISION", false)] }));
    assert_eq!(
        lab.code("UpdateStack", vision),
        "InvalidParameterCombinationException"
    );
    // Without replays there is no key.
    let seen = lab.ok("UpdateStack", update(json!({ "ReplaySessionEnabled": false })));
    assert!(seen["Stack"]["AgentAccessConfig"].get("KmsKeyArn").is_none());
}
