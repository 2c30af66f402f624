//! Scaling as its callers see it: bounds, policies, schedules, and fleets that follow.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::sim::clock::Moment;
use crate::sim::service::{Call, Caller, Fault, all, appstream};
use crate::sim::world::{Settings, World};

/// Wednesday, 1 July 2026, 06:00 UTC.
const START: u64 = 1_782_885_600_000;

struct Lab {
    world: World,
    now: Moment,
}

impl Lab {
    fn new() -> Lab {
        Lab::quirky(None)
    }

    /// A world in which this coin alone (of those named `auto-scaling.*`) falls the other way.
    fn quirky(name: Option<&str>) -> Lab {
        let coins = [
            "auto-scaling.eventual",
            "auto-scaling.role-propagates",
            "auto-scaling.past-schedule-refused",
        ];
        let world = |quirks| {
            let settings = Settings {
                quirks,
                ..Settings::default()
            };
            World::new(settings, Moment(START))
        };
        let fits = |seed: &u64| {
            let world = world(*seed);
            coins
                .iter()
                .all(|coin| world.quirk(coin) == (Some(*coin) == name))
                && !world.quirk("appstream.no-stop-when-stopped")
                && !world.quirk("pages.empty")
                && !world.quirk("lists.unordered")
        };
        let seed = (0..10_000).find(fits).expect("one of ten thousand seeds");
        Lab {
            world: world(seed),
            now: Moment(START),
        }
    }

    fn minutes(&mut self, minutes: u64) {
        self.now = Moment(self.now.0 + minutes * 60_000);
    }

    fn tick(&mut self) {
        for service in all() {
            service.tick(&mut self.world, self.now);
        }
    }

    fn call(&mut self, service: &str, operation: &str, input: Value) -> Result<Value, Fault> {
        self.tick();
        let call = Call {
            operation: operation.to_owned(),
            input,
            body: Bytes::new(),
            headers: Vec::new(),
            region: "eu-west-1".to_owned(),
            caller: Caller {
                account: "123456789012".to_owned(),
                arn: "arn:aws:iam::123456789012:user/engineer".to_owned(),
                access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
            },
            now: self.now,
            base_url: None,
        };
        let service = all().iter().find(|it| it.name() == service).expect("a service");
        service.call(&mut self.world, &call).map(|answer| answer.output)
    }

    fn stream(&mut self, operation: &str, input: Value) -> Value {
        self.call("appstream", operation, input).expect(operation)
    }

    /// A call about the fleet `agents`.
    fn scale(&mut self, operation: &str, members: Value) -> Result<Value, Fault> {
        let mut input = json!({
            "ServiceNamespace": "appstream", "ResourceId": "fleet/agents",
            "ScalableDimension": "appstream:fleet:DesiredCapacity",
        });
        for (name, value) in members.as_object().expect("an object") {
            input[name] = value.clone();
        }
        self.call("application-autoscaling", operation, input)
    }

    fn ok(&mut self, operation: &str, members: Value) -> Value {
        self.scale(operation, members).expect(operation)
    }

    fn code(&mut self, operation: &str, members: Value) -> String {
        match self.scale(operation, members) {
            Ok(output) => panic!("{operation} answered {output}"),
            Err(fault) => fault.code,
        }
    }

    fn described(&mut self, operation: &str, member: &str) -> Value {
        self.call(
            "application-autoscaling",
            operation,
            json!({ "ServiceNamespace": "appstream" }),
        )
        .expect(operation)[member]
            .clone()
    }

    fn fleet(&mut self, members: Value) {
        let mut input = json!({
            "Name": "agents", "InstanceType": "stream.standard.medium",
            "ImageName": "AppStream-WinServer2022-05-12-2026", "ComputeCapacity": { "DesiredInstances": 1 },
        });
        for (name, value) in members.as_object().expect("an object") {
            input[name] = value.clone();
        }
        self.stream("CreateFleet", input);
        self.stream("CreateStack", json!({ "Name": "agents" }));
        self.stream(
            "AssociateFleet",
            json!({ "FleetName": "agents", "StackName": "agents" }),
        );
    }

    fn running(&mut self, members: Value) {
        self.fleet(members);
        self.stream("StartFleet", json!({ "Name": "agents" }));
        self.minutes(30);
    }

    fn capacity(&mut self) -> Value {
        self.stream("DescribeFleets", json!({ "Names": ["agents"] }))["Fleets"][0]["ComputeCapacityStatus"]
            .clone()
    }

