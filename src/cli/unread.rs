//! Where the state of a blueprint's environment is kept, without looking at it: for what cannot be read, or is moved.

use std::path::Path;
use std::time::Duration;

use headset_engine::session::whose;
use headset_engine::state::{LocalStore, SharedStates};
use headset_kinds::Caller;

use super::Global;
use super::access::{Access, Asked, Ways};
use super::environment::{ReadBlueprint, read_blueprint, scope, shared_states};
use super::exit::Failure;

/// An environment that was not opened.
pub(super) struct Unread {
    /// The way to its cloud.
    pub(super) access: Access,
    /// What it is called.
    pub(super) name: String,
    /// The shared store that the command line or the blueprint names.
    pub(super) shared: Option<SharedStates>,
    /// How long to wait for another run.
    pub(super) lock_timeout: Duration,
    /// Who works on it.
    pub(super) caller: Caller,
    region: String,
    scope: String,
}

impl Unread {
    /// That of a blueprint.
    pub(super) async fn find(global: &Global, path: &Path) -> Result<Unread, Failure> {
        let ReadBlueprint { blueprint, .. } = read_blueprint(global, path)?;
        let identity = blueprint.aws.identity();
        let asked = Asked::by(&blueprint.aws);
        let access = Ways::alone()
            .open(global, asked, identity, |region| blueprint.aws.regions_by(region))
            .await?;
        let caller = whose(&access.aws, &blueprint).await?;
        Ok(Unread {
            name: blueprint.name.value.clone(),
            shared: shared_states(global, &access.aws, Some(&blueprint))?,
            lock_timeout: global.lock_timeout.unwrap_or_default(),
            caller,
            region: access.aws.regions().connect.clone(),
            scope: scope(access.simulation.as_ref(), access.endpoint.as_deref()),
            access,
        })
    }

    /// Its state on this machine.
    pub(super) fn here(&self, global: &Global) -> LocalStore {
        LocalStore::of(
            &global.state_dir,
            &self.name,
            &self.caller.account,
            &self.region,
            &self.scope,
        )
    }

    /// Its state in a shared store.
    pub(super) fn there(&self, global: &Global, states: &SharedStates) -> LocalStore {
        states.store(
            &global.state_dir,
            &self.name,
            &self.caller.account,
            &self.region,
            &self.scope,
        )
    }

    /// Ends the command: gives leases back, and keeps the simulated cloud, if there is one.
    pub(super) async fn close(&self, global: &Global) -> Result<(), Failure> {
        global.leases.release().await;
        self.access.close()
    }
}
