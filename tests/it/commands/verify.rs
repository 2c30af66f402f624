//! `headset verify`: all is well after an apply, and one thing that is broken turns its check red and no other.

mod broken;

use std::collections::BTreeSet;

use headset_engine::verify::{Finding, Verification};
use headset_kinds::registry;
use headset_simulator::world::Settings;
use serde_json::Value;

use self::broken::{BROKEN, example_for};
use crate::support::desk::Desk;
use crate::support::{self, Sandbox, on_virtual_time, once};

/// The checks that failed.
fn failed(verification: &Verification) -> BTreeSet<&'static str> {
    let entries = verification.entries.iter();
    entries
        .filter(|entry| matches!(entry.finding, Finding::Failed { .. } | Finding::Unknown(_)))
        .map(|entry| entry.check.id)
        .collect()
}

/// The scenario whose pages CloudFront serves, and which has an endpoint.
const EDGES: &str = "edges.yaml";

async fn edges() -> Sandbox {
    let text = include_str!("../../scenarios/edges.yaml");
    let sandbox = Sandbox::new(EDGES, text, Settings::default());
    assert!(sandbox.apply(None).await.is_done());
    sandbox
}

/// The example as it is after its apply.
async fn applied(name: &str) -> Sandbox {
    let sandbox = match name {
        EDGES => once(EDGES, edges).await,
        name => support::applied(name).await,
    };
    // Instances arrive a while after their fleet.
    sandbox.simulator.skip(std::time::Duration::from_secs(7200));
    sandbox
}

#[test]
fn after_an_apply_all_checks_pass_in_every_example() {
    for name in crate::support::examples() {
        on_virtual_time(async {
            let sandbox = applied(&name).await;
            let aws = sandbox.aws(None).await;
            let verification = sandbox.verify(&aws).await;
            assert_eq!(
                failed(&verification),
                BTreeSet::new(),
                "{name}: {verification:#?}"
            );
            assert!(verification.is_passed(), "{name}: {verification:#?}");
            let open = verification
                .entries
                .iter()
                .filter(|one| !one.finding.is_passed())
                .count();
            // What another team runs is out of reach.
            assert!(
                open == 0 || name.starts_with("enterprise"),
                "{name}: {verification:#?}"
            );
            // No agent gets in to what a team needs once per account.
            let is_for_agents = !name.starts_with("bootstrap");
            assert_eq!(verification.entries.is_empty(), !is_for_agents, "{name}");
        });
    }
}

#[test]
fn every_check_has_an_identifier_of_its_own_and_what_it_comes_after_is_there() {
    let checks: Vec<_> = registry::KINDS.iter().flat_map(|kind| kind.checks()).collect();
    let ids: BTreeSet<&str> = checks.iter().map(|check| check.id).collect();
    assert_eq!(ids.len(), checks.len());
    for check in checks {
        for after in check.after.iter().chain(check.across) {
            assert!(ids.contains(after), "{}: {after}", check.id);
        }
    }
}

#[test]
fn every_check_is_broken_once() {
    let checks = registry::KINDS.iter().flat_map(|kind| kind.checks());
    let ids: BTreeSet<&str> = checks.map(|check| check.id).collect();
    let broken: BTreeSet<&str> = BROKEN.iter().map(|(check, _)| *check).collect();
    assert_eq!(broken, ids);
}

#[test]
fn one_thing_that_is_broken_turns_its_check_red_and_no_other() {
    for (check, broken) in BROKEN {
        on_virtual_time(async {
            let mut sandbox = applied(example_for(check)).await;
            let aws = sandbox.aws(None).await;
            broken(&aws, &mut sandbox).await;
            let aws = sandbox.aws(None).await;
            let verification = sandbox.verify(&aws).await;
            assert!(!verification.is_passed(), "{check}");
            let entries: Vec<_> = verification
                .entries
                .iter()
                .filter(|one| one.finding.is_against())
                .collect();
            assert_eq!(failed(&verification), [*check].into(), "{check}: {entries:#?}");
        });
    }
}

#[test]
fn the_command_says_what_is_wrong_and_ends_with_1() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.run(&["verify", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(1), "{}", said.data);
    assert!(
        said.data.contains("failed      connect.instance/"),
        "{}",
        said.data
    );
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    // Instances arrive a while after their fleet.
    let said = desk.ok(&["verify", "center.yaml", "--sim"]);
    assert!(
        said.data.contains("not checked appstream.fleet/agents") && said.data.contains("on their way"),
        "{}",
        said.data
    );
    desk.in_the_cloud(|simulator| simulator.skip(std::time::Duration::from_secs(7200)));
    let said = desk.ok(&["verify", "center.yaml", "--sim", "--all"]);
    assert!(
        said.data
            .contains("passed      appstream.fleet/agents: the fleet runs and has capacity"),
        "{}",
        said.data
    );
    assert!(
        said.data.contains(", 0 failed, 0 unknown, 0 not made"),
        "{}",
        said.data
    );
    let said = desk.ok(&["verify", "center.yaml", "--sim", "--format", "json"]);
    let document: Value = serde_json::from_str(&said.data).unwrap();
    assert_eq!(document["failed"], 0);
    let said = desk.ok(&["verify", "center.yaml", "--sim", "--format", "junit"]);
    let document = roxmltree::Document::parse(&said.data).unwrap();
    assert!(document.descendants().any(|node| node.has_tag_name("testcase")));
}

#[test]
fn a_blueprint_without_anything_for_agents_has_nothing_to_check() {
    let desk = Desk::example("bootstrap.yaml");
    let said = desk.ok(&["verify", "center.yaml", "--sim"]);
    assert!(
        said.data
            .contains(": there is nothing to check: the blueprint makes nothing that agents sign in to"),
        "{}",
        said.data
    );
    assert!(!said.data.contains("0 passed"), "{}", said.data);
}

#[test]
fn an_account_without_the_preview_of_authentication_profiles_is_not_checked_and_not_green() {
    on_virtual_time(async {
        let sandbox = applied("split-ccp.yaml").await;
        let rule = serde_json::json!({
            "service": "connect", "operation": "ListAuthenticationProfiles", "times": 20,
            "kind": "error", "code": "AccessDeniedException", "status": 403,
        });
        sandbox.simulator.inject(serde_json::from_value(rule).unwrap());
        let aws = sandbox.aws(None).await;
        let verification = sandbox.verify(&aws).await;
        let open: Vec<_> = verification
            .entries
            .iter()
            .filter(|one| !one.finding.is_passed())
            .collect();
        assert_eq!(open.len(), 1, "{open:#?}");
        assert_eq!(open[0].check.id, "inactivity-logout-off");
        assert!(matches!(open[0].finding, Finding::NotChecked { .. }), "{open:#?}");
        assert!(verification.is_passed());
        let said = headset::report::verify_view::text(&verification, false);
        assert!(
            said.contains("\nnot checked connect.approved_origin/") || said.starts_with("not checked"),
            "{said}"
        );
        assert!(
            said.ends_with(", 0 failed, 0 unknown, 0 not made, 1 not checked\n"),
            "{said}"
        );
    });
}
