//! The contract of a kind, held to every entry of the registry against the simulator.

mod appstream;
mod connect_queue;
mod outside;
mod page;

use std::collections::{BTreeMap, BTreeSet};

use headset_aws::Aws;
use headset_aws::kinds::registry;
use headset_core::{Address, Change, Compare, Text, tag};
use headset_design::{Design, Desired, Mode};
use headset_engine::plan::{Action, Plan};
use headset_engine::state::State;
use headset_kinds::{Lookup, Observation};
use headset_simulator::Moment;
use headset_simulator::world::{Settings, World};
use serde_json::{Value, json};

use crate::support::{Sandbox, on_virtual_time, one_seed};

const LINEAGE: &str = "6f1d0c1e-1111-4111-8111-111111111111";

/// One kind's case.
struct Case {
    /// What has to exist before it.
    before: Vec<(Address, Value)>,
    /// The thing itself.
    subject: (Address, Value),
    /// Other values for its fields.
    changes: Vec<(&'static str, Value)>,
    /// Fields of the table that no change is tried on, each with the reason.
    unchanged: Vec<(&'static str, &'static str)>,
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn after(text: &str, output: &str) -> Value {
    serde_json::to_value(Text::after(&address(text), output)).unwrap()
}

fn tags() -> Value {
    json!({ tag::ENVIRONMENT: "acme", tag::LINEAGE: LINEAGE, "team": "a" })
}

fn other_tags() -> Value {
    json!({ tag::ENVIRONMENT: "acme", tag::LINEAGE: LINEAGE, "team": "b" })
}

fn instance() -> (Address, Value) {
    let spec = json!({
        "alias": "acme-support", "identity": "SAML", "inbound": true, "outbound": true,
        "attributes": { "CONTACTFLOW_LOGS": "true" }, "tags": tags(),
    });
    (address("connect.instance/main"), spec)
}

fn application() -> (Address, Value) {
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

fn bucket() -> (Address, Value) {
    let spec = json!({
        "name": "acme-ccp-123456789012-eu-west-2", "region": "eu-west-2", "policy": null,
        "public_access_block": { "BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": false,
                                 "RestrictPublicBuckets": false },
        "ownership": "BucketOwnerEnforced", "encryption": "AES256", "tags": tags(),
    });
    (address("s3.bucket/pages"), spec)
}

fn policy(resource: &str) -> Value {
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": format!("arn:aws:s3:::acme-ccp-123456789012-eu-west-2/{resource}") }] });
    Value::String(policy.to_string())
}

fn trust(audience: &str) -> Value {
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Federated": "PROVIDER" },
        "Action": "sts:AssumeRoleWithSAML", "Condition": { "StringEquals": { "SAML:aud": [audience] } } }] });
    let policy = policy.to_string();
    let (before, behind) = policy.split_once("PROVIDER").unwrap();
    let provider = Text::after(&address("iam.saml_provider/acme"), "arn");
    serde_json::to_value(Text::join([Text::from(before), provider, Text::from(behind)])).unwrap()
}

fn provider() -> (Address, Value) {
    let spec = json!({
        "name": "acme-idp", "metadata": after("identity_center.application/acme", "metadata"), "tags": tags(),
    });
    (address("iam.saml_provider/acme"), spec)
}

fn federation(resource: &str) -> Value {
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "connect:GetFederationToken", "Resource": resource }] });
    Value::String(policy.to_string())
}

