//! A run that dies at any of its calls, and the run after it: an apply, an update that stops a fleet, the rollout of an image
//! and a way down; before a call is sent, and after its effect but before the answer; with state on this machine, and in a
//! shared store where another machine goes on.
//!
//! After the next run everything is as after one run that nothing disturbed: the same things in the same settings, nothing made
//! twice, nothing left, each with the origin that it would have had, by few more calls.
//!
//! By default a few points are drawn for each example; with `HEADSET_TESTS=all` more, and every one of `split-ccp.yaml`.
//! `HEADSET_KILLS=all cargo test crash_sweeps` tries every one of every example in both stores and both modes, with the quirks of
//! `HEADSET_QUIRKS`; `HEADSET_KILLS=SEED` draws those of a seed again. Which of them are alike, and are tried once, `stops` says.

mod end;
mod stops;

use headset_aws::CallHook;
use headset_engine::apply::Outcome;
use headset_simulator::CallRecord;
use headset_simulator::world::Settings;

use self::end::End;
use self::stops::stops;
use super::kill_sweeps::{Mode, killed};
use crate::support::{Frozen, Sandbox, effort, example, on_virtual_time, one_seed, ready_for};

/// What a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Makes everything.
    Apply,
    /// Changes what takes a stop of a fleet, a user, or a page.
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
        // Edges have to forget the page.
        ("hosting: cloudfront", "title: Support\n  hosting: cloudfront"),
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
    (
        "bootstrap.yaml",
        ("previous_versions: 90d", "previous_versions: 30d"),
        None,
    ),
    // Another policy for the role, and none for those that are gone.
    ("bootstrap-ci.yaml", ("run: [apply]", "run: [destroy]"), None),
];

