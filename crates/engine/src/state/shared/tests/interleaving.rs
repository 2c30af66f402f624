//! The protocol of leases under every order of steps: two runs, time that passes at any moment, an answer that is lost, a lease
//! that is broken, a state that is restored.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use super::super::*;
use super::{Memory, Step, address, intend, kept, text, there};
use crate::state::SharedStates;
use crate::tests::table::TableCloud;
use crate::tests::{CENTER, opened_in};
use headset_core::tag;

/// What the runs of one order did.
#[derive(Debug, Default)]
struct Log {
    /// Intents of which the service has confirmed the write.
    acknowledged: BTreeSet<String>,
    /// Runs that have called AWS.
    called: Vec<&'static str>,
    /// Runs that came to their end.
    ended: Vec<&'static str>,
}

/// A run: takes the lease, intends two things one after the other, calls AWS for each, and renews the lease in between.
async fn run(shared: Shared, memory: Arc<Memory>, name: &'static str, log: Rc<RefCell<Log>>) {
    let Ok((held, fetched)) = shared.acquire(name).await else {
        return;
    };
    let mut state = match fetched {
        Some(fetched) => snapshot::read(&fetched.text).unwrap().state,
        None => State::new("acme", "123456789012", "eu-west-2", "lineage".into()),
    };
    for thing in ["first", "second"] {
        if thing == "second" {
            held.renew().await;
        }
        let intended = format!("{name}-{thing}");
        state.apply(intend(&intended));
        if held.commit(state.serial, || text(&state)).await.is_err() {
            return;
        }
        log.borrow_mut().acknowledged.insert(intended.clone());
        // The call begins here, and may be under way while another run goes on.
        assert!(
            there(&memory).intents.contains_key(&address(&intended)),
            "{name} calls AWS, and no one could know it: {:?}",
            there(&memory)
        );
        log.borrow_mut().called.push(name);
        Step::default().await;
    }
    let (_, last) = text(&state).unwrap();
    if held.keep_copy(&last).await.is_err() {
        return;
    }
    drop(held.release().await);
    log.borrow_mut().ended.push(name);
}

/// Breaks the lease that it sees, if there is one, and runs: a person who thinks that the other run has died.
async fn break_and_run(shared: Shared, memory: Arc<Memory>, name: &'static str, log: Rc<RefCell<Log>>) {
    if let Ok(Some(lease)) = shared.lease().await {
        drop(shared.break_lease(&lease).await);
    }
    run(shared, memory, name, log).await;
}

/// Puts right what is damaged, and runs.
async fn restore_and_run(shared: Shared, memory: Arc<Memory>, name: &'static str, log: Rc<RefCell<Log>>) {
    let Ok(held) = shared.acquire_lease(name).await else {
        return;
    };
    let restored = shared.restore_as(&held).await;
    drop(held.release().await);
    if restored.is_ok() {
        run(shared, memory, name, log).await;
    }
}

/// What the second of two runs does before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// It waits for the lease of the other one to run out.
    Waits,
    /// It breaks that lease.
    Breaks,
    /// Both find a state that is damaged.
    Restores,
}

/// One order of steps: which future is polled next, or that time passes.
struct Order {
    /// The choices, each with how many there were.
    taken: Vec<(usize, usize)>,
}

impl Order {
    /// The next order, depth first; `None` after the last one.
    fn next(mut self) -> Option<Vec<usize>> {
        while let Some((choice, of)) = self.taken.pop() {
            if choice + 1 < of {
                let mut script: Vec<usize> = self.taken.iter().map(|(choice, _)| *choice).collect();
                script.push(choice + 1);
                return Some(script);
            }
        }
        None
    }
}

