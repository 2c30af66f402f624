//! A run that dies at any of its calls, and the run after it: an apply, an update that stops a fleet, the rollout of an image
//! and a way down; before a call is sent, and after its effect but before the answer; with state on this machine, and in a
//! shared store where another machine goes on.
//!
//! After the next run everything is as after one run that nothing disturbed: the same things in the same settings, nothing made
//! twice, nothing left, each with the origin that it would have had, by few more calls.
//!
//! By default a few points are drawn for each example; with `HEADSET_TESTS=all` more, most of them for `split-ccp.yaml`.
//! `HEADSET_KILLS=all cargo test crash_sweeps` tries every one, which takes an hour or more, in both
//! stores and both modes, with the quirks of `HEADSET_QUIRKS`; `HEADSET_KILLS=SEED` draws those of a seed again.

use std::collections::BTreeMap;

use headset_aws::CallHook;
use headset_engine::apply::Outcome;
use headset_engine::state::Origin;
use headset_simulator::CallRecord;
use headset_simulator::world::Settings;
use serde_json::Value;

use super::kill_sweeps::{Mode, killed, points};
use crate::support::{Frozen, Sandbox, effort, example, on_virtual_time, one_seed, ready_for};

/// What a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Makes everything.
    Apply,
    /// Changes what takes a stop of a fleet, and a user.
    Update,
    /// Captures another image, and moves a fleet to it.
    Rollout,
    /// Takes everything down.
    Destroy,
}

/// Where state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Store {
    Local,
    Shared,
}

/// A passage, and what takes its place.
type Edit = (&'static str, &'static str);

/// What each example changes: for an update, and for the rollout of an image where it captures one.
const EDITS: &[(&str, Edit, Option<Edit>)] = &[
    ("minimal.yaml", ("last: One", "last: Uno"), None),
    (
        "split-ccp.yaml",
        ("timeouts: { session: 12h", "timeouts: { session: 11h"),
        Some(("browser: chrome", "browser: edge")),
    ),
    (
        "secure-ccp.yaml",
        ("timeouts: { session: 10h", "timeouts: { session: 9h"),
        Some(("browser: chrome", "browser: edge")),
    ),
    (
        "ephemeral.yaml",
        ("view: desktop }", "view: desktop, timeouts: { session: 5h } }"),
        None,
    ),
    (
        "enterprise.yaml",
        ("timeouts: { session: 10h", "timeouts: { session: 9h"),
        Some(("browser: edge", "browser: chrome")),
    ),
    (
        "enterprise-entra.yaml",
        (
            "sign_in:\n",
            "appstream: { fleets: { agents: { timeouts: { session: 9h } } } }\n\nsign_in:\n",
        ),
        Some((
            "sign_in:\n",
            "appstream: { images: { desktop: { browser: chrome } } }\n\nsign_in:\n",
        )),
    ),
];

#[test]
fn every_example_is_swept() {
    let mut swept: Vec<&str> = EDITS.iter().map(|(name, ..)| *name).collect();
    swept.sort_unstable();
    assert_eq!(swept, crate::support::examples());
}

/// Carries the work out.
async fn carry_out(sandbox: &Sandbox, work: Work, hook: Option<Box<dyn CallHook>>) -> Outcome {
    match work {
        Work::Destroy => sandbox.destroy(hook).await,
        Work::Apply | Work::Update | Work::Rollout => sandbox.apply(hook).await,
    }
}

/// An example right before the work.
async fn prepared(name: &str, work: Work, store: Store, quirks: u64) -> Frozen {
    let settings = Settings {
        quirks,
        ..Settings::default()
    };
    let mut sandbox = ready_for(name, settings).await;
    if store == Store::Shared {
        sandbox.share().await;
    }
    if work != Work::Apply {
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{name}: {outcome:?}");
    }
    let (_, update, rollout) = EDITS.iter().find(|(one, ..)| *one == name).unwrap();
    let edit = match work {
        Work::Update => Some(*update),
        Work::Rollout => *rollout,
        Work::Apply | Work::Destroy => None,
    };
    if let Some((from, to)) = edit {
        let (file, text) = example(name);
        assert!(text.contains(from), "{name}: {from}");
        sandbox.rewrite_at(&file, &text.replace(from, to));
    }
    sandbox.freeze()
}

