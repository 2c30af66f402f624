//! What a crash, an edit or another process does to a local store.

use super::super::record::{Intent, Verb};
use super::*;

fn fresh() -> State {
    State::new("acme", "123456789012", "eu-west-2", "lineage".into())
}

#[test]
fn what_was_recorded_survives_a_crash_before_close() {
    let directory = tempfile::tempdir().unwrap();
    let store = LocalStore::new(directory.path().join("acme"));
    let address = headset_core::address!("s3.bucket", "pages");
    {
        let mut locked = store.lock(fresh).unwrap();
        let intent = Intent {
            verb: Verb::Create,
            token: "t".into(),
            spec: serde_json::Value::Null,
            after: Vec::new(),
            at: None,
        };
        locked
            .record(Entry::Intend {
                address: address.clone(),
                intent,
            })
            .unwrap();
    }
    let state = store.read().unwrap().unwrap();
    assert!(state.intents.contains_key(&address));
    assert_eq!(store.lock(fresh).unwrap().state(), &state);
}

/// A lineage that is in a state counts as known: a plan without agreement leaves none.
#[test]
fn a_new_state_is_written_with_its_first_change() {
    let directory = tempfile::tempdir().unwrap();
    let store = LocalStore::new(directory.path().join("acme"));
    drop(store.lock(fresh).unwrap());
    assert_eq!(store.read().unwrap(), None);
    let mut locked = store.lock(fresh).unwrap();
    locked
        .record(Entry::Expires {
            at: None,
            lifetime: None,
        })
        .unwrap();
    drop(locked);
    assert_eq!(store.read().unwrap().unwrap().serial, 1);
    let other = LocalStore::new(directory.path().join("other"));
    other.lock(fresh).unwrap().close().unwrap();
    assert_eq!(other.read().unwrap(), Some(fresh()));
}

#[test]
fn a_second_holder_is_told_who_has_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = LocalStore::new(directory.path().to_owned());
    let held = store.lock(fresh).unwrap();
    let error = store.lock(fresh).unwrap_err();
    assert!(matches!(error, StoreError::Locked { ref holder } if holder.contains("process")));
    drop(held);
    assert!(store.lock(fresh).is_ok());
}

