//! What a blueprint asks for and others made, or an environment whose state was lost: what of it may be taken
//! over, and as what. Pure, like the planner. Taking over changes state only; the next plan says what differs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::model::Plan;
use super::ownership::belongs_to_another;
use crate::state::{Origin, Record, State};
use crate::survey::Survey;
use headset_core::AwsError;
use headset_core::diagnostic::Diagnostic;
use headset_design::{Design, Desired, Mode};
use headset_kinds::shell::word;
use headset_kinds::{Address, Kind, Live, Observation, field, registry, tag, text};

/// Everything that decides about an import.
#[derive(Clone, Copy, Debug)]
pub struct ImportInput<'a> {
    /// What is wanted.
    pub design: &'a Design,
    /// What is known already.
    pub state: &'a State,
    /// What is there.
    pub survey: &'a Survey,
    /// The plan of the same moment: it has every wanted spec as far as it is known, and its dependencies.
    pub plan: &'a Plan,
    /// What to take over; empty: everything that is wanted, exists, and belongs to no environment.
    pub only: &'a [Address],
}

/// What is to be taken over.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// The lineage that the tags of an environment tell whose state was lost; the state goes on with it.
    pub inherited: Option<Inheritance>,
    /// What state is to know from now on, dependencies first.
    pub records: Vec<(Address, Record)>,
    /// What cannot be taken over, and why.
    pub findings: Vec<Diagnostic>,
    /// What could not be read, so that it is not known whether it is there. A finding says why.
    pub unread: Vec<Address>,
}

/// What the tags of a lost environment tell of its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inheritance {
    /// The value of `headset:id`.
    pub lineage: String,
    /// The value of `headset:expires`.
    pub expires: Option<String>,
}

/// Decides what may be taken over.
pub fn import(input: &ImportInput<'_>) -> Import {
    let chosen = |address: &Address| input.only.is_empty() || input.only.contains(address);
    let mut import = Import {
        inherited: inheritance(input),
        unread: missed(input, chosen),
        ..Import::default()
    };
    for address in input.only {
        if let Some(finding) = unfit(input, address) {
            import.findings.push(finding);
        }
    }
    let mut waiting: BTreeSet<&Address> = input
        .design
        .resources
        .values()
        .filter(|desired| {
            desired.mode == Mode::Managed && !input.state.resources.contains_key(&desired.address)
        })
        .map(|desired| &desired.address)
        .filter(|address| chosen(address))
        .collect();
    // Whether a thing without tags may be taken over depends on what it hangs on: round after round, until nothing new
    // is found.
    loop {
        let mut taken = Vec::new();
        for address in &waiting {
            let desired = &input.design.resources[*address];
            match judge(input, &import, desired) {
                Verdict::Later => continue,
                Verdict::Take(record) => import.records.push(((*address).clone(), record)),
                Verdict::Refuse(finding) => import.findings.push(finding),
                Verdict::Leave => {}
            }
            taken.push(*address);
        }
        if taken.is_empty() {
            break;
        }
        for address in taken {
            waiting.remove(address);
        }
    }
    for address in waiting {
        let place = input.design.resources[address].place.clone();
        let why = match hangs_on_unread(input, address) {
            true => {
                "what it depends on could not be read, so Headset does not know whose it is: it was not taken over"
            }
            false => {
                "what it depends on does not belong to this environment, so it stays when the environment is \
                taken down"
            }
        };
        import.findings.push(
            Diagnostic::warning("import-left", format!("{address} exists already, and {why}"))
                .at_maybe(place)
                .help(format!(
                    "`headset import FILE {}` takes it over anyway",
                    word(&address.to_string())
                )),
        );
    }
    import
}

/// What is decided about one thing.
enum Verdict {
    Take(Record),
    Refuse(Diagnostic),
    Leave,
    /// What it hangs on has to be decided first.
    Later,
}

