//! A middlebox before AWS that answers in its place, or changes what AWS answers: before each service in turn, and for
//! each call that Headset makes. Nothing that is there may be forgotten because of it, nothing made a second time, nothing
//! deleted that is not ours, and no `destroy` may end well with something left.

mod lie;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use headset_aws::TOLD;
use headset_aws::kinds::discovery;
use headset_core::{Address, AwsError, Class};
use headset_design::Design;
use headset_engine::apply::Outcome;
use headset_engine::assess::Assessment;
use headset_engine::plan::Action;
use headset_engine::session::Stop;
use headset_engine::state::{Origin, State};
use headset_engine::survey;
use headset_kinds::{Observation, registry};
use headset_simulator::wire::table::{self, Kind, Shape, Table};
use headset_simulator::world::Settings;
use serde_json::Value;

use self::lie::{LIES, Lie, Middlebox, Victim};
use crate::support::{Sandbox, effort, on_virtual_time, ready_for};

/// Some of the lies, others for each `index`: so many that some of many victims get each lie. With
/// `HEADSET_MIDDLEBOX=all` all of them, which takes minutes.
fn some(index: usize, count: usize) -> impl Iterator<Item = Lie> {
    let count = match std::env::var_os("HEADSET_MIDDLEBOX") {
        Some(_) => LIES.len(),
        None => count,
    };
    // Seven has no factor in common with their number: neighbours get different ones.
    (0..count).map(move |step| LIES[(index * count + step) * 7 % LIES.len()])
}

/// Whose answers are lied about: each service that is called, and each call. What was `tried` already is left out;
/// of the rest each third, or all.
fn victims(calls: &BTreeSet<Call>, tried: &mut BTreeSet<Victim>) -> Vec<Victim> {
    let services = calls.iter().map(|(service, _)| Victim::Service(service.clone()));
    let each = calls
        .iter()
        .map(|(service, operation)| Victim::Call(service.clone(), operation.clone()));
    let new: BTreeSet<Victim> = services
        .chain(each)
        .filter(|victim| !tried.contains(victim))
        .collect();
    tried.extend(new.iter().cloned());
    new.into_iter().step_by(effort::of(3, 1)).collect()
}

/// The examples that use most of AWS between them.
const EXAMPLES: [&str; 3] = ["split-ccp.yaml", "enterprise.yaml", "secure-ccp.yaml"];

/// A sandbox whose cloud and state can be put back to where they were.
struct Stage {
    name: &'static str,
    sandbox: Sandbox,
    world: Value,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// A call, by service and operation.
type Call = (String, String);

fn files(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let content = std::fs::read(&path).unwrap();
            found.insert(path, content);
        }
    }
}

impl Stage {
    /// An example as it is before its first apply, or after it.
    async fn of(name: &'static str, applied: bool) -> Stage {
        let sandbox = ready_for(name, Settings::default()).await;
        if applied {
            well(name, &sandbox.apply(None).await);
        }
        let mut held = BTreeMap::new();
        files(&sandbox.state_directory(), &mut held);
        Stage {
            name,
            world: sandbox.simulator.snapshot(),
            files: held,
            sandbox,
        }
    }

    fn put_back(&self) {
        self.sandbox.simulator.restore(&self.world).unwrap();
        let folder = self.sandbox.state_directory();
        let mut now = BTreeMap::new();
        files(&folder, &mut now);
        for path in now.keys().filter(|path| !self.files.contains_key(*path)) {
            std::fs::remove_file(path).unwrap();
        }
        for (path, content) in &self.files {
            std::fs::write(path, content).unwrap();
        }
    }

    /// What this command calls while nothing is in its way.
    async fn calls(&self, command: impl AsyncFnOnce(&Sandbox)) -> BTreeSet<Call> {
        let before = self.sandbox.simulator.call_log().len();
        command(&self.sandbox).await;
        let calls = self.sandbox.simulator.call_log().split_off(before);
        self.put_back();
        calls
            .into_iter()
            .map(|call| (call.service, call.operation))
            .collect()
    }

