//! `identity_center.application`: the SAML application through which people reach AWS.
//!
//! No API can make one: CreateApplication makes OAuth 2.0 applications only (its own documentation says so),
//! and no operation reads or writes ACS URL, audience, relay state, mappings or metadata. So it is a
//! checkpoint: a person makes it in the console from a worksheet and answers with what the console shows.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::answered::instance_in_metadata;
pub use super::spec::Application;
use super::spec::ApplicationSpec;
use super::worksheet::worksheet;
use crate::address::Address;
use crate::discovery::Trace;
use crate::field::{Change, Diff, FieldChange, FieldId};
use crate::idp::answers::{self, AGREED};
use crate::idp::edit::{Edit, Way};
use crate::idp::sheet::code;
use crate::kind::{self, Actions, Answer, Checkpoint, Declared, Kind, Live, Question};
use crate::output;
use crate::verify::{Asked, Check, Checked};
use headset_core::arn::name_in;

/// The values on the worksheet: what was answered for others does not hold for these.
pub const TYPED: &[FieldId] = &[
    ApplicationSpec::NAME,
    ApplicationSpec::ACS_URL,
    ApplicationSpec::AUDIENCE,
    ApplicationSpec::RELAY_STATE,
    ApplicationSpec::SESSION,
    ApplicationSpec::MAPPINGS,
];

/// How the sections of the worksheet are reached in an application that is there.
const WAYS: &[Way] = &[
    ("Configure application", CONFIGURATION),
    ("Application properties", CONFIGURATION),
    ("Application metadata", CONFIGURATION),
    (
        "Attribute mappings",
        "Choose **Actions**, **Edit attribute mappings**, and save at the end.",
    ),
];

const CONFIGURATION: &str = "Choose **Actions**, **Edit configuration**, and save at the end.";

/// The answer that names an application, as its output does.
pub const APPLICATION_ARN: &str = output::APPLICATION_ARN;

/// The status that an application has to have: through a disabled one, no one can sign in.
const ENABLED: &str = "ENABLED";
/// What a difference of the status is called.
const STATUS: &str = "status";

/// Of what AWS reports of an application besides: what it is for.
pub const DESCRIPTION: &str = ApplicationSpec::DESCRIPTION.name;
/// Of it: whether the access portal shows the application.
pub const VISIBILITY: &str = "visibility";
/// Of it: where a sign-in begins that a person starts in the portal.
pub const SIGN_IN_ORIGIN: &str = "sign_in_origin";
/// Of it: the application's own start URL; empty where the sign-in begins in Identity Center.
pub const APPLICATION_URL: &str = "application_url";

/// What of it the worksheet asks for, besides the description: a sign-in that begins in Identity Center, from a portal
/// that shows the application.
const ASKED: &[(&str, &str)] = &[
    (VISIBILITY, "ENABLED"),
    (SIGN_IN_ORIGIN, "IDENTITY_CENTER"),
    (APPLICATION_URL, ""),
];

/// Keeps how an application is taken: as AWS tells it when a person answers with it or has edited it. What was kept of
/// the same application before stays otherwise, so that no answer about anything else hides a change.
pub fn agree(
    checked: &mut BTreeMap<String, String>,
    given: &BTreeMap<String, String>,
    arn: &str,
    told: Option<Map<String, Value>>,
) {
    let before =
        agreed(given).filter(|before| before.get(APPLICATION_ARN).is_some_and(|before| before == arn));
    match (before, told) {
        (Some(_), told) if told.is_none() || !given.contains_key(answers::EDITED) => {
            let kept = given.get(AGREED).cloned().unwrap_or_default();
            checked.insert(AGREED.to_owned(), kept);
        }
        (_, Some(mut told)) => {
            told.insert(APPLICATION_ARN.to_owned(), arn.into());
            checked.insert(AGREED.to_owned(), Value::Object(told).to_string());
        }
        (_, None) => {}
    }
}

/// What AWS reported when a person answered.
pub fn agreed(answers: &BTreeMap<String, String>) -> Option<Value> {
    serde_json::from_str(answers.get(AGREED)?).ok()
}

/// What of an application is to be as what: as it was when a person answered, else as the worksheet asks for it.
fn asked<'a>(agreed: Option<&'a Value>, want: &'a Value, key: &'static str) -> Option<&'a str> {
    let agreed = agreed.and_then(|agreed| agreed.get(key)?.as_str());
    let by_worksheet = || match key {
        DESCRIPTION => want.get(DESCRIPTION)?.as_str(),
        _ => ASKED
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, asked)| *asked),
    };
    agreed.or_else(by_worksheet)
}

