//! What there is of an environment, and what would have to happen: a survey and the plan that it leads to.

use std::collections::BTreeMap;
use std::time::Duration;

use headset_core::diagnostic::Diagnostic;
use headset_design::Design;
use headset_kinds::kind::{Answer, Notice};
use headset_kinds::shell::word;
use headset_kinds::{Address, Cloud, Observation, cloud, registry};

use crate::as_applied::as_applied;
use crate::plan::{Action, Plan, PlanInput, creation_limit, plan};
use crate::session::{Session, Stop};
use crate::state::{Entry, Moved, OtherEnvironments, State, before_moves, moves};
use crate::survey::{self, Survey};

/// What was found out about an environment.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// What is there.
    pub survey: Survey,
    /// What would have to happen.
    pub plan: Plan,
    /// What is to be known about it. Errors mean that the plan cannot be carried out as it is.
    pub findings: Vec<Diagnostic>,
    /// What runs that were cut off have made and not written down, at the addresses of before the plan's moves: the plan takes
    /// it for known, so that state has to learn it before anything else.
    pub made: Vec<Entry>,
}

/// Looks at what is there, and plans. `design` is the blueprint's, or an empty one to take everything down; `state` what
/// is known, which may be newer than what the session was opened with. Changes nothing.
///
/// # Errors
/// If the blueprint is older than the state, or state cannot be read.
pub async fn assess(session: &Session, design: &Design, state: &State) -> Result<Assessment, Stop> {
    let cloud = session.cloud.as_ref();
    let with_deposed = design.resources.is_empty();
    let before = state;
    let Moved {
        mut state,
        renames,
        findings: about_moves,
        refused,
    } = moves(before, design);
    if !refused.is_empty() {
        return Err(Stop::Refused(refused));
    }
    let applied;
    let design = match session.scope.only_drift {
        true => {
            applied = as_applied(design, &state);
            &applied
        }
        false => design,
    };
    let begun = survey::begun(cloud, design, &state).await;
    let mut made = Vec::new();
    for one in begun.made {
        made.extend(one.entries(before_moves(&one.address, &renames), before));
        let entries = one.entries(&one.address, &state);
        entries.into_iter().for_each(|entry| state.apply(entry));
    }
    let unknown = unknown_addresses(session, design, &state);
    if !unknown.is_empty() {
        return Err(Stop::Mistakes(unknown));
    }
    let answers = session.store.answers();
    let answers_at = |address: &Address| answers.get(before_moves(address, &renames));
    let mut targets = survey::targets(design, &state, &answers_at)?;
    survey::recall(&mut targets, &state, &|address| {
        answers.are_kept(before_moves(address, &renames))
    });
    for target in &mut targets {
        target.believed.reading = session.reading;
    }
    let published = match session.asks {
        true => survey::fetch_again(cloud, &mut targets).await,
        false => BTreeMap::new(),
    };
    let mut survey = survey::survey(cloud, targets).await;
    survey.published = published;
    survey.withhold_foreign(design, &session.context.account);
    // Whether something else is there as well decides about it.
    let unread = begun.unread.into_iter();
    let unread = unread.map(|(address, error)| (address, Observation::Unknown(error)));
    survey.observations.extend(unread);
    // What is gone publishes nothing any more: that says no more than that it is gone.
    let is_gone = |address: &Address| matches!(survey.observations.get(address), Some(Observation::Absent));
    survey.published.retain(|address, _| !is_gone(address));
    let as_of = cloud.clock().now().to_string();
    let others = OtherEnvironments::beside(&session.store, &state);
    let planned = |survey: &Survey| {
        plan(&PlanInput {
            design,
            state: &state,
            moved: &renames,
            others: &others,
            survey,
            as_of: &as_of,
            with_deposed,
            scope: &session.scope,
        })
    };
    let (mut plan, mut findings) = planned(&survey);
    // What goes may take something along that only a look at it alone can tell.
    if survey.look_at_dependents(cloud, plan.going()).await {
        (plan, findings) = planned(&survey);
    }
    if survey.look_at_account(cloud, plan.coming()).await {
        (plan, findings) = planned(&survey);
    }
    // Where AWS counts what comes and goes, the account knows more than the states here.
    let counted = creation_limit::kinds(&plan.steps);
    if survey.look_up_events(cloud, counted.into_values()).await {
        (plan, findings) = planned(&survey);
    }
    notice(cloud, &mut plan).await;
    offer(&survey, &mut plan);
    // What is taken down needs no better design.
    if !with_deposed {
        findings.splice(0..0, session.remarks.iter().cloned());
    }
    findings.extend(survey::changed_documents(&survey.published));
    findings.extend(about_moves);
    findings.extend(survey::not_visible_yet(&begun.unseen));
    Ok(Assessment {
        survey,
        plan,
        findings,
        made,
    })
}

