//! The protocol of leases under every order of steps: two runs, time that passes at any moment, an answer that is lost.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use headset_core::AwsError;
use headset_kinds::Address;
use jiff::SignedDuration;

use super::super::entry::Entry;
use super::super::model::State;
use super::super::record::{Intent, Verb};
use super::super::shared_states::SharedStates;
use super::*;
use crate::tests::table::{TableCloud, on_virtual_time};
use crate::tests::{CENTER, opened_in};
use headset_core::tag;

/// A service in memory. Every call is one step: its future is pending once, and takes effect when it is polled again.
#[derive(Debug, Default)]
struct Memory {
    objects: Mutex<BTreeMap<String, (Vec<u8>, u64)>>,
    /// Counts the writes: a write's number is the tag of what it wrote.
    writes: Mutex<u64>,
    /// Calls, and the one whose answer is lost, so that it is made again.
    calls: Mutex<(u64, Option<u64>)>,
    /// Whether it takes every write without looking at its condition.
    is_lax: bool,
    /// How far its clock is ahead of that of the machine that asks next, in seconds.
    ahead: Mutex<i64>,
}

impl Memory {
    /// The lease that there is runs out: nothing else changes, its tag among it.
    fn let_time_pass(&self) {
        let mut objects = self.objects.lock().unwrap();
        let mut leases = objects.iter_mut().filter(|(key, _)| key.ends_with(LEASE));
        if let Some((_, (body, _))) = leases.next() {
            let lease: Lease = serde_json::from_slice(body).unwrap();
            *body = bytes(&Lease {
                until: jiff::Timestamp::UNIX_EPOCH,
                ..lease
            })
            .unwrap();
        }
    }

    fn write(&self, key: &str, body: &[u8], when: &When) -> Written {
        let mut objects = self.objects.lock().unwrap();
        let there = objects.get(key).map(|(_, tag)| tag.to_string());
        if !when.holds(there.as_deref()) && !self.is_lax {
            return Written::Refused;
        }
        let mut writes = self.writes.lock().unwrap();
        *writes += 1;
        objects.insert(key.to_owned(), (body.to_vec(), *writes));
        Written::Done(writes.to_string())
    }
}

#[async_trait]
impl Objects for Memory {
    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn address(&self, path: &str) -> String {
        format!("memory/{path}").trim_end_matches('/').to_owned()
    }

