//! `identity_center.link`: the application's own link, at which people start.
//!
//! The access portal shows an application only to the people who are assigned to it, so that its link can be read off
//! only after the application and an assignment are there; and no operation of AWS's tells it. So it is a checkpoint of
//! its own, which comes after both. What the metadata and the identity store tell about it stands on the worksheet.

use std::collections::BTreeMap;

use async_trait::async_trait;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answered::{check_instance, check_link, instance_in_link, is_in_portal, token_start};
use super::spec::ApplicationSpec;
use crate::aws::{Aws, AwsError, Class};
use crate::resource::address::Address;
use crate::resource::field::{Change, Compare, Diff, Field};
use crate::resource::idp::answers;
use crate::resource::idp::sheet::{self, code};
use crate::resource::kind::{self, Actions, Checkpoint, Kind, Live, Lookup, Question, Sight, Work};
use crate::resource::text::{self, Text};

/// What a blueprint asks of a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkSpec {
    /// The application's display name.
    pub name: String,
    /// Which application it is, as the tokens of its addresses say; empty if the metadata does not tell.
    pub instance: Text,
    /// The application's ARN; empty if it was not answered.
    pub application_arn: Text,
    /// The access portal's address; empty if it is not known.
    pub portal: Text,
    /// Where people land after sign-in.
    pub relay_state: Text,
    /// Whether the blueprint assigns groups or users to the application.
    pub assigned: bool,
    /// Whether Headset has no access to Identity Center.
    pub by_hand: bool,
    /// Where in the blueprint its answer may stand, as keys joined by dots.
    pub answers_at: String,
}

/// The kind `identity_center.link`.
#[derive(Debug)]
pub struct Link;

const FIELDS: &[Field] = &[
    told("name", "the application's display name"),
    told(
        "instance",
        "which application it is, as the tokens of its addresses say; empty if the metadata does not tell",
    ),
    told(
        "application_arn",
        "the application's ARN; empty if it was not answered",
    ),
    told("portal", "the access portal's address; empty if it is not known"),
    told("relay_state", "where people land after sign-in"),
    told(
        "assigned",
        "whether the blueprint assigns groups or users to the application",
    ),
    told("by_hand", "whether Identity Center is out of Headset's reach"),
    told("answers_at", "where in the blueprint its answer may stand"),
];

/// A field that is only told on the worksheet.
const fn told(name: &'static str, about: &'static str) -> Field {
    Field::new(name, Change::InPlace, about).compared(Compare::WriteOnly)
}

/// The answer.
const START_URL: &str = "start_url";

/// What an answer was about: the link of another application does not hold for this one.
const ABOUT: &[&str] = &["instance"];

const QUESTION: &str = "the application's own link (where people start), which goes on with `#/saml/`";

/// What is known of a link that an earlier version of Headset asked for together with its application: the spec, from
/// that of the application, and the link.
pub fn from_application(application: &Value, outputs: &BTreeMap<String, String>) -> Option<(Value, String)> {
    let link = outputs.get(START_URL).filter(|link| !link.is_empty())?;
    let application: ApplicationSpec = kind::parse(application).ok()?;
    let arn = outputs.get("application_arn").cloned().unwrap_or_default();
    let spec = LinkSpec {
        name: application.name,
        instance: "".into(),
        application_arn: arn.as_str().into(),
        portal: "".into(),
        relay_state: application.relay_state,
        assigned: true,
        by_hand: application.by_hand,
        answers_at: application.answers_at,
    };
    Some((serde_json::to_value(spec).ok()?, link.clone()))
}

/// Whether an answer is about this application: what it was about is kept with it, and it has to fit. What earlier
/// versions took together with the application's own answers holds as it is.
fn holds(link: &str, answers: &BTreeMap<String, String>, spec: &Value) -> bool {
    let now = spec.get("instance").and_then(Value::as_str).unwrap_or_default();
    let kept = answers.get(answers::WORKSHEET);
    let kept: Option<Value> = kept.and_then(|kept| serde_json::from_str(kept).ok());
    match kept.as_ref().map(|kept| kept.get("instance")) {
        Some(None) => true,
        Some(Some(Value::String(then))) if !then.is_empty() && !now.is_empty() && then != now => false,
        Some(Some(_)) | None => check_instance(link, now).is_ok(),
    }
}

