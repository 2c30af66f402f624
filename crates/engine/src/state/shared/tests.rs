//! A state in a service in memory: its lease, its clock, its damages.

mod interleaving;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_trait::async_trait;
use headset_core::AwsError;
use headset_kinds::Address;
use jiff::SignedDuration;

use super::super::entry::Entry;
use super::super::lease::HIGHEST;
use super::super::model::State;
use super::super::record::{Intent, Verb};
use super::*;
use crate::tests::table::on_virtual_time;

/// A service in memory. Every call is one step: its future is pending once, and takes effect when it is polled again.
#[derive(Debug, Default)]
pub(super) struct Memory {
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
    /// One that loses the answer of this call, so that it is made again.
    pub(super) fn losing(call: Option<u64>) -> Memory {
        Memory {
            calls: Mutex::new((0, call)),
            ..Memory::default()
        }
    }

    /// The lease that there is runs out: nothing else changes, its tag among it.
    pub(super) fn let_time_pass(&self) {
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

    pub(super) fn write(&self, key: &str, body: &[u8], when: &When) -> Written {
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
pub(super) struct Step(bool);

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

pub(super) fn address(of: &str) -> Address {
    headset_core::address!("s3.bucket", of)
}

pub(super) fn intend(of: &str) -> Entry {
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

pub(super) fn text(state: &State) -> Result<(u64, String), StoreError> {
    let (text, _) = snapshot::text(state).unwrap();
    Ok((state.serial, text))
}

/// The state as it is in the service.
pub(super) fn there(memory: &Memory) -> State {
    kept(memory, STATE).unwrap()
}

/// The state in the object of this name, if there is one.
pub(super) fn kept(memory: &Memory, name: &str) -> Option<State> {
    let objects = memory.objects.lock().unwrap();
    let (_, (body, _)) = objects
        .iter()
        .find(|(key, _)| key.ends_with(&format!("/{name}")))?;
    Some(snapshot::read(std::str::from_utf8(body).unwrap()).unwrap().state)
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
        ("acme/here/".to_owned(), Belongs::of("acme", "here")),
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
        ("acme/here/".to_owned(), Belongs::of("acme", "here")),
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
        held.keep_copy(&text(&state).unwrap().1).await.unwrap();
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
            assert_eq!(restored.aside.is_some(), damaged.is_some(), "{number}");
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

/// What was written over, or what a person copied to the wrong place.
#[test]
fn the_state_of_another_environment_is_damage_that_is_put_right() {
    on_virtual_time(async {
        let memory = Arc::new(Memory::default());
        let state = written(&memory).await;
        let mut other = state.clone();
        "other".clone_into(&mut other.environment);
        put(&memory, STATE, text(&other).unwrap().1.as_bytes());
        let shared = machine(&memory, "two", 0);
        let refused = shared.acquire("two").await.unwrap_err();
        assert!(
            refused
                .to_string()
                .contains("it is the state of `other` in 123456789012 eu-west-2"),
            "{refused}"
        );
        let restored = shared.restore().await.unwrap().unwrap();
        assert_eq!(restored.serial, state.serial);
        assert_eq!(there(&memory).environment, "acme");
    });
}

/// Where nothing was ever, nothing is left: neither a lease nor what probes the service.
#[tokio::test]
async fn whether_a_state_is_there_is_seen_without_writing() {
    let memory = Arc::new(Memory::default());
    assert!(!machine(&memory, "one", 0).is_there().await.unwrap());
    assert!(memory.objects.lock().unwrap().is_empty());
    put(&memory, COPY, b"{}");
    assert!(machine(&memory, "one", 0).is_there().await.unwrap());
}

/// Who takes the next one could not count on.
#[tokio::test]
async fn the_highest_number_of_a_lease_is_refused() {
    let memory = Arc::new(Memory::default());
    let lease = |fence| Lease {
        fence,
        released: true,
        ..Lease::next(None, "one", "one", morning())
    };
    for (fence, is_good) in [(HIGHEST - 1, true), (HIGHEST, false), (HIGHEST + 1, false)] {
        put(&memory, LEASE, &bytes(&lease(fence)).unwrap());
        assert_eq!(
            machine(&memory, "two", 0).lease().await.is_ok(),
            is_good,
            "{fence}"
        );
    }
}

/// Answers that a disk or a person has changed, and those of versions that wrote no checksum.
#[test]
fn damaged_answers_are_refused_and_put_aside_and_earlier_ones_get_a_checksum() {
    use super::super::local::LocalStore;
    on_virtual_time(async {
        let memory = Arc::new(Memory::default());
        written(&memory).await;
        let earlier = br#"{"start_url": "https://s.example.com/a"}"#;
        let name = "answers/identity_center.link%2Facme.json";
        put(&memory, name, earlier);
        let here = tempfile::tempdir().unwrap();
        let shared = machine(&memory, "two", 0);
        let store = LocalStore::new(here.path().to_owned()).of_shared(shared.clone());
        let link = headset_core::address!("identity_center.link", "acme");
        let answer = || {
            store
                .answers()
                .get(&link)
                .map(|answers| answers["start_url"].clone())
        };
        // Looking changes nothing.
        store.fetch().await.unwrap();
        assert_eq!(object(&memory, name).unwrap(), earlier);
        assert_eq!(answer().unwrap(), "https://s.example.com/a");
        let locked = store.take(&shared.clock, Duration::ZERO, || unreachable!());
        locked.await.unwrap().finish().await.unwrap();
        let sealed = object(&memory, name).unwrap();
        assert_ne!(sealed, earlier);
        assert_eq!(answer().unwrap(), "https://s.example.com/a");
        let edited = String::from_utf8(sealed)
            .unwrap()
            .replace("s.example.com/a", "s.example.com/b");
        put(&memory, name, edited.as_bytes());
        store.fetch().await.unwrap();
        let refused = answer().unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("memory/acme/here/{name} is damaged: its content does not fit its checksum")
        );
        assert_eq!(
            refused.restore_command().unwrap(),
            "headset state restore memory/acme/here FILE"
        );
        assert_eq!(shared.restore().await.unwrap(), None);
        let put_aside = shared.restore_answers().await.unwrap();
        assert_eq!(put_aside.len(), 1);
        assert_eq!(put_aside[0].damage, refused.to_string());
        let aside = "answers.damaged-1/identity_center.link%2Facme.json";
        assert_eq!(object(&memory, aside).unwrap(), edited.as_bytes());
        store.fetch().await.unwrap();
        assert!(store.answers().get(&link).unwrap().is_empty());
        assert_eq!(shared.restore_answers().await.unwrap(), []);
    });
}