/// How everything is in the end.
#[derive(Debug, PartialEq)]
struct End {
    /// The cloud, without ids and times.
    cloud: Vec<String>,
    /// How each thing came into state.
    origins: BTreeMap<String, Origin>,
}

impl End {
    fn of(sandbox: &Sandbox) -> End {
        // Instances arrive a while after their fleet, wherever the run was cut off.
        sandbox.simulator.skip(std::time::Duration::from_secs(7200));
        sandbox.simulator.with_world(|_, _| ());
        let mut world = sandbox.simulator.snapshot()["world"].take();
        // How many ids were given out, and who was signed in.
        for name in ["issued", "sts", "settings"] {
            world.as_object_mut().unwrap().remove(name);
        }
        let mut cloud = Vec::new();
        flatten(&world, "", &mut cloud);
        // What the shared store keeps is not what was made.
        cloud.retain(|line| !line.contains("/acme.state/"));
        // What follows from times and ids, how often auto scaling has looked, and what was changed so lately that the next
        // change may be refused.
        let passing = ["/checksums/", "/watch/", "/changed/"];
        cloud.retain(|line| !passing.iter().any(|part| line.contains(part)));
        cloud.sort();
        let state = sandbox.state();
        let origins = state
            .resources
            .iter()
            .map(|(address, record)| (address.to_string(), record.origin))
            .collect();
        End { cloud, origins }
    }

    /// What differs, for a person.
    fn difference(&self, straight: &End) -> String {
        let without = |these: &[String], those: &[String]| -> Vec<String> {
            let mut those = those.to_vec();
            let mut rest = Vec::new();
            for line in these {
                match those.iter().position(|other| other == line) {
                    Some(at) => drop(those.swap_remove(at)),
                    None => rest.push(line.clone()),
                }
            }
            rest
        };
        let more = without(&self.cloud, &straight.cloud);
        let less = without(&straight.cloud, &self.cloud);
        let origins = match self.origins == straight.origins {
            true => String::new(),
            false => format!("origins {:#?} and not {:#?}", self.origins, straight.origins),
        };
        format!("more: {more:#?}\nless: {less:#?}\n{origins}")
    }
}

/// Every value of a document with its path, ids and times left out.
fn flatten(value: &Value, path: &str, lines: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                flatten(value, &format!("{path}/{}", masked(key)), lines);
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| flatten(item, &format!("{path}/-"), lines)),
        Value::String(text) => lines.push(format!("{path} {}", masked(text))),
        Value::Number(number) if number.as_f64().is_some_and(|number| number > 1e8) => {
            lines.push(format!("{path} #"));
        }
        value => lines.push(format!("{path} {value}")),
    }
}

/// A text whose words with many digits are one sign.
fn masked(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(at) = (0..text.len()).find(|at| text.get(*at..*at + 36).is_some_and(is_uuid)) {
        text.replace_range(at..at + 36, "uuid");
    }
    let is_id = |word: &str| word.len() >= 8 && word.bytes().filter(u8::is_ascii_digit).count() >= 2;
    let mut masked = String::new();
    for (at, word) in text.split(|c: char| !c.is_ascii_alphanumeric()).enumerate() {
        if at > 0 {
            masked.push('.');
        }
        masked.push_str(if is_id(word) { "#" } else { word });
    }
    masked
}

fn is_uuid(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.bytes().enumerate().all(fits)
}

/// The calls that change something and took effect, writes of the shared state aside.
fn changes(log: &[CallRecord]) -> usize {
    let reads = [
        "Describe",
        "List",
        "Get",
        "Head",
        "BatchGet",
        "Search",
        "AssumeRole",
    ];
    log.iter()
        .filter(|call| call.status < 300 && !reads.iter().any(|read| call.operation.starts_with(read)))
        .filter(|call| !["PutObject", "DeleteObject"].contains(&call.operation.as_str()))
        .count()
}

/// As many steps run at once: so many calls may have been under way.
const UNDER_WAY: usize = 12;

