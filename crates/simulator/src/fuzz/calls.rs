//! Decoded calls: what the services themselves make of input that the models allow.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use serde_json::{Value, json};

use super::generator::InputGenerator;
use super::preparation::{self, Step};
use super::{START, home, noun, preferred};
use crate::clock::Moment;
use crate::reply::{Progress, write};
use crate::service::{self, Call, Caller, Service};
use crate::wire::refusal;
use crate::wire::route::Route;
use crate::wire::table::{Kind, Shape, Table, table};
use crate::wire::validate;
use crate::world::{Settings, World};

/// Worlds, and calls in each.
const SEEDS: u64 = 32;
const CALLS: usize = 3000;

/// Required by a shape that requests and answers share; AWS says itself that it does not come back.
const WITHHELD: &[&str] = &["AccountPassword"];

/// What an answer has that its shape has not, and what it lacks.
fn misshapen(table: &Table, shape: &Shape, value: &Value, path: &str, found: &mut Vec<String>) {
    match (shape.kind, value) {
        (_, Value::Null) => {}
        (Kind::Structure, _) if shape.document => {}
        (Kind::Structure, Value::Object(members)) => {
            for (name, value) in members {
                match shape.members.get(name) {
                    Some(member) => {
                        misshapen(
                            table,
                            table.shape(&member.shape),
                            value,
                            &format!("{path}.{name}"),
                            found,
                        );
                    }
                    None => found.push(format!("{path}.{name} is no member")),
                }
            }
            for name in &shape.required {
                let withheld = WITHHELD.contains(&name.as_str());
                if members.get(name).is_none_or(Value::is_null)
                    && Some(name) != shape.payload.as_ref()
                    && !withheld
                {
                    found.push(format!("{path}.{name} is missing"));
                }
            }
        }
        (Kind::List, Value::Array(entries)) => {
            if let Some(entry) = &shape.member {
                let inner = table.shape(&entry.shape);
                entries
                    .iter()
                    .for_each(|entry| misshapen(table, inner, entry, &format!("{path}[]"), found));
            }
        }
        (Kind::Map, Value::Object(entries)) => {
            if let Some(inner) = &shape.value {
                let inner = table.shape(&inner.shape);
                entries
                    .values()
                    .for_each(|entry| misshapen(table, inner, entry, &format!("{path}{{}}"), found));
            }
        }
        (Kind::String | Kind::Blob, Value::String(_)) | (Kind::Boolean, Value::Bool(_)) => {}
        (Kind::Integer | Kind::Long | Kind::Float | Kind::Double | Kind::Timestamp, Value::Number(_)) => {}
        (kind, value) => found.push(format!("{path} is {value}, not a {kind:?}")),
    }
}

/// One request: carried out and written, or the reason why that went wrong.
fn run(world: &mut World, service: &dyn Service, name: &str, call: &Call) -> Result<Option<Value>, String> {
    let table = table(service.name()).expect("a table");
    let (name, operation) = table.operations.get_key_value(name).expect("an operation");
    let route = Route {
        table,
        name,
        operation,
        protocol: preferred(table),
        labels: BTreeMap::new(),
    };
    let progress = Progress {
        date: 0,
        sequence: 1,
        request_id: "0a1b2c3d".to_owned(),
        service: &table.service,
        operation: name.clone(),
        region: call.region.clone(),
        protocol: route.protocol,
        head: false,
        needed: Vec::new(),
    };
    for service in service::all() {
        service.tick(world, call.now);
    }
    match service.call(world, call) {
        Ok(answer) => {
            let mut found = Vec::new();
            if let Some(shape) = &operation.output {
                misshapen(table, table.shape(shape), &answer.output, "", &mut found);
            }
            let written = write(&route, &answer, &progress);
            if written.status >= 400 {
                found.push(format!("a success with status {}", written.status));
            }
            if found.is_empty() {
                Ok(Some(answer.output))
            } else {
                Err(found.join("; "))
            }
        }
        Err(fault) => {
            let written = refusal::encode(service.name(), route.protocol, &fault, "0a1b2c3d", false);
            match written.status {
                300..=499 | 501 => Ok(None),
                500 if super::is_documented(&fault.code, name) => Ok(None),
                status => Err(format!("{status} {}: {}", fault.code, fault.message)),
            }
        }
    }
}

fn call(name: &str, input: Value, region: &str, now: Moment) -> Call {
    Call {
        operation: name.to_owned(),
        input,
        body: Bytes::from_static(b"some bytes"),
        headers: vec![("host".to_owned(), "s3.amazonaws.com".to_owned())],
        region: region.to_owned(),
        caller: Caller {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/deployer".to_owned(),
            access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
            permissions: None,
        },
        now,
        base_url: None,
    }
}

