//! Moves out of a shared store that are cut off at each of their calls, and are made again.

use std::collections::BTreeMap;
use std::sync::Arc;

use headset_core::address;
use headset_kinds::objects::{Objects, When};
use tempfile::TempDir;

use super::*;
use crate::state::mortal::Service;
use crate::state::{Entry, Leases, SharedStates, State};
use crate::tests::table::on_virtual_time;

const NOW: Duration = Duration::ZERO;

/// A store with a state, and the places that it may move to.
struct World {
    machine: TempDir,
    service: Arc<Service>,
    /// Whether it moves to this machine, and not to another store.
    to_machine: bool,
}

impl World {
    async fn new(to_machine: bool) -> World {
        let world = World {
            machine: tempfile::tempdir().unwrap(),
            service: Arc::default(),
            to_machine,
        };
        let old = world.old();
        let fresh = || State::new("acme", "123456789012", "eu-west-2", "lineage".into());
        let mut locked = old.take(&Clock::wall(), NOW, fresh).await.unwrap();
        for lifetime in [1, 2] {
            let entry = Entry::Expires {
                at: Some("2026-01-01T00:00:00Z".to_owned()),
                lifetime: Some(lifetime),
            };
            locked.record(entry).unwrap();
        }
        old.answers().put(&answered(), &answer()).unwrap();
        locked.finish().await.unwrap();
        let folder = old.shared().unwrap().folder();
        let put = folder.put("history/one.json", b"{}".to_vec(), &When::Always);
        put.await.unwrap();
        world
    }

    fn states(&self, prefix: &str) -> SharedStates {
        SharedStates {
            objects: Arc::clone(&self.service) as Arc<dyn Objects>,
            clock: Clock::wall(),
            prefix: prefix.to_owned(),
            holder: "a test".to_owned(),
            leases: Leases::default(),
        }
    }

    fn store(&self, machine: &TempDir, prefix: &str) -> LocalStore {
        let states = self.states(prefix);
        states.store(machine.path(), "acme", "123456789012", "eu-west-2", "")
    }

    fn old(&self) -> LocalStore {
        self.store(&self.machine, "old/")
    }

    fn new_place(&self) -> LocalStore {
        match self.to_machine {
            true => LocalStore::of(self.machine.path(), "acme", "123456789012", "eu-west-2", ""),
            false => self.store(&self.machine, "new/"),
        }
    }

    fn whither(&self) -> Destination {
        match self.to_machine {
            true => Destination::Machine("a directory of ada@build-7".to_owned()),
            false => Destination::Store("memory/new".to_owned()),
        }
    }

    /// A move by a process of its own.
    async fn migrate(&self) -> Result<u64, Migration> {
        let (old, to) = (self.old(), self.new_place());
        old.migrate_away(&to, &self.whither(), &Clock::wall(), NOW).await
    }

    /// What another machine reads in the store; of what is on this machine, this one.
    async fn read(&self, old: bool) -> Result<Option<State>, StoreError> {
        let other = tempfile::tempdir().unwrap();
        let store = match (old, self.to_machine) {
            (true, _) => self.store(&other, "old/"),
            (false, true) => self.new_place(),
            (false, false) => self.store(&other, "new/"),
        };
        store.fetch().await?;
        store.read()
    }
}

fn answered() -> headset_core::Address {
    address!("iam.saml_provider", "sign-in")
}

fn answer() -> BTreeMap<String, String> {
    BTreeMap::from([("arn".to_owned(), "here".to_owned())])
}

/// The state counts in one place at most, however far the move came.
async fn counts_once(world: &World, state: &State, about: &str) {
    let (old, new) = (world.read(true).await, world.read(false).await);
    match (old, new.unwrap()) {
        (Ok(Some(old)), None) => assert_eq!(old, *state, "{about}"),
        (Err(StoreError::Moving { .. }), None) => {}
        (Err(StoreError::Moving { .. } | StoreError::Moved { .. }), Some(new)) => {
            assert_eq!(new, *state, "{about}");
        }
        other => panic!("{about}: {other:?}"),
    }
}

