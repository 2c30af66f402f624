//! Entries that get another key: the same things under other addresses. Nothing in AWS is touched, even for what is
//! derived from the key goes along, and no plan takes away at one address what another one keeps.

mod lines;
mod others;
mod renamed;

use std::collections::BTreeMap;
use std::path::Path;

use headset_blueprint::Sources;
use headset_blueprint::model::{At, Blueprint, Move, Source};
use headset_core::Address;
use headset_core::diagnostic::Place;
use headset_engine::plan::{Action, Plan, Verdict};
use headset_kinds::names;
use headset_simulator::world::Settings;

use crate::support::desk::Desk;
use crate::support::{Sandbox, effort, example, examples, needs_an_instance, on_virtual_time, ready_for};

fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

/// Whether everything stays as it is in AWS, and state alone learns new addresses.
fn only_moves(plan: &Plan) -> bool {
    let stays = |action: &Action| matches!(action, Action::Keep | Action::Read);
    plan.deposed.is_empty() && plan.steps.values().all(|step| stays(&step.action))
}

/// Every blueprint that comes with Headset, by its path.
fn blueprints() -> Vec<(String, Blueprint)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["blueprints", "tests/scenarios", "tests/whole"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                found.push(path.display().to_string());
            }
        }
    }
    found.sort();
    let read = |path: String| {
        let text = std::fs::read_to_string(&path).unwrap();
        let (blueprint, findings) = headset_blueprint::read(&Sources {
            load: &|wanted| std::fs::read_to_string(wanted).map_err(|error| error.to_string().into()),
            variable: &|_| Some("From-a-variable-1".to_owned()),
            ..Sources::alone(&path, &text)
        });
        blueprint
            .map(|blueprint| (path.clone(), blueprint))
            .ok_or((path, findings))
    };
    found.into_iter().filter_map(|path| read(path).ok()).collect()
}

/// What the entry is called in AWS from now on, under any key: what it is called now.
fn with_its_name(blueprint: &mut Blueprint, entry: &Address) {
    let environment = blueprint.name.value.clone();
    let Some(section) = &mut blueprint.appstream else {
        return;
    };
    let own = match entry.kind.name() {
        "appstream.image" => match section.images.get_mut(&entry.key) {
            Some(Source::Ours(image)) => Some(&mut image.entry),
            _ => None,
        },
        "appstream.fleet" => match section.fleets.get_mut(&entry.key) {
            Some(Source::Ours(fleet)) => Some(&mut fleet.entry),
            _ => None,
        },
        _ => match section.stacks.get_mut(&entry.key) {
            Some(Source::Ours(stack)) => Some(&mut stack.entry),
            _ => None,
        },
    };
    if let Some(own) = own.filter(|own| own.name.is_none()) {
        own.name = Some(At {
            value: names::name(&[&environment, &entry.key], names::APPSTREAM),
            place: own.place.clone(),
        });
    }
}

fn place() -> Place {
    Place {
        file: "renamed.yaml".into(),
        line: 1,
        column: 1,
        bytes: (0, 0),
    }
}

/// The same blueprint with other keys for these entries, all at once; with lines that say so, or without any.
fn renamed(blueprint: &Blueprint, keys: &BTreeMap<Address, String>, lines: bool, named: bool) -> Blueprint {
    let mut renamed = blueprint.clone();
    for entry in keys.keys().filter(|_| named) {
        with_its_name(&mut renamed, entry);
    }
    // By way of keys that nothing has, so that two may swap theirs.
    for (index, entry) in keys.keys().enumerate() {
        renamed = headset_design::rekeyed(&renamed, entry, &format!("between-{index}"));
    }
    for (index, (entry, key)) in keys.iter().enumerate() {
        let between = Address::new(entry.kind, format!("between-{index}"));
        renamed = headset_design::rekeyed(&renamed, &between, key);
    }
    renamed.moved.clear();
    if lines {
        let at = |value| At {
            value,
            place: place(),
        };
        renamed.moved = keys
            .iter()
            .map(|(entry, key)| Move {
                from: at(entry.clone()),
                to: at(Address::new(entry.kind, key)),
            })
            .collect();
    }
    renamed
}

