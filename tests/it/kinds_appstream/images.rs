//! Images that nobody captures here: copies, and public ones.

use std::time::Duration;

use headset_kinds::Observation;
use headset_kinds::regions::{Identity, Regions};
use serde_json::json;

use super::streaming::captured;
use super::{Lab, SEEDS, tags};

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
async fn copies_cross_regions_wait_for_their_turn_and_carry_our_tags() {
    for seed in SEEDS {
        let here = Lab::new(seed, "eu-west-1").await;
        let mut builder = here.thing(
            "appstream.image_builder/desk",
            json!({"name": "acme-desk", "base_image": "AppStream-WinServer2022-06-17-2024",
                   "instance_type": "stream.standard.medium", "internet": false, "tags": tags()}),
        );
        builder.make().await;
        captured(&here, "acme-desk", "golden");
        let golden = here.thing("appstream.image/golden", json!({"name": "golden"}));
        golden.converge().await;

        let there = here.elsewhere("eu-west-2");
        let copy = |name: &str| {
            there.thing(
                &format!("appstream.image/{name}"),
                json!({"name": name, "copy_of": {"name": "golden", "region": "eu-west-1"},
                       "description": "A copy", "tags": tags()}),
            )
        };
        // AWS copies two at a time: the third one has to wait for its turn.
        let (mut one, mut two, mut three) = (copy("one"), copy("two"), copy("three"));
        let (live, _, _) = tokio::join!(one.make(), two.make(), three.make());
        assert_eq!(live.tags.unwrap()["headset:environment"], "acme");
        assert_eq!(live.fields["description"], "A copy");
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
        let mut beside = here.thing(
            "appstream.image/beside",
            json!({"name": "beside", "copy_of": {"name": "golden", "region": "eu-west-1"}, "tags": tags()}),
        );
        beside.make().await;

        let missing = here.thing(
            "appstream.image/missing",
            json!({"name": "missing", "copy_of": {"name": "nothing", "region": "eu-west-2"}, "tags": tags()}),
        );
        let began = here.aws.clock().now();
        let error = missing
            .kind
            .create(&missing.work(), &missing.want)
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
    let builds = lab.thing("appstream.image/a", json!({"newest": sample}));
    assert!(matches!(builds.see().await, Observation::Absent));
    let runs = lab.thing(
        "appstream.image/b",
        json!({"newest": sample, "usable_by": "fleet"}),
    );
    let Observation::Present(live) = runs.see().await else {
        panic!("there is a sample image");
    };
    assert!(live.outputs["name"].starts_with(sample));
    assert_eq!(live.outputs["platform"], "WINDOWS_SERVER_2019");
}
