//! What others learned in public, held as tests: each is named after its lesson, and `docs/lessons.md` lists all.
//!
//! In the comments, `tfaws` is hashicorp/terraform-provider-aws, `tf` hashicorp/terraform, `tofu` opentofu/opentofu,
//! `pu` pulumi/pulumi, `pa` pulumi/pulumi-aws, `cfn` aws-cloudformation/cloudformation-coverage-roadmap, `awscc`
//! hashicorp/terraform-provider-awscc and `vam` aws-samples' automation of AppStream images.

mod associations;
mod drift;
mod errors;
mod exit_codes;
mod fleets;
mod images;
mod instances;
mod interruptions;
mod origins;
mod ownership;
mod page;
mod pages;
pub(crate) mod policies;
mod stacks;
mod waits;

use std::collections::BTreeSet;
use std::fmt;

use headset_aws::{CallHook, Gate};
use headset_engine::apply::Outcome;
use headset_engine::assess::Assessment;
use headset_engine::plan::{Plan, Step};
use headset_kinds::{Live, Observation};
use headset_simulator::world::Settings;
use serde_json::Value;

use crate::support::fixtures::{CENTER, DESKS, only_reads, seed_with, with};
use crate::support::world::edit;
use crate::support::{Sandbox, example};

/// An example's text with passages replaced.
fn example_with(name: &str, changes: &[(&str, &str)]) -> String {
    with(&example(name).1, changes)
}

/// A cloud for a text, whose quirks this seed picks.
fn sandbox(text: &str, seed: u64) -> Sandbox {
    let settings = Settings {
        quirks: seed,
        ..Settings::default()
    };
    Sandbox::new("lesson.yaml", text, settings)
}

fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

/// Applies; everything has to succeed, and the plan after it has to be empty.
async fn applies(sandbox: &Sandbox, what: &str) {
    let outcome = sandbox.apply(None).await;
    succeeded(&outcome, what);
    is_empty(sandbox, what).await;
}

fn succeeded(outcome: &Outcome, what: &str) {
    assert!(
        outcome.failed.is_empty() && outcome.open.is_empty() && outcome.unfinished.is_empty(),
        "{what}: {outcome:?}"
    );
}

async fn is_empty(sandbox: &Sandbox, what: &str) {
    let plan = sandbox.plan().await;
    assert!(plan.is_empty(), "{what}\n{}", shown(&plan));
}

/// Takes everything down; everything has to go.
async fn goes(sandbox: &Sandbox, what: &str) {
    let outcome = sandbox.destroy(None).await;
    succeeded(&outcome, what);
    assert!(sandbox.state().resources.is_empty(), "{what}");
}

/// Lets an hour go by: after that AWS holds nothing back because of a deletion.
async fn an_hour_passes(sandbox: &Sandbox) {
    let aws = sandbox.aws(None).await;
    aws.clock().sleep(std::time::Duration::from_secs(3600)).await;
}

/// Applies, and returns the addresses of what failed.
async fn fails(sandbox: &Sandbox) -> Vec<String> {
    let outcome = sandbox.apply(None).await;
    outcome.failed.iter().map(ToString::to_string).collect()
}

/// Looks and plans, with the survey.
async fn assessed(sandbox: &Sandbox) -> Assessment {
    let aws = sandbox.aws(None).await;
    let state = sandbox.state();
    let design = sandbox.design(&aws, &state);
    sandbox.assess(&aws, &design, &state).await
}

/// One thing as AWS reports it now.
async fn live(sandbox: &Sandbox, address: &str) -> Live {
    match assessed(sandbox)
        .await
        .survey
        .observations
        .remove(&address.parse().unwrap())
    {
        Some(Observation::Present(live)) => live,
        other => panic!("{address}: {other:?}"),
    }
}

fn step<'a>(plan: &'a Plan, address: &str) -> &'a Step {
    &plan.steps[&address.parse().unwrap()]
}

/// What AppStream has of the account in a region, inside a snapshot's world.
fn desks<'a>(world: &'a mut Value, region: &str) -> &'a mut Value {
    &mut world["appstream"]["places"][format!("123456789012/{region}")]
}

/// The operations that were called since call number `since`, in order.
fn operations(sandbox: &Sandbox, since: usize) -> Vec<String> {
    let log = sandbox.simulator.call_log();
    log.into_iter().skip(since).map(|call| call.operation).collect()
}

/// How often an operation was called, leaving out calls that were refused because the thing was busy.
fn count(sandbox: &Sandbox, operation: &str) -> usize {
    let log = sandbox.simulator.call_log();
    log.iter()
        .filter(|call| call.operation == operation)
        .filter(|call| call.code.as_deref() != Some("ConcurrentModificationException"))
        .count()
}

/// How often an operation was called and AWS did it.
fn carried_out(sandbox: &Sandbox, operation: &str) -> usize {
    let log = sandbox.simulator.call_log();
    log.iter()
        .filter(|call| call.operation == operation && call.status < 300)
        .count()
}

/// Sets a fault by its documented form.
fn inject(sandbox: &Sandbox, rule: Value) {
    sandbox.simulator.inject(serde_json::from_value(rule).unwrap());
}

/// Acts right after the answer to each call, before Headset sees it.
struct Meanwhile<F>(F);

impl<F> fmt::Debug for Meanwhile<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meanwhile")
    }
}

impl<F: Fn(&str) + Send + Sync> CallHook for Meanwhile<F> {
    fn before(&self, _: u64, _: &str, _: &str) -> Gate {
        Gate::Pass
    }

    fn after(&self, _: u64, _: &str, operation: &str) -> Gate {
        (self.0)(operation);
        Gate::Pass
    }
}

/// The fields that a step changes.
fn changed(step: &Step) -> BTreeSet<&str> {
    step.action
        .diff()
        .iter()
        .map(|change| change.field.as_str())
        .collect()
}