    fn middlebox(&self) -> Middlebox {
        Middlebox::before(self.sandbox.simulator.http_client())
    }

    /// Looks and plans through a middlebox.
    async fn look(&self, middlebox: &Middlebox) -> Assessment {
        let aws = self.sandbox.aws_over(middlebox.wire()).await;
        let state = self.sandbox.state();
        let design = self.sandbox.design(&aws, &state);
        self.sandbox.assess(&aws, &design, &state).await
    }

    /// Applies the blueprint, or takes everything down, through a middlebox. An error ends it before its first step, such as
    /// when the caller is not known.
    async fn run(&self, middlebox: &Middlebox, up: bool) -> Result<Outcome, Stop> {
        let aws = self.sandbox.aws_over(middlebox.wire()).await;
        let design = match up {
            true => self.sandbox.design(&aws, &self.sandbox.state()),
            false => Design::default(),
        };
        self.sandbox.try_design(&aws, &design, up, None).await
    }

    /// Which of the things that a state knows are there in truth.
    async fn there(&self, state: &State) -> BTreeSet<Address> {
        let aws = self.sandbox.aws(None).await;
        let targets = survey::targets(&Design::default(), state, &|_| Ok(BTreeMap::new())).unwrap();
        let survey = survey::survey(&aws, targets).await;
        let there = survey
            .observations
            .into_iter()
            .filter_map(|(address, observation)| match observation {
                Observation::Present(_) => Some(address),
                Observation::Absent => None,
                Observation::Unknown(error) => panic!("{address}: {error}"),
            });
        there.collect()
    }

    /// How many things there are that carry an environment's tags, by kind.
    async fn marked(&self) -> BTreeMap<String, usize> {
        let aws = self.sandbox.aws(None).await;
        let mut all = discovery::iam(&aws, discovery::Roles::All).await;
        all.add(discovery::connect(&aws).await);
        all.add(discovery::appstream(&aws).await);
        all.add(discovery::buckets(&aws, None).await);
        all.add(discovery::cloudfront(&aws).await);
        assert!(all.unread.is_empty(), "{:?}", all.unread);
        let mut counted = BTreeMap::new();
        for found in all.found {
            *counted.entry(found.address.kind.name().to_owned()).or_default() += 1;
        }
        counted
    }
}

fn well(name: &str, outcome: &Outcome) {
    assert!(is_whole(outcome), "{name}: {outcome:?}");
}

fn is_whole(outcome: &Outcome) -> bool {
    outcome.failed.is_empty() && outcome.unfinished.is_empty() && outcome.open.is_empty()
}

fn ended_well(outcome: &Result<Outcome, Stop>) -> bool {
    outcome.as_ref().is_ok_and(is_whole)
}

/// What is true of every look past a liar: what is there is present or unknown, and nothing is to be made or to go.
fn nothing_is_lost(assessed: &Assessment, about: &str) {
    for (address, observation) in &assessed.survey.observations {
        assert!(
            !matches!(observation, Observation::Absent),
            "{about}: {address} counts as absent"
        );
    }
    assert!(
        !headset_core::diagnostic::has_errors(&assessed.findings),
        "{about}: {:#?}",
        assessed.findings
    );
    for step in assessed.plan.steps.values() {
        let harmless = matches!(
            step.action,
            Action::Keep | Action::Read | Action::Unknown { .. } | Action::Update { .. }
        );
        assert!(harmless, "{about}: {}: {:?}", step.address, step.action);
    }
}

/// For `plan`, `drift` and `status`, which look and plan alike.
#[test]
fn no_look_past_a_liar_misses_what_is_there() {
    on_virtual_time(async {
        let mut tried = BTreeSet::new();
        for name in EXAMPLES {
            let stage = Stage::of(name, true).await;
            let calls = stage.calls(async |sandbox| drop(sandbox.plan().await)).await;
            let middlebox = stage.middlebox();
            for (index, victim) in victims(&calls, &mut tried).into_iter().enumerate() {
                for lie in some(index, 2) {
                    middlebox.tell(victim.clone(), lie);
                    let assessed = stage.look(&middlebox).await;
                    nothing_is_lost(&assessed, &format!("{}, {victim:?}, {lie:?}", stage.name));
                }
            }
        }
        assert!(tried.len() > 30, "{tried:?}");
    });
}

