//! A move that is cut off at each of its calls and at each of its steps on this machine, and is made again.

use std::path::Path;
use std::sync::Arc;

use headset_kinds::objects::Objects;

use super::*;
use crate::state::mortal::Service;
use crate::state::shared::Leases;
use crate::state::{Entry, SharedStates, State};

const ANSWERED: &str = "iam.saml_provider_sign-in.json";

/// A state on a machine, and the service that it moves to.
struct Machine {
    directory: tempfile::TempDir,
    service: Arc<Service>,
}

impl Machine {
    fn new() -> Machine {
        let machine = Machine {
            directory: tempfile::tempdir().unwrap(),
            service: Arc::default(),
        };
        let here = machine.here();
        let fresh = || State::new("acme", "123456789012", "eu-west-2", "lineage".into());
        let mut locked = here.lock(fresh).unwrap();
        for lifetime in [1, 2] {
            let at = Some("2026-01-01T00:00:00Z".to_owned());
            let entry = Entry::Expires {
                at,
                lifetime: Some(lifetime),
            };
            locked.record(entry).unwrap();
        }
        locked.close().unwrap();
        let answers = here.directory().join("answers");
        fs::create_dir_all(&answers).unwrap();
        fs::write(answers.join(ANSWERED), "{\"arn\":\"here\"}").unwrap();
        machine
    }

    fn here(&self) -> LocalStore {
        LocalStore::new(self.directory.path().join("here"))
    }

    fn there_of(&self, root: &Path) -> LocalStore {
        let states = SharedStates {
            objects: Arc::clone(&self.service) as Arc<dyn Objects>,
            clock: Clock::wall(),
            prefix: String::new(),
            holder: "a test".to_owned(),
            leases: Leases::default(),
        };
        states.store(root, "acme", "123456789012", "eu-west-2", "")
    }

    /// A move by a process of its own.
    async fn migrate(&self) -> Result<u64, Migration> {
        let to = self.there_of(self.directory.path());
        self.here().migrate(&to, &Clock::wall(), Duration::ZERO).await
    }

    /// What another machine finds in the store: the state, and whether it has what was answered.
    async fn elsewhere(&self) -> (Option<State>, bool) {
        let other = tempfile::tempdir().unwrap();
        let store = self.there_of(other.path());
        store.fetch().await.unwrap();
        let has_answers = store.directory().join("answers").join(ANSWERED).exists();
        (store.read().unwrap(), has_answers)
    }

    /// After a death: the state counts in one place at most, the next move ends, and then all of it is there.
    async fn goes_on(&self, state: &State, about: &str) {
        let (there, has_answers) = self.elsewhere().await;
        match (self.here().read(), &there) {
            // Nothing has moved yet.
            (Ok(Some(here)), None) => assert_eq!(here, *state, "{about}"),
            (Err(StoreError::Moving { .. }), None) => {}
            (Err(StoreError::Moving { .. } | StoreError::Moved { .. }), Some(there)) => {
                assert_eq!(there, state, "{about}");
                assert!(has_answers, "{about}: people would be asked again");
            }
            other => panic!("{about}: {other:?}"),
        }
        self.service.time_passes();
        match self.migrate().await {
            Ok(serial) => assert_eq!(serial, state.serial, "{about}"),
            Err(Migration::Store(StoreError::Moved { .. })) => {}
            Err(other) => panic!("{about}: {other:?}"),
        }
        assert_eq!(self.elsewhere().await, (Some(state.clone()), true), "{about}");
        assert!(
            matches!(self.here().read(), Err(StoreError::Moved { .. })),
            "{about}"
        );
        let left: Vec<String> = self.service.names();
        assert!(
            !left.iter().any(|name| name.contains("probe")),
            "{about}: {left:?}"
        );
        assert!(
            !self.here().path(BEFORE.0).exists(),
            "{about}: it would count as the last good one"
        );
    }
}

#[tokio::test]
async fn a_move_that_is_cut_off_at_a_call_is_ended_by_the_next_one() {
    let machine = Machine::new();
    let state = machine.here().read().unwrap().unwrap();
    machine.migrate().await.unwrap();
    let calls = machine.service.live_until(None);
    assert!(calls >= 12, "{calls}");
    for at in 1..=calls {
        for after in [false, true] {
            let machine = Machine::new();
            machine.service.live_until(Some((at, after)));
            drop(machine.migrate().await);
            machine.service.live_until(None);
            machine
                .goes_on(&state, &format!("call {at}, after: {after}"))
                .await;
        }
    }
}

