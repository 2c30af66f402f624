//! Other ways in which one thing comes to be at another address.

use headset_core::Address;
use headset_engine::plan::{Action, Refusal};
use headset_engine::state::Origin;
use headset_simulator::world::Settings;

use super::{only_moves, shown};
use crate::support::{Sandbox, example, on_virtual_time};

/// An application is known by where it leads to, not by its name: its answers are not lost with its name.
#[test]
fn an_application_of_another_name_is_the_same_application() {
    on_virtual_time(async {
        let (file, text) = example("split-ccp.yaml");
        let mut sandbox = Sandbox::new(&file, &text, Settings::default());
        sandbox.apply(None).await;
        let application = |key: &str| headset_core::address!("identity_center.application", key);
        let before: Vec<Address> = sandbox
            .state()
            .resources
            .keys()
            .filter(|address| address.kind.name() == "identity_center.application")
            .cloned()
            .collect();
        let [old] = &before[..] else { panic!("{before:?}") };
        let renamed = text.replace(&format!("application: {}", old.key), "application: Support");
        assert_ne!(renamed, text);
        sandbox.rewrite(&renamed);
        let plan = sandbox.plan().await;
        let moved = (old.clone(), application("Support"));
        assert!(plan.moved.contains(&moved), "{}", shown(&plan));
        assert!(!plan.steps.contains_key(old), "{}", shown(&plan));
        // No person is at hand: state has moved, and the application stays the person's.
        sandbox.apply_alone().await;
        let state = sandbox.state();
        assert!(!state.knows(old), "{:?}", state.resources.keys());
        assert_eq!(state.resources[&moved.1].origin, Origin::Adopted);
        sandbox.destroy(None).await;
        let log = sandbox.simulator.call_log();
        assert!(log.iter().all(|call| call.operation != "DeleteApplication"));
    });
}

/// What was ours and is only linked to from another entry is not taken down under the old one.
#[test]
fn what_is_linked_to_under_another_key_is_not_deleted() {
    let ours = "\
version: 1
name: acme-desks
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718] }
  images: { windows: { newest: AppStream-WinServer2022 } }
  fleets: { agents: { image: windows, instance: stream.standard.medium, capacity: 1 } }
";
    let name = "acme-desks-agents";
    let arn = format!("arn:aws:appstream:eu-west-1:123456789012:fleet/{name}");
    for existing in [name.to_owned(), arn] {
        on_virtual_time(async {
            let mut sandbox = Sandbox::new("desks.yaml", ours, Settings::default());
            sandbox.apply(None).await;
            let linked = ours.replace(
                "agents: { image: windows, instance: stream.standard.medium, capacity: 1 }",
                &format!("theirs: {{ existing: \"{existing}\" }}"),
            );
            assert_ne!(linked, ours);
            sandbox.rewrite(&linked);
            let plan = sandbox.plan().await;
            let moved = (
                headset_core::address!("appstream.fleet", "agents"),
                headset_core::address!("appstream.fleet", "theirs"),
            );
            assert!(plan.moved.contains(&moved), "{existing}\n{}", shown(&plan));
            assert!(only_moves(&plan), "{existing}\n{}", shown(&plan));
            sandbox.apply(None).await;
            let plan = sandbox.plan().await;
            assert!(plan.is_empty(), "{existing}\n{}", shown(&plan));
            let outcome = sandbox.destroy(None).await;
            assert!(outcome.failed.is_empty(), "{outcome:?}");
            let log = sandbox.simulator.call_log();
            assert!(
                log.iter().all(|call| call.operation != "DeleteFleet"),
                "{existing}"
            );
        });
    }
}

/// Two entries that ask for one thing are a mistake with a place, and neither takes it from the other.
#[test]
fn two_entries_of_one_thing_are_refused() {
    on_virtual_time(async {
        let (file, text) = example("split-ccp.yaml");
        let mut sandbox = Sandbox::new(&file, &text, Settings::default());
        sandbox.apply(None).await;
        let twice = text.replace(
            "  stacks:\n",
            "  stacks:\n    desk: { name: acme-support-other, fleet: agents }\n",
        );
        assert_ne!(twice, text);
        sandbox.rewrite(&twice);
        let aws = sandbox.aws(None).await;
        let state = sandbox.state();
        let mut design = sandbox.design(&aws, &state);
        // A blueprint in which both have one name is refused before that.
        let desk = design
            .resources
            .get_mut(&headset_core::address!("appstream.stack", "desk"))
            .unwrap();
        desk.spec["name"] = "acme-support-agents".into();
        let found = sandbox.assess(&aws, &design, &state).await;
        let told = found.findings.iter().any(|finding| {
            let about = finding.message.contains("appstream.stack/desk");
            finding.code == "claimed-twice" && finding.place.is_some() && about
        });
        assert!(told, "{:#?}", found.findings);
        for key in ["agents", "desk"] {
            let step = &found.plan.steps[&headset_core::address!("appstream.stack", key)];
            let Action::Refused {
                refusal: Refusal::ClaimedTwice { thing, by },
            } = &step.action
            else {
                panic!("{step:#?}")
            };
            assert_eq!((thing.as_str(), by.len()), ("acme-support-agents", 2));
        }
        for step in found.plan.steps.values() {
            let takes = matches!(step.action, Action::Delete | Action::Replace { .. });
            assert!(!takes, "{}", shown(&found.plan));
        }
    });
}