/// One example, one sort of work, one store, one mode.
fn sweep(
    name: &str,
    work: Work,
    store: Store,
    mode: Mode,
    quirks: u64,
    few: Option<(usize, &mut fastrand::Rng)>,
) -> usize {
    let about = format!("{name} {work:?} {store:?} {mode:?} quirks {quirks}");
    let (frozen, straight, calls, changed) = on_virtual_time(async {
        let frozen = prepared(name, work, store, quirks).await;
        let sandbox = frozen.thaw();
        let outcome = carry_out(&sandbox, work, None).await;
        assert!(outcome.is_done(), "{about}: {outcome:?}");
        let log = sandbox.simulator.call_log();
        (frozen, End::of(&sandbox), log.len(), changes(&log))
    });
    let all = 1..=calls as u64;
    let drawn: Vec<u64> = match few {
        None => all.collect(),
        Some((few, random)) => (0..few).map(|_| random.u64(1..=calls as u64)).collect(),
    };
    let tried = drawn.len();
    for at in drawn {
        let about = format!("{about}, at {at} of {calls}");
        on_virtual_time(async {
            let sandbox = frozen.thaw();
            let dies = |hook| carry_out(&sandbox, work, Some(hook));
            if !killed(at, mode, dies).await {
                return;
            }
            let before = sandbox.simulator.call_log().len();
            if store == Store::Shared {
                sandbox.on_another_machine();
            }
            let outcome = carry_out(&sandbox, work, None).await;
            assert!(outcome.is_done(), "{about}: {outcome:?}");
            let log = sandbox.simulator.call_log();
            if work != Work::Destroy {
                let plan = sandbox.plan().await;
                assert!(
                    plan.is_empty(),
                    "{about}\n{}",
                    headset::report::plan_view::human(&plan)
                );
            }
            let end = End::of(&sandbox);
            assert!(end == straight, "{about}\n{}", end.difference(&straight));
            let extra = changes(&log).saturating_sub(changed);
            assert!(
                extra <= UNDER_WAY,
                "{about}: {extra} calls more that change something"
            );
            let again = log.len() - before;
            assert!(again <= calls + calls / 2 + 40, "{about}: {again} calls to go on");
        });
    }
    tried
}