/// Each entry of every blueprint gets another key, alone and all of them together, with lines and without: the example
/// is made in the simulator, and renamed there.
#[test]
fn an_entry_of_another_key_is_the_same_thing() {
    for name in examples() {
        on_virtual_time(async {
            let mut sandbox = ready_for(&name, Settings::default()).await;
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{outcome:?}"
            );
            let before = sandbox.blueprint().clone();
            let files = sandbox.keep();
            let entries = headset_design::entries(&before);
            let mut cases: Vec<BTreeMap<Address, String>> = entries
                .iter()
                .map(|entry| BTreeMap::from([(entry.clone(), "another".to_owned())]))
                .collect();
            let every = |(index, entry): (usize, &Address)| (entry.clone(), format!("another-{index}"));
            cases.push(entries.iter().enumerate().map(every).collect());
            for keys in cases.iter().filter(|keys| !keys.is_empty()) {
                for lines in [true, false] {
                    let about = format!("{name} {keys:?}, lines: {lines}");
                    sandbox.put_back(&files);
                    sandbox.reshape(|_| renamed(&before, keys, lines, true));
                    let calls = sandbox.simulator.call_log().len();
                    let plan = sandbox.plan().await;
                    assert!(only_moves(&plan), "{about}\n{}", shown(&plan));
                    assert_eq!(plan.verdict(), Verdict::Changes, "{about}");
                    assert!(plan.moved.len() >= keys.len(), "{about}: {:?}", plan.moved);
                    let outcome = sandbox.apply_alone().await;
                    assert!(
                        outcome.failed.is_empty() && outcome.open.is_empty(),
                        "{about}: {outcome:?}"
                    );
                    let plan = sandbox.plan().await;
                    assert!(plan.is_empty(), "{about}\n{}", shown(&plan));
                    let log = sandbox.simulator.call_log();
                    let changed: Vec<&str> = log[calls..]
                        .iter()
                        .map(|call| call.operation.as_str())
                        .filter(|operation| !crate::support::fixtures::only_reads(operation))
                        .filter(|operation| *operation != "AssumeRole")
                        .collect();
                    assert_eq!(changed, Vec::<&str>::new(), "{about}");
                    // The blueprint of before is refused from now on.
                    sandbox.reshape(|_| before.clone());
                    let aws = sandbox.aws(None).await;
                    let state = sandbox.state();
                    let design = sandbox.design(&aws, &state);
                    let refused = headset_engine::state::moves(&state, &design).refused;
                    assert_eq!(refused.len(), 1, "{about}: {refused:?}");
                    assert_eq!(refused[0].code, "older-blueprint", "{about}");
                }
            }
            // Where names follow keys, things are replaced, and nothing is made beside what is deleted.
            // An application that leads to a stack of another name has to be changed by its own people first.
            let desktops = before
                .sign_in
                .as_ref()
                .is_some_and(|sign_in| sign_in.appstream.is_some());
            if !needs_an_instance(&name) && !entries.is_empty() && !desktops {
                sandbox.put_back(&files);
                let keys = cases.last().unwrap();
                sandbox.reshape(|_| renamed(&before, keys, true, false));
                let plan = sandbox.plan().await;
                for step in plan.steps.values() {
                    let torn = matches!(
                        step.action,
                        Action::Create | Action::Delete | Action::Adopt { .. }
                    );
                    assert!(!torn, "{name}: {}\n{}", step.address, shown(&plan));
                }
                let outcome = sandbox.apply(None).await;
                assert!(
                    outcome.failed.is_empty() && outcome.open.is_empty(),
                    "{name}: {outcome:?}"
                );
                let plan = sandbox.plan().await;
                assert!(plan.is_empty(), "{name}\n{}", shown(&plan));
            }
        });
    }
}

