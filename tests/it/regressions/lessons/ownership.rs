//! Ownership: only what proves to be ours is ever deleted, and an ordinary apply replaces nothing by surprise.

use headset_design::Design;
use headset_engine::plan::guard::{Allowed, guard};
use headset_engine::plan::{Action, Impact, Refusal};
use serde_json::json;

use super::{
    CENTER, DESKS, applies, assessed, desks, edit, example_with, goes, live, sandbox, shown, step, with,
};
use crate::support::{Sandbox, on_virtual_time, seeds};

async fn way_down(sandbox: &Sandbox) -> headset_engine::plan::Plan {
    let aws = sandbox.aws(None).await;
    sandbox
        .assess(&aws, &Design::default(), &sandbox.state())
        .await
        .plan
}

/// Lesson 50 (ekristen/aws-nuke#665, tfaws PR 22442): a sweeper deleted by name and type what belonged to others.
/// Each thing that can carry tags loses its proof in turn: it stays, and everything else goes.
#[test]
fn what_does_not_prove_to_be_ours_stays_when_everything_goes() {
    let text = example_with("split-ccp.yaml", &[]);
    on_virtual_time(async {
        let sandbox = sandbox(&text, 0);
        applies(&sandbox, "at first").await;
        let snapshot = sandbox.simulator.snapshot();
        for lineage in [None, Some("another-lineage")] {
            let places = [
                ("appstream.fleet/agents", "fleets"),
                ("appstream.stack/agents", "stacks"),
                ("appstream.image_builder/agent-desktop", "builders"),
            ];
            for (address, collection) in places {
                sandbox.simulator.restore(&snapshot).unwrap();
                edit(&sandbox.simulator, |world| {
                    for (_, thing) in desks(world, "eu-west-1")[collection].as_object_mut().unwrap() {
                        match lineage {
                            Some(other) => thing["tags"]["headset:id"] = json!(other),
                            None => drop(
                                thing["tags"]
                                    .as_object_mut()
                                    .unwrap()
                                    .remove("headset:id")
                                    .unwrap(),
                            ),
                        }
                    }
                });
                let plan = way_down(&sandbox).await;
                for (address_of, step) in &plan.steps {
                    let deleted = matches!(step.action, Action::Delete);
                    if address_of.to_string() == address {
                        let reason = headset::report::reason::of_step(step);
                        assert!(!deleted && reason.starts_with("it stays"), "{address}: {reason}");
                    } else {
                        let proven = deleted || matches!(step.action, Action::Forget);
                        assert!(proven, "{address_of}: {:?}", step.action);
                    }
                }
                // And the blueprint cannot take it over either, unless state knows that it made it.
                let found = assessed(&sandbox).await;
                assert_eq!(
                    headset_core::diagnostic::has_errors(&found.findings),
                    lineage.is_some(),
                    "{address}: {:?}",
                    found.findings
                );
            }
        }
    });
}

/// Lesson 50 again: something of our name was there before us. It is neither taken over nor deleted.
#[test]
fn what_was_there_before_us_is_named_and_left_alone() {
    for seed in seeds() {
        on_virtual_time(async {
            let sandbox = sandbox(DESKS, seed);
            let aws = sandbox.aws(None).await;
            aws.appstream()
                .create_stack()
                .name("acme-desks-agents")
                .send()
                .await
                .unwrap();
            sandbox.simulator.skip(std::time::Duration::from_secs(60));
            let found = assessed(&sandbox).await;
            let codes: Vec<&str> = found.findings.iter().map(|finding| finding.code).collect();
            assert_eq!(codes, ["not-ours"], "seed {seed}");
            let action = &step(&found.plan, "appstream.stack/agents").action;
            let theirs = Refusal::NotOurs {
                thing: "acme-desks-agents".to_owned(),
            };
            assert!(
                matches!(action, Action::Refused { refusal } if *refusal == theirs),
                "{action:?}"
            );
            // Programs read it by its identifier.
            let json = headset::report::plan_json::json(std::slice::from_ref(&found.plan), &[], &[]);
            let steps = json["plans"][0]["steps"].as_array().unwrap();
            let stack = steps
                .iter()
                .find(|step| step["address"] == "appstream.stack/agents");
            let stack = stack.unwrap();
            assert_eq!(
                (&stack["do"], &stack["refusal"]["id"]),
                (&"refused".into(), &"not-ours".into())
            );
            let reason = stack["reason"].as_str().unwrap();
            assert!(reason.contains("acme-desks-agents"), "{reason}");
            let help = found.findings[0].help.clone().unwrap_or_default();
            assert!(
                help.contains("existing:") && help.contains("headset import"),
                "{help}"
            );
        });
    }
}

