//! State in a shared store: several machines work on one environment, one at a time.
//!
//! Two objects count. `lease.json` says who may change the state. `state.json` is a snapshot with a checksum, and each write of
//! it is conditional: it succeeds only on top of the content that its writer knows. The run that takes the lease writes the state
//! once with the number of the lease in it (`fence`). From then on no write of an earlier holder fits any more, whether it
//! knows that its lease is over or not.
//!
//! An intent is written before the call that it is about. So an earlier holder makes no call either: its intent cannot be
//! written. A call that it has in flight has its intent in the state, and the new holder finds out how it ended.
//!
//! Clocks decide only when a lease may be taken over, never what may be written. The clock is that of the service, as its
//! answers say it: machines disagree.
//!
//! The directory of the local store is the working copy: commands read it after it was fetched. What people answer to
//! checkpoints is kept in objects of its own, since it has to be written while another run holds the lease.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use headset_core::clock::Clock;
use headset_core::{AwsError, Class};
use headset_kinds::objects::{Object, Objects, When, Written};
use jiff::Timestamp;

use super::answers::Unpublished;
use super::file::{CURRENT, StoreError, write_atomically};
use super::journal;
use super::lease::{Lease, RENEWED};
use super::snapshot::{self, Snapshot};
use super::sum::Sum;

/// The object with the state.
pub(super) const STATE: &str = "state.json";
/// The object with the lease.
const LEASE: &str = "lease.json";
/// What the keys of objects begin with by which the service is probed.
const PROBE: &str = "probe-";
/// How often it is probed before it counts as one that does not look at conditions.
const PROBES: usize = 3;
/// Where people's answers are.
const ANSWERS: &str = "answers/";

/// The shared state of one environment in an account and region.
#[derive(Clone, Debug)]
pub struct Shared {
    objects: Arc<dyn Objects>,
    clock: Clock,
    /// What the keys of this state begin with; ends in `/`.
    base: String,
    /// The store that it is in, as `--state` names it.
    store: String,
    /// Who this run is, for people.
    holder: String,
    leases: Leases,
}

/// The leases that a process holds, so that it can give all of them back, however its work ends.
#[derive(Clone, Debug, Default)]
pub struct Leases(Arc<Mutex<Vec<Arc<Held>>>>);

/// A lease that this run holds, and how it writes.
#[derive(Debug)]
pub(super) struct Held {
    shared: Shared,
    /// The lease and the tag of its object.
    lease: tokio::sync::Mutex<(Lease, String)>,
    /// What was written last: the tag of its object, if there is one, and the serial of the state.
    written: tokio::sync::Mutex<(Option<String>, u64)>,
    fence: u64,
    /// Why nothing more can be written.
    lost: Mutex<Option<String>>,
}

/// A state as it was fetched.
#[derive(Debug)]
struct Fetched {
    text: String,
    tag: String,
    sum: Option<Sum>,
    serial: u64,
}

impl Shared {
    /// The state whose keys begin with `base`, which ends in `/`. `holder` says who works on it.
    pub(super) fn new(
        objects: Arc<dyn Objects>,
        clock: Clock,
        base: String,
        store: String,
        holder: String,
        leases: Leases,
    ) -> Shared {
        Shared {
            objects,
            clock,
            base,
            store,
            holder,
            leases,
        }
    }

    /// Where it is, for people.
    pub fn place(&self) -> String {
        format!("{}/{}", self.objects.place(), self.base.trim_end_matches('/'))
    }

    /// Which store it is in, as `--state` names it.
    pub fn store(&self) -> &str {
        &self.store
    }

