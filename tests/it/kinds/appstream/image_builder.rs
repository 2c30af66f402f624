//! Image builders.

use headset_aws::Aws;
use headset_client::services::app_stream::UpdateImageBuilder;
use headset_core::{Address, tag};
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use super::{arn, change_tags};
use crate::invariants::conformance::{Case, ExternalChange, address, after, other_tags, tags};
use crate::kinds::iam::role::machine;
use crate::support::{Sandbox, listed, on_virtual_time, seeds};

const BUILDER: &str = "acme-desktop";

fn builder() -> (Address, Value) {
    let spec = json!({
        "name": "acme-desktop", "base_image": "AppStream-WinServer2022-06-17-2024",
        "base": "newest:AppStream-WinServer2022",
        "instance_type": "stream.standard.medium", "subnets": ["subnet-0a1b2c3d4e5f60718"],
        "security_groups": ["sg-0a1b2c3d4e5f60718"], "internet": false, "root_volume": 250, "imds_v1": false,
        "role": "arn:aws:iam::123456789012:role/acme-machine", "agent": "LATEST", "display_name": "Desktop",
        "description": "Where images are made", "tags": tags(),
    });
    (address("appstream.image_builder/desktop"), spec)
}

/// A builder waits for the role only where its spec refers to it.
pub(crate) fn builder_after_role() -> Vec<(Address, Value)> {
    let (builder, mut spec) = builder();
    spec["role"] = after("iam.role/machine", "arn");
    vec![machine(), (builder, spec)]
}

pub(crate) fn case() -> Case {
    let mut before = builder_after_role();
    let subject = before.pop().unwrap();
    Case {
        before,
        subject,
        changes: vec![
            ("tags", other_tags()),
            ("display_name", json!("The desktop")),
            ("description", json!("Where the desktop's images are made")),
        ],
        unchanged: vec![],
    }
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    match (field, way) {
        ("name", _) => ExternalChange::Fixed("AppStream has no call that renames it"),
        ("tags", way) => change_tags(aws, &arn(&format!("image-builder/{BUILDER}")), way).await,
        ("base", 0) => {
            let request = aws
                .appstream()
                .tag_resource()
                .resource_arn(arn(&format!("image-builder/{BUILDER}")));
            let other = request.tags(tag::BASE, "newest:AppStream-WinServer2019");
            other.send().await.map(drop).unwrap();
            ExternalChange::Changed
        }
        ("display_name" | "description", 0) => {
            let stopped = aws.appstream().stop_image_builder().name(BUILDER);
            stopped.send().await.map(drop).unwrap();
            aws.clock().sleep(std::time::Duration::from_secs(3600)).await;
            let theirs = |wanted: &str| (field == wanted).then(|| "Theirs".to_owned());
            let request = UpdateImageBuilder {
                name: BUILDER.to_owned(),
                display_name: theirs("display_name"),
                description: theirs("description"),
            };
            aws.ask(request).await.map(drop).unwrap();
            ExternalChange::Changed
        }
        ("base" | "display_name" | "description", _) => ExternalChange::Enough,
        (
            "instance_type" | "subnets" | "security_groups" | "internet" | "root_volume" | "imds_v1" | "role",
            _,
        ) => ExternalChange::Fixed("AppStream changes nothing of a builder that decides what it runs on"),
        (other, _) => panic!("appstream.image_builder: nothing here changes from outside `{other}`"),
    }
}

const BENCH: &str = "\
version: 1
name: acme-bench
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [SUBNET] }
  images:
    desk:
      base: { newest: AppStream-WinServer2022 }
      builder: stream.standard.medium
      browser: chrome
      apps: { crm: { open: \"https://crm.example.com\" } }
  fleets:
    agents: { image: desk, instance: stream.standard.medium, capacity: 1 }
  stacks:
    agents: { fleet: agents }
";

async fn builders(sandbox: &Sandbox) -> Vec<String> {
    let builders = listed::builders(&sandbox.aws(None).await).await;
    builders.into_iter().filter_map(|builder| builder.name).collect()
}

#[test]
fn a_builder_without_a_network_fails_with_its_reason_and_is_replaced_or_removed() {
    let bad = BENCH.replace("SUBNET", "subnet-0a1b2c3d4e5f60bad");
    let good = BENCH.replace("SUBNET", "subnet-0a1b2c3d4e5f60718");
    for seed in seeds() {
        for mended in [true, false] {
            on_virtual_time(async {
                let settings = Settings {
                    quirks: seed,
                    ..Settings::default()
                };
                let mut sandbox = Sandbox::new("bench.yaml", &bad, settings);
                // Twice: the second run finds it as the first one left it, and says the same.
                for _ in 0..2 {
                    let outcome = sandbox.apply(None).await;
                    let failed: Vec<String> = outcome.failed.iter().map(ToString::to_string).collect();
                    assert_eq!(failed, ["appstream.image_builder/desk"], "seed {seed}");
                }
                assert!(
                    sandbox.told().contains("SUBNET_HAS_INSUFFICIENT_IP_ADDRESSES"),
                    "seed {seed}"
                );
                assert_eq!(builders(&sandbox).await.len(), 1, "seed {seed}");
                if mended {
                    sandbox.rewrite(&good);
                    let outcome = sandbox.apply(None).await;
                    assert!(
                        outcome.failed.is_empty() && outcome.open.is_empty(),
                        "seed {seed}: {outcome:?}"
                    );
                    assert!(sandbox.plan().await.is_empty(), "seed {seed}");
                }
                let outcome = sandbox.destroy(None).await;
                assert!(outcome.failed.is_empty(), "seed {seed}: {outcome:?}");
                assert_eq!(builders(&sandbox).await, [""; 0], "seed {seed}");
            });
        }
    }
}