fn look(lookup: &Lookup) -> Sight {
    let link = lookup.answers.get(START_URL).map(|link| link.trim());
    let Some(link) = link.filter(|link| !link.is_empty() && holds(link, &lookup.answers, &lookup.spec))
    else {
        return Sight::Absent;
    };
    let name = lookup.spec.get("name").and_then(Value::as_str);
    let mut live = Live::new(name.unwrap_or(&lookup.address.key), "ANSWERED").output(START_URL, link);
    live.fields = lookup.spec.as_object().cloned().unwrap_or_default();
    Sight::Present(live)
}

/// What a browser leaves unescaped in an address's part, besides letters and digits.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// How an application's name stands in its link.
fn in_path(name: &str) -> String {
    utf8_percent_encode(name, PART).to_string()
}

/// What can be told about the link before a person has read it off.
fn known(spec: &LinkSpec) -> Vec<String> {
    let (Some(portal), Some(instance)) = (spec.portal.known(), spec.instance.known()) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    match (portal.is_empty(), token_start(&instance)) {
        (false, Some(token)) => lines.push(format!(
            "- It begins so: {}",
            code(&format!("{portal}#/saml/custom/{}/{token}", in_path(&spec.name)))
        )),
        (false, None) => lines.push(format!(
            "- It begins so: {}",
            code(&format!("{portal}#/saml/custom/"))
        )),
        (true, Some(token)) => lines.push(format!("- Its last part begins so: {}", code(&token))),
        (true, None) => return lines,
    }
    if !portal.is_empty() {
        lines.push(
            "- A portal that was given a name of its own has that name in place of the first part."
                .to_owned(),
        );
    }
    lines.push(
        "- No API tells how it ends. Headset compares the beginning of its last part with the application's metadata, \
         and refuses the link of another application."
            .to_owned(),
    );
    lines
}

/// The worksheet: where a person finds the link.
fn worksheet(address: &Address, spec: &LinkSpec) -> String {
    let mut lines = vec![
        format!("# Checkpoint {address}"),
        String::new(),
        "The access portal of IAM Identity Center shows an application only to people who are assigned to it, and no \
         API tells the application's own link. So a person copies it from the portal, once the application is there \
         and a user or group is assigned."
            .to_owned(),
        String::new(),
    ];
    if spec.by_hand {
        lines.extend([
            "Identity Center is not within Headset's reach here. Hand this sheet to the people who run it; what comes \
             back is the answer at the end."
                .to_owned(),
            String::new(),
        ]);
    }
    if !spec.assigned {
        lines.extend([
            "## Assign a user".to_owned(),
            String::new(),
            "The blueprint assigns no user and no group to the application, and the link shows only once one is \
             assigned. If none is, open the application in the console of IAM Identity Center, and choose **Assign users and \
             groups**."
                .to_owned(),
            String::new(),
        ]);
    }
    lines.extend([
        "## Copy the link".to_owned(),
        String::new(),
        "Sign in to the access portal as a user who is assigned, choose the tab **Applications**, and copy the address \
         behind the application: right-click on it, and copy the link. The *AWS access portal sign-in URL* of the \
         console is another one: the portal, in which people choose."
            .to_owned(),
        String::new(),
        format!("- Application: {}", code(&spec.name)),
    ]);
    if let Some(arn) = spec.application_arn.known().filter(|arn| !arn.is_empty()) {
        lines.push(format!("- Application ARN: {}", code(&arn)));
    }
    if let Some(portal) = spec.portal.known().filter(|portal| !portal.is_empty()) {
        lines.push(format!("- Access portal: {}", code(&portal)));
    }
    lines.push(String::new());
    let known = known(spec);
    if !known.is_empty() {
        lines.extend(["## Compare it".to_owned(), String::new()]);
        lines.extend(known);
        lines.push(String::new());
    }
    lines.extend(sheet::answers(
        address,
        &[(START_URL, QUESTION)],
        &spec.answers_at,
    ));
    lines.join("\n")
}

