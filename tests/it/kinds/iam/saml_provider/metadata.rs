//! SAML metadata over the years: what ends is reported by its name, what an identity provider rotates is noticed and
//! taken.

use serde_json::Value;

use crate::support::desk::{Desk, Said};

const DRIFT: [&str; 3] = ["drift", "center.yaml", "--sim"];
const STATUS: [&str; 3] = ["status", "center.yaml", "--sim"];
const PLAN: [&str; 4] = ["plan", "center.yaml", "--sim", "--detailed-exitcode"];

/// A center whose identity provider's metadata is a file beside it.
const WITH_FILE: &str = "\
version: 1
name: acme
aws: { region: eu-west-2 }
connect:
  alias: acme
  users: { agent1@example.com: { first: Agent, last: One, security: [Agent] } }
sign_in:
  idp: { other: { application: acme, groups: [agents], metadata: { file: idp.xml }, start_url: \"https://idp.example.com/start\" } }
";

const DOCUMENT: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/crates/kinds/src/iam/samples/metadata.xml"
));
const EXPIRED: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/crates/kinds/src/iam/samples/expired.txt"
));
const ENDS_2027: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/crates/kinds/src/iam/samples/ends2027.txt"
));
const ENDS_2030: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/crates/kinds/src/iam/samples/ends2030.txt"
));

/// The document with other certificates, long enough for IAM in any case.
fn document(certificates: &[&str]) -> String {
    let (start, rest) = DOCUMENT.split_once("<ds:X509Certificate>").unwrap();
    let (_, end) = rest.split_once("</ds:X509Certificate>").unwrap();
    let joint = "</ds:X509Certificate><ds:X509Certificate>";
    format!(
        "{start}<!--{}--><ds:X509Certificate>{}</ds:X509Certificate>{end}",
        "-=".repeat(500),
        certificates.join(joint)
    )
}

/// Applies `WITH_FILE` with this document.
fn applied(document: &str) -> (Desk, Said) {
    let desk = Desk::with(WITH_FILE);
    std::fs::write(desk.path().join("idp.xml"), document).unwrap();
    let said = desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    (desk, said)
}

/// Sets the simulated time.
fn now_is(desk: &Desk, time: &str) {
    let time: jiff::Timestamp = time.parse().unwrap();
    desk.edit(|world| world["now"] = time.as_millisecond().into());
}

/// The dates of the one SAML provider, as `drift` has them.
fn dates(desk: &Desk) -> Value {
    let said = desk.ok(&[&DRIFT[..], &["--format", "json"]].concat()).data;
    serde_json::from_str::<Value>(&said).unwrap()["certificates"][0].clone()
}

#[test]
fn each_end_is_told_by_its_name() {
    let (desk, _) = applied(&document(&[ENDS_2027]));
    now_is(&desk, "2026-12-20T12:00:00Z");
    let drift = desk.ok(&DRIFT).data;
    assert!(
        drift.contains(
            "expiry   iam.saml_provider/idp: its certificate ends in 11 days, on 2027-01-01T00:00:00Z"
        ),
        "{drift}"
    );
    let status = desk.ok(&STATUS).data;
    assert!(status.contains("its certificate ends in 11 days"), "{status}");
    // IAM's own date is a hundred years away and says nothing about the certificate.
    let status = status.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        status.contains("its metadata has no validUntil; ValidUntil in IAM is 2"),
        "{status}"
    );
    assert!(!status.contains("is good for"), "{status}");
    let found = dates(&desk);
    assert_eq!(found["days"], 11);
    assert_eq!(found["until"], "2027-01-01T00:00:00Z");
    assert_eq!(found["metadata_valid_until"], Value::Null);
    assert!(
        found["iam_valid_until"]["days"].as_i64().unwrap() > 36_000,
        "{found}"
    );
    assert_eq!(found["certificates"][0]["standing"], "current");
}

#[test]
fn of_two_certificates_the_one_that_ends_is_told() {
    let (desk, _) = applied(&document(&[ENDS_2030, ENDS_2027]));
    now_is(&desk, "2026-12-20T12:00:00Z");
    let drift = desk.ok(&DRIFT).data;
    assert_eq!(drift.matches("expiry").count(), 1, "{drift}");
    assert!(
        drift.contains("ends in 11 days, on 2027-01-01T00:00:00Z; another one is current"),
        "{drift}"
    );
    let status = desk.ok(&STATUS).data;
    assert!(
        status.contains("is good for 1107 days, until 2030-01-01T00:00:00Z"),
        "{status}"
    );
    let found = dates(&desk);
    assert_eq!(found["certificates"].as_array().unwrap().len(), 2);
    assert_eq!(found["days"], 11);
    // Once it has ended, the other one counts.
    now_is(&desk, "2027-02-01T00:00:00Z");
    assert_eq!(dates(&desk)["until"], "2030-01-01T00:00:00Z");
    assert!(!desk.ok(&DRIFT).data.contains("expiry"));
}

