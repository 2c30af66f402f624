//! A program from a number.

use serde_json::Value;

use super::edits::{ADDRESSES, RENAMES, edits, faults, outside};
use super::program::{Base, Death, Part, Program, Step};

/// At this call, of so many that a run of this sort may make.
fn call(random: &mut fastrand::Rng) -> u64 {
    // Short runs are more frequent, and a number beyond the last call does nothing.
    let most = *random.choice(&[15, 40, 80, 200]).unwrap();
    random.u64(1..most)
}

fn death(random: &mut fastrand::Rng, percent: u8) -> Option<Death> {
    (random.u8(0..100) < percent).then(|| Death {
        at: call(random),
        after: random.bool(),
    })
}

fn part(random: &mut fastrand::Rng) -> Option<Part> {
    (random.u8(0..100) < 12).then(|| Part {
        address: (*random.choice(ADDRESSES).unwrap()).to_owned(),
        without: !random.bool(),
    })
}

fn apply(random: &mut fastrand::Rng) -> Step {
    let dies = death(random, 35);
    Step::Apply {
        dies,
        stops: (dies.is_none() && random.u8(0..100) < 12).then(|| call(random)),
        part: part(random),
        person: random.u8(0..100) < 85,
    }
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|part| (*part).to_owned()).collect()
}

fn edit(base: Base, random: &mut fastrand::Rng) -> Step {
    let of_base = *random.choice(edits(base)).unwrap();
    let (path, values) = random.choice(of_base).unwrap();
    Step::Set {
        path: owned(path),
        to: random.choice(values()).unwrap(),
    }
}

fn rename(base: Base, random: &mut fastrand::Rng) -> Step {
    let of_base = |kind: &str| match base {
        Base::Desks => kind.starts_with("appstream."),
        Base::Center => kind.starts_with("connect."),
        Base::Whole => true,
    };
    let renames = RENAMES.iter().filter(|(_, kind, ..)| of_base(kind));
    let (path, kind, from, to) = random.choice(renames.collect::<Vec<_>>()).unwrap();
    Step::Rename {
        path: owned(path),
        kind: (*kind).to_owned(),
        from: (*from).to_owned(),
        to: (*to).to_owned(),
    }
}

/// Another client does something: after some time, or beside a call.
fn by_others(base: Base, random: &mut fastrand::Rng) -> Step {
    let mut rule: Value = random.choice(outside(base)).unwrap();
    match random.u8(0..3) {
        0 => rule["seconds"] = 0.into(),
        1 => rule["seconds"] = random.u64(0..900).into(),
        _ => {
            rule["nth"] = call(random).into();
            rule["when"] = (*random.choice(&["before", "after"]).unwrap()).into();
        }
    }
    Step::Outside { rule }
}

fn step(base: Base, random: &mut fastrand::Rng) -> Step {
    match random.u8(0..100) {
        0..38 => edit(base, random),
        38..48 => rename(base, random),
        48..51 => Step::Back,
        51..53 => Step::Settle,
        53..60 => Step::Faults {
            rules: (0..random.usize(1..3))
                .map(|_| {
                    let rules = faults(random);
                    random.choice(rules).unwrap()
                })
                .collect(),
        },
        60..63 => Step::Clear,
        63..71 => by_others(base, random),
        71..74 => Step::Wait {
            seconds: random.u64(1..20_000),
        },
        74..77 => Step::Look,
        77..96 => apply(random),
        _ => Step::Destroy {
            dies: death(random, 40),
        },
    }
}

/// The program of this number.
pub(super) fn program(seed: u64) -> Program {
    let mut random = fastrand::Rng::with_seed(seed);
    let base = match random.u8(0..100) {
        0..45 => Base::Desks,
        45..75 => Base::Center,
        _ => Base::Whole,
    };
    let quirks = random.u64(0..64);
    let shared = random.u8(0..100) < 20;
    // Most begin with something that is there.
    let mut steps = vec![Step::Apply {
        dies: death(&mut random, 35),
        stops: None,
        part: None,
        person: true,
    }];
    steps.extend((0..random.usize(1..16)).map(|_| step(base, &mut random)));
    Program {
        shows: String::new(),
        base,
        quirks,
        shared,
        steps,
    }
}
