//! A run dies right after one of its calls took effect, and the blueprint changes before the next run: what was made must not
//! be left behind.

use serde_json::{Value, json};

use super::fault;
use super::program::{Base, Death, Program, Step};
use crate::invariants::kill_sweeps::points;
use crate::support::effort;

/// No base makes more calls when it is applied for the first time.
const MOST: u64 = 160;

fn set(path: &[&str], to: Value) -> Step {
    Step::Set {
        path: path.iter().map(|part| (*part).to_owned()).collect(),
        to,
    }
}

fn rename(path: &[&str], kind: &str, from: &str, to: &str) -> Step {
    Step::Rename {
        path: path.iter().map(|part| (*part).to_owned()).collect(),
        kind: kind.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

/// What becomes of the blueprint, and where it begins.
fn changes() -> Vec<(Base, Step)> {
    use Base::{Center, Desks, Whole};
    let fleets = ["appstream", "fleets"];
    let stacks = ["appstream", "stacks"];
    vec![
        (Desks, rename(&fleets, "appstream.fleet", "agents", "desks")),
        (Desks, rename(&stacks, "appstream.stack", "agents", "desks")),
        (
            Desks,
            set(&["appstream", "fleets", "agents", "name"], json!("acme-own")),
        ),
        (
            Desks,
            set(&["appstream", "stacks", "agents", "name"], json!("acme-own")),
        ),
        (Desks, set(&["appstream", "stacks"], json!({}))),
        (Center, set(&["connect", "alias"], json!("acme-other"))),
        (Center, set(&["connect", "users"], json!({}))),
        (Whole, set(&["sign_in", "role", "name"], json!("acme-own"))),
        (Whole, set(&["ccp", "bucket"], json!("acme-own-pages"))),
        (Whole, set(&["ccp"], Value::Null)),
        (Whole, set(&["sign_in"], Value::Null)),
        (Whole, rename(&fleets, "appstream.fleet", "agents", "desks")),
    ]
}

fn program(base: Base, at: u64, change: &Step, next: Option<Step>) -> Program {
    let apply = |dies| Step::Apply {
        dies,
        stops: None,
        part: None,
        person: true,
    };
    let death = Some(Death { at, after: true });
    let steps = [apply(death), change.clone(), Step::Look];
    Program {
        shows: String::new(),
        base,
        quirks: at % 64,
        shared: false,
        steps: steps.into_iter().chain(next).collect(),
    }
}

/// In the end each program is applied until the plan is empty, and taken down until nothing is left: a look, one more death or
/// a way down come between.
#[test]
fn what_was_made_right_before_a_death_is_known_by_another_blueprint() {
    let points = points(1..=MOST);
    let is_whole = points.calls.len() as u64 == MOST;
    let tried = effort::of(1, points.calls.len());
    let (mut failed, mut random) = (Vec::new(), fastrand::Rng::new());
    for (number, (base, change)) in changes().iter().enumerate() {
        let calls = points.calls.iter().cycle().skip(number);
        let calls = calls.take(if is_whole { points.calls.len() } else { tried });
        for at in calls {
            let next = match random.u8(0..3) {
                0 => None,
                1 => Some(Step::Destroy { dies: None }),
                _ => Some(Step::Apply {
                    dies: Some(Death {
                        at: random.u64(1..40),
                        after: random.bool(),
                    }),
                    stops: None,
                    part: None,
                    person: true,
                }),
            };
            let program = program(*base, *at, change, next);
            if let Some(why) = fault(&program) {
                let text = serde_yaml::to_string(&program).unwrap();
                failed.push(format!("{text}\n{why}"));
            }
        }
    }
    assert!(failed.is_empty(), "({})\n{}", points.again, failed.join("\n\n"));
}
