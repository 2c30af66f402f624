//! The main job, end to end in one process: apply, look again, change, break, take down.

use headset::plan::{Action, Plan};
use headset::sim::world::Settings;

use crate::support::{Sandbox, example, on_virtual_time};

fn sandbox(name: &str) -> Sandbox {
    let (file, text) = example(name);
    Sandbox::new(&file, &text, Settings::default())
}

fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

#[test]
fn apply_then_plan_is_empty_and_destroy_leaves_nothing() {
    for name in ["minimal.yaml", "split-ccp.yaml"] {
        on_virtual_time(async {
            let sandbox = sandbox(name);
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{name}: {outcome:?}"
            );
            let plan = sandbox.plan().await;
            assert!(plan.is_empty(), "{name}\n{}", shown(&plan));

            let outcome = sandbox.destroy(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.unfinished.is_empty(),
                "{name}: {outcome:?}"
            );
            let plan = sandbox.plan().await;
            let left: Vec<_> = plan
                .steps
                .values()
                .filter(|step| !matches!(step.action, Action::Create | Action::Await { .. } | Action::Read))
                .collect();
            assert!(left.is_empty(), "{name}: {left:#?}");
        });
    }
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
        assert_eq!(sandbox.plan().await.changes(), outcome.unfinished.len());

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
        let directory = sandbox.state_directory();
        // The journal and the snapshot are gone; the answers of people are kept elsewhere, like in the blueprint.
        std::fs::remove_file(directory.join("state.json")).unwrap();
        std::fs::remove_file(directory.join("journal.jsonl")).unwrap();
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
