//! What others made inside of an environment's things: listed as extra, waived, shared, or put away by no one but people.

use headset_core::{Address, tag};
use headset_engine::drift::{Class, DriftReport, Verdict, Why};
use serde_json::{Value, json};

use super::{PAGES, applied, apply, of};
use crate::support::desk::Desk;
use crate::support::{Sandbox, on_virtual_time};
use headset::report::drift_view::differences;

const THEIRS: &str = "https://theirs.example.com";

async fn report(sandbox: &Sandbox) -> DriftReport {
    sandbox.drift(&sandbox.aws(None).await).await
}

async fn instance(sandbox: &Sandbox) -> String {
    let aws = sandbox.aws(None).await;
    let listed = aws.connect().list_instances().send().await.unwrap();
    listed.instance_summary_list()[0].id().unwrap().to_owned()
}

async fn approve(sandbox: &Sandbox) {
    let (aws, instance) = (sandbox.aws(None).await, instance(sandbox).await);
    let request = aws.connect().associate_approved_origin().instance_id(instance);
    request.origin(THEIRS).send().await.unwrap();
}

#[test]
fn an_origin_that_others_approved_is_extra_and_an_apply_leaves_it() {
    on_virtual_time(async {
        let sandbox = applied(PAGES).await;
        approve(&sandbox).await;
        let id = format!("{} {THEIRS}", instance(&sandbox).await);
        for _ in 0..2 {
            let found = report(&sandbox).await;
            assert_eq!(found.verdict(), Verdict::Drift);
            let [entry] = &found.entries[..] else {
                panic!("{found:#?}")
            };
            assert_eq!(
                entry.address.to_string(),
                format!("connect.approved_origin/{THEIRS}")
            );
            assert_eq!(entry.class, Class::Extra);
            assert!(matches!(&entry.why, Why::Undeclared { physical_id, .. } if *physical_id == id));
            let place = entry.place.as_ref().unwrap();
            assert_eq!(
                place.line,
                PAGES.lines().position(|line| line == "connect:").unwrap() + 1
            );
            assert!(sandbox.plan().await.is_empty(), "no apply does anything about it");
            apply(&sandbox).await;
        }
    });
}

/// Policies and objects are answered as others wrote them: their members are not AWS's.
#[test]
fn nothing_is_new_to_headset_where_nothing_is() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&crate::support::desk::APPLY);
    let said = desk.ok(&["drift", "center.yaml", "--sim"]);
    assert!(
        !said.talk.contains("a newer version may know it"),
        "{}",
        said.talk
    );
}

#[test]
fn a_user_that_others_made_is_told_with_the_profiles() {
    on_virtual_time(async {
        let sandbox = applied(PAGES).await;
        let (aws, instance) = (sandbox.aws(None).await, instance(&sandbox).await);
        let listed = aws
            .connect()
            .list_users()
            .instance_id(&instance)
            .send()
            .await
            .unwrap();
        let known = listed.user_summary_list()[0].id().unwrap();
        let known = aws
            .connect()
            .describe_user()
            .instance_id(&instance)
            .user_id(known);
        let known = known.send().await.unwrap().user.unwrap();
        let make = |name: &str| {
            let name_of = aws_sdk_connect::types::UserIdentityInfo::builder();
            (aws.connect().create_user().instance_id(&instance).username(name))
                .identity_info(name_of.first_name("Their").last_name("Own").build())
                .set_phone_config(known.phone_config.clone())
                .set_security_profile_ids(known.security_profile_ids.clone())
                .set_routing_profile_id(known.routing_profile_id.clone())
        };
        make("theirs@example.com").send().await.unwrap();
        // Another environment's, as its tags say.
        let tags = [
            (tag::LINEAGE, "another-lineage"),
            (tag::ENVIRONMENT, "acme-other"),
        ];
        let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
        make("others@example.com")
            .set_tags(Some(tags.into()))
            .send()
            .await
            .unwrap();
        let found = differences(&report(&sandbox).await);
        assert_eq!(found.len(), 1, "{found:#?}");
        let theirs = of(&found, "connect.user/theirs@example.com");
        assert_eq!(theirs.sort, Class::Extra);
        for part in [
            "a user of connect.instance/main that the blueprint does not declare",
            "security profiles Agent; routing profile Basic Routing Profile",
        ] {
            assert!(theirs.what.contains(part), "{}", theirs.what);
        }
    });
}

