//! Every kind that Headset knows.

use super::kind::Kind;
use super::{appstream, autoscaling, connect, iam, identity_center, idp, s3};

/// Hands all kinds, in the order of a typical apply, to a macro. This is the only list of them: a crate that has
/// another half of each kind makes a list of halves from it, under the same paths.
#[macro_export]
macro_rules! each_kind {
    ($list:ident) => {
        $list! {
            connect::ConnectInstance,
            s3::Bucket,
            s3::Object,
            connect::ApprovedOrigin,
            identity_center::Application,
            idp::Application,
            iam::SamlProvider,
            iam::Role,
            identity_center::Assignment,
            identity_center::Link,
            connect::Queue,
            connect::User,
            iam::ServiceRole,
            appstream::UsageReport,
            appstream::ImageBuilder,
            appstream::Image,
            appstream::Fleet,
            appstream::Stack,
            appstream::Theme,
            appstream::FleetAssociation,
            autoscaling::FleetScaling,
            appstream::User,
            appstream::UserAssociation,
        }
    };
}

macro_rules! kinds {
    ($($kind:expr,)*) => { &[$(&$kind),*] };
}

/// All kinds, in that order.
pub static KINDS: &[&dyn Kind] = each_kind!(kinds);

/// The kind of this name.
pub fn kind(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|kind| kind.name() == name)
}

/// The kind that this answer is for, where it is given at a thing of another kind with the same key: see
/// [`Kind::answered_with`].
pub fn answered_by(kind: &str, key: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|other| {
        other
            .answered_with()
            .is_some_and(|(with, keys)| with == kind && keys.contains(&key))
    })
}
