//! The objects of one state in a shared store: those whose keys begin alike.

use std::sync::Arc;

use headset_core::AwsError;
use headset_kinds::objects::{Object, Objects, When, Written};
use jiff::SignedDuration;

use super::conditions;
use super::file::StoreError;

/// The objects below one key.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    objects: Arc<dyn Objects>,
    /// What the keys begin with; ends in `/`.
    base: String,
}

impl Folder {
    /// Those whose keys begin with `base`, which ends in `/`.
    pub(super) fn new(objects: Arc<dyn Objects>, base: String) -> Folder {
        Folder { objects, base }
    }

    /// Where they are, for people.
    pub(super) fn place(&self) -> String {
        format!("{}/{}", self.objects.place(), self.base.trim_end_matches('/'))
    }

    /// The same with all that it takes to find them.
    pub(super) fn address(&self) -> String {
        self.objects.address(&self.base)
    }

    /// An object's name for people.
    pub(super) fn named(&self, name: &str) -> String {
        format!("{}/{name}", self.place())
    }

    /// How far the clock of the service is ahead of this machine's.
    pub(super) fn ahead(&self) -> SignedDuration {
        self.objects.ahead()
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.base)
    }

    /// Makes sure that the service looks at the conditions of writes.
    ///
    /// # Errors
    /// If it does not, or cannot be asked.
    pub(super) async fn check_conditions(&self) -> Result<(), StoreError> {
        let checked = conditions::check(self.objects.as_ref(), &self.base).await;
        checked.map_err(|error| self.failed(error))
    }

    /// An object.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) async fn get(&self, name: &str) -> Result<Option<Object>, StoreError> {
        let object = self.objects.get(&self.key(name)).await;
        object.map_err(|error| self.failed(error))
    }

    /// Writes an object. A write whose answer was lost and that is refused when it is tried again is done all the same.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) async fn put(&self, name: &str, body: Vec<u8>, when: &When) -> Result<Written, StoreError> {
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

    pub(super) fn failed(&self, error: AwsError) -> StoreError {
        StoreError::Shared {
            place: self.place(),
            error: Box::new(error),
        }
    }

    /// The names of the objects that begin with this, without it.
    ///
    /// # Errors
    /// If they cannot be listed.
    pub(super) async fn names(&self, below: &str) -> Result<Vec<String>, StoreError> {
        let prefix = self.key(below);
        let keys = self.objects.list(&prefix).await;
        let keys = keys.map_err(|error| self.failed(error))?;
        let names = keys.iter().filter_map(|key| key.strip_prefix(&prefix));
        Ok(names.map(str::to_owned).collect())
    }

    /// Removes an object. One that is not there is no error.
    ///
    /// # Errors
    /// If it cannot be removed.
    pub(super) async fn delete(&self, name: &str) -> Result<(), StoreError> {
        let removed = self.objects.delete(&self.key(name)).await;
        removed.map_err(|error| self.failed(error))
    }
}
