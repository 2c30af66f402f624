//! `identity_center.link`: the application's own link, at which people start.
//!
//! The access portal shows an application only to the people who are assigned to it, so that its link can be read off
//! only after the application and an assignment are there; and no operation of AWS's tells it. So it is a checkpoint of
//! its own, which comes after both. What the metadata and the identity store tell about it stands on the worksheet.

use std::collections::BTreeMap;

use async_trait::async_trait;
use headset_core::{AwsError, Class};
pub use headset_kinds::identity_center::link::*;
use headset_kinds::verify::{Check, Checked};
use serde_json::Value;

use super::answered::{check_instance, check_link, instance_in_link, is_in_portal};
use crate::Aws;
use crate::kinds::field::FieldId;
use crate::kinds::idp::{answers, landing};
use crate::kinds::kind::{Live, Lookup, Observation};
use crate::kinds::rejected::Rejected;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::text;

/// What an answer was about: the link of another application does not hold for this one.
const ABOUT: &[FieldId] = &[LinkSpec::INSTANCE];

/// Whether an answer is about this application: what it was about is kept with it, and it has to fit. What earlier
/// versions took together with the application's own answers holds as it is.
fn holds(link: &str, answers: &BTreeMap<String, String>, spec: &Value) -> bool {
    let now = LinkSpec::INSTANCE.text(spec).unwrap_or_default();
    let kept = answers.get(answers::WORKSHEET);
    let kept: Option<Value> = kept.and_then(|kept| serde_json::from_str(kept).ok());
    match kept.as_ref().map(|kept| LinkSpec::INSTANCE.of(kept)) {
        Some(None) => true,
        Some(Some(Value::String(then))) if !then.is_empty() && !now.is_empty() && then != now => false,
        Some(Some(_)) | None => check_instance(link, now).is_ok(),
    }
}

fn observe(lookup: &Lookup) -> Observation {
    let link = lookup.answers.get(START_URL).map(|link| link.trim());
    let Some(link) = link.filter(|link| !link.is_empty() && holds(link, &lookup.answers, &lookup.spec))
    else {
        return Observation::Absent;
    };
    let name = LinkSpec::NAME.text(&lookup.spec);
    let live = Live::of(
        name.unwrap_or(&lookup.address.key),
        "ANSWERED",
        LinkLive::default(),
    );
    Observation::Present(live.output(START_URL, link))
}

#[async_trait]
impl Remote for Link {
    async fn survey(&self, _aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        lookups.iter().map(observe).collect()
    }

    async fn create(&self, _work: &Work<'_>, _spec: &LinkSpec) -> Result<String, AwsError> {
        Err(AwsError::own(
            Class::Other,
            "the answered link was that of another application: apply again for the worksheet that asks for this one's",
        ))
    }

    /// Does nothing: the link goes with its application.
    async fn delete(&self, _work: &Work<'_>, _live: &Live) -> Result<(), AwsError> {
        Ok(())
    }

    async fn check_answers(
        &self,
        _aws: &Aws,
        want: &Value,
        answers: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Rejected> {
        let mut out = BTreeMap::new();
        for (key, answer) in answers {
            match key.as_str() {
                START_URL => {
                    let link = answer.trim();
                    check_link(link)?;
                    if let Some(instance) = LinkSpec::INSTANCE.text(want) {
                        check_instance(link, instance)?;
                    }
                    out.insert(key.clone(), link.to_owned());
                }
                answers::WORKSHEET => {}
                other => {
                    return Err(format!(
                        "`{other}` is not an answer to this checkpoint; it asks for: {START_URL}"
                    )
                    .into());
                }
            }
        }
        answers::sign(&mut out, want, ABOUT);
        Ok(out)
    }

    async fn try_out(
        &self,
        aws: &Aws,
        check: &'static Check,
        _want: &LinkSpec,
        live: &Live,
    ) -> Option<Checked> {
        let link = live.outputs.get(START_URL)?;
        Some(landing::starts(aws, check, link).await)
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
        let instance = LinkSpec::INSTANCE.of(want).unwrap_or(&Value::Null);
        let unchecked = match instance.as_str() {
            _ if instance_in_link(link).is_none() => "the token at its end cannot be read",
            None if text::is_unknown(instance) => "the application's metadata is not known yet",
            None | Some("") => "the application's metadata has no such token",
            Some(_) => return Vec::new(),
        };
        vec![format!(
            "start_url: it was accepted without a comparison with the application's metadata: {unchecked}"
        )]
    }
}

#[cfg(test)]
mod tests {
    use crate::kinds::address::Address;

    use crate::kinds::kind::{Checkpoint, Kind};
    use crate::kinds::text::Text;
    use headset_kinds::Earlier;
    use headset_kinds::identity_center::ApplicationSpec;
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
        headset_core::address!("identity_center.link", "Acme Support")
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
            believed: headset_kinds::Believed::default(),
        };
        matches!(observe(&lookup), Observation::Present(live) if live.outputs[START_URL] == LINK)
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
        let earlier = |outputs: &BTreeMap<_, _>| Link.earlier(ApplicationSpec::KIND, &application, outputs);
        let Earlier { spec, outputs: told } = earlier(&outputs(LINK)).unwrap();
        assert_eq!(
            (&spec["name"], &spec["relay_state"], &spec["by_hand"]),
            (&json!("acme"), &json!("r"), &json!(true))
        );
        assert_eq!(told, outputs(LINK));
        let address = headset_core::address!("identity_center.link", "acme");
        assert!(Link.checkpoint(&address, &spec).is_some(), "a person's");
        assert!(earlier(&outputs("")).is_none());
        assert!(earlier(&BTreeMap::new()).is_none());
        assert!(
            Link.earlier(LinkSpec::KIND, &application, &outputs(LINK))
                .is_none()
        );
    }
}
