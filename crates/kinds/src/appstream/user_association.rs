//! Which user of the pool may stream from which stack.

use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::{Change, Compare, Field};
use crate::kind::{Actions, Kind};
use crate::text::Text;

/// What a blueprint says about an association.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserAssociationSpec {
    /// The user's e-mail address, as it is in the pool: letter case counts.
    pub user: Text,
    /// The stack's name.
    pub stack: Text,
    /// Whether AppStream tells the user by mail.
    #[serde(default)]
    pub notify: bool,
}

/// The kind `appstream.user_association`.
#[derive(Clone, Copy, Debug)]
pub struct UserAssociation;

const FIELDS: &[Field] = &[
    Field::new("user", Change::Replace, "the user's e-mail address"),
    Field::new("stack", Change::Replace, "the stack's name"),
    Field::new(
        "notify",
        Change::AtCreation,
        "whether AppStream tells the user by mail; counts at creation only",
    )
    .compared(Compare::WriteOnly),
];

impl Kind for UserAssociation {
    fn name(&self) -> &'static str {
        "appstream.user_association"
    }

    fn about(&self) -> &'static str {
        "A user of the pool who may stream from a stack."
    }

    fn trace(&self) -> Trace {
        Trace::Within
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn identity(&self) -> &'static [&'static str] {
        &["user", "stack"]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["appstream:DescribeUserStackAssociations"],
            write: &["appstream:BatchAssociateUserStack"],
            delete: &["appstream:BatchDisassociateUserStack"],
        }
    }
}
