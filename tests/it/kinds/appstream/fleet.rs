//! Fleets: the case, what others change, and how much a fleet streams.

use aws_sdk_appstream::types::{ComputeCapacity, FleetAttribute, StreamView, VolumeConfig, VpcConfig};
use headset_aws::Aws;
use headset_core::Address;
use headset_kinds::Condition;
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use super::image::captured_image;
use super::{WHOLE, applies, arn, change_tags, shown};
use crate::invariants::conformance::{
    Case, ExternalChange, Things, address, after, other_tags, tags, things, with,
};
use crate::kinds::lab::{Lab, seeds as lab_seeds, tags as lab_tags};
use crate::support::{Sandbox, on_virtual_time};

const FLEET: &str = "acme-agents";

pub(crate) fn fleet() -> (Address, Value) {
    let spec = json!({
        "name": "acme-agents", "image": after("appstream.image/desktop", "name"),
        "platform": after("appstream.image/desktop", "platform"), "fleet_type": "ON_DEMAND",
        "instance_type": "stream.standard.medium", "desired_instances": 2, "sessions_per_instance": null,
        "view": "DESKTOP", "power": "on", "session": 43200, "disconnect": 900, "idle": 900,
        "subnets": ["subnet-0a1b2c3d4e5f60718"], "security_groups": ["sg-0a1b2c3d4e5f60718"], "internet": false,
        "display_name": "Agents", "description": "The agents' fleet", "root_volume": null, "imds_v1": true,
        "role": null, "usb": [], "tags": tags(),
    });
    (address("appstream.fleet/agents"), spec)
}

/// A fleet whose capacity is auto scaling's.
pub(crate) fn scaled_fleet() -> (Address, Value) {
    let (address, mut spec) = fleet();
    let fields = spec.as_object_mut().unwrap();
    fields.remove("desired_instances");
    fields.insert("initial_capacity".to_owned(), json!(2));
    (address, spec)
}

pub(crate) fn case() -> Case {
    Case {
        before: captured_image(),
        subject: fleet(),
        changes: vec![
            ("desired_instances", json!(3)),
            ("display_name", json!("Other agents")),
            ("disconnect", json!(600)),
            ("idle", json!(0)),
            ("idle", json!(1200)),
            ("view", json!("APP")),
            ("session", json!(3600)),
            ("description", json!("Another")),
            ("instance_type", json!("stream.standard.large")),
            (
                "subnets",
                json!(["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"]),
            ),
            ("security_groups", json!(["sg-1a1b2c3d4e5f60718"])),
            ("root_volume", json!(300)),
            ("imds_v1", json!(false)),
            ("role", json!("arn:aws:iam::123456789012:role/acme-machine")),
            (
                "usb",
                json!([
                    "headset,audio,01,01,1133,2704,1,0",
                    "camera,video,0e,01,1133,2085,1,0"
                ]),
            ),
            ("power", json!("off")),
            ("root_volume", Value::Null),
            ("role", Value::Null),
            ("usb", json!([])),
            ("internet", json!(true)),
            ("power", json!("on")),
            ("tags", other_tags()),
        ],
        unchanged: vec![
            (
                "image",
                "another image takes another capture; the rollout has its own test",
            ),
            ("platform", "follows from the image"),
            (
                "desired_sessions",
                "changes together with sessions_per_instance; the kind's own tests do",
            ),
            (
                "sessions_per_instance",
                "changes together with the capacity; the kind's own tests do",
            ),
        ],
    }
}

/// A fleet of the newest Windows, without a builder and what comes before it.
fn of_the_newest_windows(fields: &[(&str, Value)]) -> Things {
    let mut fleet = with(
        things("appstream.fleet"),
        &[
            ("image", json!("AppStream-WinServer2022-11-13-2025")),
            ("platform", json!("WINDOWS_SERVER_2022")),
        ],
    );
    let (address, mut spec) = fleet.pop().unwrap();
    // A role can be given to a fleet only where it is there.
    let machine: Address = "iam.role/machine".parse().unwrap();
    fleet.retain(|(address, _)| *address == machine);
    for (field, value) in fields {
        spec[*field] = value.clone();
    }
    fleet.push((address, spec));
    fleet
}

