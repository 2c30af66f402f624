//! What is assumed of IAM Identity Center.

use super::model::{Evidence, Signal};
use headset_core::Class;

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "sso.assignment-on-saml",
        belief: "CreateApplicationAssignment accepts an application that a person made in the console",
        source: "the operation does not say for which applications it is; its users asked for this use",
        fallback: "set `identity_center: by_hand`: the worksheets then ask a person to assign",
        signals: &[Signal::Call {
            service: "sso-admin",
            operations: &["CreateApplicationAssignment"],
            classes: &[Class::Invalid, Class::WrongState, Class::Other],
        }],
    },
    Evidence {
        id: "sso.application-told",
        belief: "DescribeApplication tells description, visibility and sign-in options of an application that a person made \
                 in the console as the console shows them",
        source: "the operation lists them, and does not say for which applications",
        fallback: "`drift` names an application that no one has changed: look at it, and answer its checkpoint with \
                   edited=yes",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "idc-user-name",
        belief: "the directory's user name is ${user:preferredUsername}",
        source: "common practice; AWS describes this attribute as the user name",
        fallback: "change the mapping in the console, or use `user_name: email`",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "idc-metadata-host",
        belief: "every Identity Center issues its SAML metadata from an address below amazonaws.com, amazonaws.com.cn, \
                 awsapps.com or aws",
        source: "all published metadata is at portal.sso.REGION.amazonaws.com; AWS does not say which addresses there are",
        fallback: "Headset takes metadata from another host and only remarks on it: ignore the remark",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "idc-link-name",
        belief: "the access portal writes an application's display name into its link as a browser's encodeURIComponent does",
        source: "the portal is a page that composes addresses; AWS does not document the link",
        fallback: "only the beginning of the link that the worksheet shows differs: the check of an answer does not look at \
                   the name",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "idc-link-token",
        belief: "the token at the end of an application's link in the access portal is base64 of the account, the \
                 application's instance (both as in the token of its metadata's addresses) and a part of its own: \
                 ACCOUNT_ins-HEX_p-HEX",
        source: "links and metadata addresses that people have published; AWS documents neither token",
        fallback: "Headset takes a link whose token it cannot read, with a remark; answer a right link that it refuses as an \
                   address of your own that leads to it",
        signals: &[Signal::Person],
    },
];