/// Desktops with everything that is made of an entry's key, and names of their own. `{S0}` and the like are keys.
const DESKS: &str = "\
version: 1
name: acme-desks
aws: { region: eu-west-1, identity_center: { region: us-east-1 } }
lifetime: 1d
connect: { alias: acme-desks }
sign_in:
  idp: { identity_center: { application: acme-desks, groups: [agents] } }
  appstream: { stacks: { {S0}: {}, {S1}: {} } }
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718] }
  images:
    {I0}: { newest: AppStream-WinServer2022 }
    {I1}:
      name: acme-desks-i1
      base: { newest: AppStream-WinServer2022 }
      builder: stream.standard.medium
      browser: chrome
      apps: { crm: { open: \"https://crm.example.com\" } }
  fleets:
    {F0}: { name: acme-desks-f0, image: {I0}, instance: stream.standard.medium, capacity: { min: 1, max: 2, target: 60 } }
    {F1}: { name: acme-desks-f1, image: {I1}, instance: stream.standard.medium, capacity: 1 }
  stacks:
    {S0}: { name: acme-desks-s0, fleet: {F0} }
    {S1}: { name: acme-desks-s1, fleet: {F1} }
    {S2}: { name: acme-desks-s2, fleet: {F1} }
  users:
    agent1@example.com: { first: Agent, last: One, stacks: [{S0}, {S2}] }
";

/// The keys of before, by what stands for them.
const KEYS: [(&str, &str); 7] = [
    ("I0", "a"),
    ("I1", "b"),
    ("F0", "a"),
    ("F1", "b"),
    ("S0", "a"),
    ("S1", "b"),
    ("S2", "c"),
];

fn desks(keys: &BTreeMap<&str, String>) -> String {
    keys.iter().fold(DESKS.to_owned(), |text, (name, key)| {
        text.replace(&format!("{{{name}}}"), key)
    })
}

/// Numbers that look random, from a seed that is printed where something fails.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % count
    }
}

/// Random keys from few: swaps, circles and chains among them. In all cases the things are the same, and state
/// alone changes; where the old key is free, a line may say so.
#[test]
fn whatever_keys_are_exchanged_the_things_stay_the_same() {
    on_virtual_time(async {
        let before: BTreeMap<&str, String> = KEYS
            .iter()
            .map(|(name, key)| (*name, (*key).to_owned()))
            .collect();
        let mut sandbox = Sandbox::new("desks.yaml", &desks(&before), Settings::default());
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        let files = sandbox.keep();
        for seed in effort::seeds(12, 48) {
            let mut dice = Dice(seed);
            let mut now: BTreeMap<&str, String> = BTreeMap::new();
            for (name, _) in KEYS {
                // Of four keys two or three are used, so that most of them were in use before.
                let taken = |key: &str, now: &BTreeMap<&str, String>| {
                    now.iter()
                        .any(|(other, used)| other[..1] == name[..1] && used == key)
                };
                let free: Vec<&str> = ["a", "b", "c", "d"]
                    .into_iter()
                    .filter(|key| !taken(key, &now))
                    .collect();
                now.insert(name, free[dice.below(free.len())].to_owned());
            }
            let kind = |name: &str| match &name[..1] {
                "I" => "appstream.image",
                "F" => "appstream.fleet",
                _ => "appstream.stack",
            };
            let mut lines = String::new();
            let mut changed = 0;
            for (name, key) in &now {
                if before[name] == *key {
                    continue;
                }
                changed += 1;
                let still = now
                    .iter()
                    .any(|(other, used)| other[..1] == name[..1] && *used == before[name]);
                let onto = before
                    .iter()
                    .any(|(other, used)| other[..1] == name[..1] && used == key);
                if !still && !onto && dice.below(2) == 0 {
                    lines = format!("{lines}  {0}/{1}: {0}/{key}\n", kind(name), before[name]);
                }
            }
            if !lines.is_empty() {
                lines = format!("moved:\n{lines}");
            }
            let text = desks(&now) + &lines;
            sandbox.put_back(&files);
            sandbox.rewrite(&text);
            let calls = sandbox.simulator.call_log().len();
            let plan = sandbox.plan().await;
            assert!(only_moves(&plan), "seed {seed}\n{text}\n{}", shown(&plan));
            assert!(
                plan.moved.len() >= changed,
                "seed {seed}\n{text}\n{}",
                shown(&plan)
            );
            let outcome = sandbox.apply_alone().await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "seed {seed}: {outcome:?}"
            );
            let plan = sandbox.plan().await;
            assert!(plan.is_empty(), "seed {seed}\n{text}\n{}", shown(&plan));
            let log = sandbox.simulator.call_log();
            let reads = log[calls..].iter().all(|call| {
                crate::support::fixtures::only_reads(&call.operation) || call.operation == "AssumeRole"
            });
            assert!(reads, "seed {seed}");
        }
        let outcome = sandbox.destroy(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.unfinished.is_empty(),
            "{outcome:?}"
        );
    });
}