/// What AWS tells otherwise than it is asked for: the key, what is there and what is asked for.
fn otherwise<'a>(
    told: &'a Map<String, Value>,
    agreed: Option<&'a Value>,
    want: &'a Value,
) -> impl Iterator<Item = (&'static str, &'a str, &'a str)> {
    let keys = [DESCRIPTION].into_iter().chain(ASKED.iter().map(|(key, _)| *key));
    keys.filter_map(move |key| {
        let there = told.get(key)?.as_str()?;
        let asked = asked(agreed, want, key)?;
        (there != asked).then_some((key, there, asked))
    })
}

/// What a person learns of an answered application that is not as its worksheet says, each without a full stop. What it
/// is for is for people alone.
pub fn unusual<'a>(told: &'a Map<String, Value>, want: &'a Value) -> impl Iterator<Item = String> {
    otherwise(told, None, want).filter_map(|(key, there, _)| match key {
        VISIBILITY => Some("the access portal does not show this application".to_owned()),
        APPLICATION_URL => Some(format!(
            "its Application start URL is `{there}`, so that a sign-in begins there and not in Identity Center"
        )),
        _ => None,
    })
}

/// The address of the access portal of an identity store, as AWS gives it to every one; empty if there is none.
pub fn portal(store: Option<&str>) -> String {
    let id = store.map(name_in);
    id.filter(|id| id.starts_with("d-"))
        .map(|id| format!("https://{id}.awsapps.com/start/"))
        .unwrap_or_default()
}

/// `verify`: people can sign in through it.
static IS_ENABLED: Check = Check {
    id: "application-enabled",
    about: "the application is enabled",
    after: &[],
    across: &[],
};

/// `verify`: the metadata that was read is still what the identity provider publishes.
static PUBLISHED: Check = Check {
    id: "identity-center-metadata",
    about: "Identity Center publishes the metadata that was read",
    after: &[],
    across: &[],
};

/// `verify`: what was typed leads there. Asked with calls.
pub static LEADS: Check = Check {
    id: "identity-center-relay-state",
    about: "the relay state that was typed leads to the right place",
    after: &["instance-active"],
    across: &[],
};

/// `verify`: who may sign in is a user of the instance. Asked with calls.
pub static ALL_KNOWN: Check = Check {
    id: "assigned-users-known",
    about: "every user who is assigned to the application is a user of the instance, under the same name",
    after: &["application-enabled", "instance-active"],
    across: &["user-known", "group-assigned"],
};

/// The attribute of an assertion that names the session, and so the user of Amazon Connect.
pub const SESSION_NAME: &str = "https://aws.amazon.com/SAML/Attributes/RoleSessionName";