    /// What time it is by the clock of the service, as far as an answer of it has said it: leases are dated and judged by it.
    /// A difference that is too small to be corrected is far smaller than what a lease holds after it was renewed.
    pub fn now(&self) -> Timestamp {
        let here = self.clock.now();
        here.checked_add(self.objects.ahead()).unwrap_or(here)
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.base)
    }

    /// The lease as it is now, if it was ever taken.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn lease(&self) -> Result<Option<Lease>, StoreError> {
        Ok(self.read_lease().await?.map(|(lease, _)| lease))
    }

    async fn read_lease(&self) -> Result<Option<(Lease, String)>, StoreError> {
        let Some(Object { body, tag }) = self.get(LEASE).await? else {
            return Ok(None);
        };
        let lease = serde_json::from_slice(&body)
            .map_err(|error| StoreError::damaged(Path::new(&self.named(LEASE)), error.to_string()))?;
        Ok(Some((lease, tag)))
    }

    /// An object's name for people.
    fn named(&self, name: &str) -> String {
        format!("{}/{name}", self.place())
    }

    async fn get(&self, name: &str) -> Result<Option<Object>, StoreError> {
        let object = self.objects.get(&self.key(name)).await;
        object.map_err(|error| self.failed(error))
    }

    /// Writes an object. A write whose answer was lost and that is refused when it is tried again is done all the same.
    async fn put(&self, name: &str, body: Vec<u8>, when: &When) -> Result<Written, StoreError> {
        let key = self.key(name);
        let written = self.objects.put(&key, body.clone(), when).await;
        match written.map_err(|error| self.failed(error))? {
            Written::Refused => Ok(match self.get(name).await? {
                Some(there) if there.body == body => Written::Done(there.tag),
                _ => Written::Refused,
            }),
            done @ Written::Done(_) => Ok(done),
        }
    }

    fn failed(&self, error: AwsError) -> StoreError {
        StoreError::Shared {
            place: self.place(),
            error: Box::new(error),
        }
    }

    /// Fetches the state into a directory, and what people have answered.
    ///
    /// # Errors
    /// If it cannot be read, is damaged, or is a newer version's.
    pub(super) async fn fetch(&self, directory: &Path, unpublished: &Unpublished) -> Result<(), StoreError> {
        self.fetch_state(directory).await?;
        self.fetch_answers(directory, unpublished).await
    }

    async fn fetch_state(&self, directory: &Path) -> Result<(), StoreError> {
        let fetched = self.read_state().await?;
        keep(directory, fetched.as_ref())
    }

    /// The state that is there, if there is one and it is whole.
    async fn read_state(&self) -> Result<Option<Fetched>, StoreError> {
        let Some(Object { body, tag }) = self.get(STATE).await? else {
            return Ok(None);
        };
        let name = PathBuf::from(self.named(STATE));
        let text = String::from_utf8(body).map_err(|error| StoreError::damaged(&name, error.to_string()))?;
        let Snapshot { state, sum } = snapshot::read(&text).map_err(|why| why.about(&name))?;
        Ok(Some(Fetched {
            text,
            tag,
            sum,
            serial: state.serial,
        }))
    }

    /// Fetches what people have answered meanwhile.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) async fn fetch_answers(
        &self,
        directory: &Path,
        unpublished: &Unpublished,
    ) -> Result<(), StoreError> {
        let prefix = self.key(ANSWERS);
        let keys = self.objects.list(&prefix).await;
        let keys = keys.map_err(|error| self.failed(error))?;
        let here = directory.join("answers");
        fs_err::create_dir_all(&here)?;
        let mut there = BTreeMap::new();
        for key in keys {
            let name = key.strip_prefix(&prefix).unwrap_or(&key).to_owned();
            // A name of ours has no separator: who can write there must not write elsewhere here.
            let is_foreign = name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.');
            if is_foreign || unpublished.names().contains(&name) {
                continue;
            }
            if let Some(object) = self.get(&format!("{ANSWERS}{name}")).await? {
                there.insert(name, object.body);
            }
        }
        for (name, body) in &there {
            let path = here.join(name);
            if fs_err::read(&path).ok().as_ref() != Some(body) {
                write_atomically(&path, body)?;
            }
        }
        for entry in fs_err::read_dir(&here)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !there.contains_key(&name) && !unpublished.names().contains(&name) {
                fs_err::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Writes the answers that are not there yet, and removes those that were forgotten.
    ///
    /// # Errors
    /// If they cannot be written; they count as not published then.
    pub(super) async fn publish_answers(
        &self,
        directory: &Path,
        unpublished: &Unpublished,
    ) -> Result<(), StoreError> {
        let here = directory.join("answers");
        let names: Vec<String> = unpublished.names().iter().cloned().collect();
        for name in names {
            match fs_err::read(here.join(&name)) {
                Ok(body) => {
                    self.put(&format!("{ANSWERS}{name}"), body, &When::Always).await?;
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    let key = self.key(&format!("{ANSWERS}{name}"));
                    let removed = self.objects.delete(&key).await;
                    removed.map_err(|error| self.failed(error))?;
                }
                Err(error) => return Err(error.into()),
            }
            unpublished.names().remove(&name);
        }
        Ok(())
    }

    /// Writes the record of a run.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) async fn put_record(&self, name: &str, body: Vec<u8>) -> Result<(), StoreError> {
        self.put(name, body, &When::Always).await.map(drop)
    }

    /// The names below a folder of this state, without it.
    ///
    /// # Errors
    /// If they cannot be listed.
    pub(super) async fn records(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        let prefix = self.key(folder);
        let keys = self.objects.list(&prefix).await;
        let keys = keys.map_err(|error| self.failed(error))?;
        let names = keys.iter().filter_map(|key| key.strip_prefix(&prefix));
        Ok(names.map(str::to_owned).collect())
    }

    /// What is in a record; `None` if there is none of that name.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) async fn record(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get(name).await?.map(|object| object.body))
    }

    /// Takes the lease and fetches the state; with `fence` the state is this run's from then on.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another run holds it.
    pub(super) async fn take(
        &self,
        directory: &Path,
        unpublished: &Unpublished,
    ) -> Result<Arc<Held>, StoreError> {
        let run = uuid::Uuid::new_v4().to_string();
        let (held, fetched) = self.acquire(&run).await?;
        let held = Arc::new(held);
        self.leases.lock().push(Arc::clone(&held));
        let weak = Arc::downgrade(&held);
        drop(tokio::spawn(renewing(weak, self.clock.clone())));
        keep(directory, fetched.as_ref())?;
        self.fetch_answers(directory, unpublished).await?;
        Ok(held)
    }

    /// Takes the lease, and makes the state this run's. Returns the state as it was until then.
    async fn acquire(&self, run: &str) -> Result<(Held, Option<Fetched>), StoreError> {
        // The answer says what time it is there.
        let before = self.read_lease().await?;
        let now = self.now();
        let when = match &before {
            Some((lease, _)) if !lease.is_free(now) => return Err(self.locked(lease)),
            Some((_, tag)) => When::Unchanged(tag.clone()),
            None => {
                self.check_conditions().await?;
                When::Absent
            }
        };
        let lease = Lease::next(before.as_ref().map(|(lease, _)| lease), &self.holder, run, now);
        let Written::Done(lease_tag) = self.put(LEASE, bytes(&lease)?, &when).await? else {
            // Another run was quicker.
            return Err(match self.read_lease().await? {
                Some((other, _)) => self.locked(&other),
                None => self.locked(&lease),
            });
        };
        let fence = lease.fence;
        let held = Held {
            shared: self.clone(),
            lease: tokio::sync::Mutex::new((lease, lease_tag)),
            written: tokio::sync::Mutex::new((None, 0)),
            fence,
            lost: Mutex::new(None),
        };
        let fetched = self.read_state().await?;
        if let Some(Fetched {
            text, tag, serial, ..
        }) = &fetched
        {
            let fenced = snapshot::fenced(text, fence).map_err(std::io::Error::from)?;
            let when = When::Unchanged(tag.clone());
            match self.put(STATE, fenced.into_bytes(), &when).await? {
                Written::Done(tag) => *held.written.lock().await = (Some(tag), *serial),
                Written::Refused => return Err(held.is_lost("another run has written the state").await),
            }
        }
        Ok((held, fetched))
    }

    fn locked(&self, lease: &Lease) -> StoreError {
        StoreError::Leased {
            place: self.place(),
            lease: Box::new(lease.clone()),
        }
    }

    /// Takes the lease away from its holder, as it was read. `false`: it is another one by now.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn break_lease(&self, seen: &Lease) -> Result<bool, StoreError> {
        let Some((lease, tag)) = self.read_lease().await? else {
            return Ok(true);
        };
        if lease.run != seen.run || lease.fence != seen.fence {
            return Ok(false);
        }
        let broken = Lease {
            released: true,
            ..lease
        };
        let written = self.put(LEASE, bytes(&broken)?, &When::Unchanged(tag)).await?;
        Ok(matches!(written, Written::Done(_)))
    }

    /// Makes sure that the service refuses a write whose condition does not hold: without that, two runs could both think
    /// that they hold the lease.
    async fn check_conditions(&self) -> Result<(), StoreError> {
        for _ in 0..PROBES {
            if self.refuses_what_does_not_hold().await? {
                return self.tidy_up().await;
            }
        }
        let why = "it takes writes whose condition (If-None-Match, If-Match) does not hold, so that two runs could change \
                   one environment at the same time";
        Err(self.failed(AwsError::own(Class::Invalid, why)))
    }

    /// Probes it by an object of its own. Another run that tidies up may remove that meanwhile, which looks as if the
    /// condition had not been looked at.
    async fn refuses_what_does_not_hold(&self) -> Result<bool, StoreError> {
        let name = format!("{PROBE}{}", uuid::Uuid::new_v4());
        let key = self.key(&name);
        let first = self.objects.put(&key, b"1".to_vec(), &When::Absent).await;
        let second = match first.map_err(|error| self.failed(error))? {
            Written::Done(_) => self.objects.put(&key, b"2".to_vec(), &When::Absent).await,
            Written::Refused => Ok(Written::Refused),
        };
        let stale = When::Unchanged("\"00000000000000000000000000000000\"".to_owned());
        let third = self.objects.put(&key, b"3".to_vec(), &stale).await;
        let removed = self.objects.delete(&key).await;
        let both = [second, third].into_iter().collect::<Result<Vec<_>, _>>();
        let both = both.map_err(|error| self.failed(error))?;
        removed.map_err(|error| self.failed(error))?;
        Ok(both.iter().all(|written| *written == Written::Refused))
    }

    /// Removes what runs have left that died while they probed the service.
    async fn tidy_up(&self) -> Result<(), StoreError> {
        let left = self.objects.list(&self.key(PROBE)).await;
        for key in left.map_err(|error| self.failed(error))? {
            let removed = self.objects.delete(&key).await;
            removed.map_err(|error| self.failed(error))?;
        }
        Ok(())
    }
}

