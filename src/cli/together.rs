//! One command on several environments at once: they share ways to AWS, and one that is broken does not stop the others.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

use futures_util::future::join_all;
use indicatif::MultiProgress;
use tokio::sync::{Mutex, MutexGuard, Notify};

use super::Global;
use super::access::Ways;
use super::environment::Environment;
use super::exit::Failure;
use headset_engine::session::Begun;

/// What a command came to in the environment of each blueprint, in the order in which they were named.
pub(super) type Each<T> = Vec<(PathBuf, Result<T, Failure>)>;

/// What a command that looks is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    /// One environment, for people: its failure is all that there is to say. A report has it beside what could be looked at.
    pub(super) is_one: bool,
    /// It writes JSON, also what took the time.
    pub(super) json: bool,
}

/// One blueprint to open.
pub(super) struct Opened<'a> {
    pub(super) global: &'a Global,
    pub(super) file: &'a Path,
    /// Of a plan that was saved.
    pub(super) planned: Option<Begun>,
}

/// Looks at the environment of each blueprint, all at the same time. Where the command is about one, a failure is the command's.
///
/// # Errors
/// That of the only environment.
pub(super) async fn each<T>(
    global: &Global,
    files: &[PathBuf],
    about: About,
    look: impl AsyncFn(&Path, Environment) -> Result<T, Failure>,
) -> Result<Each<T>, Failure> {
    let ways = Ways::of(files.len());
    let wanted = files.iter().map(|file| Opened {
        global,
        file,
        planned: None,
    });
    let opened = open(&ways, wanted).await;
    let look = &look;
    let looks = files.iter().zip(opened).map(|(file, opened)| async move {
        let seen = match opened {
            Ok(environment) => look(file, environment).await,
            Err(failure) => Err(failure),
        };
        (file.clone(), seen)
    });
    let mut seen = join_all(looks).await;
    ways.close(global, about.json).await?;
    match seen.pop() {
        Some((_, Err(failure))) if about.is_one => Err(failure),
        last => {
            seen.extend(last);
            Ok(seen)
        }
    }
}

/// Opens all environments before the first one is looked at, so that they look for the same things at the same time.
pub(super) async fn open<'a>(
    ways: &Ways,
    wanted: impl Iterator<Item = Opened<'a>>,
) -> Vec<Result<Environment, Failure>> {
    join_all(wanted.map(|one| open_one(ways, one))).await
}

async fn open_one(ways: &Ways, one: Opened<'_>) -> Result<Environment, Failure> {
    Environment::open_among(ways, one.global, one.file, one.planned).await
}

/// The places of opened environments in the order in which their locks are taken: by what they are, not by the command line.
pub(super) fn ranks(opened: &[Result<Environment, Failure>]) -> Vec<usize> {
    let name = |one: &Result<Environment, Failure>| {
        let environment = one.as_ref().ok()?;
        let context = &environment.context;
        Some((
            environment.name.clone(),
            context.account.clone(),
            context.region.clone(),
        ))
    };
    let names: Vec<_> = opened.iter().map(name).collect();
    let mut order: Vec<usize> = (0..opened.len()).collect();
    order.sort_by(|one, other| names[*one].cmp(&names[*other]));
    let mut ranks = vec![0; opened.len()];
    for (rank, place) in order.into_iter().enumerate() {
        ranks[place] = rank;
    }
    ranks
}

/// Several runs of one command: they show their plans and ask one after the other, and none begins before each has been
/// agreed to or is out.
#[derive(Debug)]
pub(super) struct Runs {
    turn: Mutex<()>,
    /// How many have not been decided about.
    undecided: Cell<usize>,
    decided: Notify,
    /// Of each in the order in which they take their locks: whether it has, or never will.
    passed: RefCell<Vec<bool>>,
    /// Where all of them draw their bars.
    bars: MultiProgress,
    are_several: bool,
}

impl Runs {
    /// So many runs.
    pub(super) fn of(count: usize) -> Runs {
        Runs {
            turn: Mutex::new(()),
            undecided: Cell::new(count),
            decided: Notify::new(),
            passed: RefCell::new(vec![false; count]),
            bars: MultiProgress::new(),
            are_several: count > 1,
        }
    }

