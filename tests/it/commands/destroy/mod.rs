//! Taking down: what is reported while it happens, what holds it up, and what is left.

mod chosen;

use headset::report::{leftovers, plan_view, reason};
use headset_design::Design;
use headset_engine::apply::{ApplyOptions, NoResponder, Outcome, Running};
use headset_engine::destroy::{Takedown, Way};
use headset_engine::plan::guard::{Allowed, guard};
use headset_engine::plan::{Impact, Plan};
use headset_simulator::world::Settings;
use tokio_util::sync::CancellationToken;

use crate::support::desk::Desk;
use crate::support::fixtures::DESKS;
use crate::support::{PROVEN, Sandbox, example, on_virtual_time};

const BUILDER: &str = "appstream.image_builder/agent-desktop";

/// An environment whose image builder runs and waits for a person.
async fn with_a_running_builder() -> Sandbox {
    let (file, text) = example("split-ccp.yaml");
    let sandbox = Sandbox::new(&file, &text, Settings::default());
    sandbox.apply_alone().await;
    sandbox
}

async fn way_down(sandbox: &Sandbox) -> Plan {
    let aws = sandbox.aws(None).await;
    let state = sandbox.state();
    sandbox.assess(&aws, &Design::default(), &state).await.plan
}

fn codes(plan: &Plan) -> Vec<&'static str> {
    let refused = guard(plan, &Allowed::losing_all(false));
    refused.iter().map(|finding| finding.code).collect()
}

/// No operation of AWS's tells whether a person works on a builder: that is not the same as one who does.
#[test]
fn a_running_builder_does_not_hold_up_its_environment() {
    on_virtual_time(async {
        let sandbox = with_a_running_builder().await;
        let plan = way_down(&sandbox).await;
        let step = &plan.steps[&BUILDER.parse().unwrap()];
        assert_eq!(step.impact, Impact::Disrupts { sessions: None });
        assert_eq!(codes(&plan), Vec::<&str>::new());
        let text = plan_view::human(&plan);
        assert!(text.contains("it may be in use: AWS does not say"), "{text}");
        assert!(!text.contains("open session"), "{text}");
        let outcome = sandbox.destroy(None).await;
        assert!(outcome.failed.is_empty() && outcome.unfinished.is_empty());
    });
}

/// A change of a builder that runs was not asked for as its end: a person may be in the middle of installing.
#[test]
fn a_running_builder_is_not_replaced_by_surprise() {
    on_virtual_time(async {
        let (_, text) = example("split-ccp.yaml");
        let mut sandbox = with_a_running_builder().await;
        let changed = text.replace(
            "builder: stream.standard.medium",
            "builder: stream.standard.large",
        );
        assert_ne!(changed, text);
        sandbox.rewrite(&changed);
        let plan = sandbox.plan().await;
        assert_eq!(codes(&plan), ["may-disrupt"], "{}", plan_view::human(&plan));
        assert!(guard(&plan, &Allowed::losing_all(true)).is_empty());
    });
}

#[test]
fn what_has_expired_goes_although_its_builder_runs() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    assert_eq!(said.code, Some(3), "{}\n{}", said.data, said.talk);
    let status = desk.ok(&["status", "center.yaml", "--sim", "--json"]).data;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    let rows = status["environments"][0]["resources"].as_array().unwrap();
    let builder = rows.iter().find(|row| row["address"] == BUILDER).unwrap();
    assert_eq!(builder["state"], "RUNNING");
    assert_eq!(builder["sessions"], serde_json::Value::Null);
    desk.days_pass(4);
    let said = desk.ok(&["destroy", "--expired", "--sim", "--yes", "--region", "eu-west-2"]);
    assert!(said.talk.contains("acme-support: taken down"), "{}", said.talk);
}

#[test]
fn the_way_down_says_that_everything_goes() {
    on_virtual_time(async {
        let sandbox = with_a_running_builder().await;
        for step in way_down(&sandbox).await.steps.values() {
            let reason = reason::of_step(step);
            assert!(!reason.contains("blueprint"), "{}: {reason}", step.address);
        }
    });
}

/// A way down that was interrupted before it began anything.
async fn interrupted(sandbox: &Sandbox) -> (Outcome, String) {
    let aws = sandbox.aws(None).await;
    let state = sandbox.state();
    let session = sandbox.session(&aws, &Design::default(), &state);
    let locked = headset_engine::destroy::lock(&session, &state, std::time::Duration::ZERO)
        .await
        .unwrap();
    let Way::Down(takedown) = Takedown::of(&session, locked, &state, PROVEN).await.unwrap() else {
        panic!("there is nothing to take down")
    };
    let cancel = CancellationToken::new();
    cancel.cancel();
    let running = Running {
        on: "a test",
        responder: &NoResponder,
        cancel: &cancel,
        options: ApplyOptions {
            width: 12,
            wait_for_people: None,
        },
        report: &mut |_| {},
    };
    let taken = takedown
        .carry_out(&Allowed::losing_all(true), running)
        .await
        .unwrap();
    assert!(!taken.is_gone);
    (taken.outcome, leftovers::text(&leftovers::rows(taken.left)))
}

#[test]
fn an_interrupted_way_down_says_so_and_blames_nothing_else() {
    on_virtual_time(async {
        let (file, text) = example("split-ccp.yaml");
        let mut sandbox = Sandbox::new(&file, &text, Settings::default());
        sandbox.apply(None).await;
        // A second image, so that there is a predecessor.
        sandbox.rewrite(&text.replace("browser: chrome", "browser: edge"));
        sandbox.apply(None).await;
        let plan = way_down(&sandbox).await;
        assert_eq!(plan.deposed.len(), 1);
        let (outcome, text) = interrupted(&sandbox).await;
        assert!(outcome.interrupted && outcome.failed.is_empty());
        let interrupted = text
            .lines()
            .filter(|line| line.ends_with("the run was interrupted before Headset could see that it is gone"))
            .count();
        assert_eq!(interrupted, plan.changes(), "{text}");
        assert!(text.contains("predecessor"), "{text}");
        assert!(!text.contains("another one failed"), "{text}");
    });
}

/// A fleet or a stack that AWS keeps because of an association that another tool made: the error names the other side.
#[test]
fn what_an_association_keeps_names_the_other_side() {
    on_virtual_time(async {
        let sandbox = Sandbox::new("desks.yaml", DESKS, Settings::default());
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty() && outcome.open.is_empty());
        let aws = sandbox.aws(None).await;
        let request = aws.appstream().create_stack().name("theirs");
        aws.call("appstream", "CreateStack", || request.clone().send())
            .await
            .unwrap();
        let request = aws.appstream().associate_fleet();
        let request = request.fleet_name("acme-desks-agents").stack_name("theirs");
        aws.call("appstream", "AssociateFleet", || request.clone().send())
            .await
            .unwrap();
        let outcome = sandbox.destroy(None).await;
        let failed: Vec<String> = outcome.failed.iter().map(ToString::to_string).collect();
        assert_eq!(failed, ["appstream.fleet/agents"]);
        let told = sandbox.told();
        assert!(told.contains("associated with the stack `theirs`"), "{told}");
    });
}
