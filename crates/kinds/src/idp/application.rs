//! `idp.application`: the SAML application at an identity provider outside AWS, such as Okta or AD FS.
//!
//! Headset has no access to those, so a person makes the application, from a worksheet in the product's own words and
//! order, and answers with what the product shows: the address where people start among it, which Identity Center shows
//! only to people who are assigned (`identity_center.link`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::edit::{Edit, Way};
pub use super::spec::Application;
use super::spec::{ApplicationSpec, Product};
use super::{adfs, answers, entra, google, link, okta, other, ping, sheet};
use crate::address::Address;
use crate::discovery::Trace;
use crate::field::{Diff, FieldId};
use crate::kind::{self, Actions, Answer, Checkpoint, Kind, Live, Question};
use crate::output;
use crate::verify::{Asked, Check, Checked};

/// The values on the worksheet: what was answered for others does not hold for these.
pub const TYPED: &[FieldId] = &[
    ApplicationSpec::PRODUCT,
    ApplicationSpec::NAME,
    ApplicationSpec::ACS_URL,
    ApplicationSpec::AUDIENCE,
    ApplicationSpec::RELAY_STATE,
    ApplicationSpec::SESSION,
    ApplicationSpec::SESSION_NAME,
    ApplicationSpec::ROLE_ARN,
    ApplicationSpec::PROVIDER_ARN,
    ApplicationSpec::SESSION_TAGS,
    ApplicationSpec::GROUPS,
    ApplicationSpec::USERS,
];

/// Where people start: these products show it together with the metadata.
pub const START_URL: &str = output::START_URL;

/// Where its administrators find an application.
fn place(product: Product) -> &'static str {
    match product {
        Product::Okta => {
            "In the Okta Admin Console choose **Applications**, **Applications**, and the application."
        }
        Product::Entra => {
            "In the Microsoft Entra admin center choose **Enterprise applications**, and the application."
        }
        Product::Adfs => "In AD FS Management choose **Relying Party Trusts**, and the trust.",
        Product::Google => {
            "In the Google Admin console choose **Apps**, **Web and mobile apps**, and the app."
        }
        Product::PingOne => {
            "In the PingOne admin console choose **Applications**, **Applications**, and the application."
        }
        Product::PingFederate => {
            "In the PingFederate administrative console choose **Applications**, **SP Connections**, and the connection."
        }
        Product::Other => "Open the application at the identity provider.",
    }
}

/// How the sections of a worksheet are reached in an application that is there.
fn ways(product: Product) -> &'static [Way] {
    match product {
        Product::Okta => okta::WAYS,
        Product::Entra => entra::WAYS,
        Product::Adfs => adfs::WAYS,
        Product::Google => google::WAYS,
        Product::PingOne => ping::ONE_WAYS,
        Product::PingFederate => ping::FEDERATE_WAYS,
        Product::Other => &[],
    }
}

/// What a person types where.
fn worksheet(address: &Address, spec: &ApplicationSpec) -> String {
    match spec.product {
        Product::Okta => okta::worksheet(address, spec),
        Product::Entra => entra::worksheet(address, spec),
        Product::Adfs => adfs::worksheet(address, spec),
        Product::Google => google::worksheet(address, spec),
        Product::PingOne => ping::one_worksheet(address, spec),
        Product::PingFederate => ping::federate_worksheet(address, spec),
        Product::Other => other::worksheet(address, spec),
    }
}

/// `verify`: the metadata that was read is still what the identity provider publishes.
static PUBLISHED: Check = Check {
    id: "identity-provider-metadata",
    about: "the identity provider publishes the metadata that was read",
    after: &[],
    across: &[],
};

/// `verify`: the identity provider answers where people start. Asked as a browser does that is not signed in.
pub static REACHED: Check = Check {
    id: "identity-provider-start-url",
    about: "the address where people start answers",
    after: &[],
    across: &[],
};

/// `verify`: what was typed leads there. Asked with calls.
pub static LEADS: Check = Check {
    id: "identity-provider-relay-state",
    about: "the relay state that was typed leads to the right place",
    after: &["instance-active"],
    across: &[],
};

