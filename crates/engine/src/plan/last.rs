//! What counts as long as there is one of it: where a stack has entitlements, users see what these give them; where it has
//! none, all of them see everything.

use std::collections::BTreeMap;

use serde_json::Value;

use super::model::{Action, Step};
use headset_kinds::{Address, KindId, LastOne, registry};

/// Things after which there is none of their sort in one place, be it only until the next one is made.
#[derive(Debug)]
pub(super) struct Lasts(Vec<(Address, LastOne)>);

/// The steps about things of one kind in one place.
type Places = BTreeMap<(KindId, String), Vec<Address>>;

fn places(steps: &BTreeMap<Address, Step>) -> Places {
    let mut places = Places::new();
    for (address, step) in steps {
        let last = registry::kind(address.kind).last_one();
        let place = last
            .and_then(|last| last.within.of(&step.want))
            .map(Value::to_string);
        if let Some(place) = place {
            places
                .entry((address.kind, place))
                .or_default()
                .push(address.clone());
        }
    }
    places
}

/// Lets what is new come before what goes in the same place, and finds what leaves a place without any.
pub(super) fn order(steps: &mut BTreeMap<Address, Step>) -> Lasts {
    let mut lasts = Vec::new();
    for ((kind, _), here) in places(steps) {
        let goes = |address: &&Address| matches!(steps[*address].action, Action::Delete);
        let going: Vec<Address> = here.iter().filter(goes).cloned().collect();
        let removes = |address: &&Address| steps[*address].action.removes();
        // What could not be read, or is not Headset's to delete, is there.
        let is_there = |address: &&Address| {
            let action = &steps[*address].action;
            !action.removes() && (action.provides() || action.blocks())
        };
        if let Some(last) = registry::kind(kind).last_one()
            && !here.iter().any(|address| is_there(&address))
        {
            lasts.extend(here.iter().filter(removes).map(|address| (address.clone(), last)));
        }
        if going.is_empty() {
            continue;
        }
        for address in &here {
            let step = steps.get_mut(address).expect("it is one of them");
            if step.action.changes() && step.action.provides() {
                step.after.extend(going.iter().cloned());
                step.after.sort();
                step.after.dedup();
            }
        }
    }
    Lasts(lasts)
}

impl Lasts {
    /// Says of each what it means. Where the place itself goes, it means nothing.
    pub(super) fn mark(self, steps: &mut BTreeMap<Address, Step>) {
        for (address, last) in self.0 {
            let goes = |place: &Address| steps.get(place).is_some_and(|step| step.action.removes());
            let Some(step) = steps.get(&address) else {
                continue;
            };
            let mut place = step.after.iter().filter(|one| one.kind == last.place);
            if place.any(goes) {
                continue;
            }
            if let Some(step) = steps.get_mut(&address) {
                step.side_effect.get_or_insert_with(|| last.effect.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Impact, Node, Phase, Plan, Reason, graph};
    use headset_design::{Lists, Mode};
    use serde_json::json;

    fn step(at: &str, action: Action, after: &[&str]) -> Step {
        Step {
            address: at.parse().unwrap(),
            action,
            reason: Reason::Asked,
            side_effect: None,
            causes: Vec::new(),
            impact: Impact::None,
            after: after.iter().map(|at| at.parse().unwrap()).collect(),
            protect: false,
            mode: Mode::Managed,
            lists: Lists::All,
            waits: Default::default(),
            want: json!({ "stack": "acme-agents", "name": at }),
            id: None,
            answers: BTreeMap::new(),
            place: None,
        }
    }

    const STACK: &str = "appstream.stack/agents";
    const SALES: &str = "appstream.entitlement/agents:sales";
    const OTHER: &str = "appstream.entitlement/agents:support";

    /// What taking `sales` away also does, with these steps beside it.
    fn effect(steps: impl IntoIterator<Item = Step>) -> (Option<String>, BTreeMap<Address, Step>) {
        let steps = steps.into_iter().chain([step(SALES, Action::Delete, &[STACK])]);
        let mut steps = steps.map(|step| (step.address.clone(), step)).collect();
        order(&mut steps).mark(&mut steps);
        (steps[&SALES.parse().unwrap()].side_effect.clone(), steps)
    }

    #[test]
    fn the_last_one_of_a_place_says_what_its_going_means() {
        let stack = |action| step(STACK, action, &[]);
        let said = effect([stack(Action::Keep)]).0.unwrap();
        assert!(said.contains("all of its applications"), "{said}");
        // Where another stays or comes, users see what that gives; where the stack goes, nothing.
        assert_eq!(
            effect([stack(Action::Keep), step(OTHER, Action::Keep, &[STACK])]).0,
            None
        );
        assert_eq!(
            effect([stack(Action::Keep), step(OTHER, Action::Create, &[STACK])]).0,
            None
        );
        assert_eq!(effect([stack(Action::Delete)]).0, None);
        assert!(
            effect([stack(Action::Keep), step(OTHER, Action::Delete, &[STACK])])
                .0
                .is_some()
        );
    }

    #[test]
    fn what_is_renamed_comes_before_it_goes_also_where_the_place_changes() {
        for changed in [Action::Keep, Action::Update { diff: Vec::new() }] {
            let others = [step(STACK, changed, &[]), step(OTHER, Action::Create, &[STACK])];
            let plan = Plan {
                environment: "acme".to_owned(),
                as_of: String::new(),
                steps: effect(others).1,
                moved: Vec::new(),
                deposed: Vec::new(),
                outputs: BTreeMap::new(),
                unread: Vec::new(),
                partial: None,
                over_limit: Vec::new(),
            };
            let graph = graph(&plan);
            let node = |at: &str, phase| Node {
                address: at.parse().unwrap(),
                phase,
            };
            assert_eq!(graph[&node(SALES, Phase::Down)], [node(OTHER, Phase::Up)]);
            assert!(crate::apply::Schedule::new(graph, 4).is_ok());
        }
    }
}
