//! Kill it anywhere: the process stops right before or right after the answer to each call of an apply, and the
//! next apply makes whole what the first one left, with nothing made twice.
//!
//! A run kills at some of those calls, spread over the whole apply and drawn anew each time by a seed that a failure names.
//! `HEADSET_KILLS=all cargo test kill_sweeps` kills at every one, `HEADSET_KILLS=SEED` at those of a seed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use headset_aws::{CallHook, Gate};
use headset_simulator::world::Settings;
use tokio::sync::Notify;

use crate::support::fixtures::{CENTER, with};
use crate::support::{Sandbox, effort, on_virtual_time, ready_for};

/// When the process stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    BeforeTheCall,
    AfterItsEffect,
}

#[derive(Debug)]
struct Killer {
    at: u64,
    mode: Mode,
    killed: Arc<Notify>,
}

impl Killer {
    fn gate(&self, sequence: u64, mode: Mode) -> Gate {
        if sequence == self.at && mode == self.mode {
            self.killed.notify_one();
        }
        // From that call on nothing gets through: the process is dead.
        let dead = sequence > self.at
            || (sequence == self.at && (mode == self.mode || self.mode == Mode::BeforeTheCall));
        if dead { Gate::Hold } else { Gate::Pass }
    }
}

impl CallHook for Killer {
    fn before(&self, sequence: u64, _service: &str, _operation: &str) -> Gate {
        self.gate(sequence, Mode::BeforeTheCall)
    }

    fn after(&self, sequence: u64, _service: &str, _operation: &str) -> Gate {
        self.gate(sequence, Mode::AfterItsEffect)
    }
}

/// How many calls of each kind that makes something took effect, minus those that took something away.
fn made(sandbox: &Sandbox) -> BTreeMap<String, i64> {
    let mut made = BTreeMap::new();
    for call in sandbox.simulator.call_log() {
        if call.status >= 300 {
            continue;
        }
        for (verb, count) in [("Create", 1), ("Delete", -1)] {
            if let Some(noun) = call.operation.strip_prefix(verb)
                && !noun.contains("StreamingURL")
            {
                *made.entry(format!("{}:{noun}", call.service)).or_insert(0) += count;
            }
        }
    }
    made
}

/// Applies until the process is killed at call `at`. Whether it came that far.
pub(crate) async fn killed_at(sandbox: &Sandbox, at: u64, mode: Mode) -> bool {
    killed(at, mode, |hook| sandbox.apply(Some(hook))).await
}

/// Works until the process is killed at call `at`. Whether it came that far.
pub(crate) async fn killed<T, W: Future<Output = T>>(
    at: u64,
    mode: Mode,
    work: impl FnOnce(Box<dyn CallHook>) -> W,
) -> bool {
    let killed = Arc::new(Notify::new());
    let hook = Killer {
        at,
        mode,
        killed: killed.clone(),
    };
    tokio::select! {
        biased;
        () = killed.notified() => true,
        _ = work(Box::new(hook)) => false,
    }
}

/// At how many calls of one apply a run kills that is not asked for all of them.
fn drawn() -> usize {
    effort::drawn(8, 32)
}

/// Where a run kills, and how to kill there again.
pub(crate) struct Points {
    /// The numbers of the calls.
    pub(crate) calls: Vec<u64>,
    /// What to set in the environment for the same numbers.
    pub(crate) again: String,
}

/// Of these calls all that are asked for: one of each of [`drawn`] parts of the whole, or every one.
pub(crate) fn points(all: impl Iterator<Item = u64>) -> Points {
    let all: Vec<u64> = all.collect();
    let asked = std::env::var("HEADSET_KILLS").ok();
    if asked.as_deref() == Some("all") || all.len() <= drawn() {
        return Points {
            calls: all,
            again: "HEADSET_KILLS=all".to_owned(),
        };
    }
    let seed = match asked {
        Some(seed) => seed.parse().expect("HEADSET_KILLS is `all` or a number"),
        None => fastrand::u64(..),
    };
    let mut random = fastrand::Rng::with_seed(seed);
    let drawn = drawn();
    let part = |number: usize| number * all.len() / drawn;
    Points {
        calls: (0..drawn)
            .map(|number| all[random.usize(part(number)..part(number + 1))])
            .collect(),
        again: format!("HEADSET_KILLS={seed}"),
    }
}

#[test]
fn what_is_drawn_is_spread_over_the_whole() {
    // So that all parts have the same length.
    let part = 30;
    let drawn = points(1..=part * self::drawn() as u64);
    let parts: Vec<u64> = drawn.calls.iter().map(|call| (call - 1) / part).collect();
    assert_eq!(
        parts,
        (0..self::drawn() as u64).collect::<Vec<u64>>(),
        "{}",
        drawn.again
    );
    assert_eq!(points(1..=8).calls, (1..=8).collect::<Vec<u64>>());
}