/// The fleet before a field of it is changed from outside.
pub(crate) fn base(field: &str, _way: usize) -> Things {
    match field {
        "desired_sessions" | "sessions_per_instance" => {
            let mut things = of_the_newest_windows(&[
                ("power", json!("off")),
                ("instance_type", json!("stream.standard.xlarge")),
                ("sessions_per_instance", json!(4)),
                ("desired_sessions", json!(8)),
                ("fleet_type", json!("ALWAYS_ON")),
            ]);
            let spec = things.last_mut().unwrap().1.as_object_mut().unwrap();
            spec.remove("desired_instances");
            things
        }
        "power" | "desired_instances" | "display_name" => of_the_newest_windows(&[]),
        // What takes a stop is changed while the fleet is stopped.
        _ => of_the_newest_windows(&[("power", json!("off"))]),
    }
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    match field {
        "name" => return ExternalChange::Fixed("AppStream has no call that renames it"),
        "tags" => return change_tags(aws, &arn(&format!("fleet/{FLEET}")), way).await,
        "fleet_type" => return ExternalChange::Fixed("UpdateFleet does not take it"),
        "platform" => {
            return ExternalChange::Fixed(
                "it follows from the image, and an image of another system is reported as `image`",
            );
        }
        _ => {}
    }
    let update = aws.appstream().update_fleet().name(FLEET);
    let network = |subnet: &str, group: &str| {
        VpcConfig::builder()
            .subnet_ids(subnet)
            .security_group_ids(group)
            .build()
    };
    let (subnet, group) = ("subnet-0a1b2c3d4e5f60718", "sg-0a1b2c3d4e5f60718");
    let update = match (field, way) {
        ("power", 0) => {
            aws.appstream()
                .stop_fleet()
                .name(FLEET)
                .send()
                .await
                .map(drop)
                .unwrap();
            // It ends every session, and takes its time.
            aws.clock().sleep(std::time::Duration::from_secs(3600)).await;
            return ExternalChange::Changed;
        }
        ("security_groups", 1) => {
            update.attributes_to_delete(FleetAttribute::VpcConfigurationSecurityGroupIds)
        }
        (_, 1..) => return ExternalChange::Enough,
        ("image", _) => update.image_name("AppStream-WinServer2022-06-17-2024"),
        ("desired_instances", _) => {
            update.compute_capacity(ComputeCapacity::builder().desired_instances(1).build())
        }
        ("desired_sessions", _) => {
            update.compute_capacity(ComputeCapacity::builder().desired_sessions(4).build())
        }
        ("sessions_per_instance", _) => update
            .max_sessions_per_instance(2)
            .compute_capacity(ComputeCapacity::builder().desired_sessions(8).build()),
        ("disconnect", _) => update.disconnect_timeout_in_seconds(60),
        ("idle", _) => update.idle_disconnect_timeout_in_seconds(0),
        ("display_name", _) => update.display_name("Theirs"),
        ("description", _) => update.description("Theirs"),
        ("instance_type", _) => update.instance_type("stream.standard.large"),
        ("subnets", _) => update.vpc_config(network("subnet-1a1b2c3d4e5f60718", group)),
        ("security_groups", _) => update.vpc_config(network(subnet, "sg-1a1b2c3d4e5f60718")),
        ("session", _) => update.max_user_duration_in_seconds(600),
        ("internet", _) => update.enable_default_internet_access(true),
        ("view", _) => update.stream_view(StreamView::App),
        ("root_volume", _) => {
            update.root_volume_config(VolumeConfig::builder().volume_size_in_gb(300).build())
        }
        ("imds_v1", _) => update.disable_imdsv1(true),
        ("role", _) => update.iam_role_arn("arn:aws:iam::123456789012:role/acme-machine"),
        ("usb", _) => update.usb_device_filter_strings("theirs,audio,01,01,1133,2704,1,0"),
        (other, _) => panic!("appstream.fleet: nothing here changes from outside `{other}`"),
    };
    update.send().await.unwrap();
    ExternalChange::Changed
}

const WINDOWS_2022: &str = "AppStream-WinServer2022-06-17-2024";

const WINDOWS_2022_LATER: &str = "AppStream-WinServer2022-11-13-2025";

const WINDOWS_2019: &str = "AppStream-WinServer2019-11-13-2025";

/// A fleet that runs a public image as it is, and whose capacity is not claimed yet.
pub(crate) fn plain_fleet() -> Value {
    json!({"name": "acme-agents", "image": WINDOWS_2022, "platform": "WINDOWS_SERVER_2022", "fleet_type": "ON_DEMAND",
           "instance_type": "stream.standard.medium", "initial_capacity": 2, "sessions_per_instance": null,
           "view": "DESKTOP", "power": "on", "session": 43200, "disconnect": 900, "idle": 900,
           "subnets": ["subnet-0a1b2c3d4e5f60718"], "security_groups": [], "internet": false,
           "role": null, "usb": [], "tags": lab_tags()})
}

