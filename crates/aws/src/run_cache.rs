//! What is looked up once and holds for the whole run: the profiles of an instance, for one.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use headset_core::AwsError;

use super::gather::Gather;

/// One cached answer; the task that reads it holds the lock, so that all others wait for the same answer.
type Slot<T> = tokio::sync::Mutex<Option<Arc<T>>>;

/// Remembered things by type and name.
#[derive(Debug, Default)]
pub(super) struct RunCache {
    slots: Mutex<HashMap<(TypeId, String), Arc<dyn Any + Send + Sync>>>,
    /// Looks that are asked together, where several environments share the way.
    pub(super) gather: Gather,
}

impl RunCache {
    fn slot<T: Send + Sync + 'static>(&self, name: &str) -> Arc<Slot<T>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots
            .entry((TypeId::of::<T>(), name.to_owned()))
            .or_insert_with(|| Arc::new(Slot::<T>::new(None)));
        // The key holds the type, so that the slot is always of this one.
        Arc::clone(slot).downcast().unwrap_or_default()
    }

    /// What `look` finds now, remembered under this name: [`crate::Aws::renewed`] says how.
    ///
    /// # Errors
    /// Those of `look`; what was remembered before is forgotten then.
    pub(super) async fn renewed<T, F>(
        &self,
        name: &str,
        look: impl FnOnce() -> F + Send,
    ) -> Result<Arc<T>, AwsError>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T, AwsError>> + Send,
    {
        let slot = self.slot::<T>(name);
        let mut held = slot.lock().await;
        *held = None;
        let found = Arc::new(look().await?);
        *held = Some(Arc::clone(&found));
        Ok(found)
    }

    /// What was looked up under this name before, or what `look` finds now: [`crate::Aws::remembered`] says how.
    ///
    /// # Errors
    /// Those of `look`; nothing is remembered then.
    pub(super) async fn remembered<T, F>(
        &self,
        name: &str,
        stale: Option<&Arc<T>>,
        look: impl FnOnce() -> F + Send,
    ) -> Result<Arc<T>, AwsError>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T, AwsError>> + Send,
    {
        let slot = self.slot::<T>(name);
        let mut held = slot.lock().await;
        if let Some(known) = held.as_ref()
            && stale.is_none_or(|stale| !Arc::ptr_eq(stale, known))
        {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(look().await?);
        *held = Some(Arc::clone(&found));
        Ok(found)
    }

    /// Puts another thing in the place of what is remembered under this name, if anything is: [`crate::Aws::amended`].
    pub(super) async fn amended<T>(&self, name: &str, amend: impl FnOnce(&T) -> T + Send)
    where
        T: Send + Sync + 'static,
    {
        let slot = self.slot::<T>(name);
        let mut held = slot.lock().await;
        if let Some(known) = held.take() {
            *held = Some(Arc::new(amend(&known)));
        }
    }
}