fn case(kind: &str) -> Case {
    match kind {
        "connect.instance" => Case {
            before: vec![],
            subject: instance(),
            changes: vec![
                ("inbound", json!(false)),
                ("outbound", json!(false)),
                (
                    "attributes",
                    json!({ "CONTACTFLOW_LOGS": "false", "CONTACT_LENS": "false" }),
                ),
                ("tags", other_tags()),
            ],
            unchanged: vec![],
        },
        "connect.approved_origin" => Case {
            before: vec![instance()],
            subject: (
                address("connect.approved_origin/https://pages.example.com"),
                json!({ "instance_id": after("connect.instance/main", "id"), "origin": "https://pages.example.com" }),
            ),
            changes: vec![],
            unchanged: vec![],
        },
        "connect.user" => Case {
            before: vec![instance()],
            subject: (
                address("connect.user/agent1@example.com"),
                json!({
                    "instance_id": after("connect.instance/main", "id"), "username": "agent1@example.com",
                    "first_name": "Agent", "last_name": "One", "security_profiles": ["Agent"],
                    "routing_profile": "Basic Routing Profile", "auto_accept": false, "after_contact_work": 0,
                    "tags": tags(),
                }),
            ),
            changes: vec![
                ("first_name", json!("Another")),
                ("last_name", json!("Name")),
                ("security_profiles", json!(["Agent", "CallCenterManager"])),
                ("auto_accept", json!(true)),
                ("after_contact_work", json!(60)),
                ("tags", other_tags()),
            ],
            unchanged: vec![
                ("routing_profile", "an instance has one built-in routing profile"),
                (
                    "email",
                    "with SAML there is none; `sign_in` changes one of Connect's own directory",
                ),
            ],
        },
        "iam.saml_provider" => Case {
            before: vec![application()],
            subject: provider(),
            changes: vec![("tags", other_tags())],
            unchanged: vec![(
                "metadata",
                "a second identity provider is not there; the kind's own tests change it",
            )],
        },
        "iam.role" => Case {
            before: vec![application(), provider()],
            subject: (
                address("iam.role/connect"),
                json!({
                    "name": "acme-connect", "path": "/", "description": "Sign-in to Amazon Connect",
                    "trust": trust("https://signin.aws.amazon.com/saml"),
                    "policies": { "headset-federation": federation("*") }, "managed_policies": [],
                    "max_session": 43200,
                    "permissions_boundary": null, "tags": tags(),
                }),
            ),
            changes: vec![
                ("description", json!("Another")),
                ("trust", trust("https://eu-west-2.signin.aws.amazon.com/saml")),
                (
                    "policies",
                    json!({ "headset-federation": federation("arn:aws:connect:eu-west-2:123456789012:instance/x") }),
                ),
                (
                    "managed_policies",
                    json!(["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
                ),
                ("managed_policies", json!([])),
                ("max_session", json!(3600)),
                (
                    "permissions_boundary",
                    json!("arn:aws:iam::aws:policy/ReadOnlyAccess"),
                ),
                ("tags", other_tags()),
            ],
            unchanged: vec![],
        },
        "identity_center.application" => Case {
            before: vec![],
            subject: application(),
            changes: vec![],
            unchanged: vec![],
        },
        "idp.application" => Case {
            before: vec![],
            subject: (
                address("idp.application/acme"),
                json!({
                    "product": "entra", "name": "acme", "description": "Sign-in",
                    "acs_url": "https://eu-west-2.signin.aws.amazon.com/saml",
                    "audience": "https://signin.aws.amazon.com/saml#acme",
                    "relay_state": "https://eu-west-2.console.aws.amazon.com/connect/federate/11111111-1111-4111-8111-111111111111",
                    "session": 43200, "session_name": "email",
                    "role_arn": "arn:aws:iam::123456789012:role/acme-connect",
                    "provider_arn": "arn:aws:iam::123456789012:saml-provider/acme-idp",
                    "groups": ["agents"], "users": ["admin@example.com"], "answers_at": "sign_in.idp.entra",
                }),
            ),
            changes: vec![],
            unchanged: vec![],
        },
        "identity_center.assignment" => Case {
            before: vec![application()],
            subject: (
                address("identity_center.assignment/GROUP:agents"),
                json!({
                    "application_arn": after("identity_center.application/acme", "application_arn"),
                    "application_name": "acme", "principal_type": "GROUP", "principal_name": "agents",
                    // Where the API does not take assignments on such applications, a person makes them, which is
                    // what the refusal tells to do.
                    "by_hand": refuses("sso.assignment-on-saml"),
                }),
            ),
            changes: vec![],
            unchanged: vec![],
        },
        "identity_center.link" => Case {
            before: vec![application()],
            subject: (
                address("identity_center.link/acme"),
                json!({
                    "name": "acme", "instance": after("identity_center.application/acme", "instance"),
                    "application_arn": after("identity_center.application/acme", "application_arn"),
                    "portal": after("identity_center.application/acme", "portal"),
                    "relay_state": "https://eu-west-2.console.aws.amazon.com/connect/federate/11111111-1111-4111-8111-111111111111",
                    // So that the person assigns someone: the portal shows the link to no one else.
                    "assigned": false, "by_hand": false, "answers_at": "sign_in.idp.identity_center",
                }),
            ),
            changes: vec![],
            unchanged: vec![],
        },
        "s3.bucket" => Case {
            before: vec![],
            subject: bucket(),
            changes: vec![
                ("policy", policy("page.html")),
                ("policy", policy("other.html")),
                ("policy", Value::Null),
                (
                    "public_access_block",
                    json!({ "BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true,
                            "RestrictPublicBuckets": true }),
                ),
                ("tags", other_tags()),
            ],
            unchanged: vec![
                ("ownership", "only this value is offered"),
                ("website", "only this value is offered: there is none"),
                ("cors", "only this value is offered: there are none"),
                ("encryption", "only this value is offered"),
            ],
        },
        "s3.object" => Case {
            before: vec![bucket()],
            subject: (
                address("s3.object/page.html"),
                json!({
                    "bucket": after("s3.bucket/pages", "name"), "key": "page.html",
                    "content_type": "text/html; charset=utf-8", "cache_control": "no-cache", "body": "<h1>hello</h1>",
                }),
            ),
            changes: vec![
                ("body", json!("<h1>good bye</h1>")),
                ("content_type", json!("text/html")),
                ("cache_control", json!("max-age=60")),
                ("content_encoding", json!("identity")),
                ("content_encoding", Value::Null),
                ("content_disposition", json!("inline")),
                ("content_disposition", Value::Null),
                ("metadata", json!({ "of": "pages" })),
                ("metadata", json!({})),
            ],
            unchanged: vec![("sha256", "follows from the body")],
        },
        other => match own_case(other).or_else(|| appstream::case(other)) {
            Some(case) => case,
            None => panic!("{other} has no conformance case: see docs/adding-a-resource.md"),
        },
    }
}

/// What is shared with the rest of the account is made where it is missing, and nothing else.
fn mode(kind: &str) -> Mode {
    match kind {
        "iam.service_role" | "appstream.usage_report" => Mode::Ensured,
        _ => Mode::Managed,
    }
}

fn design(things: &[(Address, Value)]) -> Design {
    let mut design = Design::default();
    for (address, spec) in things {
        let desired = Desired {
            address: address.clone(),
            mode: mode(&address.kind),
            spec: spec.clone(),
            after: Vec::new(),
            protect: false,
            place: None,
            answers: BTreeMap::new(),
            is_named: false,
            waits: Default::default(),
        };
        design.resources.insert(address.clone(), desired);
    }
    design
}

struct Bench {
    sandbox: Sandbox,
    aws: Aws,
}

impl Bench {
    async fn new() -> Bench {
        let text = "version: 1\nname: acme\naws:\n  region: eu-west-2\n  regions: { appstream: eu-west-1 }\n  \
                    identity_center: { region: us-east-1 }\nconnect: { alias: unused-here }\n";
        let settings = Settings {
            quirks: quirks(),
            ..Settings::default()
        };
        let sandbox = Sandbox::new("conformance.yaml", text, settings);
        let aws = sandbox.aws(None).await;
        Bench { sandbox, aws }
    }

    async fn make(&self, design: &Design, what: &str) {
        let outcome = self.sandbox.run_design(&self.aws, design, true).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{what}: {outcome:?}"
        );
        let plan = self.plan(design).await;
        assert!(
            plan.is_empty(),
            "{what}: the plan after it is not empty\n{}",
            shown(&plan)
        );
    }

    async fn plan(&self, design: &Design) -> Plan {
        self.sandbox
            .assess(&self.aws, design, &self.sandbox.state())
            .await
            .plan
    }
}

/// The suite holds for whatever no source decides: `HEADSET_QUIRKS=7 cargo test`.
fn quirks() -> u64 {
    one_seed().unwrap_or_default()
}

/// Whether this quirk of the simulator is on under this suite's seed.
fn refuses(quirk: &str) -> bool {
    let settings = Settings {
        quirks: quirks(),
        ..Settings::default()
    };
    World::new(settings, Moment(0)).quirk(quirk)
}

fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

async fn conforms(name: &str) {
    let kind = registry::remote(name).unwrap();
    let Case {
        before,
        subject,
        changes,
        ..
    } = case(name);
    let (address, spec) = subject;
    let bench = Bench::new().await;
    let mut things = before;
    things.push((address.clone(), spec));
    bench.make(&design(&things), "creation").await;
    if mode(name) == Mode::Managed {
        page::as_the_page_says(&bench, &things, &changes).await;
    }

    // Each field changed and read back.
    for (field, value) in changes {
        let what = format!("{field} = {value}");
        let spec = &mut things.last_mut().unwrap().1;
        assert_ne!(spec.get(field), Some(&value), "{what} changes nothing");
        spec[field] = value;
        let design = design(&things);
        assert!(bench.plan(&design).await.changes() > 0, "{what} plans nothing");
        bench.make(&design, &what).await;
    }
    let design = design(&things);

    if mode(name) == Mode::Ensured {
        let rest = self::design(&things[..things.len() - 1]);
        return stays(&bench, &rest, &design, &address).await;
    }

    // The same environment, its state lost, takes it back; another environment is refused.
    let own = State::new("acme", "123456789012", "eu-west-2", LINEAGE.to_owned());
    let assessed = bench.sandbox.assess(&bench.aws, &design, &own).await;
    assert!(
        !headset_core::diagnostic::has_errors(&assessed.findings),
        "{:?}",
        assessed.findings
    );
    let step = &assessed.plan.steps[&address];
    assert!(
        matches!(step.action, Action::Adopt { .. }),
        "adoption: {:?}",
        step.action
    );
    let Some(Observation::Present(live)) = assessed.survey.observations.get(&address) else {
        panic!("it is not there")
    };
    let live = live.clone();
    if live.tags.is_some() {
        let stranger = State::new("other", "123456789012", "eu-west-2", "another-lineage".to_owned());
        let assessed = bench.sandbox.assess(&bench.aws, &design, &stranger).await;
        let codes: BTreeSet<&str> = assessed.findings.iter().map(|finding| finding.code).collect();
        assert!(
            codes.contains("belongs-to-another"),
            "a stranger is told {codes:?}"
        );
        assert!(!assessed.plan.steps[&address].action.changes());
    }

    // Gone, planned to be gone, gone again.
    let rest = &things[..things.len() - 1];
    if kind.checkpoint(&address, &things.last().unwrap().1).is_none() || live.tags.is_some() {
        let without = self::design(rest);
        bench.make(&without, "deletion").await;
        let spec = headset_core::text::resolve(&things.last().unwrap().1, &assessed.survey.outputs);
        let lookup = Lookup {
            address: address.clone(),
            spec,
            id: None,
            answers: BTreeMap::new(),
        };
        let observations = kind.survey(&bench.aws, std::slice::from_ref(&lookup)).await;
        assert!(
            matches!(observations[..], [Observation::Absent]),
            "after its deletion: {observations:?}"
        );
        let work = headset_aws::kinds::Work {
            aws: &bench.aws,
            address: &address,
            token: "again".to_owned(),
        };
        if let Err(error) = kind.delete(&work, &live).await {
            assert!(error.is_not_found(), "deleting what is gone: {error}");
        }
        let plan = bench.plan(&design).await;
        let step = &plan.steps[&address];
        assert!(
            matches!(step.action, Action::Create | Action::Await { .. }),
            "planned again: {:?}",
            step.action
        );
    }
}

/// What is shared is left alone by whoever did not make it, and stays where nobody asks for it any more.
async fn stays(bench: &Bench, without: &Design, with: &Design, address: &Address) {
    let stranger = State::new("other", "123456789012", "eu-west-2", "another-lineage".to_owned());
    let assessed = bench.sandbox.assess(&bench.aws, with, &stranger).await;
    let step = &assessed.plan.steps[address];
    assert!(matches!(step.action, Action::Read), "{:?}", step.action);
    let gone = bench.plan(without).await;
    assert!(matches!(gone.steps[address].action, Action::Forget));
    bench.make(without, "letting go").await;
    let plan = bench.plan(with).await;
    let step = &plan.steps[address];
    assert!(
        matches!(step.action, Action::Read),
        "after letting go: {:?}",
        step.action
    );
}

/// The kinds, each with the name of its tests. A kind with `in FILE` has its case, and what other hands do to it, in a file
/// of its own.
macro_rules! conformance {
    ($($name:ident: $kind:literal $(in $own:ident)?),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                on_virtual_time(conforms($kind));
            }
        )*

        /// Each field changed from outside.
        mod drift_of {
            $(
                #[test]
                fn $name() {
                    super::outside::every_field($kind);
                }
            )*
        }

        /// The kinds that tests above are written for.
        const TRIED: &[&str] = &[$($kind),*];

        /// The case of a kind with a file of its own.
        fn own_case(kind: &str) -> Option<Case> {
            match kind {
                $($($kind => Some($own::case()),)?)*
                _ => None,
            }
        }

        /// What another hand does to a kind with a file of its own.
        async fn own_change(aws: &Aws, kind: &str, field: &str, way: usize) -> Option<outside::Deed> {
            match kind {
                $($($kind => Some($own::change(aws, field, way).await),)?)*
                _ => None,
            }
        }
    };
}

