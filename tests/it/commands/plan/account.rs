//! What only the account can tell, as `plan` and `apply` say it before anything is made: what its settings forbid, and what is
//! not there.

use crate::invariants::state_file::told;
use crate::support::desk::{APPLY, Desk};
use crate::support::fixtures::{CENTER, with};

const PLAN: [&str; 3] = ["plan", "center.yaml", "--sim"];

/// A simulated account that blocks public buckets.
fn blocking(blueprint: &str) -> Desk {
    let desk = Desk::with(blueprint);
    desk.run(&PLAN);
    desk.edit(|world| {
        world["world"]["s3"]["blocks"]["123456789012"] =
            serde_json::json!({ "BlockPublicPolicy": true, "RestrictPublicBuckets": true });
    });
    desk
}

fn pages(more: &str) -> String {
    format!("{CENTER}ccp: {{ bucket: acme-center-ccp{more} }}\n")
}

#[test]
fn an_account_that_blocks_public_buckets_is_named_before_anything_is_made() {
    let desk = blocking(&pages(""));
    for command in [&PLAN[..], &APPLY] {
        let said = desk.run(command);
        let told = told(&said);
        for words in [
            "[account-forbids]",
            "Block Public Access settings of the account 123456789012 have BlockPublicPolicy and RestrictPublicBuckets on",
            "ccp.from",
        ] {
            assert!(told.contains(words), "{words}: {told}");
        }
    }
    let saved = desk.saved();
    assert_eq!(
        saved["world"]["connect"]["instances"],
        serde_json::json!({}),
        "nothing is made"
    );
}

#[test]
fn pages_for_some_addresses_only_are_not_public() {
    let desk = blocking(&pages(", from: [203.0.113.0/24]"));
    let told = told(&desk.ok(&APPLY));
    assert!(!told.contains("account-forbids"), "{told}");
    let saved = desk.saved();
    let bucket = &saved["world"]["s3"]["buckets"]["acme-center-ccp"];
    let block = &bucket["configuration"]["PublicAccessBlock"]["PublicAccessBlockConfiguration"];
    assert_eq!(block["BlockPublicPolicy"], true, "{block}");
    assert!(bucket["policy"].as_str().unwrap().contains("203.0.113.0/24"));
    // From another address, nothing says whether agents get the pages.
    let said = desk.run(&["verify", "center.yaml", "--sim"]);
    let words: Vec<&str> = said.data.split_whitespace().collect();
    let told = words.join(" ");
    assert!(told.contains("verify from the agents' network"), "{told}");
}

#[test]
fn where_the_settings_may_not_be_read_the_plan_says_so() {
    let desk = Desk::with(&pages(""));
    let denied = "- { kind: error, service: s3control, operation: GetPublicAccessBlock, code: AccessDenied, status: 403, \
                  times: 1000 }\n";
    std::fs::write(desk.path().join("faults.yaml"), denied).unwrap();
    let told = told(&desk.ok(&[&PLAN[..], &["--faults", "faults.yaml"]].concat()));
    assert!(told.contains("[account-unread]"), "{told}");
}

