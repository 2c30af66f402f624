//! Saved plans: what one run showed and another one carries out, and nothing else.
//!
//! A saved plan holds no specs, only what each step does and a digest of it. When it is carried out, what is there is looked at
//! again and planned anew, and the two have to be the same: so nothing that the file says is trusted, and a file that was
//! edited does no more than the plan of that moment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use headset_core::Address;
use headset_core::diagnostic::Diagnostic;
use headset_core::words::plural;

use crate::plan::guard::Allowed;
use crate::plan::{Action, Plan, Selection, Step};
use crate::session::{Begun, Session};
use crate::state::{MEMBER, Places, State, Sum, taken_from};

/// The format of saved plans that this version writes.
const FORMAT: u32 = 1;

/// The member of a plan's document that makes it a saved plan.
const SAVED: &str = "saved";

/// How many differences are named.
const NAMED: usize = 20;

/// Everything that a plan holds for and for nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Headset's version.
    pub headset: String,
    /// A digest of all that the blueprint was read from.
    pub blueprint: String,
    /// The environment.
    pub environment: String,
    /// The account.
    pub account: String,
    /// Where its services are.
    pub places: Places,
    /// What answers: AWS, or what stands in for it.
    pub endpoint: String,
    /// Where state is kept.
    pub store: String,
    /// The lineage of state.
    pub lineage: String,
    /// How often state had changed.
    pub serial: u64,
}

/// What surrounds a plan that only a command knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// Headset's version.
    pub headset: String,
    /// A digest of all that the blueprint was read from.
    pub blueprint: String,
    /// What answers: AWS, or what stands in for it.
    pub endpoint: String,
}

impl Bound {
    /// What a plan of this session holds for, at this state.
    pub fn of(session: &Session, state: &State, around: Around) -> Bound {
        let Around {
            headset,
            blueprint,
            endpoint,
        } = around;
        Bound {
            headset,
            blueprint,
            endpoint,
            environment: session.name.clone(),
            account: session.context.account.clone(),
            places: Places {
                regions: session.cloud.regions().clone(),
                identity: session.cloud.identity().clone(),
            },
            store: match session.store.shared() {
                Some(shared) => shared.place(),
                None => "the state directory".to_owned(),
            },
            lineage: state.lineage.clone(),
            serial: state.serial,
        }
    }

    /// What is no longer the same, each in a few words.
    fn differences(&self, now: &Bound) -> Vec<String> {
        let places = |bound: &Bound| {
            let regions = &bound.places.regions;
            format!(
                "connect {}, appstream {}, s3 {}, identity center {} ({:?})",
                regions.connect,
                regions.appstream,
                regions.s3,
                regions.identity_center,
                bound.places.identity
            )
        };
        let rows: [(&str, String, String); 9] = [
            ("Headset's version", self.headset.clone(), now.headset.clone()),
            (
                "the environment",
                self.environment.clone(),
                now.environment.clone(),
            ),
            ("the account", self.account.clone(), now.account.clone()),
            ("the regions", places(self), places(now)),
            ("the endpoint", self.endpoint.clone(), now.endpoint.clone()),
            ("where state is kept", self.store.clone(), now.store.clone()),
            ("the lineage of state", self.lineage.clone(), now.lineage.clone()),
            (
                "changes of state",
                self.serial.to_string(),
                now.serial.to_string(),
            ),
            (
                "the blueprint (digest)",
                short(&self.blueprint),
                short(&now.blueprint),
            ),
        ];
        rows.into_iter()
            .filter(|(_, saved, now)| saved != now)
            .map(|(what, saved, now)| format!("{what}: saved with {saved}, now {now}"))
            .collect()
    }
}

fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}

/// What was promised about one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// What is done.
    pub r#do: String,
    /// The fields that are changed.
    pub fields: BTreeSet<String>,
    /// How many sessions it cuts off; `None`: AWS does not say.
    pub sessions: Option<u32>,
    /// Of all that decides what is done.
    pub digest: String,
}

