//! What the section asks for beyond builders, fleets and stacks.

use serde_json::{Value, json};

use crate::{Design, DesignContext, Mode, design};
use headset_kinds::{Address, Text};

const BEGINNING: &str = "\
version: 1
name: acme
aws: { region: eu-west-1 }
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718] }
";

fn designed(section: &str) -> (Design, Vec<&'static str>) {
    whole(&format!("{BEGINNING}{section}"))
}

fn whole(text: &str) -> (Design, Vec<&'static str>) {
    let sources = headset_blueprint::Sources::alone("acme.yaml", text);
    let (blueprint, findings) = headset_blueprint::read(&sources);
    let blueprint = blueprint.unwrap_or_else(|| panic!("{findings:?}"));
    let context = DesignContext {
        account: "123456789012".to_owned(),
        partition: "aws".to_owned(),
        region: "eu-west-1".to_owned(),
        appstream_region: "eu-west-1".to_owned(),
        identity_center_region: "eu-west-1".to_owned(),
        lineage: "6d8b4a5e-0000-4000-8000-000000000000".to_owned(),
        expires: None,
        given: crate::Given::default(),
        library: crate::Library::StandIn,
    };
    let (design, told) = design(&blueprint, &context);
    (design, told.iter().map(|finding| finding.code).collect())
}

fn spec<'a>(design: &'a Design, address: &str) -> &'a Value {
    &design.resources[&address.parse::<Address>().expect("an address")].spec
}

fn after(address: &str, output: &str) -> Value {
    let address: Address = address.parse().expect("an address");
    serde_json::to_value(Text::after(&address, output)).expect("a text")
}