#[test]
fn a_name_that_nothing_has_is_said_before_anything_is_changed() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let blueprint = std::fs::read_to_string(desk.path().join("center.yaml")).unwrap();
    let strictly = |command: &[&str]| desk.run(&[command, &["--strict-directory"]].concat());
    for (right, wrong, words) in [
        ("groups: [agents]", "groups: [agnets]", "has no group `agnets`"),
        (
            "[Agent]",
            "[Agnet]",
            "no security profile `Agnet`; there are: Admin, Agent,",
        ),
    ] {
        desk.write(&with(&blueprint, &[(right, wrong)]));
        for command in [&PLAN[..], &APPLY] {
            let said = strictly(command);
            let told = told(&said);
            assert_eq!(said.code, Some(1), "{told}");
            assert!(
                told.contains("[not-there]") && told.contains(words),
                "{words}: {told}"
            );
        }
    }
    // What had the right name is as it was.
    desk.write(&blueprint);
    let said = strictly(&[&PLAN[..], &["--detailed-exitcode"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.talk);
    // What may not be looked at may be there.
    desk.write(&with(&blueprint, &[("groups: [agents]", "groups: [agnets]")]));
    let denied = "- { kind: error, service: identitystore, operation: GetGroupId, code: AccessDeniedException, status: 400, \
                  times: 1000 }\n";
    std::fs::write(desk.path().join("faults.yaml"), denied).unwrap();
    let said = strictly(&[&PLAN[..], &["--faults", "faults.yaml"]].concat());
    assert!(said.talk.contains("warning[unknown]"), "{}", said.talk);
    assert!(!said.talk.contains("[not-there]"), "{}", said.talk);
}

/// A range more or less is a difference of the policy alone, and one that others add is drift.
#[test]
fn addresses_are_a_part_of_the_policy() {
    let before = pages(", from: [203.0.113.0/24]");
    let desk = Desk::with(&before);
    desk.ok(&APPLY);
    let after = with(&before, &[("203.0.113.0/24", "203.0.113.0/24, 198.51.100.7/32")]);
    std::fs::write(desk.path().join("center.yaml"), after).unwrap();
    let planned = desk.ok(&PLAN).data;
    assert!(planned.contains("policy"), "{planned}");
    assert!(planned.contains("198.51.100.7/32"), "{planned}");
    std::fs::write(desk.path().join("center.yaml"), before).unwrap();
    desk.edit(|world| {
        let policy = &mut world["world"]["s3"]["buckets"]["acme-center-ccp"]["policy"];
        *policy = policy
            .as_str()
            .unwrap()
            .replace("203.0.113.0/24", "203.0.0.0/16")
            .into();
    });
    let said = desk.run(&["drift", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(2), "{}", said.talk);
}

const DESKTOPS: &str = "\
version: 1
name: acme
aws: { region: eu-west-1 }
lifetime: 3d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-0f9e8d7c6b5a43210] }
  images: { plain: { newest: AppStream-WinServer2022 } }
  fleets:
    agents: { image: plain, instance: stream.standard.large, capacity: 3 }
    guests: { image: plain, instance: stream.standard.large, capacity: 1 }
";

#[test]
fn what_the_network_lacks_is_said_before_desktops_are_made() {
    let desk = Desk::with(DESKTOPS);
    let fits = told(&desk.ok(&PLAN));
    assert!(!fits.contains("network-unfit"), "{fits}");
    let network = |change: &dyn Fn(&mut serde_json::Value)| {
        desk.edit(|world| change(&mut world["world"]["ec2"]["places"]["123456789012/eu-west-1"]));
    };
    // What works badly is a warning, of the fleet that it concerns.
    network(&|place| {
        for id in ["subnet-0a1b2c3d4e5f60718", "subnet-0f9e8d7c6b5a43210"] {
            place["network"][id]["AvailableIpAddressCount"] = serde_json::json!(1);
        }
    });
    let few = told(&desk.ok(&PLAN));
    for words in [
        "warning[network-unfit]",
        "2 free addresses for 3 machines",
        "fleet/agents",
    ] {
        assert!(few.contains(words), "{words}: {few}");
    }
    assert!(!few.contains("for 1 machines"), "{few}");
    // What may not be read is unknown, and read once for all.
    let denied = "- { kind: error, service: ec2, operation: DescribeRouteTables, code: UnauthorizedOperation, status: 403, \
                  times: 1000 }\n";
    std::fs::write(desk.path().join("faults.yaml"), denied).unwrap();
    let unread = told(&desk.ok(&[&PLAN[..], &["--faults", "faults.yaml"]].concat()));
    assert!(
        unread.contains("[account-unread]") && !unread.contains("network-unfit"),
        "{unread}"
    );
    // Where no machine gets to, nothing is made.
    network(&|place| {
        let ranges = &mut place["network"]["vpc-0a1b2c3d4e5f60718"]["CidrBlockAssociationSet"];
        ranges[0]["CidrBlock"] = serde_json::json!("198.19.0.0/20");
    });
    let said = desk.run(&APPLY);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    let refused = told(&said);
    assert!(
        refused.contains("error[network-unfit]") && refused.contains("198.19.0.0/16"),
        "{refused}"
    );
}

