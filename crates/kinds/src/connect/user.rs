//! `connect.user`: somebody who signs in to an instance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::{Change, Compare, Field};
use crate::kind::{Actions, Kind};
use crate::secret::Secret;
use crate::text::Text;

/// What a blueprint asks of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserSpec {
    /// The instance's id.
    pub instance_id: Text,
    /// The user name: for SAML 2 to 64 of `[A-Za-z0-9_.@-]`, exactly the RoleSessionName, letter case included.
    pub username: String,
    /// First name, at most 255 characters.
    pub first_name: String,
    /// Last name, at most 300 characters.
    pub last_name: String,
    /// Names of security profiles, 1 to 10.
    pub security_profiles: Vec<String>,
    /// Name of the routing profile.
    pub routing_profile: String,
    /// Whether calls are answered by themselves.
    pub auto_accept: bool,
    /// Time for work after a contact, in seconds; 0: no limit.
    pub after_contact_work: u32,
    /// The first password, where Connect itself holds the users: 8 to 64 characters without white space, among them a
    /// lower-case letter, an upper-case letter and a digit. Only where it is, never what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The e-mail address, where Connect itself holds the users; `None`: not owned. With SAML, giving one is an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The kind `connect.user`.
#[derive(Debug)]
pub struct User;

const FIELDS: &[Field] = &[
    Field::new("instance_id", Change::Replace, "id of the Connect instance"),
    Field::new(
        "username",
        Change::Replace,
        "for SAML 2 to 64 of `[A-Za-z0-9_.@-]`, exactly the RoleSessionName, letter case included",
    )
    .always(),
    Field::new("first_name", Change::InPlace, "at most 255 characters"),
    Field::new("last_name", Change::InPlace, "at most 300 characters"),
    Field::new(
        "security_profiles",
        Change::InPlace,
        "names of 1 to 10 security profiles",
    )
    .compared(Compare::Set),
    Field::new("routing_profile", Change::InPlace, "name of the routing profile"),
    Field::new(
        "auto_accept",
        Change::InPlace,
        "whether calls are answered by themselves",
    ),
    Field::new(
        "after_contact_work",
        Change::InPlace,
        "time for work after a contact, in seconds, 0 to 2,000,000; 0: no limit",
    ),
    Field::new(
        "password",
        Change::AtCreation,
        "where the first password is, for users that Connect itself holds: 8 to 64 characters without white space, \
         among them a lower-case letter, an upper-case letter and a digit; read when the user is made, and never again",
    )
    .compared(Compare::WriteOnly),
    Field::new(
        "email",
        Change::InPlace,
        "the e-mail address, for users that Connect itself holds",
    ),
    Field::new("tags", Change::InPlace, "tags; others' tags stay").compared(Compare::Owned),
];

impl Kind for User {
    fn name(&self) -> &'static str {
        "connect.user"
    }

    fn about(&self) -> &'static str {
        "A user of an Amazon Connect instance: an agent, a supervisor, an administrator."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn identity(&self) -> &'static [&'static str] {
        &["instance_id", "username"]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[("id", "the user's id"), ("arn", "the user's ARN")]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "connect:ListUsers",
                "connect:DescribeUser",
                "connect:ListTagsForResource",
                "connect:ListSecurityProfiles",
                "connect:ListRoutingProfiles",
            ],
            write: &[
                "connect:CreateUser",
                "connect:UpdateUserIdentityInfo",
                "connect:UpdateUserPhoneConfig",
                "connect:UpdateUserRoutingProfile",
                "connect:UpdateUserSecurityProfiles",
                "connect:TagResource",
                "connect:UntagResource",
            ],
            delete: &["connect:DeleteUser"],
        }
    }
}
