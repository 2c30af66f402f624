//! The services whose things are in one region.

use headset_core::KindId;

use crate::regions::Regions;

/// A service whose things are in one region, which the blueprint can set apart from the region of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Amazon Connect.
    Connect,
    /// Amazon AppStream 2.0, the scaling of its fleets, and the network that they are in.
    AppStream,
    /// Amazon S3.
    S3,
    /// IAM Identity Center.
    IdentityCenter,
}

impl Service {
    /// The service of a kind, as the part of its name before the dot says; `None` for what has no region.
    pub(crate) fn of(kind: KindId) -> Option<Service> {
        match kind.name().split('.').next() {
            Some("connect") => Some(Service::Connect),
            // Security groups are where the desktops are.
            Some("appstream" | "autoscaling" | "ec2") => Some(Service::AppStream),
            Some("s3") => Some(Service::S3),
            Some("identity_center") => Some(Service::IdentityCenter),
            _ => None,
        }
    }

    /// AWS's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Service::Connect => "Amazon Connect",
            Service::AppStream => "AppStream 2.0",
            Service::S3 => "Amazon S3",
            Service::IdentityCenter => "IAM Identity Center",
        }
    }

    /// Where it is, of the regions of all services.
    pub fn region(self, regions: &Regions) -> &str {
        match self {
            Service::Connect => &regions.connect,
            Service::AppStream => &regions.appstream,
            Service::S3 => &regions.s3,
            Service::IdentityCenter => &regions.identity_center,
        }
    }
}
