//! `headset verify --saml-response`: what a browser posted is proven, and one thing that is wrong turns its check red.

use std::collections::BTreeSet;

use headset_engine::verify::{Entry, Finding, Verification};
use headset_kinds::saml::checks;

use super::saml_signer::{Said, Signer, What};
use crate::support::desk::Desk;
use crate::support::{self, Sandbox, on_virtual_time};

const ENTITY: &str = "https://idp.example.com/saml";
const ACCOUNT: &str = "arn:aws:iam::123456789012:";

/// An environment whose provider of this name has the metadata of a provider of the test's own.
async fn applied(provider: &str) -> (Sandbox, Signer) {
    applied_in("split-ccp.yaml", provider).await
}

/// The same in another example.
async fn applied_in(example: &str, provider: &str) -> (Sandbox, Signer) {
    let sandbox = support::applied(example).await;
    sandbox.simulator.skip(std::time::Duration::from_secs(7200));
    let signer = Signer::new();
    let aws = sandbox.aws(None).await;
    let request = aws.iam().update_saml_provider();
    let request = request.saml_provider_arn(format!("{ACCOUNT}saml-provider/{provider}"));
    request
        .saml_metadata_document(metadata(&signer.certificate()))
        .send()
        .await
        .unwrap();
    (sandbox, signer)
}

fn metadata(certificate: &[u8]) -> String {
    use base64::Engine as _;
    let certificate = base64::engine::general_purpose::STANDARD.encode(certificate);
    let filler = "x".repeat(1000);
    format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{ENTITY}\"><md:IDPSSODescriptor \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><md:KeyDescriptor use=\"signing\"><ds:KeyInfo \
         xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>{certificate}\
         </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://idp.example.com/sso?{filler}\"/>\
         </md:IDPSSODescriptor></md:EntityDescriptor>"
    )
}

const PROVIDER: &str = "acme-support-idp";
const ROLE: &str = "role/acme-support-connect";

/// What the application's worksheet asks the identity provider to say, now.
fn asked(sandbox: &Sandbox) -> Said {
    let now = sandbox.clock().now();
    Said {
        issuer: ENTITY.to_owned(),
        begins: (now - std::time::Duration::from_secs(60)).to_string(),
        ends: (now + std::time::Duration::from_secs(300)).to_string(),
        attributes: attributes(&[]),
        ..Said::default()
    }
}

/// The attributes, with others in place of some.
fn attributes(other: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = format!("{ACCOUNT}saml-provider/{PROVIDER},{ACCOUNT}{ROLE}");
    let all = [
        ("Role", pair.as_str()),
        ("RoleSessionName", "agent1@example.com"),
        ("SessionDuration", "43200"),
    ];
    let value = |name: &str, own: &str| {
        let other = other.iter().find(|(known, _)| *known == name);
        other.map_or_else(|| own.to_owned(), |(_, value)| (*value).to_owned())
    };
    let kept = all
        .iter()
        .map(|(name, own)| ((*name).to_owned(), value(name, own)));
    let added = other
        .iter()
        .filter(|(name, _)| !all.iter().any(|(known, _)| known == name));
    kept.filter(|(_, value)| !value.is_empty())
        .chain(added.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
        .collect()
}

async fn looked(sandbox: &Sandbox, response: &str, sign_in: bool) -> Verification {
    let aws = sandbox.aws(None).await;
    sandbox.respond(&aws, response, sign_in).await
}

/// The checks that ended so.
fn those(verification: &Verification, is: fn(&Finding) -> bool) -> BTreeSet<&'static str> {
    let entries = verification.entries.iter().filter(|entry| is(&entry.finding));
    entries.map(|entry| entry.check.id).collect()
}

fn failed(verification: &Verification) -> BTreeSet<&'static str> {
    those(verification, |finding| {
        matches!(finding, Finding::Failed { .. } | Finding::Unknown(_))
    })
}

/// What is said instead of what is asked, and the check that says so.
type Change = fn(&mut Said);

