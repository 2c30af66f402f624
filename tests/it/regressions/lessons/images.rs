//! Images: how they are named, and what happens when one is gone, too old, or of the wrong kind.

use aws_sdk_appstream::types::VisibilityType;
use headset_kinds::Condition;
use serde_json::json;

use super::{
    DESKS, applies, carried_out, count, desks, edit, example_with, fails, inject, is_empty, live, sandbox,
    with,
};
use crate::support::{Sandbox, listed, on_virtual_time, seeds};

const NEWEST: &str = "windows: { newest: AppStream-WinServer2022 }";

/// A fleet's public image under its name and under its ARN.
fn named(name: &str) -> [String; 2] {
    let arn = format!("\"arn:aws:appstream:eu-west-1::image/{name}\"");
    [name.to_owned(), arn].map(|image| with(DESKS, &[(NEWEST, &format!("windows: {{ existing: {image} }}"))]))
}

/// The two newest public images of the simulated cloud that run on a medium instance, by name.
async fn public_images(sandbox: &Sandbox) -> [String; 2] {
    let aws = sandbox.aws(None).await;
    let listed = listed::images(&aws, VisibilityType::Public).await;
    let mut names: Vec<String> = listed.into_iter().filter_map(|image| image.name).collect();
    names.retain(|name| name.starts_with("AppStream-WinServer2022"));
    names.sort();
    assert!(names.len() >= 2, "{names:?}");
    [names[0].clone(), names[1].clone()]
}

/// Lesson 5 (tfaws#22065, tfaws PR 21465): AWS answers the name and the ARN whichever was given, and a client that
/// compared both was never done; on update the ARN was not sent at all.
#[test]
fn an_image_is_named_by_name_or_by_arn_at_creation_and_in_every_change() {
    for seed in seeds() {
        on_virtual_time(async {
            let mut sandbox = sandbox(DESKS, seed);
            let [one, other] = public_images(&sandbox).await;
            let (one, other) = (named(&one), named(&other));
            // Created by ARN; the same by name is no change; another by name, by ARN, and back by name.
            for (text, updates) in [
                (&one[1], 0),
                (&one[0], 0),
                (&other[0], 1),
                (&other[1], 1),
                (&one[1], 2),
                (&other[0], 3),
            ] {
                sandbox.rewrite(text);
                applies(&sandbox, &format!("seed {seed}\n{text}")).await;
                // A fleet that is busy may refuse for a moment; what counts is what was done.
                assert_eq!(
                    carried_out(&sandbox, "UpdateFleet"),
                    updates,
                    "seed {seed}\n{text}"
                );
            }
        });
    }
}

/// Lesson 5 again, for builders: the base may be a name or an ARN too.
#[test]
fn a_builder_starts_from_a_name_or_an_arn() {
    for seed in seeds().into_iter().take(4) {
        on_virtual_time(async {
            let [name, _] = public_images(&sandbox(DESKS, seed)).await;
            for base in [
                name.clone(),
                format!("\"arn:aws:appstream:eu-west-1::image/{name}\""),
            ] {
                let base = format!("base: {base}");
                let text = example_with(
                    "split-ccp.yaml",
                    &[("base: { newest: AppStream-WinServer2022 }", &base)],
                );
                let sandbox = sandbox(&text, seed);
                applies(&sandbox, &base).await;
            }
        });
    }
}

/// Withdraws every public image of a name that begins so.
fn retire(sandbox: &Sandbox, prefix: &str) {
    edit(&sandbox.simulator, |world| {
        let images = world["appstream"]["public_images"].as_array_mut().unwrap();
        let before = images.len();
        images.retain(|image| !image["name"].as_str().unwrap().starts_with(prefix));
        assert!(images.len() < before);
    });
}

/// Lesson 14 (tfaws PR 32958, tfaws#28601): a base image was withdrawn, and the builder failed after a quarter of an
/// hour, or the plan was never the same again.
#[test]
fn a_base_image_that_is_gone_is_told_before_anything_is_made() {
    let text = example_with("split-ccp.yaml", &[]);
    on_virtual_time(async {
        let new = sandbox(&text, 0);
        retire(&new, "AppStream-WinServer2022");
        let findings = super::assessed(&new).await.findings;
        let told: Vec<String> = findings.iter().map(|finding| finding.message.clone()).collect();
        assert!(
            told.iter()
                .any(|message| message.contains("newest:AppStream-WinServer2022")),
            "{told:?}"
        );
        assert!(headset_core::diagnostic::has_errors(&findings));

        // What was made from it long ago does not care.
        let old = sandbox(&text, 0);
        applies(&old, "at first").await;
        let [one, _] = public_images(&old).await;
        retire(&old, &one);
        is_empty(&old, "one of the family is left").await;
    });
}