impl Kind for Application {
    fn about(&self) -> &'static str {
        "A SAML application at an identity provider outside AWS (Okta, Microsoft Entra ID, AD FS, Google Workspace, \
         PingOne, PingFederate or another). Made by a person."
    }

    fn trace(&self) -> Trace {
        Trace::Nothing {
            what: "applications at other identity providers, which people made",
            look: "in the identity provider's console; a person deletes them",
        }
    }

    fn identity(&self) -> &'static [FieldId] {
        &[ApplicationSpec::NAME]
    }

    fn known_by(&self) -> &'static [&'static [FieldId]] {
        // Another display name is the same application, and so is another destination at the same place in the blueprint.
        &[&[ApplicationSpec::RELAY_STATE], &[ApplicationSpec::ANSWERS_AT]]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::METADATA, "the identity provider's metadata document"),
            (
                output::METADATA_URL,
                "where the document was fetched; empty if it was given",
            ),
            (START_URL, "where people sign in"),
        ]
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&PUBLISHED, &REACHED, &LEADS] }
    }

    fn check(&self, asked: Asked<'_>) -> Vec<Checked> {
        answers::published(&PUBLISHED, asked.published)
            .into_iter()
            .collect()
    }

    /// None: nothing of it is in AWS.
    fn actions(&self) -> Actions {
        Actions {
            read: &[],
            write: &[],
            delete: &[],
        }
    }

    /// What a person typed is known from the worksheet that was answered, and nothing else tells it.
    fn diff(&self, want: &Value, live: &Live) -> Diff {
        answers::diff(ApplicationSpec::FIELDS, want, live, TYPED)
    }

    fn edit(&self, address: &Address, want: &Value, live: &Live, diff: &Diff) -> Option<Checkpoint> {
        let spec: ApplicationSpec = kind::parse(want).ok().filter(|_| !diff.is_empty())?;
        // What was typed before is known as a whole, or not at all.
        let was = live.over(want, TYPED);
        let was = was.and_then(|was| kind::parse::<ApplicationSpec>(&was).ok());
        let name = was.as_ref().unwrap_or(&spec).name.clone();
        let mut find = vec![place(spec.product).to_owned(), String::new()];
        find.push(format!("- Application: {}", sheet::code(&name)));
        let edit = Edit {
            address,
            product: spec.product.title(),
            name: &name,
            find,
            old: was.map(|was| worksheet(address, &was)),
            new: worksheet(address, &spec),
            ways: ways(spec.product),
            more: Vec::new(),
        };
        Some(edit.checkpoint())
    }

    fn answers_at<'a>(&self, want: &'a Value) -> Option<&'a str> {
        ApplicationSpec::ANSWERS_AT.text(want)
    }

    fn reports(&self) -> Vec<Question> {
        vec![answers::gone_question()]
    }

    fn answers_name(&self, want: &Value, answers: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
        // These publish metadata for each application, or show a link of its own; other products have one document and one
        // page for all.
        let (metadata, link) = match ApplicationSpec::PRODUCT.text(want) {
            Some("okta" | "entra") => (true, true),
            // Its documents are all alike, their addresses are not.
            Some("pingone") => (true, false),
            Some("google") => (false, true),
            _ => return Vec::new(),
        };
        let of = |answer: &str| {
            let asked = if answer == START_URL { link } else { metadata };
            let is_alike = ApplicationSpec::PRODUCT.text(want) == Some("pingone");
            let text = answers.get(answer).filter(|_| asked);
            let text = text.filter(|text| !(is_alike && text.trim_start().starts_with('<')));
            text.map(|text| text.trim().to_owned())
        };
        [
            (answers::METADATA, of(answers::METADATA_URL)),
            (answers::METADATA, of(answers::METADATA)),
            (START_URL, of(START_URL)),
        ]
        .into_iter()
        .filter_map(|(key, name)| Some((key, name.filter(|name| !name.is_empty())?)))
        .collect()
    }

    fn outlives(&self) -> bool {
        true
    }

    fn why_manual(&self) -> &'static str {
        "Headset makes no applications at identity providers outside AWS"
    }

    fn checkpoint(&self, address: &Address, want: &Value) -> Option<Checkpoint> {
        let spec: ApplicationSpec = kind::parse(want).ok()?;
        let (metadata, start_url) = match spec.product {
            Product::Okta => (okta::METADATA, okta::START_URL),
            Product::Entra => (entra::METADATA, entra::START_URL),
            Product::Adfs => (adfs::METADATA, adfs::START_URL),
            Product::Google => (google::METADATA, google::START_URL),
            Product::PingOne => (ping::ONE_METADATA, ping::START_URL),
            Product::PingFederate => (ping::FEDERATE_METADATA, ping::START_URL),
            Product::Other => (other::METADATA, other::START_URL),
        };
        // It follows from the metadata, unless people start elsewhere.
        let derived = link::is_derived(spec.product);
        let question = |key: &str, about: &str| Question {
            key: key.to_owned(),
            about: about.to_owned(),
            required: !(derived && key == START_URL),
            answer: Answer::Text,
        };
        Some(Checkpoint {
            address: address.clone(),
            title: format!(
                "make the SAML application `{}` in {}",
                spec.name,
                spec.product.title()
            ),
            worksheet: worksheet(address, &spec),
            questions: vec![
                question(answers::METADATA, metadata),
                question(
                    START_URL,
                    &match derived {
                        true => format!("(optional, if it does not follow from the metadata): {start_url}"),
                        false => start_url.to_owned(),
                    },
                ),
            ],
            notices: Vec::new(),
            unread: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::spec::SessionName;
    use super::*;

    fn spec(product: Product) -> ApplicationSpec {
        ApplicationSpec {
            product,
            name: "acme".to_owned(),
            description: "Signs agents of acme in to Amazon Connect".to_owned(),
            acs_url: "https://eu-west-2.signin.aws.amazon.com/saml".to_owned(),
            audience: match product {
                Product::Entra => "https://signin.aws.amazon.com/saml#acme".to_owned(),
                _ => "urn:amazon:webservices".to_owned(),
            },
            relay_state: "https://eu-west-2.console.aws.amazon.com/connect/federate/x".into(),
            session: std::time::Duration::from_hours(12),
            session_name: SessionName::Email,
            role_arn: "arn:aws:iam::123456789012:role/team/acme-connect".to_owned(),
            provider_arn: "arn:aws:iam::123456789012:saml-provider/acme-idp".to_owned(),
            session_tags: [("department".to_owned(), "dept".to_owned())].into(),
            groups: vec!["agents".to_owned(), "leads".to_owned()],
            users: vec!["ops@example.com".to_owned()],
            answers_at: "sign_in.idp.okta".to_owned(),
        }
    }

    const ROLE: &str =
        "arn:aws:iam::123456789012:saml-provider/acme-idp,arn:aws:iam::123456789012:role/team/acme-connect";

    fn worksheet(product: Product) -> String {
        let want = serde_json::to_value(spec(product)).unwrap();
        let address = headset_core::address!("idp.application", "acme");
        Application.checkpoint(&address, &want).unwrap().worksheet
    }

    /// Every line is there, in this order.
    fn has_in_order(worksheet: &str, lines: &[&str]) {
        let mut rest = worksheet.lines();
        for line in lines {
            assert!(
                rest.any(|one| one == *line),
                "not there, or not in its place: {line}\n{worksheet}"
            );
        }
    }

    #[test]
    fn oktas_fields_are_in_oktas_order() {
        has_in_order(
            &worksheet(Product::Okta),
            &[
                "# Checkpoint idp.application/acme",
                "- App name: `acme`",
                "- Single sign-on URL: `https://eu-west-2.signin.aws.amazon.com/saml`",
                "- Audience URI (SP Entity ID): `urn:amazon:webservices`",
                "- Default RelayState: `https://eu-west-2.console.aws.amazon.com/connect/federate/x`",
                "- Name ID format: `Persistent`",
                "- Application username: `Email`",
                "| Name | Name format | Value |",
                "| `https://aws.amazon.com/SAML/Attributes/RoleSessionName` | `Unspecified` | `user.email` |",
                &format!("| `https://aws.amazon.com/SAML/Attributes/Role` | `Unspecified` | `{ROLE}` |"),
                "| `https://aws.amazon.com/SAML/Attributes/SessionDuration` | `Unspecified` | `43200` |",
                "| `https://aws.amazon.com/SAML/Attributes/PrincipalTag:department` | `Unspecified` | `dept` |",
                "| Assign to | Name |",
                "| Group | `agents` |",
                "| Group | `leads` |",
                "| Person | `ops@example.com` |",
                "## Answers",
                "headset checkpoint answer BLUEPRINT idp.application/acme metadata=URL start_url=URL",
                "sign_in:",
                "  idp:",
                "    okta:",
                "      metadata: URL",
            ],
        );
    }

    #[test]
    fn entras_fields_are_in_entras_order() {
        has_in_order(
            &worksheet(Product::Entra),
            &[
                "- Name: `acme`",
                "- Display name: `acme-connect`",
                "- Allowed member types: `Users/Groups`",
                &format!("- Value: `{ROLE}`"),
                "- Identifier (Entity ID): `https://signin.aws.amazon.com/saml#acme`",
                "- Reply URL (Assertion Consumer Service URL): `https://eu-west-2.signin.aws.amazon.com/saml`",
                "- Relay State (Optional): `https://eu-west-2.console.aws.amazon.com/connect/federate/x`",
                "- Name identifier format: `Persistent`",
                "- Source attribute: `user.mail`",
                "| Name | Namespace | Source attribute |",
                "| `RoleSessionName` | `https://aws.amazon.com/SAML/Attributes` | `user.mail` |",
                "| `Role` | `https://aws.amazon.com/SAML/Attributes` | `user.assignedroles` |",
                "| `SessionDuration` | `https://aws.amazon.com/SAML/Attributes` | `43200` |",
                "| `PrincipalTag:department` | `https://aws.amazon.com/SAML/Attributes` | `dept` |",
                "| Type | Name | Role |",
                "| Group | `agents` | `acme-connect` |",
                "| User | `ops@example.com` | `acme-connect` |",
            ],
        );
    }

    #[test]
    fn any_other_product_is_told_in_the_words_of_saml() {
        has_in_order(
            &worksheet(Product::Other),
            &[
                "- Name: `acme`",
                "- Assertion consumer service URL (ACS): `https://eu-west-2.signin.aws.amazon.com/saml`",
                "- Audience (SP entity ID): `urn:amazon:webservices`",
                "- Relay state: `https://eu-west-2.console.aws.amazon.com/connect/federate/x`",
                "- NameID format: `urn:oasis:names:tc:SAML:2.0:nameid-format:persistent`",
                "| `https://aws.amazon.com/SAML/Attributes/RoleSessionName` | the user's e-mail address |",
                &format!("| `https://aws.amazon.com/SAML/Attributes/Role` | `{ROLE}` |"),
                "| `https://aws.amazon.com/SAML/Attributes/PrincipalTag:department` | `dept` |",
            ],
        );
    }

    #[test]
    fn ad_fs_gets_claim_rules_and_an_address_that_is_encoded_twice() {
        let account = "c:[Type == \"http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname\", Issuer \
                       == \"AD AUTHORITY\"]";
        has_in_order(
            &worksheet(Product::Adfs),
            &[
                "- Display name: `acme`",
                "- Relying party trust identifier: `urn:amazon:webservices`",
                "- Trusted URL: `https://eu-west-2.signin.aws.amazon.com/saml`",
                "| Claim rule name | Custom rule |",
                &format!(
                    "| `User` | `{account} => add(store = \"Active Directory\", types = (\"urn:headset:user\"), query = \
                     \";mail;{{0}}\", param = c.Value);` |"
                ),
                "| `Name ID` | `c:[Type == \"urn:headset:user\"] => issue(Type = \
                 \"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier\", Value = c.Value, \
                 Properties[\"http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/format\"] = \
                 \"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\");` |",
                "| `RoleSessionName` | `c:[Type == \"urn:headset:user\"] => issue(Type = \
                 \"https://aws.amazon.com/SAML/Attributes/RoleSessionName\", Value = c.Value);` |",
                &format!(
                    "| `Role` | `=> issue(Type = \"https://aws.amazon.com/SAML/Attributes/Role\", Value = \"{ROLE}\");` |"
                ),
                "| `SessionDuration` | `=> issue(Type = \"https://aws.amazon.com/SAML/Attributes/SessionDuration\", Value = \
                 \"43200\");` |",
                &format!(
                    "| `PrincipalTag:department` | `{account} => issue(store = \"Active Directory\", types = \
                     (\"https://aws.amazon.com/SAML/Attributes/PrincipalTag:department\"), query = \";dept;{{0}}\", param = \
                     c.Value);` |"
                ),
                "| Group | `agents` |",
                "Set-AdfsProperties -EnableIdPInitiatedSignonPage $true",
                "Set-AdfsProperties -EnableRelayStateForIdpInitiatedSignOn $true",
                "- Address: `https://HOST/adfs/ls/idpinitiatedsignon.aspx?RelayState=RPID%3Durn%253Aamazon%253Awebservices\
                 %26RelayState%3Dhttps%253A%252F%252Feu-west-2.console.aws.amazon.com%252Fconnect%252Ffederate%252Fx`",
                "headset checkpoint answer BLUEPRINT idp.application/acme metadata=URL",
            ],
        );
    }

    #[test]
    fn google_gets_custom_attributes_since_it_sends_nothing_else() {
        has_in_order(
            &worksheet(Product::Google),
            &[
                "- Category: `acme`",
                "| Custom field | Info type | Visibility | No. of values |",
                "| `Role` | `Text` | `Visible to user and admin` | `Multi-value` |",
                "| `SessionDuration` | `Text` | `Visible to user and admin` | `Single value` |",
                &format!("- Role: `{ROLE}`"),
                "- SessionDuration: `43200`",
                "- App name: `acme`",
                "- ACS URL: `https://eu-west-2.signin.aws.amazon.com/saml`",
                "- Entity ID: `urn:amazon:webservices`",
                "- Start URL: `https://eu-west-2.console.aws.amazon.com/connect/federate/x`",
                "- Name ID format: `PERSISTENT`",
                "- Name ID: `Basic Information > Primary email`",
                "| `https://aws.amazon.com/SAML/Attributes/RoleSessionName` | `Basic Information > Primary email` |",
                "| `https://aws.amazon.com/SAML/Attributes/Role` | `acme > Role` |",
                "| `https://aws.amazon.com/SAML/Attributes/SessionDuration` | `acme > SessionDuration` |",
                "| `https://aws.amazon.com/SAML/Attributes/PrincipalTag:department` | `dept` |",
                "| Group | `leads` |",
                "headset checkpoint answer BLUEPRINT idp.application/acme metadata=@GoogleIDPMetadata.xml start_url=URL",
                "      metadata: { file: GoogleIDPMetadata.xml }",
            ],
        );
    }

    #[test]
    fn pings_two_products_get_their_own_words() {
        has_in_order(
            &worksheet(Product::PingOne),
            &[
                "- Application Name: `acme`",
                "- ACS URLs: `https://eu-west-2.signin.aws.amazon.com/saml`",
                "- Entity ID: `urn:amazon:webservices`",
                "- Subject NameID Format: `urn:oasis:names:tc:SAML:2.0:nameid-format:persistent`",
                "- Target Application URL: `https://eu-west-2.console.aws.amazon.com/connect/federate/x`",
                "| `saml_subject` | `Email Address` |",
                "| `https://aws.amazon.com/SAML/Attributes/RoleSessionName` | `Email Address` |",
                &format!("| `https://aws.amazon.com/SAML/Attributes/Role` | `\"{ROLE}\"` |"),
                "| `https://aws.amazon.com/SAML/Attributes/SessionDuration` | `\"43200\"` |",
                "| `https://aws.amazon.com/SAML/Attributes/PrincipalTag:department` | `dept` |",
                "| Group | `agents` |",
            ],
        );
        has_in_order(
            &worksheet(Product::PingFederate),
            &[
                "- Partner's Entity ID: `urn:amazon:webservices`",
                "- Connection Name: `acme`",
                "- Endpoint URL: `https://eu-west-2.signin.aws.amazon.com/saml`",
                "| `SAML_SUBJECT` | `Adapter or data store` | `mail` |",
                "| `SAML_NAME_FORMAT` | `Text` | `urn:oasis:names:tc:SAML:2.0:nameid-format:persistent` |",
                &format!("| `https://aws.amazon.com/SAML/Attributes/Role` | `Text` | `{ROLE}` |"),
                "| `https://aws.amazon.com/SAML/Attributes/SessionDuration` | `Text` | `43200` |",
                "| `https://aws.amazon.com/SAML/Attributes/PrincipalTag:department` | `Adapter or data store` | `dept` |",
                "| Group | `agents` |",
                "- Target resource: `https://eu-west-2.console.aws.amazon.com/connect/federate/x`",
            ],
        );
    }

    #[test]
    fn the_users_own_name_is_another_attribute() {
        for (product, words) in [
            (Product::Okta, ["`user.login`", "`Okta username`"]),
            (
                Product::Entra,
                [
                    "`user.userprincipalname`",
                    "- Source attribute: `user.userprincipalname`",
                ],
            ),
            (Product::Adfs, ["\";userPrincipalName;{0}\"", "`User`"]),
            (
                Product::PingOne,
                ["| `saml_subject` | `Username` |", "`Username`"],
            ),
            (
                Product::PingFederate,
                [
                    "| `SAML_SUBJECT` | `Adapter or data store` | `userPrincipalName` |",
                    "`userPrincipalName`",
                ],
            ),
            (Product::Other, ["the name that the user signs in with", "NameID"]),
        ] {
            let mut spec = spec(product);
            spec.session_name = SessionName::UserName;
            let want = serde_json::to_value(spec).unwrap();
            let address = headset_core::address!("idp.application", "acme");
            let sheet = Application.checkpoint(&address, &want).unwrap().worksheet;
            for word in words {
                assert!(sheet.contains(word), "{product:?}: no {word}\n{sheet}");
            }
        }
    }

    #[test]
    fn metadata_addresses_have_the_products_form() {
        assert_eq!(
            okta::check_metadata_url("https://acme.okta.com/app/exk1a2b3c/sso/saml/metadata"),
            Ok(())
        );
        assert!(okta::check_metadata_url("https://acme.okta.com/app/acme/exk1a2b3c/sso/saml").is_err());
        let entra = "https://login.microsoftonline.com/t/federationmetadata/2007-06/federationmetadata.xml";
        assert_eq!(
            entra::check_metadata_url(&format!("{entra}?appid=11111111-2222-4333-8444-555555555555")),
            Ok(())
        );
        // The tenant's own document holds other certificates than the application signs with.
        assert!(entra::check_metadata_url(entra).is_err());
        for (product, good, bad) in [
            (
                Product::Adfs,
                "https://adfs.example.com/FederationMetadata/2007-06/FederationMetadata.xml",
                "https://adfs.example.com/adfs/ls/",
            ),
            (
                Product::Google,
                "https://files.example.com/GoogleIDPMetadata.xml",
                "https://accounts.google.com/o/saml2/idp?idpid=C01abcdef",
            ),
            (
                Product::PingOne,
                "https://auth.pingone.eu/9a8b7c6d/saml20/metadata/1f2e3d4c",
                "https://auth.pingone.eu/9a8b7c6d/saml20/idp/sso",
            ),
            (
                Product::PingFederate,
                "https://pf.example.com:9031/pf/federation_metadata.ping?PartnerSpId=urn:amazon:webservices",
                "https://pf.example.com:9031/idp/SSO.saml2",
            ),
        ] {
            assert_eq!(super::super::check_metadata_url(product, good), Ok(()));
            let said = super::super::check_metadata_url(product, bad).unwrap_err();
            // An excerpt is shown.
            assert!(
                said.starts_with("metadata: ") && said.contains(&bad[..30]),
                "{said}"
            );
        }
    }
}
