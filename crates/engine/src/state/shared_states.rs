//! A shared store with the states of many environments.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use headset_core::AwsError;
use headset_core::clock::Clock;
use headset_kinds::objects::Objects;
use sha2::{Digest, Sha256};

use super::belongs::Belongs;
use super::file::StoreError;
use super::local::LocalStore;
use super::shared::{COPY, Leases, STATE, Shared};

/// A shared store that keeps the states of many environments.
#[derive(Clone, Debug)]
pub struct SharedStates {
    /// The service that keeps the objects.
    pub objects: Arc<dyn Objects>,
    /// The time.
    pub clock: Clock,
    /// What all keys begin with: empty, or ends in `/`.
    pub prefix: String,
    /// Who this run is, for people.
    pub holder: String,
    /// Where the leases of this process are noted.
    pub leases: Leases,
}

/// The working copy of a state in a shared store.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The copy.
    pub store: LocalStore,
    /// Why what is in the store was not fetched: it is damaged, of another version, on its way to another place, or the
    /// caller may not read it.
    pub bad: Option<Arc<StoreError>>,
}

impl SharedStates {
    /// The store of an environment in an account and region. Its working copy is below `root`; see [`LocalStore::of`] for
    /// `scope`.
    pub fn store(
        &self,
        root: &Path,
        environment: &str,
        account: &str,
        region: &str,
        scope: &str,
    ) -> LocalStore {
        let store = LocalStore::of(&self.copies(root), environment, account, region, scope);
        store.of_shared(self.of(environment, &format!("{account}-{region}{scope}")))
    }

    /// Which store it is, as `--state` names it.
    fn place(&self) -> String {
        let place = format!("{}/{}", self.objects.place(), self.prefix);
        place.trim_end_matches('/').to_owned()
    }

    /// The store of which this one is the working copy, for an environment in a place as directories call it.
    pub fn of_copy(&self, copy: LocalStore, environment: &str, place: &str) -> LocalStore {
        copy.of_shared(self.of(environment, place))
    }

    /// Whether the store has anything of a state of an environment in a place, as directories call it: one of which the copy
    /// alone is left is damaged, and not lost.
    ///
    /// # Errors
    /// If it cannot be asked.
    pub async fn has(&self, environment: &str, place: &str) -> Result<bool, AwsError> {
        for name in [STATE, COPY] {
            let key = format!("{}{environment}/{place}/{name}", self.prefix);
            if self.objects.get(&key).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where working copies are: apart from states that are only here, and from those of other stores.
    pub fn copies(&self, root: &Path) -> PathBuf {
        let hash = hex::encode(&Sha256::digest(self.place())[..6]);
        root.join("shared").join(hash)
    }

    /// The state of an environment in a place, as directories call it.
    pub fn of(&self, environment: &str, place: &str) -> Shared {
        Shared::new(
            Arc::clone(&self.objects),
            self.clock.clone(),
            (
                format!("{}{environment}/{place}/", self.prefix),
                Belongs::of(environment, place),
            ),
            self.objects.address(&self.prefix),
            self.holder.clone(),
            self.leases.clone(),
        )
    }

    /// Fetches every state that is there and counts there. Returns the working copies. Who works on one environment may read
    /// its state alone.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn fetch_all(&self, root: &Path) -> Result<Vec<Copy>, StoreError> {
        let failed = |error: AwsError| StoreError::Shared {
            place: self.place(),
            error: Box::new(error),
        };
        let keys = self.objects.list(&self.prefix).await.map_err(failed)?;
        // One of which the copy alone is left is damaged.
        let of_state = |key: &String| {
            let own = key.strip_prefix(&self.prefix).unwrap_or(key);
            match own.split('/').collect::<Vec<_>>()[..] {
                [environment, place, STATE | COPY] => Some((environment.to_owned(), place.to_owned())),
                _ => None,
            }
        };
        let places: BTreeSet<(String, String)> = keys.iter().filter_map(of_state).collect();
        let mut copies = Vec::new();
        for (environment, place) in &places {
            if [environment, place]
                .iter()
                .any(|part| part.is_empty() || part.starts_with('.'))
            {
                continue;
            }
            let directory = self.copies(root).join(environment).join(place);
            let store = LocalStore::new(directory).of_shared(self.of(environment, place));
            let bad = match store.fetch().await {
                Ok(()) => None,
                Err(StoreError::Moved { .. }) => continue,
                Err(
                    why @ (StoreError::DamagedThere { .. }
                    | StoreError::OtherVersion { .. }
                    | StoreError::Moving { .. }),
                ) => Some(Arc::new(why)),
                Err(why) if why.is_denied() => Some(Arc::new(why)),
                Err(error) => return Err(error),
            };
            copies.push(Copy { store, bad });
        }
        Ok(copies)
    }
}
