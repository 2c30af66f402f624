//! What the other environments of this machine have, and count against the same limits of AWS.
//!
//! AWS counts by account and region, and each environment remembers its own. Nothing is kept beside them that could
//! disagree with them or be written by two at once: the sum is read from all of them. The state of an environment
//! that was taken down stays, and its attempts with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::local::LocalStore;
use super::model::State;
use super::record::Attempt;
use headset_design::is_application;
use headset_kinds::{Address, KindId};

/// What the environments beside one have recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherEnvironments {
    /// Creations and deletions that AWS counts for the same account and region.
    pub attempts: Vec<Attempt>,
    /// Applications at identity providers, with the environments that have them, in all accounts and regions.
    pub applications: BTreeMap<Address, BTreeSet<String>>,
    /// The physical ids of what they have in the same account and region.
    pub ids: BTreeSet<(KindId, String)>,
    /// What could not be read, in words, each with its path.
    pub unread: Vec<String>,
}

impl OtherEnvironments {
    /// How many things of a kind came or went in so many days before a moment (RFC 3339).
    pub fn attempts(&self, kind: KindId, within: i64, until: &str) -> usize {
        super::model::recent(&self.attempts, kind, within, until)
    }

    /// Reads the states in the same account, region and behind the same endpoint: the directories that are called like
    /// this environment's, below its siblings.
    pub fn beside(store: &LocalStore, state: &State) -> OtherEnvironments {
        let mut found = OtherEnvironments::default();
        let own = store.directory();
        let (Some(place), Some(root)) = (
            own.file_name().and_then(|name| name.to_str()),
            own.parent().and_then(Path::parent),
        ) else {
            return found;
        };
        // An environment that was found by its tags beside another of its name has the lineage after a dot.
        let place = place.split('.').next().unwrap_or(place);
        let scope = place
            .strip_prefix(&format!("{}-{}", state.account, state.region))
            .unwrap_or_default();
        for environment in found.directories(root) {
            for directory in found.directories(&environment) {
                let is_here = directory.file_name().is_some_and(|name| {
                    name.to_string_lossy()
                        .strip_prefix(place)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                });
                if directory == own {
                    continue;
                }
                if let Ok(Some(other)) = LocalStore::new(directory.clone()).read()
                    && is_behind(&directory, &other, scope)
                {
                    found.take_applications(&other, state);
                }
                if is_here {
                    found.take_in(directory, state);
                }
            }
        }
        found
    }

    fn take_applications(&mut self, other: &State, own: &State) {
        if other.environment == own.environment {
            return;
        }
        for address in other.resources.keys().filter(|address| is_application(address)) {
            let environments = self.applications.entry(address.clone()).or_default();
            environments.insert(other.environment.clone());
        }
    }

    /// The other regions in which an environment of the same name, account and endpoint has things, each with how many.
    pub fn other_regions(store: &LocalStore, own: &State) -> Vec<(String, usize)> {
        let mut found = OtherEnvironments::default();
        let directory = store.directory();
        let (Some(place), Some(siblings)) = (
            directory.file_name().and_then(|name| name.to_str()),
            directory.parent(),
        ) else {
            return Vec::new();
        };
        let mut regions = Vec::new();
        for sibling in found.directories(siblings) {
            // What is damaged is reported where it is used.
            let Ok(Some(state)) = LocalStore::new(sibling.clone()).read() else {
                continue;
            };
            let things = state.resources.len() + state.intents.len() + state.deposed.len();
            let of_own = place.replacen(&own.region, &state.region, 1);
            let is_beside = sibling.file_name().is_some_and(|name| *name == *of_own);
            if is_beside && state.account == own.account && state.region != own.region && things > 0 {
                regions.push((state.region, things));
            }
        }
        regions
    }

    fn take_in(&mut self, directory: PathBuf, own: &State) {
        let path = directory.display().to_string();
        match LocalStore::new(directory).read() {
            Ok(None) => {}
            Ok(Some(state)) if (&state.account, &state.region) == (&own.account, &own.region) => {
                let had = state.resources.into_iter();
                self.ids
                    .extend(had.map(|(address, record)| (address.kind, record.id)));
                self.attempts.extend(state.attempts);
            }
            Ok(Some(state)) => self.unread.push(format!(
                "{path} holds the state of account {} in {}",
                state.account, state.region
            )),
            Err(error) => self.unread.push(error.to_string()),
        }
    }

    fn directories(&mut self, parent: &Path) -> Vec<PathBuf> {
        let entries = match fs::read_dir(parent) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                self.unread.push(error.to_string());
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) if entry.path().is_dir() => found.push(entry.path()),
                Ok(_) => {}
                Err(error) => self.unread.push(error.to_string()),
            }
        }
        found.sort();
        found
    }
}