impl Leases {
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Held>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives all of them back: when the process ends. What cannot be given back runs out by itself.
    pub async fn release(&self) {
        let held: Vec<Arc<Held>> = std::mem::take(&mut *self.lock());
        for held in held {
            if let Err(error) = held.release().await {
                tracing::debug!(%error, "a lease was not given back");
            }
        }
    }
}

impl Held {
    /// Writes the state that `latest` gives, unless what is written is at least as new as `serial`. All who ask at the same
    /// time are served by one write.
    ///
    /// # Errors
    /// If the lease is lost, or the state cannot be written.
    pub(super) async fn commit(
        &self,
        serial: u64,
        latest: impl Fn() -> Result<(u64, String), StoreError>,
    ) -> Result<(), StoreError> {
        let mut written = self.written.lock().await;
        let (tag, upto) = &*written;
        if tag.is_some() && *upto >= serial {
            return Ok(());
        }
        self.check()?;
        let (serial, text) = latest()?;
        let fenced = snapshot::fenced(&text, self.fence).map_err(std::io::Error::from)?;
        let when = match tag {
            Some(tag) => When::Unchanged(tag.clone()),
            None => When::Absent,
        };
        match self.shared.put(STATE, fenced.into_bytes(), &when).await? {
            Written::Done(tag) => {
                *written = (Some(tag), serial);
                Ok(())
            }
            Written::Refused => Err(self.is_lost("another run has written the state").await),
        }
    }

