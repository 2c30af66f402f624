//! `identity_center.application`: the SAML application through which people reach AWS.
//!
//! No API can make one: CreateApplication makes OAuth 2.0 applications only (its own documentation says so),
//! and no operation reads or writes ACS URL, audience, relay state, mappings or metadata. So it is a
//! checkpoint: a person makes it in the console from a worksheet and answers with what the console shows.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ssoadmin::types::ApplicationStatus;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::worksheet::{cell, code, span, word};
use crate::aws::{Aws, AwsError, Class, Identity, is_loopback};
use crate::resource::address::Address;
use crate::resource::field::{Change, Compare, Diff, Field};
use crate::resource::iam::saml_metadata;
use crate::resource::kind::{
    self, Actions, Checkpoint, Condition, Kind, Live, Lookup, Question, Sight, Work,
};
use crate::resource::text::Text;

/// What a blueprint asks of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApplicationSpec {
    /// Its display name, 1 to 100 characters.
    pub name: String,
    /// What it is for, at most 128 characters.
    pub description: String,
    /// Where assertions go.
    pub acs_url: String,
    /// Whom assertions are for.
    pub audience: String,
    /// Where people land after sign-in.
    pub relay_state: Text,
    /// How long a session lasts, in seconds.
    pub session: u32,
    /// What assertions say.
    pub mappings: Vec<Mapping>,
    /// Whether Headset has no access to Identity Center.
    pub by_hand: bool,
}

/// One attribute mapping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    /// The attribute in the application.
    pub attribute: String,
    /// What it maps to: a user attribute or a fixed text.
    pub value: Text,
    /// Its format, such as `unspecified`.
    pub format: String,
}

/// The kind `identity_center.application`.
#[derive(Debug)]
pub struct Application;

const FIELDS: &[Field] = &[
    Field::new("name", Change::InPlace, "display name, 1 to 100 characters").compared(Compare::WriteOnly),
    Field::new("description", Change::InPlace, "at most 128 characters").compared(Compare::WriteOnly),
    Field::new("acs_url", Change::InPlace, "where assertions go").compared(Compare::WriteOnly),
    Field::new("audience", Change::InPlace, "whom assertions are for").compared(Compare::WriteOnly),
    Field::new("relay_state", Change::InPlace, "where people land after sign-in")
        .compared(Compare::WriteOnly),
    Field::new("session", Change::InPlace, "how long a session lasts, in seconds")
        .compared(Compare::WriteOnly),
    Field::new(
        "mappings",
        Change::InPlace,
        "what assertions say: attribute, value, format",
    )
    .compared(Compare::WriteOnly),
    Field::new(
        "by_hand",
        Change::InPlace,
        "whether Identity Center is out of Headset's reach",
    )
    .compared(Compare::WriteOnly),
];

/// Answers without which the checkpoint stays open.
const REQUIRED: [&str; 2] = ["metadata", "start_url"];

/// The form of an application's ARN, from AWS's service model of sso-admin.
const ARN: &str =
    r"^arn:aws(-[a-z]{1,5}){0,3}:sso::\d{12}:application/(sso)?ins-[a-zA-Z0-9\-.]{16}/apl-[a-zA-Z0-9]{16}$";

/// What stands where a text is not known: whose output it waits for.
fn shown(text: &Text) -> String {
    text.to_string()
}

/// Checks an `https://` address (or an `http://` one on this machine, where a simulator may be).
fn check_url(what: &str, url: &str) -> Result<(), String> {
    let parsed: Result<http::Uri, _> = url.parse();
    let has_host = parsed.is_ok_and(|uri| uri.host().is_some_and(|host| !host.is_empty()));
    // The published pages hold the address inside an attribute, unescaped; `http::Uri` lets quotes and fragments pass.
    let plain = url
        .chars()
        .all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | ';' | '`' | '\\'));
    if plain && has_host && (url.starts_with("https://") || is_loopback(url)) {
        Ok(())
    } else {
        Err(format!("{what}: `{url}` is not an https:// address"))
    }
}

