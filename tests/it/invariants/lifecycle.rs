//! The main job, end to end in one process: apply, look again, change, break, take down.

use aws_sdk_appstream::types::VisibilityType;
use headset_client::services::identity_store::{AlternateIdentifier, GetGroupId};
use headset_engine::plan::{Action, Plan, Step};
use headset_simulator::world::Settings;
use headset_simulator::{Latency, SimOptions};

use crate::support::{
    Sandbox, example, examples, fault_seeds, listed, on_virtual_time, ready_for, ready_in, seeds,
};

fn sandbox(name: &str) -> Sandbox {
    let (file, text) = example(name);
    Sandbox::new(&file, &text, Settings::default())
}

fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

/// The steps of a plan for things that are there, in an environment that was taken down.
fn left_over(plan: &Plan) -> Vec<Step> {
    let absent = |step: &&Step| matches!(step.action, Action::Create | Action::Await { .. } | Action::Read);
    plan.steps
        .values()
        .filter(|step| !absent(step) && !is_a_persons(step))
        .cloned()
        .collect()
}

/// Whether it is an application that a person made, or what a person assigned to it: both stay, and are taken up again.
pub(crate) fn is_a_persons(step: &Step) -> bool {
    let kinds = [
        "identity_center.application",
        "identity_center.assignment",
        "identity_center.link",
        "idp.application",
    ];
    matches!(&step.action, Action::Adopt { diff } if diff.is_empty())
        && kinds.contains(&step.address.kind.name())
}

/// An example, up and down, under several seeds of the simulator's quirks.
fn up_and_down(name: &str) {
    for seed in seeds() {
        let settings = Settings {
            quirks: seed,
            ..Settings::default()
        };
        on_virtual_time(async {
            let sandbox = ready_for(name, settings).await;
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{name}, seed {seed}: {outcome:?}"
            );
            let plan = sandbox.plan().await;
            assert!(plan.is_empty(), "{name}, seed {seed}\n{}", shown(&plan));

            let outcome = sandbox.destroy(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.unfinished.is_empty(),
                "{name}, seed {seed}: {outcome:?}"
            );
            let left = left_over(&sandbox.plan().await);
            assert!(left.is_empty(), "{name}, seed {seed}: {left:#?}");
        });
    }
}

macro_rules! up_and_down {
    ($($test:ident: $file:literal),* $(,)?) => {
        $(
            #[test]
            fn $test() {
                up_and_down($file);
            }
        )*

        mod random_faults {
            $(
                #[test]
                fn $test() {
                    super::through_random_faults($file);
                }
            )*
        }

        #[test]
        fn every_example_is_made_and_taken_down() {
            assert_eq!(examples(), [$($file),*]);
        }
    };
}

up_and_down! {
    bootstrap_ci_up_and_down: "bootstrap-ci.yaml",
    bootstrap_up_and_down: "bootstrap.yaml",
    enterprise_entra_up_and_down: "enterprise-entra.yaml",
    enterprise_up_and_down: "enterprise.yaml",
    ephemeral_up_and_down: "ephemeral.yaml",
    minimal_up_and_down: "minimal.yaml",
    secure_ccp_up_and_down: "secure-ccp.yaml",
    split_ccp_up_and_down: "split-ccp.yaml",
}

#[test]
fn without_a_person_everything_independent_is_done_and_the_next_apply_goes_on() {
    on_virtual_time(async {
        let sandbox = sandbox("split-ccp.yaml");
        let outcome = sandbox.apply_alone().await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        let open: Vec<String> = outcome
            .open
            .iter()
            .map(|checkpoint| checkpoint.address.to_string())
            .collect();
        assert_eq!(open.len(), 2, "{open:?}");
        let plan = sandbox.plan().await;
        assert_eq!(
            plan.changes() + plan.checkpoints(),
            outcome.unfinished.len() + open.len()
        );

        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        let plan = sandbox.plan().await;
        assert!(plan.is_empty(), "{}", shown(&plan));
    });
}

