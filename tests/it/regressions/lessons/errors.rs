//! Errors: what is denied is not absent, what is throttled is not over, what is transient is tried again.

use std::collections::BTreeSet;

use headset_engine::plan::Action;
use serde_json::json;

use super::{applies, assessed, inject, only_reads, shown, succeeded};
use crate::support::{effort, examples, on_virtual_time, ready_for, seeds};
use headset_simulator::world::Settings;

/// Lesson 35 (vam PR 12): access denied was taken for "not there", and a second one was made. Each operation by which
/// Headset looks is denied in turn, for each example: what cannot be seen is unknown, and nothing is made, replaced
/// or deleted because of it.
#[test]
fn what_may_not_be_looked_at_is_neither_made_nor_deleted() {
    for name in examples() {
        let looks: BTreeSet<(String, String)> = on_virtual_time(async {
            let sandbox = ready_for(&name, Settings::default()).await;
            succeeded(&sandbox.apply(None).await, &name);
            let since = sandbox.simulator.call_log().len();
            drop(sandbox.plan().await);
            let log = sandbox.simulator.call_log();
            let looks = log
                .into_iter()
                .skip(since)
                .map(|call| (call.service, call.operation));
            looks.filter(|(_, operation)| only_reads(operation)).collect()
        });
        assert!(looks.len() > 5, "{name}: {looks:?}");
        on_virtual_time(async {
            let sandbox = ready_for(&name, Settings::default()).await;
            succeeded(&sandbox.apply(None).await, &name);
            for (service, operation) in looks.into_iter().step_by(effort::of(3, 1)) {
                for code in ["AccessDeniedException", "AccessDenied"] {
                    sandbox.simulator.reseed(0);
                    inject(
                        &sandbox,
                        json!({ "service": service, "operation": operation, "kind": "error", "code": code,
                                "status": 403, "times": 100_000 }),
                    );
                    let plan = assessed(&sandbox).await.plan;
                    for step in plan.steps.values() {
                        assert!(
                            matches!(step.action, Action::Keep | Action::Read | Action::Unknown { .. }),
                            "{name}, {service}.{operation}, {code}: {}\n{}",
                            step.address,
                            shown(&plan)
                        );
                    }
                }
            }
            sandbox.simulator.reseed(0);
            super::is_empty(&sandbox, "allowed again").await;
        });
    }
}

/// Lesson 49 (tf#6096, tf#5822, tf#1051, tfaws#42484, cfn#573, cdk#18750, aws-cloudformation/rain#242): a 429 was fatal,
/// and Identity Center's throttling came out as "Internal Failure".
#[test]
fn a_throttled_call_is_a_delay() {
    for (code, status) in [
        ("ThrottlingException", 400),
        ("ThrottlingException", 429),
        ("TooManyRequestsException", 429),
        ("Throttling", 400),
        ("SlowDown", 503),
        ("RequestLimitExceeded", 400),
        ("InternalFailure", 500),
        ("ServiceUnavailable", 503),
    ] {
        for seed in seeds().into_iter().take(3) {
            on_virtual_time(async {
                let sandbox = ready_for("minimal.yaml", Settings::default()).await;
                sandbox.simulator.reseed(seed);
                inject(
                    &sandbox,
                    json!({ "kind": "error", "code": code, "status": status, "percent": 15 }),
                );
                succeeded(&sandbox.apply(None).await, &format!("{code}, seed {seed}"));
                sandbox.simulator.reseed(seed);
                applies(&sandbox, code).await;
            });
        }
    }
}
