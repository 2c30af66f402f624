//! How much a fleet streams: sessions that share instances, auto scaling, and images of another operating system.

use headset_client::services::application_auto_scaling::{PutScheduledAction, ScalableTargetAction};
use headset_kinds::{Condition, Observation};
use serde_json::{Value, json};

use super::{Lab, SEEDS, tags};

const WINDOWS_2022: &str = "AppStream-WinServer2022-06-17-2024";
const WINDOWS_2022_LATER: &str = "AppStream-WinServer2022-11-13-2025";
const WINDOWS_2019: &str = "AppStream-WinServer2019-11-13-2025";

/// A fleet that runs a public image as it is, and whose capacity nobody has claimed yet.
fn fleet() -> Value {
    json!({"name": "acme-agents", "image": WINDOWS_2022, "platform": "WINDOWS_SERVER_2022", "fleet_type": "ON_DEMAND",
           "instance_type": "stream.standard.medium", "initial_capacity": 2, "sessions_per_instance": null,
           "view": "DESKTOP", "power": "on", "session": 43200, "disconnect": 900, "idle": 900,
           "subnets": ["subnet-0a1b2c3d4e5f60718"], "security_groups": [], "internet": false,
           "role": null, "usb": [], "tags": tags()})
}

fn calls(lab: &Lab, operation: &str) -> usize {
    let log = lab.simulator.call_log();
    log.iter().filter(|call| call.operation == operation).count()
}

#[tokio::test(start_paused = true)]
async fn sessions_share_instances_after_a_stop_and_alone_again_after_another() {
    for seed in SEEDS {
        let lab = Lab::new(seed, "eu-west-1").await;
        let mut fleet = lab.thing("appstream.fleet/agents", fleet());
        let live = fleet.make().await;
        assert_eq!(
            (
                &live.fields["desired_instances"],
                &live.fields["desired_sessions"]
            ),
            (&json!(2), &Value::Null)
        );
        let stops = calls(&lab, "StopFleet");
        let live = fleet.change(json!({"sessions_per_instance": 4})).await;
        assert_eq!(live.condition, Condition::settled("RUNNING"));
        assert_eq!(
            (
                &live.fields["desired_instances"],
                &live.fields["desired_sessions"]
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
        assert_eq!(live.fields["desired_instances"], 2);
        fleet.change(json!({"desired_instances": 3})).await;
        fleet.delete().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_image_of_another_operating_system_takes_a_stop() {
    for seed in SEEDS {
        let lab = Lab::new(seed, "eu-west-1").await;
        let mut fleet = lab.thing("appstream.fleet/agents", fleet());
        fleet.make().await;
        fleet.change(json!({"image": WINDOWS_2022_LATER})).await;
        assert_eq!(calls(&lab, "StopFleet"), 0, "seed {seed}: the same system");

        fleet.want["image"] = json!(WINDOWS_2019);
        fleet.want["platform"] = json!("WINDOWS_SERVER_2019");
        let live = fleet.converge().await;
        assert_eq!(live.condition, Condition::settled("RUNNING"));
        assert_eq!(live.fields["platform"], "WINDOWS_SERVER_2019");
        assert_eq!(calls(&lab, "StopFleet"), 1, "seed {seed}: another system");
    }
}

#[tokio::test(start_paused = true)]
async fn capacity_that_auto_scaling_sets_is_no_difference() {
    for seed in SEEDS {
        let lab = Lab::new(seed, "eu-west-1").await;
        let mut fleet = lab.thing("appstream.fleet/agents", fleet());
        fleet.make().await;
        let mut scaling = lab.thing(
            "autoscaling.fleet/agents",
            json!({"fleet": "acme-agents", "min": 4, "max": 6, "target": 75, "scale_in": true, "tags": tags(),
                   "schedule": {"night": {"at": "cron(0 20 * * ? *)", "min": 1}}}),
        );
        assert!(matches!(scaling.see().await, Observation::Absent));
        scaling.make().await;
        // An attempt whose answer was lost.
        scaling.kind.create(&scaling.work(), &scaling.want).await.unwrap();
        let live = fleet.converge().await;
        assert_eq!(
            live.fields["desired_instances"], 4,
            "seed {seed}: scaled, and as wanted"
        );

        // What others add beside it is theirs; what has its prefix and nobody asked for is a difference.
        for name in ["theirs", "acme-agents-schedule-surplus"] {
            let put = PutScheduledAction {
                resource_id: "fleet/acme-agents".to_owned(),
                scheduled_action_name: name.to_owned(),
                schedule: Some("rate(1 day)".to_owned()),
                scalable_target_action: Some(ScalableTargetAction {
                    min_capacity: Some(1),
                    max_capacity: None,
                }),
                ..PutScheduledAction::default()
            };
            lab.aws.ask(put).await.unwrap();
        }
        let Observation::Present(live) = scaling.see().await else {
            panic!("the target is there");
        };
        let diff = scaling.kind.diff(&scaling.want, &live);
        let fields: Vec<&str> = diff.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(fields, ["schedule"]);
        let live = scaling.converge().await;
        assert_eq!(live.fields["schedule"].as_object().unwrap().len(), 1);

        // The night begins: the schedule sets another limit, and nothing differs.
        lab.simulator.skip(std::time::Duration::from_secs(24 * 3600));
        let Observation::Present(live) = scaling.see().await else {
            panic!("the target is there");
        };
        assert_eq!(live.fields["min"], 1, "seed {seed}");
        assert_eq!(scaling.kind.diff(&scaling.want, &live), []);

        scaling.change(json!({"target": null})).await;
        scaling.delete().await;
        fleet.delete().await;
    }
}
