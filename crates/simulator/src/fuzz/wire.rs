//! Bytes: sound requests in every protocol, and damaged ones. Whatever arrives, the answer is a readable one, and damage
//! is the client's fault.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::draft::Draft;
use super::generator::InputGenerator;
use super::preparation::{self, Step};
use super::{START, home, noun, preferred};
use crate::clock::wall;
use crate::service::{self, Service};
use crate::simulator::{SimOptions, Simulator};
use crate::wire::Protocol;
use crate::wire::checksum;
use crate::wire::table::{Operation, Table, table};
use crate::wire::validate;
use crate::world::Settings;

/// Simulators, and requests to each.
const SEEDS: u64 = 6;
const REQUESTS: usize = 2000;

/// The date that a signature of this moment carries.
fn amz_date() -> String {
    let now = jiff::Timestamp::from_millisecond(wall().0 as i64).expect("a date");
    now.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn sign(draft: &mut Draft, table: &Table, region: &str, date: &str) {
    draft.header(
        "authorization",
        &format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{}/{region}/{}/aws4_request, SignedHeaders=host, Signature=00",
            &date[..8],
            table.signing_name()
        ),
    );
    draft.header("x-amz-date", date);
    draft.header("host", "aws.example.com");
}

/// What was done to a request before it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Sound,
    /// A document whose end is missing.
    Cut,
    Damaged,
}

/// Whether the body is what its content type says.
fn readable(media_type: &str, body: &[u8]) -> Result<Option<Value>, String> {
    if body.is_empty() {
        return Ok(None);
    }
    if media_type.contains("json") {
        let value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        return Ok(Some(value));
    }
    if media_type.contains("xml") {
        let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
        let document = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
        let leaves = document
            .descendants()
            .filter(|node| node.is_element() && !node.children().any(|child| child.is_element()))
            .filter_map(|leaf| Some(json!({ leaf.tag_name().name(): leaf.text()? })));
        return Ok(Some(leaves.collect()));
    }
    if media_type.contains("cbor") {
        let mut decoder = minicbor::Decoder::new(body);
        decoder.skip().map_err(|error| error.to_string())?;
        if decoder.position() != body.len() {
            return Err("bytes after the document".to_owned());
        }
    }
    Ok(None)
}

struct Fuzzer {
    generator: InputGenerator,
    simulator: Arc<Simulator>,
    runtime: tokio::runtime::Runtime,
}

impl Fuzzer {
    fn new(seed: u64) -> Fuzzer {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let options = SimOptions {
            settings: Settings {
                quirks: seed % 4,
                ..Settings::default()
            },
            origin: START,
            seed,
            ..SimOptions::default()
        };
        let simulator = runtime.block_on(async { Simulator::new(options) });
        let generator = InputGenerator::new(seed);
        Fuzzer {
            generator,
            simulator,
            runtime,
        }
    }

    /// A request for the operation, if the generator finds input that its model allows.
    fn draft(&mut self, table: &Table, name: &str, operation: &Operation) -> Option<(Draft, Value)> {
        let input = match &operation.input {
            Some(shape) => self.generator.value(table, table.shape(shape), name, 0)?,
            None => json!({}),
        };
        if let Some(shape) = &operation.input
            && !validate::check(table, shape, &input).is_empty()
        {
            return None;
        }
        let mut protocol = preferred(table);
        if protocol == Protocol::Cbor && self.generator.random.bool() {
            protocol = Protocol::Json;
        }
        let mut draft = Draft::of(table, name, operation, protocol, &input);
        let needs_checksum = operation
            .checksum
            .as_ref()
            .is_some_and(|rule| rule.request_checksum_required);
        if needs_checksum && self.generator.random.u8(..) < 230 {
            draft
                .headers
                .retain(|(name, _)| !name.starts_with("x-amz-checksum-"));
            let sum = checksum::md5_of(&draft.body);
            draft.header("content-md5", &sum);
        }
        if matches!(name, "PutObject" | "UploadPart") && self.generator.random.bool() {
            draft.stream(&mut self.generator.random);
        }
        Some((draft, input))
    }