/// IAM does not evaluate the end of certificates, so neither does Headset: it warns, and makes everything.
#[test]
fn an_ended_certificate_is_a_warning_wherever_it_is_met() {
    let (desk, said) = applied(&document(&[EXPIRED]));
    for said in [
        said.talk,
        desk.ok(&["validate", "center.yaml"]).talk,
        desk.ok(&["plan", "center.yaml", "--sim"]).talk,
    ] {
        assert!(said.contains("warning[saml-metadata-date]"), "{said}");
        assert!(
            said.contains("its certificate ended on 2020-01-01T00:00:00Z"),
            "{said}"
        );
        assert!(said.contains("center.yaml:8"), "{said}");
        assert_eq!(said.matches("its certificate ended").count(), 1, "{said}");
    }
    assert!(
        desk.ok(&DRIFT)
            .data
            .contains("its certificate ended on 2020-01-01")
    );
    assert!(dates(&desk)["days"].as_i64().unwrap() < 0);
}

/// An answer that comes from a file and not from the blueprint.
#[test]
fn an_ended_certificate_in_an_answer_is_a_warning() {
    let desk = Desk::with(&WITH_FILE.replace(
        ", metadata: { file: idp.xml }, start_url: \"https://idp.example.com/start\"",
        "",
    ));
    std::fs::write(desk.path().join("idp.xml"), document(&[EXPIRED])).unwrap();
    let waits = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    assert_eq!(waits.code, Some(3), "{}", waits.talk);
    let answer = [
        "checkpoint",
        "answer",
        "center.yaml",
        "idp.application/acme",
        "--sim",
        "start_url=https://idp.example.com/start",
    ];
    let wrong = desk.run(&[&answer[..], &["metadata=idp.xml"]].concat());
    assert_eq!(wrong.code, Some(1), "{}", wrong.talk);
    assert!(
        wrong.talk.contains("`idp.xml` is not an https:// address"),
        "{}",
        wrong.talk
    );
    assert!(wrong.talk.contains("metadata=@PATH"), "{}", wrong.talk);
    let said = desk.ok(&[&answer[..], &["metadata=@idp.xml"]].concat());
    assert!(said.talk.contains("warning[saml-metadata-date]"), "{}", said.talk);
    let done = desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    assert!(
        done.talk.contains("its certificate ended on 2020-01-01"),
        "{}",
        done.talk
    );
}

#[test]
fn a_document_whose_own_date_is_past_is_told_by_that_and_not_by_its_certificate() {
    let past = DOCUMENT.replace(" entityID", " validUntil=\"2025-04-11T08:21:45.000Z\" entityID");
    let (desk, said) = applied(&past);
    assert!(
        said.talk
            .contains("validUntil of its metadata was 2025-04-11T08:21:45Z"),
        "{}",
        said.talk
    );
    let drift = desk.ok(&DRIFT).data;
    assert!(
        drift.contains("validUntil of its metadata was 2025-04-11T08:21:45Z"),
        "{drift}"
    );
    assert!(!drift.contains("certificate ended"), "{drift}");
    let found = dates(&desk);
    assert!(found["days"].as_i64().unwrap() > 0, "{found}");
    assert!(
        found["metadata_valid_until"]["days"].as_i64().unwrap() < 0,
        "{found}"
    );
    assert_eq!(found["iam_valid_until"]["until"], "2025-04-11T08:21:45Z");
}

/// What is no metadata stops every command before anything is made.
#[test]
fn metadata_of_the_wrong_sort_is_found_before_anything_is_made() {
    let desk = Desk::with(WITH_FILE);
    for (document, told) in [
        (
            DOCUMENT.replace("IDPSSODescriptor", "SPSSODescriptor"),
            "a service provider",
        ),
        (
            DOCUMENT.replace('<', "&lt;").replace('>', "&gt;"),
            "escaped for HTML",
        ),
    ] {
        std::fs::write(desk.path().join("idp.xml"), document).unwrap();
        for command in [
            &["validate", "center.yaml"][..],
            &["plan", "center.yaml", "--sim"],
            &["apply", "center.yaml", "--sim", "--yes"],
        ] {
            let said = desk.run(command);
            assert_eq!(said.code, Some(1), "{command:?}");
            assert!(said.talk.contains(told), "{}", said.talk);
            assert!(!said.talk.contains("checkpoint answer"), "{}", said.talk);
            assert!(!said.talk.contains("KeyDescriptor"), "{}", said.talk);
            assert!(said.data.is_empty(), "{}", said.data);
        }
        assert!(!desk.world().exists());
    }
}

/// The application of Identity Center whose metadata has an address.
fn center() -> Desk {
    let desk = Desk::example("minimal.yaml");
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk
}

/// The one SAML application in Identity Center.
fn saml(world: &mut Value) -> &mut Value {
    let applications = world["world"]["sso_admin"]["applications"]
        .as_object_mut()
        .unwrap();
    let mut found = applications.values_mut().filter(|one| !one["saml"].is_null());
    let one = found.next().unwrap();
    assert!(found.next().is_none());
    &mut one["saml"]
}

