//! Drift: what differs from what was applied last or from what is wanted is reported, with its class.

mod accept;
mod extras;
mod forms;
mod only;
pub(crate) mod output;
mod shared;

pub(crate) use forms::drifted;

use aws_sdk_s3::primitives::ByteStream;
use headset::report::drift_view::{Difference, differences};
use headset::report::reason;
use headset_aws::Aws;
use headset_client::Epoch;
use headset_client::services::application_auto_scaling::{
    PutScheduledAction, RegisterScalableTarget, SuspendedState,
};
use headset_engine::drift::Class;
use headset_engine::plan::{Action, Reason, Verdict};
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use crate::support::{Sandbox, on_virtual_time};

/// A contact center with pages, and people who sign in through Identity Center.
const PAGES: &str = "\
version: 1
name: acme-drift
aws: { region: eu-west-2, identity_center: { region: us-east-1 } }
lifetime: 1d
connect:
  alias: acme-drift
  users: { agent1@example.com: { first: Agent, last: One, security: [Agent] } }
sign_in:
  idp: { identity_center: { application: acme-drift, groups: [agents] } }
ccp: { hosting: s3 }
";

/// A fleet that follows demand and the clock.
const SHIFTS: &str = "\
version: 1
name: acme-shifts
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718] }
  images: { plain: { newest: AppStream-WinServer2022 } }
  fleets:
    agents:
      image: plain
      instance: stream.standard.medium
      tags: { team: desk }
      capacity: { min: 1, max: 4, target: 75, schedule: { morning: { at: \"cron(0 7 ? * MON-FRI *)\", min: 2 } } }
  stacks: { agents: { fleet: agents } }
";

const ROLE: &str = "acme-drift-connect";
const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

async fn applied(text: &str) -> Sandbox {
    let sandbox = Sandbox::new("drift.yaml", text, Settings::default());
    apply(&sandbox).await;
    let drift = found(&sandbox).await;
    assert!(drift.is_empty(), "right after an apply: {drift:#?}");
    sandbox
}

async fn apply(sandbox: &Sandbox) {
    let outcome = sandbox.apply(None).await;
    assert!(
        outcome.failed.is_empty() && outcome.open.is_empty(),
        "{outcome:?}"
    );
}

/// What `drift` finds.
async fn found(sandbox: &Sandbox) -> Vec<Difference> {
    differences(&sandbox.drift(&sandbox.aws(None).await).await)
}

/// The only difference that there is.
async fn only(sandbox: &Sandbox) -> Difference {
    let mut found = found(sandbox).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn of<'a>(found: &'a [Difference], address: &str) -> &'a Difference {
    let shown = || found.iter().map(Difference::text).collect::<String>();
    let mut of = found.iter().filter(|difference| difference.address == address);
    of.next()
        .unwrap_or_else(|| panic!("nothing about {address}\n{}", shown()))
}

/// The paths at which a thing differs.
fn paths(difference: &Difference) -> Vec<&str> {
    difference.fields.iter().map(|line| line.path.as_str()).collect()
}

/// Another hand gives the role a policy.
async fn attach(aws: &Aws) {
    let request = aws.iam().attach_role_policy().role_name(ROLE).policy_arn(ADMIN);
    request.send().await.unwrap();
}

/// An apply mends it, and nothing is left.
async fn mended(sandbox: &Sandbox) {
    apply(sandbox).await;
    let drift = found(sandbox).await;
    assert!(drift.is_empty(), "after it was corrected: {drift:#?}");
}

/// tfaws#24380: an object's content was compared with nothing, so that a page that another hand replaced was "pending".
#[test]
fn a_page_that_was_replaced_is_drift() {
    on_virtual_time(async {
        let sandbox = applied(PAGES).await;
        let aws = sandbox.aws(None).await;
        let bucket = "acme-drift-ccp-123456789012-eu-west-2";
        let page = aws.s3().get_object().bucket(bucket).key("in-session.html");
        let page = page.send().await.unwrap();
        let put = aws.s3().put_object().bucket(bucket).key("in-session.html");
        put.set_content_type(page.content_type.clone())
            .set_cache_control(page.cache_control.clone())
            .body(ByteStream::from_static(b"<p>another page</p>"))
            .send()
            .await
            .unwrap();
        let difference = only(&sandbox).await;
        assert_eq!(difference.sort, Class::Drift, "{difference:?}");
        assert_eq!(difference.address, "s3.object/in-session.html");
        assert_eq!(paths(&difference), ["sha256"]);
        mended(&sandbox).await;
    });
}

/// cfn#2489: a managed policy that another hand attached was seen by nothing, and taken off silently with the role.
#[test]
fn an_attached_policy_is_drift_and_destroy_says_that_it_detaches_it() {
    on_virtual_time(async {
        let sandbox = applied(PAGES).await;
        let aws = sandbox.aws(None).await;
        attach(&aws).await;
        let difference = only(&sandbox).await;
        assert_eq!(
            (difference.sort, difference.address.as_str()),
            (Class::Extra, "iam.role/connect")
        );
        assert_eq!(
            difference.fields[0].lines().join("\n"),
            format!("managed_policies: none → [{ADMIN}] (wanted none)")
        );
        mended(&sandbox).await;
        attach(&aws).await;
        let state = sandbox.state();
        let assessed = sandbox
            .assess(&aws, &headset_design::Design::default(), &state)
            .await;
        let step = &assessed.plan.steps[&"iam.role/connect".parse().unwrap()];
        let reason = reason::of_step(step);
        assert!(reason.contains(ADMIN), "{reason}");
    });
}

/// tfaws#33708, tfaws#38942: a shift that ends, and scaling that is suspended, looked like all was well.
#[test]
fn a_shift_that_ends_and_scaling_that_is_suspended_are_drift() {
    on_virtual_time(async {
        let sandbox = applied(SHIFTS).await;
        let aws = sandbox.aws(None).await;
        let put = PutScheduledAction {
            resource_id: "fleet/acme-shifts-agents".to_owned(),
            scheduled_action_name: "acme-shifts-agents-schedule-morning".to_owned(),
            end_time: Some(Epoch(aws_smithy_types::DateTime::from_secs(1_803_859_200))),
            ..PutScheduledAction::default()
        };
        aws.ask(put).await.unwrap();
        let difference = only(&sandbox).await;
        assert_eq!(difference.sort, Class::Drift, "{difference:?}");
        assert_eq!(
            difference.fields[0].lines().join("\n"),
            "schedule.morning.end: none → 2027-03-01T00:00:00Z (wanted none)"
        );
        mended(&sandbox).await;
        let register = RegisterScalableTarget {
            resource_id: "fleet/acme-shifts-agents".to_owned(),
            suspended_state: Some(SuspendedState {
                scheduled_scaling_suspended: Some(true),
                ..SuspendedState::default()
            }),
            ..RegisterScalableTarget::default()
        };
        aws.ask(register).await.unwrap();
        let difference = only(&sandbox).await;
        assert_eq!(difference.sort, Class::Drift, "{difference:?}");
        assert_eq!(
            difference.fields[0].lines().join("\n"),
            "suspended.schedule: false → true (wanted false)"
        );
        mended(&sandbox).await;
    });
}

/// tf#12599: what only followed a sibling that another hand deleted was blamed on the blueprint, in an internal form.
#[test]
fn what_follows_a_deleted_sibling_says_so() {
    on_virtual_time(async {
        let sandbox = applied(PAGES).await;
        let aws = sandbox.aws(None).await;
        let arn = "arn:aws:iam::123456789012:saml-provider/acme-drift-idp";
        aws.iam()
            .delete_saml_provider()
            .saml_provider_arn(arn)
            .send()
            .await
            .unwrap();
        let found = found(&sandbox).await;
        let provider = of(&found, "iam.saml_provider/idp");
        assert_eq!(provider.sort, Class::Missing);
        let role = of(&found, "iam.role/connect");
        assert_eq!(
            (role.sort, role.what.as_str()),
            (Class::Follows, "follows iam.saml_provider/idp")
        );
        assert_eq!(
            role.fields[0].lines().join("\n"),
            format!("trust.Statement[0].Principal.Federated: {arn} (wanted (arn of iam.saml_provider/idp))")
        );
        assert!(
            found
                .iter()
                .all(|one| matches!(one.sort, Class::Missing | Class::Follows)),
            "{found:#?}"
        );
        let json = serde_json::to_string(&found).unwrap();
        assert!(!json.contains("$text"), "{json}");
        // The plan gives the same reason.
        let plan = sandbox.plan().await;
        let step = &plan.steps[&"iam.role/connect".parse().unwrap()];
        assert_eq!(reason::of_step(step), "it follows iam.saml_provider/idp");
        mended(&sandbox).await;
    });
}

/// A document of another identity provider in place of ours: the owner of that one could sign in.
#[test]
fn a_saml_document_that_was_replaced_is_drift() {
    on_virtual_time(async {
        let sandbox = applied(PAGES).await;
        let aws = sandbox.aws(None).await;
        let request = aws.iam().update_saml_provider();
        let request = request.saml_provider_arn("arn:aws:iam::123456789012:saml-provider/acme-drift-idp");
        let document = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/crates/kinds/src/iam/samples/rotated.xml"
        ));
        request.saml_metadata_document(document).send().await.unwrap();
        let difference = only(&sandbox).await;
        assert_eq!(difference.sort, Class::Drift, "{difference:?}");
        assert!(
            paths(&difference).contains(&"metadata.entity_id"),
            "{difference:?}"
        );
        mended(&sandbox).await;
    });
}

