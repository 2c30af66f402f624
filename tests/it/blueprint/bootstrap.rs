//! `bootstrap`: what a team needs once in an account, made, used and taken down.

use std::collections::BTreeMap;

use headset_core::diagnostic::Diagnostic;
use headset_design::permissions::{self, Asked, Command, StatePlace};
use headset_design::{Design, DesignContext, design};
use headset_kinds::iam::{PolicySpec, RoleSpec};
use headset_kinds::regions::Identity;
use headset_simulator::policy::{Context, Decision, Kind, Policy, Principal, Request};
use serde_json::Value;

use crate::support::{example, read_with};

fn context(region: &str) -> DesignContext {
    DesignContext {
        account: "123456789012".to_owned(),
        partition: "aws".to_owned(),
        region: region.to_owned(),
        appstream_region: region.to_owned(),
        identity_center_region: region.to_owned(),
        lineage: "6f1d0c1e-1111-4111-8111-111111111111".to_owned(),
        expires: None,
        given: headset_design::Given::default(),
        library: headset_design::Library::StandIn,
    }
}

/// What a blueprint asks for that is read beside these files.
fn designed(text: &str, files: &[(&str, &str)]) -> (Design, Vec<Diagnostic>) {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    let load = |path: &str| match files.get(path) {
        Some(text) => Ok((*text).to_owned()),
        None => Err("there is no such file".to_owned().into()),
    };
    let blueprint = read_with("bootstrap.yaml", text, &load);
    design(&blueprint, &context("eu-west-2"))
}

fn codes(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code).collect()
}

/// The specs of a kind, by their keys.
fn specs(design: &Design, kind: &str) -> BTreeMap<String, Value> {
    let all = design.resources.values();
    all.filter(|one| one.address.kind.name() == kind)
        .map(|one| (one.address.key.clone(), one.spec.clone()))
        .collect()
}

/// A role of pipelines, in a blueprint around it.
fn with_role(role: &str) -> String {
    format!(
        "version: 1\nname: acme-account\naws: {{ region: eu-west-2 }}\nbootstrap:\n  state: {{ bucket: acme-state }}\n  ci:\n    \
         provider: github\n    roles:\n      one: {role}\n"
    )
}

const MAIN: &str = "repo:example/platform:ref:refs/heads/main";

/// The roles of pipelines carry exactly what `policy show` prints for the blueprint on which they work, with states in the
/// bucket that is made.
#[test]
fn pipelines_may_do_what_their_blueprints_need_and_nothing_else() {
    let (_, enterprise) = example("enterprise.yaml");
    let text = with_role(&format!(
        "{{ subjects: [\"{MAIN}\"], run: [plan, drift, apply], environments: [enterprise.yaml] }}"
    ));
    let (made, findings) = designed(&text, &[("enterprise.yaml", &enterprise)]);
    assert_eq!(codes(&findings), [""; 0]);
    let blueprint = read_with("enterprise.yaml", &enterprise, &|_| Err("none".to_owned().into()));
    let mut there = context("eu-west-2");
    there.appstream_region = "eu-central-1".to_owned();
    there.identity_center_region = "us-east-1".to_owned();
    let place = StatePlace {
        bucket: "acme-state".to_owned(),
        prefix: "headset/".to_owned(),
        region: "eu-west-2".to_owned(),
        kms_key: None,
    };
    let identity = Identity::Role("arn:aws:iam::111122223333:role/headset-identity-center".to_owned());
    let wanted = permissions::policies(
        Command::Apply,
        &Asked {
            environment: "acme-enterprise",
            design: &design(&blueprint, &there).0,
            context: &there,
            identity: &identity,
            state: Some(&place),
        },
    )
    .unwrap();
    let own = wanted.iter().filter(|policy| policy.role.is_none());
    let wanted: BTreeMap<String, String> = own
        .map(|policy| (policy.name.clone(), policy.document.text()))
        .collect();
    let mut drawn: BTreeMap<String, String> = specs(&made, "iam.policy")
        .into_iter()
        .map(|(key, spec)| (key, PolicySpec::DOCUMENT.text(&spec).unwrap().to_owned()))
        .collect();
    assert!(drawn.remove("boundary").is_some());
    assert_eq!(drawn, wanted);
    let role = &specs(&made, "iam.role")["ci-one"];
    let arns: Vec<String> = wanted
        .keys()
        .map(|name| format!("arn:aws:iam::123456789012:policy/{name}"))
        .collect();
    assert_eq!(role["managed_policies"], serde_json::json!(arns));
    assert_eq!(
        made.outputs["state"].known().unwrap(),
        "s3://acme-state/headset?region=eu-west-2"
    );
}

