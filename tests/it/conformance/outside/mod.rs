//! Every field of every kind, changed from outside: `drift` has to tell it by its name, and an apply has to mend it.
//!
//! What another hand does is a call of AWS's own, made through the SDK, and never the kind's own code: where a kind
//! reads or writes a field wrongly, its own update would hide it. A field that no call of AWS's can change says why.

mod appstream;
pub(super) mod connect;
mod iam;
mod s3;
mod scaling;

use std::collections::BTreeSet;

use headset::report::drift_view::{Difference, differences};
use headset_aws::Aws;
use headset_core::{Address, Compare};
use headset_engine::drift::{Class, decide};
use headset_engine::plan::Plan;
use headset_kinds::{Kind, registry};
use serde_json::Value;

use super::{Bench, Case, case, design};
use crate::support::{Sandbox, on_virtual_time};

/// What another hand did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Deed {
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
pub(super) type Things = Vec<(Address, Value)>;

/// The things of a kind's own case.
pub(super) fn things(kind: &str) -> Things {
    let Case { before, subject, .. } = case(kind);
    before.into_iter().chain([subject]).collect()
}

/// The same with fields of the thing itself changed.
pub(super) fn with(mut things: Things, fields: &[(&str, Value)]) -> Things {
    let (_, spec) = things.last_mut().unwrap();
    for (field, value) in fields {
        spec[*field] = value.clone();
    }
    things
}

/// What the thing is before a field of it is changed so.
fn base(kind: &str, field: &str, way: usize) -> Things {
    match kind.split_once('.').unwrap().0 {
        "appstream" => appstream::base(kind, field),
        "autoscaling" => scaling::base(field),
        "connect" => connect::base(kind, field),
        "s3" => s3::base(kind, field, way),
        _ => things(kind),
    }
}

/// Changes a field of a thing as another hand does; `way` counts from 0.
async fn change(aws: &Aws, kind: &str, field: &str, way: usize) -> Deed {
    if let Some(deed) = super::own_change(aws, kind, field, way).await {
        return deed;
    }
    match kind.split_once('.').unwrap().0 {
        "appstream" => appstream::change(aws, kind, field, way).await,
        "autoscaling" => scaling::change(aws, field, way).await,
        "connect" => connect::change(aws, kind, field, way).await,
        "iam" => iam::change(aws, kind, field, way).await,
        "s3" => s3::change(aws, kind, field, way).await,
        "identity_center" | "idp" => match field {
            "application_arn" | "principal_type" | "principal_name" => Deed::Fixed(
                "an assignment is nothing but these: another one is another assignment, and this one is gone",
            ),
            _ => panic!("{kind}: no other hand changes `{field}`"),
        },
        other => panic!("{other}: no other hand changes its things"),
    }
}

/// Whether the field can be read back at all.
fn is_reported(kind: &dyn Kind, field: &str) -> bool {
    let compare = headset_core::field::compare_of(kind.fields(), field);
    match compare {
        Compare::WriteOnly => false,
        // A tag of ours carries it.
        Compare::Applied => (kind.name(), field) == ("appstream.image_builder", "base"),
        _ => true,
    }
}

pub(super) async fn found(bench: &Bench, things: &Things) -> (Vec<Difference>, Plan) {
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
        // What was mended is a base again.
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
            Deed::Fixed(why) => {
                assert!(way == 0 && !why.is_empty(), "{what}");
                return;
            }
            Deed::Enough => {
                assert!(way > 0, "{what}: no other hand changes it");
                return;
            }
            Deed::Changed | Deed::Left(_) => {}
        }
        let (differences, plan) = found(&here, &things).await;
        let shown: String = differences.iter().map(Difference::text).collect();
        let [only] = &differences[..] else {
            panic!(
                "{what}: {} differences\n{shown}\n{}",
                differences.len(),
                super::shown(&plan)
            )
        };
        assert_eq!(
            (only.sort, &only.address),
            (Class::Drift, &address.to_string()),
            "{what}\n{shown}"
        );
        let fields: BTreeSet<&str> = only.fields.iter().map(|line| line.field.as_str()).collect();
        assert_eq!(fields, [field].into(), "{what}\n{shown}");
        for line in &only.fields {
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
        if let Deed::Left(why) = deed {
            assert!(
                plan.is_empty() && !why.is_empty(),
                "{what}\n{}",
                super::shown(&plan)
            );
        } else {
            assert!(plan.changes() > 0, "{what}: nothing mends it");
            here.make(&design(&things), &what).await;
            let drift = found(&here, &things).await.0;
            assert!(drift.is_empty(), "{what}: after it was mended: {drift:#?}");
        }
        bench = (deed == Deed::Changed).then_some((things, here));
        way += 1;
    }
}

/// Every field of a kind that can be read back.
pub(super) fn every_field(kind: &str) {
    let kind = registry::kind(kind).unwrap();
    for field in kind.fields() {
        if is_reported(kind, field.name) {
            on_virtual_time(drifts(kind, field.name));
        }
    }
}
