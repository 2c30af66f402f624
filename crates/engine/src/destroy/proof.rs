//! What keeps an environment from being called gone: what no search finds, and what is there and does not prove whose it is.

use headset_design::Mode;
use headset_kinds::discovery::Trace;
use headset_kinds::shell::word;
use headset_kinds::{Address, KindId, Observation, registry, tag};

use super::stays::{Leftover, Stays};
use crate::assess::assess;
use crate::plan::{Action, Plan};
use crate::session::{Session, Stop};
use crate::state::{Origin, State};
use crate::survey::Survey;

/// What has to be known before an environment is called gone.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// Everything that carries tags was looked at.
    pub is_searched: bool,
    /// What was not looked for.
    pub gaps: &'a [Leftover],
    /// The environment as its blueprint describes it: what it asks for is looked up by its name as well.
    pub blueprint: Option<&'a Session>,
    /// How the command is written that takes over what is there: for advice.
    pub import: &'a str,
}

impl Proof<'_> {
    /// Everything that is not proven to be gone, once the rest is.
    pub(super) async fn missing(self, lineage: &String) -> Result<Vec<Leftover>, Stop> {
        let mut missing = self.gaps.to_vec();
        if let Some(session) = self.blueprint {
            let lineages = [lineage, &session.state.lineage];
            missing.extend(by_name(session, &lineages, self.import).await?);
        }
        Ok(missing)
    }
}

/// What a search by tags cannot find of an environment that no state remembers: each class of things that carry none, and
/// the other regions, if it was looked in these only.
pub fn not_looked_for(regions: &[String]) -> Vec<Leftover> {
    let mut gaps: Vec<Leftover> = registry::KINDS
        .iter()
        .filter_map(|kind| match kind.trace() {
            Trace::Nothing { what, look } => Some(Leftover {
                what: what.to_owned(),
                why: Stays::NotSearched { look },
            }),
            Trace::Tags | Trace::Within | Trace::Kept => None,
        })
        .collect();
    if !regions.is_empty() {
        gaps.push(Leftover {
            what: "all other regions".to_owned(),
            why: Stays::OtherRegions {
                searched: regions.to_vec(),
            },
        });
    }
    gaps
}

/// Looks by name for what a blueprint asks for, once nothing is left by state and tags: what cannot carry tags, and what
/// has lost them. Nothing proves whose it is, so that it is named and stays. `lineages`: those of the environment;
/// `import`: how the command is written that takes over what is there.
///
/// # Errors
/// If state cannot be read.
pub async fn by_name(session: &Session, lineages: &[&String], import: &str) -> Result<Vec<Leftover>, Stop> {
    let State {
        environment: name,
        account,
        region,
        lineage,
        ..
    } = &session.state;
    let nothing = State::new(name, account, region, lineage.clone());
    let assessment = assess(session, &session.design, &nothing).await?;
    let take_over = |address: &Address| format!("{import} {}", word(&address.to_string()));
    let mut left = Vec::new();
    let managed = session.design.resources.values();
    for desired in managed.filter(|desired| desired.mode == Mode::Managed) {
        let address = &desired.address;
        let by_a_person = registry::kind(address.kind)
            .checkpoint(address, &desired.spec)
            .is_some();
        let why = match assessment.survey.observations.get(address) {
            None | Some(Observation::Absent) => {
                match assessment.plan.steps.get(address).map(|step| &step.action) {
                    // By the ARN, what hangs on it was looked up.
                    Some(Action::Await { .. }) if assessment.survey.told.contains_key(address) => continue,
                    // A person's answers say what is there, and they are not here.
                    Some(Action::Await { checkpoint, .. })
                        if !checkpoint.notices.is_empty() && where_to_look(address.kind).is_some() =>
                    {
                        Stays::AnswersMissing {
                            notices: checkpoint.notices.clone(),
                        }
                    }
                    Some(Action::Await { checkpoint, .. }) => {
                        let (Some(unread), Some(look)) = (&checkpoint.unread, where_to_look(address.kind))
                        else {
                            continue;
                        };
                        Stays::NotLookedUp {
                            unread: unread.clone(),
                            look,
                        }
                    }
                    _ => continue,
                }
            }
            Some(Observation::Unknown(error)) => Stays::Unread { error: error.clone() },
            Some(Observation::Present(live)) => match live.tags.as_ref().map(|tags| tags.get(tag::LINEAGE)) {
                Some(Some(own)) if lineages.contains(&own) => Stays::StillThere,
                // Another environment's: its tags say so, wherever that matters.
                Some(Some(_)) => continue,
                Some(None) => Stays::NoTags {
                    import: take_over(address),
                },
                // A person made it, and a person deletes it.
                None if by_a_person => continue,
                None => Stays::NoTagsPossible {
                    import: take_over(address),
                },
            },
        };
        left.push(Leftover {
            what: address.to_string(),
            why,
        });
    }
    Ok(left)
}

/// Where a person looks for things of this kind, which no search finds; `None`: a search does.
fn where_to_look(kind: KindId) -> Option<&'static str> {
    match registry::kind(kind).trace() {
        Trace::Nothing { look, .. } => Some(look),
        Trace::Tags | Trace::Within | Trace::Kept => None,
    }
}

/// What is there and was made by Headset, and does not prove it (any more).
pub(super) fn unproven(plan: &Plan, survey: &Survey, state: &State) -> Vec<Leftover> {
    let is_there = |address| matches!(survey.observations.get(address), Some(Observation::Present(_)));
    let is_made = |address| {
        let record = state.resources.get(address);
        record.is_some_and(|record| matches!(record.origin, Origin::Created | Origin::Imported))
    };
    plan.steps
        .values()
        .filter(|step| matches!(step.action, Action::Forget))
        .filter(|step| is_there(&step.address) && is_made(&step.address))
        .filter(|step| {
            let kind = registry::kind(step.address.kind);
            kind.checkpoint(&step.address, &step.want).is_none()
        })
        .map(|step| Leftover {
            what: step.address.to_string(),
            why: Stays::Planned(step.reason.clone()),
        })
        .collect()
}