/// Whether a state is of the same AWS, or of the same endpoint that stands in for it, as its directory is called.
fn is_behind(directory: &Path, state: &State, scope: &str) -> bool {
    let name = directory.file_name().map(|name| name.to_string_lossy());
    name.is_some_and(|name| {
        name.split('.').next() == Some(&format!("{}-{}{scope}", state.account, state.region))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Entry;
    use super::*;

    const PLACE: &str = "123456789012-eu-west-2";

    fn state(name: &str) -> State {
        State::new(name, "123456789012", "eu-west-2", format!("lineage of {name}"))
    }

    /// An environment that made one instance; with `closed` its run came to its end.
    fn made_one(root: &Path, name: &str, place: &str, state: State, closed: bool) {
        let store = LocalStore::new(root.join(name).join(place));
        let mut locked = store.lock(|| state).unwrap();
        let attempt = Attempt {
            address: headset_core::address!("connect.instance", "main"),
            at: "2026-01-01T00:00:00Z".to_owned(),
        };
        locked.record(Entry::Counted { attempt }).unwrap();
        if closed {
            locked.close().unwrap();
        }
    }

    fn beside(root: &Path) -> OtherEnvironments {
        OtherEnvironments::beside(&LocalStore::new(root.join("acme").join(PLACE)), &state("acme"))
    }

    #[test]
    fn every_environment_in_the_same_place_counts_and_no_other() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        assert_eq!(beside(root), OtherEnvironments::default());
        made_one(root, "acme", PLACE, state("acme"), true);
        assert_eq!(beside(root), OtherEnvironments::default());

        made_one(root, "other", PLACE, state("other"), true);
        // Cut off in the middle: the journal has it.
        made_one(root, "third", PLACE, state("third"), false);
        // An older one of the same name, found by its tags.
        let older = format!("{PLACE}.6f1d0c1e");
        made_one(root, "acme", &older, state("acme"), true);
        // Another region, and an endpoint that stands in for AWS.
        made_one(root, "other", "123456789012-eu-west-1", state("other"), true);
        made_one(root, "other", &format!("{PLACE}-sim"), state("other"), true);
        let found = beside(root);
        assert_eq!(found.unread, Vec::<String>::new());
        assert_eq!(
            found.attempts(KindId::of("connect.instance"), 30, "2026-01-02T00:00:00Z"),
            3
        );
        assert_eq!(
            found.attempts(KindId::of("connect.instance"), 30, "2026-03-02T00:00:00Z"),
            0
        );
        assert_eq!(
            found.attempts(KindId::of("s3.bucket"), 30, "2026-01-02T00:00:00Z"),
            0
        );

        let older = LocalStore::new(root.join("acme").join(older));
        assert_eq!(
            OtherEnvironments::beside(&older, &state("acme")).attempts.len(),
            3
        );
    }

    #[test]
    fn applications_of_other_environments_are_known_wherever_those_are() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let application = headset_core::address!("identity_center.application", "Acme Support");
        let with_one = |name: &str, region: &str, place: &str| {
            let store = LocalStore::new(root.join(name).join(place));
            let state = State::new(name, "123456789012", region, format!("lineage of {name}"));
            let mut locked = store.lock(|| state).unwrap();
            let record = serde_json::from_value(serde_json::json!({
                "id": "Acme Support", "spec": {}, "origin": "created", "outputs": {}, "protect": false, "after": [],
            }));
            let address = application.clone();
            locked
                .record(Entry::Done {
                    address,
                    record: record.unwrap(),
                })
                .unwrap();
            locked.close().unwrap();
        };
        with_one("elsewhere", "us-east-1", "123456789012-us-east-1");
        with_one("acme", "us-east-1", "123456789012-us-east-1");
        with_one("simulated", "eu-west-2", "123456789012-eu-west-2-sim");
        let found = beside(root);
        let environments: Vec<&str> = found.applications[&application]
            .iter()
            .map(String::as_str)
            .collect();
        assert_eq!(environments, ["elsewhere"]);
        assert_eq!(found.unread, Vec::<String>::new());
    }

    #[test]
    fn another_region_is_told_only_where_something_of_the_same_environment_is() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let own = LocalStore::new(root.join("acme").join(PLACE));
        let mut there = state("acme");
        "eu-west-1".clone_into(&mut there.region);
        // Nothing is left of it there, another endpoint, another environment.
        made_one(root, "acme", "123456789012-eu-west-1", there.clone(), true);
        let record: super::super::Record = serde_json::from_value(serde_json::json!({
            "id": "i", "origin": "created", "spec": {}, "outputs": {}, "protect": false, "after": [],
        }))
        .unwrap();
        there
            .resources
            .insert(headset_core::address!("connect.instance", "main"), record);
        made_one(root, "acme", "123456789012-eu-west-1-sim", there.clone(), true);
        made_one(root, "other", "123456789012-eu-west-1", there.clone(), true);
        assert_eq!(OtherEnvironments::other_regions(&own, &state("acme")), []);

        let directory = root.join("acme").join("123456789012-eu-west-1");
        std::fs::remove_dir_all(directory).unwrap();
        made_one(root, "acme", "123456789012-eu-west-1", there, true);
        assert_eq!(
            OtherEnvironments::other_regions(&own, &state("acme")),
            [("eu-west-1".to_owned(), 1)]
        );
    }

    #[test]
    fn what_is_damaged_or_foreign_is_named_and_the_rest_counts() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        made_one(root, "other", PLACE, state("other"), true);
        made_one(root, "broken", PLACE, state("broken"), true);
        std::fs::write(root.join("broken").join(PLACE).join("state.json"), "{").unwrap();
        let mut foreign = state("foreign");
        "210987654321".clone_into(&mut foreign.account);
        made_one(root, "foreign", PLACE, foreign, true);
        std::fs::write(root.join("a file"), "of others").unwrap();
        let found = beside(root);
        assert_eq!(found.attempts.len(), 1);
        assert_eq!(found.unread.len(), 2, "{:?}", found.unread);
        assert!(found.unread[0].contains("broken"), "{:?}", found.unread);
        assert!(found.unread[1].contains("210987654321"), "{:?}", found.unread);
    }
}
