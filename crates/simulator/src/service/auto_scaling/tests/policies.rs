//! What a scaling policy may consist of.

use serde_json::{Value, json};

use super::Lab;

/// A lab with a registered fleet.
fn lab() -> Lab {
    let mut lab = Lab::new();
    lab.fleet(json!({}));
    lab.ok(
        "RegisterScalableTarget",
        json!({ "MinCapacity": 1, "MaxCapacity": 3 }),
    );
    lab
}

fn taken(lab: &mut Lab, policy: &Value) -> bool {
    match lab.scale("PutScalingPolicy", policy.clone()) {
        Ok(_) => true,
        Err(fault) => {
            assert_eq!(fault.code, "ValidationException", "{policy}");
            false
        }
    }
}

#[test]
fn steps_are_one_range_that_ends_nowhere_beyond_the_threshold() {
    let mut lab = lab();
    let open = None;
    type Range = (Option<f64>, Option<f64>);
    let cases: &[(&[Range], bool)] = &[
        (&[(Some(0.0), open)], true),
        (&[(open, Some(0.0))], true),
        (
            &[(Some(3.0), open), (Some(0.0), Some(1.0)), (Some(1.0), Some(3.0))],
            true,
        ),
        (
            &[
                (open, Some(-3.0)),
                (Some(-3.0), Some(-1.0)),
                (Some(-1.0), Some(0.0)),
            ],
            true,
        ),
        (&[(open, Some(0.0)), (Some(0.0), open)], true),
        // Neither bound; a gap; an overlap; two that are open below or above; the wrong way round.
        (&[(open, open)], false),
        (&[(Some(0.0), Some(1.0)), (Some(2.0), open)], false),
        (&[(Some(0.0), Some(2.0)), (Some(1.0), open)], false),
        (&[(Some(0.0), open), (Some(5.0), open)], false),
        (&[(open, Some(0.0)), (open, Some(-5.0))], false),
        (&[(Some(1.0), Some(0.0))], false),
        // An end above or below the threshold.
        (&[(Some(0.0), Some(10.0))], false),
        (&[(Some(-10.0), Some(0.0))], false),
    ];
    for (ranges, valid) in cases {
        let steps: Vec<Value> = ranges
            .iter()
            .map(|(lower, upper)| {
                json!({
                    "MetricIntervalLowerBound": lower, "MetricIntervalUpperBound": upper, "ScalingAdjustment": 1,
                })
            })
            .collect();
        let policy = json!({
            "PolicyName": "steps", "PolicyType": "StepScaling",
            "StepScalingPolicyConfiguration": { "AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps },
        });
        assert_eq!(taken(&mut lab, &policy), *valid, "{ranges:?}");
    }
    for (kind, valid) in [("ExactCapacity", false), ("ChangeInCapacity", true)] {
        let policy = json!({
            "PolicyName": "less", "PolicyType": "StepScaling",
            "StepScalingPolicyConfiguration": {
                "AdjustmentType": kind,
                "StepAdjustments": [{ "MetricIntervalUpperBound": 0.0, "ScalingAdjustment": -1 }],
            },
        });
        assert_eq!(taken(&mut lab, &policy), valid, "{kind}");
    }
}

#[test]
fn a_customized_metric_is_one_by_name_or_several_to_calculate_with() {
    let mut lab = lab();
    let single = json!({ "MetricName": "Waiting", "Namespace": "Acme", "Statistic": "Average" });
    let stat = |id: &str| {
        json!({
            "Id": id, "ReturnData": false,
            "MetricStat": { "Metric": { "MetricName": id, "Namespace": "Acme" }, "Stat": "Sum" },
        })
    };
    let ratio = json!({ "Id": "ratio", "Expression": "used / there" });
    let mut both = single.clone();
    both["Metrics"] = json!([ratio]);
    let mut doubled = ratio.clone();
    doubled["MetricStat"] = stat("used")["MetricStat"].clone();
    let mut silent = ratio.clone();
    silent["ReturnData"] = json!(false);
    for (metric, valid) in [
        (single, true),
        (json!({ "Metrics": [stat("used"), stat("there"), ratio] }), true),
        (json!({ "MetricName": "Waiting", "Namespace": "Acme" }), false),
        (both, false),
        (json!({ "Metrics": [stat("used"), stat("used"), ratio] }), false),
        (json!({ "Metrics": [stat("Used"), ratio] }), false),
        (json!({ "Metrics": [doubled] }), false),
        (json!({ "Metrics": [{ "Id": "nothing" }] }), false),
        (json!({ "Metrics": [stat("used"), silent] }), false),
        (
            json!({ "Metrics": [ratio, { "Id": "other", "Expression": "1" }] }),
            false,
        ),
    ] {
        let policy = json!({
            "PolicyName": "own", "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": 5.0, "CustomizedMetricSpecification": metric,
            },
        });
        assert_eq!(taken(&mut lab, &policy), valid, "{metric}");
    }
}
