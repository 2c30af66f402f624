//! What others put into the lists of an environment's things, and the blueprint does not declare.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use headset_core::{Address, AwsError, KindId};
use headset_design::{Design, Lists};
use headset_kinds::{Cloud, Extra, Holder, List, Live, Observation, registry, tag};

use super::report::{Class, Entry, Why};
use crate::state::{OtherEnvironments, State};
use crate::survey::Survey;

/// A list that was read beyond what is known.
pub(super) struct Listed {
    /// The thing that has it.
    holder: Address,
    /// The kind of what is in it.
    kind: KindId,
    list: &'static List,
    found: Result<Vec<Extra>, AwsError>,
}

/// Reads the lists of everything that is there and whose lists the blueprint does not share with others.
pub(super) async fn look(
    cloud: &dyn Cloud,
    design: &Design,
    state: &State,
    others: &OtherEnvironments,
    survey: &Survey,
) -> Vec<Listed> {
    let known = known(state, others, survey);
    let none = BTreeSet::new();
    let reads = holders(design, survey).flat_map(|(holder, live)| {
        let (none, known) = (&none, &known);
        registry::KINDS.iter().flat_map(move |kind| {
            let lists = kind.lists().iter();
            let of_holder = lists.filter(move |list| list.holder == holder.kind);
            of_holder.map(move |list| async move {
                let known = known.get(&kind.id()).unwrap_or(none);
                let spec = &design.resources[holder].spec;
                let found = cloud.extras(*kind, list, Holder { live, spec, known }).await;
                Listed {
                    holder: holder.clone(),
                    kind: kind.id(),
                    list,
                    found,
                }
            })
        })
    });
    join_all(reads).await
}

/// The things whose lists are theirs alone: what lives outside is shared with others, unless the blueprint says otherwise.
fn holders<'a>(design: &'a Design, survey: &'a Survey) -> impl Iterator<Item = (&'a Address, &'a Live)> {
    design.resources.values().filter_map(|desired| {
        let lists = design.lists_of(desired);
        match survey.observations.get(&desired.address) {
            Some(Observation::Present(live)) if lists == Lists::All => Some((&desired.address, live)),
            _ => None,
        }
    })
}

/// The physical ids of what is known, by kind.
fn known(state: &State, others: &OtherEnvironments, survey: &Survey) -> BTreeMap<KindId, BTreeSet<String>> {
    let seen = survey
        .observations
        .iter()
        .filter_map(|(address, seen)| match seen {
            Observation::Present(live) => Some((address.kind, &live.id)),
            Observation::Absent | Observation::Unknown(_) => None,
        });
    let next = survey
        .successors
        .iter()
        .map(|(address, live)| (address.kind, &live.id));
    let applied = state
        .resources
        .iter()
        .map(|(address, record)| (address.kind, &record.id));
    let deposed = state
        .deposed
        .iter()
        .map(|(address, record)| (address.kind, &record.id));
    let beside = others.ids.iter().map(|(kind, id)| (*kind, id));
    let mut known: BTreeMap<KindId, BTreeSet<String>> = BTreeMap::new();
    for (kind, id) in seen.chain(next).chain(applied).chain(deposed).chain(beside) {
        known.entry(kind).or_default().insert(id.clone());
    }
    known
}

/// What is extra, and which lists could not be read. Pure.
pub(super) fn entries(listed: Vec<Listed>, design: &Design, lineage: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    // An association is in the lists of both sides.
    let mut seen = BTreeSet::new();
    for Listed {
        holder,
        kind,
        list,
        found,
    } in listed
    {
        let place = design
            .resources
            .get(&holder)
            .and_then(|desired| desired.place.clone());
        let entry = |class, address, why| Entry {
            class,
            address,
            why,
            fields: Vec::new(),
            waived: None,
            place: place.clone(),
        };
        match found {
            Err(error) => entries.push(entry(
                Class::Unknown,
                holder,
                Why::Unlisted {
                    what: list.what.to_owned(),
                    error,
                },
            )),
            Ok(extras) => {
                for extra in extras.into_iter().filter(|extra| !is_anothers(extra, lineage)) {
                    if !seen.insert((kind, extra.id.clone())) {
                        continue;
                    }
                    let address = match list.holder == kind {
                        true => holder.clone(),
                        false => Address::new(kind, extra.key),
                    };
                    let why = Why::Undeclared {
                        holder: holder.clone(),
                        one: list.one.to_owned(),
                        physical_id: extra.id,
                        about: extra.about,
                    };
                    entries.push(entry(Class::Extra, address, why));
                }
            }
        }
    }
    entries
}

/// Whether it is another environment's, as its tags say.
fn is_anothers(extra: &Extra, lineage: &str) -> bool {
    let tags = extra.tags.as_ref();
    tags.and_then(|tags| tags.get(tag::LINEAGE))
        .is_some_and(|of| of != lineage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use headset_core::{Class as ErrorClass, address};

    static USERS: List = List {
        holder: KindId::of("connect.instance"),
        one: "a user",
        what: "users",
    };

    fn listed(found: Result<Vec<Extra>, AwsError>) -> Listed {
        Listed {
            holder: address!("connect.instance", "main"),
            kind: KindId::of("connect.user"),
            list: &USERS,
            found,
        }
    }

    fn user(id: &str, lineage: Option<&str>) -> Extra {
        Extra {
            tags: Some(
                lineage
                    .map(|lineage| (tag::LINEAGE.to_owned(), lineage.to_owned()))
                    .into_iter()
                    .collect(),
            ),
            ..Extra::new(id, id)
        }
    }

    #[test]
    fn what_another_environments_tag_is_on_is_not_extra() {
        let users = vec![user("a", None), user("b", Some("other")), user("c", Some("own"))];
        let found = entries(vec![listed(Ok(users))], &Design::default(), "own");
        let ids: Vec<&str> = found.iter().map(|entry| entry.address.key.as_str()).collect();
        assert_eq!(ids, ["a", "c"]);
        assert!(found.iter().all(|entry| entry.class == Class::Extra));
    }

    #[test]
    fn what_is_in_two_lists_is_told_once() {
        let twice = vec![
            listed(Ok(vec![user("a", None)])),
            listed(Ok(vec![user("a", None)])),
        ];
        assert_eq!(entries(twice, &Design::default(), "own").len(), 1);
    }

    #[test]
    fn a_list_that_is_denied_is_unknown_and_not_empty() {
        let error = AwsError::own(ErrorClass::Denied, "no");
        let found = entries(vec![listed(Err(error))], &Design::default(), "own");
        assert_eq!(found[0].class, Class::Unknown);
        assert!(matches!(&found[0].why, Why::Unlisted { what, .. } if what == "users"));
    }
}