fn rotates(desk: &Desk) {
    desk.edit(|world| {
        let rotations = &mut saml(world)["rotations"];
        *rotations = (rotations.as_u64().unwrap() + 1).into();
    });
}

/// OCA/server-auth#602: the address of the metadata stays, and what is behind it does not.
#[test]
fn a_rotated_certificate_is_noticed_and_an_apply_takes_it() {
    let desk = center();
    desk.ok(&DRIFT);
    desk.ok(&PLAN);
    let before = dates(&desk);
    rotates(&desk);

    let drift = desk.run(&DRIFT);
    assert_eq!(drift.code, Some(2), "{}", drift.data);
    assert!(
        drift
            .data
            .contains("the identity provider has rotated: it publishes another certificate"),
        "{}",
        drift.data
    );
    let status = desk.ok(&STATUS).data;
    assert!(status.contains("it publishes another certificate"), "{status}");
    // A command in advice is whole or is not given: this line is one of many environments.
    assert!(status.contains("the next apply gives it to IAM"), "{status}");
    assert!(!status.contains("`headset apply`"), "{status}");
    let plan = desk.run(&PLAN);
    assert_eq!(plan.code, Some(2), "{}", plan.data);
    assert!(plan.data.contains("iam.saml_provider/idp"), "{}", plan.data);

    // With `--offline`, nothing is said of it.
    for command in [&DRIFT[..], &PLAN[..]] {
        desk.ok(&[command, &["--offline"]].concat());
    }
    assert!(
        !desk
            .ok(&[&STATUS[..], &["--offline"]].concat())
            .data
            .contains("another certificate")
    );

    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let after = dates(&desk);
    assert_ne!(
        before["certificates"][0]["sha256"],
        after["certificates"][0]["sha256"]
    );
    for command in [&DRIFT[..], &PLAN[..]] {
        desk.ok(command);
        desk.ok(&[command, &["--offline"]].concat());
    }
}

/// An apply that was cut off between reading the new metadata and giving it to IAM leaves the agents locked out.
#[test]
fn what_was_read_and_never_came_to_iam_is_drift() {
    let desk = center();
    let keep = |desk: &Desk| {
        let answers = walk(desk.path().join(".headset").join("acme-tiny"));
        let path = answers
            .into_iter()
            .find(|path| path.ends_with("identity_center.application%2Facme-tiny.json"));
        let path = path.unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        (path, text)
    };
    rotates(&desk);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let (path, new) = keep(&desk);
    // Back to before the apply, but for what it had read.
    let desk = center();
    rotates(&desk);
    let (own, old) = keep(&desk);
    assert_ne!(path, own);
    let mut answers = serde_json::from_str::<Value>(&old).unwrap()["answers"].take();
    let document = |text: &str| {
        serde_json::from_str::<Value>(text).unwrap()["answers"]["metadata"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let certificate = |text: &str| {
        let text = document(text);
        let (_, rest) = text.split_once("<ds:X509Certificate>").unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    answers["metadata"] = document(&old)
        .replace(&certificate(&old), &certificate(&new))
        .into();
    std::fs::write(own, answers.to_string()).unwrap();
    let drift = desk.run(&DRIFT);
    assert_eq!(drift.code, Some(2), "{}", drift.data);
    assert!(
        drift
            .data
            .contains("IAM does not have the metadata that the identity provider publishes"),
        "{}",
        drift.data
    );
    assert!(desk.ok(&STATUS).data.contains("IAM does not have the metadata"));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.ok(&DRIFT);
}

/// All files below a folder.
fn walk(folder: std::path::PathBuf) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(walk(path)),
            false => found.push(path),
        }
    }
    found
}

/// Not to be had is not another one.
#[test]
fn metadata_that_cannot_be_fetched_is_unknown_and_not_rotated() {
    let desk = center();
    let mut token = Value::Null;
    desk.edit(|world| {
        token = std::mem::replace(&mut saml(world)["token"], "other".into());
    });
    let drift = desk.run(&[&DRIFT[..], &["--format", "json"]].concat());
    let found: Value = serde_json::from_str(&drift.data).unwrap();
    assert_eq!(
        (&found["drift"], &found["unknown"]),
        (&0.into(), &1.into()),
        "{found}"
    );
    assert_eq!(found["metadata"][0]["state"], "unknown");
    assert_eq!(drift.code, Some(1), "{found}");
    desk.ok(&[&DRIFT[..], &["--allow-unknown"]].concat());
    let status = desk.ok(&STATUS).data;
    assert!(
        status.contains("its metadata could not be fetched again"),
        "{status}"
    );
    // What was read before counts: there is nothing to do.
    let plan = desk.ok(&PLAN);
    assert!(plan.talk.contains("warning[metadata-unknown]"), "{}", plan.talk);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.edit(|world| saml(world)["token"] = token);
    desk.ok(&DRIFT);
}
