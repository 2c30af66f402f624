//! Blueprints and small helpers that many tests share.

use headset_simulator::world::{Settings, World};

/// Desktops alone, from a public image: quick to make, and nothing has to be captured.
pub(crate) const DESKS: &str = "\
version: 1
name: acme-desks
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718] }
  images:
    windows: { newest: AppStream-WinServer2022 }
  fleets:
    agents: { image: windows, instance: stream.standard.medium, capacity: 2, view: desktop }
  stacks:
    agents: { fleet: agents }
";

/// A contact center alone, whose users Connect keeps: no application has to be made anywhere.
pub(crate) const CENTER: &str = "\
version: 1
name: acme-center
aws: { region: eu-west-2 }
lifetime: 1d
connect:
  alias: acme-center
  identity: connect-managed
";

/// A text with passages replaced, each of which has to be there.
pub(crate) fn with(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from:?} is not in\n{text}");
        text.replace(from, to)
    })
}

/// A seed that has this quirk on, or off.
pub(crate) fn seed_with(quirk: &str, on: bool) -> u64 {
    let fits = |seed: &u64| {
        let settings = Settings {
            quirks: *seed,
            ..Settings::default()
        };
        World::new(settings, headset_simulator::Moment(0)).quirk(quirk) == on
    };
    // Where the whole suite lives in another world, seed 0 is that world.
    let first = u64::from(super::one_seed().is_some());
    (first..64).find(fits).unwrap()
}

/// What only looks, by AWS's verbs.
pub(crate) fn only_reads(operation: &str) -> bool {
    ["Describe", "List", "Get", "Head", "Search", "BatchGet", "Lookup"]
        .iter()
        .any(|verb| operation.starts_with(verb))
}
