//! Every kind with the half that asks AWS.

pub use headset_kinds::registry::*;

use super::remote::Remote;
use super::{appstream, autoscaling, connect, iam, identity_center, idp, s3};

/// The kinds of [`KINDS`], in the same order.
pub static REMOTES: &[&dyn Remote] = &[
    &connect::ConnectInstance,
    &s3::Bucket,
    &s3::Object,
    &connect::ApprovedOrigin,
    &identity_center::Application,
    &idp::Application,
    &iam::SamlProvider,
    &iam::Role,
    &identity_center::Assignment,
    &identity_center::Link,
    &connect::User,
    &iam::ServiceRole,
    &appstream::UsageReport,
    &appstream::ImageBuilder,
    &appstream::Image,
    &appstream::Fleet,
    &appstream::Stack,
    &appstream::Theme,
    &appstream::FleetAssociation,
    &autoscaling::FleetScaling,
    &appstream::User,
    &appstream::UserAssociation,
];

/// The half of the kind of this name that asks AWS.
pub fn remote(name: &str) -> Option<&'static dyn Remote> {
    REMOTES.iter().copied().find(|kind| kind.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_both_halves() {
        let names = |kinds: &mut dyn Iterator<Item = &'static str>| kinds.collect::<Vec<_>>();
        assert_eq!(
            names(&mut KINDS.iter().map(|kind| kind.name())),
            names(&mut REMOTES.iter().map(|kind| kind.name()))
        );
    }
}