/// Whether a pipeline with this subject and audience may take the role.
fn is_let_in(design: &Design, subject: &str, audience: &str) -> bool {
    let role = &specs(design, "iam.role")["ci-one"];
    let trust = RoleSpec::TRUST.text(role).unwrap();
    let host = "token.actions.githubusercontent.com";
    let policy = Policy::parse(trust, Kind::Trust).unwrap();
    let provider = format!("arn:aws:iam::123456789012:oidc-provider/{host}");
    let context: Context = [
        (format!("{host}:sub"), vec![subject.to_owned()]),
        (format!("{host}:aud"), vec![audience.to_owned()]),
    ]
    .into();
    let request = Request {
        action: "sts:AssumeRoleWithWebIdentity",
        resource: "",
        context: &context,
        principal: &Principal::Federated(provider),
    };
    policy.decide(&request) == Decision::Allowed
}

#[test]
fn a_role_is_for_the_pipelines_that_its_subjects_name() {
    let (_, minimal) = example("minimal.yaml");
    let subjects = format!("[\"{MAIN}\", \"repo:example/platform:ref:refs/tags/v*\"]");
    let text = with_role(&format!(
        "{{ subjects: {subjects}, run: [plan], environments: [minimal.yaml] }}"
    ));
    let (made, findings) = designed(&text, &[("minimal.yaml", &minimal)]);
    assert_eq!(codes(&findings), [""; 0]);
    for subject in [MAIN, "repo:example/platform:ref:refs/tags/v1.2"] {
        assert!(is_let_in(&made, subject, "sts.amazonaws.com"), "{subject}");
        assert!(
            !is_let_in(&made, subject, "https://github.com/example"),
            "{subject}"
        );
    }
    for subject in [
        "repo:example/platform:ref:refs/heads/other",
        "repo:examiner/platform:ref:refs/heads/main",
        "repo:example/platform:pull_request",
        "repo:example/platform:ref:refs/heads/main2",
        "",
    ] {
        assert!(!is_let_in(&made, subject, "sts.amazonaws.com"), "{subject}");
    }
}

#[test]
fn what_is_wrong_with_a_role_is_said_before_anything_is_made() {
    let (_, minimal) = example("minimal.yaml");
    let bounded = minimal.replace(
        "sign_in:\n",
        "sign_in:\n  role: { permissions_boundary: \"arn:aws:iam::123456789012:policy/headset-boundary\" }\n",
    );
    let of = |role: &str, minimal: &str| {
        let (_, findings) = designed(
            &with_role(role),
            &[("minimal.yaml", minimal), ("other.yaml", minimal)],
        );
        let codes = findings.iter().map(|finding| finding.code.to_owned());
        codes.collect::<Vec<String>>()
    };
    let role = |subject: &str, run: &str| {
        format!("{{ subjects: [\"{subject}\"], run: [{run}], environments: [minimal.yaml] }}")
    };
    assert_eq!(of(&role(MAIN, "apply"), &bounded), [""; 0]);
    // Who may apply it without a boundary may make an administrator.
    assert_eq!(of(&role(MAIN, "apply"), &minimal), ["no-boundary"]);
    assert_eq!(of(&role(MAIN, "plan"), &minimal), [""; 0]);
    // Who may push a branch may apply.
    for wide in [
        "repo:example/platform:*",
        "repo:example/platform:pull_request",
        "repo:example/platform:ref:refs/heads/*",
    ] {
        assert_eq!(of(&role(wide, "apply"), &bounded), ["wide-subject"], "{wide}");
        assert_eq!(of(&role(wide, "plan"), &bounded), [""; 0], "{wide}");
    }
    let elsewhere = minimal.replace("aws: { region", "aws: { account: \"111122223333\", region");
    assert_eq!(of(&role(MAIN, "plan"), &elsewhere), ["other-account"]);
    // Two blueprints of one environment, of which one is in another region.
    let (_, findings) = designed(
        &with_role(&format!(
            "{{ subjects: [\"{MAIN}\"], run: [plan], environments: [minimal.yaml, other.yaml] }}"
        )),
        &[
            ("minimal.yaml", &bounded),
            ("other.yaml", &bounded.replace("eu-west-2", "us-west-2")),
        ],
    );
    assert_eq!(codes(&findings), ["similar-environments"]);
}