    /// One of them. `rank`: its place in the order in which locks are taken, which has to be the same in every process.
    pub(super) fn one(&self, rank: usize) -> Run<'_> {
        Run {
            runs: self,
            rank,
            is_decided: Cell::new(false),
        }
    }
}

/// One of several runs. Dropped, it keeps no other one waiting.
#[derive(Debug)]
pub(super) struct Run<'a> {
    runs: &'a Runs,
    rank: usize,
    is_decided: Cell<bool>,
}

impl Run<'_> {
    /// Takes the lock of its state, after those before it have theirs, and waits for all others. Two processes on the same
    /// environments would else each have a lock that the other one waits for.
    pub(super) async fn locked<T>(&self, lock: impl Future<Output = T>) -> T {
        self.until(|passed| passed[..self.rank.min(passed.len())].iter().all(|has| *has))
            .await;
        let locked = lock.await;
        self.pass();
        self.until(|passed| passed.iter().all(|has| *has)).await;
        locked
    }

    async fn until(&self, is_so: impl Fn(&[bool]) -> bool) {
        loop {
            let decided = self.runs.decided.notified();
            if is_so(&self.runs.passed.borrow()) {
                return;
            }
            decided.await;
        }
    }

    fn pass(&self) {
        if let Some(has) = self.runs.passed.borrow_mut().get_mut(self.rank) {
            *has = true;
        }
        self.runs.decided.notify_waiters();
    }

    /// Waits until it may show its plan and ask; the next one may when what this returns is dropped.
    pub(super) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.runs.turn.lock().await
    }

    /// It may begin: waits for the others to be decided about.
    pub(super) async fn agreed(&self) {
        self.decide();
        loop {
            let decided = self.runs.decided.notified();
            if self.runs.undecided.get() == 0 {
                return;
            }
            decided.await;
        }
    }

    /// Where it draws its bars, and whether it has to say which environment each line is about.
    pub(super) fn bars(&self) -> (MultiProgress, bool) {
        (self.runs.bars.clone(), self.runs.are_several)
    }

    fn decide(&self) {
        if !self.is_decided.replace(true) {
            self.runs
                .undecided
                .set(self.runs.undecided.get().saturating_sub(1));
            self.runs.decided.notify_waiters();
        }
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.pass();
        self.decide();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn no_run_begins_before_each_is_decided_about_and_each_has_its_turn() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.build().unwrap().block_on(async {
            let (runs, told) = (Runs::of(3), RefCell::new(Vec::new()));
            let run = |rank: usize, name: &'static str, agrees: bool| {
                let (one, told) = (runs.one(rank), &told);
                async move {
                    let turn = one.turn().await;
                    told.borrow_mut().push(format!("{name} asks"));
                    tokio::task::yield_now().await;
                    told.borrow_mut().push(format!("{name} has asked"));
                    drop(turn);
                    if agrees {
                        one.agreed().await;
                        told.borrow_mut().push(format!("{name} runs"));
                    }
                }
            };
            tokio::join!(run(0, "a", true), run(1, "b", false), run(2, "c", true));
            assert_eq!(
                *told.borrow(),
                [
                    "a asks",
                    "a has asked",
                    "b asks",
                    "b has asked",
                    "c asks",
                    "c has asked",
                    "c runs",
                    "a runs"
                ]
            );
        });
    }

    #[test]
    fn locks_are_taken_by_rank_and_one_that_is_out_keeps_no_other_waiting() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.build().unwrap().block_on(async {
            let (runs, taken) = (Runs::of(3), RefCell::new(Vec::new()));
            let run = |rank: usize, locks: bool| {
                let (one, taken) = (runs.one(rank), &taken);
                async move {
                    if locks {
                        one.locked(async { taken.borrow_mut().push(rank) }).await;
                    }
                }
            };
            tokio::join!(run(2, true), run(0, true), run(1, false));
            assert_eq!(*taken.borrow(), [0, 2]);
        });
    }
}
