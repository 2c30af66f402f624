//! Putting the last good state in the place of a damaged one in a shared store, and taking back a move to a place that is lost.

use headset_kinds::objects::{Object, When};

use super::departure::Departure;
use super::file::StoreError;
use super::model::State;
use super::restored::{PutAside, Restored};
use super::shared::{Fetched, Held, STATE, Shared};
use super::shared_answers;
use super::snapshot;
use super::upgrade::upgraded;

/// What the objects are called that damaged ones are kept in: a number follows.
const ASIDE: &str = "state.damaged-";

impl Shared {
    /// Puts the last good state in the place of a damaged one, and the damaged object aside. `None` if it is not damaged.
    ///
    /// The state is marked as one that may not know everything: what was recorded after it is lost. One that was moved away
    /// says so again.
    ///
    /// # Errors
    /// If nothing good is left, if another run holds the lease, or if that cannot be read.
    pub async fn restore(&self) -> Result<Option<Restored>, StoreError> {
        let held = self.hold().await?;
        let restored = self.restore_as(&held).await;
        let released = held.release().await;
        let restored = restored?;
        released.map(|()| restored)
    }

    pub(super) async fn restore_as(&self, held: &Held) -> Result<Option<Restored>, StoreError> {
        let copy = held.know_copy().await?;
        let object = self.folder().get(STATE).await?;
        let damage = match self.examined(object.clone()).await {
            Ok(_) => return Ok(None),
            Err(error @ StoreError::DamagedThere { .. }) => error,
            Err(error) => return Err(error),
        };
        let Some(good) = copy.and_then(|copy| self.whole(copy.body, None).ok()) else {
            return Err(damage);
        };
        let serial = good.state.serial;
        let aside = match &object {
            Some(object) => Some(self.put_aside(object).await?),
            None => None,
        };
        held.found(object.map(|object| object.tag)).await;
        match good.leaving {
            Some(_) => held.rewrite(&good.text, serial).await?,
            None => self.bring_back(held, good.state).await?,
        }
        Ok(Some(Restored {
            damage: damage.to_string(),
            serial,
            aside,
        }))
    }

    /// Copies the damaged object to one of its own. Returns what that is called, for people.
    async fn put_aside(&self, object: &Object) -> Result<String, StoreError> {
        let kept = self.folder().names(ASIDE).await?;
        let number = (1..).find(|number: &u32| !kept.contains(&format!("{number}.json")));
        let name = format!("{ASIDE}{}.json", number.unwrap_or_default());
        self.folder()
            .put(&name, object.body.clone(), &When::Absent)
            .await?;
        Ok(self.folder().named(&name))
    }

    /// Puts the answers aside that are damaged, so that people are asked again. Returns what was wrong with each, and where
    /// it is now.
    ///
    /// # Errors
    /// If they cannot be read or written.
    pub async fn restore_answers(&self) -> Result<Vec<PutAside>, StoreError> {
        shared_answers::put_aside(self.folder(), &self.address()).await
    }

    /// Writes a state of before in the place of what this run has found, marked as one that may not know everything.
    async fn bring_back(&self, held: &Held, state: State) -> Result<(), StoreError> {
        let state = State {
            partial: true,
            ..upgraded(state)
        };
        let (text, _) = snapshot::text(&state).map_err(std::io::Error::from)?;
        held.rewrite(&text, state.serial).await?;
        held.keep_copy(&text).await
    }

    /// Where the state was moved to, or is being moved to; `None`: it counts here.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn departure(&self) -> Result<Option<Departure>, StoreError> {
        let object = self.folder().get(STATE).await?;
        Ok(self.examined(object).await?.and_then(|fetched| {
            let Fetched { state, leaving, .. } = fetched;
            Some(Departure {
                to: leaving?.to,
                region: state.region,
            })
        }))
    }

    /// Takes a move back to a place that is lost for good: what was kept here counts again. Returns after which change it was
    /// moved. `None`: it was not moved.
    ///
    /// # Errors
    /// If it cannot be read or written, or if another run holds the lease.
    pub async fn take_back(&self) -> Result<Option<u64>, StoreError> {
        let held = self.hold().await?;
        let taken = self.take_back_as(&held).await;
        let released = held.release().await;
        let taken = taken?;
        released.map(|()| taken)
    }

    async fn take_back_as(&self, held: &Held) -> Result<Option<u64>, StoreError> {
        held.know_copy().await?;
        let object = self.folder().get(STATE).await?;
        match self.examined(object).await? {
            Some(Fetched {
                tag, state, leaving, ..
            }) if leaving.is_some() => {
                let serial = state.serial;
                held.found(tag).await;
                self.bring_back(held, state).await?;
                Ok(Some(serial))
            }
            _ => Ok(None),
        }
    }
}