const WRONG: &[(&str, Change)] = &[
    ("response-read", |said| {
        said.status = "urn:oasis:names:tc:SAML:2.0:status:Responder".to_owned();
    }),
    ("response-issuer", |said| {
        said.issuer = "https://other.example.com/saml".to_owned();
    }),
    ("response-role", |said| {
        said.attributes = attributes(&[(
            "Role",
            "arn:aws:iam::123456789012:saml-provider/x,arn:aws:iam::123456789012:role/x",
        )]);
    }),
    ("response-audience", |said| {
        said.audience = "https://example.com".to_owned();
    }),
    ("response-recipient", |said| {
        said.recipient = "https://eu-central-1.signin.aws.amazon.com/saml".to_owned();
    }),
    ("response-recipient", |said| {
        said.destination = "https://example.com/saml".to_owned();
    }),
    ("response-subject", |said| said.name = String::new()),
    ("response-session-name", |said| {
        said.attributes = attributes(&[("RoleSessionName", "agent one")]);
    }),
    ("response-session-name", |said| {
        said.attributes = attributes(&[("RoleSessionName", "")]);
    }),
    ("response-session-name", |said| {
        said.attributes = attributes(&[("RoleSessionName", "agent1")]);
    }),
    ("response-duration", |said| {
        said.attributes = attributes(&[("SessionDuration", "3600")]);
    }),
    ("response-duration", |said| {
        said.attributes = attributes(&[("SessionDuration", "")]);
    }),
    ("response-tags", |said| {
        said.attributes = attributes(&[("PrincipalTag:Team", "one")]);
    }),
    ("response-in-time", |said| {
        said.begins = "2099-01-01T00:00:00Z".to_owned();
    }),
    ("response-user-known", |said| {
        said.attributes = attributes(&[("RoleSessionName", "Agent1@example.com")]);
    }),
];

#[test]
fn what_the_worksheet_asks_for_is_proven_and_signs_in() {
    on_virtual_time(async {
        let (sandbox, signer) = applied(PROVIDER).await;
        for what in [What::Assertion, What::Response, What::Both] {
            let response = signer.response(&asked(&sandbox), what);
            let verification = looked(&sandbox, &response, false).await;
            assert_eq!(failed(&verification), BTreeSet::new(), "{verification:#?}");
            assert!(verification.is_passed(), "{verification:#?}");
            assert_eq!(verification.entries.len(), 11, "{verification:#?}");
            let verification = looked(&sandbox, &response, true).await;
            assert!(verification.is_passed(), "{verification:#?}");
            assert_eq!(verification.entries.len(), 13, "{verification:#?}");
        }
    });
}

#[test]
fn one_thing_that_is_wrong_turns_its_check_red_and_no_other() {
    on_virtual_time(async {
        let (sandbox, signer) = applied(PROVIDER).await;
        for (check, change) in WRONG {
            let mut said = asked(&sandbox);
            change(&mut said);
            let verification = looked(&sandbox, &signer.response(&said, What::Assertion), false).await;
            assert_eq!(failed(&verification), [*check].into(), "{verification:#?}");
        }
        let forged = Signer::new().response(&asked(&sandbox), What::Assertion);
        let verification = looked(&sandbox, &forged, true).await;
        assert_eq!(
            failed(&verification),
            ["response-signed"].into(),
            "{verification:#?}"
        );
        let unmade = those(&verification, |finding| {
            matches!(finding, Finding::NotMade { .. })
        });
        assert_eq!(
            unmade.len() + 2,
            checks::ALL.len(),
            "nothing is read of it: {verification:#?}"
        );
    });
}

/// The desktop has an application of its own, with a provider and a role of its own, and its role asks for a lasting name.
/// Its sessions enter no instance of Amazon Connect.
#[test]
fn what_the_application_of_a_desktop_says_is_proven_too() {
    const DESKTOP: &str = "acme-test-desktop-desk-idp";
    on_virtual_time(async {
        let (sandbox, signer) = applied_in("ephemeral.yaml", DESKTOP).await;
        let said = |role: &str, format: &str| Said {
            recipient: "https://eu-west-1.signin.aws.amazon.com/saml".to_owned(),
            destination: "https://eu-west-1.signin.aws.amazon.com/saml".to_owned(),
            name: "agent2@example.com".to_owned(),
            format: format!("urn:oasis:names:tc:SAML:2.0:nameid-format:{format}"),
            attributes: attributes(&[
                (
                    "Role",
                    &format!("{ACCOUNT}saml-provider/{DESKTOP},{ACCOUNT}role/{role}"),
                ),
                ("RoleSessionName", "agent2@example.com"),
            ]),
            ..asked(&sandbox)
        };
        let right = signer.response(&said("acme-test-desktop", "persistent"), What::Assertion);
        let verification = looked(&sandbox, &right, true).await;
        assert!(verification.is_passed(), "{verification:#?}");
        let passed = those(&verification, Finding::is_passed);
        assert!(
            passed.contains("response-subject") && passed.contains("sign-in-role"),
            "{passed:?}"
        );
        assert!(
            !passed.contains("response-user-known") && !passed.contains("sign-in-connect"),
            "{passed:?}"
        );
        let about = |entry: &Entry| entry.address.key.contains("desktop");
        assert!(verification.entries.iter().any(about), "{verification:#?}");
        for (role, format, check) in [
            ("acme-test-desktop", "transient", "response-subject"),
            ("acme-test-connect", "persistent", "response-role"),
        ] {
            let response = signer.response(&said(role, format), What::Assertion);
            let verification = looked(&sandbox, &response, false).await;
            assert_eq!(failed(&verification), [check].into(), "{verification:#?}");
        }
    });
}