    fn desired(&mut self) -> u64 {
        self.capacity()["Desired"].as_u64().expect("a number")
    }

    fn agents(&mut self, count: usize) -> Vec<Value> {
        self.tick();
        (0..count)
            .map(|number| {
                let agent = json!({
                    "fleet": "agents", "stack": "agents", "user": format!("agent{number}@example.com"),
                });
                appstream::console(&mut self.world, &["sessions", "open"], &agent, self.now)
                    .expect("an instance to spare")["id"]
                    .clone()
            })
            .collect()
    }

    fn track(&mut self, further: Value) -> Value {
        let mut configuration = json!({
            "TargetValue": 50.0,
            "PredefinedMetricSpecification": { "PredefinedMetricType": "AppStreamAverageCapacityUtilization" },
        });
        for (name, value) in further.as_object().expect("an object") {
            configuration[name] = value.clone();
        }
        self.ok(
            "PutScalingPolicy",
            json!({
                "PolicyName": "use", "PolicyType": "TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration": configuration,
            }),
        )
    }
}

#[test]
fn a_target_needs_bounds_and_a_fleet_that_scales() {
    let mut lab = Lab::new();
    let bounds = json!({ "MinCapacity": 1, "MaxCapacity": 4 });
    assert_eq!(
        lab.code("RegisterScalableTarget", bounds.clone()),
        "ValidationException"
    );
    lab.fleet(json!({}));
    for wrong in [
        json!({}),
        json!({ "MinCapacity": 1 }),
        json!({ "MinCapacity": 5, "MaxCapacity": 4 }),
        json!({ "MinCapacity": -1, "MaxCapacity": 4 }),
        json!({ "MinCapacity": 1, "MaxCapacity": 4, "ResourceId": "agents" }),
        json!({ "MinCapacity": 1, "MaxCapacity": 4, "ScalableDimension": "ecs:service:DesiredCount" }),
        json!({ "MinCapacity": 1, "MaxCapacity": 4, "Tags": { "aws:owner": "us" } }),
    ] {
        assert_eq!(
            lab.code("RegisterScalableTarget", wrong.clone()),
            "ValidationException",
            "{wrong}"
        );
    }
    assert_eq!(
        lab.described("DescribeScalableTargets", "ScalableTargets"),
        json!([])
    );
    let arn = lab.ok("RegisterScalableTarget", bounds)["ScalableTargetARN"].clone();
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MaxCapacity": 6, "Tags": { "team": "voice" } }),
    );
    let target = lab.described("DescribeScalableTargets", "ScalableTargets")[0].clone();
    assert_eq!(
        (
            &target["MinCapacity"],
            &target["MaxCapacity"],
            &target["ScalableTargetARN"]
        ),
        (&json!(1), &json!(6), &arn)
    );
    let role = "arn:aws:iam::123456789012:role/aws-service-role/appstream.application-autoscaling.amazonaws.com/\
                AWSServiceRoleForApplicationAutoScaling_AppStreamFleet";
    assert_eq!(target["RoleARN"], role);
    assert!(lab.world.iam.role_exists(role));
    // Tags count only when the target is made.
    assert_eq!(
        lab.ok("ListTagsForResource", json!({ "ResourceARN": arn }))["Tags"],
        json!({})
    );
    lab.ok(
        "TagResource",
        json!({ "ResourceARN": arn, "Tags": { "team": "voice", "cost": "12" } }),
    );
    lab.ok(
        "UntagResource",
        json!({ "ResourceARN": arn, "TagKeys": ["cost", "absent"] }),
    );
    assert_eq!(
        lab.ok("ListTagsForResource", json!({ "ResourceARN": arn }))["Tags"],
        json!({ "team": "voice" })
    );
    let other = json!({ "ResourceARN": format!("{}0", arn.as_str().expect("a text")) });
    assert_eq!(
        lab.code("ListTagsForResource", other),
        "ResourceNotFoundException"
    );
}