fn calls(lab: &Lab, operation: &str) -> usize {
    let log = lab.simulator.call_log();
    log.iter().filter(|call| call.operation == operation).count()
}

#[tokio::test(start_paused = true)]
async fn sessions_share_instances_after_a_stop_and_alone_again_after_another() {
    for seed in lab_seeds() {
        let lab = Lab::new(seed, "eu-west-1").await;
        let mut fleet = lab.resource("appstream.fleet/agents", plain_fleet());
        let live = fleet.make().await;
        assert_eq!(
            (
                live.reported("desired_instances"),
                live.reported("desired_sessions")
            ),
            (&json!(2), &Value::Null)
        );
        let stops = calls(&lab, "StopFleet");
        let live = fleet.change(json!({"sessions_per_instance": 4})).await;
        assert_eq!(live.condition, Condition::settled("RUNNING"));
        assert_eq!(
            (
                live.reported("desired_instances"),
                live.reported("desired_sessions")
            ),
            (&Value::Null, &json!(2))
        );
        assert!(calls(&lab, "StopFleet") > stops);

        let stops = calls(&lab, "StopFleet");
        fleet.change(json!({"desired_sessions": 9})).await;
        assert_eq!(
            calls(&lab, "StopFleet"),
            stops,
            "capacity changes while people work"
        );
        fleet.change(json!({"sessions_per_instance": 3})).await;

        fleet.want.as_object_mut().unwrap().remove("desired_sessions");
        let live = fleet.change(json!({"sessions_per_instance": null})).await;
        assert_eq!(*live.reported("desired_instances"), 2);
        fleet.change(json!({"desired_instances": 3})).await;
        fleet.delete().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_image_of_another_operating_system_takes_a_stop() {
    for seed in lab_seeds() {
        let lab = Lab::new(seed, "eu-west-1").await;
        let mut fleet = lab.resource("appstream.fleet/agents", plain_fleet());
        fleet.make().await;
        fleet.change(json!({"image": WINDOWS_2022_LATER})).await;
        assert_eq!(calls(&lab, "StopFleet"), 0, "seed {seed}: the same system");

        fleet.want["image"] = json!(WINDOWS_2019);
        fleet.want["platform"] = json!("WINDOWS_SERVER_2019");
        let live = fleet.converge().await;
        assert_eq!(live.condition, Condition::settled("RUNNING"));
        assert_eq!(*live.reported("platform"), "WINDOWS_SERVER_2019");
        assert_eq!(calls(&lab, "StopFleet"), 1, "seed {seed}: another system");
    }
}

/// Sessions that are open now are counted, and keep a fleet from being stopped.
#[test]
fn a_change_that_takes_a_stop_is_refused_while_people_work() {
    on_virtual_time(async {
        let mut sandbox = Sandbox::new("desks.yaml", WHOLE, Settings::default());
        applies(&sandbox, "first").await;
        // Instances arrive a while after the fleet is RUNNING.
        sandbox.simulator.skip(std::time::Duration::from_secs(3600));
        sandbox.simulator.with_world(|world, now| {
            let input = json!({"fleet": "acme-desks-teams", "stack": "acme-desks-teams", "user": "agent1@example.com"});
            headset_simulator::console::act(world, "image-builder/sessions/open", &input, now).unwrap();
        });
        for changed in [
            WHOLE.replace("sessions_per_instance: 4", "sessions_per_instance: 2"),
            WHOLE.replace("root_volume: 300", "root_volume: 400"),
            WHOLE.replace(
                "root_volume: 300 }",
                "root_volume: 300, usb: [\"headset,audio,01,01,1133,2704,1,0\"] }",
            ),
            WHOLE.replace("root_volume: 300 }", "root_volume: 300, imds_v1: false }"),
        ] {
            assert_ne!(changed, WHOLE);
            sandbox.rewrite(&changed);
            let plan = sandbox.plan().await;
            let refused =
                headset_engine::plan::guard::guard(&plan, &headset_engine::plan::guard::Allowed::default());
            let told: Vec<&str> = refused.iter().map(|finding| finding.code).collect();
            assert_eq!(told, ["would-disrupt"], "{}", shown(&plan));
            assert!(refused[0].message.contains("1 open session"), "{refused:?}");
        }
        // What changes in place is not refused.
        sandbox.rewrite(&WHOLE.replace("capacity: 8", "capacity: 12"));
        let plan = sandbox.plan().await;
        assert_eq!(plan.changes(), 1);
        let allowed = headset_engine::plan::guard::Allowed::default();
        assert!(headset_engine::plan::guard::guard(&plan, &allowed).is_empty());
    });
}
