//! `--shard I/N`: a part of many environments, so that several machines share them.
//!
//! AWS counts calls by account and region. What shares one of those is never in two shards, so that no two machines use up
//! the same rate. Each machine is given the whole list, and all come to the same parts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::Global;
use super::environment::{ReadBlueprint, read_blueprint};
use super::terminal;
use headset_blueprint::model::Blueprint;
use headset_core::words::plural;

/// The option by which a command works on a part of its environments.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct Share {
    /// Work on one part of the blueprints that are named: `2/5` is the second of five.
    ///
    /// The parts are made by account and region, whose rates of calls AWS counts together: environments in the same ones are in
    /// the same part. `headset report merge` joins the reports.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
}

/// One part of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shard {
    /// From zero.
    index: usize,
    count: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let read =
            |(index, count): (&str, &str)| Some((index.parse::<usize>().ok()?, count.parse::<usize>().ok()?));
        let known = text.split_once('/').and_then(read);
        match known.filter(|(index, count)| (1..=*count).contains(index) && *count <= MOST) {
            Some((index, count)) => Ok(Shard {
                index: index - 1,
                count,
            }),
            None => Err(format!(
                "write a part and how many there are, such as 1/4; at most {MOST}"
            )),
        }
    }
}

/// More parts than anyone has machines.
const MOST: usize = 10_000;

/// Where an environment's calls are counted: accounts with their regions, as the blueprint says them; an empty text is what
/// configuration decides. Empty: that cannot be read.
type Rates = BTreeSet<(String, String)>;

impl Share {
    /// Whether these are all that the command is about, and one: then its failure is the command's.
    pub(super) fn is_one(self, files: &[PathBuf]) -> bool {
        self.shard.is_none() && files.len() == 1
    }

    /// The blueprints of this part, in their order; all of them without the option.
    pub(super) fn of(self, global: &Global, files: Vec<PathBuf>) -> Vec<PathBuf> {
        let Some(shard) = self.shard else { return files };
        let rates: Vec<Rates> = files
            .iter()
            .map(|file| match read_blueprint(global, file) {
                Ok(ReadBlueprint { blueprint, .. }) => rates(&blueprint),
                // What is wrong with it is said by the part that it falls to.
                Err(_) => Rates::new(),
            })
            .collect();
        let parts = parts(&wherever(&rates), shard.count);
        let all = files.len();
        let own: Vec<PathBuf> = files
            .into_iter()
            .zip(parts)
            .filter_map(|(file, part)| (part == shard.index).then_some(file))
            .collect();
        terminal::talk(&format!(
            "shard {}/{}: {} of {}",
            shard.index + 1,
            shard.count,
            own.len(),
            plural(all, "blueprint")
        ));
        own
    }
}

/// Where a blueprint's environment makes its calls. Identity Center, which many accounts share, is left aside.
fn rates(blueprint: &Blueprint) -> Rates {
    let aws = &blueprint.aws;
    let account = aws
        .account
        .as_ref()
        .map(|account| account.value.clone())
        .unwrap_or_default();
    let region = aws
        .region
        .as_ref()
        .map(|region| region.value.clone())
        .unwrap_or_default();
    let regions = aws.regions_by(&region);
    [regions.connect, regions.appstream, regions.s3]
        .into_iter()
        .map(|region| (account.clone(), region))
        .collect()
}

/// The rates with each that may turn out to be the same: an account or a region that a blueprint leaves open may be any, also
/// where the other blueprint leaves the other of the two open.
fn wherever(rates: &[Rates]) -> Vec<Rates> {
    let all: Rates = rates.iter().flatten().cloned().collect();
    let may_be = |one: &str, other: &str| one.is_empty() || other.is_empty() || one == other;
    let grown = |own: &Rates| {
        let fits = |(account, region): &(String, String)| {
            own.iter()
                .any(|(own_account, place)| may_be(own_account, account) && may_be(place, region))
        };
        own.iter()
            .chain(all.iter().filter(|rate| fits(rate)))
            .cloned()
            .collect()
    };
    rates.iter().map(grown).collect()
}