async fn disconnect_after(sandbox: &Sandbox, seconds: i32) {
    let aws = sandbox.aws(None).await;
    let request = aws.appstream().update_fleet().name("acme-shifts-agents");
    request
        .disconnect_timeout_in_seconds(seconds)
        .send()
        .await
        .unwrap();
}

/// The same with another time that a dropped session waits.
fn waiting(minutes: u32) -> String {
    SHIFTS.replace(
        "      tags:",
        &format!("      timeouts: {{ disconnect: {minutes}m }}\n      tags:"),
    )
}

#[test]
fn what_another_hand_changed_is_drift_also_where_the_blueprint_changed_or_asks_for_the_same() {
    on_virtual_time(async {
        let mut sandbox = applied(&waiting(15)).await;
        // The blueprint alone.
        sandbox.rewrite(&waiting(20));
        let difference = only(&sandbox).await;
        assert_eq!(
            (difference.sort, difference.what.as_str()),
            (Class::Pending, "the blueprint changed")
        );
        assert_eq!(
            difference.fields[0].lines().join("\n"),
            "disconnect: 900 (wanted 1200)"
        );
        // Both, differently: it is drift, with all three values.
        disconnect_after(&sandbox, 600).await;
        let difference = only(&sandbox).await;
        assert_eq!(difference.sort, Class::Drift, "{difference:?}");
        assert_eq!(
            difference.fields[0].lines().join("\n"),
            "disconnect: 900 → 600 (wanted 1200)"
        );
        let plan = sandbox.plan().await;
        let step = &plan.steps[&"appstream.fleet/agents".parse().unwrap()];
        assert_eq!(step.reason, Reason::BlueprintAndCloudChanged);
        mended(&sandbox).await;
        // Both, alike: nothing is to be done, and it was another hand all the same.
        sandbox.rewrite(&waiting(10));
        disconnect_after(&sandbox, 600).await;
        assert!(sandbox.plan().await.is_empty());
        let difference = only(&sandbox).await;
        assert_eq!(difference.sort, Class::Drift, "{difference:?}");
        assert_eq!(
            difference.fields[0].lines().join("\n"),
            "disconnect: 1200 → 600 (wanted 600)"
        );
        mended(&sandbox).await;
    });
}

