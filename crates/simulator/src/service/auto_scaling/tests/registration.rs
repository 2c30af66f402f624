//! What can be registered, put, described and removed.

use serde_json::{Value, json};

use super::{Lab, START};

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
    second["PolicyName"] = json!("duplicate");
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

#[test]
fn a_policy_may_have_to_wait_for_the_role() {
    let policy = json!({
        "PolicyName": "follow", "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": { "TargetValue": 75.0, "PredefinedMetricSpecification": {
            "PredefinedMetricType": "AppStreamAverageCapacityUtilization" } },
    });
    let mut lab = Lab::quirky(Some("auto-scaling.policy-needs-role"));
    lab.fleet(json!({}));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 1, "MaxCapacity": 4 }),
    );
    assert_eq!(
        lab.code("PutScalingPolicy", policy.clone()),
        "FailedResourceAccessException"
    );
    lab.minutes(1);
    lab.ok("PutScalingPolicy", policy);
}

#[test]
fn a_target_may_go_with_its_fleet() {
    for (mut lab, left) in [
        (Lab::new(), 1),
        (Lab::quirky(Some("auto-scaling.target-goes-with-fleet")), 0),
    ] {
        lab.fleet(json!({}));
        lab.ok(
            "RegisterScalableTarget",
            json!({ "MinCapacity": 1, "MaxCapacity": 4 }),
        );
        lab.stream(
            "DisassociateFleet",
            json!({ "FleetName": "agents", "StackName": "agents" }),
        );
        lab.minutes(1);
        lab.stream("DeleteFleet", json!({ "Name": "agents" }));
        let targets = lab.described("DescribeScalableTargets", "ScalableTargets");
        assert_eq!(targets.as_array().map(Vec::len), Some(left));
    }
}