fn judge(input: &ImportInput<'_>, import: &Import, desired: &Desired) -> Verdict {
    let address = &desired.address;
    let kind = registry::kind(address.kind);
    let live = match input.survey.observations.get(address) {
        Some(Observation::Present(live)) => live,
        // What was named has its finding already.
        Some(Observation::Unknown(error)) if input.only.is_empty() => {
            return Verdict::Refuse(unread(desired, error));
        }
        _ => return Verdict::Leave,
    };
    let lineage = import
        .inherited
        .as_ref()
        .map_or(&input.state.lineage, |inherited| &inherited.lineage);
    let by_a_person = input
        .plan
        .steps
        .get(address)
        .is_some_and(|step| kind.checkpoint(address, &step.want).is_some());
    let origin = match live.tags.as_ref().map(|tags| tags.get(tag::LINEAGE)) {
        Some(Some(tagged)) if tagged == lineage && by_a_person => Origin::Adopted,
        Some(Some(tagged)) if tagged == lineage => Origin::Created,
        Some(Some(_)) => {
            return Verdict::Refuse(
                belongs_to_another(input.state, live)
                    .finding(address)
                    .at_maybe(desired.place.clone()),
            );
        }
        Some(None) => Origin::Imported,
        None => match origin_without_tags(input, import, kind, desired) {
            Some(origin) => origin,
            None => return Verdict::Later,
        },
    };
    Verdict::Take(record(input, kind, desired, live, origin))
}

/// Says of a thing that it could not be read: whether it is there is not known.
fn unread(desired: &Desired, error: &AwsError) -> Diagnostic {
    let message = format!("{} could not be read: {error}", desired.address);
    Diagnostic::error("unknown", message)
        .at_maybe(desired.place.clone())
        .help("Headset does not know whether it exists: import again once it can be read")
}

/// What the blueprint asks for, state does not know, and could not be read.
fn missed(input: &ImportInput<'_>, chosen: impl Fn(&Address) -> bool) -> Vec<Address> {
    let is_unread = |desired: &&Desired| {
        let observation = input.survey.observations.get(&desired.address);
        desired.mode == Mode::Managed
            && !input.state.resources.contains_key(&desired.address)
            && matches!(observation, Some(Observation::Unknown(_)))
    };
    let wanted = input.design.resources.values().filter(is_unread);
    let addresses = wanted.map(|desired| desired.address.clone());
    addresses.filter(|address| chosen(address)).collect()
}

/// Whether something that a thing comes after could not be read.
fn hangs_on_unread(input: &ImportInput<'_>, address: &Address) -> bool {
    let is_unread = |parent| {
        matches!(
            input.survey.observations.get(parent),
            Some(Observation::Unknown(_))
        )
    };
    let step = input.plan.steps.get(address);
    step.is_some_and(|step| step.after.iter().any(is_unread))
}

/// How a thing comes here that cannot say whose it is: as what it hangs on did. `None`: that is not known yet, or lives
/// outside, so that others may need it.
fn origin_without_tags(
    input: &ImportInput<'_>,
    import: &Import,
    kind: &dyn Kind,
    desired: &Desired,
) -> Option<Origin> {
    let step = input.plan.steps.get(&desired.address)?;
    if kind.checkpoint(&desired.address, &step.want).is_some() {
        // A person made it, and a person deletes it.
        return Some(Origin::Adopted);
    }
    if input.only.contains(&desired.address) {
        return Some(Origin::Imported);
    }
    // What it is in or between, as its identity says; its other references say nothing about its owner.
    let within: BTreeSet<Address> = kind
        .identity()
        .iter()
        .filter_map(|field| field.of(&desired.spec))
        .flat_map(text::references)
        .map(|(address, _)| address)
        .collect();
    let parents = if within.is_empty() {
        step.after.iter().cloned().collect()
    } else {
        within
    };
    let mut made = !parents.is_empty();
    for parent in &parents {
        let mode = input.design.resources.get(parent).map(|parent| parent.mode);
        let known = input.state.resources.get(parent);
        let now = import.records.iter().find(|(taken, _)| taken == parent);
        let origin = known
            .or(now.map(|(_, record)| record))
            .map(|record| record.origin);
        match (mode, origin) {
            (Some(Mode::Ensured), _) | (_, Some(Origin::Created | Origin::Shared)) => {}
            (_, Some(Origin::Imported | Origin::Adopted)) => made = false,
            (_, Some(Origin::Existing) | None) => return None,
        }
    }
    Some(if made { Origin::Created } else { Origin::Imported })
}

