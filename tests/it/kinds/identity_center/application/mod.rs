//! Applications of IAM Identity Center, which people make.

mod changed;
mod edited;
mod lost_answers;

pub(crate) use edited::{APPLICATION, CENTER, text};

use std::collections::BTreeMap;

use headset_aws::Aws;
use headset_aws::kinds::{Remote, Work};
use headset_core::Address;
use headset_kinds::identity_center::{Application, ApplicationSpec, Mapping};
use headset_kinds::{Condition, Kind, Observation};
use headset_simulator::operator;
use serde_json::{Value, json};

use crate::invariants::conformance::{Case, ExternalChange, address};
use crate::kinds::direct::{Direct, spec, under_all_seeds};

pub(crate) fn application() -> (Address, Value) {
    let role = "arn:aws:iam::123456789012:saml-provider/acme-idp,arn:aws:iam::123456789012:role/acme-connect";
    let mapping = |attribute: &str, value: &str, format: &str| json!({ "attribute": attribute, "value": value, "format": format });
    let spec = json!({
        "name": "acme", "description": "Sign-in", "acs_url": "https://eu-west-2.signin.aws.amazon.com/saml",
        "audience": "urn:amazon:webservices",
        "relay_state": "https://eu-west-2.console.aws.amazon.com/connect/federate/11111111-1111-4111-8111-111111111111",
        "session": 43200, "by_hand": false,
        "mappings": [
            mapping("Subject", "${user:email}", "emailAddress"),
            mapping("https://aws.amazon.com/SAML/Attributes/RoleSessionName", "${user:email}", "unspecified"),
            mapping("https://aws.amazon.com/SAML/Attributes/Role", role, "unspecified"),
        ],
    });
    (address("identity_center.application/acme"), spec)
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: application(),
        changes: vec![],
        unchanged: vec![],
    }
}

pub(crate) async fn change(_aws: &Aws, field: &str, _way: usize) -> ExternalChange {
    panic!("identity_center.application: nothing here changes from outside `{field}`")
}

/// The application, made by the simulated person; its answers as they are stored.
pub(crate) async fn answered(bench: &Direct) -> (Address, Value, BTreeMap<String, String>) {
    let address = headset_core::address!("identity_center.application", "acme-support");
    let role = "arn:aws:iam::123456789012:saml-provider/acme,arn:aws:iam::123456789012:role/acme-agent";
    let mapping = |attribute: &str, value: &str, format: &str| Mapping {
        attribute: attribute.to_owned(),
        value: value.into(),
        format: format.to_owned(),
    };
    let name = |name: &str| format!("https://aws.amazon.com/SAML/Attributes/{name}");
    let spec = spec(ApplicationSpec {
        name: "acme-support".to_owned(),
        description: "Amazon Connect".to_owned(),
        acs_url: "https://signin.aws.amazon.com/saml".to_owned(),
        audience: "urn:amazon:webservices".to_owned(),
        relay_state:
            "https://eu-west-2.console.aws.amazon.com/connect/federate/11111111-2222-3333-4444-555555555555"
                .into(),
        session: std::time::Duration::from_hours(12),
        mappings: vec![
            mapping("Subject", "${user:subject}", "persistent"),
            mapping(&name("RoleSessionName"), "${user:email}", "unspecified"),
            mapping(&name("Role"), role, "unspecified"),
        ],
        by_hand: false,
        answers_at: "sign_in.idp.identity_center".to_owned(),
    });
    let checkpoint = Application.checkpoint(&address, &spec).unwrap();
    let answers = bench
        .simulator
        .with_world(|world, now| operator::read_and_act(world, &checkpoint.worksheet, None, now))
        .unwrap();
    let stored = Application
        .check_answers(&bench.aws, &spec, &answers)
        .await
        .unwrap();
    assert_eq!(stored["metadata_url"], answers["metadata"]);
    assert!(stored["metadata"].starts_with('<'));
    let again = Application
        .check_answers(&bench.aws, &spec, &stored)
        .await
        .unwrap();
    assert_eq!(again, stored, "stored answers that are checked again stay");
    (address, spec, stored)
}

#[test]
fn an_application_is_there_once_it_is_answered() {
    under_all_seeds(async |bench| {
        let (address, spec, answers) = answered(&bench).await;
        assert!(matches!(
            bench.observation(&Application, &address, &spec, None).await,
            Observation::Absent
        ));
        let observation = bench
            .observe_with(&Application, &address, &spec, None, answers.clone())
            .await;
        let Observation::Present(live) = observation else {
            panic!("{observation:?}")
        };
        assert_eq!(live.condition, Condition::settled("ENABLED"));
        assert_eq!(Application.diff(&spec, &live), []);
        for answered in ["metadata", "metadata_url", "application_arn"] {
            assert_eq!(live.outputs.get(answered), answers.get(answered), "{answered}");
        }
        // What its link is recognized by.
        assert_eq!(live.outputs["portal"], "https://d-9067f1c2a3.awsapps.com/start/");
        assert!(
            live.outputs["instance"].starts_with("123456789012_ins-"),
            "{:?}",
            live.outputs
        );
        assert_eq!(live.outputs.len(), Application.outputs().len());
        let bad = |key: &str, value: &str| {
            let mut answers = answers.clone();
            answers.insert(key.to_owned(), value.to_owned());
            answers
        };
        let truncated = &answers["metadata_url"][..answers["metadata_url"].len() - 3];
        for (key, value) in [
            ("metadata", truncated),
            ("metadata", "<html/>"),
            ("start_url", "http://portal.example.com"),
            ("application_arn", "apl-0123456789abcdef"),
            ("start", "https://portal.example.com"),
        ] {
            let said = Application
                .check_answers(&bench.aws, &spec, &bad(key, value))
                .await
                .unwrap_err()
                .to_string();
            assert!(said.contains(key), "{said}");
        }
        let token = bench.token();
        Application
            .delete(
                &Work {
                    aws: &bench.aws,
                    address: &address,
                    token,
                },
                &live,
            )
            .await
            .unwrap();
        let observation = bench
            .observe_with(&Application, &address, &spec, None, answers)
            .await;
        assert!(matches!(observation, Observation::Absent), "{observation:?}");
    });
}