/// What other kinds of blueprints ask for follows an entry, too, as far as the design alone can tell: state holds what
/// was asked for under the old keys, and afterwards everything that is asked for under the new ones.
#[test]
fn every_address_that_is_made_of_a_key_goes_along() {
    let all = blueprints();
    assert!(all.len() >= 10, "{}", all.len());
    let mut seen = 0;
    for (path, before) in &all {
        let context = context(before);
        let mut before = before.clone();
        before.moved.clear();
        before.removed.clear();
        let state = applied(&before, &context);
        let entries = headset_design::entries(&before);
        for entry in &entries {
            for lines in [true, false] {
                let keys = BTreeMap::from([(entry.clone(), "another".to_owned())]);
                let now = renamed(&before, &keys, lines, true);
                let (design, _) = headset_engine::state::designed(&now, &context, &state);
                let moved = headset_engine::state::moves(&state, &design);
                assert!(
                    moved.findings.is_empty() && moved.refused.is_empty(),
                    "{path} {entry}: {moved:?}"
                );
                // An image that lives outside and is named by ARN, or is the newest one, has nothing to be known by.
                let is_known = design.resources.values().all(|desired| {
                    desired.mode == headset_design::Mode::Existing || moved.state.knows(&desired.address)
                });
                assert!(is_known, "{path} {entry}, lines: {lines}: {:?}", moved.renames);
                for address in moved.state.resources.keys() {
                    let linked = state_links(&moved.state, address);
                    assert!(
                        linked || design.resources.contains_key(address),
                        "{path} {entry}: {address} stays behind"
                    );
                }
                seen += 1;
            }
        }
    }
    assert!(seen >= 60, "{seen}");
}

fn state_links(state: &headset_engine::state::State, address: &Address) -> bool {
    state.resources[address].origin == headset_engine::state::Origin::Existing
}

fn context(blueprint: &Blueprint) -> headset_design::DesignContext {
    let region = blueprint
        .aws
        .region
        .as_ref()
        .map_or("eu-west-1", |region| &region.value);
    headset_design::DesignContext {
        account: "123456789012".to_owned(),
        partition: "aws".to_owned(),
        region: region.to_owned(),
        appstream_region: region.to_owned(),
        identity_center_region: region.to_owned(),
        lineage: "6f1d0c1e-1111-4111-8111-111111111111".to_owned(),
        expires: None,
        given: headset_design::Given::default(),
        library: headset_design::Library::StandIn,
    }
}

/// Whether an output is the origin of the instance.
fn is_origin(address: &Address, output: &str) -> bool {
    *address == headset_design::connect_instance() && output == headset_kinds::output::ORIGIN
}