conformance! {
    connect_instance: "connect.instance",
    connect_approved_origin: "connect.approved_origin",
    connect_user: "connect.user",
    connect_queue: "connect.queue" in connect_queue,
    iam_saml_provider: "iam.saml_provider",
    iam_role: "iam.role",
    identity_center_application: "identity_center.application",
    idp_application: "idp.application",
    identity_center_assignment: "identity_center.assignment",
    identity_center_link: "identity_center.link",
    s3_bucket: "s3.bucket",
    s3_object: "s3.object",
    iam_service_role: "iam.service_role",
    appstream_usage_report: "appstream.usage_report",
    appstream_image_builder: "appstream.image_builder",
    appstream_image: "appstream.image",
    appstream_fleet: "appstream.fleet",
    appstream_stack: "appstream.stack",
    appstream_theme: "appstream.theme",
    appstream_fleet_association: "appstream.fleet_association",
    autoscaling_fleet: "autoscaling.fleet",
    appstream_user: "appstream.user",
    appstream_user_association: "appstream.user_association",
}

#[test]
fn every_kind_of_the_registry_is_tried() {
    let kinds: BTreeSet<&str> = registry::KINDS.iter().map(|kind| kind.name()).collect();
    assert_eq!(kinds, TRIED.iter().copied().collect());
}

