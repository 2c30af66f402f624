//! Every kind that Headset knows, by its id.

use headset_core::{KindId, each_kind};

use super::kind::Kind;
use super::{appstream, autoscaling, cloudfront, connect, ec2, iam, identity_center, idp, s3};

macro_rules! kinds {
    ($($kind:path = $name:literal,)*) => { &[$(&$kind),*] };
}

/// All kinds, in the order of a typical apply.
pub static KINDS: &[&dyn Kind] = each_kind!(kinds);

/// What such a thing is.
#[must_use]
pub fn kind(id: KindId) -> &'static dyn Kind {
    KINDS[id.index()]
}

/// The kind that this answer is for, where it is given at a thing of another kind with the same key: see
/// [`Kind::answered_with`].
pub fn answered_by(id: KindId, key: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|other| {
        other
            .answered_with()
            .is_some_and(|(with, keys)| with == id && keys.contains(&key))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Change;

    #[test]
    fn each_kind_is_found_by_its_id() {
        for id in KindId::all() {
            assert_eq!(kind(id).id(), id);
        }
        assert_eq!(KINDS.len(), KindId::all().count());
    }

    #[test]
    fn what_cannot_change_is_explained() {
        let mut explained = 0;
        for kind in KINDS {
            for field in kind
                .fields()
                .iter()
                .filter(|field| field.change == Change::Forbidden)
            {
                let why = kind.why_unchangeable(field.name);
                assert!(
                    why.is_some(),
                    "{}: say why AWS cannot change {}",
                    kind.id(),
                    field.name
                );
                explained += 1;
            }
        }
        assert!(explained > 2, "{explained}");
    }
}
