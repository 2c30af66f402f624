//! Several environments on one way to AWS: what they look for at about the same time is asked together.
//!
//! Each environment surveys its things kind by kind. Where many are looked at by one command, their lookups of one kind are
//! gathered for a moment and become one survey, so that calls grow with the pages and batches that AWS has, and not with the
//! environments. Each gets the answers to its own lookups.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use headset_core::{Clock, KindId};
use headset_kinds::kind::{Lookup, Observation};
use tokio::sync::oneshot;

/// How long the first who looks for things of a kind waits for others: much less than a call takes.
const MOMENT: Duration = Duration::from_millis(20);

/// One environment's lookups, and where it waits for what is found.
#[derive(Debug)]
struct Asked {
    lookups: Vec<Lookup>,
    answer: oneshot::Sender<Vec<Observation>>,
}

/// The lookups that are gathered, by kind.
#[derive(Debug, Default)]
pub(super) struct Gather {
    is_on: AtomicBool,
    /// A kind is in it while the first who asked waits for others.
    waiting: Mutex<BTreeMap<KindId, Vec<Asked>>>,
}

impl Gather {
    /// From now on several environments share the way.
    pub(super) fn turn_on(&self) {
        self.is_on.store(true, Ordering::Relaxed);
    }

    /// Whether several environments share the way.
    pub(super) fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    /// Asks together with others who ask for the same kind at about this time. `survey` looks for all of it.
    pub(super) async fn survey<F>(
        &self,
        kind: KindId,
        lookups: &[Lookup],
        clock: &Clock,
        survey: impl Fn(Vec<Lookup>) -> F + Send,
    ) -> Vec<Observation>
    where
        F: Future<Output = Vec<Observation>> + Send,
    {
        if let Some(answer) = self.join(kind, lookups) {
            return match answer.await {
                Ok(found) => found,
                // The one who asked for all was stopped.
                Err(_) => survey(lookups.to_vec()).await,
            };
        }
        let first = First { gather: self, kind };
        clock.sleep(MOMENT).await;
        let others = first.others();
        // What several mean is looked for once: the public image, the service role of the account.
        let mut all: Vec<Lookup> = Vec::new();
        let mut places = Vec::new();
        // Where lookups with the same spec are: there may be thousands of others.
        let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for lookup in others.iter().flat_map(|other| &other.lookups).chain(lookups) {
            let alike = alike.entry(lookup.spec.to_string()).or_default();
            let known = alike.iter().copied().find(|at| is_same(&all[*at], lookup));
            places.push(known.unwrap_or_else(|| {
                all.push(lookup.clone());
                alike.push(all.len() - 1);
                all.len() - 1
            }));
        }
        let found = survey(all).await;
        let mut places = places.into_iter();
        let mut answers = |count: usize| -> Vec<Observation> {
            let own = places.by_ref().take(count);
            own.filter_map(|place| found.get(place).cloned()).collect()
        };
        for other in others {
            let own = answers(other.lookups.len());
            // Who was stopped meanwhile needs no answer.
            drop(other.answer.send(own));
        }
        answers(lookups.len())
    }

    /// Adds lookups to those of one who waits for others; `None`: no one does, and this is the first.
    fn join(&self, kind: KindId, lookups: &[Lookup]) -> Option<oneshot::Receiver<Vec<Observation>>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(asked) = waiting.get_mut(&kind) else {
            waiting.insert(kind, Vec::new());
            return None;
        };
        let (answer, found) = oneshot::channel();
        asked.push(Asked {
            lookups: lookups.to_vec(),
            answer,
        });
        Some(found)
    }
}

/// Whether two lookups are about the same thing, also at other addresses.
fn is_same(one: &Lookup, other: &Lookup) -> bool {
    let of = |one: &Lookup| (one.id.clone(), one.answers.clone(), one.believed.clone());
    one.spec == other.spec && of(one) == of(other)
}

/// The first who asks for a kind. If it is stopped while it waits, the others ask by themselves.
struct First<'a> {
    gather: &'a Gather,
    kind: KindId,
}

impl First<'_> {
    /// Those who have asked until now; the next one is a first one again.
    fn others(self) -> Vec<Asked> {
        self.taken()
    }

    fn taken(&self) -> Vec<Asked> {
        let mut waiting = self.gather.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(&self.kind).unwrap_or_default()
    }
}

impl Drop for First<'_> {
    fn drop(&mut self) {
        drop(self.taken());
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use headset_core::{AwsError, Class};
    use headset_kinds::appstream::FleetSpec;
    use serde_json::json;

    use super::*;

    /// Looks of one environment: as many as it has fleets.
    fn lookups(environment: usize, count: usize) -> Vec<Lookup> {
        let lookup = |number| Lookup {
            address: "appstream.fleet/agents".parse().unwrap(),
            spec: json!({ "name": format!("{environment}-{number}") }),
            id: None,
            answers: BTreeMap::new(),
            believed: headset_kinds::Believed::default(),
        };
        (0..count).map(lookup).collect()
    }

    /// An answer from which it can be seen which lookup it is to.
    fn answer(lookup: &Lookup) -> Observation {
        Observation::Unknown(AwsError::own(Class::Other, lookup.spec["name"].as_str().unwrap()))
    }

    fn named(found: &[Observation]) -> Vec<String> {
        let name = |one: &Observation| match one {
            Observation::Unknown(error) => error.message.clone(),
            other => panic!("{other:?}"),
        };
        found.iter().map(name).collect()
    }

    fn paused<T>(work: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap()
            .block_on(work)
    }

    #[test]
    fn each_gets_the_answers_to_its_own_lookups_and_all_are_asked_once() {
        paused(async {
            let (gather, clock) = (Gather::default(), Clock::wall());
            let surveys = Mutex::new(Vec::new());
            let survey = |all: Vec<Lookup>| {
                surveys.lock().unwrap().push(all.len());
                std::future::ready(all.iter().map(answer).collect())
            };
            let (gather, clock, survey) = (&gather, &clock, &survey);
            let look = |environment: usize| async move {
                let asked = lookups(environment, environment);
                let found = gather.survey(FleetSpec::KIND, &asked, clock, survey).await;
                let expected: Vec<String> = (0..environment)
                    .map(|one| format!("{environment}-{one}"))
                    .collect();
                assert_eq!(named(&found), expected);
            };
            join_all((0..5).map(look)).await;
            assert_eq!(*surveys.lock().unwrap(), [10]);
            look(2).await;
            assert_eq!(*surveys.lock().unwrap(), [10, 2], "the next one is asked anew");
            tokio::join!(look(3), look(3));
            assert_eq!(
                surveys.lock().unwrap()[2..],
                [3],
                "what two mean is looked for once"
            );
        });
    }

    #[test]
    fn who_waits_for_one_that_is_stopped_asks_by_itself() {
        paused(async {
            let (gather, clock) = (Gather::default(), Clock::wall());
            let look = async |environment: usize| {
                let asked = lookups(environment, 1);
                let survey = |all: Vec<Lookup>| std::future::ready(all.iter().map(answer).collect());
                named(&gather.survey(FleetSpec::KIND, &asked, &clock, survey).await)
            };
            let stopped = async {
                tokio::select! {
                    biased;
                    _ = look(1) => panic!("it waits for others"),
                    () = tokio::task::yield_now() => {}
                }
            };
            let ((), found) = tokio::join!(stopped, look(2));
            assert_eq!(found, ["2-0"]);
        });
    }
}
