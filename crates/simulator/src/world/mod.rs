//! Everything the simulator remembers, as one value: what a snapshot holds and `reset` forgets.

pub mod appstream;
pub mod auto_scaling;
pub mod cloud_front;
pub mod cloud_trail;
pub mod connect;
pub mod ec2;
pub mod iam;
pub mod identity_provider;
pub mod identity_store;
pub mod parameter_store;
pub mod s3;
pub mod secrets_manager;
pub mod sso_admin;
pub mod sts;
pub(crate) mod tags;

use super::clock::Moment;
use super::evidence;
use super::fault::resource_fault::ResourceFaults;
use serde::{Deserialize, Serialize};

/// How the simulated cloud is set up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The account that the default credentials belong to.
    pub account: String,
    /// The region of IAM Identity Center.
    pub identity_center_region: String,
    /// The account that owns IAM Identity Center; another one means that the deployer may not touch it.
    pub identity_center_account: String,
    /// The management account of the organisation, which may do with Identity Center what its owner may. It has one
    /// role, `headset-identity-center`, which trusts [`Settings::account`].
    pub management_account: String,
    /// An account where AppStream was never used: its service role does not exist yet.
    pub fresh_account: bool,
    /// [`Settings::account`] blocks public access to all of its buckets, from the beginning.
    pub blocks_public_access: bool,
    /// How many seconds AWS's clock is ahead of the real one, by which clients sign.
    pub clock_ahead: i64,
    /// Which quirks are on (see [`evidence`]): 0 for none; the same seed, the same quirks.
    pub quirks: u64,
    /// Quotas by name (`connect.instances`, `appstream.fleets`, ...) that differ from AWS's defaults.
    pub quotas: std::collections::BTreeMap<String, u64>,
}

impl Settings {
    /// Whether this account may administer Identity Center: its owner (a delegated administrator, mostly) and the
    /// organisation's management account may.
    pub(crate) fn administers_identity_center(&self, account: &str) -> bool {
        account == self.identity_center_account || account == self.management_account
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            account: "123456789012".to_owned(),
            identity_center_region: "us-east-1".to_owned(),
            identity_center_account: "123456789012".to_owned(),
            management_account: "111122223333".to_owned(),
            fresh_account: false,
            blocks_public_access: false,
            clock_ahead: 0,
            quirks: 0,
            quotas: Default::default(),
        }
    }
}

/// The whole simulated cloud. Each service owns one field, a `Store` from its own module.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct World {
    /// How it was set up.
    pub settings: Settings,
    /// The real time, which signatures and temporary credentials go by, however fast simulated time runs: clients
    /// compare their expiry with their own clocks. `None`: the simulated time.
    #[serde(skip)]
    pub wall: Option<Moment>,
    /// What fault rules hold fast or let fail.
    #[serde(skip)]
    pub(crate) resource_faults: ResourceFaults,
    /// Feeds [`World::id`]; counted, so that the same calls give the same ids.
    pub issued: u64,
    /// AppStream.
    pub appstream: appstream::Store,
    /// Application Auto Scaling.
    pub auto_scaling: auto_scaling::Store,
    /// Connect.
    pub connect: connect::Store,
    /// Iam.
    pub iam: iam::Store,
    /// Sts.
    pub sts: sts::Store,
    /// S3.
    pub s3: s3::Store,
    /// SsoAdmin.
    pub sso_admin: sso_admin::Store,
    /// IdentityStore.
    pub identity_store: identity_store::Store,
    /// Okta, Entra and another identity provider outside AWS.
    pub identity_provider: identity_provider::Store,
    /// Secrets Manager.
    pub secrets_manager: secrets_manager::Store,
    /// Systems Manager's Parameter Store.
    pub parameter_store: parameter_store::Store,
    /// CloudFront.
    #[serde(default)]
    pub cloud_front: cloud_front::Store,
    /// CloudTrail.
    #[serde(default)]
    pub cloud_trail: cloud_trail::Store,
    /// EC2.
    #[serde(default)]
    pub ec2: ec2::Store,
}

impl World {
    /// A fresh lower-case hexadecimal id of `digits` digits, the same in every run with the same calls.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        use sha2::{Digest, Sha256};
        self.issued += 1;
        let mut hash = Sha256::new();
        hash.update(self.settings.quirks.to_le_bytes());
        hash.update(self.issued.to_le_bytes());
        hex::encode(hash.finalize())[..digits].to_owned()
    }

    /// A fresh UUID, deterministic like [`World::hex`].
    pub(crate) fn uuid(&mut self) -> String {
        let h = self.hex(32);
        format!(
            "{}-{}-4{}-8{}-{}",
            &h[..8],
            &h[8..12],
            &h[13..16],
            &h[17..20],
            &h[20..32]
        )
    }

    /// The quota of this name, or AWS's default.
    pub(crate) fn quota(&self, name: &str, default: u64) -> u64 {
        self.settings.quotas.get(name).copied().unwrap_or(default)
    }

    /// Whether the quirk of this name is on in this world. With seed 0 none is.
    pub fn quirk(&self, name: &str) -> bool {
        evidence::is_on(self.settings.quirks, name)
    }
}
