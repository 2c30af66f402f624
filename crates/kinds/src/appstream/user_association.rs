//! Which user of the pool may stream from which stack.

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use super::stack::StackSpec;
use crate::discovery::Trace;
use crate::extra::List;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::outward::Terraform;
use crate::text::Text;

/// What a blueprint says about an association.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "appstream.user_association", of = UserAssociation, live = UserAssociationLive)]
pub struct UserAssociationSpec {
    /// The user's e-mail address, as it is in the pool: letter case counts.
    #[field(replace)]
    pub user: Text,
    /// The stack's name.
    #[field(replace)]
    pub stack: Text,
    /// Whether AppStream tells the user by mail; counts at creation only.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default)]
    pub notify: bool,
}

/// The kind `appstream.user_association`.
#[derive(Clone, Copy, Debug)]
pub struct UserAssociation;

impl Kind for UserAssociation {
    fn about(&self) -> &'static str {
        "A user of the pool who may stream from a stack."
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[List {
                holder: StackSpec::KIND,
                one: "a user who may stream",
                what: "users who may stream",
            }]
        }
    }

    fn trace(&self) -> Trace {
        Trace::Within
    }

    fn identity(&self) -> &'static [FieldId] {
        &[UserAssociationSpec::USER, UserAssociationSpec::STACK]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform {
            resource: "aws_appstream_user_stack_association",
            form: "USER/USERPOOL/STACK",
            import_id: |_, spec| {
                let user = UserAssociationSpec::USER.text(spec)?;
                let stack = UserAssociationSpec::STACK.text(spec)?;
                Some(format!("{user}/USERPOOL/{stack}"))
            },
        })
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["appstream:DescribeUserStackAssociations"],
            write: &["appstream:BatchAssociateUserStack"],
            delete: &["appstream:BatchDisassociateUserStack"],
        }
    }
}