/// Polls two runs in the order that the script begins with, until both have ended. `time`: whether it may pass meanwhile.
fn interleave(
    script: &[usize],
    (interruptions, time): (usize, bool),
    memory: &Memory,
    runs: [Pin<Box<dyn Future<Output = ()>>>; 2],
) -> Order {
    let mut runs = runs.map(Some);
    let mut taken = Vec::new();
    let mut passed = !time;
    let mut interrupted = 0;
    let mut last: Option<usize> = None;
    loop {
        let mut alive: Vec<usize> = (0..runs.len()).filter(|run| runs[*run].is_some()).collect();
        if alive.is_empty() {
            break;
        }
        if let Some(last) = last.filter(|last| alive.contains(last)) {
            // The first choice is to go on.
            alive.sort_by_key(|run| *run != last);
            if interrupted >= interruptions {
                alive.truncate(1);
            }
        }
        let choices = alive.len() + usize::from(!passed);
        let choice = script.get(taken.len()).copied().unwrap_or(0);
        taken.push((choice, choices));
        let Some(run) = alive.get(choice) else {
            passed = true;
            memory.let_time_pass();
            continue;
        };
        interrupted += usize::from(last.is_some_and(|last| runs[last].is_some() && last != *run));
        last = Some(*run);
        let future = runs[*run].as_mut().unwrap();
        if future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_ready()
        {
            runs[*run] = None;
        }
    }
    Order { taken }
}

/// Runs two runs in the order that the script begins with.
fn carry_out(
    script: &[usize],
    lost: Option<u64>,
    (is_fresh, second): (bool, Before),
    interruptions: usize,
) -> (Order, Log) {
    let memory = Arc::new(Memory::losing(lost));
    let origin = jiff::Timestamp::UNIX_EPOCH;
    let shared = |holder: &str| {
        Shared::new(
            Arc::clone(&memory) as Arc<dyn Objects>,
            Clock::wall(),
            ("acme/here/".to_owned(), Belongs::of("acme", "here")),
            "memory".to_owned(),
            holder.to_owned(),
            Leases::default(),
        )
    };
    // The lease was taken before, so that no run probes the service.
    let before = Lease {
        released: true,
        ..Lease::next(None, "before", "before", origin)
    };
    memory.write("acme/here/lease.json", &bytes(&before).unwrap(), &When::Always);
    if !is_fresh {
        let state = State::new("acme", "123456789012", "eu-west-2", "lineage".into());
        memory.write(
            "acme/here/state.json",
            text(&state).unwrap().1.as_bytes(),
            &When::Always,
        );
        if second == Before::Restores {
            let copy = text(&state).unwrap().1;
            memory.write("acme/here/state.before.json", copy.as_bytes(), &When::Always);
            memory.write("acme/here/state.json", b"{}", &When::Always);
        }
    }
    let log = Rc::new(RefCell::new(Log::default()));
    let runs = ["one", "two"].map(|name| {
        let (shared, memory, log) = (shared(name), Arc::clone(&memory), Rc::clone(&log));
        match second {
            Before::Restores => {
                Box::pin(restore_and_run(shared, memory, name, log)) as Pin<Box<dyn Future<Output = ()>>>
            }
            Before::Breaks if name == "two" => Box::pin(break_and_run(shared, memory, name, log)),
            Before::Breaks | Before::Waits => Box::pin(run(shared, memory, name, log)),
        }
    });
    let order = interleave(script, (interruptions, second != Before::Breaks), &memory, runs);
    let log = Rc::try_unwrap(log).unwrap().into_inner();
    // Every confirmed write is there.
    if !log.acknowledged.is_empty() {
        let state = there(&memory);
        for intended in &log.acknowledged {
            assert!(
                state.intents.contains_key(&address(intended)),
                "{intended} is lost: {script:?}"
            );
        }
    }
    // The copy is of a run that ended, or of a later one: what is restored from it loses nothing that one left.
    if !log.ended.is_empty() {
        let copy = kept(&memory, COPY).unwrap();
        for name in &log.ended {
            let last = format!("{name}-second");
            assert!(
                copy.intents.contains_key(&address(&last)),
                "{second:?}: the copy is one of before {last}: {script:?}"
            );
        }
    }
    (order, log)
}

/// Every order in which a run is interrupted so many times at most while it could go on; returns how many there are, and what is common to them.
fn explore(
    lost: Option<u64>,
    begins: (bool, Before),
    interruptions: usize,
) -> (usize, BTreeSet<Vec<&'static str>>) {
    let (mut count, mut calls) = (0, BTreeSet::new());
    let mut script = Some(Vec::new());
    while let Some(first) = script {
        let (order, log) = carry_out(&first, lost, begins, interruptions);
        count += 1;
        calls.insert(log.called);
        script = order.next();
    }
    (count, calls)
}

