//! The lock of a state, and the lease where it is shared.

use std::sync::Arc;
use std::time::Duration;

use headset_aws::Aws;
use headset_engine::state::{Leases, LocalStore, Locked, StoreError};

use super::Sandbox;

impl Sandbox {
    /// Fetches a shared state, as a command does when it begins.
    pub(super) async fn fetch(&self, aws: &Aws) {
        self.try_fetch(aws).await.unwrap();
    }

    pub(super) async fn try_fetch(&self, aws: &Aws) -> Result<(), StoreError> {
        match self.is_shared {
            true => {
                let store = self.shared_store(aws, Leases::default());
                store.fetch().await
            }
            false => Ok(()),
        }
    }

    /// Takes the lock, and the lease where state is shared: that of a run that was killed has to run out.
    pub(super) async fn take(&self, aws: &Aws) -> Locked {
        self.try_take(aws).await.unwrap()
    }

    pub(super) async fn try_take(&self, aws: &Aws) -> Result<Locked, StoreError> {
        match self.is_shared {
            false => Ok(self.lock()),
            true => {
                let store = self.shared_store(aws, Leases::default());
                self.take_from(aws, &store).await
            }
        }
    }

    /// The lock of this store, and its lease.
    pub(super) async fn take_from(&self, aws: &Aws, store: &LocalStore) -> Result<Locked, StoreError> {
        let wait = Duration::from_secs(if self.is_shared { 600 } else { 0 });
        for _ in 0..1_000_000 {
            // As in `lock`: a program that another test starts holds the lock for a moment.
            match store.take(aws.clock(), wait, || self.state()).await {
                Err(StoreError::Locked { .. }) => std::thread::yield_now(),
                taken => return taken,
            }
        }
        panic!("the lock is never given back");
    }

    pub(super) fn shared_store(&self, aws: &Aws, leases: Leases) -> LocalStore {
        let place = headset_aws::objects::Place::parse("s3://acme-state/headset").unwrap();
        let states = headset_engine::state::SharedStates {
            prefix: place.prefix.clone(),
            objects: Arc::new(headset_aws::objects::Bucket::new(aws, place)),
            clock: aws.clock().clone(),
            holder: "a test".to_owned(),
            leases,
        };
        let environment = &self.blueprint().name.value;
        states.of_copy(self.store(), environment, "123456789012-eu-west-2")
    }

    /// Takes the lock. A program that another test is just starting holds every open file of this process until it
    /// runs, the lock of a run that was killed among them: that is over in a moment.
    pub(super) fn lock(&self) -> Locked {
        for _ in 0..1_000_000 {
            match self.store().lock(|| self.state()) {
                Err(StoreError::Locked { .. }) => std::thread::yield_now(),
                locked => return locked.unwrap(),
            }
        }
        panic!("the lock is never given back");
    }
}
