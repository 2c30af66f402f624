//! What there is of what a draft of a blueprint asks for, others' things among it, and what the draft does not say of it: for a
//! blueprint that is written after the fact.

use std::collections::{BTreeMap, BTreeSet};

use headset_core::field::{FieldChange, TAGS};
use headset_core::untold::Untold;
use headset_core::{Address, AwsError, Outputs};
use headset_design::{Design, Mode};
use headset_kinds::{Live, Observation, registry, tag, text};
use serde_json::Value;

use crate::assess::assess;
use crate::drift::{Class, undeclared_of};
use crate::session::{Session, Stop};
use crate::survey::Survey;

/// What there is.
#[derive(Debug)]
pub struct Existing {
    /// What the draft asks for and is there.
    pub there: BTreeMap<Address, Live>,
    /// What the draft asks for and is not there.
    pub absent: Vec<Address>,
    /// What could not be read, and why.
    pub unread: Vec<(Address, AwsError)>,
    /// What is in the lists of what is there, and the draft does not ask for.
    pub more: Vec<Address>,
    /// The environment that all of it belongs to, as tags say that are there: its state is lost, or elsewhere.
    pub environment: Option<String>,
}

/// Looks at what a draft asks for. Changes nothing.
///
/// # Errors
/// If state cannot be read.
pub async fn look(session: &Session) -> Result<Existing, Stop> {
    let survey = assess(session, &session.design, &session.state).await?.survey;
    let lost = lost(&survey);
    let lineage = lost
        .as_ref()
        .map_or(&session.state.lineage, |(lineage, _)| lineage);
    let listed = undeclared_of(session, &survey, lineage).await;
    let extras = listed.into_iter().filter(|entry| entry.class == Class::Extra);
    let mut existing = Existing {
        there: BTreeMap::new(),
        absent: Vec::new(),
        unread: Vec::new(),
        more: extras.map(|entry| entry.address).collect(),
        environment: lost.map(|(_, environment)| environment),
    };
    for (address, seen) in survey.observations {
        match seen {
            Observation::Present(live) => {
                existing.there.insert(address, live);
            }
            Observation::Absent => existing.absent.push(address),
            Observation::Unknown(error) => existing.unread.push((address, error)),
        }
    }
    Ok(existing)
}

/// Lineage and name of the one environment whose tags are on what is there.
fn lost(survey: &Survey) -> Option<(String, String)> {
    let mut marked = BTreeSet::new();
    for seen in survey.observations.values() {
        if let Observation::Present(live) = seen
            && let Some(tags) = &live.tags
            && let (Some(lineage), Some(environment)) = (tags.get(tag::LINEAGE), tags.get(tag::ENVIRONMENT))
        {
            marked.insert((lineage.clone(), environment.clone()));
        }
    }
    let mut marked = marked.into_iter();
    marked.next().filter(|_| marked.next().is_none())
}

/// What a design does not say of things that are there, thing by thing. Of what it only links to, it says no more.
pub fn untold(design: &Design, there: &BTreeMap<Address, Live>) -> Vec<(Address, Untold)> {
    let mut found = Vec::new();
    for (address, live, want) in managed(design, there) {
        let kind = registry::kind(address.kind);
        let differs = kind.diff(&want, live);
        // What a spec has is as wanted if its kind takes it for that: two documents may mean the same.
        let is_said = |one: &Untold| {
            one.member.is_none()
                && want.get(one.field).is_some()
                && !differs.iter().any(|change| change.field == one.field)
        };
        let of_one = live.untold(kind.fields(), &want).into_iter();
        let is_elsewhere = |one: &Untold| {
            let member = one.member.as_deref();
            member.is_some_and(|member| kind.said_elsewhere().contains(&member))
        };
        let of_one = of_one.filter(|one| !is_said(one) && !is_elsewhere(one));
        found.extend(of_one.map(|one| (address.clone(), one)));
    }
    found
}

/// How much of values that are there a design leaves unsaid, or says otherwise: 0, where it says one.
pub fn distances(
    design: &Design,
    there: &BTreeMap<Address, Live>,
    values: &[&(Address, Untold)],
) -> Vec<usize> {
    let open = untold(design, there);
    let wanted: BTreeMap<&Address, Value> = managed(design, there)
        .map(|(address, _, want)| (address, want))
        .collect();
    let distance = |one: &&(Address, Untold)| {
        if !open.contains(one) {
            return 0;
        }
        let (address, value) = one;
        let field = wanted.get(address).and_then(|want| want.get(value.field));
        let want = match &value.member {
            Some(member) => field.and_then(|field| field.get(member)),
            None => field,
        };
        let (mut wanted, mut live) = (BTreeSet::new(), BTreeSet::new());
        leaves(want.unwrap_or(&Value::Null), "", &mut wanted);
        leaves(&value.live, "", &mut live);
        wanted.symmetric_difference(&live).count().max(1)
    };
    values.iter().map(distance).collect()
}

/// The values in a value, each with where it is. Where in a list does not count.
fn leaves(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            // That there is something counts by itself: a drive without any settings.
            found.insert(format!("{path}:"));
            for (name, member) in members {
                leaves(member, &format!("{path}.{name}"), found);
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| leaves(item, &format!("{path}[]"), found)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.insert(format!("{path}={value}"));
        }
    }
}

/// What an apply of a design would change of things that are there, but for their tags. What is known only later is left out.
pub fn changes(design: &Design, there: &BTreeMap<Address, Live>) -> Vec<(Address, FieldChange)> {
    let mut found = Vec::new();
    for (address, live, want) in managed(design, there) {
        let changes = registry::kind(address.kind).diff(&want, live).into_iter();
        let changes = changes.filter(|change| change.field != TAGS && !text::is_unknown(&change.want));
        found.extend(changes.map(|change| (address.clone(), change)));
    }
    found
}

/// What a design asks to be made and is there, with what it is to be, as far as that is known.
fn managed<'a>(
    design: &Design,
    there: &'a BTreeMap<Address, Live>,
) -> impl Iterator<Item = (&'a Address, &'a Live, Value)> {
    let outputs = there.iter();
    let outputs: Outputs = outputs
        .map(|(address, live)| (address.clone(), live.outputs.clone()))
        .collect();
    there.iter().filter_map(move |(address, live)| {
        let desired = design.resources.get(address)?;
        let want = text::resolve(&desired.spec, &outputs);
        (desired.mode == Mode::Managed).then_some((address, live, want))
    })
}
