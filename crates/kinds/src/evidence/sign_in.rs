//! What is assumed of AWS's hosts on the way of a sign-in.

use super::model::{Evidence, Signal};

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "gov-sign-in",
        belief: "the audience of sign-in to GovCloud is urn:amazon:webservices:govcloud",
        source: "from memory; AWS's pages that were read name its hosts and not the audience",
        fallback: "type what GovCloud's console shows",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "desktop-relay-host",
        belief: "the sign-in to a stack ends at appstream2.REGION in every region",
        source: "AppStream's guide of 2023 lists nine regions, all so; today's page lists appstream2.euc-sso hosts beside it",
        fallback: "set `sign_in.appstream.endpoint: euc-sso`",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "desktop-euc-sso-path",
        belief: "relay states on AppStream's euc-sso hosts have the path /saml",
        source: "AWS lists the hosts without a path; that of the older hosts is /saml",
        fallback: "leave `sign_in.appstream.endpoint` at `standard`",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "saml-audiences",
        belief: "AWS's sign-in takes as audience its name urn:amazon:webservices, its assertion URL and the region's assertion URL",
        source: "IAM's guide wants the entity id of AWS's metadata or one of its assertion URLs; Microsoft's tutorial uses the \
                 second, and no page was found that shows the third",
        fallback: "an assertion is refused (InvalidIdentityToken): lead to one stack, or use another identity provider",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "start-url-answers",
        belief: "an address where people start answers a browser that is not signed in with a page or a redirect, and one that \
                 is gone with an error",
        source: "what such addresses of Identity Center, Okta and Entra do in a browser; none of the three documents it",
        fallback: "`verify` calls the start URL wrong, or right: open it in a browser on an agent's machine",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "session-tag-keys",
        belief: "AppStream reads no session tags but roles, department, organization, groups, title, costCenter, userType, \
                 SessionContext, UserPrincipalName, ObjectSid and Domain",
        source: "AppStream's guide names the first seven for entitlements; the last four are from memory",
        fallback: "an assertion with another tag is refused by the role's trust policy (AccessDenied at sts:TagSession): leave the \
                   tag out of the application's attributes",
        signals: &[Signal::Person],
    },
];