/// Checks the form of an application's ARN.
fn check_arn(arn: &str) -> Result<(), String> {
    let form = fancy_regex::Regex::new(ARN).map_err(|error| error.to_string())?;
    if form.is_match(arn).unwrap_or(false) {
        Ok(())
    } else {
        Err(format!(
            "application_arn: `{arn}` is not the ARN of an application: \
             arn:aws:sso::ACCOUNT:application/ssoins-.../apl-..."
        ))
    }
}

/// Checks a metadata document: readable, and with at least one certificate that still is valid.
fn check_metadata(aws: &Aws, document: &str) -> Result<(), String> {
    let read = saml_metadata::parse(document).map_err(|reason| format!("metadata: {reason}"))?;
    let now = aws.clock().now();
    match read.certificates.iter().map(|one| one.not_after).max() {
        Some(last) if last < now => Err(format!(
            "metadata: its signing certificate expired on {last}; rotate it in the application and fetch the \
             metadata again"
        )),
        _ => Ok(()),
    }
}

/// The answers, checked and completed. An empty answer takes an optional one back.
async fn checked(aws: &Aws, answers: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, String> {
    let mut out = BTreeMap::new();
    for (key, answer) in answers {
        let answer = answer.trim().trim_start_matches('\u{feff}').trim_start();
        match key.as_str() {
            "metadata" if answer.starts_with('<') => {
                check_metadata(aws, answer)?;
                out.insert("metadata".to_owned(), answer.to_owned());
            }
            "metadata" => {
                check_url("metadata", answer).map_err(|reason| {
                    format!("{reason} of a metadata document, nor the document itself (XML)")
                })?;
                let document = aws
                    .fetch(answer)
                    .await
                    .map_err(|error| format!("metadata: it cannot be fetched: {}", error.message))?;
                let document = document.trim_start_matches('\u{feff}').trim();
                check_metadata(aws, document)?;
                out.insert("metadata".to_owned(), document.to_owned());
                out.insert("metadata_url".to_owned(), answer.to_owned());
            }
            // Comes with stored answers that are checked again; a URL under `metadata` goes before it.
            "metadata_url" => {
                if !answer.is_empty() {
                    check_url("metadata_url", answer)?;
                    out.entry(key.clone()).or_insert_with(|| answer.to_owned());
                }
            }
            "start_url" => {
                check_url("start_url", answer)?;
                out.insert(key.clone(), answer.to_owned());
            }
            "application_arn" => {
                if !answer.is_empty() {
                    check_arn(answer)?;
                }
                out.insert(key.clone(), answer.to_owned());
            }
            other => {
                return Err(format!(
                    "`{other}` is no answer to this checkpoint; it asks for: metadata, start_url, application_arn"
                ));
            }
        }
    }
    Ok(out)
}

/// What can be told about an application from its answers, and from AWS if `status` came.
fn live(lookup: &Lookup, answers: &BTreeMap<String, String>, status: Option<ApplicationStatus>) -> Live {
    let answer = |key: &str| answers.get(key).cloned().unwrap_or_default();
    let arn = answer("application_arn");
    let name = lookup
        .spec
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or(&lookup.address.key);
    let id = if arn.is_empty() { name } else { arn.as_str() };
    let mut live = Live::new(id, status.as_ref().map_or("ANSWERED", ApplicationStatus::as_str));
    live.fields = lookup.spec.as_object().cloned().unwrap_or_default();
    if let Some(status) = &status {
        live.fields.insert("status".to_owned(), json!(status.as_str()));
    }
    if status == Some(ApplicationStatus::Disabled) {
        live.condition = Condition::Failed {
            state: "DISABLED".to_owned(),
            reason: format!(
                "the application {arn} is disabled, so nobody can sign in through it; enable it in IAM Identity \
                 Center"
            ),
        };
    }
    for key in ["metadata", "metadata_url", "start_url", "application_arn"] {
        live = live.output(key, answer(key));
    }
    live
}

async fn look(aws: &Aws, lookup: &Lookup) -> Sight {
    let answered = |key: &&str| lookup.answers.get(*key).is_some_and(|answer| !answer.is_empty());
    if !REQUIRED.iter().all(answered) {
        return Sight::Absent;
    }
    let mut answers = lookup.answers.clone();
    // Answers from a blueprint may come as they were written: then the document has still to be fetched.
    if answers
        .get("metadata")
        .is_some_and(|metadata| !metadata.trim_start().starts_with('<'))
    {
        match checked(aws, &answers).await {
            Ok(complete) => answers = complete,
            Err(reason) => {
                return Sight::Unknown(AwsError::new("http", "GET", Class::Invalid, reason));
            }
        }
    }
    let by_hand = lookup
        .spec
        .get("by_hand")
        .and_then(Value::as_bool)
        .unwrap_or(false)
        || *aws.identity() == Identity::ByHand;
    let arn = answers.get("application_arn").filter(|arn| !arn.is_empty());
    let Some(arn) = arn.filter(|_| !by_hand) else {
        return Sight::Present(live(lookup, &answers, None));
    };
    let request = aws.sso_admin().await.describe_application().application_arn(arn);
    match aws
        .call("sso-admin", "DescribeApplication", || request.clone().send())
        .await
    {
        Ok(answer) => Sight::Present(live(lookup, &answers, answer.status)),
        // The answers stand; it is only that this account may not look.
        Err(error) if error.class == Class::Denied => Sight::Present(live(lookup, &answers, None)),
        Err(error) if error.is_not_found() => Sight::Absent,
        Err(error) => Sight::Unknown(error),
    }
}

/// The worksheet: what a person types where.
fn worksheet(address: &Address, spec: &ApplicationSpec) -> String {
    let address = address.to_string();
    let mut lines = vec![
        format!("# Checkpoint {address}"),
        String::new(),
        "No API can make a SAML application in IAM Identity Center: AWS's own only makes OAuth 2.0 applications. \
         So a person makes it in the console, once, from this sheet. Type what stands between the backticks, \
         exactly: letter case, and no space at either end."
            .to_owned(),
    ];
    if spec.by_hand {
        lines.push(String::new());
        lines.push(
            "Identity Center is not within Headset's reach here. Hand this sheet to whoever runs it; what comes \
             back are the answers at the end."
                .to_owned(),
        );
    }
    lines.extend([
        String::new(),
        "## Open the form".to_owned(),
        String::new(),
        "Open the console of IAM Identity Center in its home Region, in the account that runs it. Choose \
         **Applications**, **Customer managed**, **Add application**, then **I have an application I want to set \
         up** and **SAML 2.0**, and **Next**."
            .to_owned(),
        String::new(),
        "## Configure application".to_owned(),
        String::new(),
        format!("- Display name: {}", code(&spec.name)),
        format!("- Description: {}", code(&spec.description)),
        String::new(),
        "Under **IAM Identity Center metadata**, copy the address of the *IAM Identity Center SAML metadata file*: \
         it is the first answer below."
            .to_owned(),
        String::new(),
        "## Application properties".to_owned(),
        String::new(),
        "Leave **Application start URL** empty.".to_owned(),
        String::new(),
        format!("- Relay state: {}", code(&shown(&spec.relay_state))),
        format!("- Session duration: {}", code(&span(spec.session))),
        String::new(),
        "## Application metadata".to_owned(),
        String::new(),
        "Choose **Manually type your metadata values**.".to_owned(),
        String::new(),
        format!("- Application ACS URL: {}", code(&spec.acs_url)),
        format!("- Application SAML audience: {}", code(&spec.audience)),
        String::new(),
        "Choose **Submit**.".to_owned(),
        String::new(),
        "## Attribute mappings".to_owned(),
        String::new(),
        "On the application's page, choose **Actions**, **Edit attribute mappings**. Every row counts, and so does \
         every letter."
            .to_owned(),
        String::new(),
        "| User attribute in the application | Maps to this string value or user attribute in IAM Identity Center | \
         Format |"
            .to_owned(),
        "|---|---|---|".to_owned(),
    ]);
    lines.extend(spec.mappings.iter().map(|mapping| {
        format!(
            "| {} | {} | {} |",
            cell(&mapping.attribute),
            cell(&shown(&mapping.value)),
            cell(&mapping.format)
        )
    }));
    lines.extend([
        String::new(),
        "## Answers".to_owned(),
        String::new(),
        "- `metadata`: the address of the SAML metadata file, or the file's content".to_owned(),
        "- `start_url`: the application's own sign-in address, the *AWS access portal sign-in URL* of its page \
         (where people start)"
            .to_owned(),
        "- `application_arn` (optional): the application's ARN, shown on its page; with it, groups are assigned by \
         API"
            .to_owned(),
        String::new(),
        "Give them with".to_owned(),
        String::new(),
        "```sh".to_owned(),
        format!(
            "headset checkpoint answer BLUEPRINT {} metadata=URL start_url=URL application_arn=ARN",
            word(&address)
        ),
        "```".to_owned(),
        String::new(),
        "or commit them in the blueprint instead:".to_owned(),
        String::new(),
        "```yaml".to_owned(),
        "sign_in:".to_owned(),
        "  idp:".to_owned(),
        "    identity_center:".to_owned(),
        "      metadata: URL".to_owned(),
        "      start_url: URL".to_owned(),
        "      application_arn: ARN".to_owned(),
        "```".to_owned(),
        String::new(),
    ]);
    lines.join("\n")
}

#[async_trait]
impl Kind for Application {
    fn name(&self) -> &'static str {
        "identity_center.application"
    }

    fn about(&self) -> &'static str {
        "A SAML application in IAM Identity Center. Made by a person, since no API can."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn identity(&self) -> &'static [&'static str] {
        // The relay state belongs to it: answers that were given for another instance do not hold for this one.
        &["name", "relay_state"]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("metadata", "the identity provider's metadata document"),
            (
                "metadata_url",
                "where the document was fetched; empty if it was given",
            ),
            ("start_url", "where people sign in"),
            (
                "application_arn",
                "the application's ARN; empty if nobody gave it",
            ),
        ]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["sso:DescribeApplication"],
            write: &[],
            delete: &["sso:DeleteApplication"],
        }
    }

    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Sight> {
        // One or two per environment, and no operation describes several.
        let mut sights = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            let outdated = lookup
                .answers
                .get(WORKSHEET)
                .is_some_and(|typed| *typed != digest(&lookup.spec));
            sights.push(if outdated {
                Sight::Absent
            } else {
                look(aws, lookup).await
            });
        }
        sights
    }

    async fn create(&self, _work: &Work<'_>, _want: &Value) -> Result<String, AwsError> {
        Err(AwsError::internal("no API can make a SAML application"))
    }

    async fn update(
        &self,
        _work: &Work<'_>,
        _want: &Value,
        _live: &Live,
        _diff: &Diff,
    ) -> Result<(), AwsError> {
        Err(AwsError::internal("no API can change a SAML application"))
    }

    /// Deletes the application where its ARN is known and the API within reach. Elsewhere there is nothing
    /// that Headset could do, and a person deletes it.
    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let arn = live.outputs.get("application_arn").filter(|arn| !arn.is_empty());
        let by_hand = live
            .fields
            .get("by_hand")
            .and_then(Value::as_bool)
            .unwrap_or(false)
            || *work.aws.identity() == Identity::ByHand;
        let Some(arn) = arn.filter(|_| !by_hand) else {
            return Ok(());
        };
        let request = work
            .aws
            .sso_admin()
            .await
            .delete_application()
            .application_arn(arn);
        match work
            .aws
            .call("sso-admin", "DeleteApplication", || request.clone().send())
            .await
        {
            Err(error) if error.class == Class::Denied => {
                tracing::warn!(%error, "the application stays: delete it by hand");
                Ok(())
            }
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    fn checkpoint(&self, address: &Address, want: &Value) -> Option<Checkpoint> {
        let spec: ApplicationSpec = kind::parse(want).ok()?;
        let question = |key: &str, about: &str, required: bool| Question {
            key: key.to_owned(),
            about: about.to_owned(),
            required,
        };
        Some(Checkpoint {
            address: address.clone(),
            title: format!("make the SAML application `{}` in IAM Identity Center", spec.name),
            worksheet: worksheet(address, &spec),
            questions: vec![
                question(
                    "metadata",
                    "address of the application's SAML metadata file (https://), or the file's content",
                    true,
                ),
                question("start_url", "the application's sign-in URL (https://)", true),
                question("application_arn", "the application's ARN", false),
            ],
        })
    }

    async fn check_answers(
        &self,
        aws: &Aws,
        want: &Value,
        answers: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, String> {
        // Answers that were stored before come with Headset's own entry.
        let mut answers = answers.clone();
        answers.remove(WORKSHEET);
        let mut answers = checked(aws, &answers).await?;
        answers.insert(WORKSHEET.to_owned(), digest(want));
        Ok(answers)
    }
}

/// The answer under which Headset itself keeps a digest of the values that were to be typed.
const WORKSHEET: &str = "worksheet";

/// A digest of the values on the worksheet. What was answered for other values does not hold for these.
fn digest(want: &Value) -> String {
    let typed: Vec<Option<&Value>> = [
        "name",
        "acs_url",
        "audience",
        "relay_state",
        "session",
        "mappings",
    ]
    .iter()
    .map(|field| want.get(field))
    .collect();
    hex::encode(&Sha256::digest(serde_json::json!(typed).to_string())[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> ApplicationSpec {
        ApplicationSpec {
            name: "acme-support".to_owned(),
            description: "Amazon Connect".to_owned(),
            acs_url: "https://signin.aws.amazon.com/saml".to_owned(),
            audience: "urn:amazon:webservices".to_owned(),
            relay_state: Text::join([
                "https://eu-west-2.console.aws.amazon.com/connect/federate/".into(),
                Text::after(&Address::new("connect.instance", "main"), "id"),
                "?destination=%2Fccp-v2".into(),
            ]),
            session: 43_200,
            mappings: vec![Mapping {
                attribute: "https://aws.amazon.com/SAML/Attributes/RoleSessionName".to_owned(),
                value: "${user:email}".into(),
                format: "unspecified".to_owned(),
            }],
            by_hand: false,
        }
    }

    fn address() -> Address {
        Address::new("identity_center.application", "acme-support")
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
            "headset checkpoint answer BLUEPRINT identity_center.application/acme-support metadata=URL start_url=URL \
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
        assert_eq!(
            required,
            [
                ("metadata", true),
                ("start_url", true),
                ("application_arn", false)
            ]
        );
    }

    #[test]
    fn addresses_are_https_or_on_this_machine() {
        for good in [
            "https://portal.example.com/x",
            "http://127.0.0.1:4566/saml/metadata/x",
        ] {
            assert_eq!(check_url("start_url", good), Ok(()));
        }
        for bad in [
            "http://portal.example.com/x",
            "https://",
            "portal.example.com",
            "/tmp/file.xml",
            "https://portal.example.com/#\"><script>",
        ] {
            assert!(check_url("start_url", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_arn_has_the_form_of_the_service_model() {
        assert_eq!(
            check_arn("arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef"),
            Ok(())
        );
        for bad in [
            "arn:aws:sso::111122223333:application/ssoins-0123456789abcdef",
            "arn:aws:sso:::instance/ssoins-0123456789abcdef",
            " arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef",
        ] {
            assert!(check_arn(bad).is_err(), "{bad}");
        }
    }
}
