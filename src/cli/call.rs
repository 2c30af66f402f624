//! `headset verify --call`: leads a person through a test call, and keeps what the person says.

use std::path::Path;

use headset_engine::verify::{Entry, Finding, Verification};
use headset_kinds::Address;
use headset_kinds::acceptance::{CONTACT, LOOK, Step, is_contact, steps};
use headset_kinds::connect::approved_origin::{CallAudio, is_of_pages};
use headset_kinds::connect::{ApprovedOriginSpec, InstanceSpec};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::environment::Environment;
use super::exit::Failure;
use super::rewrite::rewrite;
use super::terminal;
use headset_core::shell::word;

/// The form of the record.
const VERSION: u32 = 1;
/// The most that is read of a record, in bytes: a person writes a few sentences.
const LONGEST: u64 = 1 << 20;

/// What a person said about a test call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    schema_version: u32,
    environment: String,
    audio: CallAudio,
    tester: String,
    began: Timestamp,
    #[serde(default)]
    ended: Option<Timestamp>,
    /// The contact's id, as the person read it; empty: the person had none.
    #[serde(default)]
    contact: Option<String>,
    answers: Vec<Answer>,
}

/// What a person said about one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    step: String,
    question: String,
    result: Said,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Said {
    Yes,
    No,
}

impl Record {
    fn answer(&self, step: &Step) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.step == step.check.id)
    }

    /// The step that this one would have had to come after.
    fn blocked(&self, step: &Step) -> Option<&'static str> {
        self.first_against(step.check.after)
    }

    fn first_against(&self, after: &'static [&'static str]) -> Option<&'static str> {
        let mut own = after
            .iter()
            .filter(|id| steps(self.audio).any(|one| one.check.id == **id));
        let is_against = |id: &&&'static str| {
            let step = steps(self.audio).find(|one| one.check.id == **id);
            step.is_some_and(|step| match self.answer(step) {
                Some(answer) => answer.result == Said::No,
                None => self.blocked(step).is_some(),
            })
        };
        own.find(is_against).copied()
    }

    /// Writes it, so that what is read is one state or the next.
    fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Failure::new(error.to_string()))?;
        rewrite(path, &format!("{text}\n"))?;
        Ok(())
    }

    /// The record that a call was broken off with, or a new one.
    fn open(path: &Path, environment: &Environment, audio: CallAudio) -> Result<Option<Record>, Failure> {
        let text = match terminal::read_text(path, LONGEST) {
            Ok(text) => text,
            Err(error) if error.is_missing() => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let record: Record = serde_json::from_str(&text).map_err(|error| Failure::damaged(path, error))?;
        let other = "give another file to `--record-result`";
        let shown = path.display();
        if record.schema_version != VERSION {
            return Err(Failure::new(format!("{shown} was written by another version")).help(other));
        }
        if record.environment != environment.name || record.audio != audio {
            let message =
                format!("{shown} is about a call of another environment, or with the audio elsewhere");
            return Err(Failure::new(message).help(other));
        }
        if record.ended.is_some() {
            return Err(Failure::new(format!("{shown} holds a call that is over")).help(other));
        }
        Ok(Some(record))
    }
}

/// Asks until the answer is one; `None`: the terminal is closed.
async fn asked<T>(question: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    loop {
        let answer = terminal::asked(question).await?;
        if let Some(read) = read(&answer) {
            return Some(read);
        }
    }
}

fn yes_or_no(answer: &str) -> Option<Said> {
    match answer.to_ascii_lowercase().as_str() {
        "y" | "yes" => Some(Said::Yes),
        "n" | "no" => Some(Said::No),
        _ => None,
    }
}

/// A test call, as far as it came.
#[derive(Debug)]
pub(super) struct Call {
    /// What was answered, as checks.
    pub(super) verification: Verification,
    /// Whether everything was asked.
    pub(super) is_over: bool,
}

/// Leads a person through the steps that are not answered yet. Each answer is kept before the next question.
pub(super) async fn call(environment: &Environment, path: &Path) -> Result<Call, Failure> {
    if !terminal::can_ask() {
        return Err(Failure::usage(
            "a test call is made by a person, and there is no terminal to ask one at",
        )
        .help("run the command in a terminal"));
    }
    let audio = audio(environment);
    let now = || environment.cloud.clock().now();
    let mut record = match Record::open(path, environment, audio)? {
        Some(record) => {
            terminal::talk(&format!(
                "Going on with {}, which {} began.",
                path.display(),
                record.tester
            ));
            record
        }
        None => {
            let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
            let Some(tester) = asked("Who tests? Your name:", named).await else {
                return Err(Failure::new("no name was given, and nothing was asked"));
            };
            Record {
                schema_version: VERSION,
                environment: environment.name.clone(),
                audio,
                tester,
                began: now(),
                ended: None,
                contact: None,
                answers: Vec::new(),
            }
        }
    };
    record.write(path)?;
    let finished = ask_all(&mut record, path, now).await?;
    if finished {
        record.ended = Some(now());
        record.write(path)?;
    } else {
        terminal::warn(&format!(
            "Not all was asked. What was answered is in {}: give it again to go on.",
            word(&path.to_string_lossy())
        ));
    }
    Ok(Call {
        verification: verification(environment, &record).await,
        is_over: finished,
    })
}