#[test]
fn a_list_that_is_denied_is_unknown_and_one_that_is_shared_is_not_read() {
    on_virtual_time(async {
        let text = PAGES.replace("  users: { agent1", "  owned: all\n  users: { agent1");
        let mut sandbox = applied(&text).await;
        approve(&sandbox).await;
        let rule = json!({ "operation": "ListQueues", "kind": "error", "code": "AccessDeniedException", "status": 403,
                           "times": 1000 });
        sandbox.simulator.inject(serde_json::from_value(rule).unwrap());
        let found = report(&sandbox).await;
        assert_eq!(found.verdict(), Verdict::DriftAndUnknown);
        let unknown = found
            .entries
            .iter()
            .find(|entry| entry.class == Class::Unknown)
            .unwrap();
        assert_eq!(unknown.address.to_string(), "connect.instance/main");
        assert!(matches!(&unknown.why, Why::Unlisted { what, .. } if what == "queues"));

        sandbox.rewrite(&text.replace("owned: all", "owned: only-declared"));
        assert_eq!(report(&sandbox).await.verdict(), Verdict::AsApplied);
    });
}

/// What a plan with nothing to change reads, `drift` does not read again.
#[test]
fn lists_that_the_survey_has_read_are_not_read_again() {
    on_virtual_time(async {
        let sandbox = applied(PAGES).await;
        let before = sandbox.simulator.call_log().len();
        report(&sandbox).await;
        let calls = sandbox.simulator.call_log();
        for operation in ["ListApprovedOrigins", "ListUsers", "ListApplicationAssignments"] {
            let times = calls
                .iter()
                .skip(before)
                .filter(|call| call.operation == operation);
            assert_eq!(times.count(), 1, "{operation}");
        }
    });
}

/// A desk whose instance has another origin.
fn desk(waiver: &str) -> Desk {
    let text = PAGES.replace(
        "sign_in:\n  idp: { identity_center: { application: acme-drift, groups: [agents] } }\n",
        "",
    );
    let text = text.replace("ccp: { hosting: s3 }\n", "");
    let desk = Desk::with(&text);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.edit(|world| {
        let instances = world["world"]["connect"]["instances"].as_object_mut().unwrap();
        let (_, instance) = instances.iter_mut().next().unwrap();
        instance["origins"]
            .as_array_mut()
            .unwrap()
            .push(json!([THEIRS, 0]));
    });
    desk.write(&format!("{text}{waiver}"));
    desk
}

#[test]
fn every_form_shows_what_is_extra_and_exits_with_2() {
    let desk = desk("");
    for form in ["human", "json", "sarif", "junit", "markdown", "github", "html"] {
        let said = desk.run(&["drift", "center.yaml", "--sim", "--format", form]);
        assert_eq!(said.code, Some(2), "{form}: {}{}", said.data, said.talk);
        assert!(said.data.contains("theirs.example.com"), "{form}: {}", said.data);
    }
    let said = desk.run(&["drift", "center.yaml", "--sim", "--format", "json"]);
    let json: Value = serde_json::from_str(&said.data).unwrap();
    assert_eq!((&json["extra"], &json["drift"]), (&json!(1), &json!(0)));
    assert_eq!(json["differences"][0]["because"]["id"], "undeclared");
    // A plan that reads everything tells of it, and does nothing about it.
    let said = desk.run(&[
        "plan",
        "center.yaml",
        "--sim",
        "--read-all",
        "--detailed-exitcode",
    ]);
    let told = format!("{}{}", said.data, said.talk);
    assert_eq!(said.code, Some(0), "{told}");
    assert!(
        told.contains("apply leaves it") && told.contains("theirs.example.com"),
        "{told}"
    );
    let said = desk.run(&["drift", "center.yaml", "--sim"]);
    assert!(
        said.data.contains("acme-drift: 0 drifts, 1 extra, 0 pending"),
        "{}",
        said.data
    );
}

#[test]
fn what_is_extra_can_be_waived() {
    let until = "{ reason: an incident, until: 2999-12-31 }";
    let desk = desk(&format!(
        "waivers: {{ \"connect.approved_origin/{THEIRS}\": {until} }}\n"
    ));
    let said = desk.ok(&["drift", "center.yaml", "--sim"]);
    assert!(said.data.contains("1 waived"), "{}", said.data);
    // Where it is not there any more, the waiver is of no use.
    desk.edit(|world| {
        let instances = world["world"]["connect"]["instances"].as_object_mut().unwrap();
        let (_, instance) = instances.iter_mut().next().unwrap();
        instance["origins"].as_array_mut().unwrap().clear();
    });
    let said = desk.ok(&["drift", "center.yaml", "--sim"]);
    assert!(said.talk.contains("waiver-unused"), "{}", said.talk);
    let address: Address = format!("connect.approved_origin/{THEIRS}").parse().unwrap();
    assert!(said.talk.contains(&address.to_string()), "{}", said.talk);
}