/// Free addresses are compared with all machines that scaling and schedule may come to have.
#[test]
fn room_is_asked_for_as_many_machines_as_a_fleet_may_come_to_have() {
    let scaled = |sessions: &str| {
        let capacity = "capacity: { min: 1, max: 5, target: 75, schedule: { mornings: { at: \"cron(0 8 ? * MON-FRI *)\", max: 9 } } }";
        DESKTOPS.replace("large, capacity: 3", &format!("large, {sessions}{capacity}"))
    };
    let desk = Desk::with(&scaled(""));
    let few = |count: u64| {
        desk.edit(|world| {
            let place = &mut world["world"]["ec2"]["places"]["123456789012/eu-west-1"];
            place["network"]["subnet-0a1b2c3d4e5f60718"]["AvailableIpAddressCount"] =
                serde_json::json!(count);
            place["network"]["subnet-0f9e8d7c6b5a43210"]["AvailableIpAddressCount"] = serde_json::json!(0);
        });
    };
    desk.ok(&PLAN);
    few(9);
    assert!(!told(&desk.ok(&PLAN)).contains("network-unfit"));
    few(8);
    let said = told(&desk.ok(&PLAN));
    assert!(said.contains("8 free addresses for 9 machines"), "{said}");
    // Four sessions share a machine.
    desk.write(&scaled("sessions_per_instance: 4, "));
    assert!(!told(&desk.ok(&PLAN)).contains("network-unfit"));
    few(2);
    let said = told(&desk.ok(&PLAN));
    assert!(said.contains("2 free addresses for 3 machines"), "{said}");
}

/// The blueprint's VPC is that of the subnets, with a managed group or without.
#[test]
fn the_vpc_that_a_blueprint_names_is_that_of_its_subnets() {
    let text = DESKTOPS.replace("43210] }", "43210], vpc: vpc-00000000000000001 }");
    let desk = Desk::with(&text);
    let said = desk.run(&PLAN);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    let words = told(&said);
    for part in [
        "error[network-unfit]",
        "the subnets are in vpc-0a1b2c3d4e5f60718, and the blueprint says `vpc: vpc-00000000000000001`",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    desk.write(&text.replace("vpc-00000000000000001", "vpc-0a1b2c3d4e5f60718"));
    assert!(!told(&desk.ok(&PLAN)).contains("network-unfit"));
}

/// Rules that name a list count as often as that may have entries, and a list that is not there is an error.
#[test]
fn a_prefix_list_is_looked_at_before_a_group_names_it() {
    let network =
        "43210], security_groups: managed, vpc: vpc-0a1b2c3d4e5f60718, prefix_list: pl-0a1b2c3d4e5f60718 }";
    let text = DESKTOPS.replace("43210] }", network);
    let desk = Desk::with(&text);
    assert!(!told(&desk.ok(&PLAN)).contains("network-unfit"));
    desk.edit(|world| {
        let place = &mut world["world"]["ec2"]["places"]["123456789012/eu-west-1"];
        place["network"]["pl-0a1b2c3d4e5f60718"]["MaxEntries"] = serde_json::json!(21);
    });
    let said = told(&desk.ok(&PLAN));
    for part in ["warning[network-unfit]", "its rules outwards count as 63"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    desk.write(&text.replace("pl-0a1b2c3d4e5f60718", "pl-00000001"));
    let said = desk.run(&PLAN);
    let words = told(&said);
    assert!(
        said.code == Some(1) && words.contains("no prefix list pl-00000001"),
        "{words}"
    );
}

/// Endpoints that a stack names by their ids are looked at before it names them.
#[test]
fn the_endpoints_of_a_stack_are_looked_at() {
    let text = format!(
        "{DESKTOPS}  stacks: {{ agents: {{ fleet: agents, access_endpoints: [vpce-0a1b2c3d4e5f60718] }} }}\n"
    );
    let desk = Desk::with(&text);
    let fits = told(&desk.ok(&PLAN));
    assert!(!fits.contains("network-unfit"), "{fits}");
    let endpoint = |member: &str, value: &str| {
        desk.edit(|world| {
            let place = &mut world["world"]["ec2"]["places"]["123456789012/eu-west-1"];
            place["endpoints"]["vpce-0a1b2c3d4e5f60718"]["shown"][member] = serde_json::json!(value);
        });
    };
    endpoint("VpcId", "vpc-2f2dbfd126e141457");
    let elsewhere = told(&desk.ok(&PLAN));
    for part in [
        "warning[network-unfit]",
        "vpce-0a1b2c3d4e5f60718 is in vpc-2f2dbfd126e141457",
        "stack/agents",
    ] {
        assert!(elsewhere.contains(part), "{part}: {elsewhere}");
    }
    endpoint("ServiceName", "com.amazonaws.eu-west-1.appstream.api");
    let said = desk.run(&PLAN);
    let words = told(&said);
    assert!(
        said.code == Some(1) && words.contains("leads to com.amazonaws.eu-west-1.appstream.api"),
        "{words}"
    );
    desk.write(&text.replace("vpce-0a1b2c3d4e5f60718", "vpce-00000001"));
    let said = desk.run(&PLAN);
    let words = told(&said);
    assert!(
        said.code == Some(1) && words.contains("no endpoint vpce-00000001"),
        "{words}"
    );
}
