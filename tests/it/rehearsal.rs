//! Rehearsals: what Headset does while AWS is slow, refuses, gets stuck, and while somebody else is at work.

use headset::plan::Plan;
use headset::sim::simulator::{Latency, SimOptions};

use crate::support::{Sandbox, examples, on_virtual_time, ready_in};

/// A cloud that enforces AWS's rates.
fn throttled() -> SimOptions {
    SimOptions {
        throttle: true,
        latency: Latency::Aws,
        ..SimOptions::default()
    }
}

fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

/// The operations that were refused because they came too fast, in order.
fn refused_for_speed(sandbox: &Sandbox) -> Vec<String> {
    let codes = [
        "TooManyRequestsException",
        "ThrottlingException",
        "Throttling",
        "SlowDown",
        "RequestLimitExceededException",
    ];
    sandbox
        .simulator
        .call_log()
        .into_iter()
        .filter(|call| call.code.as_deref().is_some_and(|code| codes.contains(&code)))
        .map(|call| format!("{}:{}", call.service, call.operation))
        .collect()
}

#[test]
fn headset_s_own_budget_stays_below_the_rates_of_aws() {
    for name in examples() {
        on_virtual_time(async {
            let sandbox = ready_in(&name, throttled()).await;
            let before = refused_for_speed(&sandbox).len();
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{name}: {outcome:?}"
            );
            let refused = refused_for_speed(&sandbox);
            eprintln!(
                "{name}: {} of the apply's calls came too fast {refused:?}",
                refused.len() - before
            );
            assert!(refused.len() - before <= 2, "{name}: {refused:?}");
            let plan = sandbox.plan().await;
            assert!(plan.is_empty(), "{name}\n{}", shown(&plan));
        });
    }
}