#[async_trait]
impl Kind for Link {
    fn name(&self) -> &'static str {
        "identity_center.link"
    }

    fn about(&self) -> &'static str {
        "The link of a SAML application in IAM Identity Center, at which people start. Copied by a person: the access \
         portal shows it to those who are assigned, and no API tells it."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn identity(&self) -> &'static [&'static str] {
        // As long as it is not known which application there is, no link can be its link.
        &["name", "instance"]
    }

    fn known_by(&self) -> &'static [&'static [&'static str]] {
        // As of the application: another display name or destination is the same application.
        &[&["relay_state"], &["answers_at"]]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(START_URL, "where people sign in")]
    }

    /// None: no API tells it.
    fn actions(&self) -> Actions {
        Actions {
            read: &[],
            write: &[],
            delete: &[],
        }
    }

    async fn survey(&self, _aws: &Aws, lookups: &[Lookup]) -> Vec<Sight> {
        lookups.iter().map(look).collect()
    }

    async fn create(&self, _work: &Work<'_>, _want: &Value) -> Result<String, AwsError> {
        Err(AwsError::own(
            Class::Other,
            "the answered link was that of another application: apply again for the worksheet that asks for this one's",
        ))
    }

    async fn update(
        &self,
        _work: &Work<'_>,
        _want: &Value,
        _live: &Live,
        _diff: &Diff,
    ) -> Result<(), AwsError> {
        Err(AwsError::bug("a link has nothing to change in place"))
    }

    fn outlives(&self) -> bool {
        true
    }

    /// Does nothing: the link goes with its application.
    async fn delete(&self, _work: &Work<'_>, _live: &Live) -> Result<(), AwsError> {
        Ok(())
    }

    fn why_by_hand(&self) -> &'static str {
        "the access portal shows an application's link only to people who are assigned, and no API tells it"
    }

    fn checkpoint(&self, address: &Address, want: &Value) -> Option<Checkpoint> {
        let spec: LinkSpec = kind::parse(want).ok()?;
        Some(Checkpoint {
            address: address.clone(),
            title: format!(
                "copy the link of the application `{}` from the access portal",
                spec.name
            ),
            worksheet: worksheet(address, &spec),
            questions: vec![Question {
                key: START_URL.to_owned(),
                about: QUESTION.to_owned(),
                required: true,
            }],
            notices: Vec::new(),
        })
    }

    fn answered_with(&self) -> Option<(&'static str, &'static [&'static str])> {
        Some(("identity_center.application", &[START_URL]))
    }

    async fn check_answers(
        &self,
        _aws: &Aws,
        want: &Value,
        answers: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, String> {
        let mut out = BTreeMap::new();
        for (key, answer) in answers {
            match key.as_str() {
                START_URL => {
                    let link = answer.trim();
                    check_link(link)?;
                    if let Some(instance) = want.get("instance").and_then(Value::as_str) {
                        check_instance(link, instance)?;
                    }
                    out.insert(key.clone(), link.to_owned());
                }
                answers::WORKSHEET => {}
                other => {
                    return Err(format!(
                        "`{other}` is no answer to this checkpoint; it asks for: {START_URL}"
                    ));
                }
            }
        }
        answers::sign(&mut out, want, ABOUT);
        Ok(out)
    }

    async fn remarks(&self, _aws: &Aws, want: &Value, answers: &BTreeMap<String, String>) -> Vec<String> {
        let Some(link) = answers.get(START_URL) else {
            return Vec::new();
        };
        if !is_in_portal(link) {
            return vec![format!(
                "start_url: `{}` is no access portal of Identity Center: it is taken for an address of your own that \
                 leads to the application's link",
                answers::host(link)
            )];
        }
        let instance = want.get("instance").unwrap_or(&Value::Null);
        let unchecked = match instance.as_str() {
            _ if instance_in_link(link).is_none() => "the token at its end cannot be read",
            None if text::is_unknown(instance) => "the application's metadata is not known yet",
            None | Some("") => "the application's metadata has no such token",
            Some(_) => return Vec::new(),
        };
        vec![format!(
            "start_url: it is taken as it is, since it could not be compared with the application's metadata: {unchecked}"
        )]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const INSTANCE: &str = "123456789012_ins-0123456789abcdef";
    const ARN: &str = "arn:aws:sso::123456789012:application/ssoins-0123456789abcdef/apl-0123456789abcdef";
    const LINK: &str = "https://d-9067f1c2a3.awsapps.com/start/#/saml/custom/acme/\
                        MTIzNDU2Nzg5MDEyX2lucy0wMTIzNDU2Nzg5YWJjZGVmX3AtZmVkY2JhOTg3NjU0MzIxMA%3D%3D";

    fn spec(instance: Text) -> LinkSpec {
        LinkSpec {
            name: "Acme Support".to_owned(),
            instance,
            application_arn: ARN.into(),
            portal: "https://d-9067f1c2a3.awsapps.com/start/".into(),
            relay_state: "https://eu-west-2.console.aws.amazon.com/connect/federate/x".into(),
            assigned: true,
            by_hand: false,
            answers_at: "sign_in.idp.identity_center".to_owned(),
        }
    }

    fn address() -> Address {
        Address::new("identity_center.link", "Acme Support")
    }

    fn sheet(spec: &LinkSpec) -> Checkpoint {
        let want = serde_json::to_value(spec).unwrap();
        Link.checkpoint(&address(), &want).unwrap()
    }

    fn seen(instance: &str, answers: &[(&str, &str)]) -> bool {
        let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let lookup = Lookup {
            address: address(),
            spec: serde_json::to_value(spec(instance.into())).unwrap(),
            id: None,
            answers: answers.iter().map(own).collect(),
        };
        matches!(look(&lookup), Sight::Present(live) if live.outputs[START_URL] == LINK)
    }

    #[test]
    fn the_worksheet_tells_what_is_known_of_the_link() {
        let sheet = sheet(&spec(INSTANCE.into()));
        for line in [
            "# Checkpoint identity_center.link/Acme Support",
            "- Application: `Acme Support`",
            &format!("- Application ARN: `{ARN}`"),
            "- Access portal: `https://d-9067f1c2a3.awsapps.com/start/`",
            "- It begins so: `https://d-9067f1c2a3.awsapps.com/start/#/saml/custom/Acme%20Support/\
             MTIzNDU2Nzg5MDEyX2lucy0wMTIzNDU2Nzg5YWJjZGVmX3At`",
            "headset checkpoint answer BLUEPRINT 'identity_center.link/Acme Support' start_url=URL",
            "      start_url: URL",
            "    identity_center:",
        ] {
            let there = sheet
                .worksheet
                .lines()
                .any(|one| one.trim_end() == line.trim_end());
            assert!(there, "no line {line}\n{}", sheet.worksheet);
        }
        assert!(
            !sheet.worksheet.contains("## Assign a user"),
            "{}",
            sheet.worksheet
        );
        let asked: Vec<&str> = sheet
            .questions
            .iter()
            .map(|question| question.key.as_str())
            .collect();
        assert_eq!(asked, [START_URL]);
    }

    #[test]
    fn the_worksheet_says_that_a_user_has_to_be_assigned() {
        // Nor is anything guessed while the application is not there.
        for instance in ["".into(), Text::after(&address(), "instance")] {
            let mut spec = spec(instance.clone());
            spec.assigned = false;
            spec.portal = instance;
            let sheet = sheet(&spec).worksheet;
            assert!(sheet.contains("the link shows only once one is"), "{sheet}");
            assert!(!sheet.contains("## Compare it"), "{sheet}");
        }
    }

    #[test]
    fn an_answer_holds_for_the_application_that_it_is_about() {
        let other = INSTANCE.replace("0123", "3210");
        let about = |instance: &str| json!({ "instance": instance }).to_string();
        let link = (START_URL, LINK);
        // As it was checked.
        assert!(seen(INSTANCE, &[link, ("worksheet", &about(INSTANCE))]));
        assert!(!seen(&other, &[link, ("worksheet", &about(INSTANCE))]));
        // Before there was metadata, and in a blueprint: it has to fit.
        let early = json!({ "instance": Text::after(&address(), "instance") }).to_string();
        for early in [&[link, ("worksheet", &early)][..], &[link]] {
            assert!(seen(INSTANCE, early));
            assert!(!seen(&other, early));
            assert!(seen("", early));
        }
        // From an earlier version of Headset: it holds.
        assert!(seen(&other, &[link, ("worksheet", "{}")]));
        assert!(!seen(INSTANCE, &[]));
    }

    #[test]
    fn what_earlier_versions_kept_of_the_application_is_taken_over() {
        let application = json!({
            "name": "acme", "description": "", "acs_url": "https://signin.aws.amazon.com/saml",
            "audience": "urn:amazon:webservices", "relay_state": "r", "session": 900, "mappings": [], "by_hand": true,
        });
        let outputs = |link: &str| BTreeMap::from([(START_URL.to_owned(), link.to_owned())]);
        let (spec, link) = from_application(&application, &outputs(LINK)).unwrap();
        assert_eq!(
            (&spec["name"], &spec["relay_state"], &spec["by_hand"]),
            (&json!("acme"), &json!("r"), &json!(true))
        );
        assert_eq!(link, LINK);
        let address = Address::new("identity_center.link", "acme");
        assert!(Link.checkpoint(&address, &spec).is_some(), "a person's");
        assert_eq!(from_application(&application, &outputs("")), None);
        assert_eq!(from_application(&application, &BTreeMap::new()), None);
    }
}
