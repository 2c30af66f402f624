//! How far each checkpoint is.

use headset_core::{Address, AwsError, text};
use headset_design::Mode;
use headset_kinds::kind::Notice;
use headset_kinds::{Checkpoint, registry};

use super::find::{Answers, Checkpoints, reports};
use crate::plan::{Action, Step};
use crate::state::{StoreError, together};

/// How far a checkpoint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was done, or something changed since.
    Open,
    /// Some answers are missing.
    Partial,
    /// The next apply goes on with it.
    Answered,
    /// An apply has gone on with it.
    Attested,
}

impl Progress {
    /// Its identifier, in JSON and in lists.
    pub fn id(self) -> &'static str {
        match self {
            Progress::Open => "open",
            Progress::Partial => "partial",
            Progress::Answered => "answered",
            Progress::Attested => "attested",
        }
    }

    /// Whether a person has something to do.
    pub fn is_open(self) -> bool {
        matches!(self, Progress::Open | Progress::Partial)
    }
}

/// A checkpoint in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its address.
    pub address: Address,
    /// How far it is.
    pub progress: Progress,
    /// Required answers that are not there, as keys.
    pub missing: Vec<String>,
    /// What there is to do.
    pub title: String,
    /// What is there already and may be what is asked for.
    pub notices: Vec<Notice>,
    /// Why that could not be looked up, if it could not.
    pub unread: Option<AwsError>,
    /// Both of these for people.
    pub notes: Vec<String>,
    /// What may be reported of it at any time, as keys of answers.
    pub reports: Vec<String>,
}

impl Checkpoints<'_> {
    /// All of them, in the order of their addresses.
    ///
    /// # Errors
    /// If answers cannot be read.
    pub fn list(&self) -> Result<Vec<Listed>, StoreError> {
        let mut all = Vec::new();
        for desired in self.session.design.resources.values() {
            let address = &desired.address;
            let want = text::resolve(&desired.spec, &self.plan.outputs);
            let kind = registry::kind(address.kind);
            let checkpoint = kind.checkpoint(address, &want);
            let Some(checkpoint) = checkpoint.filter(|_| desired.mode != Mode::Existing) else {
                continue;
            };
            let stored = self.stored(address)?;
            let answers = together(&stored, &desired.answers);
            let is_named = kind.answered_name(&want, &stored).is_some();
            all.push(self.listed(checkpoint, &answers, is_named));
        }
        Ok(all)
    }

    /// `is_named`: an answer says which thing it is.
    fn listed(&self, checkpoint: Checkpoint, answers: &Answers, is_named: bool) -> Listed {
        let address = checkpoint.address.clone();
        let applied = self.session.state.resources.contains_key(&address);
        let step = self.plan.steps.get(&address);
        let waiting = match step.map(|step| &step.action) {
            Some(Action::Await { checkpoint, diff }) => Some((checkpoint.clone(), !diff.is_empty())),
            _ => None,
        };
        let asked: Vec<String> = checkpoint
            .missing(answers)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let (progress, missing) = match &waiting {
            Some((_, false)) if answers.keys().any(|key| asks(&checkpoint, key)) && !asked.is_empty() => {
                (Progress::Partial, asked)
            }
            Some((_, false)) if is_named => (Progress::Answered, Vec::new()),
            Some((_, false))
                if asked.is_empty() && waits_for_another(step) && !checkpoint.questions.is_empty() =>
            {
                (Progress::Answered, Vec::new())
            }
            Some(_) => (Progress::Open, Vec::new()),
            // The next apply takes what is there.
            None if applied && step.is_none_or(|step| !matches!(step.action, Action::Adopt { .. })) => {
                (Progress::Attested, Vec::new())
            }
            None => (Progress::Answered, Vec::new()),
        };
        // An edit is another thing to do than making it, and so may be what was found.
        let shown = waiting
            .filter(|(one, edits)| *edits || !one.notes().is_empty())
            .map(|(one, _)| one);
        let shown = shown.unwrap_or(checkpoint);
        let reports = match answers.is_empty() {
            true => Vec::new(),
            false => reports(&address).into_iter().collect(),
        };
        Listed {
            address,
            progress,
            missing,
            notes: shown.notes(),
            title: shown.title,
            notices: shown.notices,
            unread: shown.unread,
            reports,
        }
    }
}

/// Whether what an answer is about is not there yet, so that nothing is known of it.
fn waits_for_another(step: Option<&Step>) -> bool {
    step.is_some_and(|step| {
        let identity = registry::kind(step.address.kind).identity().iter();
        identity
            .filter_map(|field| field.of(&step.want))
            .any(text::is_unknown)
    })
}

fn asks(checkpoint: &Checkpoint, key: &str) -> bool {
    checkpoint.questions.iter().any(|question| question.key == key)
}
