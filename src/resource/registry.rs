//! Every kind that Headset knows.

use super::kind::Kind;
use super::{appstream, autoscaling, connect, iam, identity_center, idp, s3};

/// All kinds, in the order of a typical apply.
pub static KINDS: &[&dyn Kind] = &[
    &connect::ConnectInstance,
    &s3::Bucket,
    &s3::Object,
    &connect::ApprovedOrigin,
    &identity_center::Application,
    &idp::Application,
    &iam::SamlProvider,
    &iam::Role,
    &identity_center::Assignment,
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

/// The kind of this name.
pub fn kind(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|kind| kind.name() == name)
}