    /// Whether anything may still be written.
    fn check(&self) -> Result<(), StoreError> {
        match &*self.lost.lock().unwrap_or_else(PoisonError::into_inner) {
            None => Ok(()),
            Some(why) => Err(self.lost_because(why)),
        }
    }

    fn lost_because(&self, why: &str) -> StoreError {
        StoreError::LeaseLost {
            place: self.shared.place(),
            why: why.to_owned(),
        }
    }

    async fn is_lost(&self, what: &str) -> StoreError {
        let why = match self.shared.read_lease().await {
            Ok(Some((lease, _))) if lease.fence != self.fence => format!("{what}: {lease}"),
            _ => what.to_owned(),
        };
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(why.clone());
        self.lost_because(&why)
    }

    /// Renews the lease. `false`: it is not this run's any more.
    async fn renew(&self) -> bool {
        let mut held = self.lease.lock().await;
        let (lease, tag) = &*held;
        if lease.released {
            return false;
        }
        let renewed = lease.renewed(self.shared.now());
        let Ok(body) = bytes(&renewed) else { return false };
        match self.shared.put(LEASE, body, &When::Unchanged(tag.clone())).await {
            Ok(Written::Done(tag)) => {
                *held = (renewed, tag);
                true
            }
            Ok(Written::Refused) => {
                drop(held);
                drop(self.is_lost("the lease was taken over").await);
                false
            }
            // The next try may succeed; until then the lease runs on.
            Err(error) => {
                tracing::debug!(%error, "the lease was not renewed");
                true
            }
        }
    }