const IMAGES: &str = "  images:
    copied: { copy: { image: golden, region: eu-west-2 } }
    newest: { newest: AppStream-WinServer2022 }
    theirs: { shared: \"arn:aws:appstream:eu-west-1:111122223333:image/golden\" }
  fleets:
    copied: { image: copied, instance: stream.standard.medium, capacity: 2 }
    newest: { image: newest, instance: stream.standard.medium, capacity: { min: 0, max: 4, schedule: { day: { at: \"cron(0 7 * * ? *)\", min: 1 } } } }
    theirs: { image: theirs, instance: stream.standard.medium, capacity: 8, sessions_per_instance: 4 }
";

#[test]
fn images_come_from_where_the_blueprint_says() {
    let (design, told) = designed(IMAGES);
    assert_eq!(told, [""; 0]);
    let copy = spec(&design, "appstream.image/copied");
    assert_eq!(
        copy["copy_of"],
        json!({ "name": "golden", "region": "eu-west-2" })
    );
    let name = copy["name"].as_str().expect("a name");
    assert!(
        name.starts_with("acme-copied-") && name.len() == "acme-copied-".len() + 8,
        "{name}"
    );
    let (other, _) = designed(&IMAGES.replace("region: eu-west-2", "region: eu-west-3"));
    assert_ne!(
        spec(&other, "appstream.image/copied")["name"],
        copy["name"],
        "another source is another image"
    );
    for (key, output) in [("copied", "name"), ("newest", "name"), ("theirs", "arn")] {
        let fleet = spec(&design, &format!("appstream.fleet/{key}"));
        assert_eq!(
            fleet["image"],
            after(&format!("appstream.image/{key}"), output),
            "{key}"
        );
    }
    for key in ["newest", "theirs"] {
        let address = headset_core::address!("appstream.image", key);
        assert_eq!(design.resources[&address].mode, Mode::Existing);
    }
}

#[test]
fn capacity_is_the_fleets_or_auto_scalings_and_never_both() {
    let (design, _) = designed(IMAGES);
    let has = |fleet: &str, field: &str| {
        spec(&design, &format!("appstream.fleet/{fleet}"))
            .get(field)
            .is_some()
    };
    assert!(has("copied", "desired_instances") && !has("copied", "initial_capacity"));
    assert!(has("theirs", "desired_sessions") && !has("theirs", "desired_instances"));
    assert!(!has("newest", "desired_instances") && !has("newest", "desired_sessions"));
    // A fleet cannot be made without capacity, even if it shrinks later.
    assert_eq!(spec(&design, "appstream.fleet/newest")["initial_capacity"], 1);
    let scaling = spec(&design, "autoscaling.fleet/newest");
    assert_eq!((&scaling["min"], &scaling["target"]), (&json!(0), &Value::Null));
    assert!(
        scaling.get("scale_in").is_none(),
        "without a target there is no policy"
    );
    assert!(
        !design
            .resources
            .contains_key(&headset_core::address!("autoscaling.fleet", "copied"))
    );
}

#[test]
fn service_roles_come_first_unless_somebody_else_sees_to_them() {
    let (design, _) = designed(IMAGES);
    let after = |address: &str| {
        design.resources[&address.parse::<Address>().expect("an address")]
            .after
            .clone()
    };
    let access = headset_core::address!("iam.service_role", "AmazonAppStreamServiceAccess");
    let scaling = headset_core::address!(
        "iam.service_role",
        "AWSServiceRoleForApplicationAutoScaling_AppStreamFleet",
    );
    assert_eq!(after("appstream.fleet/copied"), std::slice::from_ref(&access));
    assert_eq!(after("autoscaling.fleet/newest"), std::slice::from_ref(&scaling));
    for address in [&access, &scaling] {
        assert_eq!(design.resources[address].mode, Mode::Ensured);
    }
    let (without, _) = designed(&format!("  service_roles: false\n{IMAGES}"));
    assert!(
        without
            .resources
            .values()
            .all(|one| one.mode != Mode::Ensured && one.after.is_empty())
    );
}

#[test]
fn usage_reports_are_never_switched_off() {
    let (design, told) = designed(&format!("  usage_reports: false\n{IMAGES}"));
    assert_eq!(told, ["usage-reports-stay"]);
    let report = headset_core::address!("appstream.usage_report", "main");
    assert!(!design.resources.contains_key(&report));
}

#[test]
fn fleets_have_room_for_the_agents_that_the_blueprint_names() {
    let of = |capacity: &str, users: usize, rest: &str| {
        let users: Vec<String> = (0..users)
            .map(|index| format!("agent{index}@example.com: {{ first: A, last: B, security: [Agent] }}"))
            .collect();
        designed(&format!(
            "  images: {{ plain: {{ newest: AppStream-WinServer2022 }} }}\n  fleets:\n    agents: {{ image: plain, instance: \
             stream.standard.medium, capacity: {capacity} }}\n{rest}connect: {{ alias: acme, users: {{ {} }} }}\n",
            users.join(", ")
        ))
        .1
    };
    let shift = "{ min: 0, max: 2, target: 75, schedule: { day: { at: \"cron(0 7 * * ? *)\", max: 5 } } }";
    assert_eq!(of("2", 2, ""), [""; 0]);
    assert_eq!(of("2", 3, ""), ["too-few-desktops"]);
    assert_eq!(of(shift, 5, ""), [""; 0]);
    assert_eq!(of(shift, 6, ""), ["too-few-desktops"]);
    // What is only linked to may have room.
    assert_eq!(of("2", 3, "    theirs: { existing: their-agents }\n"), [""; 0]);
}

#[test]
fn the_smallest_machine_is_for_environments_that_end() {
    let of = |lifetime: &str| {
        designed(&format!(
            "  images: {{ plain: {{ newest: AppStream-WinServer2022 }} }}\n  fleets:\n    agents: {{ image: plain, instance: \
             stream.standard.small, capacity: 1 }}\n{lifetime}"
        ))
        .1
    };
    assert_eq!(of(""), ["small-instance"]);
    assert_eq!(of("lifetime: 2d\n"), [""; 0]);
}

/// A center with these desktops and this panel, whose fleet is in this network.
fn rules(ccp: &str, network: &str) -> Vec<String> {
    let text = format!(
        "version: 1\nname: acme\naws: {{ region: eu-west-1 }}\n{ccp}\nappstream:\n  network: {{ subnets: \
         [subnet-0a1b2c3d4e5f60718], security_groups: managed, vpc: vpc-0a1b2c3d4e5f60718{network} }}\n  images: {{ plain: {{ \
         newest: AppStream-WinServer2022 }} }}\n  fleets: {{ agents: {{ image: plain, instance: stream.standard.medium, \
         capacity: 2 }} }}\n"
    );
    let (design, _) = whole(&text);
    let group = spec(&design, "ec2.security_group/desktops");
    assert_eq!(group["ingress"], json!([]));
    let fleet = spec(&design, "appstream.fleet/agents");
    assert_eq!(
        fleet["security_groups"],
        json!([after("ec2.security_group/desktops", "id")])
    );
    serde_json::from_value(group["egress"].clone()).expect("rules")
}

#[test]
fn a_managed_group_lets_out_what_desktops_send_and_no_calls_of_a_split_center() {
    let anywhere = ["tcp 443 0.0.0.0/0", "tcp 80 0.0.0.0/0", "udp 8433 0.0.0.0/0"];
    assert_eq!(rules("", ""), anywhere);
    let panel = |audio: &str| format!("connect: {{ alias: acme }}\nccp: {{ hosting: s3, audio: {audio} }}");
    assert_eq!(rules(&panel("local"), ""), anywhere);
    let mut with_calls = anywhere.to_vec();
    with_calls.push("udp 3478 0.0.0.0/0");
    assert_eq!(rules(&panel("session"), ""), with_calls);
    let listed = rules(&panel("local"), ", prefix_list: pl-0a1b2c3d4e5f60718");
    assert_eq!(listed[2], "udp 8433 pl-0a1b2c3d4e5f60718");
    assert_eq!(listed.len(), 3);
    let in_domain = rules("", ", directory: 10.20.0.0/16");
    assert_eq!(in_domain[..3], anywhere);
    let of_domain = [
        "tcp 53 10.20.0.0/16",
        "udp 53 10.20.0.0/16",
        "tcp 88 10.20.0.0/16",
        "udp 88 10.20.0.0/16",
        "udp 123 10.20.0.0/16",
        "tcp 135 10.20.0.0/16",
        "udp 137-138 10.20.0.0/16",
        "tcp 139 10.20.0.0/16",
        "tcp 389 10.20.0.0/16",
        "udp 389 10.20.0.0/16",
        "tcp 445 10.20.0.0/16",
        "udp 445 10.20.0.0/16",
        "tcp 1024-65535 10.20.0.0/16",
    ];
    assert_eq!(in_domain[3..], of_domain);
}

/// What an endpoint lets in, who it is for, and that stacks name it.
#[test]
fn endpoints_let_in_what_they_serve_and_stacks_name_the_one_for_streaming() {
    let text = "\
version: 1
name: acme
aws: { region: eu-west-1, account: \"123456789012\" }
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-0f9e8d7c6b5a43210], vpc: vpc-0a1b2c3d4e5f60718 }
  endpoints:
    streaming: { from: [10.0.0.0/8, pl-0a1b2c3d4e5f60718] }
    api: { security_groups: [sg-0a1b2c3d4e5f60718], subnets: [subnet-0a1b2c3d4e5f60718], private_dns: false }
    api_policy: account
  images: { plain: { newest: AppStream-WinServer2022 } }
  fleets:
    agents:
      image: plain
      instance: stream.standard.medium
      capacity: { min: 1, max: 5, target: 75, schedule: { mornings: { at: \"cron(0 8 ? * MON-FRI *)\", max: 9 } } }
  stacks: { agents: { fleet: agents, access_endpoints: managed } }
";
    let (design, codes) = whole(text);
    assert!(!codes.contains(&"missing-key"), "{codes:?}");
    let streaming = spec(&design, "ec2.vpc_endpoint/streaming");
    assert_eq!(
        streaming["service"],
        "com.amazonaws.eu-west-1.appstream.streaming"
    );
    let own_group = json!([after("ec2.security_group/endpoint:streaming", "id")]);
    assert_eq!(streaming["security_groups"], own_group);
    assert_eq!(streaming["private_dns"], true);
    assert!(streaming.get("policy").is_none(), "{streaming}");
    let group = spec(&design, "ec2.security_group/endpoint:streaming");
    assert_eq!(group["egress"], json!([]));
    assert_eq!(
        group["ingress"],
        json!([
            "tcp 443 10.0.0.0/8",
            "tcp 1400-1499 10.0.0.0/8",
            "tcp 443 pl-0a1b2c3d4e5f60718",
            "tcp 1400-1499 pl-0a1b2c3d4e5f60718"
        ])
    );
    let api = spec(&design, "ec2.vpc_endpoint/api");
    assert_eq!(api["security_groups"], json!(["sg-0a1b2c3d4e5f60718"]));
    assert_eq!(api["subnets"], json!(["subnet-0a1b2c3d4e5f60718"]));
    assert_eq!(api["private_dns"], false);
    let policy = api["policy"].as_str().expect("a policy");
    assert!(
        policy.contains("aws:PrincipalAccount") && policy.contains("123456789012"),
        "{policy}"
    );
    let stack = spec(&design, "appstream.stack/agents");
    assert_eq!(
        stack["access_endpoints"],
        json!([after("ec2.vpc_endpoint/streaming", "id")])
    );
    assert_eq!(stack["subnets"].as_array().map(Vec::len), Some(2), "{stack}");
    // Room is asked for as much as the schedule may give.
    let agents = spec(&design, "appstream.fleet/agents");
    let vpc = json!("vpc-0a1b2c3d4e5f60718");
    assert_eq!((&agents["most_capacity"], &agents["vpc"]), (&json!(9), &vpc));
}