/// The machine dies at some of the calls, those to the store of its state among them, and another one goes on once its
/// lease is over: with nothing but what is in the bucket.
#[test]
fn another_machine_goes_on_where_one_has_died() {
    let shared = async || {
        let mut sandbox = ready_for("split-ccp.yaml", Settings::default()).await;
        sandbox.share().await;
        sandbox
    };
    let made = |sandbox: &Sandbox| {
        let mut made = made(sandbox);
        // The object that probes the bucket for conditions may be deleted by both.
        made.remove("s3:Object");
        made
    };
    let (straight, calls) = on_virtual_time(async {
        let sandbox = shared().await;
        let before = sandbox.simulator.call_log().len();
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty() && outcome.open.is_empty());
        (
            made(&sandbox),
            (sandbox.simulator.call_log().len() - before) as u64,
        )
    });
    for mode in [Mode::BeforeTheCall, Mode::AfterItsEffect] {
        let points = points(1..=calls);
        for at in points.calls {
            on_virtual_time(async {
                let sandbox = shared().await;
                if !killed_at(&sandbox, at, mode).await {
                    return;
                }
                sandbox.on_another_machine();
                let outcome = sandbox.apply(None).await;
                let about = format!("{mode:?} {at}, {}", points.again);
                assert!(
                    outcome.failed.is_empty() && outcome.open.is_empty(),
                    "{about}: {outcome:?}"
                );
                assert!(sandbox.plan().await.is_empty(), "{about}");
                assert_eq!(made(&sandbox), straight, "{about}");
            });
        }
    }
}

/// Every `stride`th call; the first one is another for each mode.
fn sweep(name: &str, mode: Mode, stride: usize) {
    let (straight, calls) = on_virtual_time(async {
        let sandbox = ready_for(name, Settings::default()).await;
        let before = sandbox.simulator.call_log().len();
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty() && outcome.open.is_empty());
        (
            made(&sandbox),
            (sandbox.simulator.call_log().len() - before) as u64,
        )
    });
    assert!(calls > 20, "an apply of {name} makes more than {calls} calls");
    let first = match mode {
        Mode::BeforeTheCall => 1,
        Mode::AfterItsEffect => 1 + stride as u64 / 2,
    };
    let points = points((first..=calls).step_by(stride));
    let again = &points.again;
    for at in points.calls {
        on_virtual_time(async {
            let sandbox = ready_for(name, Settings::default()).await;
            if !killed_at(&sandbox, at, mode).await {
                return;
            }
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{name} {mode:?} {at}, {again}: {outcome:?}"
            );
            let plan = sandbox.plan().await;
            assert!(
                plan.is_empty(),
                "{name} {mode:?} {at}, {again}\n{}",
                headset::report::plan_view::human(&plan)
            );
            assert_eq!(
                made(&sandbox),
                straight,
                "{name} {mode:?} {at}, {again}: something was made twice"
            );
        });
    }
}

#[test]
fn minimal_killed_before_each_call() {
    sweep("minimal.yaml", Mode::BeforeTheCall, 1);
}

#[test]
fn minimal_killed_after_the_effect_of_each_call() {
    sweep("minimal.yaml", Mode::AfterItsEffect, 1);
}

#[test]
fn split_ccp_killed_before_each_call() {
    sweep("split-ccp.yaml", Mode::BeforeTheCall, 1);
}

#[test]
fn split_ccp_killed_after_the_effect_of_each_call() {
    sweep("split-ccp.yaml", Mode::AfterItsEffect, 1);
}

#[test]
fn secure_ccp_killed_before_every_fifth_call() {
    sweep("secure-ccp.yaml", Mode::BeforeTheCall, 5);
}

#[test]
fn secure_ccp_killed_after_the_effect_of_every_fifth_call() {
    sweep("secure-ccp.yaml", Mode::AfterItsEffect, 5);
}

#[test]
fn ephemeral_killed_before_every_fifth_call() {
    sweep("ephemeral.yaml", Mode::BeforeTheCall, 5);
}

#[test]
fn ephemeral_killed_after_the_effect_of_every_fifth_call() {
    sweep("ephemeral.yaml", Mode::AfterItsEffect, 5);
}

#[test]
fn enterprise_killed_before_every_ninth_call() {
    sweep("enterprise.yaml", Mode::BeforeTheCall, 9);
}

#[test]
fn enterprise_killed_after_the_effect_of_every_ninth_call() {
    sweep("enterprise.yaml", Mode::AfterItsEffect, 9);
}

/// An instance was made by a run that died, others have deleted it, and the blueprint has changed since: AWS refuses the token
/// of the first call with other parameters.
#[test]
fn a_creation_that_was_cut_off_is_another_call_once_it_asks_for_something_else() {
    on_virtual_time(async {
        let center = |text: &str| Sandbox::new("center.yaml", text, Settings::default());
        let straight = center(CENTER);
        straight.apply(None).await;
        let log = straight.simulator.call_log();
        let create = log
            .iter()
            .position(|call| call.operation == "CreateInstance")
            .unwrap();
        let mut sandbox = center(CENTER);
        assert!(killed_at(&sandbox, create as u64 + 1, Mode::AfterItsEffect).await);
        sandbox.simulator.skip(Duration::from_secs(3600));
        let delete = serde_json::json!({ "kind": "delete", "resource": "connect.instance", "seconds": 0 });
        sandbox.simulator.inject(serde_json::from_value(delete).unwrap());
        sandbox.simulator.with_world(|_, _| ());
        sandbox.simulator.skip(Duration::from_secs(3600));
        let tags = (
            "  alias: acme-center\n",
            "  alias: acme-center\n  tags: { cost: \"42\" }\n",
        );
        sandbox.rewrite(&with(CENTER, &[tags]));
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}");
        assert!(sandbox.plan().await.is_empty());
    });
}
