//! What a cloud holds before anyone has done anything in it.

use crate::clock::Moment;
use crate::fault::resource_fault::ResourceFaults;
use crate::world::{self, Settings, World};

impl World {
    /// A new world with AWS's initial contents (public images, an organization's users, ...).
    pub fn new(settings: Settings, now: Moment) -> World {
        World {
            wall: None,
            resource_faults: ResourceFaults::default(),
            appstream: world::appstream::Store::initial(&settings, now),
            auto_scaling: world::auto_scaling::Store::initial(&settings, now),
            connect: world::connect::Store::initial(&settings, now),
            iam: world::iam::Store::initial(&settings, now),
            sts: world::sts::Store::initial(&settings, now),
            s3: world::s3::Store::initial(&settings, now),
            sso_admin: world::sso_admin::Store::initial(&settings, now),
            identity_store: world::identity_store::Store::initial(&settings, now),
            identity_provider: world::identity_provider::Store::default(),
            secrets_manager: world::secrets_manager::Store::initial(&settings, now),
            parameter_store: world::parameter_store::Store::initial(&settings, now),
            cloud_front: world::cloud_front::Store::initial(&settings, now),
            cloud_trail: world::cloud_trail::Store::initial(&settings, now),
            ec2: world::ec2::Store::initial(&settings, now),
            issued: 0,
            settings,
        }
    }
}