impl Kind for Application {
    fn about(&self) -> &'static str {
        "A SAML application in IAM Identity Center. Made by a person: AWS's API makes OAuth 2.0 applications only."
    }

    fn trace(&self) -> Trace {
        Trace::Nothing {
            what: "SAML applications in IAM Identity Center, which people made",
            look: "in the IAM Identity Center console: Applications, Customer managed; a person deletes them",
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
            (
                output::APPLICATION_ARN,
                "the application's ARN; empty if it was not given",
            ),
            (
                output::INSTANCE,
                "which application it is, as the tokens of its addresses say; empty if the metadata does not say",
            ),
            (
                output::PORTAL,
                "the access portal's address; empty if it is not known",
            ),
        ]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "sso:DescribeApplication",
                "sso:ListApplications",
                "sso:ListInstances",
            ],
            write: &[],
            delete: &["sso:DeleteApplication"],
        }
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&IS_ENABLED, &PUBLISHED, &LEADS, &ALL_KNOWN] }
    }

    fn check(&self, asked: Asked<'_>) -> Vec<Checked> {
        let looked_at = format!("the application {}", asked.live.id);
        let status = self.read(asked.live).status.as_deref();
        let enabled = status.map(|status| match status == ENABLED {
            true => IS_ENABLED.passed(looked_at.clone()),
            false => IS_ENABLED.failed(
                looked_at.clone(),
                format!("its status is {status}"),
                "enable it in the IAM Identity Center console: the application, Actions, Enable application",
            ),
        });
        enabled
            .into_iter()
            .chain(answers::published(&PUBLISHED, asked.published))
            .collect()
    }

    /// What a person typed is known from the worksheet that was answered; of the rest, AWS tells the status alone.
    fn diff(&self, want: &Value, live: &Live) -> Diff {
        let mut diff = answers::diff(ApplicationSpec::FIELDS, want, live, TYPED);
        let application = self.read(live);
        if let Some(status) = application.status.as_deref().filter(|status| *status != ENABLED) {
            diff.push(FieldChange {
                field: STATUS.to_owned(),
                have: status.into(),
                want: ENABLED.into(),
                change: Change::InPlace,
            });
        }
        if let Some(told) = &application.told {
            let differs = otherwise(told, application.agreed.as_ref(), want);
            diff.extend(differs.map(|(key, there, asked)| FieldChange {
                field: key.to_owned(),
                have: there.into(),
                want: asked.into(),
                change: Change::InPlace,
            }));
        }
        diff
    }

    fn edit(&self, address: &Address, want: &Value, live: &Live, diff: &Diff) -> Option<Checkpoint> {
        let mut spec: ApplicationSpec = kind::parse(want).ok().filter(|_| !diff.is_empty())?;
        let differs = |name: &str| diff.iter().find(|change| change.field == name);
        let description = differs(DESCRIPTION);
        if let Some(asked) = description.and_then(|change| change.want.as_str()) {
            spec.description = asked.to_owned();
        }
        // What was typed before is known as a whole, or not at all.
        let was = live.over(want, TYPED);
        let mut was = was.and_then(|was| kind::parse::<ApplicationSpec>(&was).ok());
        if let (Some(was), Some(there)) = (&mut was, description.and_then(|change| change.have.as_str())) {
            there.clone_into(&mut was.description);
        }
        let name = was.as_ref().unwrap_or(&spec).name.clone();
        let mut find = vec![
            "Open the console of IAM Identity Center in its home Region, in the account that runs it. Choose \
             **Applications**, **Customer managed**, and the application."
                .to_owned(),
            String::new(),
            format!("- Application: {}", code(&name)),
        ];
        if let Some(arn) = live
            .outputs
            .get(output::APPLICATION_ARN)
            .filter(|arn| !arn.is_empty())
        {
            find.push(format!("- Application ARN: {}", code(arn)));
        }
        let mut more = Vec::new();
        if differs(VISIBILITY).is_some() {
            more.extend([
                "## Access portal".to_owned(),
                String::new(),
                "The access portal does not show the application to the people who are assigned to it. Let it be visible."
                    .to_owned(),
                String::new(),
                "- Visibility: `Visible`".to_owned(),
                String::new(),
            ]);
        }
        if let Some(change) = differs(APPLICATION_URL).or(differs(SIGN_IN_ORIGIN)) {
            more.extend([
                "## Application start URL".to_owned(),
                String::new(),
                "The application has a start URL of its own, so that a sign-in begins there and not in Identity Center."
                    .to_owned(),
                CONFIGURATION.to_owned(),
                String::new(),
                match (change.field.as_str(), change.want.as_str()) {
                    (APPLICATION_URL, Some(asked)) => format!("- Application start URL: {}", code(asked)),
                    _ => format!("- Application start URL: {}", code("")),
                },
                String::new(),
            ]);
        }
        if diff.iter().any(|change| change.field == STATUS) {
            more.extend([
                "## Status".to_owned(),
                String::new(),
                "The application is disabled, and no one can sign in through it. Choose **Actions**, **Enable**."
                    .to_owned(),
                String::new(),
                "- Status: `Enabled`".to_owned(),
                String::new(),
            ]);
        }
        let edit = Edit {
            address,
            product: "IAM Identity Center",
            name: &name,
            find,
            old: was.map(|was| worksheet(address, &was)),
            new: worksheet(address, &spec),
            ways: WAYS,
            more,
        };
        Some(edit.checkpoint())
    }

    fn answers_at<'a>(&self, want: &'a Value) -> Option<&'a str> {
        ApplicationSpec::ANSWERS_AT.text(want)
    }

    fn reports(&self) -> Vec<Question> {
        vec![answers::gone_question()]
    }

    fn answers_name(&self, _want: &Value, answers: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
        let arn = answers
            .get(APPLICATION_ARN)
            .map(|arn| (APPLICATION_ARN, arn.trim().to_owned()));
        // The document of an application names it by a token.
        let instance = answers
            .get(answers::METADATA)
            .and_then(|metadata| instance_in_metadata(metadata))
            .map(|instance| (answers::METADATA, instance));
        arn.into_iter()
            .chain(instance)
            .filter(|(_, name)| !name.is_empty())
            .collect()
    }

    fn told(&self, answers: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        // Who is assigned is looked up by the ARN alone.
        let arn = answers
            .get(APPLICATION_ARN)
            .map(|arn| arn.trim())
            .filter(|arn| !arn.is_empty());
        arn.map(|arn| (APPLICATION_ARN.to_owned(), arn.to_owned()))
            .into_iter()
            .collect()
    }

    fn outlives(&self) -> bool {
        true
    }

    fn why_manual(&self) -> &'static str {
        "AWS has no API that makes SAML applications"
    }

    fn checkpoint(&self, address: &Address, want: &Value) -> Option<Checkpoint> {
        let spec: ApplicationSpec = kind::parse(want).ok()?;
        let question = |key: &str, about: &str, required: bool| Question {
            key: key.to_owned(),
            about: about.to_owned(),
            required,
            answer: Answer::Text,
        };
        Some(Checkpoint {
            address: address.clone(),
            title: format!("make the SAML application `{}` in IAM Identity Center", spec.name),
            worksheet: worksheet(address, &spec),
            questions: vec![
                question(
                    answers::METADATA,
                    "address of the application's SAML metadata file (https://), or the file's content",
                    true,
                ),
                question(APPLICATION_ARN, "the application's ARN", false),
            ],
            notices: Vec::new(),
            unread: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sought::Found;
    use super::super::spec::{Mapping, default_place};
    use super::super::worksheet::worksheet_beside;
    use super::*;
    use crate::text::Text;

    fn spec() -> ApplicationSpec {
        ApplicationSpec {
            name: "acme-support".to_owned(),
            description: "Amazon Connect".to_owned(),
            acs_url: "https://signin.aws.amazon.com/saml".to_owned(),
            audience: "urn:amazon:webservices".to_owned(),
            relay_state: Text::join([
                "https://eu-west-2.console.aws.amazon.com/connect/federate/".into(),
                Text::after(&headset_core::address!("connect.instance", "main"), "id"),
                "?destination=%2Fccp-v2".into(),
            ]),
            session: std::time::Duration::from_hours(12),
            mappings: vec![Mapping {
                attribute: "https://aws.amazon.com/SAML/Attributes/RoleSessionName".to_owned(),
                value: "${user:email}".into(),
                format: "unspecified".to_owned(),
            }],
            by_hand: false,
            answers_at: default_place(),
        }
    }

    fn address() -> Address {
        headset_core::address!("identity_center.application", "acme-support")
    }

    #[test]
    fn the_worksheet_has_every_value_under_the_consoles_label() {
        let want = serde_json::to_value(spec()).unwrap();
        let checkpoint = Application.checkpoint(&address(), &want).unwrap();
        for line in [
            "# Checkpoint identity_center.application/acme-support",
            "- Display name: `acme-support`",
            "- Description: `Amazon Connect`",
            "- Relay state: `https://eu-west-2.console.aws.amazon.com/connect/federate/(id of \
             connect.instance/main)?destination=%2Fccp-v2`",
            "- Session duration: `12 hours`",
            "- Application ACS URL: `https://signin.aws.amazon.com/saml`",
            "- Application SAML audience: `urn:amazon:webservices`",
            "| User attribute in the application | Maps to this string value or user attribute in IAM Identity \
             Center | Format |",
            "| `https://aws.amazon.com/SAML/Attributes/RoleSessionName` | `${user:email}` | `unspecified` |",
            "## Answers",
            "headset checkpoint answer BLUEPRINT identity_center.application/acme-support metadata=URL \
             application_arn=ARN",
        ] {
            assert!(
                checkpoint.worksheet.lines().any(|one| one == line),
                "no line {line}\n{}",
                checkpoint.worksheet
            );
        }
        let required: Vec<_> = checkpoint
            .questions
            .iter()
            .map(|q| (q.key.as_str(), q.required))
            .collect();
        assert_eq!(required, [("metadata", true), ("application_arn", false)]);
        assert!(
            !checkpoint.worksheet.contains("start_url"),
            "{}",
            checkpoint.worksheet
        );
    }

    #[test]
    fn an_identity_store_tells_its_portal() {
        let store = "arn:aws:identitystore::123456789012:identitystore/d-9067f1c2a3";
        assert_eq!(portal(Some(store)), "https://d-9067f1c2a3.awsapps.com/start/");
        assert_eq!(
            portal(Some("arn:aws:identitystore::123456789012:identitystore/")),
            ""
        );
        assert_eq!(portal(None), "");
    }

    #[test]
    fn several_applications_of_the_name_are_all_told() {
        let want = spec();
        let one = |end: &str| Found {
            arn: format!("arn:aws:sso::123456789012:application/ssoins-7223f0a1b2c3d4e5/apl-{end}"),
            made: None,
        };
        let sheet = worksheet_beside(
            &address(),
            &want,
            &[one("000000000000000a"), one("000000000000000b")],
        );
        for arn in [one("000000000000000a").arn, one("000000000000000b").arn] {
            assert!(sheet.lines().any(|line| line == format!("- `{arn}`")), "{sheet}");
        }
        assert!(
            sheet.contains("If one of them was made for this environment"),
            "{sheet}"
        );
        assert!(sheet.contains("**Add application**"), "{sheet}");
        assert!(!worksheet(&address(), &want).contains("may be there already"));
    }
}
