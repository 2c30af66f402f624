//! Every kind with the half that asks AWS.

use headset_core::{KindId, each_kind};
pub use headset_kinds::registry::*;

use super::remote::Half;
use super::{appstream, autoscaling, cloudfront, connect, ec2, iam, identity_center, idp, s3};

macro_rules! remotes {
    ($($kind:path = $name:literal,)*) => { &[$(&$kind),*] };
}

/// The half that asks AWS of each of [`KINDS`], in the same order.
static REMOTES: &[&dyn Half] = each_kind!(remotes);

/// The half of every kind that asks AWS, in the same order.
pub fn remotes() -> impl Iterator<Item = &'static dyn Half> {
    REMOTES.iter().copied()
}

/// The half of a kind that asks AWS.
#[must_use]
pub fn remote(id: KindId) -> &'static dyn Half {
    REMOTES[id.index()]
}
