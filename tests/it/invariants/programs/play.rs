//! Playing a program: each step on the simulated cloud, and what has to be true after it.

use std::time::Duration;

use headset_aws::{CallHook, Gate};
use headset_blueprint::Sources;
use headset_blueprint::model::Blueprint;
use headset_core::Address;
use headset_core::diagnostic::{Diagnostic, Severity, has_errors};
use headset_engine::plan::{Action, Plan, Selection};
use headset_simulator::world::Settings;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::program::{Base, Death, Part, Program, Step};
use crate::invariants::kill_sweeps::{Mode, killed};
use crate::invariants::lifecycle::is_a_persons;
use crate::support::attempt::{Asked, Attempt};
use crate::support::fixtures::only_reads;
use crate::support::{Sandbox, one_seed};

const CENTER: &str = "\
version: 1
name: acme-center
aws: { region: eu-west-2 }
lifetime: 1d
connect:
  alias: acme-center
  identity: saml
  users:
    agent1@example.com: { first: Agent, last: One, security: [Agent] }
";

const DESKS: &str = "\
version: 1
name: acme-desks
aws: { region: eu-west-2, regions: { appstream: eu-west-1 } }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718] }
  images:
    windows: { newest: AppStream-WinServer2022 }
  fleets:
    agents: { image: windows, instance: stream.standard.medium, capacity: 2, view: desktop }
  stacks:
    agents: { fleet: agents }
";

const WHOLE: &str = "\
version: 1
name: acme-whole
aws: { region: eu-west-2, regions: { appstream: eu-west-1 }, identity_center: { region: us-east-1 } }
lifetime: 1d
connect:
  alias: acme-whole
  users:
    agent1@example.com: { first: Agent, last: One, security: [Agent] }
sign_in:
  idp: { identity_center: { application: acme-whole, groups: [agents] } }
ccp: { hosting: s3 }
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718] }
  images:
    windows: { newest: AppStream-WinServer2022 }
  fleets:
    agents: { image: windows, instance: stream.standard.medium, capacity: 2, view: desktop }
  stacks:
    agents: { fleet: agents }
";

/// The text that a program begins with.
fn text(base: Base) -> &'static str {
    match base {
        Base::Desks => DESKS,
        Base::Center => CENTER,
        Base::Whole => WHOLE,
    }
}

/// Reads a blueprint; `None`: it is none.
fn read(document: &Value) -> Option<Blueprint> {
    let text = serde_yaml::to_string(document).unwrap();
    let load = |_: &str| Err("there is no other file".to_owned().into());
    let (blueprint, findings) = headset_blueprint::read(&Sources {
        load: &load,
        ..Sources::alone("program.yaml", &text)
    });
    blueprint.filter(|_| !has_errors(&findings))
}

/// Sets a value, or takes it away.
fn set(document: &mut Value, path: &[String], to: &Value) {
    let (last, maps) = path.split_last().unwrap();
    let mut at = document;
    for key in maps {
        if !at[key].is_object() {
            at[key] = json!({});
        }
        at = &mut at[key];
    }
    match to {
        Value::Null => drop(at.as_object_mut().unwrap().remove(last)),
        to => at[last] = to.clone(),
    }
}

/// Gives an entry another key, and what refers to it too.
fn rename(document: &mut Value, path: &[String], kind: &str, from: &str, to: &str) {
    let pointer = format!("/{}", path.join("/"));
    let Some(entries) = document.pointer_mut(&pointer).and_then(Value::as_object_mut) else {
        return;
    };
    if entries.contains_key(to) {
        return;
    }
    let Some(entry) = entries.remove(from) else { return };
    entries.insert(to.to_owned(), entry);
    if kind == "appstream.fleet"
        && let Some(stacks) = document
            .pointer_mut("/appstream/stacks")
            .and_then(Value::as_object_mut)
    {
        for stack in stacks.values_mut().filter(|stack| stack["fleet"] == from) {
            stack["fleet"] = to.into();
        }
    }
    if kind == "appstream.stack"
        && let Some(stacks) = document
            .pointer_mut("/sign_in/appstream/stacks")
            .and_then(Value::as_array_mut)
    {
        stacks
            .iter_mut()
            .filter(|stack| **stack == *from)
            .for_each(|stack| *stack = to.into());
    }
    // What moved here and goes on has one line for the whole way, and none if it is back.
    let (old, new) = (format!("{kind}/{from}"), format!("{kind}/{to}"));
    let mut moved = document["moved"].as_object().cloned().unwrap_or_default();
    moved.retain(|_, at| *at != old);
    moved.remove(&new);
    moved.insert(old, new.into());
    document["moved"] = moved.into();
}

