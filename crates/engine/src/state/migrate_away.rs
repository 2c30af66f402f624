//! Moving a state out of a shared store: to another one, or to this machine.

use std::time::Duration;

use headset_core::clock::Clock;

use super::arrival::{Migration, arriving};
use super::departure::{Destination, Leaving};
use super::file::{MOVED, StoreError};
use super::local::{LocalStore, patiently};
use super::shared::{Fetched, Held, STATE, Shared};
use super::shared_answers;
use super::snapshot;

impl LocalStore {
    /// Moves the state out of the shared store that this is the working copy of, with what people answered and with the
    /// records of its runs. `whither` says for other machines where it went. What is in the store stays there, and is
    /// refused from now on.
    ///
    /// It may be cut off anywhere: before the state may be in both places, that in the store is refused, and to move it
    /// again ends the move.
    ///
    /// # Errors
    /// If there is none in the store, if there is one in the other place, or another run works on either.
    pub async fn migrate_away(
        &self,
        to: &LocalStore,
        whither: &Destination,
        clock: &Clock,
        wait: Duration,
    ) -> Result<u64, Migration> {
        let shared = self.shared().ok_or(Migration::NotShared)?;
        let _lock = self.take_lock()?;
        let held = patiently(clock, wait, async || shared.hold().await).await?;
        let moved = self.migrate_as((shared, &held), to, whither, (clock, wait)).await;
        let released = held.release().await;
        let serial = moved?;
        released?;
        Ok(serial)
    }

    async fn migrate_as(
        &self,
        (shared, held): (&Shared, &Held),
        to: &LocalStore,
        whither: &Destination,
        (clock, wait): (&Clock, Duration),
    ) -> Result<u64, Migration> {
        held.know_copy().await?;
        let object = shared.folder().get(STATE).await?;
        let Some(Fetched {
            text,
            tag,
            state,
            leaving,
            ..
        }) = shared.examined(object).await?
        else {
            return Err(Migration::Nothing);
        };
        let begun = leaving.is_some();
        if let Some(leaving) = leaving.filter(|leaving| leaving.over || !leaving.to.is(whither)) {
            return Err(shared.has_left(leaving).into());
        }
        let there = to.take_arriving(clock, wait, &state).await?;
        let is_this = *there.state() == state;
        let there = arriving(there, &state, begun).await?;
        let leave = |over| {
            let leaving = Leaving {
                to: whither.clone(),
                over,
            };
            snapshot::left(&text, &leaving).map_err(std::io::Error::from)
        };
        held.found(tag).await;
        let leaves = leave(false)?;
        // The copy first: what is restored from it never counts in both places.
        held.keep_copy(&leaves).await?;
        held.rewrite(&leaves, state.serial).await?;
        if is_this {
            // Before the state: where that is, people are not asked again.
            shared_answers::fetch(shared.folder(), self.directory(), self.unpublished()).await?;
            to.answers().take_all(&self.answers())?;
            to.publish_answers().await?;
        }
        to.take_history(self).await?;
        let serial = there.finish().await?.serial;
        to.forget_departure()?;
        let arrived = leave(true)?;
        held.rewrite(&arrived, state.serial).await?;
        held.keep_copy(&arrived).await?;
        Ok(serial)
    }

    /// What a state that comes back from the shared store that it was moved to leaves of that move.
    fn forget_departure(&self) -> Result<(), StoreError> {
        let mark = self.path(MOVED);
        match self.shared().is_none() && mark.exists() {
            true => Ok(fs_err::remove_file(mark)?),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