    fn ahead(&self) -> SignedDuration {
        SignedDuration::from_secs(*self.ahead.lock().unwrap())
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, AwsError> {
        Step::default().await;
        let objects = self.objects.lock().unwrap();
        Ok(objects.get(key).map(|(body, tag)| Object {
            body: body.clone(),
            tag: tag.to_string(),
        }))
    }

    async fn put(&self, key: &str, body: Vec<u8>, when: &When) -> Result<Written, AwsError> {
        Step::default().await;
        let is_lost = {
            let (calls, lost) = &mut *self.calls.lock().unwrap();
            *calls += 1;
            *lost == Some(*calls)
        };
        let written = self.write(key, &body, when);
        if !is_lost {
            return Ok(written);
        }
        Step::default().await;
        Ok(self.write(key, &body, when))
    }

    async fn delete(&self, key: &str) -> Result<(), AwsError> {
        Step::default().await;
        self.objects.lock().unwrap().remove(key);
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, AwsError> {
        Step::default().await;
        let objects = self.objects.lock().unwrap();
        Ok(objects
            .keys()
            .filter(|key| key.starts_with(prefix))
            .cloned()
            .collect())
    }
}

/// Pending once.
#[derive(Default)]
struct Step(bool);

impl Future for Step {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

fn address(of: &str) -> Address {
    headset_core::address!("s3.bucket", of)
}

fn intend(of: &str) -> Entry {
    let intent = Intent {
        verb: Verb::Create,
        token: of.to_owned(),
        spec: serde_json::Value::Null,
        after: Vec::new(),
        at: None,
    };
    Entry::Intend {
        address: address(of),
        intent,
    }
}

fn text(state: &State) -> Result<(u64, String), StoreError> {
    let (text, _) = snapshot::text(state).unwrap();
    Ok((state.serial, text))
}

/// The state as it is in the service.
fn there(memory: &Memory) -> State {
    let objects = memory.objects.lock().unwrap();
    let mut states = objects.iter().filter(|(key, _)| key.ends_with(STATE));
    let (_, (body, _)) = states.next().unwrap();
    snapshot::read(std::str::from_utf8(body).unwrap()).unwrap().state
}

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
    drop(held.release().await);
    log.borrow_mut().ended.push(name);
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
fn carry_out(script: &[usize], lost: Option<u64>, is_fresh: bool, interruptions: usize) -> (Order, Log) {
    let memory = Arc::new(Memory {
        calls: Mutex::new((0, lost)),
        ..Memory::default()
    });
    let origin = jiff::Timestamp::UNIX_EPOCH;
    let shared = |holder: &str| {
        Shared::new(
            Arc::clone(&memory) as Arc<dyn Objects>,
            Clock::wall(),
            "acme/here/".to_owned(),
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
    }
    let log = Rc::new(RefCell::new(Log::default()));
    let runs = ["one", "two"].map(|name| {
        let run = run(shared(name), Arc::clone(&memory), name, Rc::clone(&log));
        Box::pin(run) as Pin<Box<dyn Future<Output = ()>>>
    });
    let order = interleave(script, (interruptions, true), &memory, runs);
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
    (order, log)
}

/// Every order in which a run is interrupted so many times at most while it could go on; returns how many there are, and what is common to them.
fn explore(lost: Option<u64>, is_fresh: bool, interruptions: usize) -> (usize, BTreeSet<Vec<&'static str>>) {
    let (mut count, mut calls) = (0, BTreeSet::new());
    let mut script = Some(Vec::new());
    while let Some(begins) = script {
        let (order, log) = carry_out(&begins, lost, is_fresh, interruptions);
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
            let (count, calls) = explore(lost, is_fresh, interruptions);
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

#[tokio::test]
async fn a_service_without_conditions_is_refused_before_anything_is_kept_there() {
    let lax = Arc::new(Memory {
        is_lax: true,
        ..Memory::default()
    });
    let shared = Shared::new(
        Arc::clone(&lax) as Arc<dyn Objects>,
        Clock::wall(),
        "acme/here/".to_owned(),
        "memory".to_owned(),
        "one".to_owned(),
        Leases::default(),
    );
    let refused = shared.acquire("one").await.unwrap_err();
    assert!(refused.to_string().contains("whose condition"), "{refused}");
    assert!(lax.objects.lock().unwrap().is_empty());
}

/// 2027-01-15T08:00:00Z.
fn morning() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

/// A machine before a service whose clock is so many seconds ahead of its own, and where it is morning.
fn machine(memory: &Arc<Memory>, holder: &str, ahead: i64) -> Shared {
    *memory.ahead.lock().unwrap() = ahead;
    Shared::new(
        Arc::clone(memory) as Arc<dyn Objects>,
        Clock::simulated(morning() - SignedDuration::from_secs(ahead), 1.0),
        "acme/here/".to_owned(),
        "memory".to_owned(),
        holder.to_owned(),
        Leases::default(),
    )
}

/// Machines whose clocks are ten minutes off, before a service that says its own time.
#[tokio::test]
async fn a_lease_is_dated_and_judged_by_the_clock_of_the_service() {
    let memory = Arc::new(Memory::default());
    let (held, _) = machine(&memory, "one", 600).acquire("one").await.unwrap();
    for ahead in [0, -600] {
        let other = machine(&memory, "two", ahead);
        let refused = other.acquire("two").await.unwrap_err();
        let StoreError::Leased { lease, .. } = refused else {
            panic!("{ahead}: {refused}");
        };
        assert_eq!(lease.holder, "one");
        assert!(lease.until.duration_since(other.now()).as_secs() > 200, "{lease}");
    }
    // A machine whose clock jumps back while it works does not shorten its lease.
    let until = held.lease.lock().await.0.until;
    *memory.ahead.lock().unwrap() = 0;
    assert!(held.renew().await);
    assert_eq!(held.lease.lock().await.0.until, until);
}

#[test]
fn a_lease_is_renewed_for_as_long_as_its_run_waits() {
    on_virtual_time(async {
        let memory = Arc::new(Memory::default());
        let [here, there] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let one = machine(&memory, "one", 0);
        let none = Unpublished::default();
        let held = one.take(here.path(), &none).await.unwrap();
        let began = held.lease.lock().await.0.until;
        one.clock.sleep(Duration::from_secs(20 * 60)).await;
        let refused = one.take(there.path(), &none).await.unwrap_err();
        let StoreError::Leased { lease, .. } = refused else {
            panic!("{refused}");
        };
        assert!(lease.until.duration_since(began).as_secs() >= 19 * 60, "{lease}");
    });
}

/// The first one writes what there is; what the others record meanwhile is written at once.
#[tokio::test]
async fn eight_that_commit_at_once_take_two_writes() {
    let memory = Arc::new(Memory::default());
    let (held, _) = machine(&memory, "one", 0).acquire("one").await.unwrap();
    let state = State::new("acme", "123456789012", "eu-west-2", "lineage".into());
    let state = RefCell::new(state);
    let before = *memory.writes.lock().unwrap();
    let commits = (0..8).map(|number| {
        let (state, held) = (&state, &held);
        async move {
            state.borrow_mut().apply(intend(&number.to_string()));
            let serial = state.borrow().serial;
            held.commit(serial, || text(&state.borrow())).await.unwrap();
        }
    });
    futures_util::future::join_all(commits).await;
    assert_eq!(there(&memory).intents.len(), 8);
    assert_eq!(*memory.writes.lock().unwrap() - before, 2);
}

/// Two that need not wait for a run that came to nothing: another one takes the lease at once.
#[test]
fn a_run_that_cannot_begin_gives_its_lease_back() {
    on_virtual_time(async {
        let memory = Arc::new(Memory::default());
        let state = written(&memory).await;
        let one = machine(&memory, "one", 0);
        let is_free = async || one.lease().await.unwrap().unwrap().released;
        // A file is where its directory would be.
        let file = tempfile::NamedTempFile::new().unwrap();
        let none = Unpublished::default();
        let refused = one.take(&file.path().join("state"), &none).await.unwrap_err();
        assert!(matches!(refused, StoreError::Io(_)), "{refused}");
        assert!(is_free().await);
        put(&memory, STATE, b"{}");
        let refused = one.take_left(&state).await.unwrap_err();
        assert!(matches!(refused, StoreError::DamagedThere { .. }), "{refused}");
        assert!(is_free().await);
    });
}

/// A state that was written twice, and released.
async fn written(memory: &Arc<Memory>) -> State {
    let state = State::new("acme", "123456789012", "eu-west-2", "lineage".into());
    let mut state = State {
        partial: false,
        ..state
    };
    for thing in ["first", "second"] {
        let (held, _) = machine(memory, "one", 0).acquire("one").await.unwrap();
        state.apply(intend(thing));
        held.commit(state.serial, || text(&state)).await.unwrap();
        held.keep_copy(text(&state).unwrap().1).await.unwrap();
        held.release().await.unwrap();
    }
    state
}

fn object(memory: &Memory, name: &str) -> Option<Vec<u8>> {
    let objects = memory.objects.lock().unwrap();
    objects
        .get(&format!("acme/here/{name}"))
        .map(|(body, _)| body.clone())
}

fn put(memory: &Memory, name: &str, body: &[u8]) {
    memory.write(&format!("acme/here/{name}"), body, &When::Always);
}

#[test]
fn each_damage_in_a_store_is_refused_and_the_last_good_state_comes_back() {
    on_virtual_time(async {
        let memory = Arc::new(Memory::default());
        let state = written(&memory).await;
        let good = object(&memory, STATE).unwrap();
        let mut flipped = good.clone();
        flipped[good.len() / 2] ^= 1;
        let no_text = vec![0xff, 0xfe];
        for (number, damaged) in [Some(flipped), Some(good[..100].to_vec()), Some(no_text), None]
            .iter()
            .enumerate()
        {
            match damaged {
                Some(damaged) => put(&memory, STATE, damaged),
                None => drop(memory.objects.lock().unwrap().remove("acme/here/state.json")),
            }
            let shared = machine(&memory, "two", 0);
            let refused = shared.acquire("two").await.unwrap_err();
            let StoreError::DamagedThere { state: address, .. } = &refused else {
                panic!("{number}: {refused}");
            };
            assert_eq!(address, "memory/acme/here");
            // The run that could not begin has given the lease back.
            let restored = shared.restore().await.unwrap().unwrap();
            assert_eq!(
                (restored.serial, &restored.damage),
                (state.serial, &refused.to_string())
            );
            let aside = object(&memory, &format!("state.damaged-{}.json", number + 1));
            assert_eq!(&aside, damaged, "{number}");
            let is = there(&memory);
            assert!(is.partial);
            assert_eq!(State { partial: false, ..is }, state);
            assert_eq!(shared.restore().await.unwrap(), None);
            let (held, _) = shared.acquire("two").await.unwrap();
            held.release().await.unwrap();
        }
    });
}

#[test]
fn where_nothing_good_is_left_in_a_store_the_damage_stays_as_it_is() {
    on_virtual_time(async {
        let memory = Arc::new(Memory::default());
        written(&memory).await;
        put(&memory, STATE, b"{}");
        put(&memory, COPY, b"{}");
        let shared = machine(&memory, "two", 0);
        let refused = shared.restore().await.unwrap_err();
        assert!(matches!(refused, StoreError::DamagedThere { .. }), "{refused}");
        assert_eq!(object(&memory, STATE).unwrap(), b"{}");
        assert!(shared.lease().await.unwrap().unwrap().released);
    });
}

#[tokio::test]
async fn a_lease_that_cannot_be_read_is_replaced_by_one_that_no_earlier_run_fits() {
    let memory = Arc::new(Memory::default());
    let (zombie, _) = machine(&memory, "one", 0).acquire("one").await.unwrap();
    let mut state = State::new("acme", "123456789012", "eu-west-2", "lineage".into());
    state.apply(intend("first"));
    zombie.commit(state.serial, || text(&state)).await.unwrap();
    let far = br#"{"holder":"one","run":"1","fence":18446744073709551615,"since":"2026-01-01T00:00:00Z","until":"2026-01-01T00:00:00Z","released":true}"#;
    for damaged in [&b"{"[..], &far[..]] {
        put(&memory, LEASE, damaged);
        let shared = machine(&memory, "two", 0);
        let refused = shared.acquire("two").await.unwrap_err();
        assert!(matches!(refused, StoreError::DamagedLease { .. }), "{refused}");
        assert!(shared.replace_damaged_lease().await.unwrap());
        let (held, _) = shared.acquire("two").await.unwrap();
        held.release().await.unwrap();
        state.apply(intend("second"));
        let late = zombie.commit(state.serial, || text(&state)).await;
        assert!(matches!(late, Err(StoreError::LeaseLost { .. })), "{late:?}");
    }
    // One that can be read is left alone.
    assert!(!machine(&memory, "two", 0).replace_damaged_lease().await.unwrap());
}
