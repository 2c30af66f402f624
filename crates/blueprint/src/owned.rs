//! `owned`: whose the lists of a thing are.

use crate::declare::Value as _;
use crate::table::Key;
use headset_derive::Choice;

/// Whether `drift` reports what others put into the lists of a thing, and `apply` takes it away from those that it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Owned {
    /// The lists hold what the blueprint declares: everything else in them is extra.
    All,
    /// They are shared with others: what the blueprint does not declare is theirs.
    OnlyDeclared,
}

/// `owned` of an entry whose thing has lists.
pub(crate) const OWNED: Key = Key::new(
    "owned",
    Owned::SHAPE,
    "only-declared",
    "Whether the lists of what AWS has there are this blueprint's alone, so that `headset drift` tells what it does not declare, \
     or shared with others. Of what Headset writes as a whole (a bucket's policy, the accounts that an image is shared with), \
     `headset apply` takes away what it does not declare, or leaves it.",
)
.otherwise("`all`; of what exists, `only-declared`");