/// An environment, and the texts that its blueprint had.
struct Stage {
    sandbox: Sandbox,
    /// The last one is the one of now.
    documents: Vec<Value>,
}

/// Plays a program.
pub(super) async fn play(program: &Program) -> Result<(), String> {
    let settings = Settings {
        quirks: one_seed().unwrap_or(program.quirks),
        ..Settings::default()
    };
    let mut stage = Stage {
        sandbox: Sandbox::new("program.yaml", text(program.base), settings),
        documents: vec![serde_yaml::from_str(text(program.base)).unwrap()],
    };
    if program.shared {
        stage.sandbox.share().await;
    }
    for (at, step) in program.steps.iter().enumerate() {
        let about = |why: String| format!("step {}, {step:?}: {why}", at + 1);
        stage.take(step).await.map_err(about)?;
        stage.sandbox.verified().map_err(about)?;
    }
    // Now nothing is in the way.
    stage.sandbox.simulator.clear_faults();
    stage.comes_to_its_end().await?;
    if stage.lift_protection() {
        stage.comes_to_its_end().await?;
    }
    goes(&stage.sandbox).await
}

impl Stage {
    async fn take(&mut self, step: &Step) -> Result<(), String> {
        let sandbox = &self.sandbox;
        match step {
            Step::Set { path, to } => {
                let mut changed = self.document().clone();
                set(&mut changed, path, to);
                self.adopt(changed);
            }
            Step::Rename { path, kind, from, to } => {
                let mut changed = self.document().clone();
                rename(&mut changed, path, kind, from, to);
                self.adopt(changed);
            }
            Step::Back => {
                // A change like any other: what was applied between the two texts was applied.
                let before = self.documents.iter().rev().nth(1).cloned();
                if let Some(before) = before {
                    self.adopt(before);
                }
            }
            Step::Settle => {
                let mut changed = self.document().clone();
                set(&mut changed, &["moved".to_owned()], &Value::Null);
                self.adopt(changed);
            }
            Step::Faults { rules } => {
                for rule in rules {
                    inject(sandbox, rule)?;
                }
            }
            Step::Clear => sandbox.simulator.clear_faults(),
            Step::Outside { rule } => inject(sandbox, rule)?,
            Step::Wait { seconds } => sandbox.simulator.skip(Duration::from_secs(*seconds)),
            Step::Look => changes_nothing(sandbox).await?,
            Step::Apply {
                dies,
                stops,
                part,
                person,
            } => {
                let scope = scope(part.as_ref());
                match dies {
                    Some(Death { at, after }) => {
                        killed(*at, mode(*after), |hook| {
                            sandbox.attempt(Asked {
                                hook: Some(hook),
                                person: *person,
                                scope,
                                ..Asked::default()
                            })
                        })
                        .await;
                        sandbox.moves_on();
                    }
                    None => {
                        let cancel = CancellationToken::new();
                        let stopper = |at: &u64| -> Box<dyn CallHook> {
                            Box::new(Stopper {
                                at: *at,
                                cancel: cancel.clone(),
                            })
                        };
                        drop(
                            sandbox
                                .attempt(Asked {
                                    hook: stops.as_ref().map(stopper),
                                    person: *person,
                                    scope,
                                    cancel: cancel.clone(),
                                    ..Asked::default()
                                })
                                .await,
                        );
                    }
                }
            }
            Step::Destroy { dies } => match dies {
                None => drop(sandbox.attempt_destroy(None).await),
                Some(Death { at, after }) => {
                    killed(*at, mode(*after), |hook| sandbox.attempt_destroy(Some(hook))).await;
                    sandbox.moves_on();
                }
            },
        }
        Ok(())
    }