#[tokio::test]
async fn a_move_that_is_cut_off_while_it_puts_things_aside_is_ended_by_the_next_one() {
    for most in 0..=6 {
        let machine = Machine::new();
        let state = machine.here().read().unwrap().unwrap();
        let place = "memory";
        // As it is right after the state is there.
        let kept = copied(machine.here().directory());
        machine.migrate().await.unwrap();
        fs::remove_dir_all(machine.here().directory()).unwrap();
        for (name, body) in kept {
            let path = machine.here().path(&name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, body).unwrap();
        }
        write_atomically(&machine.here().path(MOVING), place.as_bytes()).unwrap();
        machine.here().leave(place, most).unwrap();
        if most < 4 {
            let read = machine.here().read();
            assert!(matches!(read, Err(StoreError::Moving { .. })), "{most}: {read:?}");
            machine.goes_on(&state, &format!("step {most}")).await;
        } else {
            let read = machine.here().read();
            assert!(matches!(read, Err(StoreError::Moved { .. })), "{most}: {read:?}");
        }
    }
}

/// The files of a directory, by their paths in it.
fn copied(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for folder in ["", "answers"] {
        for entry in fs::read_dir(directory.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(directory).unwrap().to_str().unwrap();
                files.push((name.to_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    files
}

/// What is here is worked with again where the shared store is lost, be the move over or cut off anywhere, and be the way back
/// cut off anywhere.
#[test]
fn a_state_comes_back_from_a_store_that_is_lost() {
    for (most, back) in (0..=6).flat_map(|most| (0..=6).map(move |back| (most, back))) {
        let machine = Machine::new();
        let state = machine.here().read().unwrap().unwrap();
        let here = machine.here();
        write_atomically(&here.path(MOVING), b"memory").unwrap();
        here.leave("memory", most).unwrap();
        let departure = here.departure().unwrap().unwrap();
        assert_eq!(
            (departure.to.to_string().as_str(), departure.region.as_str()),
            ("memory", state.region.as_str())
        );
        here.return_files("memory", back).unwrap();
        let read = here.read();
        let refused = matches!(read, Err(StoreError::Moving { .. } | StoreError::Moved { .. }));
        assert!(refused, "{most} {back}: {read:?}");
        assert_eq!(here.take_back().unwrap(), Some(state.serial), "{most} {back}");
        let back = here.read().unwrap().unwrap();
        // Others may have gone on with it.
        assert!(back.partial);
        assert_eq!(back.resources, state.resources);
        assert_eq!(here.take_back().unwrap(), None);
        assert_eq!(here.departure().unwrap(), None);
    }
}

/// Another machine worked on in the meantime: what is here is an earlier state of that.
#[tokio::test]
async fn a_move_ends_where_others_have_gone_on_since() {
    let machine = Machine::new();
    let begun = copied(machine.here().directory());
    machine.migrate().await.unwrap();
    let there = machine.there_of(machine.directory.path());
    let mut locked = there
        .take(&Clock::wall(), Duration::ZERO, || unreachable!())
        .await
        .unwrap();
    let entry = Entry::Expires {
        at: None,
        lifetime: None,
    };
    locked.record(entry).unwrap();
    let state = locked.finish().await.unwrap();
    for is_marked in [false, true] {
        for (name, body) in &begun {
            fs::write(machine.here().path(name), body).unwrap();
        }
        if is_marked {
            write_atomically(&machine.here().path(MOVING), b"memory").unwrap();
        }
        let moved = machine.migrate().await;
        match is_marked {
            true => assert_eq!(moved.unwrap(), state.serial),
            // It may be another history of the same beginning.
            false => assert!(matches!(moved, Err(Migration::Taken { .. })), "{moved:?}"),
        }
        assert_eq!(machine.elsewhere().await.0.as_ref(), Some(&state));
    }
}

/// A run that died while it probed the service leaves nothing there for long.
#[tokio::test]
async fn what_a_probe_left_behind_is_tidied_up_by_the_next_run() {
    for at in 1..=6 {
        for after in [false, true] {
            let machine = Machine::new();
            machine.service.live_until(Some((at, after)));
            assert!(machine.migrate().await.is_err());
            machine.service.live_until(None);
            machine.service.time_passes();
            machine.migrate().await.unwrap();
            let left = machine.service.names();
            assert!(!left.iter().any(|name| name.contains("probe")), "{at}: {left:?}");
        }
    }
}