/// What state is to know of a thing: of its spec only what is so already, as if that alone had been applied.
fn record(
    input: &ImportInput<'_>,
    kind: &dyn Kind,
    desired: &Desired,
    live: &Live,
    origin: Origin,
) -> Record {
    let step = input.plan.steps.get(&desired.address);
    let want = text::resolve(&desired.spec, &input.survey.outputs);
    let differing: BTreeSet<String> = kind
        .diff(&want, live)
        .into_iter()
        .map(|change| change.field)
        .collect();
    let spec: BTreeMap<String, Value> = want
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| {
            let named = kind.identity().iter().any(|field| field == *name);
            let same = !differing.contains(*name) && !field::is_applied_only(kind.fields(), name);
            (named || same) && !text::is_unknown(value)
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Record {
        id: live.id.clone(),
        origin,
        spec: spec.into_iter().collect(),
        outputs: live.outputs.clone(),
        protect: desired.protect,
        after: step.map(|step| step.after.clone()).unwrap_or_default(),
        waits: desired.waits,
        as_found: true,
    }
}

/// Why something that was asked for by its address cannot be taken over at all.
fn unfit(input: &ImportInput<'_>, address: &Address) -> Option<Diagnostic> {
    let Some(desired) = input.design.resources.get(address) else {
        let names: Vec<String> = input.design.resources.keys().map(ToString::to_string).collect();
        let likeness = |name: &String| strsim::jaro_winkler(name, &address.to_string());
        let near = names
            .iter()
            .max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
            .map_or_else(String::new, |name| format!("; did you mean {name}?"));
        return Some(
            Diagnostic::error(
                "import-not-wanted",
                format!("the blueprint asks for no {address}{near}"),
            )
            .help("`headset plan FILE` lists the addresses of everything that it asks for"),
        );
    };
    let finding = |code, message: String| Diagnostic::error(code, message).at_maybe(desired.place.clone());
    if input.state.resources.contains_key(address) {
        return Some(
            Diagnostic::warning("import-known", format!("state knows {address} already"))
                .at_maybe(desired.place.clone()),
        );
    }
    match (desired.mode, input.survey.observations.get(address)) {
        (Mode::Existing | Mode::Ensured, _) => Some(
            finding(
                "import-linked",
                format!("the blueprint only links to {address}, which keeps its owner"),
            )
            .help("name it in the blueprint as an entry of its own to take it over"),
        ),
        (Mode::Managed, Some(Observation::Present(_))) => None,
        (Mode::Managed, Some(Observation::Unknown(error))) => Some(unread(desired, error)),
        (Mode::Managed, Some(Observation::Absent) | None) => Some(
            finding("import-not-found", format!("there is no {address}")).help(
                "check its name, the account and the region; `headset apply FILE` makes what is not there",
            ),
        ),
    }
}

/// The lineage of the environment of this name, if this state is a blank one and tags tell of exactly one.
fn inheritance(input: &ImportInput<'_>) -> Option<Inheritance> {
    let State { environment, .. } = input.state;
    if input.state.holds_anything() {
        return None;
    }
    let mut found: BTreeMap<&String, Option<&String>> = BTreeMap::new();
    for desired in input.design.resources.values() {
        let Some(Observation::Present(live)) = input.survey.observations.get(&desired.address) else {
            continue;
        };
        let Some(tags) = live.tags.as_ref().filter(|_| desired.mode == Mode::Managed) else {
            continue;
        };
        if let Some(lineage) = tags.get(tag::LINEAGE)
            && tags.get(tag::ENVIRONMENT) == Some(environment)
        {
            found.insert(lineage, tags.get(tag::EXPIRES));
        }
    }
    // Two environments of one name: whose state was lost is for people to say.
    let mut lineages = found.into_iter();
    match (lineages.next(), lineages.next()) {
        (Some((lineage, expires)), None) if *lineage != input.state.lineage => Some(Inheritance {
            lineage: lineage.clone(),
            expires: expires.cloned(),
        }),
        _ => None,
    }
}