#[test]
fn a_move_out_of_a_store_that_is_cut_off_is_ended_by_the_next_one() {
    on_virtual_time(async {
        for to_machine in [false, true] {
            let world = World::new(to_machine).await;
            let state = world.read(true).await.unwrap().unwrap();
            world.service.live_until(None);
            world.migrate().await.unwrap();
            let calls = world.service.live_until(None);
            assert!(calls >= 9, "{calls}");
            for (at, after) in (1..=calls).flat_map(|at| [(at, false), (at, true)]) {
                let about = format!("to a machine: {to_machine}, call {at}, after: {after}");
                let world = World::new(to_machine).await;
                world.service.live_until(Some((at, after)));
                drop(world.migrate().await);
                world.service.live_until(None);
                counts_once(&world, &state, &about).await;
                world.service.time_passes();
                match world.migrate().await {
                    Ok(serial) => assert_eq!(serial, state.serial, "{about}"),
                    Err(Migration::Store(StoreError::Moved { .. })) => {}
                    Err(other) => panic!("{about}: {other:?}"),
                }
                counts_once(&world, &state, &about).await;
                let old = world.read(true).await;
                assert!(matches!(old, Err(StoreError::Moved { .. })), "{about}: {old:?}");
                let new = world.new_place();
                new.fetch().await.unwrap();
                assert_eq!(new.answers().get(&answered()).unwrap(), answer(), "{about}");
                let history = new.history(9).await.unwrap();
                assert_eq!(history.unreadable, ["one.json"], "{about}");
            }
        }
    });
}

/// The steps of a move on the machine: a directory where one of its files is to be written, as a full disk refuses it.
#[test]
fn a_move_to_a_machine_that_is_cut_off_at_a_file_is_ended_by_the_next_one() {
    on_virtual_time(async {
        let state = World::new(true).await.read(true).await.unwrap().unwrap();
        let files = [
            "state.json",
            "state.new",
            "journal.jsonl",
            "journal.new",
            "answers",
            "answers/iam.saml_provider%2Fsign-in.json",
            "history",
            "history/one.new",
        ];
        for file in files {
            let world = World::new(true).await;
            let directory = world.new_place().directory().to_owned();
            let blocked = directory.join(file);
            match file {
                // A folder is blocked by a file.
                "answers" | "history" => {
                    fs_err::create_dir_all(&directory).unwrap();
                    fs_err::write(&blocked, "").unwrap();
                }
                _ => fs_err::create_dir_all(blocked.join("full")).unwrap(),
            }
            assert!(world.migrate().await.is_err(), "{file}");
            match blocked.is_dir() {
                true => fs_err::remove_dir_all(&blocked).unwrap(),
                false => fs_err::remove_file(&blocked).unwrap(),
            }
            counts_once(&world, &state, file).await;
            assert_eq!(world.migrate().await.unwrap(), state.serial, "{file}");
            counts_once(&world, &state, file).await;
            let old = world.read(true).await;
            assert!(matches!(old, Err(StoreError::Moved { .. })), "{file}: {old:?}");
            let new = world.new_place();
            assert_eq!(new.answers().get(&answered()).unwrap(), answer(), "{file}");
            assert_eq!(new.history(9).await.unwrap().unreadable, ["one.json"], "{file}");
        }
    });
}

