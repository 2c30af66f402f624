//! `apply --wait-for-sessions`: what would cut sessions off waits for their end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use headset_aws::{CallHook, Gate};
use headset_engine::plan::guard::Allowed;
use headset_simulator::world::Settings;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::attempt::{Asked, Attempt};
use crate::support::desk::{APPLY, Desk, open_session};
use crate::support::{example, on_virtual_time, ready_for};

/// A change that needs a stopped fleet.
const LARGER: [&str; 2] = ["--set", "appstream.fleets.agents.instance=stream.standard.large"];

/// An environment with an agent on its fleet.
fn in_use() -> Desk {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    open_session(&desk);
    desk
}

/// What AppStream remembers, below its places.
fn appstream(desk: &Desk) -> Value {
    let saved = desk.saved();
    let places = saved["world"]["appstream"]["places"].as_object().unwrap();
    let mut used = places.values().filter(|place| place["sessions"] != json!([]));
    used.next().cloned().unwrap()
}

/// When the open session ends by itself.
fn expires(desk: &Desk) -> u64 {
    let session = &appstream(desk)["sessions"][0];
    assert_eq!(session["ended"], Value::Null, "{session}");
    session["expires"].as_u64().unwrap()
}

/// The simulated time.
fn now(desk: &Desk) -> u64 {
    desk.saved()["now"].as_u64().unwrap()
}

#[test]
fn a_stop_waits_until_the_last_session_has_ended() {
    let desk = in_use();
    let expires = expires(&desk);
    let change = [&APPLY[..], &LARGER].concat();
    let refused = desk.run(&change);
    assert_eq!(refused.code, Some(5), "{}", refused.talk);
    assert!(refused.talk.contains("--wait-for-sessions"), "{}", refused.talk);
    let plan = [
        &["plan", "center.yaml", "--sim", "--wait-for-sessions", "3d"][..],
        &LARGER,
    ]
    .concat();
    desk.ok(&plan);
    let said = desk.ok(&[&change[..], &["--wait-for-sessions", "3d"]].concat());
    assert!(
        said.talk
            .contains("appstream.fleet/agents waits until 1 open session has ended, until "),
        "{}",
        said.talk
    );
    assert!(now(&desk) >= expires, "it was not cut off");
    desk.ok(&[
        &["plan", "center.yaml", "--sim", "--detailed-exitcode"][..],
        &LARGER,
    ]
    .concat());
}

#[test]
fn what_is_still_in_use_when_the_time_is_over_stays_as_it_was() {
    let desk = in_use();
    let change = [&APPLY[..], &LARGER, &["--wait-for-sessions", "30m"]].concat();
    let before = appstream(&desk)["fleets"].clone();
    let said = desk.run(&[&change[..], &["--json"]].concat());
    assert_eq!(said.code, Some(1), "{}", said.talk);
    let events: Vec<Value> = said
        .data
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let waits = events
        .iter()
        .filter(|event| event["event"] == "waiting-for-sessions");
    let waits: Vec<&Value> = waits.collect();
    assert_eq!(waits.len(), 1, "{events:#?}");
    assert_eq!(waits[0]["open"], 1);
    let failed = events.iter().find(|event| event["event"] == "failed").unwrap();
    assert_eq!(
        failed["failure"],
        json!({ "id": "sessions-stay", "open": 1, "seconds": 1800 })
    );
    assert!(
        failed["error"]
            .as_str()
            .unwrap()
            .contains("1 session is still open after 30m00s")
    );
    let expires = expires(&desk);
    assert_eq!(appstream(&desk)["fleets"], before);
    // With both, it is cut off once its time is over.
    let said = desk.ok(&[&change[..], &["--allow-disruption"]].concat());
    assert!(said.talk.contains("waits until 1 open session"), "{}", said.talk);
    assert!(now(&desk) < expires, "it was cut off");
}

#[test]
fn what_is_deleted_waits_as_well() {
    let desk = in_use();
    let expires = expires(&desk);
    let replace = ["--replace", "appstream.fleet/agents", "--wait-for-sessions", "3d"];
    let said = desk.ok(&[&APPLY[..], &replace].concat());
    assert!(said.talk.contains("waits until 1 open session"), "{}", said.talk);
    assert!(now(&desk) >= expires, "it was not cut off");
    open_session(&desk);
    let destroy = [
        "destroy",
        "center.yaml",
        "--sim",
        "--yes",
        "--wait-for-sessions",
        "30m",
    ];
    let said = desk.run(&destroy);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(said.talk.contains("still open after 30m00s"), "{}", said.talk);
    assert!(self::expires(&desk) > now(&desk), "it goes on");
}

#[test]
fn a_saved_plan_keeps_the_wait() {
    let desk = in_use();
    let expires = expires(&desk);
    let plan = [
        "plan",
        "center.yaml",
        "--sim",
        "--wait-for-sessions",
        "3d",
        "--out",
        "p.plan",
    ];
    desk.ok(&[&plan[..], &LARGER].concat());
    let said = desk.run(&["apply", "p.plan", "--sim", "--wait-for-sessions", "1h"]);
    assert_eq!(said.code, Some(64), "{}", said.talk);
    desk.ok(&["apply", "p.plan", "--sim"]);
    assert!(now(&desk) >= expires, "it was not cut off");
}

/// Asks a run to stop at one of its looks at fleets.
#[derive(Debug)]
struct Impatient {
    looks: AtomicUsize,
    cancel: CancellationToken,
}

impl CallHook for Impatient {
    fn before(&self, _sequence: u64, _service: &str, operation: &str) -> Gate {
        if operation == "DescribeFleets" && self.looks.fetch_add(1, Ordering::Relaxed) == 12 {
            self.cancel.cancel();
        }
        Gate::Pass
    }

    fn after(&self, _sequence: u64, _service: &str, _operation: &str) -> Gate {
        Gate::Pass
    }
}

#[test]
fn who_stops_the_wait_stops_nothing_else() {
    on_virtual_time(async {
        let mut sandbox = ready_for("split-ccp.yaml", Settings::default()).await;
        sandbox.apply(None).await;
        sandbox.simulator.skip(Duration::from_secs(1800));
        let session = json!({
            "stack": "acme-support-agents", "fleet": "acme-support-agents", "user": "agent1@example.com",
        });
        sandbox
            .simulator
            .with_world(|world, now| {
                headset_simulator::console::act(world, "image-builder/sessions/open", &session, now)
            })
            .unwrap();
        let (_, text) = example("split-ccp.yaml");
        let instance = "      instance: stream.standard.medium";
        assert!(text.contains(instance), "{text}");
        sandbox.rewrite(&text.replace(instance, "      instance: stream.standard.large"));
        let cancel = CancellationToken::new();
        let calls = sandbox.simulator.call_log().len();
        let hook = Impatient {
            looks: AtomicUsize::new(0),
            cancel: cancel.clone(),
        };
        let attempt = sandbox
            .attempt(Asked {
                hook: Some(Box::new(hook)),
                allowed: Allowed {
                    wait_for_sessions: Some(Duration::from_secs(86_400)),
                    ..Allowed::losing_all(false)
                },
                cancel,
                ..Asked::default()
            })
            .await;
        let Attempt::Ran(outcome) = attempt else {
            panic!("it was not carried out");
        };
        assert!(outcome.interrupted && outcome.failed.is_empty(), "{outcome:?}");
        let log = sandbox.simulator.call_log().split_off(calls);
        assert!(!log.iter().any(|call| call.operation == "StopFleet"));
        assert!(sandbox.apply(None).await.is_done());
        assert!(sandbox.plan().await.is_empty());
    });
}