/// The part of each environment, from zero. The largest groups of those that share a rate go first, each to the part that has
/// the fewest environments then.
fn parts(rates: &[Rates], count: usize) -> Vec<usize> {
    // What shares a rate with any of a group belongs to it.
    let mut groups: Vec<(Rates, Vec<usize>)> = Vec::new();
    for (place, own) in rates.iter().enumerate() {
        let (mut shared, mut members) = (own.clone(), vec![place]);
        let is_joined =
            |group: &(Rates, Vec<usize>)| !group.0.is_disjoint(own) || (group.0.is_empty() && own.is_empty());
        let (joined, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(is_joined);
        for (theirs, others) in joined {
            shared.extend(theirs);
            members.extend(others);
        }
        groups = apart;
        groups.push((shared, members));
    }
    // By what they are, not by the order of the command line.
    groups.sort_by(|(one, of_one), (other, of_other)| {
        of_other.len().cmp(&of_one.len()).then_with(|| one.cmp(other))
    });
    let mut sizes: BTreeMap<usize, usize> = (0..count).map(|part| (part, 0)).collect();
    let mut parts = vec![0; rates.len()];
    for (_, members) in groups {
        let smallest = sizes.iter().min_by_key(|(part, size)| (**size, **part));
        let part = smallest.map_or(0, |(part, _)| *part);
        *sizes.entry(part).or_default() += members.len();
        for place in members {
            parts[place] = part;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_part_is_one_of_so_many() {
        for (text, shard) in [("1/1", (0, 1)), ("2/5", (1, 5)), ("5/5", (4, 5))] {
            let (index, count) = shard;
            assert_eq!(text.parse(), Ok(Shard { index, count }));
        }
        for wrong in ["0/3", "4/3", "1/0", "1", "a/b", "1/", "-1/2", "1/10001", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    fn of(pairs: &[(&str, &str)]) -> Rates {
        pairs
            .iter()
            .map(|(account, region)| ((*account).to_owned(), (*region).to_owned()))
            .collect()
    }

    #[test]
    fn what_shares_an_account_and_a_region_is_in_one_part_also_by_a_third() {
        let all = [
            of(&[("1", "eu-west-2"), ("1", "eu-west-1")]),
            of(&[("2", "eu-west-1")]),
            of(&[("1", "us-east-1")]),
            of(&[("1", "eu-west-1"), ("1", "us-east-1")]),
            Rates::new(),
        ];
        let parts = parts(&all, 3);
        assert!(parts[0] == parts[2] && parts[2] == parts[3], "{parts:?}");
        assert!(
            parts[1] != parts[0] && parts[4] != parts[0] && parts[1] != parts[4],
            "{parts:?}"
        );
    }

    #[test]
    fn what_configuration_decides_may_be_what_another_blueprint_names() {
        let parts = |all: &[Rates]| parts(&wherever(all), all.len());
        let ireland = [
            of(&[("1", "eu-west-1")]),
            of(&[("", "eu-west-1")]),
            of(&[("2", "eu-west-2")]),
            of(&[("3", "us-east-1")]),
        ];
        let of_region = parts(&ireland);
        assert_eq!(of_region[0], of_region[1], "{of_region:?}");
        let apart: BTreeSet<_> = [of_region[0], of_region[2], of_region[3]].into();
        assert_eq!(apart.len(), 3, "{of_region:?}");
        let second = [
            of(&[("2", "eu-west-2")]),
            of(&[("2", "")]),
            of(&[("3", "eu-west-2")]),
        ];
        let of_account = parts(&second);
        assert_eq!(of_account[0], of_account[1], "{of_account:?}");
        assert_ne!(of_account[0], of_account[2], "{of_account:?}");
        // Each leaves open what the other names: both may be in account 1 and eu-west-1.
        let crossed = [
            of(&[("1", "")]),
            of(&[("", "eu-west-1")]),
            of(&[("2", "eu-west-2")]),
        ];
        let of_both = parts(&crossed);
        assert_eq!(of_both[0], of_both[1], "{of_both:?}");
        assert_ne!(of_both[0], of_both[2], "{of_both:?}");
    }

    proptest! {
        /// No rate is in two parts, each environment is in one, and the order of the command line does not count.
        #[test]
        fn parts_split_by_rates_whatever_the_order(
            pairs in proptest::collection::vec(proptest::collection::btree_set((0_u8..4, 0_u8..4), 1..3), 0..30),
            count in 1_usize..6,
        ) {
            let rates: Vec<Rates> = pairs
                .iter()
                .map(|own| own.iter().map(|(account, region)| (account.to_string(), region.to_string())).collect())
                .collect();
            let forwards = parts(&rates, count);
            let mut of_rate = BTreeMap::new();
            for (own, part) in rates.iter().zip(&forwards) {
                prop_assert!(*part < count);
                for rate in own {
                    prop_assert_eq!(of_rate.entry(rate).or_insert(part), &part);
                }
            }
            let turned: Vec<Rates> = rates.iter().rev().cloned().collect();
            let mut backwards = parts(&turned, count);
            backwards.reverse();
            prop_assert_eq!(forwards, backwards);
        }
    }
}