/// What was left in the old store never counts again by itself, whichever of its objects is lost or damaged.
#[test]
fn a_state_that_was_moved_away_does_not_come_back_with_its_copy() {
    on_virtual_time(async {
        for damaged in [None, Some(&b"{}"[..])] {
            let world = World::new(false).await;
            world.migrate().await.unwrap();
            let old = world.old();
            let shared = old.shared().unwrap();
            match damaged {
                None => shared.folder().delete(STATE).await.unwrap(),
                Some(body) => {
                    let put = shared.folder().put(STATE, body.to_vec(), &When::Always);
                    put.await.unwrap();
                    assert!(shared.restore().await.unwrap().is_some());
                }
            }
            let read = world.read(true).await;
            assert!(
                matches!(read, Err(StoreError::Moved { .. })),
                "{damaged:?}: {read:?}"
            );
            assert_eq!(shared.restore().await.unwrap(), None);
            // The place that it was moved to is not lost with its object, either.
            let new = world.new_place();
            let there = new.shared().unwrap();
            there.folder().delete(STATE).await.unwrap();
            let states = world.states("new/");
            assert!(states.has("acme", "123456789012-eu-west-2").await.unwrap());
            there.restore().await.unwrap().unwrap();
            let state = world.read(false).await.unwrap().unwrap();
            // It moves back to where it was left.
            let whither = Destination::Store("memory/old".to_owned());
            let back = new.migrate_away(&old, &whither, &Clock::wall(), NOW).await;
            assert_eq!(back.unwrap(), state.serial, "{damaged:?}");
            assert_eq!(world.read(true).await.unwrap(), Some(state));
        }
    });
}

/// The same store by another address.
#[test]
fn a_move_is_ended_with_the_store_as_it_is_spelt_otherwise() {
    on_virtual_time(async {
        let world = World::new(false).await;
        let state = world.read(true).await.unwrap().unwrap();
        let (old, to) = (world.old(), world.new_place());
        let with_region = Destination::Store("memory/new?region=eu-west-2".to_owned());
        // The last call but three: the state is marked by then.
        let calls = {
            let world = World::new(false).await;
            world.service.live_until(None);
            world.migrate().await.unwrap();
            world.service.live_until(None)
        };
        world.service.live_until(Some((calls - 3, false)));
        drop(old.migrate_away(&to, &with_region, &Clock::wall(), NOW).await);
        world.service.live_until(None);
        let read = world.read(true).await;
        assert!(matches!(read, Err(StoreError::Moving { .. })), "{read:?}");
        world.service.time_passes();
        assert_eq!(world.migrate().await.unwrap(), state.serial);
    });
}

#[test]
fn a_state_goes_to_a_store_and_comes_back_to_the_machine_that_it_came_from() {
    on_virtual_time(async {
        let world = World::new(true).await;
        let (old, here, clock) = (world.old(), world.new_place(), Clock::wall());
        let state = world.read(true).await.unwrap().unwrap();
        let other = world.store(&world.machine, "other/");
        let whither = world.whither();
        for _ in 0..2 {
            world.migrate().await.unwrap();
            assert_eq!(here.read().unwrap().as_ref(), Some(&state));
            // By another store, where an earlier state was left.
            here.migrate(&other, &clock, NOW).await.unwrap();
            assert!(matches!(here.read(), Err(StoreError::Moved { .. })));
            other.migrate_away(&here, &whither, &clock, NOW).await.unwrap();
            here.migrate(&old, &clock, NOW).await.unwrap();
            assert_eq!(world.read(true).await.unwrap().as_ref(), Some(&state));
        }
        // Another environment of that name has no place where this one was left.
        let fresh = || State::new("acme", "123456789012", "eu-west-2", "another".into());
        let stranger = World::new(true).await.new_place();
        stranger.lock(fresh).unwrap().close().unwrap();
        let taken = stranger.migrate(&other, &clock, NOW).await;
        assert!(
            matches!(taken, Err(Migration::Store(StoreError::Moved { .. }))),
            "{taken:?}"
        );
    });
}

#[test]
fn what_was_moved_to_a_place_that_is_lost_counts_again() {
    on_virtual_time(async {
        let world = World::new(false).await;
        let state = world.read(true).await.unwrap().unwrap();
        let old = world.old();
        let shared = old.shared().unwrap();
        assert_eq!(shared.take_back().await.unwrap(), None);
        world.migrate().await.unwrap();
        let departure = shared.departure().await.unwrap().unwrap();
        assert_eq!(
            (departure.to, departure.region.as_str()),
            (world.whither(), "eu-west-2")
        );
        assert_eq!(shared.take_back().await.unwrap(), Some(state.serial));
        let back = world.read(true).await.unwrap().unwrap();
        assert_eq!(
            back,
            State {
                partial: true,
                ..state
            }
        );
    });
}