#[test]
fn lost_state_is_found_again_by_tags_and_names() {
    on_virtual_time(async {
        let sandbox = sandbox("split-ccp.yaml");
        sandbox.apply(None).await;
        // The answers of people are kept elsewhere, like in the blueprint.
        sandbox.lose_state();
        let plan = sandbox.plan().await;
        let made: Vec<_> = plan
            .steps
            .values()
            .filter(|step| matches!(step.action, Action::Create))
            .collect();
        assert!(made.is_empty(), "{}", shown(&plan));
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        let plan = sandbox.plan().await;
        assert!(plan.is_empty(), "{}", shown(&plan));
        let outcome = sandbox.destroy(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
    });
}

/// One call in fifty goes wrong, each in its own way: the answer is lost before or after the effect, late, throttled,
/// or nothing that can be read.
fn random_faults(sandbox: &Sandbox) {
    let rules = [
        serde_json::json!({ "kind": "drop-before", "percent": 0.4 }),
        serde_json::json!({ "kind": "drop-after", "percent": 0.4 }),
        serde_json::json!({ "kind": "error", "code": "ThrottlingException", "status": 400, "percent": 0.4 }),
        serde_json::json!({ "kind": "error", "code": "InternalFailure", "status": 500, "percent": 0.4 }),
        serde_json::json!({ "kind": "garbage", "percent": 0.2 }),
        serde_json::json!({ "kind": "delay", "seconds": 30, "percent": 0.2 }),
    ];
    for rule in rules {
        sandbox.simulator.inject(serde_json::from_value(rule).unwrap());
    }
}

/// With AWS's rates and latencies and with random faults, an example goes up by one command and down by another.
fn through_random_faults(name: &str) {
    for seed in fault_seeds() {
        on_virtual_time(async {
            let again = format!("{name}, HEADSET_FAULT_SEEDS={seed}");
            let sandbox = ready_in(
                name,
                SimOptions {
                    settings: Settings {
                        quirks: seed,
                        ..Settings::default()
                    },
                    latency: Latency::Aws,
                    throttle: true,
                    seed,
                    ..SimOptions::default()
                },
            )
            .await;
            random_faults(&sandbox);
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{again}: {outcome:?}"
            );
            sandbox.simulator.clear_faults();
            let plan = sandbox.plan().await;
            assert!(plan.is_empty(), "{again}\n{}", shown(&plan));
            random_faults(&sandbox);
            let outcome = sandbox.destroy(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.unfinished.is_empty(),
                "{again}: {outcome:?}"
            );
            sandbox.simulator.clear_faults();
            let left = left_over(&sandbox.plan().await);
            assert!(left.is_empty(), "{again}: {left:#?}");
        });
    }
}

/// The codes of everything that the guard refuses about taking an environment down.
async fn refused(sandbox: &Sandbox, disruption: bool) -> Vec<&'static str> {
    use headset_engine::plan::guard::{Allowed, guard};
    let aws = sandbox.aws(None).await;
    let plan = sandbox
        .assess(&aws, &headset_design::Design::default(), &sandbox.state())
        .await
        .plan;
    let mut codes: Vec<&str> = guard(&plan, &Allowed::losing_all(disruption))
        .iter()
        .map(|finding| finding.code)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn open_sessions_are_not_cut_off_by_surprise() {
    on_virtual_time(async {
        let sandbox = sandbox("split-ccp.yaml");
        sandbox.apply(None).await;
        assert!(refused(&sandbox, false).await.is_empty());
        let session = serde_json::json!({
            "stack": "acme-support-agents", "fleet": "acme-support-agents", "user": "agent1@example.com",
        });
        // Instances arrive a while after the fleet is RUNNING.
        sandbox.simulator.skip(std::time::Duration::from_secs(1800));
        sandbox
            .simulator
            .with_world(|world, now| {
                headset_simulator::console::act(world, "image-builder/sessions/open", &session, now)
            })
            .unwrap();
        assert_eq!(refused(&sandbox, false).await, ["would-disrupt"]);
        assert!(refused(&sandbox, true).await.is_empty());
    });
}

#[test]
fn what_is_protected_is_not_taken_down_whatever_is_allowed() {
    on_virtual_time(async {
        let (file, text) = example("minimal.yaml");
        let text: String = text
            .lines()
            .filter(|line| !line.starts_with("lifetime"))
            .map(|line| format!("{line}\n"))
            .collect();
        let sandbox = Sandbox::new(&file, &text, Settings::default());
        sandbox.apply(None).await;
        assert_eq!(refused(&sandbox, true).await, ["protected"]);
    });
}

