//! What is assumed of other identity providers.

use super::model::{Evidence, Signal};

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "adfs-relay-state",
        belief: "AD FS of Windows Server 2016 and later takes a relay state from the address of its sign-on page once \
                 EnableIdPInitiatedSignonPage and EnableRelayStateForIdpInitiatedSignOn are true",
        source: "Microsoft's page on RelayState describes the address and an older switch in a file; the two properties are \
                 from memory",
        fallback: "switch it on in Microsoft.IdentityServer.Servicehost.exe.config (useRelayStateForIdpInitiatedSignOn)",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "entra-role-arns",
        belief: "Entra ID imports a role whose ARN and provider's ARN have less than 240 characters together",
        source: "Microsoft's tutorial on AWS Single-Account Access, known issues; older versions of it say 119",
        fallback: "type the pair of ARNs into the claim by hand; Headset warns of longer ones beforehand",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "google-entity-ids",
        belief: "several custom SAML apps of one Google Workspace may have the same entity ID",
        source: "Google's addresses that start a sign-in name an app by a number of its own (spid)",
        fallback: "give the second app the entity ID https://signin.aws.amazon.com/saml",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "pingfederate-start",
        belief: "PingFederate sends TargetResource of /idp/startSSO.ping as the relay state",
        source: "Ping's pages name both parameters; that the value becomes RelayState is from memory",
        fallback: "answer `start_url` with an address of your own",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "pingone-literals",
        belief: "in PingOne's expressions, a text in double quotes is that text",
        source: "Ping's pages say that the expression builder takes literal texts, and not how",
        fallback: "type the value as the expression builder wants it",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "pingone-start",
        belief: "PingOne's address that starts a sign-in is beside the one in its metadata (/saml20/idp/startsso for \
                 /saml20/idp/sso)",
        source: "Ping's API pages show /ENVIRONMENT/saml20/idp/startsso?spEntityId=...&applicationUrl=...; the metadata's \
                 address is from memory",
        fallback: "answer `start_url` with the Initiate Single Sign-On URL that the console shows",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "okta-constants",
        belief: "Okta sends an attribute's value that is none of its expressions unchanged",
        source: "common practice; Okta's field reference only shows expressions",
        fallback: "write the value in double quotes, which makes it an expression",
        signals: &[Signal::Person],
    },
];