/// They name people.
#[cfg(unix)]
#[test]
fn files_of_state_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (directory, store) = used();
    let answered = [("start_url".to_owned(), "https://x.example.com".to_owned())].into();
    let link = headset_core::address!("identity_center.link", "acme");
    store.answers().put(&link, &answered).unwrap();
    let mut folders = vec![directory.path().to_owned()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "lock") {
                let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
                assert_eq!(mode, 0o600, "{}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 3, "{seen}");
}

#[test]
fn answers_are_kept_by_address() {
    let directory = tempfile::tempdir().unwrap();
    let answers = LocalStore::new(directory.path().to_owned()).answers();
    let address = headset_core::address!("identity_center.application", "acme support/1");
    assert!(answers.get(&address).unwrap().is_empty());
    answers
        .put(
            &address,
            &[("start_url".to_owned(), "https://x.example.com".to_owned())].into(),
        )
        .unwrap();
    assert_eq!(
        answers.get(&address).unwrap()["start_url"],
        "https://x.example.com"
    );
    answers.forget(&address).unwrap();
    assert!(answers.get(&address).unwrap().is_empty());
}

/// A store with a state of two snapshots and a journal of one entry.
fn used() -> (tempfile::TempDir, LocalStore) {
    let directory = tempfile::tempdir().unwrap();
    let store = LocalStore::of(directory.path(), "acme", "123456789012", "eu-west-2", "");
    for lifetime in [60, 120] {
        let mut locked = store.lock(fresh).unwrap();
        locked.record(expires(lifetime)).unwrap();
        locked.close().unwrap();
    }
    store.lock(fresh).unwrap().record(expires(180)).unwrap();
    (directory, store)
}

fn expires(lifetime: u64) -> Entry {
    Entry::Expires {
        at: None,
        lifetime: Some(lifetime),
    }
}

/// What each damage does to the files, and the lifetime that is known after the restoration.
#[test]
fn each_damage_is_refused_and_the_last_good_state_comes_back() {
    type Damage = (&'static str, fn(&LocalStore), u64);
    let damages: [Damage; 6] = [
        (
            "an edited snapshot",
            |store| edit(store, CURRENT.0, "lineage", "another"),
            60,
        ),
        ("a snapshot cut off", |store| cut(store, CURRENT.0), 60),
        (
            "a lost snapshot",
            |store| fs::remove_file(store.path(CURRENT.0)).unwrap(),
            60,
        ),
        (
            "an edited journal",
            |store| edit(store, CURRENT.1, "180", "190"),
            120,
        ),
        (
            "a lost journal",
            |store| fs::remove_file(store.path(CURRENT.1)).unwrap(),
            120,
        ),
        (
            "an older snapshot",
            |store| {
                fs::copy(store.path(BEFORE.0), store.path(CURRENT.0))
                    .map(drop)
                    .unwrap();
            },
            120,
        ),
    ];
    for (what, damage, known) in damages {
        let (_directory, store) = used();
        let intact = store.read().unwrap().unwrap();
        assert_eq!((intact.lifetime, intact.serial), (Some(180), 3));
        damage(&store);
        for error in [store.read().unwrap_err(), store.lock(fresh).unwrap_err()] {
            assert!(matches!(error, StoreError::Damaged { .. }), "{what}: {error}");
        }
        let restored = store.restore().unwrap().unwrap();
        let state = store.read().unwrap().unwrap();
        assert_eq!(restored.serial, state.serial, "{what}");
        assert!(state.lifetime >= Some(known), "{what}: {:?}", state.lifetime);
        assert!(state.partial, "{what}");
        assert!(Path::new(restored.aside.as_deref().unwrap()).is_dir(), "{what}");
        assert_eq!(store.restore().unwrap(), None, "{what}");
    }
}

fn edit(store: &LocalStore, name: &str, from: &str, to: &str) {
    let text = fs::read_to_string(store.path(name)).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(store.path(name), text.replace(from, to)).unwrap();
}

fn cut(store: &LocalStore, name: &str) {
    let text = fs::read_to_string(store.path(name)).unwrap();
    fs::write(store.path(name), &text[..text.len() / 2]).unwrap();
}

#[test]
fn where_nothing_good_is_left_the_damage_stays_as_it_is() {
    let (_directory, store) = used();
    for name in [CURRENT.0, BEFORE.0] {
        cut(&store, name);
    }
    let before = fs::read_to_string(store.path(CURRENT.0)).unwrap();
    assert!(matches!(store.restore().unwrap_err(), StoreError::Damaged { .. }));
    assert_eq!(fs::read_to_string(store.path(CURRENT.0)).unwrap(), before);
}

#[test]
fn another_environments_state_is_refused() {
    let (directory, store) = used();
    for (environment, account) in [("other", "123456789012"), ("acme", "210987654321")] {
        let other = LocalStore::of(directory.path(), environment, account, "eu-west-2", "");
        fs::create_dir_all(other.directory()).unwrap();
        for name in [CURRENT.0, CURRENT.1] {
            fs::copy(store.path(name), other.path(name)).unwrap();
        }
        let error = other.read().unwrap_err().to_string();
        assert!(error.contains("state of `acme` in 123456789012"), "{error}");
    }
}

#[test]
fn a_state_without_checksum_is_read_and_gets_one() {
    let (_directory, store) = used();
    let mut old: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(store.path(CURRENT.0)).unwrap()).unwrap();
    old["version"] = 1.into();
    old.as_object_mut().unwrap().remove("sum");
    fs::write(store.path(CURRENT.0), old.to_string()).unwrap();
    fs::remove_file(store.path(CURRENT.1)).unwrap();
    assert_eq!(store.read().unwrap().unwrap().lifetime, Some(120));
    store.lock(fresh).unwrap().close().unwrap();
    let now = fs::read_to_string(store.path(CURRENT.0)).unwrap();
    assert!(now.contains("\"sum\""), "{now}");
}

#[test]
fn a_serial_that_no_one_counted_to_is_refused() {
    let (_directory, store) = used();
    let mut old: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(store.path(CURRENT.0)).unwrap()).unwrap();
    old["version"] = 1.into();
    old["serial"] = u64::MAX.into();
    old.as_object_mut().unwrap().remove("sum");
    fs::write(store.path(CURRENT.0), old.to_string()).unwrap();
    fs::remove_file(store.path(CURRENT.1)).unwrap();
    assert!(matches!(
        store.lock(fresh).unwrap_err(),
        StoreError::Damaged { .. }
    ));
}
