//! Random requests that AWS's models allow, to every operation of every service: none may panic, none may answer
//! that the service itself failed, and every answer has the shape that the model gives it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use super::clock::Moment;
use super::reply::{Progress, write};
use super::service::{self, Call, Caller, Service};
use super::wire::route::Route;
use super::wire::table::{Kind, Shape, Table, table};
use super::wire::{Protocol, refusal, validate};
use super::world::{Settings, World};

/// Worlds, and calls in each.
const SEEDS: u64 = 48;
const CALLS: usize = 3000;

const START: Moment = Moment(1_793_500_000_000);

/// Texts that mean something to some service.
const WORDS: &[&str] = &[
    "agents",
    "desktop",
    "boto-image",
    "a",
    "AppStream-WinServer2022-05-12-2026",
    "stream.standard.medium",
    "subnet-0a1b2c3d4e5f60718",
    "sg-0a1b2c3d4e5f60718",
    "vpce-0a1b2c3d4e5f60718",
    "fleet/agents",
    "agent1@example.com",
    "https://example.com/",
    "example.com",
    "us-east-1",
    "eu-west-1",
    "eu-central-1",
    "111122223333",
    "123456789012",
    "1",
    "true",
    "0a1b2c3d-4e5f-4071-8829-3a4b5c6d7e8f",
    "/",
    "/service-role/",
    "acme-ccp",
    "page.html",
    "ü ß 漢 🎧",
    " ",
    "",
    "null",
    "../..",
    "%00",
    "at(2027-01-01T08:00:00)",
    "cron(0 8 ? * MON-FRI *)",
    "rate(5 minutes)",
    "Europe/London",
    "AmazonAppStreamServiceAccess",
    "appstream.amazonaws.com",
    "connect.amazonaws.com",
    "appstream.application-autoscaling.amazonaws.com",
    "arn:aws:iam::123456789012:role/service-role/AmazonAppStreamServiceAccess",
    "arn:aws:iam::aws:policy/service-role/AmazonAppStreamServiceAccess",
    "arn:aws:iam::123456789012:role/agents",
    "arn:aws:appstream:eu-west-1:123456789012:stack/agents",
    "arn:aws:s3:::acme-ccp/*",
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}",
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"appstream.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}",
    "{",
    "<xml/>",
    "::::::",
    "arn:aws:",
    "-",
    ":",
];

/// What a member may well hold: requests that are only refused prove little.
const HINTS: &[(&str, &str)] = &[
    ("Name", "agents"),
    ("Name", "desktop"),
    ("StackName", "agents"),
    ("FleetName", "agents"),
    ("ImageName", "AppStream-WinServer2022-05-12-2026"),
    ("InstanceType", "stream.standard.medium"),
    ("SubnetIds", "subnet-0a1b2c3d4e5f60718"),
    ("SecurityGroupIds", "sg-0a1b2c3d4e5f60718"),
    ("VpceId", "vpce-0a1b2c3d4e5f60718"),
    ("ServiceNamespace", "appstream"),
    ("ScalableDimension", "appstream:fleet:DesiredCapacity"),
    ("ResourceId", "fleet/agents"),
    ("PredefinedMetricType", "AppStreamAverageCapacityUtilization"),
    ("PolicyType", "TargetTrackingScaling"),
    ("Schedule", "cron(0 8 ? * MON-FRI *)"),
    ("Timezone", "Europe/London"),
    ("AuthenticationType", "USERPOOL"),
    ("UserName", "agent1@example.com"),
    ("Username", "agent1"),
    ("InstanceAlias", "agents"),
    ("IdentityManagementType", "SAML"),
    ("Origin", "https://example.com"),
    ("Bucket", "acme-ccp"),
    ("Key", "page.html"),
    ("DestinationRegion", "eu-central-1"),
    ("DirectoryName", "example.com"),
    ("RoleName", "agents"),
    ("PolicyName", "agents"),
    (
        "PolicyArn",
        "arn:aws:iam::aws:policy/service-role/AmazonAppStreamServiceAccess",
    ),
    ("AssumeRolePolicyDocument", TRUST),
    ("PolicyDocument", ALLOW),
    ("SecretId", "agents"),
    ("AWSServiceName", "connect.amazonaws.com"),
    ("Path", "/"),
];

/// A trust policy, and one for everything else.
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"appstream.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const ALLOW: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

/// Makes requests, and remembers what the answers held.
struct Dice {
    random: fastrand::Rng,
    runner: TestRunner,
    /// Texts of former answers and requests by their member's name and by its last word.
    seen: BTreeMap<String, Vec<String>>,
    /// Of 256 members that may be left out, so many are.
    sparse: u8,
}

impl Dice {
    fn new(seed: u64) -> Dice {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Dice {
            random: fastrand::Rng::with_seed(seed),
            runner: TestRunner::new_with_rng(
                Config::default(),
                TestRng::from_seed(RngAlgorithm::ChaCha, &bytes),
            ),
            seen: BTreeMap::new(),
            sparse: 150,
        }
    }