#[test]
fn every_field_that_can_change_is_changed() {
    for kind in registry::KINDS {
        let case = case(kind.name());
        let tried: BTreeSet<&str> = case.changes.iter().map(|(field, _)| *field).collect();
        let excused: BTreeSet<&str> = case.unchanged.iter().map(|(field, _)| *field).collect();
        for field in kind.fields() {
            let changes = matches!(field.change, Change::InPlace | Change::Stopped)
                && !matches!(field.compare, Compare::WriteOnly | Compare::Others);
            let identity = kind.identity().contains(&field.name);
            if changes && !identity {
                let known = tried.contains(field.name) || excused.contains(field.name);
                assert!(
                    known,
                    "{}: no other value is tried for `{}`",
                    kind.name(),
                    field.name
                );
            }
        }
    }
}

#[test]
fn every_kind_says_what_it_is_and_what_it_needs() {
    for kind in registry::KINDS {
        assert!(
            !kind.about().is_empty() && !kind.fields().is_empty(),
            "{}",
            kind.name()
        );
        assert!(!kind.identity().is_empty(), "{} has no identity", kind.name());
        for field in kind.identity() {
            assert!(
                kind.fields().iter().any(|known| known.name == *field),
                "{}: {field}",
                kind.name()
            );
        }
        for field in kind.fields() {
            assert!(
                !field.about.is_empty(),
                "{}: {} has no text",
                kind.name(),
                field.name
            );
        }
        let actions = kind.actions();
        for action in actions.read.iter().chain(actions.write).chain(actions.delete) {
            let (service, name) = action.split_once(':').expect("service:Action");
            assert!(
                !service.is_empty() && name.starts_with(|c: char| c.is_ascii_uppercase()),
                "{action}"
            );
        }
    }
}
