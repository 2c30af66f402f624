//! A user of AppStream's user pool, who signs in with a password of AppStream's.

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::output;
use crate::outward::{Quota, Terraform};

/// What a blueprint says about a user of the pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Fields)]
#[fields(kind = "appstream.user", of = User, live = UserLive)]
pub struct UserSpec {
    /// The e-mail address, which is the name: at most 128 characters, and letter case counts.
    #[field(replace)]
    pub name: String,
    /// The first name, of `[A-Za-z0-9_-]` and spaces: AWS takes neither accents nor apostrophes.
    #[field(replace)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name, of the same characters.
    #[field(replace)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Whether the user may sign in.
    #[field(in_place)]
    pub enabled: bool,
    /// Whether AppStream writes a welcome mail, with the temporary password (valid for seven days), at creation.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default)]
    pub notify: bool,
}

/// The kind `appstream.user`.
#[derive(Clone, Copy, Debug)]
pub struct User;

impl Kind for User {
    fn about(&self) -> &'static str {
        "A user of AppStream's user pool, who signs in with a password of AppStream's."
    }

    fn trace(&self) -> Trace {
        Trace::Nothing {
            what: "users of AppStream's user pool",
            look: "in the AppStream console: User Pool, in each region that the environment had desktops in",
        }
    }

    fn identity(&self) -> &'static [FieldId] {
        &[UserSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::NAME, "the user's e-mail address"),
            (output::ARN, "its ARN"),
        ]
    }

    fn quotas(&self) -> &'static [Quota] {
        const { &[Quota::appstream("L-6A8C9986", "users in the user pool", 50)] }
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform {
            resource: "aws_appstream_user",
            form: "USER/USERPOOL",
            import_id: |id, _| Some(format!("{id}/USERPOOL")),
        })
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["appstream:DescribeUsers"],
            write: &[
                "appstream:CreateUser",
                "appstream:EnableUser",
                "appstream:DisableUser",
            ],
            delete: &["appstream:DeleteUser"],
        }
    }
}

/// For how many days a temporary password is good (AppStream's guide on user pools).
pub const PASSWORD_DAYS: u32 = 7;