/// All of it, or a few points: of each sort of work one in a store, a mode and quirks that are drawn.
fn swept(name: &str, work: Work) {
    let asked = std::env::var("HEADSET_KILLS").ok();
    let modes = [Mode::BeforeTheCall, Mode::AfterItsEffect];
    let stores = [Store::Local, Store::Shared];
    if asked.as_deref() == Some("all") {
        let began = std::time::Instant::now();
        let quirks = one_seed().unwrap_or_default();
        let tried: usize = stores
            .into_iter()
            .flat_map(|store| modes.into_iter().map(move |mode| (store, mode)))
            .map(|(store, mode)| sweep(name, work, store, mode, quirks, None))
            .sum();
        let took = began.elapsed().as_secs();
        effort::say(&format!(
            "{name} {work:?}: {tried} points, quirks {quirks}, {took} s"
        ));
        return;
    }
    let seed = match asked {
        Some(seed) => seed.parse().expect("HEADSET_KILLS is `all` or a number"),
        None => fastrand::u64(..),
    };
    eprintln!("{name} {work:?}: HEADSET_KILLS={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let most = if name == "split-ccp.yaml" { 24 } else { 8 };
    for _ in 0..effort::of(1, most) {
        let store = stores[random.usize(0..2)];
        let mode = modes[random.usize(0..2)];
        let quirks = one_seed().unwrap_or_else(|| random.u64(0..16));
        sweep(
            name,
            work,
            store,
            mode,
            quirks,
            Some((effort::of(3, 8), &mut random)),
        );
    }
}

macro_rules! swept {
    ($($test:ident: $file:literal, $work:ident;)*) => {
        $(
            #[test]
            fn $test() {
                swept($file, Work::$work);
            }
        )*
    };
}

swept! {
    minimal_apply: "minimal.yaml", Apply;
    minimal_update: "minimal.yaml", Update;
    minimal_destroy: "minimal.yaml", Destroy;
    split_ccp_apply: "split-ccp.yaml", Apply;
    split_ccp_update: "split-ccp.yaml", Update;
    split_ccp_rollout: "split-ccp.yaml", Rollout;
    split_ccp_destroy: "split-ccp.yaml", Destroy;
    secure_ccp_apply: "secure-ccp.yaml", Apply;
    secure_ccp_update: "secure-ccp.yaml", Update;
    secure_ccp_rollout: "secure-ccp.yaml", Rollout;
    secure_ccp_destroy: "secure-ccp.yaml", Destroy;
    ephemeral_apply: "ephemeral.yaml", Apply;
    ephemeral_update: "ephemeral.yaml", Update;
    ephemeral_destroy: "ephemeral.yaml", Destroy;
    enterprise_apply: "enterprise.yaml", Apply;
    enterprise_update: "enterprise.yaml", Update;
    enterprise_rollout: "enterprise.yaml", Rollout;
    enterprise_destroy: "enterprise.yaml", Destroy;
    enterprise_entra_apply: "enterprise-entra.yaml", Apply;
    enterprise_entra_update: "enterprise-entra.yaml", Update;
    enterprise_entra_rollout: "enterprise-entra.yaml", Rollout;
    enterprise_entra_destroy: "enterprise-entra.yaml", Destroy;
}

/// The number of the first call of an operation in a straight run.
fn call_of(frozen: &Frozen, operation: &str) -> u64 {
    on_virtual_time(async {
        let sandbox = frozen.thaw();
        carry_out(&sandbox, Work::Update, None).await;
        let log = sandbox.simulator.call_log();
        let at = log.iter().position(|call| call.operation == operation);
        at.unwrap_or_else(|| panic!("no {operation}")) as u64 + 1
    })
}

/// The states of all fleets.
async fn fleets(sandbox: &Sandbox) -> Vec<String> {
    let aws = sandbox.aws(None).await;
    let fleets = crate::support::listed::fleets(&aws).await;
    fleets
        .iter()
        .map(|fleet| fleet.state.as_ref().unwrap().to_string())
        .collect()
}

/// Agents wait for a fleet that was stopped. Nothing else that changes something comes before it.
#[test]
fn a_fleet_caught_between_stop_and_start_is_started_first() {
    let frozen = on_virtual_time(prepared("split-ccp.yaml", Work::Update, Store::Local, 0));
    let stop = call_of(&frozen, "StopFleet");
    on_virtual_time(async {
        let mut sandbox = frozen.thaw();
        let dies = |hook| carry_out(&sandbox, Work::Update, Some(hook));
        assert!(killed(stop, Mode::AfterItsEffect, dies).await);
        assert_ne!(fleets(&sandbox).await, ["RUNNING"]);
        // Meanwhile the blueprint asks for more, an image among it that a person has to capture.
        let (_, (from, to), rollout) = EDITS[1];
        let (browser, other) = rollout.unwrap();
        let text = example("split-ccp.yaml")
            .1
            .replace(from, to)
            .replace(browser, other);
        sandbox.rewrite(&text);
        let since = sandbox.simulator.call_log().len();
        let outcome = sandbox.apply_alone().await;
        assert_eq!(outcome.open.len(), 1, "{outcome:?}");
        assert_eq!(fleets(&sandbox).await, ["RUNNING"], "no one waits for a person");
        let log = sandbox.simulator.call_log().split_off(since);
        let start = log
            .iter()
            .position(|call| call.operation == "StartFleet")
            .unwrap();
        assert_eq!(changes(&log[..start]), 0, "{:#?}", &log[..start]);
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}");
        assert!(sandbox.plan().await.is_empty());
        assert_eq!(fleets(&sandbox).await, ["RUNNING"]);
    });
}

#[test]
fn ids_and_times_are_left_out_and_names_are_not() {
    assert_eq!(masked("acme-support-agents"), "acme.support.agents");
    assert_eq!(masked("of 6f1d0c1e-1111-4111-8111-111111111111"), "of.uuid");
    assert_eq!(points(1..=3).calls, [1, 2, 3]);
}