/// The whole rollout of a changed image: the new one is captured beside the old one, the fleet moves over, and the old
/// one goes with the environment.
#[test]
fn a_changed_recipe_rolls_out_beside_the_old_image() {
    for protect in [true, false] {
        on_virtual_time(async {
            let (file, text) = example("split-ccp.yaml");
            let text = text.replace("lifetime: 3d", &format!("protect: {protect}"));
            let mut sandbox = Sandbox::new(&file, &text, Settings::default());
            sandbox.apply(None).await;
            let before = images(&sandbox).await;
            assert_eq!(before.len(), 1);

            sandbox.rewrite(&text.replace("browser: chrome", "browser: edge"));
            let plan = sandbox.plan().await;
            let step = &plan.steps[&"appstream.image/agent-desktop".parse().unwrap()];
            assert!(matches!(step.action, Action::Await { .. }), "{}", shown(&plan));
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "protect {protect}: {outcome:?}"
            );
            let plan = sandbox.plan().await;
            assert!(plan.is_empty(), "protect {protect}\n{}", shown(&plan));
            let after = images(&sandbox).await;
            assert_eq!(
                after.len(),
                2,
                "the old one stays until the environment goes: {after:?}"
            );
            let streamed = fleet_image(&sandbox).await;
            assert!(!before.contains(&streamed), "{streamed}");

            // And back again: the first image is still there, so nothing has to be captured.
            sandbox.rewrite(&text);
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{outcome:?}"
            );
            let plan = sandbox.plan().await;
            assert!(plan.is_empty(), "protect {protect}\n{}", shown(&plan));

            if !protect {
                let outcome = sandbox.destroy(None).await;
                assert!(outcome.failed.is_empty(), "{outcome:?}");
                assert_eq!(images(&sandbox).await, Vec::<String>::new());
            }
        });
    }
}

/// The image that the fleet streams.
async fn fleet_image(sandbox: &Sandbox) -> String {
    let aws = sandbox.aws(None).await;
    let fleets = listed::fleets(&aws).await;
    fleets[0].image_name.clone().unwrap()
}

/// The names of the account's own images.
async fn images(sandbox: &Sandbox) -> Vec<String> {
    let aws = sandbox.aws(None).await;
    let images = listed::images(&aws, VisibilityType::Private).await;
    images.into_iter().filter_map(|image| image.name).collect()
}

#[test]
fn a_wait_ends_when_the_blueprint_says_and_the_next_apply_goes_on() {
    on_virtual_time(async {
        let (file, text) = example("split-ccp.yaml");
        let impatient = text.replace("idle: 0 }", "idle: 0, create: 1m }");
        assert_ne!(impatient, text);
        let mut sandbox = Sandbox::new(&file, &impatient, Settings::default());
        let outcome = sandbox.apply(None).await;
        let failed: Vec<String> = outcome.failed.iter().map(ToString::to_string).collect();
        assert_eq!(failed, ["appstream.fleet/agents"]);
        assert!(
            sandbox.told().contains("it is still STARTING"),
            "{}",
            sandbox.told()
        );
        // Nothing was undone, and nothing is replaced because of a slow wait.
        sandbox.rewrite(&text);
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        let plan = sandbox.plan().await;
        assert!(plan.is_empty(), "{}", shown(&plan));
    });
}

