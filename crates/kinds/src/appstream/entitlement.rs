//! An entitlement of a stack: which users who sign in by SAML see which of its applications.

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use super::stack::StackSpec;
use crate::discovery::Trace;
use crate::extra::List;
use crate::field::FieldId;
use crate::kind::{Actions, Kind, LastOne};
use crate::text::Text;

/// What a blueprint says about an entitlement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "appstream.entitlement", of = Entitlement, live = EntitlementLive)]
pub struct EntitlementSpec {
    /// The stack's name.
    #[field(replace)]
    pub stack: Text,
    /// The name: 1 to 101 letters, digits, `_`, `.` and `-`.
    #[field(replace, always)]
    pub name: String,
    /// A description, at most 256 characters.
    #[field(in_place)]
    #[serde(default)]
    pub description: Option<String>,
    /// Which attributes a sign-in has to bring, at least one.
    #[field(in_place, compared = Set)]
    pub attributes: Vec<Attribute>,
    /// The identifiers of the applications that are associated with it; none: it is one to all of the stack's.
    // Of an entitlement to all applications, nothing says what the list of associated ones means.
    #[field(in_place, compared = Set)]
    #[serde(default)]
    pub applications: Option<Vec<String>>,
}

/// An attribute of a sign-in, and the value that it has to have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attribute {
    /// One of the session tags that AppStream reads: `roles`, `department`, `organization`, `groups`, `title`, `costCenter`,
    /// `userType`.
    pub name: String,
    /// The value.
    pub value: String,
}

/// The kind `appstream.entitlement`.
#[derive(Clone, Copy, Debug)]
pub struct Entitlement;

impl Kind for Entitlement {
    fn about(&self) -> &'static str {
        "An entitlement of a stack: users whose sign-ins bring an attribute see these applications."
    }

    fn called_by(&self) -> &'static str {
        EntitlementSpec::NAME.name
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[List {
                holder: StackSpec::KIND,
                one: "an entitlement",
                what: "entitlements",
            }]
        }
    }

    /// Entitlements narrow what users who sign in by SAML see; those of the user pool see everything in any case (API
    /// reference, "Entitlement").
    fn last_one(&self) -> Option<LastOne> {
        Some(LastOne {
            within: EntitlementSpec::STACK,
            place: StackSpec::KIND,
            effect: "it is the last entitlement of its stack: until there is another one, everybody who signs in by SAML sees \
                     all of its applications",
        })
    }

    fn trace(&self) -> Trace {
        Trace::Within
    }

    fn identity(&self) -> &'static [FieldId] {
        &[EntitlementSpec::STACK, EntitlementSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "appstream:DescribeEntitlements",
                "appstream:ListEntitledApplications",
            ],
            write: &[
                "appstream:AssociateApplicationToEntitlement",
                "appstream:CreateEntitlement",
                "appstream:DisassociateApplicationFromEntitlement",
                "appstream:UpdateEntitlement",
            ],
            delete: &["appstream:DeleteEntitlement"],
        }
    }
}
