//! An image builder that cannot boot: the wait ends with AWS's reason, the next run goes on, and it can be removed.

use headset_simulator::world::Settings;

use crate::support::{Sandbox, listed, on_virtual_time, seeds};

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
