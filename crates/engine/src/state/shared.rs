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
//! Beside them lies `state.before.json`, a copy as the last run found the state, and as it left it.
//!
//! The directory of the local store is the working copy: commands read it after it was fetched. What people answer to
//! checkpoints is kept in objects of its own, since it has to be written while another run holds the lease.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use headset_core::clock::Clock;
use headset_kinds::objects::{Object, Objects, When, Written};
use jiff::Timestamp;

use super::answers::Unpublished;
use super::belongs::Belongs;
use super::departure::Leaving;
use super::file::{BEFORE, CURRENT, StoreError, write_atomically};
use super::folder::Folder;
use super::journal;
use super::lease::{Lease, RENEWED};
use super::model::State;
use super::shared_answers;
use super::snapshot;
use super::sum::Sum;

/// The object with the state.
pub(super) const STATE: &str = CURRENT.0;
/// The object with the state as it was when the last run began or ended: a damaged state is brought back to it.
pub(super) const COPY: &str = BEFORE.0;
/// The object with the lease.
pub(super) const LEASE: &str = "lease.json";

/// The shared state of one environment in an account and region.
#[derive(Clone, Debug)]
pub struct Shared {
    folder: Folder,
    /// Which state belongs here.
    belongs: Belongs,
    clock: Clock,
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
    /// The tag of the copy, if there is one: as it was before this run wrote the state, or as this run left it.
    copied: tokio::sync::Mutex<Option<String>>,
    fence: u64,
    /// Why nothing more can be written.
    lost: Mutex<Option<String>>,
}

/// A state as it was fetched.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) text: String,
    /// The tag of its object. `None`: that is missing, and this is what its copy says.
    pub(super) tag: Option<String>,
    pub(super) state: State,
    pub(super) sum: Option<Sum>,
    /// Where it went, if it counts there no more.
    pub(super) leaving: Option<Leaving>,
}

impl Shared {
    /// The state whose keys begin with `base`, which ends in `/`, and which belongs there. `holder` says who works on it.
    pub(super) fn new(
        objects: Arc<dyn Objects>,
        clock: Clock,
        (base, belongs): (String, Belongs),
        store: String,
        holder: String,
        leases: Leases,
    ) -> Shared {
        Shared {
            folder: Folder::new(objects, base),
            belongs,
            clock,
            store,
            holder,
            leases,
        }
    }

    /// Where it is, for people.
    pub fn place(&self) -> String {
        self.folder.place()
    }

    /// Its address, as `headset state restore` takes it.
    pub fn address(&self) -> String {
        self.folder.address()
    }

    /// Which state belongs here.
    pub(super) fn belongs(&self) -> &Belongs {
        &self.belongs
    }

    /// Its objects.
    pub(super) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Which store it is in, as `--state` names it.
    pub fn store(&self) -> &str {
        &self.store
    }

    /// Who this run is, for people.
    pub(super) fn holder(&self) -> &str {
        &self.holder
    }

    /// What time it is by the clock of the service, as far as an answer of it has said it: leases are dated and judged by it.
    /// A difference that is too small to be corrected is far smaller than what a lease holds after it was renewed.
    pub fn now(&self) -> Timestamp {
        let here = self.clock.now();
        here.checked_add(self.folder.ahead()).unwrap_or(here)
    }

    /// Fetches the state into a directory, and what people have answered.
    ///
    /// # Errors
    /// If it cannot be read, is damaged, or is a newer version's.
    pub(super) async fn fetch(&self, directory: &Path, unpublished: &Unpublished) -> Result<(), StoreError> {
        let fetched = self.read_state().await?;
        keep(directory, fetched.as_ref())?;
        shared_answers::fetch(&self.folder, directory, unpublished).await
    }

    /// Takes the lease and fetches the state, which is this run's from then on.
    ///
    /// # Errors
    /// [`StoreError::Leased`] if another run holds it; those of [`Shared::fetch`].
    pub(super) async fn take(
        &self,
        directory: &Path,
        unpublished: &Unpublished,
    ) -> Result<Arc<Held>, StoreError> {
        let run = uuid::Uuid::new_v4().to_string();
        let (held, fetched) = self.acquire(&run).await?;
        let held = self.renewed(held);
        let fetching = async {
            keep(directory, fetched.as_ref())?;
            shared_answers::take(&self.folder, directory, unpublished).await
        };
        held.or_released(fetching.await).await?;
        Ok(held)
    }

    /// Takes the lease alone: for what cannot be read, or counts in another place.
    ///
    /// # Errors
    /// [`StoreError::Leased`] if another run holds it.
    pub(super) async fn hold(&self) -> Result<Arc<Held>, StoreError> {
        let run = uuid::Uuid::new_v4().to_string();
        Ok(self.renewed(self.acquire_lease(&run).await?))
    }

    /// Takes the lease of a state that was moved away and comes back as this one. `None`: that is not what is there.
    ///
    /// # Errors
    /// [`StoreError::Leased`] if another run holds it.
    pub(super) async fn take_left(&self, back: &State) -> Result<Option<Arc<Held>>, StoreError> {
        let held = self.hold().await?;
        let fetching = async {
            held.know_copy().await?;
            self.examined(self.folder.get(STATE).await?).await
        };
        if let Some(Fetched {
            tag,
            state,
            leaving: Some(Leaving { over: true, .. }),
            ..
        }) = held.or_released(fetching.await).await?
            && state.comes_before(back)
        {
            held.found(tag).await;
            return Ok(Some(held));
        }
        held.release().await?;
        Ok(None)
    }