/// What stays after an undisturbed destroy, by design: what lives outside, what a person made.
async fn stays(stage: &Stage, state: &State) -> BTreeSet<Address> {
    well(stage.name, &stage.sandbox.destroy(None).await);
    let stays = stage.there(state).await;
    stage.put_back();
    stays
}

#[test]
fn no_destroy_past_a_liar_forgets_what_is_left_or_ends_well() {
    on_virtual_time(async {
        let mut tried = BTreeSet::new();
        for name in EXAMPLES {
            let stage = Stage::of(name, true).await;
            let before = stage.sandbox.state();
            let stays = stays(&stage, &before).await;
            let calls = stage
                .calls(async |sandbox| drop(sandbox.destroy(None).await))
                .await;
            let middlebox = stage.middlebox();
            let all = victims(&calls, &mut tried).into_iter().enumerate();
            for (victim, lie) in
                all.flat_map(|(index, victim)| some(index, 1).map(move |lie| (victim.clone(), lie)))
            {
                let about = format!("{name}, {victim:?}, {lie:?}");
                middlebox.tell(victim, lie);
                let outcome = stage.run(&middlebox, false).await;
                let left: BTreeSet<Address> =
                    stage.there(&before).await.difference(&stays).cloned().collect();
                let now = stage.sandbox.state();
                for address in &left {
                    assert!(
                        now.resources.contains_key(address),
                        "{about}: {address} is forgotten"
                    );
                }
                assert!(
                    left.is_empty() || !ended_well(&outcome),
                    "{about}: {left:?} is left"
                );
                stage.put_back();
            }
        }
        assert!(tried.len() > 50, "{tried:?}");
    });
}

fn is_read(operation: &str) -> bool {
    ["Get", "List", "Describe", "Head", "Search"]
        .iter()
        .any(|verb| operation.starts_with(verb))
}

#[test]
fn no_apply_past_a_liar_makes_a_thing_twice_or_forgets_it() {
    on_virtual_time(async {
        let mut tried = BTreeSet::new();
        for name in EXAMPLES {
            let stage = Stage::of(name, true).await;
            let before = stage.sandbox.state();
            let there = stage.there(&before).await;
            let marked = stage.marked().await;
            let calls = stage.calls(async |sandbox| drop(sandbox.apply(None).await)).await;
            let middlebox = stage.middlebox();
            for (index, victim) in victims(&calls, &mut tried).into_iter().enumerate() {
                for lie in some(index, 1) {
                    let about = format!("{name}, {victim:?}, {lie:?}");
                    middlebox.tell(victim.clone(), lie);
                    drop(stage.run(&middlebox, true).await);
                    let now = stage.sandbox.state();
                    for (address, record) in &before.resources {
                        let id = now.resources.get(address).map(|record| &record.id);
                        assert_eq!(id, Some(&record.id), "{about}: {address}");
                    }
                    assert_eq!(stage.there(&before).await, there, "{about}");
                    assert_eq!(stage.marked().await, marked, "{about}");
                    stage.put_back();
                }
            }
        }
    });
}

