//! Every list of every kind: what others put into one is extra, by its id, and apply leaves it.

use headset_core::{Address, KindId};
use headset_design::Lists;
use headset_engine::drift::{Class, Entry, Why, undeclared};
use headset_kinds::appstream::{FleetAssociationSpec, FleetSpec, ImageSpec, StackSpec, ThemeSpec};
use headset_kinds::autoscaling::FleetScalingSpec;
use headset_kinds::{List, registry};

use super::external::{Things, things};
use super::{Bench, design, put_into, shown};
use crate::support::on_virtual_time;

/// What others have, in the lists of these things.
async fn extras(bench: &Bench, things: &Things, lists: Option<(&Address, Lists)>) -> Vec<Entry> {
    let state = bench.sandbox.state();
    let mut design = design(things);
    let lists = lists.map(|(holder, lists)| (holder.clone(), lists));
    design.lists.extend(lists);
    // What one command has read it does not read again.
    let aws = bench.sandbox.aws(None).await;
    let assessed = bench.sandbox.assess(&aws, &design, &state).await;
    let session = bench.sandbox.session(&aws, &design, &state);
    undeclared(&session, &assessed.survey).await
}

/// The things of a kind, with room for more in the list.
fn base(kind: KindId, list: &List) -> Things {
    let mut things = things(kind.name());
    if list.holder == kind {
        // A list that the blueprint declares is a field, and others' additions to it are that field's.
        let fields = things.last_mut().unwrap().1.as_object_mut().unwrap();
        fields.remove(ImageSpec::SHARE.name);
    }
    let of_one = [
        // A stack has one fleet, and one theme; a fleet has one target.
        (FleetAssociationSpec::KIND, StackSpec::KIND),
        (ThemeSpec::KIND, StackSpec::KIND),
        (FleetScalingSpec::KIND, FleetSpec::KIND),
    ];
    if of_one.contains(&(kind, list.holder)) {
        things.pop();
    }
    things
}

async fn tells(kind: KindId, list: &'static List) {
    let what = format!("{} of {}", list.what, list.holder.name());
    let things = base(kind, list);
    let bench = Bench::new().await;
    bench.make(&design(&things), &what).await;
    let born = extras(&bench, &things, None).await;
    assert!(born.is_empty(), "{what}: right after an apply: {born:#?}");
    // What was made just now may not be known everywhere yet.
    bench.aws.clock().sleep(std::time::Duration::from_secs(120)).await;
    let id = put_into(&bench.aws, kind.name(), list.holder).await;
    let found = extras(&bench, &things, None).await;
    let [
        Entry {
            class: Class::Extra,
            why: Why::Undeclared {
                holder, physical_id, ..
            },
            ..
        },
    ] = &found[..]
    else {
        panic!("{what}: {found:#?}")
    };
    assert_eq!(
        (*physical_id == id, holder.kind),
        (true, list.holder),
        "{what}: {physical_id}"
    );
    let plan = bench.plan(&design(&things)).await;
    assert!(plan.is_empty(), "{what}: apply leaves it\n{}", shown(&plan));
    let shared = extras(&bench, &things, Some((holder, Lists::OnlyDeclared))).await;
    assert!(shared.is_empty(), "{what}: shared with others: {shared:#?}");
}

#[test]
fn what_others_put_into_a_list_is_extra_and_stays() {
    let mut tried = 0;
    for kind in registry::KINDS {
        for list in kind.lists() {
            on_virtual_time(tells(kind.id(), list));
            tried += 1;
        }
    }
    assert!(tried > 0, "no kind names a list");
}

/// Kinds whose things are in another thing, and that no list is read of, each with the reason.
const NOT_LISTED: &[(&str, &str)] = &[("identity_center.link", "an application has one link")];

#[test]
fn every_kind_that_is_inside_another_names_its_list() {
    for kind in registry::KINDS {
        let things = things(kind.name());
        let (_, spec) = things.last().unwrap();
        let inside = kind
            .identity()
            .iter()
            .filter_map(|field| field.of(spec))
            .any(|value| !headset_core::text::references(value).is_empty());
        let excused = NOT_LISTED
            .iter()
            .any(|(name, why)| *name == kind.name() && !why.is_empty());
        assert!(
            !inside || excused || !kind.lists().is_empty(),
            "{} is inside another thing, and names no list of it",
            kind.name()
        );
        assert!(
            !excused || kind.lists().is_empty(),
            "{} needs no excuse",
            kind.name()
        );
    }
}
