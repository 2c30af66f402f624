//! Every point at which a run may die, and what it leaves there.
//!
//! A run that nothing disturbs is watched: right before each of its calls is sent, and right after each took effect, the cloud
//! and the files that Headset keeps are as a death at that moment would leave them. They are kept, and the next run begins with
//! them.
//!
//! Most calls only look. Points between which neither the cloud nor the files change leave the same behind: the next run, which
//! knows nothing but these, cannot tell them apart. Of such points one is tried. Two things do not count: what time it is, which
//! decides only how long the next run waits for what is under way; and until when the lease of the dead run holds, for the
//! same reason. Where state is shared, another machine goes on, and files do not count.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use headset_aws::{CallHook, Gate};
use headset_simulator::world::World;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::super::kill_sweeps::Mode;
use super::changes;
use crate::support::{Freezer, Frozen, Sandbox};

/// Points that leave the same behind.
pub(super) struct Stop {
    /// Each with the number of its call.
    pub(super) points: Vec<(u64, Mode)>,
    /// What is left.
    pub(super) left: Frozen,
    /// How many calls have changed something by then.
    pub(super) changed: usize,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, mode) = self.points[0];
        write!(f, "{mode:?}, at {at}")
    }
}

/// Carries a work out and says where it could have died.
pub(super) async fn stops<T, W: Future<Output = T>>(
    sandbox: &Sandbox,
    work: impl FnOnce(Box<dyn CallHook>) -> W,
) -> (T, Vec<Stop>) {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let hook = Watcher {
        freezer: sandbox.freezer(),
        seen: Arc::clone(&seen),
    };
    let outcome = work(Box::new(hook)).await;
    let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    (outcome, seen.stops)
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    stops: Vec<Stop>,
    /// Which of them has this digest.
    by_digest: BTreeMap<[u8; 32], usize>,
    /// How many requests the cloud had answered, which files there were, and which of the stops that was, the last time.
    last: Option<(u64, BTreeMap<PathBuf, Vec<u8>>, usize)>,
}

/// Looks at everything before and after each call.
struct Watcher {
    freezer: Freezer,
    seen: Arc<Mutex<Seen>>,
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}

impl Watcher {
    fn look(&self, at: u64, mode: Mode) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let revision = self.freezer.simulator.revision();
        let kept = self.freezer.kept();
        let again = seen
            .last
            .as_ref()
            .filter(|last| last.0 == revision && last.1 == kept);
        let stop = match again {
            Some(last) => last.2,
            None => self.stop(&mut seen, &kept),
        };
        seen.stops[stop].points.push((at, mode));
        seen.last = Some((revision, kept, stop));
    }

    /// Which of the stops it is, or a new one.
    fn stop(&self, seen: &mut Seen, kept: &BTreeMap<PathBuf, Vec<u8>>) -> usize {
        let left = self.freezer.freeze();
        let files = (!self.freezer.is_shared).then_some(kept);
        let new = seen.stops.len();
        let stop = *seen.by_digest.entry(digest(left.world(), files)).or_insert(new);
        if stop == new {
            seen.stops.push(Stop {
                points: Vec::new(),
                left,
                changed: changes(&self.freezer.simulator.call_log()),
            });
        }
        stop
    }
}

impl CallHook for Watcher {
    fn before(&self, sequence: u64, _service: &str, _operation: &str) -> Gate {
        self.look(sequence, Mode::BeforeTheCall);
        Gate::Pass
    }

    fn after(&self, sequence: u64, _service: &str, _operation: &str) -> Gate {
        self.look(sequence, Mode::AfterItsEffect);
        Gate::Pass
    }
}

/// What the next run can know: the cloud, and the files if they are there.
fn digest(world: &World, files: Option<&BTreeMap<PathBuf, Vec<u8>>>) -> [u8; 32] {
    let mut world = serde_json::to_value(world).unwrap();
    let buckets = world["s3"]["buckets"].as_object_mut().unwrap();
    for bucket in buckets.values_mut() {
        let objects = bucket["objects"].as_object_mut().unwrap();
        let leases = objects.iter_mut().filter(|(key, _)| key.ends_with("/lease.json"));
        for version in leases.flat_map(|(_, versions)| versions.as_array_mut().unwrap()) {
            let body = STANDARD.decode(version["body"].as_str().unwrap()).unwrap();
            let lease: Value = serde_json::from_slice(&body).unwrap();
            *version = serde_json::json!([lease["fence"], lease["released"]]);
        }
    }
    // How many ids were given out, and who was signed in.
    for name in ["issued", "sts"] {
        world.as_object_mut().unwrap().remove(name);
    }
    let mut hash = Sha256::new();
    put(&world, &mut hash);
    for (path, bytes) in files.into_iter().flatten() {
        hash.update(path.as_os_str().as_encoded_bytes());
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}

/// A value without its moments.
fn put(value: &Value, hash: &mut Sha256) {
    match value {
        Value::Object(members) => {
            hash.update(b"{");
            for (name, value) in members {
                put(&Value::from(name.as_str()), hash);
                put(value, hash);
            }
            hash.update(b"}");
        }
        Value::Array(items) => {
            hash.update(b"[");
            items.iter().for_each(|item| put(item, hash));
            hash.update(b"]");
        }
        Value::String(text) => {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        Value::Number(number) if number.as_f64().is_some_and(|number| number > 1e11) => hash.update(b"#"),
        value => hash.update(value.to_string()),
    }
}