    /// Renews a lease until it is given back, with the process at the latest.
    fn renewed(&self, held: Held) -> Arc<Held> {
        let held = Arc::new(held);
        self.leases.lock().push(Arc::clone(&held));
        drop(tokio::spawn(renewing(Arc::downgrade(&held), self.clock.clone())));
        held
    }

    /// Takes the lease, and makes the state this run's. Returns the state as it was until then.
    async fn acquire(&self, run: &str) -> Result<(Held, Option<Fetched>), StoreError> {
        let held = self.acquire_lease(run).await?;
        let fetched = held.or_released(self.fence(&held).await).await?;
        Ok((held, fetched))
    }

    async fn acquire_lease(&self, run: &str) -> Result<Held, StoreError> {
        // The answer says what time it is there.
        let before = self.read_lease().await?;
        let now = self.now();
        let when = match &before {
            Some((lease, _)) if !lease.is_free(now) => return Err(self.locked(lease)),
            Some((_, tag)) => When::Unchanged(tag.clone()),
            None => {
                self.folder.check_conditions().await?;
                When::Absent
            }
        };
        let lease = Lease::next(before.as_ref().map(|(lease, _)| lease), &self.holder, run, now);
        let Written::Done(lease_tag) = self.folder.put(LEASE, bytes(&lease)?, &when).await? else {
            // Another run was quicker.
            return Err(match self.read_lease().await? {
                Some((other, _)) => self.locked(&other),
                None => self.locked(&lease),
            });
        };
        let fence = lease.fence;
        Ok(Held {
            shared: self.clone(),
            lease: tokio::sync::Mutex::new((lease, lease_tag)),
            written: tokio::sync::Mutex::new((None, 0)),
            copied: tokio::sync::Mutex::new(None),
            fence,
            lost: Mutex::new(None),
        })
    }

    /// Reads the state, makes it this lease's, and keeps a copy of it.
    async fn fence(&self, held: &Held) -> Result<Option<Fetched>, StoreError> {
        held.know_copy().await?;
        let fetched = self.read_state().await?;
        if let Some(Fetched { text, tag, state, .. }) = &fetched {
            held.found(tag.clone()).await;
            held.rewrite(text, state.serial).await?;
            held.keep_copy(text).await?;
        }
        Ok(fetched)
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
        let tag = self.write(&text, &When::on(tag.clone())).await?;
        *written = (Some(tag), serial);
        Ok(())
    }

    /// Writes a snapshot as the state, if the one there is as it is known to be. Returns its tag.
    ///
    /// # Errors
    /// If another run has written it, or it cannot be written.
    async fn write(&self, text: &str, when: &When) -> Result<String, StoreError> {
        let fenced = snapshot::fenced(text, self.fence).map_err(std::io::Error::from)?;
        match self.shared.folder.put(STATE, fenced.into_bytes(), when).await? {
            Written::Done(tag) => Ok(tag),
            Written::Refused => Err(self.is_lost("another run has written the state").await),
        }
    }

    /// Notes the tag of the state that this run has found; `None`: there is none.
    pub(super) async fn found(&self, tag: Option<String>) {
        *self.written.lock().await = (tag, 0);
    }

    /// Writes a snapshot in the place of what this run has found or written last.
    ///
    /// # Errors
    /// If another run has written the state, or it cannot be written.
    pub(super) async fn rewrite(&self, text: &str, serial: u64) -> Result<(), StoreError> {
        let mut written = self.written.lock().await;
        let tag = self.write(text, &When::on(written.0.clone())).await?;
        *written = (Some(tag), serial);
        Ok(())
    }

    /// Reads which copy there is. A run does so before it writes the state: a copy that was written since is that of a run
    /// that has the state after it, or of one that has lost it.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) async fn know_copy(&self) -> Result<Option<Object>, StoreError> {
        let copy = self.shared.folder.get(COPY).await?;
        *self.copied.lock().await = copy.as_ref().map(|copy| copy.tag.clone());
        Ok(copy)
    }

    /// Keeps a copy of the state as this run leaves it, so that damage costs nothing. Never in the place of one of a run
    /// that has the state by now: only on top of the copy of before this run wrote the state.
    ///
    /// # Errors
    /// If another run has written the state, or it cannot be written.
    pub(super) async fn keep_copy(&self, text: &str) -> Result<(), StoreError> {
        loop {
            self.check()?;
            let mut copied = self.copied.lock().await;
            let when = When::on(copied.clone());
            let put = self.shared.folder.put(COPY, text.as_bytes().to_vec(), &when);
            if let Written::Done(tag) = put.await? {
                *copied = Some(tag);
                return Ok(());
            }
            drop(copied);
            // That of a run that had the state before this one and came late, unless another one has it by now.
            self.know_copy().await?;
            let there = self.shared.folder.get(STATE).await?.map(|object| object.tag);
            if there != self.written.lock().await.0 {
                return Err(self.is_lost("another run has written the state").await);
            }
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
        match self
            .shared
            .folder
            .put(LEASE, body, &When::Unchanged(tag.clone()))
            .await
        {
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

    /// What the beginning of a run came to: where that failed, the run does nothing, and the next one need not wait until the
    /// lease runs out.
    ///
    /// # Errors
    /// That with which it failed.
    async fn or_released<T>(&self, begun: Result<T, StoreError>) -> Result<T, StoreError> {
        if begun.is_err() {
            drop(self.release().await);
        }
        begun
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
        if let Written::Done(tag) = self.shared.folder.put(LEASE, bytes(&released)?, &when).await? {
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

pub(super) fn bytes(lease: &Lease) -> Result<Vec<u8>, StoreError> {
    Ok(serde_json::to_vec_pretty(lease).map_err(std::io::Error::from)?)
}

/// How often a lock that another run holds is asked for again.
pub(super) const ASKED_AGAIN: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests;
