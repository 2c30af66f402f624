//! Playing a program: each step on the simulated cloud, and what has to be true after it.

use std::time::Duration;

use headset_blueprint::Sources;
use headset_blueprint::model::Blueprint;
use headset_core::diagnostic::{Diagnostic, Severity, has_errors};
use headset_engine::plan::{Action, Plan};
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use super::program::{Base, Death, Program, Step};
use crate::invariants::kill_sweeps::{Mode, killed};
use crate::invariants::lifecycle::is_a_persons;
use crate::support::attempt::Attempt;
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

/// Plays a program.
pub(super) async fn play(program: &Program) -> Result<(), String> {
    let mut document: Value = serde_yaml::from_str(text(program.base)).unwrap();
    let settings = Settings {
        quirks: one_seed().unwrap_or(program.quirks),
        ..Settings::default()
    };
    let mut sandbox = Sandbox::new("program.yaml", text(program.base), settings);
    if program.shared {
        sandbox.share().await;
    }
    for (at, step) in program.steps.iter().enumerate() {
        let about = |why: String| format!("step {}, {step:?}: {why}", at + 1);
        take(&mut sandbox, &mut document, step).await.map_err(about)?;
        sandbox.verified().map_err(about)?;
    }
    // Now nothing is in the way.
    sandbox.simulator.clear_faults();
    comes_to_its_end(&sandbox).await?;
    goes(&sandbox).await
}

async fn take(sandbox: &mut Sandbox, document: &mut Value, step: &Step) -> Result<(), String> {
    match step {
        Step::Set { path, to } => {
            let mut changed = document.clone();
            set(&mut changed, path, to);
            adopt(sandbox, document, changed);
        }
        Step::Rename { path, kind, from, to } => {
            let mut changed = document.clone();
            rename(&mut changed, path, kind, from, to);
            adopt(sandbox, document, changed);
        }
        Step::Faults { rules } => {
            for rule in rules {
                let rule = serde_json::from_value(rule.clone()).map_err(|error| error.to_string())?;
                sandbox.simulator.inject(rule);
            }
        }
        Step::Outside { rule } => {
            let rule = serde_json::from_value(rule.clone()).map_err(|error| error.to_string())?;
            sandbox.simulator.inject(rule);
        }
        Step::Wait { seconds } => sandbox.simulator.skip(std::time::Duration::from_secs(*seconds)),
        Step::Apply { dies, person } => match dies {
            None => drop(sandbox.attempt(None, *person).await),
            Some(Death { at, after }) => {
                killed(*at, mode(*after), |hook| sandbox.attempt(Some(hook), *person)).await;
                sandbox.moves_on();
            }
        },
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

fn mode(after: bool) -> Mode {
    match after {
        true => Mode::AfterItsEffect,
        false => Mode::BeforeTheCall,
    }
}

fn adopt(sandbox: &mut Sandbox, document: &mut Value, changed: Value) {
    if let Some(blueprint) = read(&changed) {
        sandbox.reshape(|_| blueprint);
        *document = changed;
    }
}

fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

/// Why a blueprint may be refused in the end: what is known to have no way out but an edit, and says so.
const EXPLAINED: &[&str] = &[];

/// How often something is tried that has nothing in its way.
const TRIES: usize = 3;

/// What another client began may go on for a while, and a name that was given back may be held for so long.
const LATER: Duration = Duration::from_secs(3600);

/// With nothing in the way, an apply comes to its end and the plan is empty; or the blueprint is refused, and why is said.
async fn comes_to_its_end(sandbox: &Sandbox) -> Result<(), String> {
    let mut last = String::new();
    for _ in 0..TRIES {
        sandbox.simulator.skip(LATER);
        match sandbox.attempt(None, true).await {
            Attempt::Refused(findings) => {
                let errors = findings
                    .iter()
                    .filter(|finding| finding.severity == Severity::Error);
                let unknown: Vec<&Diagnostic> = errors
                    .clone()
                    .filter(|finding| !EXPLAINED.contains(&finding.code))
                    .collect();
                return match unknown.is_empty() && errors.count() > 0 {
                    true => Ok(()),
                    false => Err(format!("it is refused: {findings:#?}")),
                };
            }
            Attempt::Stopped(why) => last = format!("an apply stops: {why}"),
            Attempt::Ran(outcome) if outcome.is_done() => {
                sandbox.verified()?;
                let plan = sandbox.plan().await;
                return match plan.is_empty() {
                    true => Ok(()),
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