#[test]
fn no_order_of_steps_loses_a_write_or_lets_two_runs_work() {
    // What two interruptions do not find, more hardly do; all orders take hours.
    let interruptions = 2;
    let mut orders = 0;
    for is_fresh in [true, false] {
        for lost in [None, Some(1), Some(2), Some(3), Some(4), Some(5), Some(6)] {
            let (count, calls) = explore(lost, (is_fresh, Before::Waits), interruptions);
            orders += count;
            // One run alone, both one after the other, one that is taken over in the middle.
            assert!(calls.contains(&vec!["one", "one"]), "{calls:?}");
            assert!(calls.contains(&vec!["one", "two", "two"]), "{calls:?}");
            // Once another run has the state, the first one calls nothing new.
            for order in &calls {
                let changes = order.windows(2).filter(|pair| pair[0] != pair[1]).count();
                assert!(changes <= 1, "{order:?}");
            }
        }
    }
    assert!(orders > 1_000, "{orders}");
}

#[test]
fn no_order_of_steps_lets_two_runs_work_where_a_lease_is_broken_or_a_state_restored() {
    for (before, interruptions) in [(Before::Breaks, 2), (Before::Restores, 1)] {
        let (orders, calls) = explore(None, (false, before), interruptions);
        assert!(orders > 50, "{before:?}: {orders}");
        assert!(
            calls.contains(&vec!["one", "one", "two", "two"]),
            "{before:?}: {calls:?}"
        );
        for order in &calls {
            let changes = order.windows(2).filter(|pair| pair[0] != pair[1]).count();
            assert!(changes <= 1, "{before:?}: {order:?}");
        }
    }
}

/// A machine begins an environment, and makes things as soon as its intent is written. Notes with which lineage.
async fn begin(root: PathBuf, memory: Arc<Memory>, made: Rc<RefCell<Vec<String>>>) {
    let states = SharedStates {
        objects: Arc::clone(&memory) as Arc<dyn Objects>,
        clock: Clock::wall(),
        prefix: String::new(),
        holder: "a run".to_owned(),
        leases: Leases::default(),
    };
    let opened = opened_in(&TableCloud::new([]), &root, Some(states), CENTER).await;
    let mut session = opened.unwrap();
    let Ok(mut locked) = session.lock(Duration::ZERO).await else {
        return;
    };
    locked.record(intend("first")).unwrap();
    let committing = locked.committing().unwrap();
    if committing.commit(|| locked.text()).await.is_err() {
        return;
    }
    for desired in session.design.resources.values() {
        let lineage = desired.spec["tags"][tag::LINEAGE].as_str();
        made.borrow_mut().extend(lineage.map(str::to_owned));
    }
    drop(locked.finish().await);
}

#[test]
fn two_that_begin_one_environment_at_once_make_it_with_one_lineage() {
    // Renewing a lease is a task of its own, which these orders never come to.
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let _entered = runtime.enter();
    let (mut orders, mut both) = (0, 0);
    let mut script = Some(Vec::new());
    while let Some(begins) = script {
        let memory = Arc::new(Memory::default());
        // The lease was taken before, so that no run probes the service.
        let before = Lease {
            released: true,
            ..Lease::next(None, "before", "before", jiff::Timestamp::UNIX_EPOCH)
        };
        let key = "acme-center/123456789012-eu-west-2/lease.json";
        memory.write(key, &bytes(&before).unwrap(), &When::Always);
        let machines = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let made: [Rc<RefCell<Vec<String>>>; 2] = Default::default();
        let runs = [0, 1].map(|of| {
            let run = begin(
                machines[of].path().to_owned(),
                Arc::clone(&memory),
                Rc::clone(&made[of]),
            );
            Box::pin(run) as Pin<Box<dyn Future<Output = ()>>>
        });
        let order = interleave(&begins, (1, false), &memory, runs);
        let lineage = there(&memory).lineage;
        let made = made.map(|made| made.take());
        assert!(
            made.iter().flatten().all(|of| *of == lineage),
            "{begins:?}: {made:?}"
        );
        orders += 1;
        both += u32::from(made.iter().all(|made| !made.is_empty()));
        script = order.next();
    }
    assert!(orders > 10 && both > 1, "{orders} {both}");
}