#[test]
fn every_example_is_swept() {
    let mut edited: Vec<&str> = EDITS.iter().map(|(name, ..)| *name).collect();
    edited.sort_unstable();
    assert_eq!(edited, crate::support::examples());
    for (name, _, rollout) in EDITS {
        let all = [Work::Apply, Work::Update, Work::Rollout, Work::Destroy];
        for work in all {
            let is_swept = SWEPT.contains(&(name, work));
            assert_eq!(
                is_swept,
                work != Work::Rollout || rollout.is_some(),
                "{name} {work:?}"
            );
        }
    }
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

/// What a straight run is like.
struct Straight {
    end: End,
    /// How many calls it makes.
    calls: usize,
    /// How many of them change something.
    changed: usize,
}

impl Straight {
    /// A run that ended well.
    fn of(sandbox: &Sandbox, outcome: &Outcome, about: &str) -> Straight {
        assert!(outcome.is_done(), "{about}: {outcome:?}");
        let log = sandbox.simulator.call_log();
        Straight {
            end: End::of(sandbox),
            calls: log.len(),
            changed: changes(&log),
        }
    }

    /// The run after the one that died, and how everything is then. `before` tells how many of the calls in the log the dead one
    /// made, `changed` how many of its calls changed something that the log does not have.
    async fn is_reached(&self, sandbox: &Sandbox, work: Work, before: usize, changed: usize, about: &str) {
        if sandbox.is_shared() {
            sandbox.moves_on();
        }
        let outcome = carry_out(sandbox, work, None).await;
        assert!(outcome.is_done(), "{about}: {outcome:?}");
        let log = sandbox.simulator.call_log();
        if work != Work::Destroy {
            let plan = sandbox.plan().await;
            let shown = headset::report::plan_view::human(&plan);
            assert!(plan.is_empty(), "{about}\n{shown}");
        }
        let end = End::of(sandbox);
        assert!(end == self.end, "{about}\n{}", end.difference(&self.end));
        let extra = (changed + changes(&log)).saturating_sub(self.changed);
        assert!(
            extra <= UNDER_WAY,
            "{about}: {extra} calls more that change something"
        );
        let again = log.len() - before;
        // What no read shows is done again, and waited for again.
        let most = self.calls * 2 + 40;
        assert!(again <= most, "{about}: {again} calls to go on");
    }
}

/// One example, one sort of work, one store, some points of one mode: the run dies there.
fn sample(
    name: &str,
    work: Work,
    store: Store,
    mode: Mode,
    quirks: u64,
    few: usize,
    random: &mut fastrand::Rng,
) {
    let about = format!("{name} {work:?} {store:?} {mode:?} quirks {quirks}");
    let (frozen, straight) = on_virtual_time(async {
        let frozen = prepared(name, work, store, quirks).await;
        let sandbox = frozen.thaw();
        let outcome = carry_out(&sandbox, work, None).await;
        let straight = Straight::of(&sandbox, &outcome, &about);
        (frozen, straight)
    });
    for _ in 0..few {
        let at = random.u64(1..=straight.calls as u64);
        let about = format!("{about}, at {at} of {}", straight.calls);
        on_virtual_time(async {
            let sandbox = frozen.thaw();
            let dies = |hook| carry_out(&sandbox, work, Some(hook));
            if killed(at, mode, dies).await {
                let before = sandbox.simulator.call_log().len();
                straight.is_reached(&sandbox, work, before, 0, &about).await;
            }
        });
    }
}

/// One example, one sort of work, one store: every point of both modes, those that leave the same once (see [`stops`]).
fn sweep(name: &str, work: Work, store: Store, quirks: u64) -> Tried {
    let about = format!("{name} {work:?} {store:?} quirks {quirks}");
    let (stops, straight) = on_virtual_time(async {
        let sandbox = prepared(name, work, store, quirks).await.thaw();
        let (outcome, stops) = stops(&sandbox, |hook| carry_out(&sandbox, work, Some(hook))).await;
        (stops, Straight::of(&sandbox, &outcome, &about))
    });
    for stop in &stops {
        let about = format!("{about}, {stop}, of {}", straight.calls);
        on_virtual_time(async {
            let sandbox = stop.left.thaw();
            straight.is_reached(&sandbox, work, 0, stop.changed, &about).await;
        });
    }
    Tried {
        points: stops.iter().map(|stop| stop.points.len()).sum(),
        different: stops.len(),
    }
}

/// What was tried.
#[derive(Clone, Copy, Debug)]
struct Tried {
    /// Points at which a run may die.
    points: usize,
    /// How many of them leave something else than those before.
    different: usize,
}

/// All of it, or a few points: of each sort of work one in a store, a mode and quirks that are drawn.
fn swept(name: &str, work: Work) {
    let asked = std::env::var("HEADSET_KILLS").ok();
    let modes = [Mode::BeforeTheCall, Mode::AfterItsEffect];
    let stores = [Store::Local, Store::Shared];
    if asked.as_deref() == Some("all") || (effort::all() && name == "split-ccp.yaml") {
        let quirks = one_seed().unwrap_or_default();
        for store in stores {
            let began = std::time::Instant::now();
            let Tried { points, different } = sweep(name, work, store, quirks);
            let took = began.elapsed().as_secs();
            effort::say(&format!(
                "{name} {work:?} {store:?}: {points} points, {different} different ones, quirks {quirks}, {took} s"
            ));
        }
        return;
    }
    let seed = match asked {
        Some(seed) => seed.parse().expect("HEADSET_KILLS is `all` or a number"),
        None => fastrand::u64(..),
    };
    eprintln!("{name} {work:?}: HEADSET_KILLS={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..effort::drawn(1, 4) {
        let store = stores[random.usize(0..2)];
        let mode = modes[random.usize(0..2)];
        let quirks = one_seed().unwrap_or_else(|| random.u64(0..16));
        sample(name, work, store, mode, quirks, effort::drawn(3, 8), &mut random);
    }
}

macro_rules! swept {
    ($($test:ident: $file:literal, $work:ident;)*) => {
        /// What the tests below sweep.
        const SWEPT: &[(&str, Work)] = &[$(($file, Work::$work)),*];

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
    bootstrap_apply: "bootstrap.yaml", Apply;
    bootstrap_update: "bootstrap.yaml", Update;
    bootstrap_destroy: "bootstrap.yaml", Destroy;
    bootstrap_ci_apply: "bootstrap-ci.yaml", Apply;
    bootstrap_ci_update: "bootstrap-ci.yaml", Update;
    bootstrap_ci_destroy: "bootstrap-ci.yaml", Destroy;
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
