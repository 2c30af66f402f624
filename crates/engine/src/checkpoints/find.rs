//! The checkpoints of an environment as they are now.

use std::collections::{BTreeMap, BTreeSet};

use headset_core::{Address, text};
use headset_kinds::{Believed, Checkpoint, Live, Lookup, Observation, registry};

use crate::assess::Assessment;
use crate::plan::{Action, Plan};
use crate::session::Session;
use crate::state::{StoreError, before_moves, together};
use crate::survey;

/// The answers to one checkpoint: values by the keys of its questions.
pub(super) type Answers = BTreeMap<String, String>;

/// All checkpoints of one environment, with what was found out about it.
#[derive(Debug)]
pub struct Checkpoints<'a> {
    pub(super) session: &'a Session,
    pub(super) plan: Plan,
}

impl<'a> Checkpoints<'a> {
    /// The checkpoints of an environment that was just assessed.
    pub fn of(session: &'a Session, assessed: Assessment) -> Checkpoints<'a> {
        let mut plan = assessed.plan;
        // A worksheet shows what is known now, even of things that are being replaced.
        for (address, observation) in &assessed.survey.observations {
            if let Observation::Present(live) = observation {
                plan.outputs.insert(address.clone(), live.outputs.clone());
            }
        }
        Checkpoints { session, plan }
    }

    /// The worksheet at an address: with what there is to do now, or the whole one if nothing is. `None`: no checkpoint of
    /// this blueprint is there.
    pub async fn worksheet(&self, address: &Address) -> Option<Checkpoint> {
        let checkpoint = self.find(address)?;
        let step = self.plan.steps.get(address)?;
        let Action::Await { checkpoint: open, .. } = &step.action else {
            return Some(checkpoint);
        };
        if open.notes().is_empty() {
            return Some(checkpoint);
        }
        let want = text::resolve(&step.want, &self.plan.outputs);
        Some(
            self.session
                .cloud
                .notice(registry::kind(address.kind), &want, checkpoint)
                .await,
        )
    }

    /// What is asked at an address now. `None`: no checkpoint of this blueprint is there.
    pub(super) fn find(&self, address: &Address) -> Option<Checkpoint> {
        match self.plan.steps.get(address).map(|step| &step.action) {
            // The full worksheet shows what is known now; an edit has its own.
            Some(Action::Await { checkpoint, diff }) if !diff.is_empty() => Some(checkpoint.clone()),
            _ => self.full(address),
        }
    }

    /// The whole worksheet of a checkpoint, as if nothing were there.
    pub(super) fn full(&self, address: &Address) -> Option<Checkpoint> {
        let desired = self.session.design.resources.get(address)?;
        let want = text::resolve(&desired.spec, &self.plan.outputs);
        registry::kind(address.kind).checkpoint(address, &want)
    }

    /// What was answered at an address: it stands where the address was before moves that no apply has made yet.
    pub(super) fn stored(&self, address: &Address) -> Result<Answers, StoreError> {
        let answers = self.session.store.answers();
        answers.get(before_moves(address, &self.plan.moved))
    }

    /// Keeps what is answered at an address.
    pub(super) fn keep(&self, address: &Address, answers: &Answers) -> Result<(), StoreError> {
        let kept = self.session.store.answers();
        kept.put(before_moves(address, &self.plan.moved), answers)
    }

    /// What answers tell of the thing that they are about, if they tell that it is there.
    pub(super) async fn told_by(&self, answers: &Answers, address: &Address) -> Option<Live> {
        let desired = self.session.design.resources.get(address)?;
        let lookup = Lookup {
            address: address.clone(),
            spec: text::resolve(&desired.spec, &self.plan.outputs),
            id: None,
            answers: together(answers, &desired.answers),
            believed: Believed::default(),
        };
        let observations = survey::observe(self.session.cloud.as_ref(), address.kind, &[lookup]).await;
        observations
            .into_iter()
            .find_map(|observation| match observation {
                Observation::Present(live) => Some(live),
                Observation::Absent | Observation::Unknown(_) => None,
            })
    }
}

/// What may be reported at any time of what was answered at an address, as keys of answers.
pub(super) fn reports(address: &Address) -> BTreeSet<String> {
    let reports = registry::kind(address.kind).reports();
    reports.into_iter().map(|question| question.key).collect()
}
