//! Fleets that follow their bounds, their agents and their schedules.

use serde_json::json;

use super::Lab;
use crate::clock::Moment;

#[test]
fn an_active_fleet_is_put_inside_the_bounds_at_once_and_a_stopped_one_is_not() {
    let mut lab = Lab::new();
    lab.fleet(json!({}));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 3, "MaxCapacity": 5 }),
    );
    assert_eq!(lab.desired(), 1);
    lab.stream("StartFleet", json!({ "Name": "agents" }));
    lab.minutes(30);
    assert_eq!(lab.desired(), 1);
    lab.ok("RegisterScalableTarget", json!({}));
    assert_eq!(lab.desired(), 3);
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 0, "MaxCapacity": 2 }),
    );
    assert_eq!(lab.desired(), 2);
    let activity = lab.described("DescribeScalingActivities", "ScalingActivities")[0].clone();
    assert_eq!(activity["Description"], "Setting desired capacity to 2.");
}

#[test]
fn growth_stops_at_the_account_s_quota() {
    let mut lab = Lab::new();
    lab.world
        .settings
        .quotas
        .insert("appstream.fleet-instances.stream.standard.medium".to_owned(), 2);
    lab.running(json!({}));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 3, "MaxCapacity": 5 }),
    );
    assert_eq!(lab.desired(), 1);
    let activity = lab.described("DescribeScalingActivities", "ScalingActivities")[0].clone();
    assert_eq!(activity["StatusCode"], "Failed");
}

#[test]
fn a_tracked_fleet_grows_with_its_agents_and_shrinks_after_them() {
    let mut lab = Lab::new();
    lab.running(json!({ "ComputeCapacity": { "DesiredInstances": 4 } }));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 2, "MaxCapacity": 7 }),
    );
    lab.track(json!({}));
    let sessions = lab.agents(3);
    lab.minutes(2);
    assert_eq!(lab.desired(), 4);
    lab.minutes(2);
    assert_eq!(lab.desired(), 6);
    lab.minutes(30);
    assert_eq!(lab.capacity()["Running"], 6);
    lab.agents(3);
    lab.minutes(5);
    // Twelve would be needed.
    assert_eq!(lab.desired(), 7);
    for session in &sessions {
        lab.stream("ExpireSession", json!({ "SessionId": session }));
    }
    // Three of seven are below the target, but not by a tenth for a quarter of an hour.
    lab.minutes(14);
    assert_eq!(lab.desired(), 7);
    lab.minutes(600);
    assert_eq!(lab.desired(), 6);
    let far = Moment(lab.now.0 + 20 * 24 * 3_600_000);
    lab.now = far;
    // Sessions end by themselves; an empty fleet keeps its least.
    assert_eq!(lab.desired(), 2);
}

#[test]
fn scale_in_can_be_switched_off() {
    let mut lab = Lab::new();
    lab.running(json!({ "ComputeCapacity": { "DesiredInstances": 4 } }));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 1, "MaxCapacity": 8 }),
    );
    let put = lab.track(json!({ "DisableScaleIn": true }));
    assert_eq!(put["Alarms"].as_array().map(Vec::len), Some(1));
    lab.minutes(600);
    assert_eq!(lab.desired(), 4);
    let put = lab.track(json!({}));
    assert_eq!(put["Alarms"].as_array().map(Vec::len), Some(2));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "SuspendedState": { "DynamicScalingInSuspended": true } }),
    );
    lab.minutes(600);
    assert_eq!(lab.desired(), 4);
    lab.ok(
        "RegisterScalableTarget",
        json!({ "SuspendedState": { "DynamicScalingInSuspended": false } }),
    );
    lab.minutes(600);
    assert_eq!(lab.desired(), 1);
}

#[test]
fn a_multi_session_fleet_scales_by_sessions() {
    let mut lab = Lab::new();
    lab.running(json!({ "ComputeCapacity": { "DesiredSessions": 4 }, "MaxSessionsPerInstance": 4 }));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 4, "MaxCapacity": 12 }),
    );
    lab.track(json!({}));
    lab.agents(3);
    lab.minutes(5);
    let capacity = lab.capacity();
    assert_eq!(
        (&capacity["DesiredUserSessions"], &capacity["Desired"]),
        (&json!(6), &json!(2))
    );
}

#[test]
fn scheduled_actions_move_the_bounds_and_the_fleet_with_them() {
    let mut lab = Lab::new();
    lab.running(json!({}));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 1, "MaxCapacity": 3 }),
    );
    for (name, schedule, bounds) in [
        (
            "open",
            "cron(0 8 ? * MON-FRI *)",
            json!({ "MinCapacity": 5, "MaxCapacity": 8 }),
        ),
        (
            "close",
            "cron(0 20 ? * MON-FRI *)",
            json!({ "MinCapacity": 0, "MaxCapacity": 1 }),
        ),
    ] {
        lab.ok(
            "PutScheduledAction",
            json!({
                "ScheduledActionName": name, "Schedule": schedule, "Timezone": "Europe/London",
                "ScalableTargetAction": bounds,
            }),
        );
    }
    // It is 06:30 UTC, half past seven in London.
    lab.minutes(29);
    assert_eq!(lab.desired(), 1);
    lab.minutes(1);
    assert_eq!(lab.desired(), 5);
    let target = lab.described("DescribeScalableTargets", "ScalableTargets")[0].clone();
    assert_eq!(
        (&target["MinCapacity"], &target["MaxCapacity"]),
        (&json!(5), &json!(8))
    );
    lab.minutes(12 * 60);
    assert_eq!(lab.desired(), 1);
    // Three days later, a Saturday, the last thing that happened was the closing on Friday.
    lab.minutes(3 * 24 * 60);
    assert_eq!(lab.desired(), 1);
    lab.ok(
        "RegisterScalableTarget",
        json!({ "SuspendedState": { "ScheduledScalingSuspended": true } }),
    );
    lab.minutes(2 * 24 * 60 - 120);
    assert_eq!(lab.desired(), 1);
    lab.ok("DeleteScheduledAction", json!({ "ScheduledActionName": "open" }));
    let gone = json!({ "ScheduledActionName": "open" });
    assert_eq!(lab.code("DeleteScheduledAction", gone), "ObjectNotFoundException");
}

#[test]
fn a_jump_of_a_century_ends_soon_and_keeps_what_was_due_last() {
    let mut lab = Lab::new();
    lab.running(json!({}));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 1, "MaxCapacity": 3 }),
    );
    lab.track(json!({}));
    lab.ok(
        "PutScheduledAction",
        json!({
            "ScheduledActionName": "often", "Schedule": "cron(* * * * ? *)",
            "ScalableTargetAction": { "MinCapacity": 2 },
        }),
    );
    lab.minutes(60 * 24 * 365 * 60);
    assert_eq!(lab.desired(), 2);
}