/// One step of the preparation, with all pages of a list.
fn begin(
    world: &mut World,
    generator: &mut InputGenerator,
    service: &str,
    name: &str,
    input: Value,
    now: Moment,
) {
    let service = *service::all()
        .iter()
        .find(|one| one.name() == service)
        .expect("a service");
    let mut call = call(name, input, home(service.name()), now);
    loop {
        let mut output = run(world, service, name, &call);
        if output == Ok(None) {
            // What was made a moment ago may not be known yet.
            call.now = Moment(call.now.0 + 120_000);
            output = run(world, service, name, &call);
        }
        let output = output
            .unwrap_or_else(|problem| panic!("{name}: {problem}"))
            .unwrap_or_else(|| panic!("the preparation's {name} is refused: {}", call.input));
        generator.learn(noun(name), "", &output);
        match output.get("NextToken") {
            Some(token) => call.input["NextToken"] = token.clone(),
            None => return,
        }
    }
}

#[test]
fn no_request_that_the_models_allow_breaks_the_simulator() {
    let all: Vec<(&dyn Service, &str)> = service::all()
        .iter()
        .flat_map(|service| service.operations().into_iter().map(move |name| (*service, name)))
        .collect();
    let mut answered: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut problems: BTreeMap<String, String> = BTreeMap::new();
    for seed in 1..=SEEDS {
        let mut generator = InputGenerator::new(seed);
        let settings = Settings {
            quirks: seed % 4,
            fresh_account: seed % 3 == 0,
            ..Settings::default()
        };
        let mut world = World::new(settings, START);
        let mut now = START;
        for step in preparation::STEPS {
            match *step {
                Step::Wait(seconds) => now = Moment(now.0 + seconds * 1000),
                Step::Call(service, name, input) => {
                    let input = preparation::filled(input, &generator);
                    begin(&mut world, &mut generator, service, name, input, now);
                }
            }
        }
        // Every other world is about two services only, so that it gets further with them.
        let focus = [
            generator.random.choice(&all).expect("operations").0,
            all[seed as usize * 31 % all.len()].0,
        ];
        for step in 0..CALLS {
            let (service, name) = *generator.random.choice(&all).expect("operations");
            if seed % 2 == 0 && !focus.iter().any(|it| it.name() == service.name()) {
                continue;
            }
            generator.sparse = *generator.random.choice(&[100, 180, 240]).expect("numbers");
            let table = table(service.name()).expect("a table");
            let operation = &table.operations[name];
            let input = match &operation.input {
                Some(shape) => generator.value(table, table.shape(shape), name, 0),
                None => Some(json!({})),
            };
            let Some(input) = input else { continue };
            if let Some(shape) = &operation.input
                && !validate::check(table, shape, &input).is_empty()
            {
                continue;
            }
            let jump = *generator
                .random
                .choice(&[0, 0, 0, 0, 1, 30, 600, 600, 3600, 86_400])
                .expect("spans");
            now = Moment(now.0 + jump * 1000);
            let other_region = *generator
                .random
                .choice(&["eu-west-1", "us-east-1"])
                .expect("regions");
            let region = if generator.random.u8(..) < 30 {
                other_region
            } else {
                home(service.name())
            };
            let signed = generator.random.u8(..) > 8;
            let mut call = call(name, input, region, now);
            if !signed {
                call.caller.access_key = None;
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| run(&mut world, service, name, &call)))
                .unwrap_or_else(|_| Err("it panicked".to_owned()));
            match outcome {
                Ok(output) => {
                    // What was refused is not worth repeating.
                    if let Some(output) = output {
                        generator.learn(noun(name), "", &call.input);
                        generator.learn(noun(name), "", &output);
                        *answered.entry((service.name(), name)).or_default() += 1;
                    }
                }
                Err(problem) => {
                    let text = format!("seed {seed}, step {step}: {}", call.input);
                    let key = format!("{}:{name}: {problem}", service.name());
                    problems.entry(key).or_insert(text);
                }
            }
        }
        let text = serde_json::to_string(&world).expect("a world is made of JSON's types");
        let again: World = serde_json::from_str(&text).expect("what was written can be read");
        assert_eq!(serde_json::to_string(&again).expect("JSON"), text, "seed {seed}");
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
    // The requests must get through, or all of this proves nothing.
    let share = answered.len() as f64 / all.len() as f64;
    let never: Vec<String> = all
        .iter()
        .filter(|(service, name)| !answered.contains_key(&(service.name(), *name)))
        .map(|(service, name)| format!("{}:{name}", service.name()))
        .collect();
    assert!(
        share > 0.8,
        "only {share:.2} of the operations ever succeeded; never: {}",
        never.join(", ")
    );
}
