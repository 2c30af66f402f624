//! The lease of a state in a shared store as other runs see it, and as a person breaks it.

use headset_kinds::objects::{Object, When, Written};

use super::file::StoreError;
use super::lease::{HIGHEST, Lease};
use super::shared::{LEASE, STATE, Shared, bytes};
use super::snapshot;

/// The lease as it is in the store.
#[derive(Debug)]
enum Standing {
    /// It was never taken.
    Never,
    /// This one, in an object with this tag.
    Is(Lease, String),
    /// The object is none.
    Damaged {
        /// Its tag.
        tag: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Shared {
    /// The lease as it is now, if it was ever taken.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn lease(&self) -> Result<Option<Lease>, StoreError> {
        Ok(self.read_lease().await?.map(|(lease, _)| lease))
    }

    /// The lease and the tag of its object.
    pub(super) async fn read_lease(&self) -> Result<Option<(Lease, String)>, StoreError> {
        match self.standing().await? {
            Standing::Never => Ok(None),
            Standing::Is(lease, tag) => Ok(Some((lease, tag))),
            Standing::Damaged { reason, .. } => Err(StoreError::DamagedLease {
                object: self.folder().named(LEASE),
                reason,
            }),
        }
    }

    /// The lease as it is in the store, be it whole or not.
    async fn standing(&self) -> Result<Standing, StoreError> {
        let Some(Object { body, tag }) = self.folder().get(LEASE).await? else {
            return Ok(Standing::Never);
        };
        Ok(match serde_json::from_slice::<Lease>(&body) {
            // The next ones have to be higher.
            Ok(lease) if lease.fence >= HIGHEST => Standing::Damaged {
                tag,
                reason: format!("no lease has the number {}", lease.fence),
            },
            Ok(lease) => Standing::Is(lease, tag),
            Err(error) => Standing::Damaged {
                tag,
                reason: error.to_string(),
            },
        })
    }

    /// Puts a lease that is free in the place of one that cannot be read. `false`: it is another one by now.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn replace_damaged_lease(&self) -> Result<bool, StoreError> {
        let Standing::Damaged { tag, .. } = self.standing().await? else {
            return Ok(false);
        };
        let now = self.now();
        // Leases count from 1, and the state has the number of the last one that wrote it: the seconds of today are more
        // than any of them.
        let written = self.folder().get(STATE).await?;
        let written = written.and_then(|object| snapshot::fence_of(&object.body));
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let fence = written.filter(|fence| *fence < HIGHEST).unwrap_or_default() + 1;
        let free = Lease {
            fence: fence.max(seconds),
            until: now,
            released: true,
            ..Lease::next(None, self.holder(), "", now)
        };
        let written = self
            .folder()
            .put(LEASE, bytes(&free)?, &When::Unchanged(tag))
            .await?;
        Ok(matches!(written, Written::Done(_)))
    }

    pub(super) fn locked(&self, lease: &Lease) -> StoreError {
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
        let written = self
            .folder()
            .put(LEASE, bytes(&broken)?, &When::Unchanged(tag))
            .await?;
        Ok(matches!(written, Written::Done(_)))
    }
}
