//! Every kind with the half that asks AWS.

pub use headset_kinds::registry::*;

use super::remote::Remote;
use super::{appstream, autoscaling, connect, iam, identity_center, idp, s3};

macro_rules! remotes {
    ($($kind:expr,)*) => { &[$(&$kind),*] };
}

/// The half that asks AWS of each of [`KINDS`], in the same order.
static REMOTES: &[&dyn Remote] = headset_kinds::each_kind!(remotes);

/// The half of every kind that asks AWS, in the same order.
pub fn remotes() -> impl Iterator<Item = &'static dyn Remote> {
    REMOTES.iter().copied()
}

/// The half of the kind of this name that asks AWS.
pub fn remote(name: &str) -> Option<&'static dyn Remote> {
    REMOTES.iter().copied().find(|kind| kind.name() == name)
}
