//! `connect.user`: a user of an instance.

use std::collections::BTreeMap;
use std::time::Duration;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use super::instance::InstanceSpec;
use super::password::password_mistake;
use crate::discovery::Trace;
use crate::extra::List;
use crate::field::FieldId;
use crate::kind::{Actions, Declared, Kind};
use crate::output;
use crate::outward::{Quota, Terraform};
use crate::own::Password;
use crate::seconds;
use crate::secret::Secret;
use crate::text::Text;
use crate::verify::{Asked, Check, Checked};

/// What a blueprint asks of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "connect.user", of = User, live = UserLive)]
pub struct UserSpec {
    /// Id of the Connect instance.
    #[field(replace)]
    pub instance_id: Text,
    /// The user name: for SAML 2 to 64 of `[A-Za-z0-9_.@-]`, exactly the RoleSessionName, letter case included.
    #[field(replace, always)]
    pub username: String,
    /// First name, at most 255 characters.
    #[field(in_place)]
    pub first_name: String,
    /// Last name, at most 300 characters.
    #[field(in_place)]
    pub last_name: String,
    /// Names of security profiles, 1 to 10.
    #[field(in_place, compared = Set)]
    pub security_profiles: Vec<String>,
    /// Name of the routing profile.
    #[field(in_place)]
    pub routing_profile: String,
    /// Whether calls are answered by themselves.
    #[field(in_place)]
    pub auto_accept: bool,
    /// Time for work after a contact, in seconds, 0 to 2,000,000; 0: no limit.
    #[field(in_place, reported = i32)]
    #[serde(with = "seconds")]
    pub after_contact_work: Duration,
    /// The desk phone that rings, in E.164; none: the soft phone of the Contact Control Panel.
    #[field(in_place)]
    #[serde(default)]
    pub desk_phone: Option<String>,
    /// Where the first password is, for users that Connect itself holds: 8 to 64 characters without white space, among
    /// them a lower-case letter, an upper-case letter and a digit; read when the user is made, and never again.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The e-mail address, for users that Connect itself holds.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Tags; others' tags stay.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// `verify`: the name is the one that sign-ins come with.
static KNOWN: Check = Check {
    id: "user-known",
    about: "the user is there under the name that its sign-ins come with",
    after: &["instance-active"],
    across: &[],
};

/// The kind `connect.user`.
#[derive(Debug)]
pub struct User;

impl Kind for User {
    fn about(&self) -> &'static str {
        "A user of an Amazon Connect instance: an agent, a supervisor, an administrator."
    }

    fn called_by(&self) -> &'static str {
        UserSpec::USERNAME.name
    }

    fn password(&self) -> Option<Password> {
        Some(Password {
            field: UserSpec::PASSWORD.name,
            mistake: password_mistake,
            rule: "Connect wants 8 to 64 characters without white space, among them a lower-case letter, an upper-case \
                   letter and a digit.",
        })
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[List {
                holder: InstanceSpec::KIND,
                one: "a user",
                what: "users",
            }]
        }
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[UserSpec::INSTANCE_ID, UserSpec::USERNAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::ID, "the user's id"),
            (output::ARN, "the user's ARN"),
            (output::NAMES, "what its profiles are called, by id"),
            (
                output::HIDDEN,
                "where an e-mail address is wanted: when the user was changed last, and a digest of the address",
            ),
        ]
    }

    fn searching(&self) -> &'static [&'static str] {
        &["connect:SearchUsers"]
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&KNOWN] }
    }

    fn check(&self, Asked { want, live, .. }: Asked<'_>) -> Vec<Checked> {
        let wanted = UserSpec::USERNAME.text(want).unwrap_or_default();
        let there = self.read(live).username.as_deref().unwrap_or_default();
        let looked_at = format!("the user {wanted} of the instance");
        vec![match wanted == there {
            true => KNOWN.passed(looked_at),
            false => KNOWN.failed(
                looked_at,
                format!("it is called {there}, and the session name of a sign-in has to be the same, letter case included"),
                "give it the name that the identity provider sends, and apply",
            ),
        }]
    }

    fn quotas(&self) -> &'static [Quota] {
        const { &[Quota::connect("L-9A46857E", "users", 500, true)] }
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform {
            resource: "aws_connect_user",
            form: "INSTANCE_ID:USER_ID",
            import_id: |id, spec| Some(format!("{}:{id}", UserSpec::INSTANCE_ID.text(spec)?)),
        })
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "connect:ListUsers",
                "connect:SearchUsers",
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