    fn learn(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(text) if text.len() < 4000 => {
                for key in [ending(name), name.to_ascii_lowercase()] {
                    let list = self.seen.entry(key).or_default();
                    if !list.contains(text) {
                        list.push(text.clone());
                    }
                    if list.len() > 12 {
                        list.remove(0);
                    }
                }
            }
            Value::Array(entries) => entries.iter().for_each(|entry| self.learn(name, entry)),
            Value::Object(members) => members.iter().for_each(|(name, value)| self.learn(name, value)),
            _ => {}
        }
    }

    /// A value that the shape allows; `None` where none was found.
    fn value(&mut self, table: &Table, shape: &Shape, name: &str, depth: usize) -> Option<Value> {
        Some(match shape.kind {
            Kind::Structure if shape.document => json!({}),
            Kind::Structure if shape.union => {
                let (name, member) = self.random.choice(&shape.members)?;
                let inner = self.value(table, table.shape(&member.shape), name, depth + 1)?;
                json!({ name.as_str(): inner })
            }
            Kind::Structure => {
                let mut out = Map::new();
                for (name, member) in &shape.members {
                    let needed = shape.required.contains(name);
                    if !needed && (depth > 5 || self.random.u8(..) < self.sparse) {
                        continue;
                    }
                    match self.value(table, table.shape(&member.shape), name, depth + 1) {
                        Some(value) => {
                            out.insert(name.clone(), value);
                        }
                        None if needed && Some(name) != shape.payload.as_ref() => return None,
                        None => {}
                    }
                }
                Value::Object(out)
            }
            Kind::List => {
                let count = self.count(shape)?;
                let entry = shape.member.as_ref()?;
                let inner = table.shape(&entry.shape);
                let list: Option<Vec<Value>> = (0..count)
                    .map(|_| self.value(table, inner, name, depth + 1))
                    .collect();
                Value::Array(list?)
            }
            Kind::Map => {
                let count = self.count(shape)?;
                let (key, value) = (shape.key.as_ref()?, shape.value.as_ref()?);
                let mut out = Map::new();
                for _ in 0..count {
                    let key = self.value(table, table.shape(&key.shape), "Key", depth + 1)?;
                    let value = self.value(table, table.shape(&value.shape), "Value", depth + 1)?;
                    out.insert(key.as_str()?.to_owned(), value);
                }
                Value::Object(out)
            }
            Kind::String => self.text(shape, name)?.into(),
            Kind::Blob => {
                let bytes = [self.random.u8(..), self.random.u8(..), self.random.u8(..)];
                super::wire::codec::base64(&bytes).into()
            }
            Kind::Boolean => self.random.bool().into(),
            Kind::Integer => self
                .number(shape, i64::from(i32::MIN), i64::from(i32::MAX))?
                .into(),
            Kind::Long => self.number(shape, i64::MIN, i64::MAX)?.into(),
            Kind::Float | Kind::Double => {
                let number = *self
                    .random
                    .choice(&[0.0, 0.5, 1.0, 50.0, 75.0, 100.0, -1.0, 1e300, -1e300])?;
                number.into()
            }
            Kind::Timestamp => {
                let base = START.epoch_seconds();
                (*self
                    .random
                    .choice(&[0.0, base, base + 3600.0, base - 86_400.0, 253_402_300_799.0])?)
                .into()
            }
        })
    }

    fn count(&mut self, shape: &Shape) -> Option<usize> {
        let least = shape.min.unwrap_or(0.0) as usize;
        let most = (shape.max.unwrap_or(3.0) as usize).min(least + 3);
        (least <= most).then(|| self.random.usize(least..=most))
    }

    fn number(&mut self, shape: &Shape, low: i64, high: i64) -> Option<i64> {
        let low = shape.min.map_or(low, |least| least as i64);
        let high = shape.max.map_or(high, |most| most as i64);
        let interesting = [
            low, high, 0, 1, 2, 5, 7, 20, 30, 60, 200, 300, 900, 3600, 43_200, -1,
        ];
        let fitting: Vec<i64> = interesting
            .into_iter()
            .filter(|it| (low..=high).contains(it))
            .collect();
        self.random.choice(&fitting).copied()
    }

    fn text(&mut self, shape: &Shape, name: &str) -> Option<String> {
        if let Some(values) = &shape.values {
            let hint = HINTS
                .iter()
                .find(|(member, text)| *member == name && values.iter().any(|it| it == text));
            return match hint {
                Some((_, text)) if self.random.u8(..) < 200 => Some((*text).to_owned()),
                _ => self.random.choice(values).cloned(),
            };
        }
        let fits = |text: &str| {
            let length = text.chars().count() as f64;
            shape.min.is_none_or(|least| length >= least)
                && shape.max.is_none_or(|most| length <= most)
                && shape.matches(text)
        };
        let hints: Vec<String> = HINTS
            .iter()
            .filter(|(member, _)| *member == name)
            .map(|(_, text)| (*text).to_owned())
            .collect();
        let list = |key: &str| self.seen.get(key).cloned().unwrap_or_default();
        let (exact, alike) = (list(&name.to_ascii_lowercase()), list(&ending(name)));
        for _ in 0..12 {
            let pick = match self.random.u8(..) {
                0..90 => self.random.choice(&hints).cloned(),
                90..160 => self.random.choice(&exact).cloned(),
                160..210 => self.random.choice(&alike).cloned(),
                _ => self.random.choice(WORDS).map(|word| (*word).to_owned()),
            };
            if let Some(text) = pick.filter(|text| fits(text)) {
                return Some(text);
            }
        }
        if let Some(word) = WORDS.iter().find(|word| fits(word)) {
            return Some((*word).to_owned());
        }
        let least = shape.min.unwrap_or(1.0).max(1.0) as usize;
        let plain = "abcd1234".repeat(least.div_ceil(8))[..least].to_owned();
        if fits(&plain) {
            return Some(plain);
        }
        let strategy = proptest::string::string_regex(shape.pattern.as_deref()?).ok()?;
        (0..20)
            .filter_map(|_| Some(strategy.new_tree(&mut self.runner).ok()?.current()))
            .find(|text| fits(text))
    }
}

