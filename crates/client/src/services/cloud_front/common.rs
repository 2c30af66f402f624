//! What all operations of the service have in common.

use crate::hosts;
use crate::operation::{Answered, Body};
use crate::service::{Protocol, Service};

/// The service.
pub static SERVICE: Service = Service {
    name: "cloudfront",
    id: "CloudFront",
    signing_name: "cloudfront",
    version: "2020-05-31",
    host: &hosts::CLOUDFRONT,
    protocol: Protocol::RestXml {
        namespace: "http://cloudfront.amazonaws.com/doc/2020-05-31/",
    },
};

/// The version of a thing that is answered.
const ETAG: (&str, &str) = ("ETag", "ETag");
/// The version that a change is made of.
pub(super) const IF_MATCH: (&str, &str) = ("If-Match", "IfMatch");

/// A list as CloudFront writes it: its length, and its items under a name of their own. A page of a longer list says
/// what the next one comes after.
macro_rules! list {
    ($(#[$about:meta])* $list:ident, $items:ident of $item:ty, $element:literal $(, $next:ident)?) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "PascalCase", default)]
        pub struct $list {
            /// How many there are.
            pub quantity: usize,
            /// They themselves.
            pub items: Option<$items>,
            $(
                /// What the next page comes after.
                pub $next: Option<String>,
            )?
        }

        /// The items of the list.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $items {
            #[serde(rename = $element)]
            pub(super) all: Flat<Vec<$item>>,
        }

        impl From<Vec<$item>> for $list {
            fn from(items: Vec<$item>) -> $list {
                $list {
                    quantity: items.len(),
                    items: (!items.is_empty()).then_some($items { all: Flat(items) }),
                    $($next: None,)?
                }
            }
        }

        impl $list {
            /// The items.
            pub fn into_items(self) -> Vec<$item> {
                self.items.map(|items| items.all.0).unwrap_or_default()
            }

            /// The items.
            pub fn as_slice(&self) -> &[$item] {
                self.items.as_ref().map_or(&[], |items| &items.all.0)
            }
        }
    };
}

/// An operation that sends and answers nothing but one member.
macro_rules! operation {
    ($name:ident, $answer:ty, $http:expr) => {
        impl Operation for $name {
            const SERVICE: &'static Service = &SERVICE;
            const NAME: &'static str = stringify!($name);
            type Answer = $answer;
            const HTTP: Http = $http;
        }
    };
}

/// The answer is this one member, with its version beside it.
pub(super) const fn versioned(member: &'static str) -> Answered {
    Answered {
        headers: &[ETAG],
        status: None,
        body: Body::Member(member, member),
    }
}

/// The answer is this one member.
pub(super) const fn member(member: &'static str) -> Answered {
    Answered {
        headers: &[],
        status: None,
        body: Body::Member(member, member),
    }
}

/// Nothing in the answer matters.
pub(super) const NO_ANSWER: Answered = Answered {
    headers: &[],
    status: None,
    body: Body::Empty,
};

pub(super) use {list, operation};
