//! What comes after what, before there are any steps.

use std::collections::{BTreeMap, BTreeSet};

use super::input::PlanInput;
use crate::state::{Record, State};
use headset_design::Desired;
use headset_kinds::{Address, registry};

/// What a resource comes after, in order.
pub(super) fn dependencies(desired: &Desired) -> Vec<Address> {
    desired.dependencies().into_iter().collect()
}

/// The same, and what it came after when it was applied last and the blueprint asks for no more: it lets go of that before
/// that goes.
pub(super) fn all_dependencies(
    desired: &Desired,
    record: Option<&Record>,
    input: &PlanInput<'_>,
) -> Vec<Address> {
    let mut after = dependencies(desired);
    let before = record.into_iter().flat_map(|record| &record.after);
    let given_up = before.filter(|address| {
        !input.design.resources.contains_key(*address) && input.state.resources.contains_key(*address)
    });
    after.extend(given_up.cloned());
    // A design also names what would have to be let go of, if it were there.
    let is_known = |address: &Address| {
        input.design.resources.contains_key(address) || input.state.resources.contains_key(address)
    };
    after.retain(is_known);
    after.sort();
    after.dedup();
    after
}

/// What this environment links to although it is its own: each address of a link, with the address at which state knows the
/// same thing as the environment's. An update of an image that found nothing newer is such a link.
#[derive(Debug, Default)]
pub(super) struct Linked(BTreeMap<Address, Address>);

impl Linked {
    pub(super) fn of(state: &State) -> Linked {
        let records = || state.resources.iter();
        let mut linked = BTreeMap::new();
        for (link, record) in records().filter(|(_, record)| record.is_link()) {
            let is_it = |(at, own): &(&Address, &Record)| {
                at.kind == link.kind && !own.is_link() && own.is_same(record)
            };
            if let Some((own, _)) = records().find(is_it) {
                linked.insert(link.clone(), own.clone());
            }
        }
        Linked(linked)
    }

    /// What an address comes after, and the things behind the links among it: who uses a link uses the thing, under the name
    /// that it has in AWS. What a person is asked for anew is another thing than the one behind the link.
    pub(super) fn behind(
        &self,
        address: &Address,
        mut after: Vec<Address>,
        input: &PlanInput<'_>,
    ) -> Vec<Address> {
        let stays_itself = |own: &&Address| match input.design.resources.get(*own) {
            Some(desired) => registry::kind(own.kind).checkpoint(own, &desired.spec).is_none(),
            None => true,
        };
        let found = after.iter().filter_map(|link| self.0.get(link));
        let found = found.filter(stays_itself);
        let more: Vec<Address> = found
            .filter(|own| !self.leads(own, address, input))
            .cloned()
            .collect();
        if !more.is_empty() {
            after.extend(more);
            after.sort();
            after.dedup();
        }
        after
    }

    /// Whether a thing comes after this address itself, be it by a link: a builder may start from a link to what was
    /// captured on it.
    fn leads(&self, from: &Address, to: &Address, input: &PlanInput<'_>) -> bool {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(at) = open.pop() {
            if at == *to {
                return true;
            }
            if !seen.insert(at.clone()) {
                continue;
            }
            let record = input.state.resources.get(&at);
            open.extend(record.into_iter().flat_map(|record| record.after.iter().cloned()));
            open.extend(input.design.resources.get(&at).into_iter().flat_map(dependencies));
            open.extend(self.0.get(&at).cloned());
        }
        false
    }
}