/// `SourceImageName` and `ImageName` mean the same kind of text: their last word does.
fn ending(name: &str) -> String {
    let start = name
        .rfind(|letter: char| letter.is_ascii_uppercase())
        .unwrap_or(0);
    name[start..].to_ascii_lowercase()
}

fn protocol(table: &Table) -> Protocol {
    match table.metadata.protocol.as_str() {
        "rest-json" => Protocol::RestJson,
        "rest-xml" => Protocol::RestXml,
        "query" => Protocol::Query,
        _ if table
            .metadata
            .protocols
            .iter()
            .any(|it| it == "smithy-rpc-v2-cbor") =>
        {
            Protocol::Cbor
        }
        _ => Protocol::Json,
    }
}

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
                if members.get(name).is_none_or(Value::is_null) && Some(name) != shape.payload.as_ref() {
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
        protocol: protocol(table),
        labels: BTreeMap::new(),
    };
    let progress = Progress {
        sequence: 1,
        request_id: "0a1b2c3d".to_owned(),
        service: &table.service,
        operation: name.clone(),
        region: call.region.clone(),
        protocol: route.protocol,
        head: false,
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
                status => Err(format!("{status} {}: {}", fault.code, fault.message)),
            }
        }
    }
}

#[test]
fn no_request_that_the_models_allow_breaks_the_simulator() {
    let all: Vec<(&dyn Service, &str)> = service::all()
        .iter()
        .flat_map(|service| service.operations().iter().map(move |name| (*service, *name)))
        .collect();
    let mut answered: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut problems: BTreeMap<String, String> = BTreeMap::new();
    for seed in 1..=SEEDS {
        let mut dice = Dice::new(seed);
        let settings = Settings {
            quirks: seed % 4,
            fresh_account: seed % 3 == 0,
            ..Settings::default()
        };
        let mut world = World::new(settings, START);
        let mut now = START;
        // Every other world is about two services only, so that it gets further with them.
        let focus = [
            dice.random.choice(&all).expect("operations").0,
            all[seed as usize * 31 % all.len()].0,
        ];
        for step in 0..CALLS {
            let (service, name) = *dice.random.choice(&all).expect("operations");
            if seed % 2 == 0 && !focus.iter().any(|it| it.name() == service.name()) {
                continue;
            }
            dice.sparse = *dice.random.choice(&[100, 180, 240]).expect("numbers");
            let table = table(service.name()).expect("a table");
            let operation = &table.operations[name];
            let input = match &operation.input {
                Some(shape) => dice.value(table, table.shape(shape), name, 0),
                None => Some(json!({})),
            };
            let Some(input) = input else { continue };
            if let Some(shape) = &operation.input
                && !validate::check(table, shape, &input).is_empty()
            {
                continue;
            }
            let jump = *dice
                .random
                .choice(&[0, 0, 0, 0, 1, 30, 600, 600, 3600, 86_400])
                .expect("spans");
            now = Moment(now.0 + jump * 1000);
            let region = *dice
                .random
                .choice(&["eu-west-1", "eu-west-1", "us-east-1"])
                .expect("regions");
            let signed = dice.random.u8(..) > 8;
            let call = Call {
                operation: name.to_owned(),
                input,
                body: Bytes::from_static(b"some bytes"),
                headers: vec![("host".to_owned(), "s3.amazonaws.com".to_owned())],
                region: region.to_owned(),
                caller: Caller {
                    account: "123456789012".to_owned(),
                    arn: "arn:aws:iam::123456789012:user/deployer".to_owned(),
                    access_key: signed.then(|| "AKIAIOSFODNN7EXAMPLE".to_owned()),
                },
                now,
                base_url: None,
            };
            let outcome = catch_unwind(AssertUnwindSafe(|| run(&mut world, service, name, &call)))
                .unwrap_or_else(|_| Err("it panicked".to_owned()));
            match outcome {
                Ok(output) => {
                    // What was refused is not worth repeating.
                    if let Some(output) = output {
                        dice.learn("", &call.input);
                        dice.learn("", &output);
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
        share > 0.5,
        "only {share:.2} of the operations ever succeeded; never: {}",
        never.join(", ")
    );
}
