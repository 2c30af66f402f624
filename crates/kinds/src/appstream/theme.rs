//! A stack's theme: what the page looks like on which users choose an application.

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use super::stack::StackSpec;
use crate::discovery::Trace;
use crate::extra::List;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::text::Text;

/// What a blueprint says about a theme. A stack has at most one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "appstream.theme", of = Theme, live = ThemeLive)]
pub struct ThemeSpec {
    /// The stack's name.
    #[field(replace)]
    pub stack: Text,
    /// The title: 1 to 300 letters, digits, spaces and `-@./#&+_`.
    #[field(in_place)]
    pub title: String,
    /// `LIGHT_BLUE`, `BLUE`, `PINK` or `RED`.
    #[field(in_place)]
    pub styling: String,
    /// The logo in the header: an object that AppStream may read.
    // AWS answers with addresses of its own, of which nothing says how they follow from bucket and key.
    #[field(in_place, compared = Applied)]
    pub logo: Location,
    /// The icon of the browser's tab: an object that AppStream may read.
    #[field(in_place, compared = Applied)]
    pub favicon: Location,
    /// Text and address of the footer's links, in order.
    #[field(in_place)]
    #[serde(default)]
    pub links: Vec<Link>,
    /// `ENABLED`, or `DISABLED`: AppStream's own look.
    #[field(in_place)]
    pub state: String,
}

/// An object in S3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Its bucket.
    pub bucket: String,
    /// Its key: 1 to 1,024 characters.
    pub key: String,
}

/// A link in the footer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it says: 1 to 300 characters, those of the title.
    pub text: String,
    /// Where it leads: at most 1,000 characters.
    pub url: String,
}

/// The kind `appstream.theme`.
#[derive(Clone, Copy, Debug)]
pub struct Theme;

impl Kind for Theme {
    fn about(&self) -> &'static str {
        "A stack's theme: title, colours, logo and links of the page on which users choose an application."
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[List {
                holder: StackSpec::KIND,
                one: "a theme",
                what: "theme",
            }]
        }
    }

    fn trace(&self) -> Trace {
        Trace::Within
    }

    fn identity(&self) -> &'static [FieldId] {
        &[ThemeSpec::STACK]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["appstream:DescribeThemeForStack"],
            // The caller that names an object in S3 has to be allowed to read it.
            write: &[
                "appstream:CreateThemeForStack",
                "appstream:UpdateThemeForStack",
                "s3:GetObject",
            ],
            delete: &["appstream:DeleteThemeForStack"],
        }
    }
}