/// What is to go differs from what was applied all the same: it may do harm until then.
#[test]
fn what_the_blueprint_no_longer_asks_for_may_have_drifted() {
    on_virtual_time(async {
        let mut sandbox = applied(PAGES).await;
        let aws = sandbox.aws(None).await;
        attach(&aws).await;
        let from = PAGES.find("sign_in:").unwrap();
        let until = PAGES.find("ccp:").unwrap();
        sandbox.rewrite(&format!("{}{}", &PAGES[..from], &PAGES[until..]));
        let found = found(&sandbox).await;
        let role: Vec<&Difference> = found
            .iter()
            .filter(|one| one.address == "iam.role/connect")
            .collect();
        assert_eq!(
            role.iter().map(|one| one.sort).collect::<Vec<_>>(),
            [Class::Extra, Class::Pending]
        );
        assert_eq!(
            role[0].fields[0].lines().join("\n"),
            format!("managed_policies: none → [{ADMIN}] (wanted none)")
        );
        assert!(role[1].what.contains("no longer asks for it"), "{}", role[1].what);
    });
}

/// State that an older version wrote knows nothing of a field that this one looks after.
#[test]
fn what_came_before_headset_looked_after_it_is_drift() {
    on_virtual_time(async {
        let sandbox = applied(PAGES).await;
        let aws = sandbox.aws(None).await;
        attach(&aws).await;
        let mut state = sandbox.state();
        let record = state
            .resources
            .get_mut(&"iam.role/connect".parse().unwrap())
            .unwrap();
        record
            .spec
            .as_object_mut()
            .unwrap()
            .remove("managed_policies")
            .unwrap();
        let design = sandbox.design(&aws, &state);
        let session = sandbox.session(&aws, &design, &state);
        let found = differences(&headset_engine::drift::drift(&session).await.unwrap().report);
        assert_eq!(of(&found, "iam.role/connect").sort, Class::Extra, "{found:#?}");
    });
}