    /// Makes one of each thing.
    fn begin(&mut self) {
        let date = amz_date();
        for step in preparation::STEPS {
            match *step {
                Step::Wait(seconds) => self.simulator.skip(Duration::from_secs(seconds)),
                Step::Call(service, name, input) => {
                    let table = table(service).expect("a table");
                    let mut input = preparation::filled(input, &self.generator);
                    loop {
                        let operation = &table.operations[name];
                        let protocol = match preferred(table) {
                            Protocol::Cbor => Protocol::Json,
                            other => other,
                        };
                        let mut draft = Draft::of(table, name, operation, protocol, &input);
                        sign(&mut draft, table, home(service), &date);
                        let mut sent = self.send(&draft, State::Sound, name, &input);
                        if sent == Ok(false) {
                            // What was made a moment ago may not be known yet.
                            self.simulator.skip(Duration::from_secs(120));
                            sent = self.send(&draft, State::Sound, name, &input);
                        }
                        assert_eq!(sent, Ok(true), "the preparation's {name}: {input}");
                        match self.generator.take("nexttoken") {
                            Some(token) => input["NextToken"] = token.into(),
                            None => break,
                        }
                    }
                }
            }
        }
    }

    /// Sends a request. Answers whether it got through, or what is wrong with the answer.
    fn send(&mut self, draft: &Draft, state: State, name: &str, input: &Value) -> Result<bool, String> {
        let Some(request) = draft.request() else {
            return Ok(false);
        };
        let (simulator, runtime) = (&self.simulator, &self.runtime);
        let response = catch_unwind(AssertUnwindSafe(|| runtime.block_on(simulator.handle(request))))
            .map_err(|_| "it panicked".to_owned())?;
        let status = response.status().as_u16();
        let body = String::from_utf8_lossy(response.body());
        let injected = body.contains("injected by a fault rule");
        let documented = body.contains("InternalError") && super::is_documented("InternalError", name);
        if !(200..500).contains(&status) && status != 501 && !injected && !documented {
            return Err(format!("status {status}: {body}"));
        }
        if state == State::Cut && status < 400 {
            return Err(format!("a document without its end is answered with {status}"));
        }
        let media_type = response
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        // What an object holds is its owner's business, under whatever type.
        let object = draft.method == "GET" && status < 300 && response.headers().contains_key("etag");
        let answer = match object {
            true => None,
            false => readable(&media_type, response.body())
                .map_err(|error| format!("an unreadable answer ({media_type}): {error}"))?,
        };
        if status < 300 && state == State::Sound {
            self.generator.learn(noun(name), "", input);
            self.generator.take("nexttoken");
            if let Some(answer) = answer {
                self.generator.learn(noun(name), "", &answer);
            }
        }
        Ok(status < 300)
    }
}

