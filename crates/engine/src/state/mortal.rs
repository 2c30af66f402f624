//! A service for tests of what happens to the state when a process dies.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use headset_core::{AwsError, Class};
use headset_kinds::objects::{Object, Objects, When, Written};

use super::lease::Lease;

/// A service in memory that answers nothing any more from one of its calls on, before or after that took effect: what is seen
/// of a process that dies there is the same.
#[derive(Debug, Default)]
pub(super) struct Service {
    objects: Mutex<BTreeMap<String, (Vec<u8>, u64)>>,
    calls: AtomicU64,
    /// The call, and whether it takes effect.
    dies: Mutex<Option<(u64, bool)>>,
}

impl Service {
    /// Makes a call, unless the process is dead.
    fn call<T>(&self, work: impl FnOnce() -> T) -> Result<T, AwsError> {
        let now = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        let dead = || AwsError::own(Class::Transient, "the process is dead");
        match *self.dies.lock().unwrap() {
            Some((at, true)) if now == at => {
                work();
                Err(dead())
            }
            Some((at, _)) if now >= at => Err(dead()),
            _ => Ok(work()),
        }
    }

    /// Dies at this call from now on, or lives again; returns how many calls there were.
    pub(super) fn live_until(&self, dies: Option<(u64, bool)>) -> u64 {
        *self.dies.lock().unwrap() = dies;
        self.calls.swap(0, Ordering::Relaxed)
    }

    /// Leases run out.
    pub(super) fn time_passes(&self) {
        for (key, (body, _)) in self.objects.lock().unwrap().iter_mut() {
            if key.ends_with("lease.json") {
                let mut lease: Lease = serde_json::from_slice(body).unwrap();
                lease.until = jiff::Timestamp::UNIX_EPOCH;
                *body = serde_json::to_vec(&lease).unwrap();
            }
        }
    }

    /// The keys of what is there.
    pub(super) fn names(&self) -> Vec<String> {
        self.objects.lock().unwrap().keys().cloned().collect()
    }
}

#[async_trait]
impl Objects for Service {
    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn address(&self, path: &str) -> String {
        format!("memory/{path}").trim_end_matches('/').to_owned()
    }

    fn ahead(&self) -> jiff::SignedDuration {
        jiff::SignedDuration::ZERO
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, AwsError> {
        self.call(|| {
            let objects = self.objects.lock().unwrap();
            objects.get(key).map(|(body, tag)| Object {
                body: body.clone(),
                tag: tag.to_string(),
            })
        })
    }

    async fn put(&self, key: &str, body: Vec<u8>, when: &When) -> Result<Written, AwsError> {
        self.call(|| {
            let mut objects = self.objects.lock().unwrap();
            let there = objects.get(key).map(|(_, tag)| tag.to_string());
            if !when.holds(there.as_deref()) {
                return Written::Refused;
            }
            let tag = objects.values().map(|(_, tag)| *tag).max().unwrap_or_default() + 1;
            objects.insert(key.to_owned(), (body, tag));
            Written::Done(tag.to_string())
        })
    }

    async fn delete(&self, key: &str) -> Result<(), AwsError> {
        self.call(|| drop(self.objects.lock().unwrap().remove(key)))
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, AwsError> {
        self.call(|| {
            let names = self.names().into_iter();
            names.filter(|key| key.starts_with(prefix)).collect()
        })
    }
}
