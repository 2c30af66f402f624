//! A cloud and what Headset keeps, as they are at one moment: to try several things from there on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use headset_blueprint::model::Blueprint;
use headset_simulator::world::{Settings, World};
use headset_simulator::{Moment, SimOptions, Simulator};

use super::{Sandbox, in_memory, ready_for};

/// A cloud and what Headset keeps at one moment.
pub(crate) struct Frozen {
    now: Moment,
    world: World,
    /// By their names in the sandbox's directory.
    kept: BTreeMap<PathBuf, Vec<u8>>,
    blueprint: Arc<Blueprint>,
    lineage: &'static str,
    is_shared: bool,
}

/// What tests begin with, by its name: it is made once in a run of the suite.
static MADE: Mutex<BTreeMap<String, Arc<Frozen>>> = Mutex::new(BTreeMap::new());

/// The sandbox of this name, made now if no test has done so yet. Calls are counted anew.
pub(crate) async fn once(name: &str, make: impl AsyncFnOnce() -> Sandbox) -> Sandbox {
    let made = MADE.lock().unwrap().get(name).cloned();
    let frozen = match made {
        Some(frozen) => frozen,
        // Two tests may make it at once: both make the same.
        None => {
            let frozen = Arc::new(make().await.freeze());
            MADE.lock().unwrap().insert(name.to_owned(), Arc::clone(&frozen));
            frozen
        }
    };
    frozen.thaw()
}

/// An example right after its apply, with default settings. Calls are counted anew.
pub(crate) async fn applied(name: &str) -> Sandbox {
    once(name, async || {
        let sandbox = ready_for(name, Settings::default()).await;
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{name}: {outcome:?}");
        sandbox
    })
    .await
}

/// What it takes to freeze a sandbox while it works.
pub(crate) struct Freezer {
    pub(crate) simulator: Arc<Simulator>,
    directory: PathBuf,
    blueprint: Arc<Blueprint>,
    lineage: &'static str,
    pub(crate) is_shared: bool,
}

impl Freezer {
    /// Everything that Headset keeps now: names in the sandbox's directory, and contents.
    pub(crate) fn kept(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let own = |path: PathBuf| path.strip_prefix(&self.directory).unwrap().to_owned();
        let files = files(&self.directory).into_iter();
        files.map(|(path, bytes)| (own(path), bytes)).collect()
    }

    /// Everything as it is now.
    pub(crate) fn freeze(&self) -> Frozen {
        Frozen {
            now: self.simulator.now(),
            world: self.simulator.with_world(|world, _| world.clone()),
            kept: self.kept(),
            blueprint: Arc::clone(&self.blueprint),
            lineage: self.lineage,
            is_shared: self.is_shared,
        }
    }
}

/// Every file below a folder, which need not be there.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut kept = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => drop(kept.insert(path.clone(), std::fs::read(path).unwrap())),
            }
        }
    }
    kept
}

impl Frozen {
    /// The cloud.
    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    /// The same once more.
    pub(crate) fn thaw(&self) -> Sandbox {
        let simulator = Simulator::new(SimOptions {
            origin: self.now,
            speed: 1.0,
            ..SimOptions::default()
        });
        simulator.with_world(|world, _| *world = self.world.clone());
        let directory = in_memory();
        for (path, bytes) in &self.kept {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        Sandbox {
            simulator,
            directory,
            blueprint: Blueprint::clone(&self.blueprint),
            lineage: self.lineage,
            is_shared: self.is_shared,
            told: std::cell::RefCell::default(),
        }
    }
}

impl Sandbox {
    /// Makes a bucket and keeps state there from now on.
    pub(crate) async fn share(&mut self) {
        use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
        let aws = self.aws(None).await;
        let place = CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::EuWest2)
            .build();
        let bucket = aws.s3().create_bucket().bucket("acme-state");
        bucket.create_bucket_configuration(place).send().await.unwrap();
        self.is_shared = true;
    }

    /// Forgets all that is on this machine: another one goes on.
    pub(crate) fn on_another_machine(&self) {
        std::fs::remove_dir_all(self.state_directory()).unwrap();
    }

    /// Everything that Headset keeps now: names and contents.
    pub(crate) fn keep(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(&self.state_directory())
    }

    /// Puts back what was kept, and nothing else.
    pub(crate) fn put_back(&self, kept: &BTreeMap<PathBuf, Vec<u8>>) {
        for path in self.keep().into_keys() {
            std::fs::remove_file(path).unwrap();
        }
        for (path, bytes) in kept {
            std::fs::write(path, bytes).unwrap();
        }
    }

    /// Everything as it is now, to go on from more than once. Calls are counted anew.
    pub(crate) fn freeze(&self) -> Frozen {
        self.freezer().freeze()
    }

    /// What it takes to freeze it while it works.
    pub(crate) fn freezer(&self) -> Freezer {
        Freezer {
            simulator: self.simulator.clone(),
            directory: self.directory.path().to_owned(),
            blueprint: Arc::new(self.blueprint.clone()),
            lineage: self.lineage,
            is_shared: self.is_shared,
        }
    }

    /// Whether state is in a bucket of the simulated cloud.
    pub(crate) fn is_shared(&self) -> bool {
        self.is_shared
    }
}