#[test]
fn an_elastic_fleet_is_refused() {
    let mut lab = Lab::new();
    lab.stream(
        "CreateFleet",
        json!({
            "Name": "agents", "InstanceType": "stream.standard.medium", "FleetType": "ELASTIC",
            "Platform": "WINDOWS_SERVER_2019", "MaxConcurrentSessions": 5,
            "VpcConfig": { "SubnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"] },
        }),
    );
    let bounds = json!({ "MinCapacity": 1, "MaxCapacity": 4 });
    assert_eq!(lab.code("RegisterScalableTarget", bounds), "ValidationException");
}

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
fn a_scheduled_action_forgets_its_start_and_end_unless_they_are_given_again() {
    let mut lab = Lab::new();
    lab.fleet(json!({}));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 1, "MaxCapacity": 3 }),
    );
    let name = json!("night");
    lab.ok(
        "PutScheduledAction",
        json!({
            "ScheduledActionName": name, "Schedule": "rate(1 hour)", "StartTime": START / 1000 + 7200,
            "EndTime": START / 1000 + 86_400, "ScalableTargetAction": { "MinCapacity": 2 },
        }),
    );
    let action = lab.described("DescribeScheduledActions", "ScheduledActions")[0].clone();
    assert_eq!(action["StartTime"], (START / 1000 + 7200) as f64);
    assert_eq!(action["ScalableTargetAction"], json!({ "MinCapacity": 2 }));
    lab.ok(
        "PutScheduledAction",
        json!({ "ScheduledActionName": name, "Schedule": "rate(2 hours)" }),
    );
    let action = lab.described("DescribeScheduledActions", "ScheduledActions")[0].clone();
    assert!(
        action.get("StartTime").is_none() && action.get("EndTime").is_none(),
        "{action}"
    );
    assert_eq!(action["ScalableTargetAction"], json!({ "MinCapacity": 2 }));
    for wrong in [
        json!({ "ScheduledActionName": "other", "ScalableTargetAction": { "MinCapacity": 2 } }),
        json!({ "ScheduledActionName": "other", "Schedule": "rate(1 hour)" }),
        json!({ "ScheduledActionName": "night", "Schedule": "rate(1 fortnight)" }),
        json!({ "ScheduledActionName": "night", "Timezone": "US/Eastern" }),
        json!({ "ScheduledActionName": "night", "StartTime": 2000, "EndTime": 1000 }),
        json!({ "ScheduledActionName": "night", "ScalableTargetAction": { "MinCapacity": 3, "MaxCapacity": 2 } }),
    ] {
        assert_eq!(
            lab.code("PutScheduledAction", wrong.clone()),
            "ValidationException",
            "{wrong}"
        );
    }
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

#[test]
fn policies_are_checked() {
    let mut lab = Lab::new();
    lab.fleet(json!({}));
    let metric = json!({ "PredefinedMetricType": "AppStreamAverageCapacityUtilization" });
    let tracking = |target: f64, metric: &Value| {
        json!({
            "PolicyName": "use", "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": target, "PredefinedMetricSpecification": metric,
            },
        })
    };
    assert_eq!(
        lab.code("PutScalingPolicy", tracking(75.0, &metric)),
        "ObjectNotFoundException"
    );
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 1, "MaxCapacity": 3 }),
    );
    let other = json!({ "PredefinedMetricType": "ECSServiceAverageCPUUtilization" });
    for wrong in [
        tracking(0.0, &metric),
        tracking(101.0, &metric),
        tracking(75.0, &other),
        json!({ "PolicyName": "use", "PolicyType": "TargetTrackingScaling" }),
        json!({ "PolicyName": "use", "PolicyType": "PredictiveScaling" }),
        json!({
            "PolicyName": "use", "PolicyType": "StepScaling",
            "StepScalingPolicyConfiguration": { "AdjustmentType": "ChangeInCapacity", "StepAdjustments": [] },
        }),
    ] {
        assert_eq!(
            lab.code("PutScalingPolicy", wrong.clone()),
            "ValidationException",
            "{wrong}"
        );
    }
    let first = lab.ok("PutScalingPolicy", tracking(75.0, &metric));
    let again = lab.ok("PutScalingPolicy", tracking(60.0, &metric));
    assert_eq!(first["PolicyARN"], again["PolicyARN"]);
    let mut second = tracking(60.0, &metric);
    second["PolicyName"] = json!("twin");
    assert_eq!(lab.code("PutScalingPolicy", second), "ValidationException");
    lab.ok(
        "PutScalingPolicy",
        json!({
            "PolicyName": "steps", "PolicyType": "StepScaling",
            "StepScalingPolicyConfiguration": {
                "AdjustmentType": "ChangeInCapacity",
                "StepAdjustments": [{ "MetricIntervalLowerBound": 0.0, "ScalingAdjustment": 1 }],
            },
        }),
    );
    let policies = lab.described("DescribeScalingPolicies", "ScalingPolicies");
    assert_eq!(policies.as_array().map(Vec::len), Some(2));
    assert_eq!(
        policies[1]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"],
        60.0
    );
    lab.ok("DeleteScalingPolicy", json!({ "PolicyName": "use" }));
    assert_eq!(
        lab.code("DeleteScalingPolicy", json!({ "PolicyName": "use" })),
        "ObjectNotFoundException"
    );
}

