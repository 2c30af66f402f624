//! A user of AppStream's user pool: somebody who signs in with a password of AppStream's.

use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::{Change, Compare, Field};
use crate::kind::{Actions, Kind};

/// What a blueprint says about a user of the pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSpec {
    /// The e-mail address, which is the name: at most 128 characters, and letter case counts.
    pub name: String,
    /// The first name, of `[A-Za-z0-9_-]` and spaces: AWS takes neither accents nor apostrophes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name, of the same characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Whether the user may sign in.
    pub enabled: bool,
    /// Whether AppStream writes a welcome mail, with the temporary password (valid for seven days), at creation.
    #[serde(default)]
    pub notify: bool,
}

/// The kind `appstream.user`.
#[derive(Clone, Copy, Debug)]
pub struct User;

const FIELDS: &[Field] = &[
    Field::new("name", Change::Replace, "the e-mail address; cannot be changed"),
    Field::new("first_name", Change::Replace, "the first name; cannot be changed"),
    Field::new("last_name", Change::Replace, "the last name; cannot be changed"),
    Field::new("enabled", Change::InPlace, "whether the user may sign in"),
    Field::new(
        "notify",
        Change::AtCreation,
        "whether AppStream writes a welcome mail; counts at creation only",
    )
    .compared(Compare::WriteOnly),
];

impl Kind for User {
    fn name(&self) -> &'static str {
        "appstream.user"
    }

    fn about(&self) -> &'static str {
        "A user of AppStream's user pool, who signs in with a password of AppStream's."
    }

    fn trace(&self) -> Trace {
        Trace::Nothing {
            what: "users of AppStream's user pool",
            look: "in the AppStream console: User Pool, in each region that the environment had desktops in",
        }
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn identity(&self) -> &'static [&'static str] {
        &["name"]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[("name", "the user's e-mail address"), ("arn", "its ARN")]
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
