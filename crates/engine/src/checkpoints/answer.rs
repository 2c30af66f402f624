//! Taking answers: checked as far as the cloud tells, kept, and nothing kept if one of them is refused.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use headset_core::diagnostic::{Diagnostic, Place};
use headset_core::{Address, text};
use headset_design::Desired;
use headset_kinds::idp::answers;
use headset_kinds::idp::answers::{GONE, contradiction};
use headset_kinds::{Kind, Rejected, registry};

use super::find::{Answers, Checkpoints, reports};
use crate::apply::{Rejection, before_making};
use crate::metadata;
use crate::plan::Action;
use crate::state::{AnsweredAt, StoreError, named_elsewhere, together};

/// Why answers are not taken.
#[derive(Debug)]
pub enum Refusal {
    /// No checkpoint of this blueprint is at the address.
    NoCheckpoint(Address),
    /// The checkpoint does not ask for this key, but for these.
    NotAsked {
        /// The checkpoint.
        address: Address,
        /// What was answered.
        key: String,
        /// What it asks for.
        asked: Vec<String>,
    },
    /// The blueprint gives another answer for this key, and what it says holds.
    InBlueprint {
        /// The checkpoint.
        address: Address,
        /// The key.
        key: String,
    },
    /// It was reported that the thing is gone, and the blueprint still answers for it.
    GoneInBlueprint {
        /// The checkpoint.
        address: Address,
        /// Which answers it gives.
        keys: Vec<String>,
        /// Where.
        place: Option<Place>,
    },
    /// It was reported that the thing is gone, and it was never answered that it is there.
    GoneUnanswered(Address),
    /// The answers do not fit together, or do not fit what the cloud tells.
    Rejected(Rejection),
    /// State cannot be read or written.
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        Refusal::Store(error)
    }
}

/// What is to be known about answers that were taken, or that are about to be refused for another reason.
#[derive(Debug)]
pub enum Note {
    /// It was reported gone, and AWS still has it under this id.
    StillThere {
        /// Its id.
        id: String,
    },
    /// About the dates of a document.
    Document(Diagnostic),
    /// What could not be checked, or is unusual.
    Remark(String),
    /// The blueprint answers for what went with the thing that is gone.
    GoesWith {
        /// What went with it.
        address: Address,
        /// Which answers the blueprint gives.
        keys: Vec<String>,
        /// Where.
        place: Option<Place>,
    },
    /// An earlier answer does not hold for what is there by now, so that it is asked for again.
    Incompatibility {
        /// Whose answer.
        address: Address,
        /// Why it does not fit.
        reason: Rejected,
    },
}

/// Answers to one checkpoint that were taken.
#[derive(Debug)]
pub struct Taken {
    /// The checkpoint.
    pub address: Address,
    /// Required answers that are not there yet.
    pub missing: Vec<String>,
    /// Whether nothing is answered any more.
    pub is_taken_back: bool,
    /// What may be kept with the blueprint, and where in it.
    pub lines: Option<(String, BTreeMap<String, String>)>,
    /// All that is answered to it by now.
    checked: Answers,
    /// Whether it was reported that the thing is no longer there.
    is_gone: bool,
}