/// An assumption of the simulator's: it believes certificates. So what only AWS refuses is refused by a role that is gone.
#[test]
fn a_sign_in_that_aws_refuses_says_by_whom() {
    on_virtual_time(async {
        let (sandbox, signer) = applied(PROVIDER).await;
        let aws = sandbox.aws(None).await;
        let response = signer.response(&asked(&sandbox), What::Assertion);
        let request = aws.iam().delete_role_policy().role_name("acme-support-connect");
        request.policy_name("headset-federation").send().await.unwrap();
        let verification = looked(&sandbox, &response, true).await;
        assert_eq!(
            failed(&verification),
            ["sign-in-connect"].into(),
            "{verification:#?}"
        );
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
            "Principal":{"AWS":"arn:aws:iam::123456789012:root"}}]}"#;
        let request = aws
            .iam()
            .update_assume_role_policy()
            .role_name("acme-support-connect");
        request.policy_document(trust).send().await.unwrap();
        sandbox.simulator.skip(std::time::Duration::from_secs(60));
        let verification = looked(&sandbox, &response, true).await;
        assert_eq!(
            failed(&verification),
            ["sign-in-role"].into(),
            "{verification:#?}"
        );
    });
}

#[test]
fn a_response_that_has_expired_is_its_own_outcome() {
    on_virtual_time(async {
        let (sandbox, signer) = applied(PROVIDER).await;
        let response = signer.response(&asked(&sandbox), What::Assertion);
        sandbox.simulator.skip(std::time::Duration::from_secs(3600));
        let verification = looked(&sandbox, &response, false).await;
        assert!(verification.is_passed(), "{verification:#?}");
        let open: Vec<&Entry> = verification
            .entries
            .iter()
            .filter(|one| !one.finding.is_passed())
            .collect();
        assert_eq!(open.len(), 1, "{open:#?}");
        assert_eq!(open[0].check.id, "response-in-time");
        assert!(matches!(&open[0].finding, Finding::NotChecked { why, .. } if why.contains("expired")));
        let verification = looked(&sandbox, &response, true).await;
        assert_eq!(
            failed(&verification),
            ["sign-in-role"].into(),
            "{verification:#?}"
        );
    });
}

#[test]
fn every_check_of_a_response_is_broken_once() {
    let made = ["response-signed", "sign-in-role", "sign-in-connect"];
    let broken: BTreeSet<&str> = WRONG.iter().map(|(check, _)| *check).chain(made).collect();
    let all: BTreeSet<&str> = checks::ALL.iter().map(|check| check.id).collect();
    assert_eq!(broken, all);
    for check in checks::ALL {
        assert!(
            check.after.iter().all(|after| all.contains(after)),
            "{}",
            check.id
        );
    }
}

#[test]
fn the_command_takes_a_file_and_standard_input_and_prints_nothing_of_the_response() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let response = Signer::new().response(&Said::default(), What::Assertion);
    std::fs::write(desk.path().join("response.xml"), &response).unwrap();
    let said = desk.run(&[
        "verify",
        "center.yaml",
        "--sim",
        "--saml-response",
        "response.xml",
    ]);
    assert_eq!(said.code, Some(1), "{}", said.data);
    assert!(
        said.data.contains("passed      identity_center.application/"),
        "{}",
        said.data
    );
    assert!(
        said.data
            .contains("response-signed: looked at the certificates of "),
        "{}",
        said.data
    );
    assert!(said.data.contains("IAM has certificates of RSA"), "{}", said.data);
    let value = response
        .split("<ds:SignatureValue>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert!(
        !said.data.contains(value) && !said.data.contains("agent1@example.com"),
        "{}",
        said.data
    );
    std::fs::write(desk.path().join("response.xml"), "no response").unwrap();
    let said = desk.run(&[
        "verify",
        "center.yaml",
        "--sim",
        "--saml-response",
        "response.xml",
        "--format",
        "json",
    ]);
    assert_eq!(said.code, Some(1), "{}", said.data);
    let document: serde_json::Value = serde_json::from_str(&said.data).unwrap();
    assert_eq!(document["checks"][0]["check"], "response-read");
    let said = desk.run(&["verify", "center.yaml", "--sim", "--saml-response", "missing.xml"]);
    assert_eq!(said.code, Some(1), "{}", said.data);
    let said = desk.run(&["verify", "center.yaml", "--sim", "--sign-in"]);
    assert_eq!(said.code, Some(64), "{}", said.data);
}