/// Lesson 51 (JiRaska/open-bank-oss#3602): an ordinary apply replaced a gateway, and everything behind it lost its way
/// out. Every step says what it costs, and what costs something is refused or confirmed.
#[test]
fn every_step_says_what_it_costs() {
    on_virtual_time(async {
        let mut sandbox = sandbox(DESKS, 0);
        applies(&sandbox, "at first").await;
        for (change, impact) in [
            ("capacity: 3", Impact::None),
            ("capacity: 2, display_name: Agents", Impact::None),
            (
                "capacity: 2, description: Agents",
                Impact::Disrupts { sessions: Some(0) },
            ),
            (
                "capacity: 2, type: always-on",
                Impact::Disrupts { sessions: Some(0) },
            ),
            ("capacity: 2, power: off", Impact::Disrupts { sessions: Some(0) }),
        ] {
            sandbox.rewrite(&with(DESKS, &[("capacity: 2", change)]));
            let plan = sandbox.plan().await;
            assert_eq!(step(&plan, "appstream.fleet/agents").impact, impact, "{change}");
        }
    });
    on_virtual_time(async {
        let text = with(CENTER, &[("lifetime: 1d\n", "")]);
        let mut sandbox = sandbox(&text, 0);
        applies(&sandbox, "at first").await;
        let plan = way_down(&sandbox).await;
        let instance = step(&plan, "connect.instance/main");
        assert!(
            matches!(instance.impact, Impact::Irreversible { .. }),
            "{}",
            shown(&plan)
        );
        // Protected unless a lifetime says otherwise, with every flag.
        let codes: Vec<&str> = guard(&plan, &Allowed::losing_all(true))
            .iter()
            .map(|finding| finding.code)
            .collect();
        assert_eq!(codes, ["protected"]);
        // What AWS cannot change is no replacement: an instance is never made anew for another alias.
        sandbox.rewrite(&with(&text, &[("alias: acme-center", "alias: acme-other")]));
        let found = assessed(&sandbox).await;
        let codes: Vec<&str> = found.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["cannot-change"]);
        let why = &found.findings[0].notes;
        assert!(
            why.iter()
                .any(|note| note.contains("part of the instance's address")),
            "{why:?}"
        );
        assert_eq!(
            live(&sandbox, "connect.instance/main").await.outputs["alias"],
            "acme-center"
        );
    });
}

/// Lesson 28 (cfn#2575, cfn#2060): an attribute that AWS had for a year could not be set, because the client's list
/// did not have it.
#[test]
fn an_attribute_that_this_version_does_not_know_is_sent_as_it_is_written() {
    on_virtual_time(async {
        let known = with(
            CENTER,
            &[(
                "  identity:",
                "  attributes: { early_media: false, contact_lens: false }\n  identity:",
            )],
        );
        let mut sandbox = sandbox(&known, 0);
        applies(&sandbox, "attributes of today").await;
        sandbox.rewrite(&with(&known, &[("early_media: false", "made_next_year: true")]));
        let plan = sandbox.plan().await;
        assert_eq!(
            super::changed(step(&plan, "connect.instance/main")),
            ["attributes"].into()
        );
        // The simulated Connect is of today, and says that it does not know it.
        let before = super::count(&sandbox, "UpdateInstanceAttribute");
        assert_eq!(super::fails(&sandbox).await, ["connect.instance/main"]);
        assert!(super::count(&sandbox, "UpdateInstanceAttribute") > before);
        assert!(
            sandbox.told().contains("UpdateInstanceAttribute failed with"),
            "{}",
            sandbox.told()
        );
        sandbox.rewrite(&known);
        applies(&sandbox, "without it").await;
        goes(&sandbox, "down").await;
    });
}