#[test]
fn a_moved_entry_is_the_same_thing_under_another_key() {
    on_virtual_time(async {
        let (file, text) = example("split-ccp.yaml");
        let mut sandbox = Sandbox::new(&file, &text, Settings::default());
        sandbox.apply(None).await;
        let moved = text
            .replace(
                "  fleets:\n    agents:\n",
                "  fleets:\n    desks:\n      name: acme-support-agents\n",
            )
            .replace("fleet: agents\n", "fleet: desks\n")
            + "\nmoved:\n  appstream.fleet/agents: appstream.fleet/desks\n";
        sandbox.rewrite(&moved);
        let plan = sandbox.plan().await;
        assert_eq!(plan.changes(), 0, "{}", shown(&plan));
        assert_eq!(
            plan.moved.len(),
            2,
            "the fleet and its association: {:?}",
            plan.moved
        );
        assert!(!plan.is_empty(), "state has yet to learn it");
        sandbox.apply(None).await;
        let plan = sandbox.plan().await;
        assert!(plan.is_empty(), "{}", shown(&plan));
        // Without `moved`, the same text would take the old one down.
        let outcome = sandbox.destroy(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
    });
}

#[test]
fn what_is_let_go_stays_and_is_nobody_s() {
    on_virtual_time(async {
        let (file, text) = example("split-ccp.yaml");
        let mut sandbox = Sandbox::new(&file, &text, Settings::default());
        sandbox.apply(None).await;
        // The stack goes from the blueprint, and stays in the cloud; its association goes from both.
        let stacks = text.find("  stacks:\n").unwrap();
        let without = format!("{}\nremoved: [appstream.stack/agents]\n", &text[..stacks]);
        sandbox.rewrite(&without);
        let plan = sandbox.plan().await;
        let step = &plan.steps[&"appstream.stack/agents".parse().unwrap()];
        assert!(matches!(step.action, Action::Release), "{}", shown(&plan));
        sandbox.apply(None).await;
        assert!(sandbox.plan().await.is_empty());
        let outcome = sandbox.destroy(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        let aws = sandbox.aws(None).await;
        let stacks = listed::stacks(&aws).await;
        let stack = &stacks[0];
        let request = aws
            .appstream()
            .list_tags_for_resource()
            .resource_arn(stack.arn().unwrap());
        let tags = request.send().await.unwrap().tags.unwrap_or_default();
        assert!(tags.keys().all(|key| !key.starts_with("headset:")), "{tags:?}");
        assert_eq!(tags["team"], "support", "what the user asked for stays");
    });
}

/// All requests to Identity Center share one set of credentials of its role.
#[test]
fn the_role_of_identity_center_is_taken_once() {
    on_virtual_time(async {
        let sandbox = ready_for("enterprise.yaml", Settings::default()).await;
        let aws = sandbox.aws(None).await;
        let taken = || {
            let log = sandbox.simulator.call_log();
            log.iter().filter(|call| call.operation == "AssumeRole").count()
        };
        let ask = |aws: headset_aws::Aws| async move {
            let applications = aws.sso_admin();
            let group = GetGroupId {
                identity_store_id: "d-1234567890".to_owned(),
                alternate_identifier: AlternateIdentifier::of("displayName", "agents"),
            };
            let (instances, _) = tokio::join!(applications.list_instances().send(), aws.ask(group));
            instances.unwrap();
        };
        let elsewhere = aws.with_appstream_in("eu-west-1");
        tokio::join!(ask(aws.clone()), ask(aws.clone()), ask(elsewhere.clone()));
        assert_eq!(taken(), 1);
        let recorded = aws.wire().records();
        let recorded = recorded.iter().filter(|call| call.operation == "AssumeRole");
        assert_eq!(recorded.count(), 1);
        // However fast the simulated cloud ages.
        tokio::time::sleep(std::time::Duration::from_secs(86_400)).await;
        tokio::join!(ask(elsewhere), ask(aws));
        assert_eq!(taken(), 1);
    });
}

/// A lost or unreadable answer about the role is tried again like any other: it does not say that there are no credentials.
#[test]
fn a_role_whose_answer_is_lost_is_asked_for_again() {
    for kind in ["drop-before", "drop-after", "garbage"] {
        on_virtual_time(async {
            let sandbox = ready_for("enterprise.yaml", Settings::default()).await;
            let rule =
                serde_json::json!({ "kind": kind, "service": "sts", "operation": "AssumeRole", "times": 2 });
            sandbox.simulator.inject(serde_json::from_value(rule).unwrap());
            let aws = sandbox.aws(None).await;
            let instances = aws
                .call("sso-admin", "ListInstances", || {
                    aws.sso_admin().list_instances().send()
                })
                .await;
            assert!(instances.is_ok(), "{kind}: {instances:?}");
        });
    }
}
