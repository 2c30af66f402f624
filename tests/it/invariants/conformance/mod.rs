//! The contract of a kind, held to every entry of the registry against the simulator.

mod external;
mod lists;
mod page;
mod policed;

pub(crate) use external::{ExternalChange, Things, found, things, with};
pub(crate) use policed::{inside_policies, kinds};

use std::collections::{BTreeMap, BTreeSet};

use headset_aws::Aws;
use headset_aws::kinds::registry;
use headset_core::{Address, Change, Compare, FieldChange, KindId, Text, tag};
use headset_design::{Design, Desired, Mode};
use headset_engine::plan::{Action, Plan};
use headset_engine::state::State;
use headset_kinds::{Believed, Lookup, Observation};
use headset_simulator::Moment;
use headset_simulator::world::{Settings, World};
use serde_json::{Value, json};

use crate::support::{Sandbox, on_virtual_time, one_seed};

const LINEAGE: &str = "6f1d0c1e-1111-4111-8111-111111111111";

/// One kind's case.
pub(crate) struct Case {
    /// What has to exist before it.
    pub(crate) before: Vec<(Address, Value)>,
    /// The thing itself.
    pub(crate) subject: (Address, Value),
    /// Other values for its fields.
    pub(crate) changes: Vec<(&'static str, Value)>,
    /// Fields of the table that no change is tried on, each with the reason.
    pub(crate) unchanged: Vec<(&'static str, &'static str)>,
}

pub(crate) fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub(crate) fn after(text: &str, output: &str) -> Value {
    serde_json::to_value(Text::after(&address(text), output)).unwrap()
}

pub(crate) fn tags() -> Value {
    json!({ tag::ENVIRONMENT: "acme", tag::LINEAGE: LINEAGE, "team": "a" })
}

pub(crate) fn other_tags() -> Value {
    json!({ tag::ENVIRONMENT: "acme", tag::LINEAGE: LINEAGE, "team": "b" })
}

/// What is shared with the rest of the account is made where it is missing, and nothing else.
fn mode(kind: &str) -> Mode {
    match kind {
        "iam.service_role" | "appstream.usage_report" => Mode::Ensured,
        _ => Mode::Managed,
    }
}

pub(crate) fn design(things: &[(Address, Value)]) -> Design {
    let mut design = Design::default();
    for (address, spec) in things {
        let desired = Desired {
            address: address.clone(),
            mode: mode(address.kind.name()),
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

pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) aws: Aws,
}

impl Bench {
    pub(crate) async fn new() -> Bench {
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

    pub(crate) async fn make(&self, design: &Design, what: &str) {
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

    pub(crate) async fn plan(&self, design: &Design) -> Plan {
        self.sandbox
            .assess(&self.aws, design, &self.sandbox.state())
            .await
            .plan
    }
}

/// The suite holds with every choice that no source decides: `HEADSET_QUIRKS=7 cargo test`.
fn quirks() -> u64 {
    one_seed().unwrap_or_default()
}

/// Whether this quirk of the simulator is on under this suite's seed.
pub(crate) fn refuses(quirk: &str) -> bool {
    let settings = Settings {
        quirks: quirks(),
        ..Settings::default()
    };
    World::new(settings, Moment(0)).quirk(quirk)
}

pub(crate) fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

async fn conforms(name: &str) {
    let kind = registry::remote(KindId::named(name).unwrap());
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
        // Of what is let go of, state may know the id alone: its tags change all the same.
        let work = headset_aws::kinds::Work {
            aws: &bench.aws,
            address: &address,
            token: "tags".to_owned(),
        };
        let change = FieldChange {
            field: "tags".to_owned(),
            have: json!(live.tags),
            want: json!({ "seen-by": "others" }),
            change: Change::InPlace,
        };
        let tagged = kind.update_any(&work, &json!({}), &live, &vec![change]).await;
        assert!(tagged.is_ok(), "its tags without its spec: {tagged:?}");
        let stranger = State::new("other", "123456789012", "eu-west-2", "another-lineage".to_owned());
        let assessed = bench.sandbox.assess(&bench.aws, &design, &stranger).await;
        let codes: BTreeSet<&str> = assessed.findings.iter().map(|finding| finding.code).collect();
        assert!(codes.contains("belongs-to-another"), "a stranger gets {codes:?}");
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
            believed: Believed::default(),
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

/// What is shared is left alone by an environment that did not make it, and stays where no blueprint asks for it any
/// more.
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

/// The kinds, each with the name of its tests and the file in `tests/it/kinds` that has its case and what changes it from
/// outside. `[base]`: that file also says what the resource is before each field is changed so. `{put}`: and
/// what others put into the lists in which such resources are.
macro_rules! conformance {
    ($($name:ident: $kind:literal in $service:ident::$noun:ident $([$base:ident])? $({$put:ident})?),* $(,)?) => {
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
                    super::external::every_field($kind);
                }
            )*
        }

        /// The kinds that tests above are written for.
        const TRIED: &[&str] = &[$($kind),*];

        fn case(kind: &str) -> Case {
            match kind {
                $($kind => crate::kinds::$service::$noun::case(),)*
                other => panic!("{other} has no conformance case: see docs/adding-a-resource.md"),
            }
        }

        /// What the resource is before a field of it is changed from outside.
        fn base(kind: &str, field: &str, way: usize) -> Things {
            match kind {
                $($($kind => crate::kinds::$service::$noun::$base(field, way),)?)*
                _ => things(kind),
            }
        }

        /// Puts something into a list of a holder as others do, and returns its physical id.
        async fn put_into(aws: &Aws, kind: &str, holder: KindId) -> String {
            match kind {
                $($($kind => crate::kinds::$service::$noun::$put(aws, holder).await,)?)*
                other => panic!("{other}: nothing here puts one into a list of {}", holder.name()),
            }
        }

        /// Changes a field of a resource as others do; `way` counts from 0.
        async fn change(aws: &Aws, kind: &str, field: &str, way: usize) -> ExternalChange {
            match kind {
                $($kind => crate::kinds::$service::$noun::change(aws, field, way).await,)*
                other => panic!("{other}: nothing here changes it from outside"),
            }
        }
    };
}

conformance! {
    cloudfront_access_control: "cloudfront.access_control" in cloudfront::access_control,
    cloudfront_headers_policy: "cloudfront.headers_policy" in cloudfront::headers_policy,
    cloudfront_distribution: "cloudfront.distribution" in cloudfront::distribution [base],
    connect_instance: "connect.instance" in connect::instance,
    connect_approved_origin: "connect.approved_origin" in connect::approved_origin {put},
    connect_user: "connect.user" in connect::user [base] {put},
    connect_hours_of_operation: "connect.hours_of_operation" in connect::hours_of_operation {put},
    connect_queue: "connect.queue" in connect::queue {put},
    ec2_security_group: "ec2.security_group" in ec2::security_group,
    ec2_vpc_endpoint: "ec2.vpc_endpoint" in ec2::vpc_endpoint [base],
    iam_saml_provider: "iam.saml_provider" in iam::saml_provider,
    iam_oidc_provider: "iam.oidc_provider" in iam::oidc_provider,
    iam_policy: "iam.policy" in iam::policy,
    iam_role: "iam.role" in iam::role,
    identity_center_application: "identity_center.application" in identity_center::application,
    idp_application: "idp.application" in idp::application,
    identity_center_assignment: "identity_center.assignment" in identity_center::assignment {put},
    identity_center_link: "identity_center.link" in identity_center::link,
    s3_bucket: "s3.bucket" in s3::bucket [base],
    s3_object: "s3.object" in s3::object [base] {put},
    s3_state_bucket: "s3.state_bucket" in s3::state_bucket,
    iam_service_role: "iam.service_role" in iam::service_role,
    appstream_usage_report: "appstream.usage_report" in appstream::usage_report,
    appstream_image_builder: "appstream.image_builder" in appstream::image_builder,
    appstream_image: "appstream.image" in appstream::image {put},
    appstream_fleet: "appstream.fleet" in appstream::fleet [base],
    appstream_stack: "appstream.stack" in appstream::stack [base],
    appstream_theme: "appstream.theme" in appstream::theme {put},
    appstream_fleet_association: "appstream.fleet_association" in appstream::fleet_association {put},
    appstream_entitlement: "appstream.entitlement" in appstream::entitlement {put},
    autoscaling_fleet: "autoscaling.fleet" in autoscaling::fleet [base] {put},
    appstream_user: "appstream.user" in appstream::user,
    appstream_user_association: "appstream.user_association" in appstream::user_association {put},
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
            let identity = kind.identity().iter().any(|named| named.name == field.name);
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
                kind.fields().iter().any(|known| known.name == field.name),
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
