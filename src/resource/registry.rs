//! Every kind that Headset knows.

use super::kind::Kind;
use super::{appstream, s3};

/// All kinds, in the order of a typical apply.
pub static KINDS: &[&dyn Kind] = &[
    &s3::Bucket,
    &s3::Object,
    &appstream::ImageBuilder,
    &appstream::Image,
    &appstream::Fleet,
    &appstream::Stack,
    &appstream::FleetAssociation,
];

/// The kind of this name.
pub fn kind(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|kind| kind.name() == name)
}
