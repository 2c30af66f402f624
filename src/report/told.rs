//! An event with what people read about it.

use jiff::Timestamp;
use serde::Serialize;

use super::{failure, operation};
use headset_engine::apply::event::Event;

/// The version of the events' form; grows when a member changes its meaning or goes.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// An event, and what is said about it.
#[derive(Clone, Debug)]
pub struct Told {
    /// What happened.
    pub event: Event,
    /// Why a step failed, in a sentence without a full stop.
    pub error: Option<String>,
    /// What to do about it, where something is known.
    pub help: Option<String>,
    /// The ids of the assumptions that may be behind a failure.
    pub assumptions: Vec<&'static str>,
}

impl Told {
    /// An event with its sentences.
    pub fn of(event: Event) -> Told {
        let (error, help, evidence) = match &event {
            Event::Failed { address, failure, .. } => (
                Some(failure::sentence(address, failure)),
                failure::help(address, failure),
                failure.evidence(address),
            ),
            _ => (None, None, Vec::new()),
        };
        let assumptions = evidence.iter().map(|one| one.id).collect();
        Told {
            event,
            error,
            help,
            assumptions,
        }
    }

    /// For programs: the event's own members, and its sentences beside them. `environment`: whose event it is.
    pub fn json(&self, at: Timestamp, environment: Option<&str>) -> serde_json::Result<String> {
        let (doing, done) = match &self.event {
            Event::Started { operation, .. } => (Some(operation::doing(*operation)), None),
            Event::Finished { operation, .. } => (None, Some(operation::done(*operation))),
            _ => (None, None),
        };
        let reason = match &self.event {
            Event::CheckpointRefused { because, .. } => Some(because.to_string()),
            _ => None,
        };
        serde_json::to_string(&Line {
            schema_version: SCHEMA_VERSION,
            at: at.to_string(),
            // The beginning names it itself.
            environment: environment.filter(|_| !matches!(self.event, Event::Begun { .. })),
            event: &self.event,
            doing,
            done,
            reason,
            error: self.error.as_deref(),
            help: self.error.as_ref().map(|_| self.help.as_deref()),
            assumptions: &self.assumptions,
        })
    }
}

#[derive(Serialize)]
struct Line<'a> {
    schema_version: u32,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    #[serde(flatten)]
    event: &'a Event,
    #[serde(skip_serializing_if = "Option::is_none")]
    doing: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    /// `null` where a step failed and nothing is known to be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    assumptions: &'a [&'static str],
}

#[cfg(test)]
mod tests {
    use super::super::volume::Volume;
    use super::super::written::{check, every};
    use super::super::{plain, samples};
    use super::*;
    use headset_core::{Address, AwsError, Class};
    use headset_engine::apply::{Failure, Operation, Rejection};
    use headset_engine::plan::Phase;
    use serde_json::{Value, json};

    fn line(event: Event) -> Value {
        let at = "2026-11-28T10:00:00Z".parse().unwrap();
        serde_json::from_str(&Told::of(event).json(at, None).unwrap()).unwrap()
    }

    /// Programs decide by identifiers, and what they read until now stays.
    #[test]
    fn events_carry_identifiers_beside_their_sentences() {
        let address: Address = "appstream.fleet/agents".parse().unwrap();
        let head = json!({
            "schema_version": 1, "at": "2026-11-28T10:00:00Z", "address": "appstream.fleet/agents", "phase": "up",
        });
        let with = |more: Value| {
            let mut all = head.as_object().unwrap().clone();
            all.extend(more.as_object().unwrap().clone());
            Value::Object(all)
        };
        let (phase, operation) = (Phase::Up, Operation::Wait);
        assert_eq!(
            line(Event::Started {
                address: address.clone(),
                phase,
                operation
            }),
            with(json!({ "event": "started", "operation": "wait", "doing": "waiting for" }))
        );
        let why = "metadata: it is not XML".to_owned();
        let because = Rejection::Answers(why.into());
        let refused = Event::CheckpointRefused {
            address: address.clone(),
            because,
        };
        assert_eq!(
            line(refused),
            json!({
                "schema_version": 1, "at": "2026-11-28T10:00:00Z", "event": "checkpoint-refused",
                "address": "appstream.fleet/agents", "reason": "metadata: it is not XML",
                "because": { "id": "wrong", "why": "metadata: it is not XML" },
            })
        );
        assert_eq!(
            line(Event::Finished {
                address: address.clone(),
                phase,
                operation
            }),
            with(json!({ "event": "finished", "operation": "wait", "done": "ready" }))
        );
        let error = AwsError {
            code: Some("SomethingNew".to_owned()),
            request_id: Some("9a7e".to_owned()),
            ..AwsError::new("appstream", "UpdateFleet", Class::Other, "no")
        };
        let failed = Event::Failed {
            address,
            phase,
            operation: Some(Operation::Update),
            failure: Failure::Call { error, hint: None },
        };
        assert_eq!(
            line(failed),
            with(json!({
                "event": "failed", "operation": "update", "help": null,
                "error": "appstream:UpdateFleet failed with SomethingNew: no (request 9a7e)",
                "failure": {
                    "id": "call",
                    "error": {
                        "service": "appstream", "operation": "UpdateFleet", "code": "SomethingNew", "message": "no",
                        "request_id": "9a7e", "class": "other",
                    },
                },
            }))
        );
    }

    /// One of each sort: for programs, and the line that people without a terminal read of it.
    #[test]
    fn events_read_so_for_programs_and_so_for_people() {
        let events = samples::events();
        every!(
            Event,
            &events,
            [
                Begun,
                Started,
                Observed,
                Finished,
                UpToDate,
                Failed,
                Skipped,
                CheckpointOpened,
                CheckpointAnswered,
                CheckpointRefused,
                WaitingForPeople,
                WaitingForSessions,
                Unanswered,
                CredentialsExpired,
                CredentialsRenewed,
                Interrupted
            ]
        );
        let at = "2026-11-28T10:00:00Z".parse().unwrap();
        let told: Vec<Told> = events.into_iter().map(Told::of).collect();
        let json: Vec<String> = told
            .iter()
            .map(|told| told.json(at, Some("acme")).unwrap())
            .collect();
        check("told.jsonl", &format!("{}\n", json.join("\n")));
        let plain: Vec<String> = told
            .iter()
            .filter_map(|told| plain::line(told, Some("3m10s"), Volume::Normal))
            .collect();
        check("plain.txt", &format!("{}\n", plain.join("\n")));
        // What is quiet says less of it, what is verbose more.
        let lines = |volume| {
            told.iter()
                .filter(|told| plain::line(told, None, volume).is_some())
                .count()
        };
        assert!(lines(Volume::Quiet) < plain.len() && plain.len() < lines(Volume::Verbose));
    }
}