/// Lesson 14 again: a base of another family than the instance, and a fleet's of another one, are reported in the plan,
/// with their place. Fleets that run an image already are left alone.
#[test]
fn a_base_image_that_does_not_fit_is_told_before_anything_is_made() {
    let graphics = "builder: stream.graphics.g4dn.xlarge";
    let center = |changes: &[(&str, &str)]| example_with("split-ccp.yaml", changes);
    for (text, address) in [
        (
            center(&[("builder: stream.standard.medium", graphics)]),
            "appstream.image_builder/agent-desktop",
        ),
        (
            with(DESKS, &[("stream.standard.medium", "stream.graphics.g5.xlarge")]),
            "appstream.fleet/agents",
        ),
    ] {
        on_virtual_time(async {
            let sandbox = sandbox(&text, 0);
            let found = super::assessed(&sandbox).await.findings;
            let incompatibilities: Vec<_> = found.iter().filter(|one| one.code == "does-not-fit").collect();
            assert_eq!(incompatibilities.len(), 1, "{found:?}");
            assert!(
                incompatibilities[0].message.contains(address),
                "{}",
                incompatibilities[0].message
            );
            assert!(incompatibilities[0].place.is_some());
            assert!(headset_core::diagnostic::has_errors(&found));
        });
    }
    on_virtual_time(async {
        let sandbox = sandbox(DESKS, 0);
        applies(&sandbox, "at first").await;
        families(&sandbox, &["Graphics G5"]);
        assert!(super::assessed(&sandbox).await.findings.is_empty());
    });
}

/// Says of every public image that it runs on these families, and no others.
fn families(sandbox: &Sandbox, names: &[&str]) {
    edit(&sandbox.simulator, |world| {
        for image in world["appstream"]["public_images"].as_array_mut().unwrap() {
            image["families"] = json!(names);
        }
    });
}

/// Lesson 14 again: where AWS does not say what an image is for, the plan has nothing to say. What AWS refuses is
/// reported in its words, once.
#[test]
fn a_base_image_that_does_not_fit_is_refused_with_aws_s_reason_and_nothing_is_left_behind() {
    let text = example_with(
        "split-ccp.yaml",
        &[(
            "builder: stream.standard.medium",
            "builder: stream.graphics.g4dn.xlarge",
        )],
    );
    for names in [&[] as &[&str], &["General Purpose", "Graphics G99"]] {
        on_virtual_time(async {
            let sandbox = sandbox(&text, 0);
            families(&sandbox, names);
            assert_eq!(fails(&sandbox).await, ["appstream.image_builder/agent-desktop"]);
            let told = sandbox.told();
            assert!(told.contains("IncompatibleImageException"), "{told}");
            assert_eq!(
                count(&sandbox, "CreateImageBuilder"),
                1,
                "an image does not begin to fit by trying again"
            );
        });
    }
}

/// Lesson 14 once more: the fleet's own image is withdrawn under it. It is in use, so nothing is made or deleted.
#[test]
fn a_fleet_whose_image_was_withdrawn_is_left_alone_and_the_next_image_is_named() {
    on_virtual_time(async {
        let mut sandbox = sandbox(DESKS, 0);
        let [name, _] = public_images(&sandbox).await;
        sandbox.rewrite(&named(&name)[0]);
        applies(&sandbox, "at first").await;
        retire(&sandbox, &name);
        let assessed = super::assessed(&sandbox).await;
        assert!(
            headset_core::diagnostic::has_errors(&assessed.findings),
            "{:?}",
            assessed.findings
        );
        assert_eq!(assessed.plan.changes(), 0, "{}", super::shown(&assessed.plan));
        sandbox.rewrite(DESKS);
        applies(&sandbox, "with the newest that is left").await;
        assert_eq!(count(&sandbox, "DeleteFleet"), 0);
    });
}

/// Lesson 34 (vam#16): a capture without a single application hung without a word.
#[test]
fn a_capture_that_fails_says_why_and_the_fleet_waits_for_a_good_one() {
    let text = example_with("split-ccp.yaml", &[]);
    on_virtual_time(async {
        let sandbox = sandbox(&text, 0);
        applies(&sandbox, "at first").await;
        edit(&sandbox.simulator, |world| {
            for (_, image) in desks(world, "eu-west-1")["images"].as_object_mut().unwrap() {
                image["state"] = json!("FAILED");
                let why = json!({ "Code": "INTERNAL_ERROR", "Message": "The image could not be created." });
                image["fields"]["StateChangeReason"] = why;
            }
        });
        let condition = live(&sandbox, "appstream.image/agent-desktop").await.condition;
        let Condition::Failed { reason, .. } = &condition else {
            panic!("{condition:?}")
        };
        assert!(reason.contains("The image could not be created."), "{reason}");
        let plan = sandbox.plan().await;
        let image = super::step(&plan, "appstream.image/agent-desktop");
        let reason = headset::report::reason::of_step(image);
        assert!(reason.contains("The image could not be created."), "{reason}");
    });
    // And one without applications is no blueprint at all.
    let apps = "apps:\n        ccp: { open: ccp.in_session, display_name: Contact Control Panel }\n        \
                crm: { open: \"https://crm.example.com\", display_name: Customers }\n";
    let empty = example_with("split-ccp.yaml", &[(apps, "apps: {}\n")]);
    let (_, findings) = headset_blueprint::read(&headset_blueprint::Sources::alone("empty.yaml", &empty));
    assert!(headset_core::diagnostic::has_errors(&findings), "{findings:?}");
}

/// Lesson 23 for images: a quota that is used up is reported at once.
#[test]
fn no_more_builders_than_the_account_may_have_is_told_after_one_call() {
    on_virtual_time(async {
        let sandbox = sandbox(&example_with("split-ccp.yaml", &[]), 0);
        inject(
            &sandbox,
            json!({ "operation": "CreateImageBuilder", "kind": "error", "code": "LimitExceededException", "times": 100 }),
        );
        assert_eq!(fails(&sandbox).await, ["appstream.image_builder/agent-desktop"]);
        assert_eq!(count(&sandbox, "CreateImageBuilder"), 1);
        assert!(sandbox.told().contains("Service Quotas"), "{}", sandbox.told());
    });
}
