//! Images: those that people capture here, copies, and public ones.

mod assistant;
mod captured;
mod catalog;
mod hosted;
mod imported;
mod package;
mod resting;
mod rollout;
mod script;
mod typed;
mod updated;
mod versions;

use std::time::Duration;

use aws_sdk_appstream::types::ImagePermissions;
use headset_aws::Aws;
use headset_core::{Address, KindId, tag};
use headset_kinds::Observation;
use headset_kinds::regions::{Identity, Regions};
use serde_json::{Value, json};

use super::image_builder::builder_after_role;
use super::streaming::captured;
use super::{arn, change_tags};
use crate::invariants::conformance::{Case, ExternalChange, address, after, other_tags, tags};
use crate::kinds::lab::{Lab, seeds as lab_seeds, tags as lab_tags};

const IMAGE: &str = "acme-desktop-abcdef12";

fn image(name: &str) -> (Address, Value) {
    let mut with_recipe = tags();
    with_recipe[tag::RECIPE] = json!("abcdef");
    let spec = json!({
        "name": name, "builder": after("appstream.image_builder/desktop", "name"), "region": "eu-west-1",
        "display_name": "Desktop", "description": "The agents' desktop", "recipe": "abcdef", "tags": with_recipe,
        "apps": [{ "name": "crm", "display_name": "CRM", "path": "C:\\Program Files\\crm.exe", "parameters": "" }],
        "share": { "111122223333": { "fleet": true, "builder": false } },
    });
    (address("appstream.image/desktop"), spec)
}

/// A captured image, after what it is made with.
pub(crate) fn captured_image() -> Vec<(Address, Value)> {
    let mut things = builder_after_role();
    things.push(image("acme-desktop-abcdef12"));
    things
}

pub(crate) fn case() -> Case {
    Case {
        before: builder_after_role(),
        subject: image("acme-desktop-abcdef12"),
        changes: vec![
            ("tags", {
                let mut changed = other_tags();
                changed[tag::RECIPE] = json!("abcdef");
                changed
            }),
            (
                "share",
                json!({ "111122223333": { "fleet": false, "builder": true } }),
            ),
            ("share", json!({})),
            (
                "share",
                json!({ "111122223333": { "fleet": true, "builder": false } }),
            ),
        ],
        unchanged: vec![],
    }
}

/// Shares it with another account, as others do.
pub(crate) async fn put(aws: &Aws, _: KindId) -> String {
    assert_eq!(share(aws, 0).await, ExternalChange::Changed);
    "444455556666".to_owned()
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    match field {
        "name" => ExternalChange::Fixed("AppStream has no call that renames it"),
        "tags" => change_tags(aws, &arn(&format!("image/{IMAGE}")), way).await,
        "share" => share(aws, way).await,
        other => panic!("appstream.image: nothing here changes from outside `{other}`"),
    }
}

async fn share(aws: &Aws, way: usize) -> ExternalChange {
    let with = |account: &str, builder: bool| {
        let allowed = ImagePermissions::builder()
            .allow_fleet(!builder)
            .allow_image_builder(builder)
            .build();
        let request = aws.appstream().update_image_permissions().name(IMAGE);
        request
            .shared_account_id(account)
            .image_permissions(allowed)
            .send()
    };
    match way {
        0 => with("444455556666", false).await.map(drop).unwrap(),
        1 => with("111122223333", true).await.map(drop).unwrap(),
        2 => {
            let request = aws.appstream().delete_image_permissions().name(IMAGE);
            request
                .shared_account_id("111122223333")
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        _ => return ExternalChange::Enough,
    }
    ExternalChange::Changed
}

impl Lab {
    /// The same cloud, seen from another region.
    fn elsewhere(&self, region: &str) -> Lab {
        let regions = Regions {
            appstream: region.to_owned(),
            ..self.aws.regions().clone()
        };
        Lab {
            simulator: self.simulator.clone(),
            aws: self.aws.with_regions(regions, Identity::Same),
            seed: self.seed,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn copies_cross_regions_wait_for_their_turn_and_carry_our_lab_tags() {
    for seed in lab_seeds() {
        let here = Lab::new(seed, "eu-west-1").await;
        let mut builder = here.resource(
            "appstream.image_builder/desk",
            json!({"name": "acme-desk", "base_image": "AppStream-WinServer2022-06-17-2024",
                   "instance_type": "stream.standard.medium", "internet": false, "tags": lab_tags()}),
        );
        builder.make().await;
        captured(&here, "acme-desk", "golden");
        let golden = here.resource("appstream.image/golden", json!({"name": "golden"}));
        golden.converge().await;

        let there = here.elsewhere("eu-west-2");
        let copy = |name: &str| {
            there.resource(
                &format!("appstream.image/{name}"),
                json!({"name": name, "copy_of": {"name": "golden", "region": "eu-west-1"},
                       "description": "A copy", "tags": lab_tags()}),
            )
        };
        // AWS copies two at a time: the third one has to wait for its turn.
        let (mut one, mut two, mut three) = (copy("one"), copy("two"), copy("three"));
        let (live, _, _) = tokio::join!(one.make(), two.make(), three.make());
        assert_eq!(*live.reported("description"), "A copy");
        assert_eq!(live.tags.unwrap()["headset:environment"], "acme");
        assert_eq!(live.outputs["platform"], "WINDOWS_SERVER_2022");
        assert!(
            one.kind.loss(&two.converge().await).is_none(),
            "a copy can be copied again"
        );
        assert!(golden.kind.loss(&golden.converge().await).is_some());

        one.want["share"] = json!({});
        one.change(json!({"share": {"111122223333": {"fleet": true, "builder": false}}}))
            .await;
        one.delete().await;

        // The same region is a region, too.
        let mut beside = here.resource(
            "appstream.image/beside",
            json!({"name": "beside", "copy_of": {"name": "golden", "region": "eu-west-1"}, "tags": lab_tags()}),
        );
        beside.make().await;

        let missing = here.resource(
            "appstream.image/missing",
            json!({"name": "missing", "copy_of": {"name": "nothing", "region": "eu-west-2"}, "tags": lab_tags()}),
        );
        let began = here.aws.clock().now();
        let error = missing
            .kind
            .create_any(&missing.work(), &missing.want)
            .await
            .unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert!(here.aws.clock().now().duration_since(began).unsigned_abs() < Duration::from_secs(60));
    }
}

#[tokio::test(start_paused = true)]
async fn a_fleet_can_run_what_no_builder_can_start_from() {
    let lab = Lab::new(0, "eu-west-1").await;
    let sample = "Amazon-AppStream2-Sample-Image";
    let builds = lab.resource("appstream.image/a", json!({"newest": sample}));
    assert!(matches!(builds.see().await, Observation::Absent));
    let runs = lab.resource(
        "appstream.image/b",
        json!({"newest": sample, "usable_by": "fleet"}),
    );
    let Observation::Present(live) = runs.see().await else {
        panic!("there is a sample image");
    };
    assert!(live.outputs["name"].starts_with(sample));
    assert_eq!(live.outputs["platform"], "WINDOWS_SERVER_2019");
}