/// Asks what is not answered yet. `false`: the terminal was closed before the end.
async fn ask_all(record: &mut Record, path: &Path, now: impl Fn() -> Timestamp) -> Result<bool, Failure> {
    for step in steps(record.audio) {
        if record.answer(step).is_some() || record.blocked(step).is_some() {
            continue;
        }
        let Some(result) = asked(&format!("{} [y/n]", step.question), yes_or_no).await else {
            return Ok(false);
        };
        let why = match result {
            Said::Yes => None,
            Said::No => asked("What happens instead?", |why| Some(why.to_owned())).await,
        };
        record.answers.push(Answer {
            step: step.check.id.to_owned(),
            question: step.question.to_owned(),
            result,
            why,
            at: now(),
        });
        record.write(path)?;
    }
    if record.contact.is_none() && record.first_against(CONTACT.after).is_none() {
        let id = |text: &str| (text.is_empty() || is_contact(text)).then(|| text.to_owned());
        let question = "The contact's id, which `Report a problem` on the page shows (empty: none):";
        let Some(contact) = asked(question, id).await else {
            return Ok(false);
        };
        record.contact = Some(contact);
        record.write(path)?;
    }
    Ok(true)
}

/// Where the audio of calls is; without pages of ours, in the desktop.
fn audio(environment: &Environment) -> CallAudio {
    let origins = environment.design.resources.iter();
    let mut origins = origins
        .filter(|(address, desired)| address.kind == ApprovedOriginSpec::KIND && is_of_pages(&desired.spec));
    let audio = origins.find_map(|(_, desired)| ApprovedOriginSpec::AUDIO.of(&desired.spec).cloned());
    audio
        .and_then(|audio| serde_json::from_value(audio).ok())
        .unwrap_or(CallAudio::Session)
}

/// What was answered, as checks of the instance.
async fn verification(environment: &Environment, record: &Record) -> Verification {
    let mut addresses = environment.design.resources.keys();
    let address = addresses
        .find(|address| address.kind == InstanceSpec::KIND)
        .cloned();
    let address = address.unwrap_or_else(|| Address::new(InstanceSpec::KIND, &environment.name));
    let entry = |check, looked_at, finding| Entry {
        address: address.clone(),
        check,
        looked_at,
        finding,
    };
    let mut entries: Vec<Entry> = Vec::new();
    for step in steps(record.audio) {
        let (looked_at, finding) = match (record.answer(step), record.blocked(step)) {
            (Some(answer), _) => (
                format!("what {} said at {}", record.tester, answer.at),
                match answer.result {
                    Said::Yes => Finding::Passed,
                    Said::No => Finding::Failed {
                        why: match answer.why.as_deref() {
                            Some(why) if !why.is_empty() => why.to_owned(),
                            _ => format!("{} said no", record.tester),
                        },
                        help: "run `headset verify`, and `headset verify --user NAME` for this agent"
                            .to_owned(),
                    },
                },
            ),
            (None, Some(because)) => (
                address.to_string(),
                Finding::NotMade {
                    of: address.clone(),
                    because,
                },
            ),
            (None, None) => (
                address.to_string(),
                Finding::NotChecked {
                    why: "the test was broken off before".to_owned(),
                    look: "give the same `--record-result` to go on".to_owned(),
                },
            ),
        };
        entries.push(entry(&step.check, looked_at, finding));
    }
    if let Some(contact) = &record.contact {
        let checked = match environment.state.resources.get(&address) {
            _ if contact.is_empty() => CONTACT.not_checked("the contact's id", "no id was given", LOOK),
            None => {
                let why = format!("state does not know the instance that has {contact}");
                CONTACT.not_checked("the contact's id", why, LOOK)
            }
            Some(instance) => environment.cloud.contact(&instance.id, contact).await,
        };
        entries.push(entry(&CONTACT, checked.looked_at, checked.verdict.into()));
    }
    Verification {
        environment: record.environment.clone(),
        entries,
        findings: Vec::new(),
    }
}