impl Promise {
    fn of(step: &Step) -> Promise {
        let mut action = json!(&step.action);
        let name = action["do"].as_str().unwrap_or_default().to_owned();
        match &step.action {
            // What is printed for people, and what a failed call said, is not what is done.
            Action::Await { .. } | Action::Unknown { .. } => {
                if let Some(members) = action.as_object_mut() {
                    members.remove("checkpoint");
                    members.remove("error");
                }
            }
            Action::Keep
            | Action::Read
            | Action::Create
            | Action::Adopt { .. }
            | Action::Update { .. }
            | Action::Replace { .. }
            | Action::Delete
            | Action::Release
            | Action::Forget
            | Action::Refused { .. } => {}
        }
        let whole = json!([action, step.want, step.id, step.after, step.protect]);
        Promise {
            r#do: name,
            fields: step
                .action
                .diff()
                .iter()
                .map(|change| change.field.clone())
                .collect(),
            sessions: step.impact.sessions(),
            digest: hex::encode(Sha256::digest(whole.to_string())),
        }
    }

    fn words(&self) -> String {
        let fields: Vec<&str> = self.fields.iter().map(String::as_str).collect();
        match fields.is_empty() {
            true => self.r#do.clone(),
            false => format!("{} of {}", self.r#do, fields.join(" and ")),
        }
    }

    /// Whether what would be done now is something else, in a few words.
    fn difference(&self, now: &Promise) -> Option<String> {
        if (&self.r#do, &self.fields) != (&now.r#do, &now.fields) {
            return Some(format!("saved: {}; now: {}", self.words(), now.words()));
        }
        if self.digest != now.digest {
            return Some(format!(
                "saved: {}; now: the same with other values",
                self.words()
            ));
        }
        let more = match (self.sessions, now.sessions) {
            (Some(saved), Some(now)) => now > saved,
            (saved, now) => saved != now,
        };
        let open = |sessions: Option<u32>| match sessions {
            Some(open) => plural(open as usize, "open session"),
            None => "an unknown number of open sessions".to_owned(),
        };
        more.then(|| {
            format!(
                "saved: {} were there; now: {}",
                open(self.sessions),
                open(now.sessions)
            )
        })
    }
}

/// A saved plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    format: u32,
    /// What it holds for.
    pub bound: Bound,
    /// The blueprint's file, as it was given.
    pub file: String,
    /// The files of values that went over it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<PathBuf>,
    /// What was set in it.
    pub sets: Vec<String>,
    /// Whether identity providers were not asked again.
    pub offline: bool,
    /// Whether the environment is taken down.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub destroys: bool,
    /// What the user allowed.
    pub allowed: Allowed,
    /// Which part of the plan it is.
    pub scope: Selection,
    /// What is made up for a new environment.
    pub planned: Begun,
    steps: BTreeMap<Address, Promise>,
    moved: Vec<(Address, Address)>,
    deposed: Vec<(Address, String)>,
}

/// What a plan is saved with.
#[derive(Clone, Debug)]
pub struct Given {
    /// The blueprint's file.
    pub file: String,
    /// The files of values that went over it.
    pub values: Vec<PathBuf>,
    /// What was set in it.
    pub sets: Vec<String>,
    /// Whether identity providers are not asked again.
    pub offline: bool,
    /// Whether the environment is taken down.
    pub destroys: bool,
    /// What the user allows.
    pub allowed: Allowed,
}

/// Why a file is no saved plan that this version can use.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unusable {
    /// It was changed, or cut short.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// Another version wrote it.
    #[error("it has format {0}, which this version of Headset does not know")]
    Format(u64),
}

/// Whether a text is meant to be a saved plan.
pub fn is_saved(text: &str) -> bool {
    // A blueprint is YAML, of which JSON is a part; none has this key.
    text.trim_start().starts_with('{') && text.contains("\"saved\"")
}