#[test]
fn no_bytes_break_the_simulator() {
    let all: Vec<(&dyn Service, &str)> = service::all()
        .iter()
        .flat_map(|service| service.operations().into_iter().map(move |name| (*service, name)))
        .collect();
    let mut problems: BTreeMap<String, String> = BTreeMap::new();
    let mut through: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let (mut cut, mut damaged) = (0, 0);
    for seed in 1..=SEEDS {
        let mut fuzzer = Fuzzer::new(seed);
        fuzzer.begin();
        let date = amz_date();
        for step in 0..REQUESTS {
            let (service, name) = *fuzzer.generator.random.choice(&all).expect("operations");
            fuzzer.generator.sparse = *fuzzer.generator.random.choice(&[100, 180, 240]).expect("numbers");
            let table = table(service.name()).expect("a table");
            let Some((mut draft, input)) = fuzzer.draft(table, name, &table.operations[name]) else {
                continue;
            };
            let region = match fuzzer.generator.random.u8(..) {
                0..10 => "us-east-1",
                10..20 => "eu-west-1",
                _ => home(service.name()),
            };
            let state = match fuzzer.generator.random.u8(..) {
                0..100 => State::Sound,
                100..130 if draft.document && draft.body.len() > 2 => {
                    let length = fuzzer.generator.random.usize(1..draft.body.len());
                    draft.body.truncate(length);
                    cut += 1;
                    State::Cut
                }
                _ => {
                    sign(&mut draft, table, region, &date);
                    draft.damage(&mut fuzzer.generator.random);
                    damaged += 1;
                    State::Damaged
                }
            };
            if state != State::Damaged {
                sign(&mut draft, table, region, &date);
            }
            match fuzzer.send(&draft, state, name, &input) {
                Ok(true) => *through.entry((service.name(), name)).or_default() += 1,
                Ok(false) => {}
                Err(problem) => {
                    let how = format!(
                        "seed {seed}, step {step}, {state:?}: {} {} {:?}\n    {:?}",
                        draft.method,
                        draft.target,
                        draft.headers,
                        String::from_utf8_lossy(&draft.body)
                    );
                    problems
                        .entry(format!("{}:{name}: {problem}", service.name()))
                        .or_insert(how);
                }
            }
            if fuzzer.generator.random.u8(..) < 20 {
                let span = *fuzzer
                    .generator
                    .random
                    .choice(&[1, 30, 600, 86_400])
                    .expect("spans");
                fuzzer.simulator.skip(Duration::from_secs(span));
            }
        }
    }
    let report: Vec<String> = problems
        .iter()
        .map(|(what, how)| format!("{what}\n    {how}"))
        .collect();
    assert!(
        report.is_empty(),
        "{} problems\n{}",
        report.len(),
        report.join("\n")
    );
    // Requests must get through, and damage must have been done, or all of this proves nothing.
    let share = through.len() as f64 / all.len() as f64;
    let never: Vec<String> = all
        .iter()
        .filter(|(service, name)| !through.contains_key(&(service.name(), *name)))
        .map(|(service, name)| format!("{}:{name}", service.name()))
        .collect();
    assert!(
        share > 0.6,
        "only {share:.2} of the operations ever succeeded; never: {}",
        never.join(", ")
    );
    assert!(cut > 200 && damaged > 2000, "{cut} cut, {damaged} damaged");
}

/// The control plane, whose input no model checks.
#[test]
fn no_bytes_break_the_control_plane() {
    let mut problems = Vec::new();
    for seed in 1..=4 {
        let mut fuzzer = Fuzzer::new(seed);
        for step in 0..400 {
            let (method, path, body) = *fuzzer
                .generator
                .random
                .choice(&[
                    ("GET", "hello", ""),
                    ("GET", "calls", ""),
                    ("POST", "clock", r#"{"skip_seconds":3600}"#),
                    ("POST", "faults", r#"{"kind":"delay","seconds":1.5,"operation":"ListUsers"}"#),
                    ("POST", "faults", r#"{"kind":"error","code":"Throttling","status":400,"nth":2,"times":1}"#),
                    ("DELETE", "faults", ""),
                    ("POST", "operator", r##"{"worksheet":"# Type this\n\n| Field | Value |\n|---|---|\n| a | b |"}"##),
                    ("POST", "console/applications/create", r#"{"display_name":"acme","acs_url":"https://signin.aws.amazon.com/saml","audience":"urn:amazon:webservices"}"#),
                    ("PUT", "snapshot", r#"{"version":1,"now":1793500000000,"world":{}}"#),
                ])
                .expect("requests");
            let mut draft = Draft {
                method: method.to_owned(),
                target: format!("/_sim/{path}"),
                headers: vec![("host".to_owned(), b"127.0.0.1".to_vec())],
                body: body.as_bytes().to_vec(),
                document: false,
            };
            draft.damage(&mut fuzzer.generator.random);
            if let Err(problem) = fuzzer.send(&draft, State::Damaged, "", &Value::Null) {
                let body = String::from_utf8_lossy(&draft.body);
                problems.push(format!(
                    "seed {seed}, step {step}: {method} {} {body:?}: {problem}",
                    draft.target
                ));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
