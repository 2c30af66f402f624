//! Every field of every kind, changed from outside: `drift` has to tell it by its name, and an apply has to mend it.
//!
//! What others do is a call of AWS's own, made through the SDK, and never the kind's own code: where a kind
//! reads or writes a field wrongly, its own update would hide it. A field that no call of AWS's can change says why.

use std::collections::BTreeSet;

use headset::report::drift_view::{Difference, differences};
use headset_core::{Address, Compare};
use headset_engine::drift::{Class, decide};
use headset_engine::plan::Plan;
use headset_kinds::{Kind, KindId, registry};
use serde_json::Value;

use super::{Bench, Case, base, case, change, design};
use crate::support::{Sandbox, on_virtual_time};

/// What was done from outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ExternalChange {
    /// The field has another value now.
    Changed,
    /// The same, and apply leaves it: the reason.
    Left(&'static str),
    /// AWS has no call that changes it: why.
    Fixed(&'static str),
    /// There is no further way to change it.
    Enough,
}

/// A thing to be changed, after what has to be there before it.
pub(crate) type Things = Vec<(Address, Value)>;

/// The things of a kind's own case.
pub(crate) fn things(kind: &str) -> Things {
    let Case { before, subject, .. } = case(kind);
    before.into_iter().chain([subject]).collect()
}

/// The same with fields of the thing itself changed.
pub(crate) fn with(mut things: Things, fields: &[(&str, Value)]) -> Things {
    let (_, spec) = things.last_mut().unwrap();
    for (field, value) in fields {
        spec[*field] = value.clone();
    }
    things
}

/// Whether the field can be read back at all.
pub(super) fn is_reported(kind: &dyn Kind, field: &str) -> bool {
    let compare = headset_core::field::compare_of(kind.fields(), field);
    match compare {
        Compare::WriteOnly => false,
        // A tag of ours carries it.
        Compare::Applied => (kind.name(), field) == ("appstream.image_builder", "base"),
        _ => true,
    }
}

pub(crate) async fn found(bench: &Bench, things: &Things) -> (Vec<Difference>, Plan) {
    let sandbox: &Sandbox = &bench.sandbox;
    let state = sandbox.state();
    let assessed = sandbox.assess(&bench.aws, &design(things), &state).await;
    assert!(
        !headset_core::diagnostic::has_errors(&assessed.findings),
        "{:#?}",
        assessed.findings
    );
    (
        differences(&decide(
            &assessed.plan,
            &assessed.survey,
            &state,
            bench.aws.clock().now(),
        )),
        assessed.plan,
    )
}

/// Changes a field in every way that there is, each time from a bench where all is well.
async fn drifts(kind: &dyn Kind, field: &str) {
    let name = kind.name();
    let mut way = 0;
    let mut bench: Option<(Things, Bench)> = None;
    loop {
        let things = base(name, field, way);
        let address = things.last().unwrap().0.clone();
        // What was corrected is a base again.
        let kept = bench.take().filter(|(before, _)| *before == things);
        let here = match kept {
            Some((_, here)) => here,
            None => {
                let here = Bench::new().await;
                here.make(&design(&things), "creation").await;
                here
            }
        };
        let what = format!("{name}: {field}, way {way}");
        let drift = found(&here, &things).await.0;
        assert!(drift.is_empty(), "{what}: before it: {drift:#?}");
        // What was made just now may not be known everywhere yet.
        here.aws.clock().sleep(std::time::Duration::from_secs(120)).await;
        let deed = change(&here.aws, name, field, way).await;
        match deed {
            ExternalChange::Fixed(why) => {
                assert!(way == 0 && !why.is_empty(), "{what}");
                return;
            }
            ExternalChange::Enough => {
                assert!(way > 0, "{what}: nothing here changes it from outside");
                return;
            }
            ExternalChange::Changed | ExternalChange::Left(_) => {}
        }
        let (differences, plan) = found(&here, &things).await;
        let shown: String = differences.iter().map(Difference::text).collect();
        // Of what is listed, what others changed differs from what they added.
        let is_listed = (kind.fields().iter()).any(|one| one.name == field && one.listed)
            || headset_core::field::compare_of(kind.fields(), field) == Compare::Others;
        let most = if is_listed { 2 } else { 1 };
        assert!(
            (1..=most).contains(&differences.len()),
            "{what}: {} differences\n{shown}\n{}",
            differences.len(),
            super::shown(&plan)
        );
        for only in &differences {
            assert_eq!(only.address, address.to_string(), "{what}\n{shown}");
            let is_fine = only.sort == Class::Drift || (is_listed && only.sort == Class::Extra);
            assert!(is_fine, "{what}\n{shown}");
        }
        let lines = || differences.iter().flat_map(|one| &one.fields);
        let fields: BTreeSet<&str> = lines().map(|line| line.field.as_str()).collect();
        assert_eq!(fields, [field].into(), "{what}\n{shown}");
        for line in lines() {
            assert_ne!(line.was, line.is, "{what}: no difference is shown\n{shown}");
            assert_eq!(
                line.was, line.wanted,
                "{what}: the blueprint did not change\n{shown}"
            );
            assert!(line.path.starts_with(field), "{what}\n{shown}");
        }
        assert!(
            !shown.contains("$text") && !shown.contains("{\"") && !shown.contains("\\n"),
            "{what}\n{shown}"
        );
        if let ExternalChange::Left(why) = deed {
            assert!(
                plan.is_empty() && !why.is_empty(),
                "{what}\n{}",
                super::shown(&plan)
            );
        } else {
            assert!(plan.changes() > 0, "{what}: nothing mends it");
            here.make(&design(&things), &what).await;
            let drift = found(&here, &things).await.0;
            assert!(drift.is_empty(), "{what}: after it was corrected: {drift:#?}");
        }
        bench = (deed == ExternalChange::Changed).then_some((things, here));
        way += 1;
    }
}

/// Every field of a kind that can be read back.
pub(crate) fn every_field(kind: &str) {
    let kind = registry::kind(KindId::named(kind).unwrap());
    for field in kind.fields() {
        if is_reported(kind, field.name) {
            on_virtual_time(drifts(kind, field.name));
        }
    }
}