    fn document(&self) -> &Value {
        self.documents.last().unwrap()
    }

    /// Makes a text the blueprint, if it is one.
    fn adopt(&mut self, changed: Value) {
        if changed != *self.document()
            && let Some(blueprint) = read(&changed)
        {
            self.sandbox.reshape(|_| blueprint);
            self.documents.push(changed);
        }
    }

    /// Makes the last text the blueprint.
    fn is_as_before(&mut self) {
        let blueprint = read(self.document()).unwrap();
        self.sandbox.reshape(|_| blueprint);
    }

    /// Takes `protect` out of the blueprint everywhere. Whether it was there.
    fn lift_protection(&mut self) -> bool {
        fn lift(value: &mut Value) {
            match value {
                Value::Object(members) => {
                    members.remove("protect");
                    members.values_mut().for_each(lift);
                }
                Value::Array(items) => items.iter_mut().for_each(lift),
                _ => {}
            }
        }
        let mut lifted = self.document().clone();
        lift(&mut lifted);
        let before = self.documents.len();
        self.adopt(lifted);
        self.documents.len() > before
    }
}

fn inject(sandbox: &Sandbox, rule: &Value) -> Result<(), String> {
    let rule = serde_json::from_value(rule.clone()).map_err(|error| error.to_string())?;
    sandbox.simulator.inject(rule);
    Ok(())
}

fn scope(part: Option<&Part>) -> Selection {
    let mut scope = Selection::default();
    if let Some(Part { address, without }) = part {
        let address: Address = address.parse().unwrap();
        match without {
            true => scope.excludes.insert(address),
            false => scope.targets.insert(address),
        };
    }
    scope
}

/// Asks a run to stop, right before one of its calls is sent.
#[derive(Debug)]
struct Stopper {
    at: u64,
    cancel: CancellationToken,
}

impl CallHook for Stopper {
    fn before(&self, sequence: u64, _service: &str, _operation: &str) -> Gate {
        if sequence == self.at {
            self.cancel.cancel();
        }
        Gate::Pass
    }

    fn after(&self, _sequence: u64, _service: &str, _operation: &str) -> Gate {
        Gate::Pass
    }
}

/// What only looks makes no call that changes something, and leaves every file as it is.
async fn changes_nothing(sandbox: &Sandbox) -> Result<(), String> {
    let (before, calls) = (sandbox.keep(), sandbox.simulator.call_log().len());
    sandbox.attempt_look().await;
    let log = sandbox.simulator.call_log().split_off(calls);
    let own = log.iter().filter(|call| call.by.is_none());
    let changing: Vec<&str> = own
        .map(|call| call.operation.as_str())
        .filter(|operation| !only_reads(operation) && *operation != "AssumeRole")
        .collect();
    if !changing.is_empty() {
        return Err(format!("to look takes {changing:?}"));
    }
    let mut after = sandbox.keep();
    if sandbox.is_shared() {
        // The working copy was fetched anew.
        return Ok(());
    }
    after.retain(|path, bytes| before.get(path) != Some(bytes));
    match after.is_empty() {
        true => Ok(()),
        false => Err(format!("to look changes {:?}", after.keys())),
    }
}

fn mode(after: bool) -> Mode {
    match after {
        true => Mode::AfterItsEffect,
        false => Mode::BeforeTheCall,
    }
}

fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

/// Why a blueprint may be refused in the end. What is refused says what to do, and a change back always helps.
const EXPLAINED: &[&str] = &[
    "cannot-change",
    "moved-from-nothing",
    "moved-still-wanted",
    "older-blueprint",
    "protected",
];