#[test]
fn a_role_carries_ten_policies_at_most() {
    let (_, minimal) = example("minimal.yaml");
    let names: Vec<String> = (0..11).map(|index| format!("m{index}.yaml")).collect();
    let texts: Vec<String> = (0..11)
        .map(|index| minimal.replace("acme-tiny", &format!("acme-tiny-{index}")))
        .collect();
    let files: Vec<(&str, &str)> = names
        .iter()
        .zip(&texts)
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let text = |count: usize| {
        with_role(&format!(
            "{{ subjects: [\"{MAIN}\"], run: [plan], environments: [{}] }}",
            names[..count].join(", ")
        ))
    };
    assert_eq!(codes(&designed(&text(10), &files).1), [""; 0]);
    assert_eq!(codes(&designed(&text(11), &files).1), ["too-many-policies"]);
}

/// Without a bucket in this blueprint or in the other one, a pipeline forgets what it made.
#[test]
fn a_pipeline_needs_a_place_for_its_states() {
    let (_, minimal) = example("minimal.yaml");
    let text = with_role(&format!(
        "{{ subjects: [\"{MAIN}\"], run: [plan], environments: [minimal.yaml] }}"
    ));
    let without = text.replace("  state: { bucket: acme-state }\n", "");
    let of = |minimal: &str| codes_of(designed(&without, &[("minimal.yaml", minimal)]));
    assert_eq!(of(&minimal), ["state-on-a-machine"]);
    let with = minimal.replace("lifetime:", "state: s3://theirs/headset\nlifetime:");
    assert_eq!(of(&with), [""; 0]);
    let (made, _) = designed(&without, &[("minimal.yaml", &with)]);
    let policies = specs(&made, "iam.policy");
    let plan = policies["headset-acme-tiny-plan"]["document"].as_str().unwrap();
    assert!(plan.contains("arn:aws:s3:::theirs/headset/acme-tiny/*"), "{plan}");
}

fn codes_of((_, findings): (Design, Vec<Diagnostic>)) -> Vec<String> {
    findings.iter().map(|finding| finding.code.to_owned()).collect()
}

/// A provider that the account has already is named, and the roles trust it.
#[test]
fn a_provider_that_is_there_already_is_only_linked_to() {
    let (_, minimal) = example("minimal.yaml");
    let arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    let text = with_role(&format!(
        "{{ subjects: [\"{MAIN}\"], run: [plan], environments: [minimal.yaml] }}"
    ));
    let text = text.replace(
        "provider: github",
        &format!("provider: {{ existing: \"{arn}\" }}\n    audience: sts.amazonaws.com"),
    );
    let (made, findings) = designed(&text, &[("minimal.yaml", &minimal)]);
    assert_eq!(codes(&findings), [""; 0]);
    let link = specs(&made, "iam.oidc_provider");
    assert_eq!(
        link["token.actions.githubusercontent.com"],
        serde_json::json!({ "arn": arn })
    );
    assert!(is_let_in(&made, MAIN, "sts.amazonaws.com"));
}

/// What looks anyway needs no second policy for looking, and a role may have a boundary of the organisation's own.
#[test]
fn a_role_that_verifies_has_no_other_policy_for_looking() {
    let (_, minimal) = example("minimal.yaml");
    let of = |run: &str| {
        let text = with_role(&format!(
            "{{ subjects: [\"{MAIN}\"], run: [{run}], environments: [minimal.yaml], permissions_boundary: \
             \"arn:aws:iam::123456789012:policy/pipelines\" }}"
        ));
        let (made, findings) = designed(&text, &[("minimal.yaml", &minimal)]);
        assert_eq!(codes(&findings), [""; 0], "{run}");
        let role = specs(&made, "iam.role")["ci-one"].clone();
        assert_eq!(
            RoleSpec::PERMISSIONS_BOUNDARY.text(&role),
            Some("arn:aws:iam::123456789012:policy/pipelines")
        );
        let policies = role["managed_policies"].as_array().unwrap().iter();
        policies
            .map(|arn| arn.as_str().unwrap().rsplit('/').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    // In two documents, for its length.
    let verify = ["headset-acme-tiny-verify-1", "headset-acme-tiny-verify-2"];
    assert_eq!(of("verify"), verify);
    assert_eq!(of("drift, plan, verify"), verify);
    assert_eq!(of("drift, plan"), ["headset-acme-tiny-plan"]);
}