impl Saved {
    /// A plan of a session, to be carried out later.
    pub fn of(session: &Session, plan: &Plan, bound: Bound, given: Given) -> Saved {
        let Given {
            file,
            values,
            sets,
            offline,
            destroys,
            allowed,
        } = given;
        Saved {
            format: FORMAT,
            file,
            values,
            sets,
            offline,
            destroys,
            allowed,
            scope: session.scope.clone(),
            planned: Begun {
                lineage: bound.lineage.clone(),
                expires: session.context.expires.clone(),
            },
            bound,
            steps: promises(plan),
            moved: plan.moved.clone(),
            deposed: plan.deposed.clone(),
        }
    }

    /// The document of a plan with this in it, and a checksum over everything.
    pub fn document(&self, mut plan: Value) -> Value {
        plan[SAVED] = json!(self);
        plan[MEMBER] = json!(Sum::of(&plan));
        plan
    }

    /// Reads such a document.
    ///
    /// # Errors
    /// If it was changed since it was written, or another version wrote it.
    pub fn read(text: &str) -> Result<Saved, Unusable> {
        let damaged = |why: String| Unusable::Damaged(why);
        let mut document: Value = serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
        let format = document[SAVED]["format"].as_u64().unwrap_or_default();
        if format != u64::from(FORMAT) && format != 0 {
            return Err(Unusable::Format(format));
        }
        let sum = taken_from(&mut document).ok_or_else(|| damaged("it has no checksum".to_owned()))?;
        if sum != Sum::of(&document) {
            return Err(damaged("its checksum is not that of what it holds".to_owned()));
        }
        serde_json::from_value(document[SAVED].take()).map_err(|error| damaged(error.to_string()))
    }

    /// Why it does not hold for this any more, before anything is planned.
    pub fn unbound(&self, now: &Bound) -> Option<Diagnostic> {
        let differences = self.bound.differences(now);
        let message = "this plan was saved for something else than what is there now";
        (!differences.is_empty()).then(|| self.stale(message, differences))
    }

    /// Why it is not the plan of now.
    pub fn differs(&self, plan: &Plan) -> Option<Diagnostic> {
        let now = promises(plan);
        let addresses: BTreeSet<&Address> = self.steps.keys().chain(now.keys()).collect();
        let mut differences: Vec<String> = addresses
            .into_iter()
            .filter_map(|address| {
                let words = match (self.steps.get(address), now.get(address)) {
                    (Some(saved), Some(now)) => saved.difference(now)?,
                    (Some(saved), None) => format!("saved: {}; now: nothing", saved.words()),
                    (None, Some(now)) => format!("saved: nothing; now: {}", now.words()),
                    (None, None) => return None,
                };
                Some(format!("{address}: {words}"))
            })
            .collect();
        if self.moved != plan.moved {
            differences.push("other addresses move in state".to_owned());
        }
        if self.deposed != plan.deposed {
            differences.push("other predecessors are deleted".to_owned());
        }
        let message =
            "what is there has changed since this plan was saved, and the plan would be another one now";
        (!differences.is_empty()).then(|| self.stale(message, differences))
    }

    fn stale(&self, message: &str, mut differences: Vec<String>) -> Diagnostic {
        let more = differences.len().saturating_sub(NAMED);
        differences.truncate(NAMED);
        if more > 0 {
            differences.push(format!("and {more} more"));
        }
        let finding = Diagnostic::error("stale-plan", message);
        let finding = differences.into_iter().fold(finding, Diagnostic::note);
        let save = match self.destroys {
            true => "headset plan FILE --destroy --out PLAN",
            false => "headset plan FILE --out PLAN",
        };
        finding.help(format!(
            "nothing was changed: save a new plan with `{save}`, look at it, and apply that"
        ))
    }
}

/// A digest of all that a plan does: what people look at is not part of it.
pub fn digest(plan: &Plan) -> String {
    let whole = json!([promises(plan), plan.moved, plan.deposed]);
    hex::encode(Sha256::digest(whole.to_string()))
}

/// What a plan does, address by address.
fn promises(plan: &Plan) -> BTreeMap<Address, Promise> {
    plan.steps
        .values()
        .filter(|step| !matches!(step.action, Action::Keep | Action::Read))
        .map(|step| (step.address.clone(), Promise::of(step)))
        .collect()
}
