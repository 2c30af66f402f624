//! The shortest program that fails.

use super::generate::program;
use super::program::{Death, Program, Step};

/// A program that fails as this one does, from which nothing can be left out: no step, no death, no quirk, no shared store.
pub(super) fn shrunk(program: &Program, fails: &dyn Fn(&Program) -> bool) -> Program {
    let mut best = program.clone();
    // What was needed may be needless once something else is gone.
    loop {
        let shorter = plainer(&without_steps(&best, fails), fails);
        if shorter == best {
            return best;
        }
        best = shorter;
    }
}

/// Leaves out steps: first many at a time, then single ones.
fn without_steps(program: &Program, fails: &dyn Fn(&Program) -> bool) -> Program {
    let mut best = program.clone();
    let mut size = best.steps.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < best.steps.len() {
            let mut shorter = best.clone();
            let end = (at + size).min(shorter.steps.len());
            shorter.steps.drain(at..end);
            match fails(&shorter) {
                true => best = shorter,
                false => at += size,
            }
        }
        size /= 2;
    }
    best
}

/// Leaves out what makes a program less plain than it could be.
fn plainer(program: &Program, fails: &dyn Fn(&Program) -> bool) -> Program {
    let mut best = program.clone();
    let mut attempt = |change: &dyn Fn(&mut Program)| {
        let mut plainer = best.clone();
        change(&mut plainer);
        if plainer != best && fails(&plainer) {
            best = plainer;
        }
    };
    attempt(&|program| program.shared = false);
    attempt(&|program| program.quirks = 0);
    for at in 0..program.steps.len() {
        attempt(&|program| match &mut program.steps[at] {
            Step::Apply {
                dies, stops, part, ..
            } => (*dies, *stops, *part) = (None, None, None),
            Step::Destroy { dies } => *dies = None,
            _ => {}
        });
        attempt(&|program| {
            if let Step::Apply { part, .. } = &mut program.steps[at] {
                *part = None;
            }
        });
        attempt(&|program| {
            if let Step::Apply { person, .. } = &mut program.steps[at] {
                *person = true;
            }
        });
        // From the end, so that numbers stay what they are.
        let rules = match &program.steps[at] {
            Step::Faults { rules } => rules.len(),
            _ => 0,
        };
        for rule in (0..rules).rev() {
            attempt(&|program| {
                if let Step::Faults { rules } = &mut program.steps[at]
                    && rules.len() > 1
                {
                    rules.remove(rule);
                }
            });
        }
    }
    best
}

/// Fails where a certain step comes after an apply, in a world with an odd seed.
fn fails(program: &Program) -> bool {
    let apply = program
        .steps
        .iter()
        .position(|step| matches!(step, Step::Apply { .. }));
    let wait = program
        .steps
        .iter()
        .rposition(|step| *step == Step::Wait { seconds: 4321 });
    program.quirks % 2 == 1 && apply.zip(wait).is_some_and(|(apply, wait)| apply < wait)
}

#[test]
fn what_does_not_matter_is_left_out() {
    for seed in 0..20 {
        let mut long = program(seed);
        long.quirks = 5;
        long.shared = true;
        let dies = Some(Death { at: 3, after: true });
        long.steps.insert(
            0,
            Step::Apply {
                dies,
                stops: None,
                part: None,
                person: false,
            },
        );
        long.steps.push(Step::Wait { seconds: 4321 });
        let least = shrunk(&long, &fails);
        let plain = [
            Step::Apply {
                dies: None,
                stops: None,
                part: None,
                person: true,
            },
            Step::Wait { seconds: 4321 },
        ];
        assert_eq!(least.steps, plain, "{seed}");
        assert!(!least.shared && least.quirks == 5, "{seed}");
    }
}