/// The first look for what AWS does not show yet comes after this, and each further one takes half as long again ...
const FIRST_LOOK: Duration = Duration::from_secs(2);
/// ... up to this.
const LONGEST_LOOK: Duration = Duration::from_secs(30);

/// Waits until it is known what runs that were cut off have made: AWS shows new things only some time after it made them,
/// and a plan that was made too early would lose sight of them. Most of the time there is nothing to wait for.
pub(crate) async fn has_shown(session: &Session, design: &Design, state: &State) {
    let cloud = session.cloud.as_ref();
    let state = moves(state, design).state;
    let began = cloud.clock().now();
    let mut pause = FIRST_LOOK;
    loop {
        let unseen = survey::begun(cloud, design, &state).await.unseen;
        let waited = cloud.clock().now().duration_since(began);
        if unseen.is_empty() || waited.unsigned_abs() > survey::INVISIBLE {
            return;
        }
        if pause == FIRST_LOOK {
            for (address, until) in unseen {
                cloud.tell(cloud::Notice::NotVisibleYet { address, until });
            }
        }
        cloud.clock().sleep(pause).await;
        pause = pause.mul_f64(1.5).min(LONGEST_LOOK);
    }
}

/// What is wrong with addresses that name a part of the plan: nothing is there, and nothing is asked for.
fn unknown_addresses(session: &Session, design: &Design, state: &State) -> Vec<Diagnostic> {
    let is_known = |address: &Address| design.resources.contains_key(address) || state.knows(address);
    let known = || design.resources.keys().chain(state.known());
    let unknown = session.scope.addresses().filter(|address| !is_known(address));
    unknown
        .map(|address| {
            let message = format!("`{}` has no {address}", session.name);
            let finding = Diagnostic::error("no-such-address", message);
            match address.nearest(known()) {
                Some(near) => finding.help(format!("did you mean {near}?")),
                None => finding.help("`headset status FILE` lists the addresses"),
            }
        })
        .collect()
}

/// Adds to checkpoints whose answers are lost how to give them again, as far as state tells them.
fn offer(survey: &Survey, plan: &mut Plan) {
    for step in plan.steps.values_mut() {
        let Action::Await { checkpoint, .. } = &mut step.action else {
            continue;
        };
        let Some(told) = survey
            .told
            .get(&step.address)
            .filter(|_| survey.lost.contains(&step.address))
        else {
            continue;
        };
        let given = checkpoint.questions.iter().filter_map(|question| {
            let key = question.key.as_str();
            let source = told.get(&format!("{key}_url")).filter(|url| !url.is_empty());
            let known = source.or_else(|| told.get(key));
            match known.filter(|known| !known.is_empty() && !known.contains(['\n', '<'])) {
                Some(known) => Some(word(&format!("{key}={known}")).to_string()),
                None if question.required && question.answer == Answer::Yes => Some(format!("{key}=yes")),
                // Only a file has it.
                None => question.required.then(|| format!("{key}=@FILE")),
            }
        });
        let address = word(&step.address.to_string()).to_string();
        let words: Vec<String> = [address].into_iter().chain(given).collect();
        let command = format!("headset checkpoint answer BLUEPRINT {}", words.join(" "));
        let id = step.id.as_deref().unwrap_or(&step.address.key);
        checkpoint.notices.retain(|notice| notice.of != id);
        checkpoint.notices.insert(
            0,
            Notice {
                of: id.to_owned(),
                text: format!("state still holds {id}: if that exists, answer again: `{command}`"),
            },
        );
    }
}

/// Adds to open checkpoints what is there already and may be what they ask for.
async fn notice(cloud: &dyn Cloud, plan: &mut Plan) {
    for step in plan.steps.values_mut() {
        let Action::Await { checkpoint, diff } = &mut step.action else {
            continue;
        };
        if diff.is_empty() {
            let kind = registry::kind(step.address.kind);
            *checkpoint = cloud.notice(kind, &step.want, checkpoint.clone()).await;
        }
    }
}