/// A state in which all of it was applied.
fn applied(blueprint: &Blueprint, context: &headset_design::DesignContext) -> headset_engine::state::State {
    use headset_core::{Outputs, text};
    use headset_engine::state::{Origin, Record, State};
    use headset_kinds::registry;
    let mut state = State::new(
        &blueprint.name.value,
        "123456789012",
        &context.region,
        context.lineage.clone(),
    );
    let (design, _) = headset_design::design(blueprint, context);
    let mut outputs = Outputs::new();
    let mut left: Vec<&headset_design::Desired> = design.resources.values().collect();
    while !left.is_empty() {
        let before = left.len();
        left.retain(|desired| {
            let spec = text::resolve(&desired.spec, &outputs);
            if text::is_unknown(&spec) {
                return true;
            }
            let kind = registry::kind(desired.address.kind);
            let told: BTreeMap<String, String> = kind
                .outputs()
                .iter()
                .map(|(name, _)| {
                    let known = spec.get(*name).and_then(serde_json::Value::as_str);
                    // The instance is at the host that its alias tells.
                    let origin = headset_design::origins(blueprint, context).connect;
                    let known = known.or(origin.as_deref().filter(|_| is_origin(&desired.address, name)));
                    let value = known.map_or_else(|| format!("{name} of {}", desired.address), str::to_owned);
                    ((*name).to_owned(), value)
                })
                .collect();
            outputs.insert(desired.address.clone(), told.clone());
            let origin = match desired.mode {
                headset_design::Mode::Managed => Origin::Created,
                headset_design::Mode::Existing => Origin::Existing,
                headset_design::Mode::Ensured => Origin::Shared,
            };
            let record = Record {
                id: format!("id of {}", desired.address),
                origin,
                spec,
                outputs: told,
                protect: false,
                after: Vec::new(),
                waits: Default::default(),
                as_found: false,
            };
            state.resources.insert(desired.address.clone(), record);
            false
        });
        assert!(left.len() < before, "{left:?}");
    }
    state
}

/// As users meet it: with the program.
#[test]
fn a_renamed_stack_is_moved_and_an_older_blueprint_is_refused() {
    let (_, text) = example("split-ccp.yaml");
    let desk = Desk::with(&text);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let renamed = text.replace(
        "  stacks:\n    agents:\n",
        "  stacks:\n    desk:\n      name: acme-support-agents\n",
    );
    assert_ne!(renamed, text);
    desk.write(&renamed);
    let said = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(said.code, Some(2), "{}\n{}", said.data, said.talk);
    assert!(
        said.data.contains("moved here from appstream.stack/agents"),
        "{}",
        said.data
    );
    for never in ["- appstream", "adopt", "to delete", "to create"] {
        assert!(!said.data.contains(never), "{never}\n{}", said.data);
    }

    // A line with a mistake is a mistake with a place, wherever it is made.
    desk.write(&(renamed.clone() + "\nmoved:\n  appstream.stack/agnets: appstream.stack/desk\n"));
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(said.code, Some(1), "{}\n{}", said.data, said.talk);
    for expected in [
        "center.yaml:",
        "moved-from-nothing",
        "did you mean `appstream.stack/agents`?",
    ] {
        assert!(said.talk.contains(expected), "{expected}\n{}", said.talk);
    }
    desk.write(&(renamed.clone() + "\nmoved:\n  appstream.stack/agents: appstream.stack/desc\n"));
    let said = desk.run(&["validate", "center.yaml"]);
    assert_eq!(said.code, Some(1), "{}\n{}", said.data, said.talk);
    for expected in [
        "center.yaml:",
        "moved-to-nothing",
        "did you mean `appstream.stack/desk`?",
    ] {
        assert!(said.talk.contains(expected), "{expected}\n{}", said.talk);
    }

    desk.write(&renamed);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let said = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.data, said.talk);
    // A colleague who has not pulled yet.
    desk.write(&text);
    for command in ["plan", "apply", "drift", "status"] {
        let mut arguments = vec![command, "center.yaml", "--sim"];
        arguments.extend((command == "apply").then_some("--yes"));
        let said = desk.run(&arguments);
        assert_eq!(said.code, Some(5), "{command}\n{}\n{}", said.data, said.talk);
        for expected in [
            "appstream.stack/agents was moved to appstream.stack/desk",
            "git pull",
            "moved: { appstream.stack/desk: appstream.stack/agents }",
        ] {
            assert!(said.talk.contains(expected), "{expected}\n{}", said.talk);
        }
        assert!(!said.data.contains("moved here"), "{}", said.data);
    }
    // On purpose it goes back, as the refusal says.
    desk.write(&(text + "\nmoved: { appstream.stack/desk: appstream.stack/agents }\n"));
    let said = desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    assert!(
        said.data.contains("moved here from appstream.stack/desk"),
        "{}",
        said.data
    );
    let said = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.data, said.talk);
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
}