/// The same addresses, each after everything that it depends on.
pub(super) fn in_dependency_order<'a>(
    addresses: &BTreeSet<&'a Address>,
    input: &PlanInput<'a>,
) -> Vec<&'a Address> {
    fn visit<'a>(
        address: &'a Address,
        known: &BTreeSet<&'a Address>,
        input: &PlanInput<'a>,
        seen: &mut BTreeSet<&'a Address>,
        order: &mut Vec<&'a Address>,
    ) {
        let Some(&address) = known.get(address) else {
            return;
        };
        if !seen.insert(address) {
            return;
        }
        let after = match input.design.resources.get(address) {
            Some(desired) => dependencies(desired),
            None => input
                .state
                .resources
                .get(address)
                .map(|record| record.after.clone())
                .unwrap_or_default(),
        };
        for dependency in &after {
            if let Some(&dependency) = known.get(dependency) {
                visit(dependency, known, input, seen, order);
            }
        }
        order.push(address);
    }
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    for &address in addresses {
        visit(address, addresses, input, &mut seen, &mut order);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::Schedule;
    use crate::plan::{Action, Node, Phase, Plan, Selection, graph, plan};
    use crate::state::Origin;
    use crate::survey::Survey;
    use crate::tests::table::{
        INSTANCE, ORIGIN, address, design, desired, empty_state, input, instance, live_of, origin, record,
    };
    use headset_design::{Design, Mode};
    use headset_kinds::Observation;
    use serde_json::json;

    const LINK: &str = "connect.instance/link";
    const OTHER: &str = "connect.instance/other";

    /// An instance, a link to it as an update of an image that found nothing newer is one, and what uses the link alone.
    fn linked() -> State {
        let mut state = empty_state();
        let mut put = |at: &str, record: Record| state.resources.insert(address(at), record);
        put(INSTANCE, record(INSTANCE, &instance().spec, &[]));
        let link = Record {
            origin: Origin::Existing,
            ..record(INSTANCE, &json!({ "alias": "acme" }), &[])
        };
        put(LINK, link);
        let spec = json!({ "instance_id": "id-of-main", "origin": "https://pages.example.com" });
        put(ORIGIN, record(ORIGIN, &spec, &[LINK]));
        state
    }

    fn planned(design: &Design, state: &State, scope: &Selection) -> Plan {
        let mut survey = Survey::default();
        let seen = state.resources.iter().map(|(at, record)| {
            let whose = if at.key == "link" {
                address(INSTANCE)
            } else {
                at.clone()
            };
            let spec = if at.key == "link" {
                &instance().spec
            } else {
                &record.spec
            };
            (at.clone(), live_of(&whose, spec))
        });
        for (at, live) in seen {
            survey.outputs.insert(at.clone(), live.outputs.clone());
            survey.observations.insert(at, Observation::Present(live));
        }
        for at in design.resources.keys() {
            survey
                .observations
                .entry(at.clone())
                .or_insert(Observation::Absent);
        }
        plan(&PlanInput {
            scope,
            ..input(design, state, &survey)
        })
        .0
    }

    fn node(at: &str, phase: Phase) -> Node {
        let address = address(at);
        Node { address, phase }
    }

    #[test]
    fn a_thing_goes_after_what_uses_a_link_to_it() {
        let down = planned(&Design::default(), &linked(), &Selection::default());
        assert!(matches!(down.steps[&address(INSTANCE)].action, Action::Delete));
        assert_eq!(
            graph(&down)[&node(INSTANCE, Phase::Down)],
            [node(ORIGIN, Phase::Down)]
        );
        // Also where only the thing is to go.
        let scope = Selection {
            targets: [address(INSTANCE)].into(),
            ..Selection::default()
        };
        let down = planned(&Design::default(), &linked(), &scope);
        assert!(
            down.steps.contains_key(&address(ORIGIN)),
            "{:?}",
            down.steps.keys()
        );
        // And where a blueprint has neither any more, and what used the link uses another thing.
        let mut moved = origin();
        moved.spec["instance_id"] = json!("id-of-other");
        let pruned = planned(
            &design([desired(OTHER, instance().spec), moved]),
            &linked(),
            &Selection::default(),
        );
        let before = &graph(&pruned)[&node(INSTANCE, Phase::Down)];
        assert!(
            before.iter().any(|one| one.address == address(ORIGIN)),
            "{before:?}"
        );
    }

    #[test]
    fn what_a_link_leads_to_is_not_replaced() {
        let mut link = desired(LINK, json!({ "alias": "acme" }));
        link.mode = Mode::Existing;
        let scope = Selection {
            replaces: [address(INSTANCE)].into(),
            ..Selection::default()
        };
        let plan = planned(&design([instance(), link]), &linked(), &scope);
        let action = &plan.steps[&address(INSTANCE)].action;
        assert!(matches!(action, Action::Refused { .. }), "{action:?}");
    }

    #[test]
    fn what_was_made_with_the_help_of_a_link_to_itself_makes_no_circle() {
        let mut state = linked();
        let own = state.resources.get_mut(&address(INSTANCE)).unwrap();
        own.after = vec![address(ORIGIN)];
        let down = planned(&Design::default(), &state, &Selection::default());
        assert!(Schedule::new(graph(&down), 4).is_ok());
    }
}
