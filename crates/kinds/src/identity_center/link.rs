//! `identity_center.link`: the application's own link, at which people start.
//!
//! The access portal shows an application only to the people who are assigned to it, so that its link can be read off
//! only after the application and an assignment are there; and no operation of AWS's tells it. So it is a checkpoint of
//! its own, which comes after both. What the metadata and the identity store tell about it stands on the worksheet.

use std::collections::BTreeMap;

use headset_derive::Fields;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answered::{is_in_portal, token_start};
use super::spec::ApplicationSpec;
use crate::KindId;
use crate::address::Address;
use crate::discovery::Trace;
use crate::field::FieldId;
use crate::idp::sheet::{self, code};
use crate::kind::{self, Actions, Answer, Checkpoint, Kind, Question};
use crate::output;
use crate::own::Earlier;
use crate::text::Text;
use crate::verify::Check;

/// What a blueprint asks of a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "identity_center.link", of = Link, live = LinkLive)]
pub struct LinkSpec {
    /// The application's display name.
    #[field(at_creation, compared = WriteOnly)]
    pub name: String,
    /// Which application it is, as the tokens of its addresses say; empty if the metadata does not say.
    // The link of another application is asked for anew.
    #[field(replace, compared = WriteOnly)]
    pub instance: Text,
    /// The application's ARN; empty if it was not answered.
    #[field(at_creation, compared = WriteOnly)]
    pub application_arn: Text,
    /// The access portal's address; empty if it is not known.
    #[field(at_creation, compared = WriteOnly)]
    pub portal: Text,
    /// Where people land after sign-in.
    #[field(at_creation, compared = WriteOnly)]
    pub relay_state: Text,
    /// Whether the blueprint assigns groups or users to the application.
    #[field(at_creation, compared = WriteOnly)]
    pub assigned: bool,
    /// Whether Identity Center is out of Headset's reach.
    #[field(at_creation, compared = WriteOnly)]
    pub by_hand: bool,
    /// Where in the blueprint its answer may stand, as keys joined by dots.
    #[field(at_creation, compared = WriteOnly)]
    pub answers_at: String,
}

/// The kind `identity_center.link`.
#[derive(Debug)]
pub struct Link;

/// The answer.
pub const START_URL: &str = output::START_URL;

const QUESTION: &str = "the application's own link (where people start), which goes on with `#/saml/`";

/// What a browser leaves unescaped in an address's part, besides letters and digits.
/// Assumption: `idc-link-name` — the access portal escapes the name in its links so.
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

/// What is known about the link before a person has copied it.
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
        "- No API shows how it ends. Headset compares the beginning of its last part with the application's \
         metadata, and refuses the link of another application."
            .to_owned(),
    );
    lines
}

/// The worksheet: where a person finds the link.
pub fn worksheet(address: &Address, spec: &LinkSpec) -> String {
    let mut lines = vec![
        format!("# Checkpoint {address}"),
        String::new(),
        "The access portal of IAM Identity Center shows an application only to people who are assigned to it, and no \
         API shows the application's own link. So a person copies it from the portal, once the application is there \
         and a user or group is assigned."
            .to_owned(),
        String::new(),
    ];
    if spec.by_hand {
        lines.extend([
            "Headset cannot reach Identity Center here. Give this worksheet to the people who run it; they report \
             the answer at the end."
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

/// `verify`: the access portal answers there. Asked as a browser does that is not signed in.
pub static REACHED: Check = Check {
    id: "identity-center-start-url",
    about: "the address where people start answers",
    after: &[],
    across: &[],
};

impl Kind for Link {
    fn about(&self) -> &'static str {
        "The link of a SAML application in IAM Identity Center, at which people start. Copied by a person: the \
         access portal shows it to those who are assigned, and no API does."
    }

    fn trace(&self) -> Trace {
        Trace::Within
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&REACHED] }
    }

    fn identity(&self) -> &'static [FieldId] {
        // As long as it is not known which application there is, no link can be its link.
        &[LinkSpec::NAME, LinkSpec::INSTANCE]
    }

    fn known_by(&self) -> &'static [&'static [FieldId]] {
        // As of the application: another display name or destination is the same application.
        &[&[LinkSpec::RELAY_STATE], &[LinkSpec::ANSWERS_AT]]
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

    fn outlives(&self) -> bool {
        true
    }

    fn why_manual(&self) -> &'static str {
        "the access portal shows an application's link only to people who are assigned, and no API shows it"
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
                answer: Answer::Text,
            }],
            notices: Vec::new(),
            unread: None,
        })
    }

    fn answers_at<'a>(&self, want: &'a Value) -> Option<&'a str> {
        LinkSpec::ANSWERS_AT.text(want)
    }

    fn answers_name(&self, _want: &Value, answers: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
        // One page of one's own may lead to several.
        let link = answers.get(START_URL).map(|link| link.trim().to_owned());
        link.filter(|link| is_in_portal(link))
            .map(|link| (START_URL, link))
            .into_iter()
            .collect()
    }

    fn answered_with(&self) -> Option<(KindId, &'static [&'static str])> {
        Some((ApplicationSpec::KIND, &[START_URL]))
    }

    /// They asked for the link together with its application: that is not asked again.
    fn earlier(&self, of: KindId, spec: &Value, outputs: &BTreeMap<String, String>) -> Option<Earlier> {
        let link = outputs.get(START_URL).filter(|link| !link.is_empty())?;
        if of != ApplicationSpec::KIND {
            return None;
        }
        let application: ApplicationSpec = kind::parse(spec).ok()?;
        let arn = outputs.get(output::APPLICATION_ARN).cloned().unwrap_or_default();
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
        Some(Earlier {
            spec: serde_json::to_value(spec).ok()?,
            outputs: [(START_URL.to_owned(), link.clone())].into(),
        })
    }
}
