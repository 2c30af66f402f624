//! A recording as a file holds it: one line of JSON for each run, one for each call.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::clock::Moment;

/// The version of the form that can be read.
const FORMAT: u64 = 1;

/// Why a file cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The file does not begin as a recording does.
    #[error("this is no recording: its first line is not that of one")]
    Foreign,
    /// A newer Headset has written it.
    #[error("the recording is of version {0}, and this Headset reads version {FORMAT}")]
    Version(u64),
    /// A line is broken.
    #[error("line {0}: {1}")]
    Line(usize, String),
    /// There is no call in it.
    #[error("no call was recorded")]
    Empty,
}

/// A recording.
#[derive(Debug)]
pub(super) struct Recording {
    /// What wrote each run, as the file says it.
    pub(super) runs: Vec<Value>,
    /// When the first run began.
    pub(super) origin: Moment,
    /// All calls in the order in which they were sent.
    pub(super) calls: Vec<Recorded>,
}

/// One call.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Recorded {
    /// Its number within its run.
    pub(super) n: u64,
    /// The run, from 1.
    #[serde(skip)]
    pub(super) run: usize,
    /// When it was sent, in milliseconds since the recording began.
    pub(super) start: i64,
    /// How long its answer took, in milliseconds.
    pub(super) took: u64,
    pub(super) service: String,
    pub(super) operation: String,
    pub(super) region: Option<String>,
    pub(super) protocol: String,
    pub(super) method: String,
    /// The pseudonym of the access key.
    pub(super) key: Option<String>,
    pub(super) host: Option<String>,
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) query: Vec<(String, Value)>,
    #[serde(default)]
    pub(super) headers: Map<String, Value>,
    #[serde(default)]
    pub(super) request: Value,
    pub(super) status: Option<u16>,
    #[serde(rename = "type")]
    pub(super) media_type: Option<String>,
    pub(super) code: Option<String>,
    /// Why no answer came.
    pub(super) lost: Option<String>,
    #[serde(default)]
    pub(super) answer: Value,
    #[serde(default)]
    pub(super) answer_headers: Map<String, Value>,
}

impl Recorded {
    /// Whether AWS carried it out.
    pub(super) fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether AWS said that there were too many calls.
    pub(super) fn throttled(&self) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        matches!(
            code,
            "Throttling"
                | "ThrottlingException"
                | "ThrottledException"
                | "TooManyRequestsException"
                | "RequestLimitExceeded"
                | "RequestLimitExceededException"
                | "RequestThrottled"
                | "SlowDown"
        )
    }

    /// `service:Operation`.
    pub(super) fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }
}

impl Recording {
    /// Reads a file's text. A last line that was cut off is left out.
    pub(super) fn read(text: &str) -> Result<Recording, ReplayError> {
        let header = |line: &str| {
            serde_json::from_str::<Value>(line)
                .ok()
                .filter(|header| header["headset_recording"].is_u64())
        };
        let first = text.lines().next().and_then(header).ok_or(ReplayError::Foreign)?;
        match first["headset_recording"].as_u64() {
            Some(FORMAT) => {}
            Some(other) => return Err(ReplayError::Version(other)),
            None => return Err(ReplayError::Foreign),
        }
        let origin = first["started"]
            .as_str()
            .and_then(|text| text.parse::<jiff::Timestamp>().ok())
            .and_then(|at| u64::try_from(at.as_millisecond()).ok())
            .ok_or(ReplayError::Foreign)?;
        let (mut runs, mut calls) = (Vec::new(), Vec::new());
        let last = text.lines().count();
        for (index, line) in text.lines().enumerate() {
            if let Some(header) = header(line) {
                runs.push(header);
                continue;
            }
            match serde_json::from_str::<Recorded>(line) {
                Ok(call) => calls.push(Recorded {
                    run: runs.len(),
                    ..call
                }),
                Err(_) if index + 1 == last && !text.ends_with('\n') => {}
                Err(error) => return Err(ReplayError::Line(index + 1, error.to_string())),
            }
        }
        if calls.is_empty() {
            return Err(ReplayError::Empty);
        }
        calls.sort_by_key(|call| (call.run, call.n));
        Ok(Recording {
            runs,
            origin: Moment(origin),
            calls,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = r#"{"headset_recording":1,"started":"2026-01-01T00:00:00.000Z"}"#;
    const CALL: &str = r#"{"n":2,"start":7,"took":1,"service":"sts","operation":"GetCallerIdentity","region":null,"protocol":"query","method":"POST"}"#;

    #[test]
    fn calls_are_read_in_their_order_and_runs_are_counted() {
        let earlier = CALL.replace("\"n\":2", "\"n\":1");
        let text = [HEADER, CALL, &earlier, HEADER, CALL, "{\"cut"].join("\n");
        let recording = Recording::read(&text).unwrap();
        let order: Vec<(usize, u64)> = recording.calls.iter().map(|call| (call.run, call.n)).collect();
        assert_eq!(order, [(1, 1), (1, 2), (2, 2)]);
        assert_eq!(recording.origin, Moment(1_767_225_600_000));
    }

    #[test]
    fn what_is_no_recording_is_refused() {
        assert_eq!(Recording::read("hello").unwrap_err(), ReplayError::Foreign);
        assert_eq!(Recording::read(HEADER).unwrap_err(), ReplayError::Empty);
        let newer = HEADER.replace(":1,", ":2,");
        assert_eq!(Recording::read(&newer).unwrap_err(), ReplayError::Version(2));
        let broken = [HEADER, "{\"n\":", CALL, ""].join("\n");
        assert!(matches!(
            Recording::read(&broken).unwrap_err(),
            ReplayError::Line(2, _)
        ));
    }
}