    /// Gives the lease back.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) async fn release(&self) -> Result<(), StoreError> {
        let mut held = self.lease.lock().await;
        let (lease, tag) = &*held;
        if lease.released || self.check().is_err() {
            return Ok(());
        }
        let released = Lease {
            released: true,
            ..lease.clone()
        };
        let when = When::Unchanged(tag.clone());
        if let Written::Done(tag) = self.shared.put(LEASE, bytes(&released)?, &when).await? {
            *held = (released, tag);
        }
        Ok(())
    }
}

/// Makes a directory the working copy of what was fetched: a snapshot and a journal without entries, or nothing.
fn keep(directory: &Path, fetched: Option<&Fetched>) -> Result<(), StoreError> {
    fs_err::create_dir_all(directory)?;
    let Some(Fetched { text, sum, .. }) = fetched else {
        for name in [CURRENT.0, CURRENT.1] {
            match fs_err::remove_file(directory.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        return Ok(());
    };
    let header = sum.as_ref().map(journal::header).transpose();
    let header = header.map_err(std::io::Error::from)?.unwrap_or_default();
    write_atomically(&directory.join(CURRENT.0), text.as_bytes())?;
    write_atomically(&directory.join(CURRENT.1), header.as_bytes())
}

/// Renews a lease as long as it is held.
async fn renewing(held: Weak<Held>, clock: Clock) {
    loop {
        clock.sleep(RENEWED).await;
        let Some(held) = held.upgrade() else { return };
        if !held.renew().await {
            return;
        }
    }
}

fn bytes(lease: &Lease) -> Result<Vec<u8>, StoreError> {
    Ok(serde_json::to_vec_pretty(lease).map_err(std::io::Error::from)?)
}

/// How often a lock that another run holds is asked for again.
pub(super) const ASKED_AGAIN: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests;
