//! Kill it anywhere: the process stops right before or right after the answer to each call of an apply, and the
//! next apply makes whole what the first one left, with nothing made twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use headset::aws::{CallHook, Gate};
use headset_simulator::world::Settings;
use tokio::sync::Notify;

use crate::support::{Sandbox, on_virtual_time, ready_for};

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
    let killed = Arc::new(Notify::new());
    let hook = Killer {
        at,
        mode,
        killed: killed.clone(),
    };
    tokio::select! {
        biased;
        () = killed.notified() => true,
        _ = sandbox.apply(Some(Box::new(hook))) => false,
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
    for at in (first..=calls).step_by(stride) {
        on_virtual_time(async {
            let sandbox = ready_for(name, Settings::default()).await;
            if !killed_at(&sandbox, at, mode).await {
                return;
            }
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{name} {mode:?} {at}: {outcome:?}"
            );
            let plan = sandbox.plan().await;
            assert!(
                plan.is_empty(),
                "{name} {mode:?} {at}\n{}",
                headset::report::plan_view::human(&plan)
            );
            assert_eq!(
                made(&sandbox),
                straight,
                "{name} {mode:?} {at}: something was made twice"
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