#[test]
fn of_tags_the_one_that_differs_is_told() {
    on_virtual_time(async {
        let sandbox = applied(SHIFTS).await;
        let aws = sandbox.aws(None).await;
        let arn = "arn:aws:appstream:eu-west-1:123456789012:fleet/acme-shifts-agents";
        let request = aws.appstream().tag_resource().resource_arn(arn);
        request
            .tags("team", "theirs")
            .tags("cost", "42")
            .send()
            .await
            .unwrap();
        let difference = only(&sandbox).await;
        let lines: Vec<String> = difference
            .fields
            .iter()
            .map(|line| line.lines().join("\n"))
            .collect();
        assert_eq!(lines, ["tags.team: desk → theirs (wanted desk)"]);
        let json: Value = serde_json::to_value(&difference.fields[0]).unwrap();
        assert_eq!(
            json,
            json!({ "field": "tags", "path": "tags.team", "was": "desk", "is": "theirs", "wanted": "desk" })
        );
        mended(&sandbox).await;
    });
}

/// What took the place of something was "unknown", as if it could not have been read: `drift` said that it knew nothing, and
/// ended with 1.
#[test]
fn what_another_environment_has_by_now_is_drift() {
    on_virtual_time(async {
        let sandbox = applied(SHIFTS).await;
        let aws = sandbox.aws(None).await;
        let arn = "arn:aws:appstream:eu-west-1:123456789012:fleet/acme-shifts-agents";
        let request = aws.appstream().tag_resource().resource_arn(arn);
        request
            .tags(headset_core::tag::LINEAGE, "another-lineage")
            .tags(headset_core::tag::ENVIRONMENT, "acme-other")
            .send()
            .await
            .unwrap();
        let difference = only(&sandbox).await;
        assert_eq!(difference.sort, Class::Drift, "{difference:?}");
        assert!(
            difference.what.contains("belongs to `acme-other`"),
            "{difference:?}"
        );
        let because = serde_json::to_value(&difference.because).unwrap();
        assert_eq!(
            (&because["id"], &because["refusal"]["id"]),
            (&json!("refused"), &json!("belongs-to-another"))
        );
        // The plan leaves it, and no apply of it begins.
        let plan = sandbox.plan().await;
        let step = &plan.steps[&"appstream.fleet/agents".parse().unwrap()];
        assert!(matches!(step.action, Action::Refused { .. }), "{:?}", step.action);
        assert_eq!(step.reason, Reason::NotOurs);
        assert_eq!(plan.verdict(), Verdict::Refused);
    });
}
