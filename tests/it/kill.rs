//! Kill it anywhere: the process stops right before or right after the answer to each call of an apply, and the
//! next apply makes whole what the first one left, with nothing made twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use headset::aws::{CallHook, Gate};
use headset::sim::world::Settings;
use tokio::sync::Notify;

use crate::support::{Sandbox, example, on_virtual_time};

/// When the process stops.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
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

fn sandbox(name: &str) -> Sandbox {
    let (file, text) = example(name);
    Sandbox::new(&file, &text, Settings::default())
}

/// Applies until the process is killed at call `at`. Whether it came that far.
async fn killed_at(sandbox: &Sandbox, at: u64, mode: Mode) -> bool {
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

fn sweep(name: &str, mode: Mode) {
    let (straight, calls) = on_virtual_time(async {
        let sandbox = sandbox(name);
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty() && outcome.open.is_empty());
        (made(&sandbox), sandbox.simulator.call_log().len() as u64)
    });
    assert!(calls > 20, "an apply of {name} makes more than {calls} calls");
    for at in 1..=calls {
        on_virtual_time(async {
            let sandbox = sandbox(name);
            if !killed_at(&sandbox, at, mode).await {
                return;
            }
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{mode:?} {at}: {outcome:?}"
            );
            let plan = sandbox.plan().await;
            assert!(
                plan.is_empty(),
                "{mode:?} {at}\n{}",
                headset::report::plan_view::human(&plan)
            );
            assert_eq!(
                made(&sandbox),
                straight,
                "{mode:?} {at}: something was made twice"
            );
        });
    }
}

#[test]
fn minimal_killed_before_each_call() {
    sweep("minimal.yaml", Mode::BeforeTheCall);
}

#[test]
fn minimal_killed_after_the_effect_of_each_call() {
    sweep("minimal.yaml", Mode::AfterItsEffect);
}

#[test]
fn split_ccp_killed_before_each_call() {
    sweep("split-ccp.yaml", Mode::BeforeTheCall);
}

#[test]
fn split_ccp_killed_after_the_effect_of_each_call() {
    sweep("split-ccp.yaml", Mode::AfterItsEffect);
}