#[test]
fn a_first_apply_past_a_liar_ends_the_same_once_the_liar_is_gone() {
    on_virtual_time(async {
        let mut tried = BTreeSet::new();
        for name in EXAMPLES {
            let stage = Stage::of(name, false).await;
            well(name, &stage.sandbox.apply(None).await);
            let marked = stage.marked().await;
            stage.put_back();
            let calls = stage.calls(async |sandbox| drop(sandbox.apply(None).await)).await;
            let middlebox = stage.middlebox();
            // What reads is lied about in the tests above.
            let writes =
                |victim: &Victim| matches!(victim, Victim::Call(_, operation) if !is_read(operation));
            let all = victims(&calls, &mut tried).into_iter().filter(writes).enumerate();
            for (victim, lie) in
                all.flat_map(|(index, victim)| some(index, 1).map(move |lie| (victim.clone(), lie)))
            {
                let about = format!("{name}, {victim:?}, {lie:?}");
                middlebox.tell(victim, lie);
                let outcome = stage.run(&middlebox, true).await;
                let plan = stage.sandbox.plan().await;
                assert!(plan.is_empty() || !ended_well(&outcome), "{about}: not done");
                let outcome = stage.sandbox.apply(None).await;
                well(&about, &outcome);
                let plan = stage.sandbox.plan().await;
                assert!(plan.is_empty(), "{about}");
                assert_eq!(stage.marked().await, marked, "{about}");
                let made = stage.sandbox.state().resources;
                // What a person made (applications, their links, captured images) is adopted; all else was made here, and destroy has to
                // know it.
                for (address, record) in made {
                    let is_made =
                        matches!(record.origin, Origin::Created | Origin::Existing | Origin::Shared);
                    assert!(
                        is_made
                            || registry::kind(address.kind).outlives()
                            || address.kind.name() == "appstream.image",
                        "{about}: {address}"
                    );
                }
                stage.put_back();
            }
        }
        assert!(tried.len() > 30, "{tried:?}");
    });
}

/// Whether AWS's model has a member, by its path in the answer.
fn has(table: &Table, shape: &Shape, path: &str) -> bool {
    let (step, rest) = match path.split_once('.') {
        Some((step, rest)) => (step, Some(rest)),
        None => (path, None),
    };
    let (name, is_list) = match step.strip_suffix("[]") {
        Some(name) => (name, true),
        None => (step, false),
    };
    let Some((_, member)) = shape
        .members
        .iter()
        .find(|(declared, member)| member.wire_name(declared) == name)
    else {
        return false;
    };
    let inner = table.shape(&member.shape);
    let inner = match is_list {
        true if inner.kind != Kind::List => return false,
        true => table.shape(&inner.member.as_ref().unwrap().shape),
        false => inner,
    };
    rest.is_none_or(|rest| has(table, inner, rest))
}

#[test]
fn what_has_to_be_in_answers_is_known_for_every_read_and_is_in_aws_s_models() {
    let known: BTreeSet<(&str, &str)> = TOLD.iter().map(|told| (told.service, told.operation)).collect();
    assert_eq!(known.len(), TOLD.len(), "twice");
    for (service, operation) in crate::invariants::errors::calls() {
        assert!(
            !is_read(&operation) || known.contains(&(service.as_str(), operation.as_str())),
            "say in `aws/told.rs` what AWS always sends in an answer to {service}:{operation}"
        );
    }
    for told in TOLD {
        let table = table::table(told.service).unwrap();
        let output = table.operations[told.operation].output.as_ref();
        let mut shape = table.shape(output.unwrap_or_else(|| panic!("{told:?} answers nothing")));
        if let Some(payload) = &shape.payload {
            shape = table.shape(&shape.members[payload].shape);
        }
        for path in told.members {
            assert!(has(table, shape, path), "{told:?}: no {path}");
        }
    }
}

#[test]
fn what_proves_nothing_says_who_answered_and_what_to_look_at() {
    on_virtual_time(async {
        let stage = Stage::of("minimal.yaml", true).await;
        let middlebox = stage.middlebox();
        middlebox.tell(Victim::Service("connect".to_owned()), Lie::Page(404));
        let outcome = stage.run(&middlebox, false).await;
        assert!(!ended_well(&outcome));
        let told = stage.sandbox.told();
        for words in [
            "connect:DescribeInstance failed: something between Headset and AWS answered: HTTP 404, text/html, a \
             page titled \
             `Web filter`, without AWS's request id",
            "HTTPS_PROXY",
        ] {
            assert!(told.contains(words), "{words}\n{told}");
        }
        assert!(middlebox.struck() > 1, "it is asked again");
        let error = AwsError::lacking("iam", "GetRole", "Role");
        assert_eq!(error.class, Class::Unproven);
    });
}