impl Checkpoints<'_> {
    /// Checks answers that are given at an address, and keeps them. Some may be for another checkpoint of the same
    /// application (its link): these are taken together. `note` gets what is to be known about them.
    ///
    /// # Errors
    /// [`Refusal`]; then nothing was kept.
    pub async fn answer(
        &mut self,
        address: &Address,
        given: BTreeMap<String, String>,
        note: &mut dyn FnMut(Note),
    ) -> Result<Vec<Taken>, Refusal> {
        if let Some(why) = contradiction(&given) {
            return Err(Refusal::Rejected(Rejection::Contradiction { why }));
        }
        let mut taken = Vec::new();
        for (address, given) in self.by_checkpoint(address, given) {
            let one = self.take(address, given, note).await?;
            if let Some(live) = self.told_by(&one.checked, &one.address).await {
                self.plan.outputs.insert(one.address.clone(), live.outputs);
            }
            taken.push(one);
        }
        for one in &taken {
            self.keep(&one.address, &one.checked)?;
            if one.is_gone {
                self.forget_with(&one.address, note)?;
            }
        }
        self.find_incompatible(address, note).await?;
        Ok(taken)
    }

    /// Answers by the checkpoint that they are for: some may be given together with another's (a link with its
    /// application), which comes first.
    fn by_checkpoint(&self, address: &Address, given: Answers) -> Vec<(Address, Answers)> {
        let mut own = Answers::new();
        let mut others: BTreeMap<Address, Answers> = BTreeMap::new();
        for (key, answer) in given {
            let other = registry::answered_by(address.kind, &key)
                .map(|kind| Address::new(kind.id(), &address.key))
                .filter(|other| self.session.design.resources.contains_key(other));
            match other {
                Some(other) => others.entry(other).or_default().insert(key, answer),
                None => own.insert(key, answer),
            };
        }
        let own = (!own.is_empty()).then(|| (address.clone(), own));
        own.into_iter().chain(others).collect()
    }

    /// Checks answers to one checkpoint, together with what was answered to it before.
    async fn take(
        &self,
        address: Address,
        given: Answers,
        note: &mut dyn FnMut(Note),
    ) -> Result<Taken, Refusal> {
        let design = &self.session.design;
        let (Some(checkpoint), Some(desired)) = (self.find(&address), design.resources.get(&address)) else {
            return Err(Refusal::NoCheckpoint(address));
        };
        let kind = registry::kind(address.kind);
        // What was answered about a thing that is there can be corrected, whether or not it has to be changed.
        let full = self.full(&address).unwrap_or_else(|| checkpoint.clone());
        let is_gone = given.contains_key(GONE) && reports(&address).contains(GONE);
        if is_gone {
            self.check_gone(desired, note).await?;
        }
        let asked: BTreeSet<&str> = [&checkpoint, &full]
            .into_iter()
            .flat_map(|one| &one.questions)
            .map(|question| question.key.as_str())
            .collect();
        if let Some(key) = given.keys().find(|key| !is_gone && !asked.contains(key.as_str())) {
            return Err(Refusal::NotAsked {
                key: key.clone(),
                asked: asked.into_iter().map(str::to_owned).collect(),
                address,
            });
        }
        let differs = |(key, answer): &(&String, &String)| {
            let other = desired.answers.get(*key);
            other.is_some_and(|other| other.trim() != answer.trim())
        };
        if let Some((key, _)) = given.iter().find(differs) {
            let key = key.clone();
            return Err(Refusal::InBlueprint { address, key });
        }
        // Answers may come one by one; what was answered before stays.
        let mut all = self.stored(&address)?;
        let lasting = kind.lasting_answers(&all);
        let action = self.plan.steps.get(&address).map(|step| &step.action);
        if matches!(action, Some(action @ Action::Await { .. }) if !action.edits()) {
            all = before_making(kind, &checkpoint, all);
        }
        all.extend(lasting);
        all.extend(given.clone());
        let want = text::resolve(&desired.spec, &self.plan.outputs);
        let cloud = &self.session.cloud;
        let checked = cloud
            .check_answers(kind, &want, &all)
            .await
            .map_err(|rejected| Refusal::Rejected(Rejection::Answers(rejected)))?;
        self.check_others(kind, desired, &want, &checked)?;
        if let Some(document) = checked.get(answers::METADATA) {
            let dates = metadata::of_document(&address, document, cloud.clock().now());
            dates.into_iter().map(Note::Document).for_each(&mut *note);
        }
        let remarks = cloud.remarks(kind, &want, &checked).await;
        remarks.into_iter().map(Note::Remark).for_each(&mut *note);
        let missing = checkpoint.missing(&together(&together(&checked, &desired.answers), &given));
        let missing = missing.into_iter().map(str::to_owned).collect();
        // What tells about the state of an application has no place in a blueprint, nor has what is not asked for there.
        let mut lines = given;
        lines.retain(|key, _| full.questions.iter().any(|question| question.key == *key));
        let place = kind.answers_at(&want);
        Ok(Taken {
            address,
            is_taken_back: kind.lasting_answers(&checked) == checked,
            checked,
            missing,
            is_gone,
            lines: place
                .map(|place| (place.to_owned(), lines))
                .filter(|(_, lines)| !lines.is_empty()),
        })
    }

    /// Refuses the report that something is gone where that cannot be, and notes if AWS still has it.
    async fn check_gone(&self, desired: &Desired, note: &mut dyn FnMut(Note)) -> Result<(), Refusal> {
        let address = &desired.address;
        if !desired.answers.is_empty() {
            return Err(Refusal::GoneInBlueprint {
                address: address.clone(),
                keys: keys(desired),
                place: desired.place.clone(),
            });
        }
        let before = self.stored(address)?;
        if before.is_empty() {
            return Err(Refusal::GoneUnanswered(address.clone()));
        }
        let told = self.told_by(&before, address).await;
        // An answer is all that is known where AWS reports nothing.
        if let Some(live) = told.filter(|live| live.condition.state() != "ANSWERED") {
            note(Note::StillThere { id: live.id });
        }
        Ok(())
    }

    /// Refuses answers that name what another address was answered with.
    fn check_others(
        &self,
        kind: &dyn Kind,
        desired: &Desired,
        want: &Value,
        checked: &Answers,
    ) -> Result<(), Refusal> {
        let one = AnsweredAt {
            address: &desired.address,
            want,
            answers: together(checked, &desired.answers),
        };
        let mut others = Vec::new();
        for other in self.session.design.resources.values() {
            if other.address.kind == one.address.kind && other.address != *one.address {
                others.push(AnsweredAt {
                    address: &other.address,
                    want: &other.spec,
                    answers: together(&self.stored(&other.address)?, &other.answers),
                });
            }
        }
        match named_elsewhere(kind, &one, others) {
            Some(why) => Err(Refusal::Rejected(Rejection::AnsweredElsewhere { why })),
            None => Ok(()),
        }
    }

    /// Takes back what was answered of a thing that is gone with it: its link.
    fn forget_with(&self, gone: &Address, note: &mut dyn FnMut(Note)) -> Result<(), Refusal> {
        for desired in self.answered_with(gone) {
            self.keep(&desired.address, &Answers::new())?;
            if !desired.answers.is_empty() {
                note(Note::GoesWith {
                    address: desired.address.clone(),
                    keys: keys(desired),
                    place: desired.place.clone(),
                });
            }
        }
        Ok(())
    }

    /// Notes which earlier answers do not hold for what is there by now: a link that was given before its application.
    async fn find_incompatible(&self, answered: &Address, note: &mut dyn FnMut(Note)) -> Result<(), Refusal> {
        for desired in self.answered_with(answered) {
            let address = &desired.address;
            let kind = registry::kind(address.kind);
            let earlier = self.stored(address)?;
            let want = text::resolve(&desired.spec, &self.plan.outputs);
            if let Err(reason) = self.session.cloud.check_answers(kind, &want, &earlier).await
                && self.told_by(&earlier, address).await.is_none()
            {
                note(Note::Incompatibility {
                    address: address.clone(),
                    reason,
                });
            }
        }
        Ok(())
    }

    /// What is answered together with the thing at an address: the link of an application.
    fn answered_with(&self, one: &Address) -> impl Iterator<Item = &Desired> {
        let all = self.session.design.resources.values();
        all.filter(|desired| {
            let with = registry::kind(desired.address.kind).answered_with();
            with.is_some_and(|(with, _)| with == one.kind) && desired.address.key == one.key
        })
    }
}

/// Which answers the blueprint gives.
fn keys(desired: &Desired) -> Vec<String> {
    desired.answers.keys().cloned().collect()
}