/// How often something is tried that has nothing in its way.
const TRIES: usize = 3;

/// What another client began may go on for a while, and a name that was given back may be held for so long.
const LATER: Duration = Duration::from_secs(3600);

impl Stage {
    /// With nothing in the way, an apply comes to its end and the plan is empty. Where the blueprint is refused, its last change
    /// is taken back.
    async fn comes_to_its_end(&mut self) -> Result<(), String> {
        loop {
            let Some(refused) = comes_to_its_end(&self.sandbox).await? else {
                return Ok(());
            };
            let codes = refused
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .map(|finding| finding.code);
            if codes.clone().count() == 0 || !codes.clone().all(|code| EXPLAINED.contains(&code)) {
                return Err(format!("it is refused: {refused:#?}"));
            }
            self.documents.pop();
            if self.documents.is_empty() {
                return Err(format!("all that it ever was is refused: {refused:#?}"));
            }
            self.is_as_before();
        }
    }
}

/// The same, or why the blueprint is refused.
async fn comes_to_its_end(sandbox: &Sandbox) -> Result<Option<Vec<Diagnostic>>, String> {
    let mut last = String::new();
    for _ in 0..TRIES {
        sandbox.simulator.skip(LATER);
        match sandbox.attempt(Asked::default()).await {
            Attempt::Refused(findings) => return Ok(Some(findings)),
            Attempt::Stopped(why) => last = format!("an apply stops: {why}"),
            Attempt::Ran(outcome) if outcome.is_done() => {
                sandbox.verified()?;
                let plan = sandbox.plan().await;
                return match plan.is_empty() {
                    true => Ok(None),
                    false => Err(format!("the plan is not empty after an apply:\n{}", shown(&plan))),
                };
            }
            Attempt::Ran(outcome) => {
                last = format!(
                    "an apply does not come to its end: failed {:#?}, unfinished {:#?}, open {:#?}\n{}",
                    outcome.failed,
                    outcome.unfinished,
                    outcome.open.len(),
                    sandbox.last_told()
                );
            }
        }
    }
    Err(last)
}

/// Everything goes, and nothing with the environment's tags is left.
async fn goes(sandbox: &Sandbox) -> Result<(), String> {
    let mut last = None;
    for _ in 0..TRIES {
        let outcome = sandbox.attempt_destroy(None).await;
        sandbox.verified()?;
        match outcome {
            Attempt::Ran(outcome) if outcome.failed.is_empty() && outcome.unfinished.is_empty() => {
                last = None;
                break;
            }
            other => last = Some(other),
        }
        sandbox.simulator.skip(LATER);
    }
    if let Some(last) = last {
        return Err(format!("it does not go: {last:?}\n{}", sandbox.last_told()));
    }
    let absent = |action: &Action| matches!(action, Action::Create | Action::Await { .. } | Action::Read);
    let plan = sandbox.plan().await;
    let left: Vec<String> = plan
        .steps
        .values()
        .filter(|step| !absent(&step.action) && !is_a_persons(step))
        .map(|step| step.address.to_string())
        .collect();
    if !left.is_empty() {
        return Err(format!("after a destroy, these are left: {left:?}"));
    }
    let world = sandbox.simulator.snapshot()["world"].take();
    let tagged = tagged(&world, sandbox.lineage(), "");
    match tagged.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "after a destroy, these carry the environment's tag: {tagged:#?}"
        )),
    }
}

/// Where a text stands in a document, objects of the shared store and what answered repeated calls aside.
fn tagged(value: &Value, text: &str, path: &str) -> Vec<String> {
    if path.contains("acme-state") || path.contains("/answered/") {
        return Vec::new();
    }
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| tagged(value, text, &format!("{path}/{key}")))
            .collect(),
        Value::Array(items) => items
            .iter()
            .flat_map(|item| tagged(item, text, &format!("{path}/-")))
            .collect(),
        Value::String(own) if own == text => vec![path.to_owned()],
        _ => Vec::new(),
    }
}