#[test]
fn a_target_outlives_its_fleet_and_takes_policies_and_actions_with_it() {
    let mut lab = Lab::new();
    lab.fleet(json!({}));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 1, "MaxCapacity": 3 }),
    );
    lab.track(json!({}));
    lab.stream(
        "DisassociateFleet",
        json!({ "FleetName": "agents", "StackName": "agents" }),
    );
    lab.stream("DeleteFleet", json!({ "Name": "agents" }));
    assert_eq!(
        lab.described("DescribeScalableTargets", "ScalableTargets")
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(
        lab.code("RegisterScalableTarget", json!({})),
        "ValidationException"
    );
    lab.ok("DeregisterScalableTarget", json!({}));
    assert_eq!(
        lab.described("DescribeScalingPolicies", "ScalingPolicies"),
        json!([])
    );
    assert_eq!(
        lab.code("DeregisterScalableTarget", json!({})),
        "ObjectNotFoundException"
    );
}

#[test]
fn lists_come_in_pages_and_filters_belong_together() {
    let mut lab = Lab::new();
    lab.fleet(json!({}));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 1, "MaxCapacity": 3 }),
    );
    for number in 0..12 {
        lab.ok(
            "PutScheduledAction",
            json!({
                "ScheduledActionName": format!("action{number}"), "Schedule": "rate(1 day)",
                "ScalableTargetAction": { "MinCapacity": 1 },
            }),
        );
    }
    let first = lab.ok("DescribeScheduledActions", json!({ "MaxResults": 10 }));
    assert_eq!(first["ScheduledActions"].as_array().map(Vec::len), Some(10));
    let rest = lab.ok(
        "DescribeScheduledActions",
        json!({ "MaxResults": 10, "NextToken": first["NextToken"] }),
    );
    assert_eq!(rest["ScheduledActions"].as_array().map(Vec::len), Some(2));
    assert!(rest.get("NextToken").is_none());
    for (operation, wrong, code) in [
        (
            "DescribeScheduledActions",
            json!({ "MaxResults": 51 }),
            "ValidationException",
        ),
        (
            "DescribeScalingPolicies",
            json!({ "MaxResults": 11 }),
            "ValidationException",
        ),
        (
            "DescribeScalableTargets",
            json!({ "ResourceId": null }),
            "ValidationException",
        ),
        (
            "DescribeScheduledActions",
            json!({ "NextToken": "nonsense" }),
            "InvalidNextTokenException",
        ),
    ] {
        assert_eq!(lab.code(operation, wrong), code, "{operation}");
    }
    let one = lab.ok(
        "DescribeScheduledActions",
        json!({ "ScheduledActionNames": ["action3", "absent"] }),
    );
    assert_eq!(one["ScheduledActions"].as_array().map(Vec::len), Some(1));
}

#[test]
fn coins_decide_how_soon_a_role_and_a_target_are_known() {
    let bounds = json!({ "MinCapacity": 1, "MaxCapacity": 3 });
    let mut lab = Lab::quirky(Some("auto-scaling.role-propagates"));
    lab.fleet(json!({}));
    assert_eq!(
        lab.code("RegisterScalableTarget", bounds.clone()),
        "ValidationException"
    );
    lab.minutes(1);
    lab.ok("RegisterScalableTarget", bounds.clone());
    let mut lab = Lab::quirky(Some("auto-scaling.eventual"));
    lab.fleet(json!({}));
    lab.ok("RegisterScalableTarget", bounds.clone());
    assert_eq!(
        lab.code("DeregisterScalableTarget", json!({})),
        "ObjectNotFoundException"
    );
    lab.minutes(1);
    lab.ok("DeregisterScalableTarget", json!({}));
    let past = json!({
        "ScheduledActionName": "over", "Schedule": "at(2020-01-01T00:00:00)",
        "ScalableTargetAction": { "MinCapacity": 1 },
    });
    for (quirk, taken) in [(None, true), (Some("auto-scaling.past-schedule-refused"), false)] {
        let mut lab = Lab::quirky(quirk);
        lab.fleet(json!({}));
        lab.ok("RegisterScalableTarget", bounds.clone());
        assert_eq!(lab.scale("PutScheduledAction", past.clone()).is_ok(), taken);
    }
}
